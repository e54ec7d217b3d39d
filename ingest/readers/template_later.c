#include "ingest/readers/template_later.h"

#include "ingest/policy/context_key.h"
#include "ingest/policy/operators.h"
#include "ingest/readers/statement_later.h"
#include "ingest/support/json_build.h"
#include <stdlib.h>
#include <string.h>

struct putting_off {
    const struct template_values *values;
    uint32_t count; /* number of values so far without a name of their own */
};

/* Two values without a name of their own may differ even if their names are the same. */
static bool has_own_name(const struct template_values *values, const char *name)
{
    return strncmp(name, "AWS::", strlen("AWS::")) == 0 || json_object_get(values->parameters, name) != NULL;
}

static void append_variable(struct text *out, const char *name, size_t length, void *context)
{
    struct putting_off *work = context;
    struct text plain = {0};
    text_append(&plain, name, length);
    bool own = has_own_name(work->values, plain.data);
    text_append_string(out, "${");
    template_value_key(work->values, plain.data, own ? 0 : ++work->count, out);
    text_append_char(out, '}');
    text_free(&plain);
}

/* The text with variables for its unknown parts; NULL: everything is known. New reference. */
static json_t *with_variables(struct putting_off *work, const json_t *value)
{
    const char *text = json_string_value(value);
    struct text out = {0};
    if (text == NULL || !template_is_unresolved(text))
        return NULL;
    template_replace(&out, text, append_variable, work);
    json_t *result = json_stringn(out.data, out.length);
    text_free(&out);
    return result;
}

/* A member that is a text, or a list of texts. */
static void put_off_member(struct putting_off *work, json_t *object, const char *member)
{
    json_t *value = json_object_get(object, member), *element, *fresh = with_variables(work, value);
    size_t i;
    if (fresh != NULL)
        json_put(object, member, fresh);
    json_array_foreach(value, i, element) if ((fresh = with_variables(work, element)) != NULL)
        json_replace(value, i, fresh);
}

/* Whether something in the value is unknown. */
static bool is_later(const json_t *value)
{
    const json_t *element;
    size_t i;
    if (json_is_string(value))
        return template_is_unresolved(json_string_value(value));
    json_array_foreach(value, i, element) if (is_later(element)) return true;
    return false;
}

/* A list of the unknown elements of the value, or of the others. */
static json_t *part_of(json_t *value, bool later)
{
    json_t *list = json_array(), *element;
    size_t i;
    if (value != NULL && !json_is_array(value) && is_later(value) == later)
        json_add(list, json_incref(value));
    json_array_foreach(value, i, element) if (is_later(element) == later) json_add(list, json_incref(element));
    return list;
}

/* The first unknown text, in lists nested to any depth; there is one. */
static const json_t *first_later(const json_t *value)
{
    const json_t *element;
    size_t i;
    json_array_foreach(value, i, element) if (is_later(element)) return first_later(element);
    return value;
}

/* The statement counts only if the first of these values turns out to be that text. */
static void guard(struct putting_off *work, json_t *statement, json_t *later, const char *text)
{
    json_t *first = with_variables(work, first_later(later));
    const char *start = strstr(json_string_value(first), "${"), *end = start != NULL ? strchr(start, '}') : NULL;
    if (end != NULL) {
        struct text key = {0};
        text_append(&key, start + 2, (size_t)(end - start - 2));
        later_guard(statement, key.data, text);
        text_free(&key);
    }
    json_decref(first);
}

/* A condition whose operator does not support variables: keeps only the unknown values, since with them the result is
 * open anyway. */
static void put_off_demand(struct putting_off *work, json_t *statement, const char *word, const char *key)
{
    json_t *conditions = json_object_get(statement, "Condition"), *keys = json_object_get(conditions, word),
           *later = part_of(json_object_get(keys, key), true);
    char *other = later_operator(word);
    struct text name = {0};
    text_append_string(&name, key);
    json_object_del(keys, key);
    if (other != NULL) {
        json_t *values = json_object();
        json_put(values, name.data, json_incref(later));
        put_off_member(work, values, name.data);
        later_demand(conditions, other, name.data, json_object_get(values, name.data));
        json_decref(values);
    } else {
        guard(work, statement, later, "true");
    }
    if (json_object_size(keys) == 0)
        json_object_del(conditions, word);
    free(other);
    text_free(&name);
    json_decref(later);
}

#define HOLDS "a condition that holds"

static void put_off_conditions(struct putting_off *work, json_t *statement)
{
    const char *word, *key;
    json_t *keys, *value, *conditions = json_object_get(statement, "Condition"), *before = json_like(conditions);
    void *next;
    json_object_foreach(before, word, keys)
    {
        struct condition_name name;
        if (is_later(keys)) {
            json_t *later = part_of(keys, true);
            json_object_del(conditions, word);
            guard(work, statement, later, HOLDS);
            json_decref(later);
            continue;
        }
        bool variables = condition_name_parse(word, &name) && name.op->variables;
        json_object_foreach_safe(json_object_get(conditions, word), next, key, value) if (variables)
            put_off_member(work, json_object_get(conditions, word), key);
        json_object_foreach(keys, key, value) if (!variables && is_later(value))
            put_off_demand(work, statement, word, key);
    }
    json_decref(before);
    if (is_later(conditions)) {
        json_t *later = part_of(conditions, true);
        json_object_del(statement, "Condition");
        guard(work, statement, later, HOLDS);
        json_decref(later);
    }
}

static void put_off_principals(struct putting_off *work, json_t *statement, const char *member)
{
    const char *kind;
    json_t *value, *principals = json_object_get(statement, member);
    void *next;
    if (json_is_string(principals) && is_later(principals)) {
        json_t *object = json_object();
        json_put(object, "AWS", json_incref(principals));
        json_put(statement, member, principals = object);
    }
    json_object_foreach_safe(principals, next, kind, value) put_off_member(work, principals, kind);
}

/* It is open which actions these are: they may be any. Adds what the statement says about the other actions to
 * `more`. */
static void put_off_actions(struct putting_off *work, json_t *statement, json_t *more)
{
    json_t *actions = json_object_get(statement, "Action"), *others = json_object_get(statement, "NotAction");
    json_t *later = part_of(actions != NULL ? actions : others, true),
           *known = part_of(actions != NULL ? actions : others, false);
    if (json_array_size(later) > 0) {
        if (actions != NULL && json_array_size(known) > 0) {
            json_t *certain = json_like(statement);
            json_put(certain, "Action", json_incref(known));
            json_add(more, certain);
        }
        if (actions == NULL && json_array_size(known) > 0) {
            json_put(statement, "NotAction", json_incref(known));
        } else {
            json_object_del(statement, "NotAction");
            json_put(statement, "Action", json_text("*"));
        }
        guard(work, statement, later, actions != NULL ? "the action" : "another action");
    }
    json_decref(later);
    json_decref(known);
}

static void put_off_statement(struct putting_off *work, json_t *statement, json_t *more)
{
    if (is_later(json_object_get(statement, "Sid")))
        json_object_del(statement, "Sid");
    put_off_principals(work, statement, "Principal");
    put_off_principals(work, statement, "NotPrincipal");
    put_off_member(work, statement, "Resource");
    put_off_member(work, statement, "NotResource");
    put_off_conditions(work, statement);
    put_off_actions(work, statement, more);
}

static void escape(json_t *object, const char *member)
{
    json_t *value = json_object_get(object, member), *list = json_listed(value), *element;
    size_t i;
    json_array_foreach(list, i, element) if (json_is_string(element))
    {
        struct text text = {0};
        later_plain_text(json_string_value(element), &text);
        json_replace(list, i, json_text(text.data != NULL ? text.data : ""));
        text_free(&text);
    }
    json_put(object, member, json_incref(json_is_array(value) ? list : json_array_get(list, 0)));
    json_decref(list);
}

/* Texts in places where variables work keep their meaning when variables are enabled. */
static void escape_statement(json_t *statement)
{
    static const char *const members[] = {"Resource", "NotResource"};
    const char *word, *key;
    json_t *keys, *value;
    void *next;
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++)
        if (json_object_get(statement, members[i]) != NULL)
            escape(statement, members[i]);
    json_object_foreach(json_object_get(statement, "Condition"), word, keys)
    {
        struct condition_name name;
        if (condition_name_parse(word, &name) && name.op->variables)
            json_object_foreach_safe(keys, next, key, value) escape(keys, key);
    }
}

void template_put_off(const struct template_values *values, json_t *document)
{
    struct putting_off work = {.values = values};
    json_t *statements = json_object_get(document, "Statement"), *list = json_listed(statements), *more = json_array(),
           *statement;
    bool variables = later_has_variables(document);
    size_t i;
    json_array_foreach(list, i, statement)
    {
        if (!variables)
            escape_statement(statement);
        put_off_statement(&work, statement, more);
    }
    if (json_array_size(more) > 0) {
        json_add_all(list, more);
        json_put(document, "Statement", json_incref(list));
    }
    if (!variables && !is_later(json_object_get(document, "Version")))
        json_put(document, "Version", json_text("2012-10-17"));
    if (is_later(json_object_get(document, "Id")))
        json_object_del(document, "Id");
    json_decref(more);
    json_decref(list);
}
