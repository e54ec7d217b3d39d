#include "analyzer/findings/patches/patch_principals.h"
#include "analyzer/findings/facts/trust_walk.h"
#include "graph/policy/caller_pattern.h"

#include "analyzer/findings/patches/patches.h"
#include "ingest/policy/context_key.h"
#include "ingest/support/intern.h"
#include "ingest/support/json_build.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

bool patch_is_meant(const void *context, const char *member, const char *written)
{
    const struct principals_meant *meant = context;
    const struct statement *statement = meant->statement;
    (void)member;
    for (uint32_t i = 0; i < statement->principal_count; i++)
        if (strcmp(statement->principals[i].value, written) == 0 &&
            meant->is(&statement->principals[i], meant->context))
            return true;
    return false;
}

static bool is_meant(const struct principals_meant *meant, const json_t *value)
{
    return json_is_string(value) && patch_is_meant(meant, "", json_string_value(value));
}

static const char *element_of(const json_t *statement)
{
    return json_object_get(statement, "Principal") != NULL ? "Principal" : "NotPrincipal";
}

bool patch_is_of_account(const struct statement_principal *principal, const void *account)
{
    const char *whose = principal->form == PRINCIPAL_ACCOUNTS_LIKE ? principal->value : principal->account;
    return whose != NULL && strcmp(whose, account) == 0;
}

/* Sorts the values of a member into those that stay and those that go. */
static void sort_out(const struct principals_meant *meant, json_t *values, json_t *stay, json_t *go)
{
    json_t *list = json_listed(values), *value;
    struct intern names = {.count = 0}; /* names of the principals meant */
    size_t i;
    for (uint32_t j = 0; j < meant->statement->principal_count; j++) {
        const struct statement_principal *principal = &meant->statement->principals[j];
        if (meant->is(principal, meant->context))
            intern_add(&names, principal->value, strlen(principal->value));
    }
    json_array_foreach(list, i, value)
    {
        const char *text = json_string_value(value);
        bool goes = text != NULL && intern_find(&names, text, strlen(text)) != INTERN_NONE;
        json_add(goes ? go : stay, json_incref(value));
    }
    intern_free(&names);
    json_decref(list);
}

/* ---- conditions that name principals in a statement about anyone */

static bool is_key_of_caller(const struct statement *statement, const char *key)
{
    for (uint32_t i = 0; i < statement->condition_count; i++) {
        if (strcasecmp(statement->conditions[i].key, key) != 0)
            continue;
        switch (statement->conditions[i].about->source) {
        case SOURCE_PRINCIPAL_ARN:
        case SOURCE_PRINCIPAL_ACCOUNT:
        case SOURCE_PRINCIPAL_ORG_ID:
        case SOURCE_PRINCIPAL_ORG_PATHS:
        case SOURCE_USER_ID:
            return true;
        default:
            return false;
        }
    }
    return false;
}

static bool is_named_by(const struct statement_principal *principal, const char *value)
{
    size_t length = strlen(principal->value);
    switch (principal->form) {
    case PRINCIPAL_ACCOUNT: /* exactly 12 digits */
        for (const char *at = value; (at = strstr(at, principal->value)) != NULL; at++)
            if (strspn(at, "0123456789") == length && (at == value || !isdigit((unsigned char)at[-1])))
                return true;
        return false;
    case PRINCIPAL_UNIQUE_ID:
    case PRINCIPAL_ORGANIZATION:
        return strncmp(value, principal->value, length) == 0 && strchr(":/", value[length]) != NULL;
    case PRINCIPAL_ACCOUNTS_LIKE:
    case PRINCIPAL_ORGANIZATIONS_LIKE:
        return caller_pattern_is_told(value, principal->value);
    default:
        return strcmp(value, principal->value) == 0;
    }
}

/* Whether it names one of the principals meant, and nobody else. */
static bool names_meant(const struct principals_meant *meant, const json_t *value)
{
    const struct statement *statement = meant->statement;
    bool any = false;
    for (uint32_t i = 0; i < statement->named_count && json_is_string(value); i++) {
        const struct statement_principal *named = &statement->named[i];
        if (!is_named_by(named, json_string_value(value)))
            continue;
        if (!meant->is(named, meant->context))
            return false;
        any = true;
    }
    return any;
}

/* Of the values of one key, keeps those that name the principals meant (`keep`), or the others. Returns how many are
 * kept; -1: it names none of them. A list that would become empty is left unchanged. */
static int sort_values(const struct principals_meant *meant, json_t *block, const char *key, bool keep)
{
    json_t *values = json_listed(json_object_get(block, key)), *value, *stay = json_array();
    size_t i, named = 0;
    json_array_foreach(values, i, value)
    {
        bool is_one = names_meant(meant, value);
        named += is_one;
        if (is_one == keep)
            json_add(stay, json_incref(value));
    }
    int left = named > 0 ? (int)json_array_size(stay) : -1;
    if (left > 0)
        policy_json_set(block, key, stay);
    json_decref(stay);
    json_decref(values);
    return left;
}

/* The same for all keys about the caller: the least number kept for one key. */
static int sort_conditions(const struct principals_meant *meant, json_t *statement, bool keep)
{
    json_t *block, *values;
    const char *operator_name, *key;
    int fewest = -1;
    json_object_foreach(json_object_get(statement, "Condition"), operator_name, block)
    {
        if (!patch_is_demand(operator_name))
            continue;
        json_object_foreach(block, key, values)
        {
            int left = is_key_of_caller(meant->statement, key) ? sort_values(meant, block, key, keep) : -1;
            if (left >= 0 && (fewest < 0 || left < fewest))
                fewest = left;
        }
    }
    return fewest;
}

/* ---- parts of a statement */

int patch_remove_principals(json_t *statement, const struct principals_meant *meant)
{
    json_t *principal = json_object_get(statement, element_of(statement)), *values;
    const char *member;
    void *next;
    size_t left = 0, gone = 0;
    if (json_is_string(principal) && is_meant(meant, principal)) {
        json_put(statement, element_of(statement), json_object());
        return 0;
    }
    json_object_foreach_safe(principal, next, member, values)
    {
        json_t *stay = json_array(), *go = json_array();
        sort_out(meant, values, stay, go);
        left += json_array_size(stay);
        gone += json_array_size(go);
        if (json_array_size(go) > 0)
            policy_json_set(principal, member, stay);
        json_decref(stay);
        json_decref(go);
    }
    return gone > 0 ? (int)left : sort_conditions(meant, statement, false);
}

void patch_add_principals(json_t *statement, const json_t *names)
{
    json_t *principal = json_object_get(statement, "Principal"), *name;
    json_t *list = json_listed(json_object_get(principal, "AWS"));
    size_t i;
    json_array_foreach(names, i, name) policy_json_add_once(list, json_incref(name));
    if (principal != NULL)
        policy_json_set(principal, "AWS", list);
    json_decref(list);
}

static void add_principal(json_t *principal, const char *member, json_t *value)
{
    json_t *list = json_listed(json_object_get(principal, member));
    json_add(list, json_incref(value));
    policy_json_set(principal, member, list);
    json_decref(list);
}

uint32_t patch_split(json_t *policy, uint32_t position,
                     bool (*is_one)(const void *context, const char *member, const char *principal),
                     const void *context)
{
    json_t *statement = trust_policy_statement(policy, position);
    json_t *principal = json_object_get(statement, "Principal"), *list;
    json_t *own = json_object(), *others = json_object();
    const char *member;
    uint32_t found =
        json_is_string(principal) && is_one(context, "AWS", json_string_value(principal)) ? position : UINT32_MAX;
    json_object_foreach(principal, member, list)
    {
        json_t *values = json_listed(list), *value;
        size_t i;
        json_array_foreach(values, i, value)
        {
            bool one = json_is_string(value) && is_one(context, member, json_string_value(value));
            add_principal(one ? own : others, member, value);
        }
        json_decref(values);
    }
    if (json_object_size(own) > 0 && json_object_size(others) == 0) {
        found = position;
    } else if (json_object_size(own) > 0) {
        json_t *alone = policy_json_copy(statement);
        json_put(statement, "Principal", json_incref(others));
        json_put(alone, "Principal", json_incref(own));
        policy_json_insert(policy, statement, alone);
        found = position + 1;
    }
    json_decref(others);
    json_decref(own);
    return found;
}

uint32_t patch_split_meant(json_t *policy, uint32_t position, const struct principals_meant *meant)
{
    uint32_t found = patch_split(policy, position, patch_is_meant, meant);
    json_t *statement = trust_policy_statement(policy, position);
    if (found != UINT32_MAX || statement == NULL)
        return found;
    json_t *others = json_like(statement);
    int left = sort_conditions(meant, others, false);
    if (left == 0)
        found = position;
    if (left > 0) {
        json_t *alone = policy_json_copy(statement);
        sort_conditions(meant, alone, true);
        json_put_all(statement, others);
        policy_json_insert(policy, statement, alone);
        found = position + 1;
    }
    json_decref(others);
    return found;
}
