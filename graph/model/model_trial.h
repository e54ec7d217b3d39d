/*
 * model_trial: temporarily replaces one policy in the model, so that the same decisions show the effect of a narrowed
 * or new policy.
 *
 * Statements and documents handed out before the trial stay valid; those of the trial only until its end. Only one
 * trial at a time, and not while other threads use the model. Edges are not recomputed.
 */
#ifndef ROLECHAIN_GRAPH_MODEL_MODEL_TRIAL_H
#define ROLECHAIN_GRAPH_MODEL_MODEL_TRIAL_H

#include "graph/model/model.h"

struct model_trial {
    struct model *model;
    uint32_t role;
    const struct policy_use *trust; /* the role's own policy, restored at the end */
    struct policy_use use;
    struct policy_use **changed; /* uses of an identity policy; malloc'ed */
    uint32_t changed_count, changed_room, document;
};

/* Replaces the role's trust policy by this one (JSON text). False: IAM would not accept the text; the model is then
 * unchanged. */
bool model_trial_begin(struct model *model, uint32_t role, const char *policy, struct model_trial *trial);

/* The same for an inline or managed policy or a boundary of these users and roles: for each of them, the policy that
 * `use` is an instance of (same ARN, or same holder and name; and the same document) is replaced. */
bool model_trial_begin_identity(struct model *model, const struct policy_use *use, const uint32_t *holders,
                                uint32_t holder_count, const char *policy, struct model_trial *trial);

/* Whether the statement belongs to a trial. */
static inline bool model_is_tried(const struct model *model, const struct statement *statement)
{
    return statement >= model->statements + model->statement_count;
}

/* Whether a policy or the boundary of the principal belongs to a trial. */
bool model_principal_is_tried(const struct model *model, uint32_t principal);

/* Restores the previous policy; does nothing if the trial did not begin. */
void model_trial_end(struct model_trial *trial);

#endif
