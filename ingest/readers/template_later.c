#include "ingest/readers/template_later.h"

#include "ingest/policy/context_key.h"
#include "ingest/policy/operators.h"
#include "ingest/support/json_build.h"
#include <string.h>

struct putting_off {
    const struct template_values *values;
    uint32_t count; /* of the values so far that have no name of their own */
};

/* Two values without a name of their own may differ although they are called alike. */
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
    text_append_string(&plain, work->values->planned->label);
    if (!own)
        text_format(&plain, ".%u", ++work->count);
    text_append_string(out, "${" KEY_TEMPLATE_VALUE);
    for (const char *at = plain.data; *at != '\0'; at++)
        text_append_char(out, (char)(strchr("${}*?,'/: ", *at) != NULL ? '-' : *at));
    text_append_char(out, '}');
    text_free(&plain);
}

/* The text with variables for what is not known; NULL: all is known. New reference. */
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
        json_array_set_new(value, i, fresh);
}

static void put_off_conditions(struct putting_off *work, json_t *conditions)
{
    const char *word, *key;
    json_t *keys, *value;
    void *next;
    json_object_foreach(conditions, word, keys)
    {
        struct condition_name name;
        if (!condition_name_parse(word, &name) || !name.op->variables)
            continue;
        json_object_foreach_safe(keys, next, key, value) put_off_member(work, keys, key);
    }
}

static void put_off_principals(struct putting_off *work, json_t *principals)
{
    const char *kind;
    json_t *value;
    void *next;
    json_object_foreach_safe(principals, next, kind, value) put_off_member(work, principals, kind);
}

static void put_off_statement(struct putting_off *work, json_t *statement)
{
    put_off_principals(work, json_object_get(statement, "Principal"));
    put_off_principals(work, json_object_get(statement, "NotPrincipal"));
    put_off_member(work, statement, "Resource");
    put_off_member(work, statement, "NotResource");
    put_off_conditions(work, json_object_get(statement, "Condition"));
}

void template_put_off(const struct template_values *values, json_t *document)
{
    struct putting_off work = {.values = values};
    const char *version = json_string_value(json_object_get(document, "Version"));
    json_t *statements = json_object_get(document, "Statement"), *statement;
    size_t i;
    /* Before that version variables are plain text. */
    if (version == NULL || strcmp(version, "2012-10-17") != 0)
        return;
    if (json_is_object(statements))
        put_off_statement(&work, statements);
    json_array_foreach(statements, i, statement) put_off_statement(&work, statement);
}
