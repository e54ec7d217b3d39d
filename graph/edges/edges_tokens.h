/*
 * edges_tokens: which service accounts of EKS clusters can become the roles that trust the cluster's tokens: only the
 * trust policy decides. The provider must be in the role's account, the cluster can be in any. edges_pools.h does the
 * same for tokens of Cognito.
 */
#ifndef ROLECHAIN_GRAPH_EDGES_EDGES_TOKENS_H
#define ROLECHAIN_GRAPH_EDGES_EDGES_TOKENS_H

#include "graph/edges/edges.h"
#include "graph/model/workloads.h"

/* The `how` of these edges. */
#define HOW_TOKEN "irsa"

/* By a token of a cluster, or of Cognito. */
struct token_edge {
    uint32_t workload; /* index in workloads_list */
    uint32_t role;
    constraint residual;
    const char *how;
};

/* Zero-initialise ({0}). */
struct token_edges {
    struct token_edge *list;
    uint32_t count, room;
};

/* Finds them. The provider gives way (edges_give_way) if its tokens let nobody else into the role, now or later: no
 * service account that might be created would be admitted. */
void tokens_find(struct token_edges *tokens, struct edges *edges, const struct workloads *workloads);
void tokens_free(struct token_edges *tokens);

#endif
