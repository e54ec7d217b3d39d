/*
 * The inside of control_gained.c (what more permissions lead to) and control_gained_sources.c (who gives more to whom),
 * account by account.
 */
#ifndef ROLECHAIN_GRAPH_CONTROL_CONTROL_GAINED_INSIDE_H
#define ROLECHAIN_GRAPH_CONTROL_CONTROL_GAINED_INSIDE_H

#include "graph/control/control_edges_inside.h"
#include "ingest/support/id_map.h"

/* Somebody of the account, or a role elsewhere that may admit somebody of it. */
struct target {
    uint32_t principal;
    bool looks;                        /* at who calls */
    bool entered;                      /* somebody assumes it */
    uint32_t first_named, named_count; /* those of the account whom its trust policy names, ascending */
};

#define NOT_ASKED UINT32_MAX
#define NO_SORT UINT32_MAX

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
    uint32_t number;  /* among all of the account */
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
    uint32_t account; /* at hand */
    struct target *targets;
    uint32_t target_count, target_room;
    uint32_t *named; /* of targets */
    uint32_t named_count, named_room;
    struct intern sorts;
    constraint **answers; /* per sort, per target */
    uint32_t answers_room;
    struct intern of_sets; /* of sort or source, role set and mark: its number in assumed */
    constraint *assumed;
    uint32_t assumed_room, serial;
    struct id_map own_answers; /* of actors that are not as their sort, by actor, gain and target */
    struct change *changes;    /* per principal of the account, of whom is at hand and alike; NULL: not asked */
    struct actor *actors;      /* per principal of the account */
    struct source *sources;    /* of whom is at hand: its own, then those of others */
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

const struct role_looks *gained_looks(struct adding *work, struct source *source);

/* What tells roles of one set of another account apart for the source; false: it cannot be told. */
bool gained_mark(struct adding *work, struct source *source, const char *role, uint64_t *mark);

/* Adds the sources of those whom it can become in one hop, and whose permissions it may change. */
void gained_find_puppets(struct adding *work, struct control_rights *rights);

/* How it is done, in words that live as long as the edges. */
const char *gained_how(struct adding *work, struct source *source);

#endif
