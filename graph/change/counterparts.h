/*
 * counterparts: two states of the same world side by side: who of the one is who of the other.
 *
 * A user or role is the same if it has the same unique id, whatever it is called now; where an id is not known, or
 * nobody else has it, the one of the same ARN is. Outside parties and people are known by kind and name. Between
 * different organizations ARNs alone count. Source:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
 *
 * What only one of the two exports can tell is not compared: users, roles and callers of an account that only one of
 * them holds, although the other says nothing against its being there, and chains through such.
 */
#ifndef ROLECHAIN_GRAPH_CHANGE_COUNTERPARTS_H
#define ROLECHAIN_GRAPH_CHANGE_COUNTERPARTS_H

#include "graph/edges/edges.h"

enum { STATE_OLD, STATE_NEW, STATES };

/* Why an account is not compared. */
enum comparability {
    COMPARABLE,
    ONLY_IN_OLD,    /* exported there alone, and NEW does not say that it has left the organization */
    ONLY_IN_NEW,    /* exported there alone, and OLD does not say that it was no member */
    ROLES_IN_OLD,   /* OLD holds its roles alone, NEW all of it */
    ROLES_IN_NEW,   /* the other way round */
    CUT_OFF_IN_OLD, /* pages are missing in OLD alone */
    CUT_OFF_IN_NEW
};

/* Somebody, in either state or in both. */
struct counterpart {
    uint32_t node[STATES]; /* MODEL_NONE: not there */
    bool compared;
};

struct counterparts {
    struct edges *edges[STATES];
    struct counterpart *list; /* first those of OLD in the order of nodes, then those that are in NEW alone */
    uint32_t count;
    uint32_t *of[STATES]; /* per node: its place in list */
    bool *within[STATES]; /* per node: whether it is compared */
    bool by_arn;          /* of different organizations */
};

/* Says it of an account of either model by its number; MODEL_NONE as an index: it is not in that model. */
enum comparability counterparts_account(const struct model *const models[STATES], const char *account);

/* Over edges that share a pool. Callers from outside that only one state knows get nodes in the other too, and all
 * their edges in both (edges_of_caller). The edges must outlive it. */
void counterparts_find(struct counterparts *counterparts, struct edges *old, struct edges *new);

/* Gives callers from outside (a flag a party; NULL: all) the edges in both states that wider callers have for them,
 * into these roles (likewise). Nobody gets a node. */
void counterparts_complete(struct counterparts *counterparts, const bool *callers, const bool *roles);
void counterparts_free(struct counterparts *counterparts);

/* The state in which somebody is there, NEW if in both; its node there. */
static inline int counterpart_state(const struct counterpart *who)
{
    return who->node[STATE_NEW] != MODEL_NONE ? STATE_NEW : STATE_OLD;
}

static inline const struct caller *counterpart_caller(const struct counterparts *counterparts, uint32_t party)
{
    const struct counterpart *who = &counterparts->list[party];
    int state = counterpart_state(who);
    return &counterparts->edges[state]->nodes[who->node[state]];
}

#endif
