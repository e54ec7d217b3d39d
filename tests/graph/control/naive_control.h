/*
 * naive_control: who controls whom, pair by pair and statement by statement, as docs/control.md says it: slow, with
 * nothing kept or shared, and apart from graph/control, of which it uses the table of ways alone. The decision answers
 * single questions.
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
    const struct decision_gain *besides; /* what is had where a question names no gain; NULL: nothing */
};

/* What a principal has made of itself. */
struct naive_state {
    bool any, lifted;
    uint32_t group;   /* joined; MODEL_NONE */
    constraint under; /* FALSE: never */
};

#define NAIVE_STATES 64u

/* All states that it gets to, the first of which is as it was; returns the count. */
uint32_t naive_states(struct naive *naive, uint32_t who, struct naive_state states[NAIVE_STATES]);
/* The same from another first state. */
uint32_t naive_states_from(struct naive *naive, uint32_t who, struct naive_state first,
                           struct naive_state states[NAIVE_STATES]);

/* The state as the decision takes it. */
struct decision_gain naive_gain(const struct naive *naive, const struct naive_state *state);

/* May it do the action on what has this ARN? whom: of a user or role, else MODEL_NONE. */
constraint naive_may(struct naive *naive, uint32_t who, const char *action, const char *arn, uint32_t whom,
                     const struct decision_gain *gain);

/* May it change what `whom` is allowed? */
constraint naive_edits(struct naive *naive, uint32_t who, uint32_t whom, const struct decision_gain *gain);

/* May it take away the boundary of `whom`? */
constraint naive_lifts(struct naive *naive, uint32_t who, uint32_t whom, const struct decision_gain *gain);

/* May it assume the role? */
constraint naive_assumes(struct naive *naive, uint32_t who, uint32_t role, const struct decision_gain *gain);

bool naive_is_possible(struct naive *naive, constraint formula);

/* The formula of the edge of this kind; FALSE: there is none. */
constraint naive_edge(struct naive *naive, uint32_t from, uint32_t to, enum edge_kind kind);

/* Without thought for whether a better way is told already. */
constraint naive_way(struct naive *naive, uint32_t from, uint32_t to, enum edge_kind kind);

#endif
