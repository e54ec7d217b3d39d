/*
 * edges_tokens: which service accounts of EKS clusters the roles let in that trust the cluster's tokens: the trust
 * policy alone decides that. The provider must be in the role's account, the cluster can be in any.
 * edges_pools.h has the same of the tokens of Cognito.
 */
#ifndef ROLECHAIN_GRAPH_EDGES_EDGES_TOKENS_H
#define ROLECHAIN_GRAPH_EDGES_EDGES_TOKENS_H

#include "graph/edges/edges.h"
#include "graph/model/workloads.h"

/* What these edges have for `how`. */
#define HOW_TOKEN "irsa"

/* By a token: of a cluster, or of Cognito. */
struct token_edge {
    uint32_t workload; /* place in workloads_list */
    uint32_t role;
    constraint residual;
    const char *how;
};

/* Zero-initialise ({0}). */
struct token_edges {
    struct token_edge *list;
    uint32_t count, room;
};

/* The provider gives way (edges_give_way) where those found are all whom its tokens let into the role, now and later:
 * no service account that somebody might make would be another one. */
void tokens_find(struct token_edges *tokens, struct edges *edges, const struct workloads *workloads);
void tokens_free(struct token_edges *tokens);

#endif
