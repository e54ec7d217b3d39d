/*
 * Internals of decision_explain: explanation.c (layers, and the whole), explanation_gaps.c (what is missing),
 * explanation_question.c (keys fixed by the question) and explanation_notes.c.
 */
#ifndef ROLECHAIN_GRAPH_DECISION_EXPLANATION_INSIDE_H
#define ROLECHAIN_GRAPH_DECISION_EXPLANATION_INSIDE_H

#include "graph/decision/evaluator.h"
#include "ingest/support/text.h"

/* Additional actions that a call can require by what it passes, one bit each. */
enum { PULLS = 3, PULL_ALL = (1 << PULLS) - 1 };

struct noted {
    enum decision_layer_kind layer;
    struct decision_statement statement;
};

struct noted_level {
    const struct model_level *level;
    const char *action;
    constraint allows;
};

struct explaining {
    struct recorder recorder; /* must be first: callbacks cast from a pointer to it */
    struct evaluator *evaluator;
    const struct decision_question *question;
    struct arena *arena;
    struct decision *decision;
    struct noted *noted;
    uint32_t noted_count, noted_room;
    struct noted_level *levels;
    uint32_t level_count, level_room;
    uint32_t gap_room;
    constraint together; /* the conditions of the actions explained so far, as if their gaps were closed */
    unsigned pulled;     /* which additional actions calls may require */
    /* If the only reason for the denial is that the question contradicts what is known: both, in words; else NULL. */
    const char *says, *known;
    bool stopped; /* nothing that can be added helps */
};

/* Makes room in the arena for one more element after `count`. Elements do not move while they are used; older arrays
 * stay valid too. */
void *explaining_reserve(struct explaining *work, void *array, uint32_t count, uint32_t *room, size_t size);
/* Copies the text into the arena and frees it. */
const char *explaining_keep(struct explaining *work, struct text *text);

/* Given everything that is known about the caller, the role and the time. */
bool explaining_is_impossible(struct explaining *work, constraint formula);
bool explaining_is_certain(struct explaining *work, constraint formula);
/* Combines the results of two actions: the worse one counts. */
void explaining_set_layer(struct explaining *work, enum decision_layer_kind layer, enum layer_result result);

/* Sets `says` and `known`. */
void explaining_compare_with_question(struct explaining *work);

/* The formula for calls that pass only things requiring those actions. */
constraint explaining_passing_only(struct constraint_pool *pool, constraint formula, unsigned pulled);

/* Adds the gaps of the action; sets `stopped` if nothing that can be added helps, else adds to `together`. */
void explaining_find_gaps(struct explaining *work, const char *action, const struct action_parts *parts);
/* Adds the gaps of the users and roles of an account: missing permissions of their own, or unmet conditions of others'
 * policies. */
void explaining_find_member_gaps(struct explaining *work, const char *action);
/* For the case that every layer allows every action, but not all together. */
void explaining_find_contradiction(struct explaining *work, const char *const *actions, uint32_t count);
/* For the case that STS refuses the caller. */
void explaining_add_refusal(struct explaining *work, const char *action, const char *refusal);

/* Notes about absent layers, and about the whole answer. */
void explaining_note_layers(struct explaining *work, const struct action_parts *parts);
void explaining_add_notes(struct explaining *work);

#endif
