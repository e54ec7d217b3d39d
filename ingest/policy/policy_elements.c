/*
 * The elements of a statement, in their normal form (policy.h).
 */
#include "ingest/policy/policy_inside.h"

#include "ingest/policy/arn.h"
#include "ingest/policy/context_key.h"
#include "ingest/policy/operators.h"
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* ---- lists of strings */

/* Appends a scalar, or all items of an array, to the list; scalars other than strings only where the grammar allows
 * them. False for anything else. */
static bool append_texts(struct policy_reader *reader, struct policy_json *list, const struct policy_json *value,
                         bool scalars)
{
    const bool array = value->type == POLICY_JSON_ARRAY;
    for (const struct policy_json *item = array ? value->first : value; item != NULL;
         item = array ? item->next : NULL) {
        if (item->type != POLICY_JSON_TEXT && !(scalars && item->type == POLICY_JSON_SCALAR))
            return false;
        policy_json_add_text(&reader->trees, list, item->text, item->length);
    }
    return true;
}

/* The member of an object; an earlier occurrence of the same member may have begun it. */
static struct policy_json *begin_member(struct policy_reader *reader, struct policy_json *object, const char *name,
                                        enum policy_json_type type)
{
    const size_t length = strlen(name);
    struct policy_json *member = policy_json_member(object, name, length);
    return member != NULL ? member : policy_json_put(&reader->trees, object, name, length, type);
}

static void read_list(struct policy_reader *reader, struct policy_statement *statement, const char *member,
                      const struct policy_json *value, enum policy_problem_code code, struct policy_json *body)
{
    struct policy_json *list = begin_member(reader, body, member, POLICY_JSON_ARRAY);
    bool texts = append_texts(reader, list, value, false);
    char pointer[64];
    if (texts && list->count > 0)
        return;
    snprintf(pointer, sizeof pointer, "/%s", member);
    policy_break(reader, statement, code, pointer, texts ? WORDS_LIST_EMPTY : WORDS_STRINGS_EXPECTED, NULL);
}

/* ---- Principal */

static void check_aws_principal(struct policy_reader *reader, const char *value, const char *pointer)
{
    struct arn arn;
    size_t length = strlen(value);
    bool digits = length > 0 && strspn(value, "0123456789") == length;
    if (digits && length != 12)
        policy_report(reader, PROBLEM_ERROR, GRAMMAR_ACCOUNT_ID_NOT_12_DIGITS, pointer, WORDS_ACCOUNT_DIGITS, NULL);
    else if (context_key_is_put_off(value))
        return;
    else if (strcmp(value, "*") != 0 && strpbrk(value, "*?") != NULL)
        policy_report(reader, PROBLEM_ERROR, GRAMMAR_WILDCARD_IN_PRINCIPAL_ARN, pointer, WORDS_PRINCIPAL_PATTERN, NULL);
    else if (arn_parse(value, length, &arn) && arn.kind == ARN_GROUP)
        policy_report(reader, PROBLEM_ERROR, GRAMMAR_GROUP_AS_PRINCIPAL, pointer, WORDS_GROUP_PRINCIPAL, NULL);
    else if (arn_parse(value, length, &arn) && !arn_is_account_id(arn.account.at, arn.account.length))
        policy_report(reader, PROBLEM_ERROR, GRAMMAR_ACCOUNT_ID_NOT_12_DIGITS, pointer, WORDS_ARN_ACCOUNT_DIGITS, NULL);
}

/* The member's name without the mark of repeated ones, cut if it is long. */
static const char *name_of(struct policy_reader *reader, const struct policy_json *member, size_t most)
{
    const size_t length = member->name_length < most ? member->name_length : most;
    return member->repeated || length < member->name_length ? arena_copy_text(&reader->trees, member->name, length)
                                                            : member->name;
}

static void read_principals(struct policy_reader *reader, struct policy_statement *statement, const char *member,
                            const struct policy_json *values, struct policy_json *result)
{
    static const char *const kinds[] = {"AWS", "Service", "Federated", "CanonicalUser"};
    char pointer[128];
    bool known = false;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        known = known || policy_json_is_named(values, kinds[i]);
    snprintf(pointer, sizeof pointer, "/%s/%.*s", member, (int)(values->name_length % 64), values->name);
    if (!known) {
        policy_report(reader, PROBLEM_ERROR, GRAMMAR_INVALID_PRINCIPAL, pointer, WORDS_PRINCIPAL_KINDS, NULL);
        return;
    }
    struct policy_json *list = begin_member(reader, result, name_of(reader, values, SIZE_MAX), POLICY_JSON_ARRAY);
    if (!append_texts(reader, list, values, false))
        policy_break(reader, statement, GRAMMAR_INVALID_PRINCIPAL, pointer, WORDS_STRINGS_EXPECTED, NULL);
    if (list->count == 0)
        policy_report(reader, PROBLEM_ERROR, GRAMMAR_INVALID_PRINCIPAL, pointer, WORDS_PRINCIPALS_EMPTY, NULL);
    if (policy_json_is_named(values, "AWS"))
        for (const struct policy_json *one = list->first; one != NULL; one = one->next)
            check_aws_principal(reader, one->text, pointer);
}

static void read_principal(struct policy_reader *reader, struct policy_statement *statement, const char *member,
                           const struct policy_json *value, struct policy_json *body)
{
    char pointer[128];
    struct policy_json *result = begin_member(reader, body, member, POLICY_JSON_OBJECT);
    if (value->type == POLICY_JSON_TEXT && strcmp(value->text, "*") == 0) {
        append_texts(reader, begin_member(reader, result, "AWS", POLICY_JSON_ARRAY), value, false);
        return;
    }
    snprintf(pointer, sizeof pointer, "/%s", member);
    if (value->type != POLICY_JSON_OBJECT) {
        policy_break(reader, statement, GRAMMAR_INVALID_PRINCIPAL, pointer, WORDS_PRINCIPAL_EXPECTED, NULL);
        return;
    }
    for (const struct policy_json *values = value->first; values != NULL; values = values->next)
        read_principals(reader, statement, member, values, result);
}

/* ---- Condition */

static void read_keys(struct policy_reader *reader, struct policy_statement *statement, const char *operator_name,
                      const struct policy_json *keys, struct policy_json *block)
{
    /* Members are searched only if the same one may have come before. */
    const bool may_meet = reader->duplicates || block->count > 0;
    for (const struct policy_json *values = keys->first; values != NULL; values = values->next) {
        const size_t length = values->name_length;
        struct policy_json *list = may_meet ? policy_json_member(block, values->name, length) : NULL;
        if (list == NULL)
            list = policy_json_put(&reader->trees, block, name_of(reader, values, SIZE_MAX), length, POLICY_JSON_ARRAY);
        if (append_texts(reader, list, values, true))
            continue;
        char pointer[256];
        snprintf(pointer, sizeof pointer, "/Condition/%.64s/%.*s", operator_name, (int)(length % 128), values->name);
        policy_break(reader, statement, GRAMMAR_INVALID_CONDITION, pointer, WORDS_VALUES_EXPECTED, NULL);
    }
}

/* Adds to the statement's earlier Condition member, if there was one. */
static void read_condition(struct policy_reader *reader, struct policy_statement *statement,
                           const struct policy_json *value, struct policy_json *result)
{
    if (value->type != POLICY_JSON_OBJECT) {
        policy_break(reader, statement, GRAMMAR_INVALID_CONDITION, "/Condition", WORDS_OPERATORS_EXPECTED, NULL);
        return;
    }
    for (const struct policy_json *keys = value->first; keys != NULL; keys = keys->next) {
        char pointer[256];
        struct condition_name parsed;
        const char *plain = name_of(reader, keys, 127);
        snprintf(pointer, sizeof pointer, "/Condition/%s", plain);
        if (!condition_name_parse(plain, &parsed))
            policy_break(reader, statement, GRAMMAR_UNKNOWN_OPERATOR, pointer, WORDS_NO_SUCH_OPERATOR, NULL);
        else if (keys->type != POLICY_JSON_OBJECT)
            policy_break(reader, statement, GRAMMAR_INVALID_CONDITION, pointer, WORDS_KEYS_EXPECTED, NULL);
        if (keys->type == POLICY_JSON_OBJECT)
            read_keys(reader, statement, plain, keys, begin_member(reader, result, plain, POLICY_JSON_OBJECT));
    }
}

/* ---- all of them */

static void read_sid(struct policy_reader *reader, struct policy_statement *statement, const struct policy_json *value)
{
    if (value->type == POLICY_JSON_TEXT)
        statement->sid = arena_copy_text(reader->arena, value->text, value->length);
    else
        policy_report(reader, PROBLEM_ERROR, GRAMMAR_INVALID_SID, "/Sid", WORDS_STRING_EXPECTED, NULL);
}

static void read_effect(struct policy_reader *reader, struct policy_statement *statement,
                        const struct policy_json *value)
{
    const char *effect = value->type == POLICY_JSON_TEXT ? value->text : NULL, *before = statement->effect;
    statement->effect = effect == NULL                 ? NULL
                        : strcmp(effect, "Allow") == 0 ? "Allow"
                        : strcmp(effect, "Deny") == 0  ? "Deny"
                                                       : NULL;
    if (statement->effect == NULL)
        policy_break(reader, statement, GRAMMAR_INVALID_EFFECT, "/Effect", WORDS_EFFECT_EXPECTED, NULL);
    if (before != NULL && before != statement->effect) {
        statement->effect = NULL;
        policy_break(reader, statement, GRAMMAR_INVALID_EFFECT, "/Effect", WORDS_BOTH_EFFECTS, NULL);
    }
}

void policy_read_elements(struct policy_reader *reader, struct policy_statement *statement,
                          const struct policy_json *source, struct policy_json *body)
{
    static const struct {
        const char *name;
        enum policy_problem_code code;
    } lists[] = {{"Action", GRAMMAR_INVALID_ACTION},
                 {"Resource", GRAMMAR_INVALID_RESOURCE},
                 {"NotAction", GRAMMAR_INVALID_ACTION},
                 {"NotResource", GRAMMAR_INVALID_RESOURCE}};
    enum { LISTS = sizeof lists / sizeof lists[0] };
    for (const struct policy_json *value = source->first; value != NULL; value = value->next) {
        size_t list = 0;
        while (list < LISTS && !policy_json_is_named(value, lists[list].name))
            list++;
        if (list < LISTS) {
            read_list(reader, statement, lists[list].name, value, lists[list].code, body);
        } else if (policy_json_is_named(value, "Sid")) {
            read_sid(reader, statement, value);
        } else if (policy_json_is_named(value, "Effect")) {
            read_effect(reader, statement, value);
        } else if (policy_json_is_named(value, "Principal")) {
            read_principal(reader, statement, "Principal", value, body);
        } else if (policy_json_is_named(value, "NotPrincipal")) {
            read_principal(reader, statement, "NotPrincipal", value, body);
        } else if (policy_json_is_named(value, "Condition")) {
            read_condition(reader, statement, value, begin_member(reader, body, "Condition", POLICY_JSON_OBJECT));
        } else {
            char pointer[128];
            snprintf(pointer, sizeof pointer, "/%.100s", value->name);
            policy_report(reader, PROBLEM_ERROR, GRAMMAR_UNKNOWN_ELEMENT, pointer, WORDS_NO_SUCH_ELEMENT_IN_STATEMENT,
                          NULL);
        }
    }
}
