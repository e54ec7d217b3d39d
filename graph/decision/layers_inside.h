/*
 * Shared by policy_layers.c (identity policies, boundary, SCPs, RCPs) and trust_layer.c.
 */
#ifndef ROLECHAIN_GRAPH_DECISION_LAYERS_INSIDE_H
#define ROLECHAIN_GRAPH_DECISION_LAYERS_INSIDE_H

#include "graph/decision/evaluator.h"

/* All conditions of a statement. */
constraint layer_conditions(const struct request *request, const struct statement *statement);

/* The condition that IAM reads a doubtful statement as rolechain does; CONSTRAINT_TRUE if it is not doubtful. */
constraint layer_doubt(const struct request *request, const struct policy_use *use, const struct statement *statement);

/* What a statement that could not be read may deny; CONSTRAINT_FALSE if it is an Allow. */
constraint layer_unreadable(const struct request *request, const struct policy_use *use,
                            const struct statement *statement);

/* Tells the recorder, if there is one, about a statement that can match. */
void layer_record(struct recorder *recorder, enum decision_layer_kind layer, const struct policy_use *use,
                  const struct statement *statement, const char *action, constraint condition);

/* Adds what the role's trust policy says. */
void layer_add_trust(const struct request *request, struct recorder *recorder, struct action_parts *parts);

#endif
