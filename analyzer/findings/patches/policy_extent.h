/*
 * policy_extent: how long what stays of a policy surely is, whatever a patch does to one statement of it. IAM takes no
 * policy beyond a length (patch_accepted.h): where the other statements are longer alone, no patch of that statement
 * needs to be written and tried, which would cost the whole policy once for each of its findings.
 *
 * Only policies of many statements, or of many principals, are measured: of others it is cheaper to try.
 */
#ifndef ROLECHAIN_ANALYZER_FINDINGS_PATCHES_POLICY_EXTENT_H
#define ROLECHAIN_ANALYZER_FINDINGS_PATCHES_POLICY_EXTENT_H

#include "analyzer/findings/findings.h"
#include "analyzer/findings/patches/patch_principals.h"

/* Lengths as IAM counts them: characters that are no white space. Of a trust policy without the principals that
 * patch_accepted.h leaves out. */
struct statement_extent {
    size_t stays; /* at least so much; 0 where all that it names is left out */
    size_t named; /* principals that are not left out; of "Principal": "*" one */
};

struct policy_extent {
    struct statement_extent *statements; /* by position */
    uint32_t count;
    size_t stays, named; /* together */
    size_t limit;        /* what IAM takes */
};

/* Of the policy, which is the role's trust policy or (MODEL_NONE) an identity policy. Lives with the findings. NULL: it
 * was not measured. */
const struct policy_extent *policy_extent_of(struct analysis *analysis, struct findings *findings, uint32_t role,
                                             const struct policy_use *use);

/* Whether IAM would refuse it whatever becomes of the statement there, as long as the others stay. extent NULL: not
 * known to. */
bool policy_extent_is_over_without(const struct policy_extent *extent, uint32_t position);

/* What becomes of a trust policy without some principals of the statement. */
enum policy_rest { REST_NOT_KNOWN, REST_NOBODY, REST_TOO_LONG };
enum policy_rest policy_extent_rest(const struct policy_extent *extent, const struct model *model,
                                    const struct principals_meant *without);

#endif
