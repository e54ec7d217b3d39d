#include "analyzer/findings/patches/patch_principals.h"
#include "analyzer/findings/facts/trust_walk.h"

#include "analyzer/findings/patches/policy_json.h"
#include "ingest/support/json_build.h"
#include <string.h>

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
    return principal->account != NULL && strcmp(principal->account, account) == 0;
}

/* Sorts the values of a member into those that stay and those that go. */
static void sort_out(const struct principals_meant *meant, json_t *values, json_t *stay, json_t *go)
{
    json_t *list = policy_json_list(values), *value;
    size_t i;
    json_array_foreach(list, i, value) json_add(is_meant(meant, value) ? go : stay, json_incref(value));
    json_decref(list);
}

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
    return gone > 0 ? (int)left : -1;
}

void patch_add_principals(json_t *statement, const json_t *names)
{
    json_t *principal = json_object_get(statement, "Principal"), *name;
    json_t *list = policy_json_list(json_object_get(principal, "AWS"));
    size_t i;
    json_array_foreach(names, i, name) policy_json_add_once(list, json_incref(name));
    if (principal != NULL)
        policy_json_set(principal, "AWS", list);
    json_decref(list);
}

static void add_principal(json_t *principal, const char *member, json_t *value)
{
    json_t *list = policy_json_list(json_object_get(principal, member));
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
        json_t *values = policy_json_list(list), *value;
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
