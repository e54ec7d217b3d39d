/*
 * Internals of control_gained.c (what gained permissions lead to), control_gained_sources.c (who gives more to whom),
 * control_gained_targets.c (which roles come into question) and control_gained_rows.c (who reaches the same as
 * another), one account at a time.
 */
#ifndef ROLECHAIN_GRAPH_CONTROL_CONTROL_GAINED_INSIDE_H
#define ROLECHAIN_GRAPH_CONTROL_CONTROL_GAINED_INSIDE_H

#include "graph/control/control_edges_inside.h"
#include "ingest/support/id_map.h"

/* A principal of the account, or a role elsewhere that may admit somebody of it; the latter stands for all roles that
 * nobody in the account can tell from it. */
struct target {
    uint32_t principal;
    bool looks;                        /* it distinguishes callers */
    bool entered;                      /* somebody assumes it */
    uint32_t first_named, named_count; /* the principals of the account that its trust policy names, ascending */
};

/* A role elsewhere, and which target it is. */
struct elsewhere {
    uint32_t role, target;
};

/* Which patterns in an account's policies match a role of another account. */
struct role_mark {
    uint32_t account; /* the account's number plus one; any other: no pattern matches */
    uint32_t mark;    /* equal for roles that the same patterns match; 0: none */
};

/* The roles open to any account that a pattern matches. */
struct pattern_hits {
    uint32_t first, count; /* in hit_roles */
};

#define NOT_ASKED UINT32_MAX
#define NO_SORT UINT32_MAX
#define HOLDER_NONE UINT32_MAX /* nobody else has its permissions */
#define HOLDER_NOT_ASKED (UINT32_MAX - 1)

/* How the permissions after a change distinguish roles of other accounts. */
struct role_looks {
    bool known, grants;    /* grants: something may grant it */
    bool by_pattern;       /* only by patterns for their ARNs, besides their sets (classes.h) */
    uint32_t first, count; /* the patterns, in gained.patterns */
};

/* A change that gives `actor` more permissions. */
struct source {
    struct control_rights *actor;
    struct control_rights rights; /* the actor's, after the change */
    struct decision_gain gain;
    constraint formula;
    const struct control_how *by;
    const char *how; /* in words; NULL: not needed yet */
    struct role_looks looks;
    uint32_t sort;    /* sources of one sort reach the same, except themselves; NO_SORT: unknown */
    uint32_t holder;  /* equal numbers: the same principal with equal permissions */
    uint32_t told_by; /* an earlier source of the same sort, under no other condition; NO_SORT: none */
};

/* What a principal of the account can change about another. */
struct change {
    constraint edits, lifts;
    const struct control_how *how, *lifts_how;
};

enum answer { NOT_KNOWN, KNOWN_NO, KNOWN_YES };

/* A principal of the account as the one who acts. */
struct actor {
    struct control_rights rights; /* not computed: without control */
    uint32_t sorts[2];            /* with any permission, within the boundary and without */
    bool sort_known[2];
    enum answer *leads; /* per target: whether it certainly assumes it, without changes; NULL: not computed */
};

/* Whether a principal assumes another one of the account, according to the edges. */
struct assuming {
    constraint residual; /* CONSTRAINT_FALSE: no */
    bool surely;
};

/* What a principal reached, reused for others with the same rights. */
struct gained_row {
    uint32_t principal;
    struct own_source {
        struct decision_gain gain;
        constraint formula;
        const struct control_how *by;
        uint32_t sort;
    } * own; /* what it gives itself */
    uint32_t own_count;
    struct assuming *assumes; /* per principal of the account */
    struct gained_result {
        bool asked; /* false: it is the target, or certainly assumes it */
        constraint formula;
        const char *how;
        uint32_t of; /* whose changed permissions `how` is about */
    } * results;     /* per target */
};

/* The number of rows kept at a time, for one class of rights. */
#define GAINED_ROWS 8

/* Which sources of others must be decided for a target: one bit per source. Sources of one sort give the same answer
 * for most targets, so the first represents the others. */
struct followers {
    uint64_t *alone; /* sources without a representative */
    struct leader {
        uint32_t source;
        uint64_t *bits; /* the sources it represents */
    } * leaders;
    uint64_t *asked;    /* for the current target */
    uint32_t *first_of; /* per principal of the account: its first source; then all sources */
    uint32_t leader_count, leader_room;
    uint32_t words; /* words of bits */
};

struct gained {
    struct admissions admissions;
    uint32_t account;       /* the current one */
    struct target *targets; /* the account's principals in order, then those elsewhere */
    uint32_t target_count, target_room, own_targets;
    struct gained_result *found; /* per target, for the current principal */
    uint32_t found_room;
    struct elsewhere *elsewhere; /* by role */
    uint32_t elsewhere_count, elsewhere_room;
    uint32_t *open_to_all, *admitting; /* roles that may admit principals of any account, or only of this one */
    uint32_t open_count, open_room, admitting_count, admitting_room;
    struct role_mark *marks;  /* per principal of the model */
    struct id_map next_marks; /* by a mark and the number of one more pattern that matches */
    uint32_t *looked_at;      /* per document: the number of the last account that looked at it, plus one */
    struct intern hit_patterns;
    struct pattern_hits *hits; /* per number of these */
    uint32_t *hit_roles;
    uint32_t hits_room, hit_count, hit_room;
    uint32_t *named; /* of targets */
    uint32_t named_count, named_room;
    struct intern sorts;
    constraint **answers; /* per sort and target */
    uint32_t answers_room;
    struct intern of_sets; /* by sort or holder, role set and mark: index in assumed */
    constraint *assumed;
    uint32_t assumed_room;
    struct intern holders;     /* of own_answers */
    struct id_map own_answers; /* for actors that differ from their sort, by holder and target */
    struct change *changes;   /* per principal of the account, by the current one and those alike; NULL: not computed */
    struct assuming *assumes; /* per principal of the account, by the current one */
    struct gained_row rows[GAINED_ROWS]; /* for earlier principals with the same rights as the current one */
    uint32_t row_count;
    struct actor *actors;   /* per principal of the account */
    struct source *sources; /* of the current principal: its own, then those of others */
    uint32_t own_count, source_count, source_room;
    struct id_map tellers; /* by sort and formula: the first such source */
    struct followers others;
    const char **patterns;
    uint32_t pattern_count, pattern_room;
};

/* The rights of a principal of the account, without changes. */
struct control_rights *gained_actor(struct adding *work, uint32_t principal);

/* Adds a source, if the formula can be true. by: the actions of the change. */
void gained_add_source(struct adding *work, struct control_rights *actor, struct decision_gain gain, constraint formula,
                       const struct control_how *by);

/* Equal for sources of one principal with equal permissions for control and for assuming roles; HOLDER_NONE:
 * unknown. */
uint32_t gained_holder(struct adding *work, struct source *source);

const struct role_looks *gained_looks(struct adding *work, struct source *source);

/* What distinguishes roles of one set in another account for the source; false: unknown. */
bool gained_mark(struct adding *work, struct source *source, const char *role, uint64_t *mark);

/* Adds the sources of principals that it can become in one hop, and whose permissions it may change. */
void gained_find_puppets(struct adding *work, struct control_rights *rights);

/* Finds the targets of the current account. */
void gained_find_targets(struct adding *work);
void gained_forget_targets(struct gained *gained);

/* What the principal may change about others in the account; computed once for principals that are alike. */
const struct change *gained_changes(struct adding *work, struct control_rights *rights);

/* Drops all rows. */
void gained_forget_rows(struct gained *gained);
/* Keeps a row for the current principal, whose own sources, assumes and found are known, unless there are enough. */
void gained_keep_row(struct adding *work, uint32_t principal);
/* The row of an earlier principal that reaches the same targets in the same ways, except targets that distinguish the
 * two (gained_row_tells); NULL: none. */
const struct gained_row *gained_row_of(struct adding *work, struct control_rights *rights);
/* Whether the row's result for the target is valid for the principal, too, which does not certainly assume the
 * target. */
bool gained_row_tells(const struct adding *work, const struct gained_row *row, uint32_t principal, uint32_t target);

/* Whether the trust policy of the target names the principal. */
bool gained_is_named(const struct gained *gained, const struct target *target, uint32_t principal);

/* How it is done, in words; they live as long as the edges. */
const char *gained_how(struct adding *work, struct source *source);

#endif
