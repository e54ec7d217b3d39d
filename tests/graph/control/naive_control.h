/*
 * naive_control: who controls whom, pair by pair and statement by statement, as described in docs/control.md: slow,
 * without caches or sharing, and independent of graph/control, except for the table of ways. Single questions are
 * answered by the decision.
 */
#ifndef ROLECHAIN_TESTS_GRAPH_CONTROL_NAIVE_CONTROL_H
#define ROLECHAIN_TESTS_GRAPH_CONTROL_NAIVE_CONTROL_H

#include "graph/decision/decision.h"
#include "graph/edges/edges.h"

struct naive {
    const struct model *model;
    struct constraint_pool *pool;
    struct evaluator *evaluator;
    struct arena arena;
    const struct decision_gain *besides; /* used if a question has no gain; NULL: none */
};

/* What a principal has given itself. */
struct naive_state {
    bool any, lifted;
    uint32_t group;   /* joined group; MODEL_NONE */
    constraint under; /* FALSE: never */
};

#define NAIVE_STATES 64u

/* All states that it can reach; the first is the original one. Returns the count. */
uint32_t naive_states(struct naive *naive, uint32_t who, struct naive_state states[NAIVE_STATES]);
/* The same from another first state. */
uint32_t naive_states_from(struct naive *naive, uint32_t who, struct naive_state first,
                           struct naive_state states[NAIVE_STATES]);

/* The state as a gain for the decision. */
struct decision_gain naive_gain(const struct naive *naive, const struct naive_state *state);

/* May it perform the action on the resource with this ARN? whom: set if that is a user or role, else MODEL_NONE. */
constraint naive_may(struct naive *naive, uint32_t who, const char *action, const char *arn, uint32_t whom,
                     const struct decision_gain *gain);

/* May it change the permissions of `whom`? */
constraint naive_edits(struct naive *naive, uint32_t who, uint32_t whom, const struct decision_gain *gain);

/* May it remove the boundary of `whom`? */
constraint naive_lifts(struct naive *naive, uint32_t who, uint32_t whom, const struct decision_gain *gain);

/* May it assume the role? */
constraint naive_assumes(struct naive *naive, uint32_t who, uint32_t role, const struct decision_gain *gain);

bool naive_is_possible(struct naive *naive, constraint formula);

/* The formula of the edge of this kind; FALSE: none. */
constraint naive_edge(struct naive *naive, uint32_t from, uint32_t to, enum edge_kind kind);

/* The same even if a better way exists. */
constraint naive_way(struct naive *naive, uint32_t from, uint32_t to, enum edge_kind kind);

#endif
