/*
 * identity_pools: which roles Cognito identity pools give to whom, from their exports. Whether a role lets in the
 * pool's tokens is for its trust policy to say (graph/edges/edges_pools.h).
 *
 * A pool gives roles in two ways. In the enhanced flow Cognito asks for the session, of the role that the pool names
 * for the user. In the basic (classic) flow, where the pool allows it, the user gets the pool's token and asks STS, for
 * any role whose trust policy lets the token in. Only pools of which all is exported are here. Rules and sources:
 * docs/decisions.md, "Identity pools".
 */
#ifndef ROLECHAIN_GRAPH_MODEL_IDENTITY_POOLS_H
#define ROLECHAIN_GRAPH_MODEL_IDENTITY_POOLS_H

#include "graph/model/model.h"

/* Who gets the identity of a guest. */
#define GUEST "anyone on the internet"

/* Before the name of an identity provider: who signed in there. */
#define POOL_USER_PREFIX "user of "

/* What edges have for `how`. */
#define HOW_GUEST "cognito-guest"
#define HOW_POOL "cognito"             /* the role for users of the provider */
#define HOW_RULE "cognito-rule"        /* a rule on the claims of the user's token gives it */
#define HOW_TOKEN_ROLE "cognito-token" /* the user's token names it */
#define HOW_CLASSIC "cognito-classic"

struct pool_gift {
    uint32_t role; /* model index; MODEL_NONE: any that lets the pool's tokens in */
    const char *how;
    const char *fact; /* under which it is given, in words; NULL: always */
    bool unknown;     /* the exports do not say whether the fact holds; else it depends on the user */
};

struct pool_visitor {
    const char *text;  /* GUEST, or POOL_USER_PREFIX and the provider */
    const char *login; /* the provider, as tokens name it in amr; NULL: a guest */
    uint32_t place;    /* for workloads.c: in workloads_list */
    struct pool_gift *gifts;
    uint32_t count, room;
};

struct identity_pool {
    const char *id, *name; /* name: the id where none is known */
    struct pool_visitor *visitors;
    uint32_t count, room;
};

struct identity_pools {
    struct arena arena;
    struct identity_pool *list; /* by id */
    uint32_t count, room;
};

/* Zeroes and fills. Texts live until identity_pools_free. */
void identity_pools_load(struct identity_pools *pools, const struct model *model, struct store *store);
void identity_pools_free(struct identity_pools *pools);

/* Whether the text has the form of a visitor's, and whether some pool of the store has that one. */
bool identity_pools_are_visitors(const char *text);
bool identity_pools_have(struct store *store, const char *text);

#endif
