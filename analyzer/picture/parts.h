/*
 * parts: groups of nodes that a view draws as one box, each identified by a key: the kind of callers or roles, the
 * column, the ground. Nodes are added in ascending order, so that the same exports give the same parts in the same
 * order.
 */
#ifndef ROLECHAIN_ANALYZER_PICTURE_PARTS_H
#define ROLECHAIN_ANALYZER_PICTURE_PARTS_H

#include "analyzer/picture/blocks.h"
#include "analyzer/picture/flow.h"
#include "analyzer/picture/severities.h"
#include "ingest/support/intern.h"

/* The noun on the right of a part with several members. */
enum part_noun {
    NOUN_NONE,
    NOUN_USERS,
    NOUN_ROLES,
    NOUN_PRINCIPALS,
    NOUN_ACCOUNTS,
    NOUN_SERVICES,
    NOUN_PROVIDERS,
    NOUN_PEOPLE,
    NOUN_PODS,
    NOUN_WORKLOADS
};

#define PART_SAMPLE 24u

struct part {
    const char *name;   /* for several members */
    const char *ground; /* the ground's label; NULL: directly on the page */
    uint32_t column;
    enum part_noun noun;
    bool who;                     /* drawn as a pill, not a box */
    bool administrator;           /* all members are, in their account */
    bool mixed;                   /* it also has members with other names */
    uint32_t members, accounts;   /* number of nodes, and of their accounts */
    uint32_t account;             /* of the last member; MODEL_NONE: none */
    uint32_t of_all;              /* for "15 of 42 users"; 0: only the members are counted */
    int severity;                 /* of the worst member, for views that fold by severity */
    uint32_t critical;            /* members with a critical trust finding, see parts_count_critical */
    uint32_t sample[PART_SAMPLE]; /* the first members */
};

struct parts {
    struct arena *arena; /* for names */
    const struct edges *edges;
    struct intern keys;
    struct part *list;
    uint32_t room;
    uint32_t count;
    uint32_t *of; /* per node; MODEL_NONE: none */
};

void parts_open(struct parts *parts, const struct edges *edges, struct arena *arena);
void parts_close(struct parts *parts);

/* The part with that key; a new one has no members and column 0. */
struct part *parts_find(struct parts *parts, const char *key);
/* Adds the node to the part. */
void parts_add(struct parts *parts, struct part *part, uint32_t node);

/* "security"; the number of an account without a name. Lives with the model. */
const char *account_short_name(const struct model *model, uint32_t account);
/* "security (111122223333)". Lives in the arena. */
const char *account_full_name(struct arena *arena, const struct model *model, uint32_t account);

/* The account's place in the organization: its unit ("Prod", with its parent if several units have that name),
 * "Management account", or "" if unknown. Lives in the arena. */
const char *account_unit(struct arena *arena, const struct model *model, uint32_t account);

/* The part of an outside party, a service or an unnamed user, by kind: anyone, outside accounts, services, one kind of
 * identity provider across all accounts. tier: a number that separates it from the others. apart: each node gets its
 * own part. */
struct part *parts_find_outside(struct parts *parts, uint32_t node, uint32_t tier, bool apart);

/* Counts each part's members with a critical trust finding, so that folding hides none. */
void parts_count_critical(struct parts *parts, const struct severities *severities);

/* The name of a single node. Lives with the edges. */
const char *node_short_name(const struct edges *edges, uint32_t node);

/* Makes the flow's boxes and grounds from the parts. A box has the number of its part. */
void parts_describe(struct parts *parts, struct flow *flow);
/* The same for the parts from `first` on. */
void parts_describe_from(struct parts *parts, uint32_t first, struct flow *flow);
/* Sets missing tooltips of arcs from the names of their boxes. */
void parts_describe_arcs(struct flow *flow);

#endif
