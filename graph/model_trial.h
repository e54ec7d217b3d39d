/*
 * model_trial: a model in which one role has another trust policy, for a while: what a narrowed or a new trust policy
 * would do, answered by the same decisions.
 *
 * Statements and documents handed out before the trial stay valid; those of the trial only until its
 * end. Only one trial at a time; not while other threads use the model.
 */
#ifndef ROLECHAIN_GRAPH_MODEL_TRIAL_H
#define ROLECHAIN_GRAPH_MODEL_TRIAL_H

#include "graph/model.h"

struct model_trial {
    struct model *model;
    uint32_t role;
    const struct policy_use *trust; /* the role's own, put back at the end */
    struct policy_use use;
};

/* Puts the policy (JSON text) in place of the role's trust policy. False: the text is no policy that IAM would accept,
 * or memory is exhausted; the model is unchanged then. */
bool model_trial_begin(struct model *model, uint32_t role, const char *policy, struct model_trial *trial);

/* Puts the role's own trust policy back; does nothing after a trial that did not begin. */
void model_trial_end(struct model_trial *trial);

#endif
