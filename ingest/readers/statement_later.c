#include "ingest/readers/statement_later.h"

#include "ingest/policy/operators.h"
#include "ingest/support/json_build.h"
#include <stdlib.h>
#include <string.h>

char *later_operator(const char *word)
{
    struct condition_name name;
    if (!condition_name_parse(word, &name) || name.op->variables || name.op->family == CONDITION_NULL)
        return NULL;
    name.op = &condition_operators[name.op->negated ? OPERATOR_STRING_NOT_EQUALS : OPERATOR_STRING_EQUALS];
    return condition_name_text(&name);
}

/* Operators that mean the same for a text without wildcards; a key can appear once under each. */
static const struct condition_operator *next_like(const struct condition_operator *op)
{
    switch ((enum condition_operator_id)(op - condition_operators)) {
    case OPERATOR_STRING_EQUALS:
        return &condition_operators[OPERATOR_STRING_LIKE];
    case OPERATOR_STRING_LIKE:
        return &condition_operators[OPERATOR_STRING_EQUALS_IGNORE_CASE];
    case OPERATOR_STRING_NOT_EQUALS:
        return &condition_operators[OPERATOR_STRING_NOT_LIKE];
    case OPERATOR_STRING_NOT_LIKE:
        return &condition_operators[OPERATOR_STRING_NOT_EQUALS_IGNORE_CASE];
    default:
        return NULL;
    }
}

void later_demand(json_t *conditions, const char *word, const char *key, json_t *value)
{
    struct condition_name name;
    for (bool parsed = condition_name_parse(word, &name); parsed && name.op != NULL; name.op = next_like(name.op)) {
        char *text = condition_name_text(&name);
        json_t *keys = json_object_get(conditions, text);
        if (!json_is_object(keys))
            json_put(conditions, text, keys = json_object());
        free(text);
        if (json_object_get(keys, key) == NULL) {
            json_put(keys, key, json_incref(value));
            return;
        }
    }
}

void later_guard(json_t *statement, const char *value, const char *text)
{
    json_t *conditions = json_object_get(statement, "Condition");
    if (!json_is_object(conditions))
        json_put(statement, "Condition", conditions = json_object());
    json_t *words = json_text(text);
    later_demand(conditions, "StringEquals", value, words);
    json_decref(words);
}

#define VERSION_WITH_VARIABLES "2012-10-17"

bool later_has_variables(const json_t *document)
{
    const char *version = json_string_value(json_object_get(document, "Version"));
    return version != NULL && strcmp(version, VERSION_WITH_VARIABLES) == 0;
}

void later_plain_text(const char *text, struct text *out)
{
    for (; *text != '\0'; text++)
        text_append_string(out, strncmp(text, "${", 2) == 0 ? "${$}" : (const char[]){*text, '\0'});
}
