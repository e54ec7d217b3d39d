/*
 * control: what questions about control need from a model, cached between questions: which actions of ways.h each
 * policy document allows, and which services each role trusts.
 *
 * Not thread-safe: it has its own evaluator.
 */
#ifndef ROLECHAIN_GRAPH_CONTROL_CONTROL_H
#define ROLECHAIN_GRAPH_CONTROL_CONTROL_H

#include "graph/control/ways.h"
#include "graph/decision/decision.h"

struct control;

/* now as in decision_question. Model and pool must outlive it. */
struct control *control_new(const struct model *model, struct constraint_pool *pool, double now);
void control_free(struct control *control); /* NULL does nothing */

/* Whether some Allow statement in any policy of the principal covers an action of some way: a filter before the
 * questions of control_rights.h. */
bool control_rights_any(struct control *control, uint32_t principal);

#endif
