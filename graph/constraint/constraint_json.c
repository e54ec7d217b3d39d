/*
 * Formulas as JSON.
 */
#include "graph/constraint/constraint_pool.h"

#include "graph/policy/pattern.h"
#include "ingest/support/json_build.h"
#include "ingest/support/text.h"
#include <stdlib.h>

/* As a policy writes it, with literal stars as ${*}. */
static json_t *value_json(const char *value)
{
    struct text text = {0};
    for (; *value != '\0'; value++) {
        if (*value != PATTERN_ESCAPE || value[1] == '\0') {
            text_append_char(&text, *value);
            continue;
        }
        value++;
        if (*value == '*' || *value == '?')
            text_format(&text, "${%c}", *value);
        else
            text_append_char(&text, *value);
    }
    char *written = text_release(&text);
    json_t *json = json_text(written);
    free(written);
    return json;
}

static void put_taken(json_t *object, const char *key, char *text)
{
    json_put_text(object, key, text);
    free(text);
}

static json_t *literal_json(const struct constraint_pool *pool, constraint literal)
{
    const struct constraint_atom_data *atom = constraint_atom_of(pool, literal);
    json_t *object = json_object();
    if (atom->key.name == NULL) {
        json_put_text(object, "fact", atom->values[0]);
    } else {
        put_taken(object, "operator", condition_name_text(&atom->name));
        put_taken(object, "key", constraint_key_text(&atom->key));
        json_t *values = json_array();
        for (uint32_t i = 0; i < atom->value_count; i++)
            json_add(values, value_json(atom->values[i]));
        json_put(object, "values", values);
        if (atom->prefix[0] != '\0')
            json_put_text(object, "prefix", atom->prefix);
    }
    if (!constraint_node_of(pool, literal)->negated)
        return object;
    json_t *negation = json_object();
    json_put(negation, "not", object);
    return negation;
}

json_t *constraint_json(struct constraint_pool *pool, constraint formula)
{
    const struct constraint_node *node = constraint_node_of(pool, formula);
    if (node->type == NODE_TRUE || node->type == NODE_FALSE)
        return json_boolean(node->type == NODE_TRUE);
    if (node->type == NODE_LITERAL)
        return literal_json(pool, formula);
    json_t *object = json_object(), *children = json_array();
    for (uint32_t i = 0; i < node->child_count; i++)
        json_add(children, constraint_json(pool, node->children[i]));
    json_put(object, node->type == NODE_AND ? "all" : "any", children);
    return object;
}
