/*
 * edges_pools: which guests and users Cognito identity pools let into which roles: the pool must give the role, or
 * allow the basic (classic) flow, and the role's trust policy must let in tokens of the pool with what tells guests
 * from users (cognito-identity.amazonaws.com:aud and :amr). Source:
 * https://docs.aws.amazon.com/cognito/latest/developerguide/role-trust-and-permissions.html
 */
#ifndef ROLECHAIN_GRAPH_EDGES_EDGES_POOLS_H
#define ROLECHAIN_GRAPH_EDGES_EDGES_POOLS_H

#include "graph/edges/edges_tokens.h"

/* Adds to what tokens_find found. Cognito's issuer gives way (edges_give_way) for roles that let in tokens of no other
 * pool than those of the exports. */
void pools_find(struct token_edges *tokens, struct edges *edges, const struct workloads *workloads);

/* Whether tokens of the issuer are those of identity pools. */
bool pools_issue(const char *issuer);

#endif
