/*
 * change: compares two states of the same world: access gained and lost, grouped by cause; principals, policies and
 * accounts added and removed; findings opened and closed; and what cannot be compared.
 *
 * A pair (a caller and a role it can become) is listed under its first cause: the first edge of its chain that differs.
 * Members of a class share one entry: see struct change_pair.
 */
#ifndef ROLECHAIN_ANALYZER_CHANGE_CHANGE_H
#define ROLECHAIN_ANALYZER_CHANGE_CHANGE_H

#include "analyzer/change/causes.h"
#include "analyzer/findings/findings.h"

enum change_direction { CHANGE_GAINED, CHANGE_LOST, CHANGE_DIRECTIONS };

/* The state with more access. */
static inline int change_more(enum change_direction direction)
{
    return direction == CHANGE_GAINED ? STATE_NEW : STATE_OLD;
}

/* A role, and a group whose members' access to it changed in the same way (access_changes.h). The chain is that of the
 * first member; for another member, replace the first by it. */
struct change_pair {
    uint32_t group;         /* in comparison.hops.alike */
    uint32_t party, target; /* parties; `party` is the first of the group */
    uint32_t members;       /* the number of pairs */
    constraint residual[STATES];
    uint32_t hop_count[STATES];
    const struct hop *hops[STATES];
    bool administrator; /* the role is an administrator */
    bool outside;       /* the caller is outside the organization */
};

struct change_entry {
    struct causes causes;
    struct change_pair *pairs; /* most serious first */
    size_t pair_count, pair_room;
    uint64_t count; /* the number of pairs of one caller and one role */
    uint64_t administrators, outsiders;
};

/* Something that exists in only one of the states, or differs between them. */
enum thing_kind {
    THING_ACCOUNT,
    THING_PRINCIPAL,
    THING_TRUST,
    THING_INLINE,     /* a policy of a user, role or group */
    THING_MANAGED,    /* the contents of a managed policy */
    THING_ATTACHMENT, /* of a managed policy to a user, role or group */
    THING_BOUNDARY,
    THING_SCP, /* at a root, unit or account */
    THING_RCP
};

enum thing_change { THING_ADDED, THING_REMOVED, THING_CHANGED, THING_RECREATED, THING_RENAMED };

const char *thing_kind_word(enum thing_kind kind);
const char *thing_change_word(enum thing_change change);

struct thing {
    enum thing_kind kind;
    enum thing_change change;
    const char *holder; /* account, ARN, or id of a root or unit */
    const char *name;   /* the policy's name; for a renamed principal its ARN in NEW; "": none */
};

struct change {
    struct analysis states[STATES];
    struct constraint_pool *pool;
    struct comparison comparison;
    struct arena arena;

    struct change_entry *entries[CHANGE_DIRECTIONS]; /* most serious first */
    size_t entry_count[CHANGE_DIRECTIONS], entry_room[CHANGE_DIRECTIONS];

    struct thing *things; /* sorted by kind, change, holder, name; no duplicates */
    size_t thing_count, thing_room;

    struct findings findings[STATES]; /* empty if not requested */
    uint32_t *opened, *closed;        /* indexes into the findings of NEW, of OLD, in their order */
    size_t opened_count, closed_count, opened_room, closed_room;

    struct incomparable {
        const char *account; /* "": the organization */
        enum comparability why;
    } * incomparable;
    size_t incomparable_count, incomparable_room;
    bool other_organization;
    bool organization_only[STATES]; /* only this state has organization data */
};

/* Opens both states, as analysis_open does. Neither may be open yet. */
int change_open(struct change *change, const struct command_line *line, struct output *output,
                const char *const paths[STATES]);

/* Compares the states. False: a database could not be read; an error was printed. */
bool change_find(struct change *change, bool with_findings);

/* Closes everything; returns the exit status, as analysis_end does. */
int change_end(struct change *change, int status);

/* The party that stands for `party` in the chain of another member: member and first member change places. */
static inline uint32_t change_in_place_of(const struct change_pair *pair, uint32_t member, uint32_t party)
{
    return party == pair->party ? member : party == member ? pair->party : party;
}

/* The pair's members, as parties. */
static inline const uint32_t *change_members(const struct change *change, const struct change_pair *pair)
{
    return change->comparison.hops.alike.members + change->comparison.hops.alike.first[pair->group];
}

#endif
