/*
 * Whether a statement's Principal or NotPrincipal matches the caller.
 */
#include "graph/decision/evaluator.h"
#include "graph/decision/request_inside.h"

#include "graph/policy/pattern.h"
#include "ingest/support/memory.h"
#include <stdlib.h>
#include <string.h>

static constraint key_equals(const struct request *request, const char *key, const char *value)
{
    constraint atom = request_literal(request->pool, condition_plain(OPERATOR_STRING_EQUALS), key, &value, 1);
    return constraint_satisfiable(request->pool, atom) == CONSTRAINT_NO ? CONSTRAINT_FALSE : atom;
}

/* A bare account id means the account in the role's own partition. */
static bool same_account_as(const struct request *request, const struct statement_principal *principal)
{
    const struct caller *caller = request->caller;
    if (caller->account == NULL || principal->account == NULL || strcmp(caller->account, principal->account) != 0)
        return false;
    return principal->partition == NULL || caller->partition == NULL ||
           strcmp(principal->partition, caller->partition) == 0;
}

static const char *caller_unique_id(const struct request *request)
{
    uint32_t index = request->caller->principal;
    if (request->caller->kind == CALLER_UNIQUE_ID)
        return request->caller->text;
    return index != MODEL_NONE ? request->model->principals[index].unique_id : "";
}

static const char *caller_arn(const struct request *request)
{
    uint32_t index = request->caller->principal;
    return index != MODEL_NONE ? request->model->principals[index].arn : request->caller->text;
}

static constraint match_user_or_role(const struct request *request, const struct statement_principal *principal)
{
    const struct caller *caller = request->caller;
    bool user = principal->form == PRINCIPAL_USER_ARN;
    if (caller->kind == CALLER_ACCOUNT)
        return same_account_as(request, principal) ? key_equals(request, "aws:PrincipalArn", principal->value)
                                                   : CONSTRAINT_FALSE;
    if (user ? caller->kind != CALLER_USER : !caller_is_role(caller))
        return CONSTRAINT_FALSE;
    if (strcmp(caller_arn(request), principal->value) == 0)
        return CONSTRAINT_TRUE;
    /* A session's ARN does not tell the path of a role that was not exported. */
    return constraint_of(caller->kind == CALLER_ROLE_SESSION && caller->principal == MODEL_NONE &&
                         caller->name != NULL && same_account_as(request, principal) &&
                         strcmp(caller->name, principal->name) == 0);
}

/* Some principal of the account can be the session if it is the role (whose path the session's ARN does not tell) under
 * that session name. */
static constraint match_unnamed_session(const struct request *request, const struct statement_principal *principal)
{
    struct constraint_pool *pool = request->pool;
    const char *partition = request->caller->partition != NULL ? request->caller->partition : "*";
    char *plain = memory_print("arn:%s:iam::%s:role/%s", partition, principal->account, principal->name);
    char *in_path = memory_print("arn:%s:iam::%s:role/*/%s", partition, principal->account, principal->name);
    char *id = memory_print("*:%s", principal->session);
    const char *const arns[] = {plain, in_path}, *const ids[] = {id};
    constraint result = request_literal(pool, condition_plain(OPERATOR_ARN_LIKE), "aws:PrincipalArn", arns, 2);
    result = constraint_and(pool, result,
                            request_literal(pool, condition_plain(OPERATOR_STRING_LIKE), "aws:userid", ids, 1));
    free(plain);
    free(in_path);
    free(id);
    return result;
}

static constraint match_session(const struct request *request, const struct statement_principal *principal)
{
    const struct caller *caller = request->caller;
    if (caller->kind == CALLER_ACCOUNT)
        return same_account_as(request, principal) ? match_unnamed_session(request, principal) : CONSTRAINT_FALSE;
    if (!caller_is_role(caller) || caller->name == NULL || !same_account_as(request, principal) ||
        strcmp(caller->name, principal->name) != 0)
        return CONSTRAINT_FALSE;
    if (caller->kind == CALLER_ROLE_SESSION)
        return constraint_of(strcmp(caller->session, principal->session) == 0);
    return key_equals(request, KEY_CALLER_SESSION, principal->session);
}

/* A provider can be used only by roles of its own account. */
static constraint match_provider(const struct request *request, const struct statement_principal *principal)
{
    const struct caller *caller = request->caller;
    enum caller_kind kind = principal->form == PRINCIPAL_SAML ? CALLER_SAML_PROVIDER : CALLER_WEB_IDENTITY;
    if (caller->kind != kind || strcmp(caller->text, principal->value) != 0)
        return CONSTRAINT_FALSE;
    if (principal->account == NULL || request->role == MODEL_NONE)
        return CONSTRAINT_TRUE;
    const struct model_principal *role = &request->model->principals[request->role];
    return constraint_of(strcmp(principal->account, request->model->accounts[role->account].id) == 0);
}

/* A principal that is only known after deployment can be any caller of its kind that the rest of the text allows; a
 * stranger is never one that a policy names. */
static constraint match_put_off(const struct request *request, const struct statement_principal *principal,
                                enum trust_way *way)
{
    const struct caller *caller = request->caller;
    bool service = strcmp(principal->name, "Service") == 0, provider = strcmp(principal->name, "Federated") == 0;
    bool fits = service    ? caller->kind == CALLER_SERVICE
                : provider ? caller_is_federated(caller)
                           : caller_has_iam_credentials(caller) && caller->kind != CALLER_ANYONE;
    *way = service ? WAY_SERVICE : provider ? WAY_FEDERATED : WAY_DELEGATED;
    char *pattern = context_key_loosened(principal->value);
    char *root = memory_print("arn:%s:iam::%s:root", caller->partition != NULL ? caller->partition : "aws",
                              caller->account != NULL ? caller->account : "");
    bool unknown =
        caller->kind == CALLER_ACCOUNT || caller->kind == CALLER_ORGANIZATION || caller->kind == CALLER_UNIQUE_ID;
    bool later = caller_is_known_later(caller);
    const char *written = caller->kind == CALLER_KNOWN_LATER ? caller->text : caller->name;
    fits =
        fits && (later ? strcmp(written, principal->value) == 0
                       : unknown || pattern_matches(pattern, caller_arn(request)) || pattern_matches(pattern, root) ||
                             (caller->account != NULL && pattern_matches(pattern, caller->account)));
    char *words = memory_print("\"%s\" is the caller", principal->value);
    constraint fact = fits ? constraint_fact(request->pool, words) : CONSTRAINT_FALSE;
    free(pattern);
    free(root);
    free(words);
    return fact;
}

constraint principal_matches(const struct request *request, const struct statement_principal *principal, bool allow,
                             enum trust_way *way)
{
    const struct caller *caller = request->caller;
    const char *unique_id;
    switch (principal->form) {
    case PRINCIPAL_ANYONE:
        /* In an Allow, "*" does not open a role to services and federated identities; in a Deny, it is about everybody.
         */
        *way = WAY_ANYONE;
        return constraint_of(!allow || caller_has_iam_credentials(caller));
    case PRINCIPAL_ACCOUNT:
        *way = WAY_DELEGATED;
        return constraint_of(same_account_as(request, principal) && !caller_is_federated(caller));
    case PRINCIPAL_USER_ARN:
        *way = WAY_USER;
        return match_user_or_role(request, principal);
    case PRINCIPAL_ROLE_ARN:
        *way = WAY_ROLE;
        return match_user_or_role(request, principal);
    case PRINCIPAL_SESSION_ARN:
        *way = WAY_SESSION;
        return match_session(request, principal);
    case PRINCIPAL_FEDERATED_USER:
        *way = WAY_USER;
        return constraint_of(caller->kind == CALLER_FEDERATED_USER && strcmp(caller->text, principal->value) == 0);
    case PRINCIPAL_UNIQUE_ID:
        unique_id = caller_unique_id(request);
        *way = caller->kind == CALLER_USER ? WAY_USER : WAY_ROLE;
        return constraint_of(unique_id[0] != '\0' && strcmp(unique_id, principal->value) == 0);
    case PRINCIPAL_SERVICE:
        *way = WAY_SERVICE;
        return constraint_of(caller->kind == CALLER_SERVICE && strcmp(caller->text, principal->value) == 0);
    case PRINCIPAL_SAML:
    case PRINCIPAL_WEB_IDENTITY:
        *way = WAY_FEDERATED;
        return match_provider(request, principal);
    case PRINCIPAL_PUT_OFF:
        return match_put_off(request, principal, way);
    case PRINCIPAL_ORGANIZATION:
    case PRINCIPAL_ACCOUNTS_LIKE:
    case PRINCIPAL_ORGANIZATIONS_LIKE:
    case PRINCIPAL_INVALID:
        break;
    }
    *way = WAY_ANYONE;
    return CONSTRAINT_FALSE;
}

uint32_t trust_part_count(const struct trust_part *part)
{
    return part->places != NULL ? part->count : part->statement->principal_count;
}

const struct statement_principal *trust_part_principal(const struct trust_part *part, uint32_t i)
{
    return &part->statement->principals[part->places != NULL ? part->places[i].part : i];
}

constraint principal_spared(const struct request *request, const struct trust_part *part)
{
    const struct caller *caller = request->caller;
    bool account = false, itself = false, sessions = false;
    constraint session = CONSTRAINT_FALSE, other = CONSTRAINT_FALSE;
    for (uint32_t i = 0; i < trust_part_count(part); i++) {
        const struct statement_principal *principal = trust_part_principal(part, i);
        enum trust_way way;
        constraint match = principal_matches(request, principal, false, &way);
        if (principal->form == PRINCIPAL_ACCOUNT)
            account = account || match == CONSTRAINT_TRUE;
        else if (principal->form == PRINCIPAL_SESSION_ARN) {
            sessions = sessions || (caller_is_role(caller) && caller->name != NULL &&
                                    same_account_as(request, principal) && strcmp(caller->name, principal->name) == 0);
            session = constraint_or(request->pool, session, match);
        } else if (principal->form == PRINCIPAL_USER_ARN || principal->form == PRINCIPAL_ROLE_ARN ||
                   principal->form == PRINCIPAL_UNIQUE_ID)
            itself = itself || match != CONSTRAINT_FALSE;
        else
            other = constraint_or(request->pool, other, match);
    }
    if (caller->principal != MODEL_NONE && request->model->principals[caller->principal].boundary != NULL)
        return CONSTRAINT_FALSE;
    constraint listed = constraint_of(account && itself);
    if (sessions)
        listed = constraint_and(request->pool, listed, session);
    return constraint_or(request->pool, other, listed);
}
