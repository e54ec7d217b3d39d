/*
 * policies: the policies of a model as their owners edit them, each once: the trust policy of a role, an inline policy
 * of a user, role or group, a managed policy or boundary with all its attachments, an SCP or RCP with all its
 * attachments.
 */
#ifndef ROLECHAIN_ANALYZER_FINDINGS_FACTS_POLICIES_H
#define ROLECHAIN_ANALYZER_FINDINGS_FACTS_POLICIES_H

#include "analyzer/findings/findings.h"

struct owned_policy {
    const struct policy_use *use; /* of one of its holders */
    const char *account;          /* id; "" for AWS managed policies, SCPs and RCPs */
    const uint32_t *holders;      /* users and roles, ascending; none for SCPs and RCPs */
    uint32_t holder_count;
    uint32_t bound; /* SCPs and RCPs: one account that it applies to; else MODEL_NONE */
};

struct policies {
    struct owned_policy *list; /* in the order of the principals that have them, then of accounts */
    uint32_t count, room;
    struct policy_holders *holders; /* of each, by its position; private to policies.c */
    uint32_t holders_room;
    struct intern keys; /* the number of a policy's key is its position in the list */
};

/* Collects policies with a wanted statement; their holders are those for which `counts` is true (NULL: all). While a
 * patch is on trial, only the policy that it changes, see struct findings. policies must be zeroed. */
void policies_collect(const struct model *model, const struct findings *findings,
                      bool (*wanted)(const struct statement *statement),
                      bool (*counts)(uint32_t principal, void *context), void *context, struct policies *policies);
void policies_free(struct policies *policies);

/* Whether AWS wrote it. */
bool policy_is_of_aws(const struct policy_use *use);

/* How findings name it: its ARN if it is managed, otherwise the ARN of its holder; SCPs and RCPs by name. */
const char *policy_resource(const struct policy_use *use);

/* "The trust policy", "Policy NAME", "Inline policy NAME", "The boundary NAME", "SCP NAME", "RCP NAME".
 * malloc'ed. */
char *policy_words(const struct policy_use *use);

/* The policy's holders, ending in MODEL_NONE, in findings->arena. */
const uint32_t *policy_copy_holders(struct findings *findings, const struct owned_policy *policy);
/* Sets finding->holders to the policy's holders, ending in MODEL_NONE; also finding->about, for an elaboration that
 * lists them. */
void policy_hold(struct findings *findings, struct finding *finding, const struct owned_policy *policy);
/* The ARNs of the finding's holders; *count: how many. New reference. */
json_t *policy_held_json(const struct model *model, struct findings *findings, const struct finding *finding,
                         uint32_t *count);

#endif
