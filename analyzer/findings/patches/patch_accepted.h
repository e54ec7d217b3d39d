/*
 * patch_accepted: whether IAM would accept a proposed policy. The trial (model_trial.h) checks its grammar; this unit
 * checks what IAM looks up or counts when a policy is saved:
 * - principals must exist: IAM also answers "Invalid principal in policy" to the id (AIDA…, AROA…) of a deleted one;
 * - no list is empty;
 * - the size is within the quota, white space not counted.
 *
 * Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html,
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
#ifndef ROLECHAIN_ANALYZER_FINDINGS_PATCHES_PATCH_ACCEPTED_H
#define ROLECHAIN_ANALYZER_FINDINGS_PATCHES_PATCH_ACCEPTED_H

#include "analyzer/findings/patches/patches.h"

struct accepted_policy {
    json_t *document;     /* owned. NULL: IAM would refuse the policy */
    const char *left_out; /* a sentence about principals that were removed because they do not exist; NULL: none were */
    const char *quota;    /* a sentence about a quota that has to be raised first; NULL: none has to be */
};

/* For a trust policy of the role or, if role is MODEL_NONE, for patch->use. Principals that do not exist are removed,
 * which changes nobody's access; ids of existing principals are replaced by their ARNs. */
void accepted_policy_make(struct analysis *analysis, struct findings *findings, uint32_t role,
                          const struct patch *patch, struct accepted_policy *accepted);
/* Whether a statement of the role's new trust policy names somebody who exists. */
bool accepted_policy_is_left(const struct model *model, uint32_t role, const json_t *policy);
/* The length of a policy, or of a part of one, as IAM counts it, and the greatest length of the policy. */
size_t accepted_policy_size(const json_t *policy);
size_t accepted_policy_limit(const struct policy_use *use);
void accepted_policy_free(struct accepted_policy *accepted);

#endif
