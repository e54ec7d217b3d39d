/*
 * request: the values of condition keys in one call of a caller on a role, as far as they are known offline, and policy
 * variables. Which key is whose business: context_key.h. Source:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html and
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
 */
#ifndef ROLECHAIN_GRAPH_DECISION_REQUEST_H
#define ROLECHAIN_GRAPH_DECISION_REQUEST_H

#include "graph/decision/decision.h"

/* The organization of "anyone", if its account is in one: an id that no policy names. */
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
    const char *key; /* under which an unknown value goes into a residual: the canonical spelling, or another key it is
                        made from */
    const char *prefix; /* that stands before that key's value; "" mostly */
    bool not_ours; /* PrincipalOrgID of an account that is known to be outside the organization: any value but ours, or
                      absent */
};

struct key_value request_value(const struct request *request, const char *key);

/* One condition of a statement as a constraint; `variables` as in struct statement. */
constraint request_condition(const struct request *request, const struct statement_condition *condition,
                             bool variables);

/* Whether one of the Resource patterns matches the request's resource; guardrail: of an SCP or RCP. places: those that
 * can (resource_index.h); NULL, or STATEMENT_WHOLE for the first: all. */
constraint request_resources(const struct request *request, const struct statement *statement, bool guardrail,
                             const struct statement_place *places, uint32_t count);

/* What is certain of the unknown keys (a stranger's ARN is in a stranger's account, no policy names its unique id, its
 * organization is not ours; a role has no MFA; it is not earlier than `now`): to be added when a formula is decided. */
constraint request_axioms(const struct request *request, double now);

#endif
