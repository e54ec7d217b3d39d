/*
 * parts: groups of nodes that a view draws as one box, each with a key: who or which roles, in which column, on which
 * ground. Nodes are added in ascending order, so that the same exports give the same parts in the same order.
 */
#ifndef ROLECHAIN_ANALYZER_PICTURE_PARTS_H
#define ROLECHAIN_ANALYZER_PICTURE_PARTS_H

#include "analyzer/picture/blocks.h"
#include "analyzer/picture/flow.h"
#include "analyzer/picture/severities.h"
#include "ingest/support/intern.h"

/* What stands at the right of a part of several. */
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
    const char *name;   /* of several */
    const char *ground; /* its label; NULL: on the page */
    uint32_t column;
    enum part_noun noun;
    bool who;                     /* a pill, not a box */
    bool administrator;           /* all of them are, in their account */
    bool mixed;                   /* it has members of other names, too */
    uint32_t members, accounts;   /* how many nodes; of how many accounts */
    uint32_t account;             /* of the last; MODEL_NONE: none */
    uint32_t of_all;              /* "15 of 42 users"; 0: only the members are told */
    int severity;                 /* of the worst member, for views that fold by it */
    uint32_t critical;            /* members with a critical trust finding, see parts_count_critical */
    uint32_t sample[PART_SAMPLE]; /* the first members */
};

struct parts {
    struct arena *arena; /* of the names */
    const struct edges *edges;
    struct intern keys;
    struct part *list;
    uint32_t room;
    uint32_t count;
    uint32_t *of; /* per node; MODEL_NONE: none */
};

void parts_open(struct parts *parts, const struct edges *edges, struct arena *arena);
void parts_close(struct parts *parts);

/* The part of that key; a new one has no members and the column 0. */
struct part *parts_find(struct parts *parts, const char *key);
/* Adds the node to it. */
void parts_add(struct parts *parts, struct part *part, uint32_t node);

/* "security"; the number of an account without a name. Lives with the model. */
const char *account_short_name(const struct model *model, uint32_t account);
/* "security (111122223333)". Lives in the arena. */
const char *account_full_name(struct arena *arena, const struct model *model, uint32_t account);

/* The place of an account in the organization: its unit ("Prod"; with the unit above where several are called so),
 * "Management account", or "" if it is not known. Lives in the arena. */
const char *account_unit(struct arena *arena, const struct model *model, uint32_t account);

/* The part of an outside party, a service or an unnamed user, by what it is: anyone, outside accounts, services, a kind
 * of identity providers over all accounts; tier: a number that keeps it apart from others. `apart`: each by itself. */
struct part *parts_find_outside(struct parts *parts, uint32_t node, uint32_t tier, bool apart);

/* Of every part how many of its members have a critical trust finding: so that folding hides none. */
void parts_count_critical(struct parts *parts, const struct severities *severities);

/* What one node is called. Lives with the edges. */
const char *node_short_name(const struct edges *edges, uint32_t node);

/* The flow's boxes and grounds from the parts. Boxes have the number of their part. */
void parts_describe(struct parts *parts, struct flow *flow);
/* Of those from `first` on. */
void parts_describe_from(struct parts *parts, uint32_t first, struct flow *flow);
/* The tooltips of arcs that have none, from the names of their boxes. */
void parts_describe_arcs(struct flow *flow);

#endif
