/*
 * policies: the policies of a model as their owners edit them, each once: the trust policy of a role, an inline policy
 * of a user, role or group, a managed policy or boundary wherever it is attached, an SCP or RCP wherever it hangs.
 */
#ifndef ROLECHAIN_ANALYZER_FINDINGS_FACTS_POLICIES_H
#define ROLECHAIN_ANALYZER_FINDINGS_FACTS_POLICIES_H

#include "analyzer/findings/findings.h"

struct owned_policy {
    const struct policy_use *use; /* of one who has it */
    const char *account;          /* id; "" for what AWS manages, SCPs and RCPs */
    const uint32_t *holders;      /* users and roles, ascending; none for SCPs and RCPs */
    uint32_t holder_count;
    uint32_t bound; /* SCPs and RCPs: an account that it binds; else MODEL_NONE */
};

struct policies {
    struct owned_policy *list; /* in the order of the principals that have them, then of accounts */
    uint32_t count, room;
    struct policy_holders *holders; /* of each, by its place; policies.c's */
    uint32_t holders_room;
    struct intern keys; /* the number of a policy's key is its place in the list */
};

/* Those with a wanted statement, and of who has them those for whom `counts` is true (NULL: all). While a patch is
 * tried, the policy that it changes alone, see struct findings. policies must be zeroed. */
void policies_collect(const struct model *model, const struct findings *findings,
                      bool (*wanted)(const struct statement *statement),
                      bool (*counts)(uint32_t principal, void *context), void *context, struct policies *policies);
void policies_free(struct policies *policies);

/* Whether AWS wrote it. */
bool policy_is_of_aws(const struct policy_use *use);

/* What findings name it by: its ARN if it is managed, else the ARN of who has it; SCPs and RCPs by name. */
const char *policy_resource(const struct policy_use *use);

/* "The trust policy", "Policy NAME", "Inline policy NAME", "The boundary NAME", "SCP NAME", "RCP NAME".
 * malloc'ed. */
char *policy_words(const struct policy_use *use);

/* The policy's holders, ending in MODEL_NONE, in findings->arena. */
const uint32_t *policy_copy_holders(struct findings *findings, const struct owned_policy *policy);
/* Makes finding->holders, and finding->about for an elaboration that lists them, the policy's holders, ending in
 * MODEL_NONE. */
void policy_hold(struct findings *findings, struct finding *finding, const struct owned_policy *policy);
/* Their ARNs; *count of them. New reference. */
json_t *policy_held_json(const struct model *model, struct findings *findings, const struct finding *finding,
                         uint32_t *count);

#endif
