#include "graph/model/identity_pools.h"

#include "ingest/policy/arn.h"
#include "ingest/store/query.h"
#include "ingest/support/array.h"
#include "ingest/support/text.h"
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#define CLASSIC_UNKNOWN "the identity pool allows the basic (classic) flow (AllowClassicFlow is not in the export)"

/* A pool being read. */
struct reading {
    struct identity_pools *pools;
    const struct model *model;
    struct identity_pool *pool;
    json_t *roles, *mappings;
    enum fact classic;
};

static const char *keep(struct reading *reading, const char *text)
{
    return text != NULL ? arena_copy_text(&reading->pools->arena, text, strlen(text)) : NULL;
}

/* ARN NULL: any role. Roles that are not in the export are ignored. */
static void give(struct reading *reading, struct pool_visitor *visitor, const char *arn, const char *how,
                 const char *fact)
{
    struct pool_gift gift = {.role = MODEL_NONE, .how = how, .fact = fact};
    if (arn != NULL)
        gift.role = model_find_arn(reading->model, arn);
    if (arn == NULL || (gift.role != MODEL_NONE && reading->model->principals[gift.role].is_role))
        ARRAY_ADD(visitor->gifts, visitor->count, visitor->room, gift);
}

static void give_default(struct reading *reading, struct pool_visitor *visitor, const char *fact)
{
    const char *arn = json_string_value(json_object_get(reading->roles, "authenticated"));
    if (arn != NULL)
        give(reading, visitor, arn, fact == NULL ? HOW_POOL : HOW_RULE, fact);
}

/* ---- mappings */

/* The first rule that matches decides. Source:
 * https://docs.aws.amazon.com/cognito/latest/developerguide/role-based-access-control.html */
static const char *fact_of_rule(struct reading *reading, const json_t *rule, size_t number)
{
    static const char *const words[][2] = {
        {"Equals", "equals"}, {"Contains", "contains"}, {"StartsWith", "begins with"}, {"NotEqual", "is not"}};
    const char *type = json_string_value(json_object_get(rule, "MatchType")), *word = type;
    struct text text = {0};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        word = strcmp(words[i][0], type) == 0 ? words[i][1] : word;
    text_format(&text, "claim %s of the user's token %s \"%s\"%s", json_string_value(json_object_get(rule, "Claim")),
                word, json_string_value(json_object_get(rule, "Value")),
                number > 0 ? ", and no earlier rule of the identity pool matches" : "");
    return text_keep(&text, &reading->pools->arena);
}

/* Source: https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_RoleMapping.html */
static void give_mapped(struct reading *reading, struct pool_visitor *visitor, const json_t *mapping)
{
    const char *type = json_string_value(json_object_get(mapping, "Type"));
    const char *otherwise = json_string_value(json_object_get(mapping, "AmbiguousRoleResolution"));
    bool token = type != NULL && strcmp(type, "Token") == 0;
    json_t *rule;
    size_t index;
    if (token)
        give(reading, visitor, NULL, HOW_TOKEN_ROLE,
             "the user's token names the role (cognito:preferred_role or cognito:roles)");
    else
        json_array_foreach(json_object_get(json_object_get(mapping, "RulesConfiguration"), "Rules"), index, rule)
            give(reading, visitor, json_string_value(json_object_get(rule, "RoleARN")), HOW_RULE,
                 fact_of_rule(reading, rule, index));
    if (otherwise != NULL && strcmp(otherwise, "AuthenticatedRole") == 0)
        give_default(reading, visitor,
                     token ? "the user's token names no single role"
                           : "no rule of the identity pool matches the user's token");
}

/* ---- visitors */

/* "cognito-idp.REGION.amazonaws.com/POOL:CLIENT", "arn:…:oidc-provider/ISSUER": the provider in the name of its
 * users. */
static const char *provider_of(struct arena *arena, const char *login)
{
    static const char oidc[] = ":oidc-provider/";
    const char *issuer = strstr(login, oidc);
    if (strncmp(login, "cognito-idp.", 12) == 0)
        return arena_copy_text(arena, login, strcspn(login, ":"));
    login = issuer != NULL ? issuer + sizeof oidc - 1 : login;
    return arena_copy_text(arena, login, strlen(login));
}

static struct pool_visitor *add_visitor(struct reading *reading, const char *login)
{
    struct pool_visitor visitor = {.text = GUEST, .place = MODEL_NONE};
    struct text text = {0};
    if (login != NULL) {
        visitor.login = provider_of(&reading->pools->arena, login);
        text_format(&text, POOL_USER_PREFIX "%s", visitor.login);
        visitor.text = text_keep(&text, &reading->pools->arena);
    }
    ARRAY_ADD(reading->pool->visitors, reading->pool->count, reading->pool->room, visitor);
    return &reading->pool->visitors[reading->pool->count - 1];
}

static void give_classic(struct reading *reading, struct pool_visitor *visitor)
{
    if (reading->classic != FACT_NO)
        give(reading, visitor, NULL, HOW_CLASSIC, reading->classic == FACT_YES ? NULL : CLASSIC_UNKNOWN);
    if (reading->classic == FACT_UNKNOWN)
        visitor->gifts[visitor->count - 1].unknown = true;
}

static void add_guests(struct reading *reading)
{
    struct pool_visitor *guest = add_visitor(reading, NULL);
    const char *arn = json_string_value(json_object_get(reading->roles, "unauthenticated"));
    if (arn != NULL)
        give(reading, guest, arn, HOW_GUEST, NULL);
    give_classic(reading, guest);
}

static void add_users(struct reading *reading, const char *login)
{
    struct pool_visitor *visitor = add_visitor(reading, login);
    const json_t *mapping = json_object_get(reading->mappings, login);
    if (mapping != NULL)
        give_mapped(reading, visitor, mapping);
    else
        give_default(reading, visitor, NULL);
    give_classic(reading, visitor);
}

/* ---- the whole */

/* A pool that a complete list no longer names is gone; for one without a description it is unknown who gets roles. */
#define POOLS                                                                                                          \
    "SELECT id, coalesce(name, id), guests, classic, logins, roles, mappings FROM identity_pool p WHERE guests IS "    \
    "NOT "                                                                                                             \
    "NULL AND roles IS NOT NULL AND (listed OR NOT EXISTS (SELECT 1 FROM listing WHERE call = "                        \
    "'cognito-list-identity-pools' AND argument = p.account || ' ' || p.region)) ORDER BY id"

void identity_pools_load(struct identity_pools *pools, const struct model *model, struct store *store)
{
    *pools = (struct identity_pools){.count = 0};
    struct query *rows = query_open(store, POOLS);
    while (query_next(rows)) {
        struct reading reading = {.pools = pools, .model = model};
        struct identity_pool pool = {.id = keep(&reading, query_text(rows, 0)),
                                     .name = keep(&reading, query_text(rows, 1))};
        json_t *logins = json_loads(query_text(rows, 4), 0, NULL), *login;
        size_t index;
        reading.pool = &pool;
        reading.classic = query_is_null(rows, 3) ? FACT_UNKNOWN : query_integer(rows, 3) != 0 ? FACT_YES : FACT_NO;
        reading.roles = json_loads(query_text(rows, 5), 0, NULL);
        reading.mappings = query_is_null(rows, 6) ? NULL : json_loads(query_text(rows, 6), 0, NULL);
        if (query_integer(rows, 2) != 0)
            add_guests(&reading);
        json_array_foreach(logins, index, login) if (json_is_string(login))
            add_users(&reading, json_string_value(login));
        ARRAY_ADD(pools->list, pools->count, pools->room, pool);
        json_decref(logins);
        json_decref(reading.roles);
        json_decref(reading.mappings);
    }
    query_close(rows);
}

void identity_pools_free(struct identity_pools *pools)
{
    for (uint32_t i = 0; i < pools->count; i++) {
        for (uint32_t j = 0; j < pools->list[i].count; j++)
            free(pools->list[i].visitors[j].gifts);
        free(pools->list[i].visitors);
    }
    free(pools->list);
    arena_free(&pools->arena);
}

/* ---- names */

static bool is_among(struct arena *arena, const char *list, const char *provider)
{
    json_t *logins = json_loads(list, 0, NULL), *login;
    size_t index;
    bool found = false;
    json_array_foreach(logins, index, login) found =
        found || (json_is_string(login) && strcmp(provider_of(arena, json_string_value(login)), provider) == 0);
    json_decref(logins);
    return found;
}

bool identity_pools_are_visitors(const char *text)
{
    return strcmp(text, GUEST) == 0 || strncmp(text, POOL_USER_PREFIX, sizeof POOL_USER_PREFIX - 1) == 0;
}

bool identity_pools_have(struct store *store, const char *text)
{
    struct arena arena = {0};
    bool guest = strcmp(text, GUEST) == 0, found = false;
    if (!identity_pools_are_visitors(text))
        return false;
    struct query *rows = query_open(store, "SELECT logins, guests FROM identity_pool WHERE logins IS NOT NULL");
    while (!found && query_next(rows))
        found = guest ? query_integer(rows, 1) != 0
                      : is_among(&arena, query_text(rows, 0), text + sizeof POOL_USER_PREFIX - 1);
    query_close(rows);
    arena_free(&arena);
    return found;
}
