/*
 * exposure: for every role, how many can end up as it.
 *
 * A chain counts only if the conditions of its hops can hold together, and to ask that of every pair would be the
 * product that edges.h avoids. So the number is given from both sides, and is exact where the two meet: certain counts
 * those who need one hop, or hops without conditions alone; at_most those from whom hops lead there, whatever their
 * conditions.
 */
#ifndef ROLECHAIN_GRAPH_CHAINS_EXPOSURE_H
#define ROLECHAIN_GRAPH_CHAINS_EXPOSURE_H

#include "graph/edges/edges.h"

/* Users, roles and outside parties ("anyone" is one, so is an account that was not exported), the role itself apart. */
struct exposure {
    uint32_t direct;  /* who need one hop: exact */
    uint32_t certain; /* who surely can, be it under conditions */
    uint32_t at_most; /* who may */
    uint32_t always;  /* of certain those without conditions, over whichever chain */
    uint32_t outside; /* outside parties among at_most; sessions of exported roles are none, nor are people */
    uint32_t people;  /* people of Identity Center among at_most */
};

/* Fills in exposure[node] for every wanted node (NULL: all; node_count elements; zero for others, and for what nobody
 * can become). Exact at any size: roles with the same ends share an answer, and 512 of them a pass over the edges
 * between groups. */
void exposure_count(const struct edges *edges, const bool *wanted, struct exposure *exposure);

/* Whether the node is an outside party; sessions of exported roles are none. */
bool exposure_is_outside(const struct edges *edges, uint32_t node);

/* The ends of a node that anybody enters; returns how many. */
#define EXPOSURE_ENDS EDGES_ENDS
uint32_t exposure_ends(const struct edges *edges, uint32_t node, edge_end ends[EXPOSURE_ENDS]);

#endif
