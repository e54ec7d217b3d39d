/*
 * edges_pools: into which roles Cognito identity pools let their guests and users. The pool must give the role, or
 * allow the basic (classic) flow, and the role's trust policy must admit tokens of the pool with the claims that
 * distinguish guests from users (cognito-identity.amazonaws.com:aud and :amr). Source:
 * https://docs.aws.amazon.com/cognito/latest/developerguide/role-trust-and-permissions.html
 */
#ifndef ROLECHAIN_GRAPH_EDGES_EDGES_POOLS_H
#define ROLECHAIN_GRAPH_EDGES_EDGES_POOLS_H

#include "graph/edges/edges_tokens.h"

/* Adds to the result of tokens_find. Cognito's issuer gives way (edges_give_way) for roles that only admit tokens of
 * exported pools. */
void pools_find(struct token_edges *tokens, struct edges *edges, const struct workloads *workloads);

/* Whether the issuer's tokens come from identity pools. */
bool pools_issue(const char *issuer);

#endif
