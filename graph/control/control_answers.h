/*
 * control_answers: decisions on one permission, made once for all principals with the same answer.
 *
 * The answer depends on the statements that are about the action and whose Resource matches: on their effects, and on
 * what their conditions look at. Two principals, of whatever accounts, to whom the same statements apply, and whom the
 * conditions of these do not tell apart, get the same answer; and so do two resources. What a condition may tell apart:
 * context_key.h.
 */
#ifndef ROLECHAIN_GRAPH_CONTROL_CONTROL_ANSWERS_H
#define ROLECHAIN_GRAPH_CONTROL_CONTROL_ANSWERS_H

#include "graph/control/control.h"

struct control_answers;

struct control_answers *control_answers_new(const struct model *model, struct evaluator *evaluator);
void control_answers_free(struct control_answers *answers);

/* decision_permits. rights: equal for callers that no policy about control distinguishes (control_rights_class,
 * including what they gained), or MODEL_NONE. *of_resource is set if the answer may differ for another resource of the
 * kind. The action must live as long as the answers; all questions must have the same `now`. */
constraint control_answers_ask(struct control_answers *answers, const struct permission_question *question,
                               uint32_t rights, bool *of_resource);

/* Which statements of the document are about the action: their Action or NotAction covers it, or they cannot be read.
 * False: unknown, check all. */
struct statements_about {
    uint32_t first, count;
};
bool control_answers_about(struct control_answers *answers, const char *action, uint32_t document,
                           struct statements_about *about);
/* The index of one of them in the model. */
uint32_t control_answers_place(const struct control_answers *answers, const struct statements_about *about, uint32_t i);

#endif
