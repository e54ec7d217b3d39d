#include "analyzer/findings/patches/policy_json.h"

#include "ingest/support/json_build.h"
#include <string.h>

json_t *policy_json_document(json_t *statement)
{
    json_t *policy = json_object(), *statements = json_array();
    json_add(statements, statement);
    json_put(policy, "Version", json_text("2012-10-17"));
    json_put(policy, "Statement", statements);
    return policy;
}

json_t *policy_json_statement(const char *effect, json_t *actions)
{
    json_t *statement = json_object();
    json_put(statement, "Effect", json_text(effect));
    json_put(statement, "Action", actions);
    json_put(statement, "Resource", json_text("*"));
    return statement;
}

/* ---- members that hold one value or a list of them */

json_t *policy_json_written(json_t *list)
{
    return json_array_size(list) == 1 ? json_array_get(list, 0) : list;
}

void policy_json_set(json_t *object, const char *member, json_t *list)
{
    if (json_array_size(list) == 0)
        json_object_del(object, member);
    else
        json_put(object, member, json_incref(policy_json_written(list)));
}

bool policy_json_has(const json_t *list, const json_t *value)
{
    for (size_t i = 0; i < json_array_size(list); i++)
        if (json_equal(json_array_get(list, i), value))
            return true;
    return false;
}

bool policy_json_has_text(const json_t *list, const char *text)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *item = json_string_value(json_array_get(list, i));
        if (item != NULL && strcmp(item, text) == 0)
            return true;
    }
    return false;
}

void policy_json_add_once(json_t *list, json_t *value)
{
    if (!policy_json_has(list, value))
        json_add(list, json_incref(value));
    json_decref(value);
}

/* ---- statements */

/* The array of statements: one statement may stand without it. Borrowed. */
static json_t *statements_of(json_t *policy)
{
    json_t *statements = json_object_get(policy, "Statement");
    if (!json_is_array(statements))
        json_put(policy, "Statement", statements = json_listed(statements));
    return statements;
}

static size_t place_of(const json_t *statements, const json_t *statement)
{
    size_t place = 0;
    while (place < json_array_size(statements) && json_array_get(statements, place) != statement)
        place++;
    return place;
}

void policy_json_insert(json_t *policy, const json_t *first, json_t *second)
{
    json_t *statements = statements_of(policy);
    json_insert(statements, place_of(statements, first) + 1, second);
}

void policy_json_append(json_t *policy, json_t *statement)
{
    json_add(statements_of(policy), statement);
}

void policy_json_remove(json_t *policy, const json_t *statement)
{
    json_t *statements = statements_of(policy);
    json_array_remove(statements, place_of(statements, statement));
}

json_t *policy_json_copy(const json_t *statement)
{
    json_t *copy = json_like(statement);
    json_object_del(copy, "Sid");
    return copy;
}
