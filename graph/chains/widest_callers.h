/*
 * widest_callers: for every role, the widest outside party that certainly can become it: anyone, then organizations,
 * accounts, identity providers, services.
 */
#ifndef ROLECHAIN_GRAPH_CHAINS_WIDEST_CALLERS_H
#define ROLECHAIN_GRAPH_CHAINS_WIDEST_CALLERS_H

#include "graph/edges/edges.h"

/* How wide a kind of caller is, as a rank: 0 is anyone. Users, roles and all that stand for themselves alone share the
 * last rank. */
uint32_t caller_kind_width(enum caller_kind kind);

/* Sets widest[node] (node_count elements) to the node of the widest outside party that becomes it in one hop, possibly
 * under conditions, followed by hops without conditions; MODEL_NONE: none. Of equally wide ones the first node.
 * through_chain[node] (node_count elements): it needs more than one hop. Linear in nodes and edges. */
void widest_callers_find(const struct edges *edges, uint32_t *widest, bool *through_chain);

#endif
