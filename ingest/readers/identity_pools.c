/*
 * Cognito identity pools: cognito-identity list-identity-pools, describe-identity-pool, get-identity-pool-roles.
 * Shapes: https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_GetIdentityPoolRoles.html
 */
#include "ingest/policy/arn.h"
#include "ingest/readers/reader.h"
#include "ingest/support/json_build.h"
#include "ingest/support/json_words.h"
#include <stdlib.h>
#include <string.h>

#define LIST_POOLS "cognito-list-identity-pools"

/* A pool's ID is REGION:GUID. */
static bool is_pool(const char *id)
{
    const char *colon = id != NULL ? strchr(id, ':') : NULL;
    return colon != NULL && colon != id && colon[1] != '\0' && strchr(colon + 1, ':') == NULL;
}

/* ---- list-identity-pools */

static void read_pools(struct export_reader *reader, const char *member)
{
    static const char *const names[] = {"IdentityPoolId", "IdentityPoolName"};
    const char *values[2], *scope = export_scope(reader);
    struct export_list list;
    (void)member;
    if (!export_list_enter(reader, &list))
        return;
    while (export_list_next(reader, &list)) {
        export_strings(reader, names, values, 2);
        if (is_pool(values[0]))
            EXPORT_WORKLOAD(reader, WORKLOAD_POOL, values[0], reader->named_account, values[1], NULL, NULL, NULL, "1");
        else
            export_list_lose(reader, &list, "an identity pool without IdentityPoolId (REGION:GUID)");
    }
    if (scope != NULL)
        export_listing(reader, LIST_POOLS, scope, list.lost);
}

/* ---- one pool: describe-identity-pool, get-identity-pool-roles, or both in one object */

struct pool {
    const char *id, *name;
    const char *guests, *classic;           /* "1", "0"; NULL: not given */
    const char *account, *roles, *mappings; /* NULL: not given */
    const char *wrong;                      /* what is invalid; NULL: nothing */
    json_t *logins;                         /* the names of the identity providers in mappings; NULL: none so far */
};

static void add_login(struct pool *pool, json_t *login)
{
    pool->logins = pool->logins != NULL ? pool->logins : json_array();
    json_add(pool->logins, login);
}

static void read_text(struct export_reader *reader, const char *member)
{
    struct pool *pool = reader->state;
    const char *text = export_string(reader);
    if (strcmp(member, "IdentityPoolId") == 0)
        pool->id = text;
    else if (strcmp(member, "IdentityPoolName") == 0)
        pool->name = text;
    else if (text != NULL)
        add_login(pool, json_text(text));
}

static void read_flag(struct export_reader *reader, const char *member)
{
    struct pool *pool = reader->state;
    json_t *value = export_json(reader);
    const char *flag = json_is_boolean(value) ? (json_is_true(value) ? "1" : "0") : NULL;
    *(strcmp(member, "AllowClassicFlow") == 0 ? &pool->classic : &pool->guests) = flag;
    if (value != NULL && flag == NULL && !json_is_null(value))
        export_problem(reader, PROBLEM_ERROR, "wrong-type", 0, 0, "expected true or false");
    json_decref(value);
}

/* {"accounts.google.com": "CLIENT"} */
static void read_social(struct export_reader *reader, const char *member)
{
    struct pool *pool = reader->state;
    json_t *value = export_json(reader), *client;
    const char *login;
    (void)member;
    json_object_foreach(value, login, client) add_login(pool, json_text(login));
    json_decref(value);
}

/* [{"ProviderName": …, "ClientId": …}], named "PROVIDER:CLIENT" in mappings; or ARNs. */
static void read_providers(struct export_reader *reader, const char *member)
{
    struct pool *pool = reader->state;
    json_t *value = export_json(reader), *one;
    size_t index;
    (void)member;
    json_array_foreach(value, index, one)
    {
        const char *name = json_string_value(json_object_get(one, "ProviderName"));
        const char *client = json_string_value(json_object_get(one, "ClientId"));
        if (name != NULL)
            add_login(pool, client != NULL ? json_text_format("%s:%s", name, client) : json_text(name));
        else if (json_is_string(one))
            add_login(pool, json_incref(one));
    }
    json_decref(value);
}

static const char *keep_json(struct export_reader *reader, const json_t *value)
{
    char *words = json_words(value, JSON_COMPACT | JSON_SORT_KEYS);
    const char *kept = export_keep(reader, words, strlen(words));
    free(words);
    return kept;
}

/* The account is taken from its roles if the folder does not name it. */
static void read_roles(struct export_reader *reader, const char *member)
{
    struct pool *pool = reader->state;
    json_t *value = export_json(reader), *role;
    const char *use;
    struct arn arn;
    (void)member;
    json_object_foreach(value, use, role)
    {
        const char *text = json_string_value(role);
        if (json_is_null(role))
            continue;
        if (text == NULL || !arn_parse(text, strlen(text), &arn) || arn.kind != ARN_ROLE)
            pool->wrong = "Roles: expected the ARNs of roles";
        else
            pool->account = export_keep(reader, arn.account.at, arn.account.length);
    }
    pool->roles = value != NULL ? keep_json(reader, value) : NULL;
    json_decref(value);
}

/* Equals, Contains, StartsWith, NotEqual */
static bool is_rule(const json_t *rule)
{
    return json_is_string(json_object_get(rule, "Claim")) && json_is_string(json_object_get(rule, "MatchType")) &&
           json_is_string(json_object_get(rule, "Value")) && json_is_string(json_object_get(rule, "RoleARN"));
}

static bool is_mapping(const json_t *mapping)
{
    const char *type = json_string_value(json_object_get(mapping, "Type"));
    const json_t *rules = json_object_get(json_object_get(mapping, "RulesConfiguration"), "Rules");
    bool good = type != NULL && (strcmp(type, "Token") == 0 || (strcmp(type, "Rules") == 0 && json_is_array(rules)));
    json_t *rule;
    size_t index;
    json_array_foreach(rules, index, rule) good = good && is_rule(rule);
    return good;
}

static void read_mappings(struct export_reader *reader, const char *member)
{
    struct pool *pool = reader->state;
    json_t *value = export_json(reader), *mapping;
    const char *login;
    (void)member;
    json_object_foreach(value, login, mapping) if (!is_mapping(mapping)) pool->wrong =
        "RoleMappings: expected Type Token, or Type Rules and rules with Claim, MatchType, Value and RoleARN";
    pool->mappings = json_object_size(value) > 0 ? keep_json(reader, value) : NULL;
    json_decref(value);
}

/* A pool without roles has no member Roles. */
static void finish_pool(struct export_reader *reader)
{
    struct pool *pool = reader->state;
    const char *account = reader->named_account != NULL ? reader->named_account : pool->account;
    bool described = pool->guests != NULL || pool->logins != NULL;
    bool gives = pool->roles != NULL || pool->mappings != NULL || strcmp(reader->call, "get-identity-pool-roles") == 0;
    if (!is_pool(pool->id)) {
        if (pool->id != NULL || strcmp(reader->call, "get-identity-pool-roles") == 0)
            export_problem(reader, PROBLEM_ERROR, "missing-member", 0, 0,
                           "an identity pool without IdentityPoolId (REGION:GUID)");
    } else if (pool->wrong != NULL) {
        export_problem(reader, PROBLEM_ERROR, "wrong-type", 0, 0, pool->wrong);
    } else {
        if (described)
            EXPORT_WORKLOAD(reader, WORKLOAD_POOL, pool->id, account, pool->name, pool->guests, pool->classic,
                            pool->logins != NULL ? keep_json(reader, pool->logins) : "[]", "0");
        if (gives)
            EXPORT_WORKLOAD(reader, WORKLOAD_POOL_ROLES, pool->id, account, pool->roles != NULL ? pool->roles : "{}",
                            pool->mappings);
    }
    json_decref(pool->logins);
    pool->logins = NULL;
}

static void end_pool(void *state)
{
    json_decref(((struct pool *)state)->logins);
}

/* clang-format off */
const struct export_kind identity_pools_kinds[] = {
    {.name = LIST_POOLS, .members = (const struct export_member[]){{"IdentityPools", CURSOR_ARRAY, read_pools, false}, {0}}},
    {.name = "cognito-identity-pool",
     .members = (const struct export_member[]){{"IdentityPoolId", CURSOR_STRING, read_text, false},
                                               {"IdentityPoolName", CURSOR_STRING, read_text, true},
                                               {"AllowUnauthenticatedIdentities", CURSOR_END, read_flag, true},
                                               {"AllowClassicFlow", CURSOR_END, read_flag, true},
                                               {"DeveloperProviderName", CURSOR_STRING, read_text, true},
                                               {"SupportedLoginProviders", CURSOR_OBJECT, read_social, true},
                                               {"CognitoIdentityProviders", CURSOR_ARRAY, read_providers, true},
                                               {"OpenIdConnectProviderARNs", CURSOR_ARRAY, read_providers, true},
                                               {"SamlProviderARNs", CURSOR_ARRAY, read_providers, true},
                                               {"Roles", CURSOR_OBJECT, read_roles, true},
                                               {"RoleMappings", CURSOR_OBJECT, read_mappings, true},
                                               {0}},
     .state_size = sizeof(struct pool),
     .finish = finish_pool,
     .end = end_pool},
    {0},
};
/* clang-format on */
