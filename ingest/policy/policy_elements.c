/*
 * The elements of a statement, in their normal form (policy.h).
 */
#include "ingest/policy/policy_inside.h"

#include "ingest/policy/arn.h"
#include "ingest/policy/context_key.h"
#include "ingest/policy/operators.h"
#include "ingest/policy/policy_duplicates.h"
#include "ingest/support/json_build.h"
#include <stdio.h>
#include <string.h>

/* ---- lists of strings */

static json_t *as_text(const json_t *value)
{
    char number[64];
    switch (json_typeof(value)) {
    case JSON_STRING:
        return json_text(json_string_value(value));
    case JSON_TRUE:
        return json_text("true");
    case JSON_FALSE:
        return json_text("false");
    case JSON_INTEGER:
        snprintf(number, sizeof number, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
        return json_text(number);
    case JSON_REAL:
        snprintf(number, sizeof number, "%.17g", json_real_value(value));
        return json_text(number);
    default:
        return NULL;
    }
}

/* Appends a scalar or all of an array to list; scalars other than strings only where the grammar has them. False if
 * something else stands there. */
static bool append_texts(json_t *list, const json_t *value, bool scalars)
{
    size_t count = json_is_array(value) ? json_array_size(value) : 1;
    for (size_t i = 0; i < count; i++) {
        const json_t *item = json_is_array(value) ? json_array_get(value, i) : value;
        if (!scalars && !json_is_string(item))
            return false;
        json_t *text = as_text(item);
        if (text == NULL)
            return false;
        json_add(list, text);
    }
    return true;
}

/* The member of an object, which an earlier occurrence of the same member may have begun. */
static json_t *begin_member(json_t *object, const char *name, json_t *(*create)(void))
{
    if (json_object_get(object, name) == NULL)
        json_put(object, name, create());
    return json_object_get(object, name);
}

static void read_list(struct policy_reader *reader, struct policy_statement *statement, const char *member,
                      const json_t *value, enum policy_problem_code code, json_t *body)
{
    json_t *list = begin_member(body, member, json_array);
    char pointer[64];
    snprintf(pointer, sizeof pointer, "/%s", member);
    if (!append_texts(list, value, false))
        policy_break(reader, statement, code, pointer, "expected a string or an array of strings");
    else if (json_array_size(list) == 0)
        policy_break(reader, statement, code, pointer, "the list is empty");
}

/* ---- Principal */

static void check_aws_principal(struct policy_reader *reader, const char *value, const char *pointer)
{
    struct arn arn;
    size_t length = strlen(value);
    bool digits = length > 0 && strspn(value, "0123456789") == length;
    if (digits && length != 12)
        policy_report(reader, PROBLEM_ERROR, GRAMMAR_ACCOUNT_ID_NOT_12_DIGITS, pointer,
                      "an account id has 12 digits: a leading zero may have been lost");
    else if (context_key_is_put_off(value))
        return;
    else if (strcmp(value, "*") != 0 && strpbrk(value, "*?") != NULL)
        policy_report(
            reader, PROBLEM_ERROR, GRAMMAR_WILDCARD_IN_PRINCIPAL_ARN, pointer,
            "a wildcard inside a principal is not a pattern and matches nobody; use \"*\" with a condition on "
            "aws:PrincipalArn");
    else if (arn_parse(value, length, &arn) && arn.kind == ARN_GROUP)
        policy_report(reader, PROBLEM_ERROR, GRAMMAR_GROUP_AS_PRINCIPAL, pointer, "a group cannot be a principal");
    else if (arn_parse(value, length, &arn) && !arn_is_account_id(arn.account.at, arn.account.length))
        policy_report(reader, PROBLEM_ERROR, GRAMMAR_ACCOUNT_ID_NOT_12_DIGITS, pointer,
                      "the account in the ARN does not have 12 digits");
}

static void read_principal(struct policy_reader *reader, struct policy_statement *statement, const char *member,
                           json_t *value, json_t *body)
{
    static const char *const kinds[] = {"AWS", "Service", "Federated", "CanonicalUser"};
    char pointer[128];
    json_t *result = begin_member(body, member, json_object);
    if (json_is_string(value) && strcmp(json_string_value(value), "*") == 0) {
        json_add(begin_member(result, "AWS", json_array), json_text("*"));
        return;
    }
    snprintf(pointer, sizeof pointer, "/%s", member);
    if (!json_is_object(value)) {
        policy_break(reader, statement, GRAMMAR_INVALID_PRINCIPAL, pointer,
                     "expected \"*\" or an object such as {\"AWS\": \"arn:…\"}");
        return;
    }
    const char *kind;
    json_t *values;
    json_object_foreach(value, kind, values)
    {
        bool known = false;
        for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
            known = known || policy_is_named(kind, kinds[i]);
        snprintf(pointer, sizeof pointer, "/%s/%.*s", member, (int)(policy_name_length(kind) % 64), kind);
        if (!known) {
            policy_report(reader, PROBLEM_ERROR, GRAMMAR_INVALID_PRINCIPAL, pointer,
                          "a principal is of the kind AWS, Service, Federated or CanonicalUser");
            continue;
        }
        char plain[32];
        snprintf(plain, sizeof plain, "%.*s", (int)policy_name_length(kind), kind);
        json_t *list = begin_member(result, plain, json_array);
        if (!append_texts(list, values, false))
            policy_break(reader, statement, GRAMMAR_INVALID_PRINCIPAL, pointer,
                         "expected a string or an array of strings");
        if (json_array_size(list) == 0)
            policy_report(reader, PROBLEM_ERROR, GRAMMAR_INVALID_PRINCIPAL, pointer,
                          "the list of principals is empty: it matches nobody");
        for (size_t i = 0; strcmp(plain, "AWS") == 0 && i < json_array_size(list); i++)
            check_aws_principal(reader, json_string_value(json_array_get(list, i)), pointer);
    }
}

/* ---- Condition */

static void read_keys(struct policy_reader *reader, struct policy_statement *statement, const char *operator_name,
                      json_t *keys, json_t *block)
{
    const char *key;
    json_t *values;
    json_object_foreach(keys, key, values)
    {
        size_t length = policy_name_length(key);
        json_t *list = json_object_getn(block, key, length);
        if (list == NULL) {
            list = json_array();
            json_object_setn_new(block, key, length, list);
        }
        if (append_texts(list, values, true))
            continue;
        char pointer[256];
        snprintf(pointer, sizeof pointer, "/Condition/%.64s/%.*s", operator_name, (int)(length % 128), key);
        policy_break(reader, statement, GRAMMAR_INVALID_CONDITION, pointer,
                     "expected a string, number or boolean, or an array of them");
    }
}

/* Adds to what an earlier Condition member of the statement gave, if there was one. */
static void read_condition(struct policy_reader *reader, struct policy_statement *statement, json_t *value,
                           json_t *result)
{
    if (!json_is_object(value)) {
        policy_break(reader, statement, GRAMMAR_INVALID_CONDITION, "/Condition",
                     "expected an object of condition operators");
        return;
    }
    const char *name;
    json_t *keys;
    json_object_foreach(value, name, keys)
    {
        char pointer[256], plain[128];
        snprintf(plain, sizeof plain, "%.*s", (int)(policy_name_length(name) < 127 ? policy_name_length(name) : 127),
                 name);
        snprintf(pointer, sizeof pointer, "/Condition/%s", plain);
        struct condition_name parsed;
        if (!condition_name_parse(plain, &parsed))
            policy_break(reader, statement, GRAMMAR_UNKNOWN_OPERATOR, pointer, "no such condition operator exists");
        else if (!json_is_object(keys))
            policy_break(reader, statement, GRAMMAR_INVALID_CONDITION, pointer, "expected an object of condition keys");
        if (!json_is_object(keys))
            continue;
        read_keys(reader, statement, plain, keys, begin_member(result, plain, json_object));
    }
}

/* ---- all of them */

void policy_read_elements(struct policy_reader *reader, struct policy_statement *statement, json_t *source,
                          json_t *body)
{
    const char *name;
    json_t *value;
    json_object_foreach(source, name, value)
    {
        if (policy_is_named(name, "Sid")) {
            if (json_is_string(value))
                statement->sid = arena_copy_text(reader->arena, json_string_value(value), json_string_length(value));
            else
                policy_report(reader, PROBLEM_ERROR, GRAMMAR_INVALID_SID, "/Sid", "expected a string");
        } else if (policy_is_named(name, "Effect")) {
            const char *effect = json_string_value(value), *before = statement->effect;
            statement->effect = effect == NULL                 ? NULL
                                : strcmp(effect, "Allow") == 0 ? "Allow"
                                : strcmp(effect, "Deny") == 0  ? "Deny"
                                                               : NULL;
            if (statement->effect == NULL)
                policy_break(reader, statement, GRAMMAR_INVALID_EFFECT, "/Effect",
                             "expected exactly \"Allow\" or \"Deny\"");
            if (before != NULL && before != statement->effect) {
                statement->effect = NULL;
                policy_break(reader, statement, GRAMMAR_INVALID_EFFECT, "/Effect", "both \"Allow\" and \"Deny\"");
            }
        } else if (policy_is_named(name, "Principal")) {
            read_principal(reader, statement, "Principal", value, body);
        } else if (policy_is_named(name, "NotPrincipal")) {
            read_principal(reader, statement, "NotPrincipal", value, body);
        } else if (policy_is_named(name, "Action")) {
            read_list(reader, statement, "Action", value, GRAMMAR_INVALID_ACTION, body);
        } else if (policy_is_named(name, "NotAction")) {
            read_list(reader, statement, "NotAction", value, GRAMMAR_INVALID_ACTION, body);
        } else if (policy_is_named(name, "Resource")) {
            read_list(reader, statement, "Resource", value, GRAMMAR_INVALID_RESOURCE, body);
        } else if (policy_is_named(name, "NotResource")) {
            read_list(reader, statement, "NotResource", value, GRAMMAR_INVALID_RESOURCE, body);
        } else if (policy_is_named(name, "Condition")) {
            read_condition(reader, statement, value, begin_member(body, "Condition", json_object));
        } else {
            char pointer[128];
            snprintf(pointer, sizeof pointer, "/%.100s", name);
            policy_report(reader, PROBLEM_ERROR, GRAMMAR_UNKNOWN_ELEMENT, pointer,
                          "no such element exists (element names are case-sensitive)");
        }
    }
}
