/*
 * patch_accepted: whether IAM would accept a proposed policy. Its grammar is checked by the trial (model_trial.h); here
 * is what IAM looks up or counts when a policy is saved:
 *   - principals must exist: "Invalid principal in policy" is said of the id (AIDA…, AROA…) that stands for a deleted
 *     one, too;
 *   - no list is empty;
 *   - the size has a quota, white space not counted.
 * Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html,
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
#ifndef ROLECHAIN_ANALYZER_FINDINGS_PATCHES_PATCH_ACCEPTED_H
#define ROLECHAIN_ANALYZER_FINDINGS_PATCHES_PATCH_ACCEPTED_H

#include "analyzer/findings/patches/patches.h"

struct accepted_policy {
    json_t *document;     /* owned. NULL: IAM would refuse the policy */
    const char *left_out; /* a sentence about principals that went because they do not exist; NULL: none did */
    const char *quota;    /* a sentence about a quota that has to be raised before; NULL: it need not be */
};

/* Of a trust policy of the role, or (MODEL_NONE) of patch->use. Principals that do not exist are taken out, which
 * changes nobody's access, and those written as the id of one that exists are named by their ARN. */
void accepted_policy_make(struct analysis *analysis, struct findings *findings, uint32_t role,
                          const struct patch *patch, struct accepted_policy *accepted);
/* Whether a statement of the role's new trust policy names somebody who exists. */
bool accepted_policy_is_left(const struct model *model, uint32_t role, const json_t *policy);
/* How long a policy, or a part of one, is as IAM counts, and how long the policy may be at most. */
size_t accepted_policy_size(const json_t *policy);
size_t accepted_policy_limit(const struct policy_use *use);
void accepted_policy_free(struct accepted_policy *accepted);

#endif
