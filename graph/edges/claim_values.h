/*
 * claim_values: which values of a token's claim a role's trust policy can accept, so that its formula need not be
 * decided for every token.
 */
#ifndef ROLECHAIN_GRAPH_EDGES_CLAIM_VALUES_H
#define ROLECHAIN_GRAPH_EDGES_CLAIM_VALUES_H

#include "graph/constraint/constraint.h"
#include "ingest/support/arena.h"

/* Zero-initialise ({0}). */
struct claim_values {
    const char **patterns; /* the claim must match one of these */
    uint32_t count, room;
    bool any; /* other values may be accepted as well */
    struct arena arena;
};

/* Extracts what the formula requires of the key ("ISSUER:sub"). */
void claim_values_find(struct claim_values *values, struct constraint_pool *pool, constraint formula, const char *key);
void claim_values_free(struct claim_values *values);

bool claim_values_may_be(const struct claim_values *values, const char *value);

/* "ISSUER:CLAIM", which the caller frees. */
char *claim_key(const char *issuer, const char *claim);

#endif
