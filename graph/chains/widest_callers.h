/*
 * widest_callers: for every role, the widest outside party that surely can become it: anyone, then organizations,
 * accounts, identity providers, services.
 */
#ifndef ROLECHAIN_GRAPH_CHAINS_WIDEST_CALLERS_H
#define ROLECHAIN_GRAPH_CHAINS_WIDEST_CALLERS_H

#include "graph/edges/edges.h"

/* How many others a caller of that kind stands for, as a place in an order: 0 is anyone. Users, roles and whatever
 * stands for itself alone share the last place. */
uint32_t caller_kind_width(enum caller_kind kind);

/* Sets widest[node] (node_count elements) to the node of the widest outside party that becomes it in one hop, be it
 * under conditions, or goes on from there by hops without any; MODEL_NONE: none does. Of equally wide ones the first
 * node. Linear in nodes and edges. */
void widest_callers_find(const struct edges *edges, uint32_t *widest);

#endif
