/*
 * The inside of decision_explain: explanation.c (the layers and the whole), explanation_gaps.c (what is missing),
 * explanation_question.c (what the question says) and explanation_notes.c.
 */
#ifndef ROLECHAIN_GRAPH_DECISION_EXPLANATION_INSIDE_H
#define ROLECHAIN_GRAPH_DECISION_EXPLANATION_INSIDE_H

#include "graph/decision/evaluator.h"
#include "ingest/support/text.h"

/* Actions that a call can pull in by what it passes, one bit each. */
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
    struct recorder recorder; /* first: callbacks get a pointer to it */
    struct evaluator *evaluator;
    const struct decision_question *question;
    struct arena *arena;
    struct decision *decision;
    struct noted *noted;
    uint32_t noted_count, noted_room;
    struct noted_level *levels;
    uint32_t level_count, level_room;
    uint32_t gap_room;
    constraint together; /* what the actions explained so far demand, with what they lack added */
    unsigned pulled;     /* what calls may pass */
    /* Where only what the question says against what is known makes it a denial: the two; else NULL. */
    const char *says, *known;
    bool stopped; /* nothing that can be added helps */
};

/* Makes room in the arena for one more element after `count`. Elements do not move while they are used; older arrays
 * stay valid too. */
void *explaining_reserve(struct explaining *work, void *array, uint32_t count, uint32_t *room, size_t size);
/* The text, in the arena; frees it. */
const char *explaining_keep(struct explaining *work, struct text *text);

/* Under all that is known of the caller, the role and the time. */
bool explaining_is_impossible(struct explaining *work, constraint formula);
bool explaining_is_certain(struct explaining *work, constraint formula);
/* The worse of the results of two actions. */
void explaining_set_layer(struct explaining *work, enum decision_layer_kind layer, enum layer_result result);

/* Sets `says` and `known`. */
void explaining_compare_with_question(struct explaining *work);

/* The formula for calls that pass nothing but what pulls in one of those actions. */
constraint explaining_passing_only(struct constraint_pool *pool, constraint formula, unsigned pulled);

/* What the action lacks; sets `stopped` where nothing that is added helps, else adds to `together`. */
void explaining_find_gaps(struct explaining *work, const char *action, const struct action_parts *parts);
/* What the users and roles of an account lack: permissions of their own, or what the others demand of them. */
void explaining_find_member_gaps(struct explaining *work, const char *action);
/* Every layer allows every action, but not together. */
void explaining_find_contradiction(struct explaining *work, const char *const *actions, uint32_t count);
/* STS refuses the caller. */
void explaining_add_refusal(struct explaining *work, const char *action, const char *refusal);

/* Notes of the layers that are absent, and of the whole. */
void explaining_note_layers(struct explaining *work, const struct action_parts *parts);
void explaining_add_notes(struct explaining *work);

#endif
