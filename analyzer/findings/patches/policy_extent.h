/*
 * policy_extent: a lower bound for the length of a policy after any patch of one of its statements. IAM limits the
 * length of a policy (patch_accepted.h): if the other statements alone exceed it, no patch of that statement needs to
 * be written and tried, which would cost the whole policy once per finding.
 *
 * Only policies with many statements or many principals are measured: for others trying is cheaper.
 */
#ifndef ROLECHAIN_ANALYZER_FINDINGS_PATCHES_POLICY_EXTENT_H
#define ROLECHAIN_ANALYZER_FINDINGS_PATCHES_POLICY_EXTENT_H

#include "analyzer/findings/findings.h"
#include "analyzer/findings/patches/patch_principals.h"

/* Lengths as IAM counts them: characters without white space. For a trust policy, without the principals that
 * patch_accepted.h leaves out. */
struct statement_extent {
    size_t stays; /* lower bound; 0 if all its principals are left out */
    size_t named; /* principals that are not left out; 1 for "Principal": "*" */
};

struct policy_extent {
    struct statement_extent *statements; /* by position */
    uint32_t count;
    size_t stays, named; /* sums */
    size_t limit;        /* IAM's limit */
};

/* For the role's trust policy or, if role is MODEL_NONE, an identity policy. Lives with the findings. NULL: not
 * measured. */
const struct policy_extent *policy_extent_of(struct analysis *analysis, struct findings *findings, uint32_t role,
                                             const struct policy_use *use);

/* Whether IAM would refuse the policy whatever becomes of that statement, as long as the others stay. extent NULL:
 * false. */
bool policy_extent_is_over_without(const struct policy_extent *extent, uint32_t position);

/* What a trust policy becomes without some principals of the statement. */
enum policy_rest { REST_NOT_KNOWN, REST_NOBODY, REST_TOO_LONG };
enum policy_rest policy_extent_rest(const struct policy_extent *extent, const struct model *model,
                                    const struct principals_meant *without);

#endif
