/*
 * change: two states of the same world compared: access gained and lost, grouped by cause; who and what came and went;
 * findings opened and closed; and what the exports cannot tell.
 *
 * A pair (who can become which role) stands in the list of its first cause: the first edge of its chain that differs.
 * What classes say once is kept once: see struct change_pair.
 */
#ifndef ROLECHAIN_ANALYZER_CHANGE_CHANGE_H
#define ROLECHAIN_ANALYZER_CHANGE_CHANGE_H

#include "analyzer/change/causes.h"
#include "analyzer/findings/findings.h"

enum change_direction { CHANGE_GAINED, CHANGE_LOST, CHANGE_DIRECTIONS };

/* The state that has more access. */
static inline int change_more(enum change_direction direction)
{
    return direction == CHANGE_GAINED ? STATE_NEW : STATE_OLD;
}

/* All members of a group and a role that each can become otherwise than before (access_changes.h): the first member has
 * this chain, others one in which they stand in its place. */
struct change_pair {
    uint32_t group;         /* of comparison.hops.alike */
    uint32_t party, target; /* parties; the party is the first of the group */
    uint32_t members;       /* so many pairs */
    constraint residual[STATES];
    uint32_t hop_count[STATES];
    const struct hop *hops[STATES];
    bool administrator; /* the role is one */
    bool outside;       /* the caller comes from outside */
};

struct change_entry {
    struct causes causes;
    struct change_pair *pairs; /* the gravest first */
    size_t pair_count, pair_room;
    uint64_t count; /* of pairs of one caller and one role */
    uint64_t administrators, outsiders;
};

/* Something that is in one of the states alone, or not the same in both. */
enum thing_kind {
    THING_ACCOUNT,
    THING_PRINCIPAL,
    THING_TRUST,
    THING_INLINE,     /* a policy of a user, role or group */
    THING_MANAGED,    /* what a managed policy says */
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
    const char *holder; /* account, ARN, id of a root or unit */
    const char *name;   /* of the policy; of a renamed principal its ARN in NEW; "" none */
};

struct change {
    struct analysis states[STATES];
    struct constraint_pool *pool;
    struct comparison comparison;
    struct arena arena;

    struct change_entry *entries[CHANGE_DIRECTIONS]; /* the gravest first */
    size_t entry_count[CHANGE_DIRECTIONS], entry_room[CHANGE_DIRECTIONS];

    struct thing *things; /* by kind, change, holder, name; each once */
    size_t thing_count, thing_room;

    struct findings findings[STATES]; /* empty if they are not asked for */
    uint32_t *opened, *closed;        /* places in those of NEW, of OLD, in their order */
    size_t opened_count, closed_count, opened_room, closed_room;

    struct incomparable {
        const char *account; /* "": the organization */
        enum comparability why;
    } * incomparable;
    size_t incomparable_count, incomparable_room;
    bool other_organization;
    bool organization_only[STATES]; /* organization data is in this state alone */
};

/* Opens both states; the two must not be open yet. As analysis_open. */
int change_open(struct change *change, const struct command_line *line, struct output *output,
                const char *const paths[STATES]);

/* Compares. False: a database could not be read, which was printed. */
bool change_find(struct change *change, bool with_findings);

/* Closes all; the exit status, as analysis_end. */
int change_end(struct change *change, int status);

/* Who stands in the pair in the place of its party and its target where the member is meant. */
static inline uint32_t change_in_place_of(const struct change_pair *pair, uint32_t member, uint32_t party)
{
    return party == pair->party ? member : party == member ? pair->party : party;
}

/* The members of the pair: parties. */
static inline const uint32_t *change_members(const struct change *change, const struct change_pair *pair)
{
    return change->comparison.hops.alike.members + change->comparison.hops.alike.first[pair->group];
}

#endif
