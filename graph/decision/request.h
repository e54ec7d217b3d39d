/*
 * request: the values of condition keys in one call of a caller on a role, as far as they are known offline, and policy
 * variables. context_key.h says where each key comes from. Source:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html and
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
 */
#ifndef ROLECHAIN_GRAPH_DECISION_REQUEST_H
#define ROLECHAIN_GRAPH_DECISION_REQUEST_H

#include "graph/decision/decision.h"

/* The organization of "anyone", if their account is in one: an id that no policy names. */
#define REQUEST_STRANGER_ORGANIZATION "o-stranger00"

struct request {
    const struct model *model;
    struct constraint_pool *pool;
    struct arena *arena; /* scratch: values live until the question is decided */
    const struct caller *caller;
    uint32_t role;                        /* target; MODEL_NONE: `resource` is something else */
    const struct model_principal *target; /* the user or role that `resource` is where it is not assumed; else NULL */
    const char *resource;                 /* ARN */
    const char *action;
    const struct fixed_key *fixed;
    uint32_t fixed_count;
    struct decision_gain gain;
};

enum value_state {
    VALUE_KNOWN,   /* values/count; count 0: absent */
    VALUE_UNKNOWN, /* any value of the key's domain */
    VALUE_EITHER,  /* absent, or the one value given */
};

struct key_value {
    enum value_state state;
    const char *const *values;
    uint32_t count;
    const char *key; /* the key to use for an unknown value in a residual: the canonical spelling, or another key from
                        which it is derived */
    const char *prefix; /* put before that key's value; usually "" */
    bool not_ours; /* PrincipalOrgID for an account that is known to be outside the organization: any value except ours,
                      or absent */
};

struct key_value request_value(const struct request *request, const char *key);

/* One condition of a statement as a constraint; `variables` as in struct statement. */
constraint request_condition(const struct request *request, const struct statement_condition *condition,
                             bool variables);

/* Whether one of the Resource patterns matches the request's resource; guardrail: the statement is in an SCP or RCP.
 * places: the patterns that can match (resource_index.h); NULL, or STATEMENT_WHOLE first: check all. */
constraint request_resources(const struct request *request, const struct statement *statement, bool guardrail,
                             const struct statement_place *places, uint32_t count);

/* What is certain about the unknown keys (a stranger's ARN is in a stranger's account, no policy names its unique id,
 * its organization is not ours; a role has no MFA; it is not earlier than `now`): must be added when a formula is
 * decided. */
constraint request_axioms(const struct request *request, double now);

#endif
