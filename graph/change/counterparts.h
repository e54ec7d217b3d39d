/*
 * counterparts: matches the principals and callers of two states of the same world.
 *
 * A user or role is the same if it has the same unique id, whatever its name. If an id is unknown, or no other
 * principal has it, the one with the same ARN matches. Outside parties and people are matched by kind and name. Between
 * different organizations only ARNs count. Source:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
 *
 * What only one of the two exports can tell is not compared: users, roles and callers of an account that is in only one
 * export, although the other export says nothing against its existence, and chains through them.
 */
#ifndef ROLECHAIN_GRAPH_CHANGE_COUNTERPARTS_H
#define ROLECHAIN_GRAPH_CHANGE_COUNTERPARTS_H

#include "graph/edges/edges.h"

enum { STATE_OLD, STATE_NEW, STATES };

/* Why an account is not compared. */
enum comparability {
    COMPARABLE,
    ONLY_IN_OLD,    /* exported only there, and NEW does not say that it left the organization */
    ONLY_IN_NEW,    /* exported only there, and OLD does not say that it was not a member */
    ROLES_IN_OLD,   /* OLD holds only its roles, NEW the whole account */
    ROLES_IN_NEW,   /* the other way round */
    CUT_OFF_IN_OLD, /* pages are missing in OLD only */
    CUT_OFF_IN_NEW
};

/* A party: a principal or caller in one or both states. */
struct counterpart {
    uint32_t node[STATES]; /* MODEL_NONE: does not exist there */
    bool compared;
};

struct counterparts {
    struct edges *edges[STATES];
    struct counterpart *list; /* first those of OLD in the order of nodes, then those only in NEW */
    uint32_t count;
    uint32_t *of[STATES]; /* per node: its index in list */
    bool *within[STATES]; /* per node: whether it is compared */
    bool by_arn;          /* the organizations differ */
};

/* For an account of either model, by its number. */
enum comparability counterparts_account(const struct model *const models[STATES], const char *account);

/* The edges must share a pool. Outside callers that only one state knows get a node in the other as well, and all their
 * edges in both (edges_of_caller). The edges must outlive it. */
void counterparts_find(struct counterparts *counterparts, struct edges *old, struct edges *new);

/* Gives outside callers (a flag per party; NULL: all) the edges into these roles (likewise) that they have through
 * wider callers, in both states. Adds no nodes. */
void counterparts_complete(struct counterparts *counterparts, const bool *callers, const bool *roles);
void counterparts_free(struct counterparts *counterparts);

/* counterpart_state: a state in which the party exists, NEW if in both. counterpart_caller: its node there. */
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
