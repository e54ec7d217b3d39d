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

/* decision_permits. *of_resource becomes true if the answer may be another for another resource of the kind. The action
 * is a text that lasts as long as the answers; all questions have one `now`. */
constraint control_answers_ask(struct control_answers *answers, const struct permission_question *question,
                               bool *of_resource);

#endif
