/*
 * statement: one policy statement, compiled from the normal form that ingest/policy/policy.h describes.
 */
#ifndef ROLECHAIN_GRAPH_POLICY_STATEMENT_H
#define ROLECHAIN_GRAPH_POLICY_STATEMENT_H

#include "graph/policy/condition.h"
#include "ingest/policy/arn.h"
#include "ingest/policy/sts_actions.h"
#include "ingest/support/arena.h"
#include "ingest/support/intern.h"
#include <stdint.h>

/* What a value in Principal or NotPrincipal names. Source:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html */
enum principal_form {
    PRINCIPAL_ANYONE,  /* "*" or {"AWS":"*"} */
    PRINCIPAL_ACCOUNT, /* 12 digits, or …:root */
    PRINCIPAL_USER_ARN,
    PRINCIPAL_ROLE_ARN,
    PRINCIPAL_SESSION_ARN,    /* sts assumed-role ARN: one session name of a role */
    PRINCIPAL_FEDERATED_USER, /* sts federated-user ARN: cannot call AssumeRole */
    PRINCIPAL_UNIQUE_ID,      /* AIDA…/AROA…: what remains of a deleted user or role */
    PRINCIPAL_SERVICE,
    PRINCIPAL_SAML,               /* saml-provider ARN */
    PRINCIPAL_WEB_IDENTITY,       /* oidc-provider ARN, or a built-in provider such as accounts.google.com */
    PRINCIPAL_ORGANIZATION,       /* anyone in it: only conditions name one, see named_callers.h */
    PRINCIPAL_ACCOUNTS_LIKE,      /* anyone in an account that matches the pattern, see caller_pattern.h: likewise */
    PRINCIPAL_ORGANIZATIONS_LIKE, /* likewise for organizations */
    PRINCIPAL_PUT_OFF,            /* only known when a template is deployed: context_key_is_put_off */
    PRINCIPAL_INVALID, /* wildcards inside an ARN, group ARNs, canonical users, anything else: matches nobody */
};

struct statement_principal {
    enum principal_form form;
    const char *value;     /* as written, interned */
    const char *account;   /* 12 digits, interned; NULL if the form has none */
    const char *partition; /* interned; NULL for a bare account id (which means the role's partition) */
    const char *name;      /* of the user, role or provider; PRINCIPAL_PUT_OFF: of the member it is in; or NULL */
    const char *session;   /* PRINCIPAL_SESSION_ARN */
};

/* One key of one operator block: operator + key + values, all of which are or-ed (negated operators: none may match).
 */
struct statement_condition {
    struct condition_name name;
    const char *key;                 /* as written */
    const struct context_key *about; /* its row, see context_key.h */
    const char *const *values;       /* as written, variables not substituted */
    uint32_t value_count;
    const struct condition_values *by_text; /* index of the same values, see condition_values.h; NULL: check all */
};

struct statement {
    const char *sid;    /* "" if absent */
    const char *broken; /* not NULL: cannot be read; never grants, might deny */
    const char *doubt;  /* not NULL: IAM might read it differently */
    const struct statement_principal *principals;
    const char *const *actions;
    const char *const *resources; /* as written, followed by the completed ARN for each incomplete one */
    const struct statement_condition *conditions;
    const struct statement_principal *named; /* by conditions of a statement about anyone, see named_callers.h */
    uint32_t document;                       /* model index */
    uint32_t position;                       /* index in the document's Statement */
    uint32_t principal_count, action_count, resource_count, condition_count, named_count;
    uint32_t resource_completions; /* number of completed ones at the end */
    uint8_t sts_actions;           /* a bit for each enum sts_action_id that Action/NotAction covers */
    bool allow : 1;                /* Effect; false: Deny */
    bool effect_known : 1;         /* false: so broken that it may be either */
    bool variables : 1;            /* Version 2012-10-17: ${…} are variables; otherwise literal text */
    bool has_principal : 1, not_principal : 1;
    bool not_action : 1;
    bool has_resource : 1, not_resource : 1;
};

/* Compiles the normal form. Strings are interned in `strings`, arrays live in the arena. sid/effect/broken/doubt come
 * from the columns (effect NULL: unknown). A body that does not parse gives broken. */
void statement_compile(struct arena *arena, struct intern *strings, const char *body, const char *sid,
                       const char *effect, const char *broken, const char *doubt, bool variables,
                       struct statement *statement);

/* The completed pattern for an ARN with fewer than six fields: "arn:aws:sqs" is "arn:aws:sqs:*:*:*" in identity
 * policies and boundaries. False: it is complete, not an ARN, or ends with a star that already covers the rest. Source:
 * the note in https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-arns */
bool statement_complete_arn(const char *resource, char *buffer, size_t size);

/* Whether the statement's Action/NotAction covers the action. */
bool statement_covers_action(const struct statement *statement, const char *action);

/* Whether the statement can be read, allows, and covers the action. */
static inline bool statement_allows_action(const struct statement *statement, const char *action)
{
    return statement->allow && statement->broken == NULL && statement_covers_action(statement, action);
}

static inline bool statement_covers_sts(const struct statement *statement, enum sts_action_id action)
{
    return (statement->sts_actions >> action & 1) != 0;
}

#endif
