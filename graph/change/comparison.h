/*
 * comparison: two states of the same world, compared as far as questions about changed access need it: who is who
 * (counterparts.h), what policies and users and roles say otherwise (party_changes.h), which direct edges differ
 * (hop_changes.h).
 *
 * Callers from outside have edges only where trust policies name them, though wider callers (anyone, accounts) may have
 * more in their name. Where something changed, those who are near get all their edges (edges_of_caller): what is said
 * of them is then the whole truth. All others would have the same ones in both states.
 */
#ifndef ROLECHAIN_GRAPH_CHANGE_COMPARISON_H
#define ROLECHAIN_GRAPH_CHANGE_COMPARISON_H

#include "graph/change/access_changes.h"
#include "graph/change/party_changes.h"

struct comparison {
    struct counterparts counterparts;
    struct policy_contents contents;
    uint32_t *touched; /* per party: see party_changes.h */
    struct hop_changes hops;
};

/* Edges of one pool, which must outlive it and get more nodes and edges. */
void comparison_find(struct comparison *comparison, struct edges *old, struct edges *new);
void comparison_free(struct comparison *comparison); /* zeroed: nothing */

#endif
