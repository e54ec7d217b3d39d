/*
 * identity_pools: which roles Cognito identity pools give to which visitors, from their exports. Whether a role admits
 * the pool's tokens is decided by its trust policy (graph/edges/edges_pools.h).
 *
 * A pool gives roles in two ways. In the enhanced flow Cognito requests the session, for the role that the pool names
 * for the user. In the basic (classic) flow, if the pool allows it, the user gets the pool's token and calls STS with
 * it, for any role whose trust policy admits the token. Only pools that were exported completely are here. Rules and
 * sources: docs/decisions.md, "Identity pools".
 */
#ifndef ROLECHAIN_GRAPH_MODEL_IDENTITY_POOLS_H
#define ROLECHAIN_GRAPH_MODEL_IDENTITY_POOLS_H

#include "graph/model/model.h"

/* The name of unauthenticated visitors. */
#define GUEST "anyone on the internet"

/* The name of users who signed in at an identity provider, with the provider's name appended. */
#define POOL_USER_PREFIX "user of "

/* The values of `how` in edges. */
#define HOW_GUEST "cognito-guest"
#define HOW_POOL "cognito"             /* the role for users of the provider */
#define HOW_RULE "cognito-rule"        /* given by a rule on the claims of the user's token */
#define HOW_TOKEN_ROLE "cognito-token" /* the user's token names it */
#define HOW_CLASSIC "cognito-classic"

struct pool_gift {
    uint32_t role; /* model index; MODEL_NONE: any role that admits the pool's tokens */
    const char *how;
    const char *fact; /* the condition in words; NULL: always */
    bool unknown;     /* the exports do not say whether the condition is true; else it depends on the user */
};

struct pool_visitor {
    const char *text;  /* GUEST, or POOL_USER_PREFIX with the provider */
    const char *login; /* the provider, as in the token's amr; NULL: a guest */
    uint32_t place;    /* for workloads.c: index in workloads_list */
    struct pool_gift *gifts;
    uint32_t count, room;
};

struct identity_pool {
    const char *id, *name; /* name: the id if unknown */
    struct pool_visitor *visitors;
    uint32_t count, room;
};

struct identity_pools {
    struct arena arena;
    struct identity_pool *list; /* sorted by id */
    uint32_t count, room;
};

/* Zeroes and fills it. Texts live until identity_pools_free. */
void identity_pools_load(struct identity_pools *pools, const struct model *model, struct store *store);
void identity_pools_free(struct identity_pools *pools);

/* Whether the text has the form of a visitor's name; whether some pool in the store has that visitor. */
bool identity_pools_are_visitors(const char *text);
bool identity_pools_have(struct store *store, const char *text);

#endif
