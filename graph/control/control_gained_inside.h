/*
 * The inside of control_gained.c (what more permissions lead to), control_gained_sources.c (who gives more to whom),
 * control_gained_targets.c (whom that leads to) and control_gained_rows.c (who reaches the same as another), account by
 * account.
 */
#ifndef ROLECHAIN_GRAPH_CONTROL_CONTROL_GAINED_INSIDE_H
#define ROLECHAIN_GRAPH_CONTROL_CONTROL_GAINED_INSIDE_H

#include "graph/control/control_edges_inside.h"
#include "ingest/support/id_map.h"

/* Somebody of the account, or the first of roles elsewhere that may admit somebody of it and that nobody there tells
 * apart. */
struct target {
    uint32_t principal;
    bool looks;                        /* at who calls */
    bool entered;                      /* somebody assumes it */
    uint32_t first_named, named_count; /* those of the account whom its trust policy names, ascending */
};

/* A role elsewhere, and which target it is. */
struct elsewhere {
    uint32_t role, target;
};

/* By what policies of an account tell a role of another from others. */
struct role_mark {
    uint32_t account; /* one more than its number; another: none does */
    uint32_t mark;    /* equal for roles that the same patterns match; 0: none does */
};

/* Of the roles that may admit somebody of any account: those that a pattern matches. */
struct pattern_hits {
    uint32_t first, count; /* in hit_roles */
};

#define NOT_ASKED UINT32_MAX
#define NO_SORT UINT32_MAX
#define HOLDER_NONE UINT32_MAX /* nobody else has its permissions */
#define HOLDER_NOT_ASKED (UINT32_MAX - 1)

/* How what is had with a change looks at roles of other accounts that are to be assumed. */
struct role_looks {
    bool known, grants;    /* grants: something may grant it */
    bool by_pattern;       /* only by patterns of their ARNs, besides their sets (classes.h) */
    uint32_t first, count; /* these, in gained.patterns */
};

/* A change that gives `actor` more than it has. */
struct source {
    struct control_rights *actor;
    struct control_rights rights; /* the actor's, with that */
    struct decision_gain gain;
    constraint formula;
    const struct control_how *by;
    const char *how; /* in words; NULL: not needed yet */
    struct role_looks looks;
    uint32_t sort;    /* sources of one sort reach the same, but for themselves; NO_SORT: not known */
    uint32_t holder;  /* equal numbers: the same principal with equal permissions */
    uint32_t told_by; /* one before it, of the same sort, under no other condition; NO_SORT: none */
};

/* What somebody of the account can change of another. */
struct change {
    constraint edits, lifts;
    const struct control_how *how, *lifts_how;
};

enum answer { NOT_KNOWN, KNOWN_NO, KNOWN_YES };

/* Somebody of the account, as who acts. */
struct actor {
    struct control_rights rights; /* not asked: without control */
    uint32_t sorts[2];            /* with any permission, within the boundary and without */
    bool sort_known[2];
    enum answer *leads; /* per target: whether it surely assumes it, as it is; NULL: not asked */
};

/* Whether somebody assumes another of the account as edges say. */
struct assuming {
    constraint residual; /* CONSTRAINT_FALSE: it does not */
    bool surely;
};

/* What a principal reached, for others with the same rights. */
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
        bool asked; /* false: it is the target, or surely assumes it */
        constraint formula;
        const char *how;
        uint32_t of; /* whose changed permissions `how` is about */
    } * results;     /* per target */
};

/* Those kept at a time, of one class of rights. */
#define GAINED_ROWS 8

/* Which sources of others have to be asked of a target: bits by source. Those of one sort say the same of most targets,
 * so the first of them stands for the others. */
struct followers {
    uint64_t *alone; /* nobody stands for them */
    struct leader {
        uint32_t source;
        uint64_t *bits; /* for whom it stands */
    } * leaders;
    uint64_t *asked;    /* of the target at hand */
    uint32_t *first_of; /* per principal of the account: its first source; then all sources */
    uint32_t leader_count, leader_room;
    uint32_t words; /* of bits */
};

struct gained {
    struct admissions admissions;
    uint32_t account;       /* at hand */
    struct target *targets; /* everybody of the account in order, then those elsewhere */
    uint32_t target_count, target_room, own_targets;
    struct gained_result *found; /* per target, by whom is at hand */
    uint32_t found_room;
    struct elsewhere *elsewhere; /* by role */
    uint32_t elsewhere_count, elsewhere_room;
    uint32_t *open_to_all, *admitting; /* roles that may admit somebody of any account, and of this one alone */
    uint32_t open_count, open_room, admitting_count, admitting_room;
    struct role_mark *marks;  /* per principal of the model */
    struct id_map next_marks; /* by a mark and the number of a pattern that matches, too */
    uint32_t *looked_at;      /* per document: one more than the account that was looked at last */
    struct intern hit_patterns;
    struct pattern_hits *hits; /* per number of these */
    uint32_t *hit_roles;
    uint32_t hits_room, hit_count, hit_room;
    uint32_t *named; /* of targets */
    uint32_t named_count, named_room;
    struct intern sorts;
    constraint **answers; /* per sort, per target */
    uint32_t answers_room;
    struct intern of_sets; /* of sort or holder, role set and mark: its number in assumed */
    constraint *assumed;
    uint32_t assumed_room;
    struct intern holders;     /* of own_answers */
    struct id_map own_answers; /* of actors that are not as their sort, by holder and target */
    struct change *changes;    /* per principal of the account, of whom is at hand and alike; NULL: not asked */
    struct assuming *assumes;  /* per principal of the account, by whom is at hand */
    struct gained_row rows[GAINED_ROWS]; /* of those before with the same rights as whom is at hand */
    uint32_t row_count;
    struct actor *actors;   /* per principal of the account */
    struct source *sources; /* of whom is at hand: its own, then those of others */
    uint32_t own_count, source_count, source_room;
    struct id_map tellers; /* by sort and formula: the first source of these */
    struct followers others;
    const char **patterns;
    uint32_t pattern_count, pattern_room;
};

/* The rights of somebody of the account, as it is. */
struct control_rights *gained_actor(struct adding *work, uint32_t principal);

/* Adds a source, if the formula can hold. by: the actions of the change. */
void gained_add_source(struct adding *work, struct control_rights *actor, struct decision_gain gain, constraint formula,
                       const struct control_how *by);

/* Equal for sources of one principal that have equal permissions about control and assuming roles; HOLDER_NONE: there
 * is no telling. */
uint32_t gained_holder(struct adding *work, struct source *source);

const struct role_looks *gained_looks(struct adding *work, struct source *source);

/* What tells roles of one set of another account apart for the source; false: it cannot be told. */
bool gained_mark(struct adding *work, struct source *source, const char *role, uint64_t *mark);

/* Adds the sources of those whom it can become in one hop, and whose permissions it may change. */
void gained_find_puppets(struct adding *work, struct control_rights *rights);

/* Finds the targets of the account at hand. */
void gained_find_targets(struct adding *work);
void gained_forget_targets(struct gained *gained);

/* What the principal may change of others of the account; asked once for those who are alike. */
const struct change *gained_changes(struct adding *work, struct control_rights *rights);

/* Forgets all rows. */
void gained_forget_rows(struct gained *gained);
/* Keeps one for the principal at hand, whose own sources, assumes and found are known, unless there are enough. */
void gained_keep_row(struct adding *work, uint32_t principal);
/* The row of one before that reaches the same targets by the same ways, but for those that tell the two apart
 * (gained_row_tells); NULL: there is none. */
const struct gained_row *gained_row_of(struct adding *work, struct control_rights *rights);
/* Whether what the row says of the target is true of the principal, too; it does not surely assume the target. */
bool gained_row_tells(const struct adding *work, const struct gained_row *row, uint32_t principal, uint32_t target);

/* Whether the trust policy of the target names the principal. */
bool gained_is_named(const struct gained *gained, const struct target *target, uint32_t principal);

/* How it is done, in words that live as long as the edges. */
const char *gained_how(struct adding *work, struct source *source);

#endif
