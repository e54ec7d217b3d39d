/*
 * Internals of request.h: request_values.c (values), request_variables.c (policy variables), request.c (conditions and
 * resources) and request_axioms.c.
 */
#ifndef ROLECHAIN_GRAPH_DECISION_REQUEST_INSIDE_H
#define ROLECHAIN_GRAPH_DECISION_REQUEST_INSIDE_H

#include "graph/decision/request.h"
#include "ingest/policy/context_key.h"

/* As request_value, for a key whose row is known. */
struct key_value request_value_of(const struct request *request, const struct context_key *about, const char *key);

/* The spelling of an unknown key in residuals, so that two spellings are one key. */
const char *request_residual_key(const struct context_key *about, const char *key);

/* NULL: not in the model. */
const struct model_account *request_caller_account(const struct request *request);

/* Whether the caller's account is known to be outside the exported organization. */
bool request_is_not_ours(const struct request *request);

/* The account of "anyone": a number that no condition in the role's policies mentions, not even a part of it. */
const char *request_stranger_account(const struct request *request);

/* Whether not even the caller's kind (user or role) is known. */
bool caller_is_unnamed(const struct caller *caller);

/* An atom on a key that comes from rolechain, not from a policy. */
constraint request_literal(struct constraint_pool *pool, struct condition_name name, const char *key,
                           const char *const *values, uint32_t count);

enum substitution {
    SUBSTITUTED,
    NULL_VALUE, /* a variable's key is absent: the value matches nothing; *result is NULL */
    OPEN_VALUE, /* a variable is unknown; it is '*' in the result */
};
/* The value with its variables replaced. */
enum substitution request_substitute(const struct request *request, const char *value, const char **result);

#endif
