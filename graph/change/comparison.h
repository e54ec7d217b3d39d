/*
 * comparison: compares two states of the same world as far as questions about changed access need it: who is who
 * (counterparts.h), what differs in policies, users and roles (party_changes.h), which direct edges differ
 * (hop_changes.h).
 *
 * Callers from outside have edges only where trust policies name them, although wider callers (anyone, accounts) may
 * give them more access. Where something changed, the callers concerned get all their edges (edges_of_caller), so that
 * the answer about them is complete. For all others the missing edges would be the same in both states.
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

/* The edges must share a pool, which must outlive the comparison; they get more nodes and edges. */
void comparison_find(struct comparison *comparison, struct edges *old, struct edges *new);
void comparison_free(struct comparison *comparison); /* does nothing if zeroed */

#endif
