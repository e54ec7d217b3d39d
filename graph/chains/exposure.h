/*
 * exposure: for every role, how many principals can become it.
 *
 * A chain counts only if the conditions of its hops can hold together; checking that for every pair would cost the
 * product that edges.h avoids. So there are two bounds, and the number is exact if they are equal: `certain` counts
 * principals that need one hop, or only hops without conditions; `at_most` counts those that have hops to the role,
 * whatever their conditions.
 */
#ifndef ROLECHAIN_GRAPH_CHAINS_EXPOSURE_H
#define ROLECHAIN_GRAPH_CHAINS_EXPOSURE_H

#include "graph/edges/edges.h"

/* Counts of users, roles and outside parties ("anyone" is one, so is an account that was not exported), without the
 * role itself. */
struct exposure {
    uint32_t direct;  /* in one hop: exact */
    uint32_t certain; /* certainly, possibly under conditions */
    uint32_t at_most; /* possibly */
    uint32_t always;  /* of `certain`: without conditions, over some chain */
    uint32_t
        outside; /* outside parties among `at_most`; sessions of exported roles do not count as such, nor are people */
    uint32_t people; /* people of Identity Center among at_most */
};

/* Fills in exposure[node] for every wanted node (NULL: all; node_count elements; zero for others, and for nodes that
 * nobody can become). Exact at any size: roles with the same ends share an answer, and each pass over the edges between
 * groups answers 512 of them. */
void exposure_count(const struct edges *edges, const bool *wanted, struct exposure *exposure);

/* Whether the node is an outside party; sessions of exported roles are not. */
bool exposure_is_outside(const struct edges *edges, uint32_t node);

/* The ends through which a node is entered, without those that nobody enters; returns their number. */
#define EXPOSURE_ENDS EDGES_TARGETS
uint32_t exposure_ends(const struct edges *edges, uint32_t node, edge_end ends[EXPOSURE_ENDS]);

#endif
