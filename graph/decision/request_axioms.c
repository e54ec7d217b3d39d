/*
 * What is certain about unknown keys.
 */
#include "graph/decision/request_inside.h"

#include "graph/model/trust_names.h"
#include "ingest/support/format.h"
#include "ingest/support/memory.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static constraint literal_of_set(struct constraint_pool *pool, enum condition_set set, const char *key,
                                 const char *const *values, uint32_t count)
{
    struct condition_name name = condition_plain(OPERATOR_STRING_EQUALS);
    name.set = set;
    return request_literal(pool, name, key, values, count);
}

/* What a fixed key implies for keys that are not fixed; constraint_literals.c knows how keys depend on each other. */
static constraint fixed_axiom(struct constraint_pool *pool, const struct fixed_key *fixed)
{
    static const char *const absence[] = {"true", "false"};
    const struct context_key *about = context_key_find(fixed->key);
    const char *key = request_residual_key(about, fixed->key);
    constraint result =
        request_literal(pool, condition_plain(OPERATOR_NULL), key, &absence[fixed->count > 0 ? 1 : 0], 1);
    switch (about->relation) {
    case RELATED_TO_NONE:
        return CONSTRAINT_TRUE;
    case RELATED_PASSED_TAG_NAMES:
        for (uint32_t i = 0; i < fixed->count; i++)
            result =
                constraint_and(pool, result, literal_of_set(pool, CONDITION_FOR_ANY_VALUE, key, &fixed->values[i], 1));
        return constraint_and(pool, result,
                              literal_of_set(pool, CONDITION_FOR_ALL_VALUES, key, fixed->values, fixed->count));
    case RELATED_MFA:
        return fixed->count == 1 ? request_literal(pool, condition_plain(OPERATOR_BOOL), key, fixed->values, 1)
                                 : result;
    case RELATED_CURRENT_TIME:
    case RELATED_EPOCH_TIME:
    case RELATED_TOKEN_TIME:
        return fixed->count == 1 ? request_literal(pool, condition_plain(OPERATOR_DATE_EQUALS), key, fixed->values, 1)
                                 : result;
    case RELATED_SESSION_IDENTITY:
    case RELATED_PASSED_IDENTITY:
        return fixed->count == 1 ? request_literal(pool, condition_plain(OPERATOR_STRING_EQUALS), key, fixed->values, 1)
                                 : result;
    default:
        return result;
    }
}

/* If a question's fixed keys cannot occur together, it is answered key by key. */
static constraint fixed_axioms(const struct request *request)
{
    struct constraint_pool *pool = request->pool;
    constraint result = CONSTRAINT_TRUE;
    for (uint32_t i = 0; i < request->fixed_count; i++)
        result = constraint_and(pool, result, fixed_axiom(pool, &request->fixed[i]));
    return constraint_satisfiable(pool, result) == CONSTRAINT_NO ? CONSTRAINT_TRUE : result;
}

/* A stranger's ARN is in a stranger's account; the ARN of some principal of an account is in that account. */
static constraint arn_axiom(const struct request *request)
{
    const struct caller *caller = request->caller;
    const char *account = caller->kind == CALLER_ANYONE          ? request_stranger_account(request)
                          : caller->kind == CALLER_ACCOUNTS_LIKE ? caller->text
                          : caller->account != NULL              ? caller->account
                                                                 : "*";
    const char *partition = caller->partition != NULL ? caller->partition : "*";
    bool session = caller->kind == CALLER_ROLE_SESSION;
    char role[128], user[128];
    const char *const values[] = {role, user};
    if (!caller_is_unnamed(caller) && (!session || caller->principal != MODEL_NONE))
        return CONSTRAINT_TRUE;
    format_print(role, sizeof role, "arn:%s:iam::%s:role/*%s", partition, account, session ? caller->name : "");
    format_print(user, sizeof user, "arn:%s:iam::%s:user/*", partition, account);
    /* ArnLike: a star for the partition must not run over the fields behind it. */
    return request_literal(request->pool, condition_plain(OPERATOR_ARN_LIKE), "aws:PrincipalArn", values,
                           session ? 1 : 2);
}

/* Whichever account it is, the organization determines how the path begins. A stranger may be in no organization. */
static constraint path_axiom(const struct request *request)
{
    bool stranger = request->caller->kind == CALLER_ANYONE;
    if (!stranger && request->caller->kind != CALLER_ORGANIZATION && request->caller->kind != CALLER_ORGANIZATIONS_LIKE)
        return CONSTRAINT_TRUE;
    char *beginning = memory_print("%s/*", stranger ? REQUEST_STRANGER_ORGANIZATION : request->caller->text);
    const char *const values[] = {beginning};
    struct condition_name like = condition_plain(OPERATOR_STRING_LIKE);
    like.set = stranger ? CONDITION_FOR_ALL_VALUES : CONDITION_FOR_ANY_VALUE;
    constraint result = request_literal(request->pool, like, "aws:PrincipalOrgPaths", values, 1);
    free(beginning);
    return result;
}

static constraint pattern_axiom(const struct request *request)
{
    const struct caller *caller = request->caller;
    return caller_is_pattern(caller)
               ? request_literal(request->pool, condition_plain(OPERATOR_STRING_LIKE),
                                 caller->kind == CALLER_ACCOUNTS_LIKE ? "aws:PrincipalAccount" : "aws:PrincipalOrgID",
                                 &caller->text, 1)
               : CONSTRAINT_TRUE;
}

/* What the caller cannot be, since it stands for somebody who was not exported. */
struct others {
    const struct request *request;
    constraint result;
};

static void exclude(struct others *others, enum condition_operator_id operator_id, const char *key, const char *value)
{
    struct constraint_pool *pool = others->request->pool;
    others->result =
        constraint_and(pool, others->result, request_literal(pool, condition_plain(operator_id), key, &value, 1));
}

static bool stands_for_accounts(const struct caller *caller)
{
    return caller->kind == CALLER_ORGANIZATION || caller_is_pattern(caller);
}

static void exclude_named(const struct statement_principal *principal, void *context)
{
    struct others *others = context;
    const struct caller *caller = others->request->caller;
    bool account = principal->account != NULL && stands_for_accounts(caller);
    char *pattern = principal->form == PRINCIPAL_UNIQUE_ID ? memory_print("%s*", principal->value)
                    : account                              ? memory_print("arn:*:iam::%s:*", principal->account)
                                                           : NULL;
    if (principal->form == PRINCIPAL_UNIQUE_ID)
        exclude(others, OPERATOR_STRING_NOT_LIKE, "aws:userid", pattern);
    else if (principal->form == PRINCIPAL_ACCOUNT && account) {
        exclude(others, OPERATOR_STRING_NOT_EQUALS, "aws:PrincipalAccount", principal->account);
        exclude(others, OPERATOR_ARN_NOT_LIKE, "aws:PrincipalArn", pattern);
    } else if (account) {
        exclude(others, OPERATOR_ARN_NOT_EQUALS, "aws:PrincipalArn", principal->value);
    }
    free(pattern);
}

/* Applies to the callers that the role's conditions name. */
static constraint others_axiom(const struct request *request)
{
    const struct caller *caller = request->caller;
    struct others others = {request, CONSTRAINT_TRUE};
    bool exported = caller->kind == CALLER_ACCOUNT && caller->account_index != MODEL_NONE &&
                    request->model->accounts[caller->account_index].detail == ACCOUNT_FULL;
    bool somebody = caller_has_iam_credentials(caller) && caller->kind != CALLER_ANYONE &&
                    caller->kind != CALLER_UNIQUE_ID && caller->kind != CALLER_KNOWN_LATER;
    if (request->role != MODEL_NONE && caller->principal == MODEL_NONE && somebody && !exported)
        trust_names_each_exported(request->model, request->role, !stands_for_accounts(caller), exclude_named, &others);
    if (request->role != MODEL_NONE && caller_is_pattern(caller))
        trust_names_each(request->model, request->role, exclude_named, &others);
    return others.result;
}

/* IDs are never reused, so no policy names a stranger's ID or account. */
static constraint id_axiom(const struct request *request)
{
    static const char *const ids[] = {"AIDASTRANGERSTRANGER", "AROASTRANGERSTRANGER:*"};
    if (request->caller->kind != CALLER_ANYONE)
        return CONSTRAINT_TRUE;
    return request_literal(request->pool, condition_plain(OPERATOR_STRING_LIKE), "aws:userid", ids, 2);
}

static void moment_text(double seconds, char *text, size_t size)
{
    snprintf(text, size, "%lld", llrint(seconds));
}

/* Temporary credentials of role sessions last at most 12 hours, those of users (GetSessionToken) 36. That none is
 * issued in the future is handled in constraint_literals.c. Source:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_request.html */
static constraint issue_axiom(const struct request *request, double now)
{
    static const char *const no[] = {"false"};
    struct constraint_pool *pool = request->pool;
    bool role = caller_is_role(request->caller);
    constraint result =
        role ? request_literal(pool, condition_plain(OPERATOR_NULL), "aws:TokenIssueTime", no, 1) : CONSTRAINT_TRUE;
    if (now <= 0)
        return result;
    struct condition_name not_before = condition_plain(OPERATOR_DATE_GREATER_THAN_EQUALS);
    char text[64];
    not_before.if_exists = true;
    const char *const moment[] = {text};
    moment_text(now - (role ? TOKEN_OF_ROLE_LIVES : TOKEN_LIVES), text, sizeof text);
    return constraint_and(pool, result, request_literal(pool, not_before, "aws:TokenIssueTime", moment, 1));
}

static constraint now_axiom(const struct request *request, double now)
{
    char text[64];
    const char *const moment[] = {text};
    if (now <= 0)
        return CONSTRAINT_TRUE;
    moment_text(now, text, sizeof text);
    return request_literal(request->pool, condition_plain(OPERATOR_DATE_GREATER_THAN_EQUALS), KEY_CURRENT_TIME, moment,
                           1);
}

/* Role sessions have none; an ARN may show that the caller is one. */
static constraint mfa_axiom(const struct request *request)
{
    static const char *const no[] = {"false"}, *const role[] = {"arn:*:iam::*:role/*"};
    struct constraint_pool *pool = request->pool;
    struct condition_name if_there = condition_plain(OPERATOR_BOOL);
    if_there.if_exists = true;
    if (!caller_is_role(request->caller) && !caller_is_unnamed(request->caller))
        return CONSTRAINT_TRUE;
    constraint none = request_literal(pool, if_there, "aws:MultiFactorAuthPresent", no, 1);
    if (caller_is_role(request->caller))
        return none;
    return constraint_or(pool, none,
                         request_literal(pool, condition_plain(OPERATOR_ARN_NOT_LIKE), "aws:PrincipalArn", role, 1));
}

static constraint organization_axiom(const struct request *request)
{
    return request->model->organization != NULL && request_is_not_ours(request)
               ? request_literal(request->pool, condition_plain(OPERATOR_STRING_NOT_EQUALS), "aws:PrincipalOrgID",
                                 &request->model->organization, 1)
               : CONSTRAINT_TRUE;
}

constraint request_axioms(const struct request *request, double now)
{
    struct constraint_pool *pool = request->pool;
    constraint axioms = fixed_axioms(request);
    const constraint known[] = {now_axiom(request, now),   mfa_axiom(request),  organization_axiom(request),
                                issue_axiom(request, now), path_axiom(request), id_axiom(request),
                                pattern_axiom(request),    arn_axiom(request),  others_axiom(request)};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        constraint axiom = known[i];
        for (uint32_t j = 0; j < request->fixed_count; j++)
            axiom =
                constraint_fix(pool, axiom, request->fixed[j].key, request->fixed[j].values, request->fixed[j].count);
        if (axiom == CONSTRAINT_FALSE)
            continue;
        constraint together = constraint_and(pool, axioms, axiom);
        /* The question overrides what is known otherwise. */
        if (request->fixed_count == 0 || constraint_satisfiable(pool, together) != CONSTRAINT_NO)
            axioms = together;
    }
    return axioms;
}
