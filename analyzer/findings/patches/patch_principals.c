#include "analyzer/findings/patches/patch_principals.h"

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

void patch_set_list(json_t *principal, const char *member, json_t *list)
{
    if (json_array_size(list) == 0)
        json_object_del(principal, member);
    else
        json_object_set(principal, member, json_array_size(list) == 1 ? json_array_get(list, 0) : list);
}

/* Sorts the values of a member into those that stay and those that go. */
static void sort_out(const struct principals_meant *meant, json_t *values, json_t *stay, json_t *go)
{
    size_t i, count = json_is_array(values) ? json_array_size(values) : 1;
    for (i = 0; i < count; i++) {
        json_t *value = json_is_array(values) ? json_array_get(values, i) : values;
        json_array_append(is_meant(meant, value) ? go : stay, value);
    }
}

/* taken: an object that gets those who go, as they are written. */
static int take(json_t *statement, const struct principals_meant *meant, json_t *taken)
{
    json_t *principal = json_object_get(statement, element_of(statement)), *values;
    const char *member;
    void *next;
    int left = 0, gone = 0;
    if (json_is_string(principal) && is_meant(meant, principal)) {
        json_object_set(taken, "AWS", principal);
        json_object_set_new(statement, element_of(statement), json_object());
        return 0;
    }
    json_object_foreach_safe(principal, next, member, values)
    {
        json_t *stay = json_array(), *go = json_array();
        sort_out(meant, values, stay, go);
        left += (int)json_array_size(stay);
        gone += (int)json_array_size(go);
        if (json_array_size(go) > 0) {
            patch_set_list(taken, member, go);
            patch_set_list(principal, member, stay);
        }
        json_decref(stay);
        json_decref(go);
    }
    return gone > 0 ? left : -1;
}

int patch_remove_principals(json_t *statement, const struct principals_meant *meant)
{
    json_t *taken = json_object();
    int left = take(statement, meant, taken);
    json_decref(taken);
    return left;
}

void patch_add_principals(json_t *statement, const json_t *names)
{
    json_t *principal = json_object_get(statement, "Principal"), *list = json_array(), *name, *there;
    json_t *old = json_object_get(principal, "AWS");
    size_t i, j;
    if (json_is_string(old))
        json_array_append(list, old);
    else
        json_array_extend(list, old);
    json_array_foreach((json_t *)names, i, name)
    {
        bool known = false;
        json_array_foreach(list, j, there) known = known || json_equal(there, name);
        if (!known)
            json_array_append(list, name);
    }
    patch_set_list(principal, "AWS", list);
    json_decref(list);
}

static void add_principal(json_t *principal, const char *member, json_t *value)
{
    json_t *there = json_object_get(principal, member);
    if (there == NULL)
        json_object_set(principal, member, value);
    else if (json_is_array(there))
        json_array_append(there, value);
    else
        json_object_set_new(principal, member, json_pack("[O, O]", there, value));
}

void patch_insert_statement(json_t *policy, uint32_t position, json_t *statement)
{
    json_t *statements = json_object_get(policy, "Statement");
    if (json_is_array(statements))
        json_array_insert(statements, position + 1, statement);
    else
        json_object_set_new(policy, "Statement", json_pack("[O, O]", statements, statement));
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
        size_t i, count = json_is_array(list) ? json_array_size(list) : 1;
        for (i = 0; i < count; i++) {
            json_t *value = json_is_array(list) ? json_array_get(list, i) : list;
            bool one = json_is_string(value) && is_one(context, member, json_string_value(value));
            add_principal(one ? own : others, member, value);
        }
    }
    if (json_object_size(own) > 0 && json_object_size(others) == 0) {
        found = position;
    } else if (json_object_size(own) > 0) {
        json_t *alone = json_deep_copy(statement);
        json_object_set(statement, "Principal", others);
        json_object_set(alone, "Principal", own);
        json_object_del(alone, "Sid"); /* must be unique in the policy */
        patch_insert_statement(policy, position, alone);
        json_decref(alone);
        found = position + 1;
    }
    json_decref(others);
    json_decref(own);
    return found;
}
