#include "ingest/readers/template_inside.h"

#include "ingest/support/json_build.h"
#include "ingest/support/json_words.h"
#include <stdlib.h>
#include <string.h>

/* Adds the assumptions to the members of a Condition: that a condition of the template is true or false, that a value
 * known only after deployment is a certain text. Values are lists if `listed`, as in the normal form. */
static void add_conditions(const struct template_values *values, json_t *assumed, bool listed, json_t *condition)
{
    json_t *value;
    const char *name;
    json_object_foreach(assumed, name, value)
    {
        const char *word = json_is_string(value) ? "StringEquals" : "Bool";
        json_t *keys = json_object_get(condition, word),
               *is = json_is_string(value) ? json_incref(value) : json_text(json_is_true(value) ? "true" : "false");
        struct text key = {0};
        if (json_is_string(value))
            text_append_string(&key, name);
        else
            text_format(&key, TEMPLATE_CONDITION "/%s%s", name, values->planned->label);
        if (!json_is_object(keys))
            json_put(condition, word, keys = json_object());
        json_put(keys, key.data, listed ? json_pack("[o]", is) : is);
        text_free(&key);
    }
}

void template_provided(const struct template_values *values, const json_t *branch, struct text *out)
{
    json_t *condition = json_object();
    add_conditions(values, json_object_get(branch, "if"), true, condition);
    if (json_object_size(condition) > 0) {
        char *words = json_words(condition, JSON_COMPACT | JSON_SORT_KEYS);
        text_append_string(out, words);
        free(words);
    }
    json_decref(condition);
}

/* A statement that counts only under these conditions. */
static json_t *conditional(const struct template_values *values, json_t *statement, json_t *conditions)
{
    json_t *copy = json_like(statement), *condition = json_object_get(copy, "Condition");
    if (!json_is_object(copy) || json_object_size(conditions) == 0 || (condition != NULL && !json_is_object(condition)))
        return copy;
    if (condition == NULL)
        json_put(copy, "Condition", condition = json_object());
    add_conditions(values, conditions, false, condition);
    return copy;
}

static void add_statements(const struct template_values *values, json_t *out, json_t *statements, json_t *conditions)
{
    json_t *statement;
    size_t i;
    if (!json_is_array(statements)) {
        json_add(out, conditional(values, statements, conditions));
        return;
    }
    json_array_foreach(statements, i, statement) json_add(out, conditional(values, statement, conditions));
}

/* All cases of one statement, or of a function that yields statements. */
static void add_cases(struct template_values *values, json_t *out, json_t *statement, const json_t *branch)
{
    json_t *cases = template_cases(values, statement, branch), *one;
    size_t i;
    json_array_foreach(cases, i, one)
        add_statements(values, out, json_object_get(one, "value"), json_object_get(one, "if"));
    json_decref(cases);
}

/* A document that is not a function: statement by statement. */
static json_t *document_of_statements(struct template_values *values, json_t *document, const json_t *branch)
{
    json_t *statements = json_object_get(document, "Statement"), *out = json_array(), *rest = json_copy(document),
           *statement;
    size_t i;
    json_object_del(rest, "Statement");
    json_t *result = template_resolve(values, rest);
    if (json_is_array(statements))
        json_array_foreach(statements, i, statement) add_cases(values, out, statement, branch);
    else if (statements != NULL)
        add_cases(values, out, statements, branch);
    bool one = json_is_object(statements) && json_array_size(out) == 1;
    if (statements != NULL)
        json_put(result, "Statement", json_incref(one ? json_array_get(out, 0) : out));
    json_decref(out);
    json_decref(rest);
    return result;
}

static bool is_function(json_t *value)
{
    const char *name = json_object_size(value) == 1 ? json_object_iter_key(json_object_iter(value)) : "";
    return strcmp(name, "Ref") == 0 || strncmp(name, "Fn::", strlen("Fn::")) == 0;
}

/* Adds another case of the document to the previous ones; false: they cannot be combined into one document. */
static bool join_document(const struct template_values *values, json_t **whole, json_t *document, json_t *conditions)
{
    json_t *tree = json_is_string(document) ? json_loads(json_string_value(document), JSON_REJECT_DUPLICATES, NULL)
                                            : json_incref(document);
    bool good = json_is_object(tree);
    if (good && *whole == NULL && json_object_size(conditions) == 0) {
        *whole = tree;
        return true;
    }
    if (good && *whole == NULL) {
        *whole = json_copy(tree);
        json_put(*whole, "Statement", json_array());
    } else if (good) {
        json_t *a = json_object_get(*whole, "Version"), *b = json_object_get(tree, "Version");
        good = a == b || (a != NULL && b != NULL && json_equal(a, b));
    }
    if (good && json_object_get(tree, "Statement") != NULL)
        add_statements(values, json_object_get(*whole, "Statement"), json_object_get(tree, "Statement"), conditions);
    json_decref(tree);
    return good;
}

json_t *template_document(struct template_values *values, json_t *value, const json_t *branch)
{
    json_t *pieces = template_branches(values, value, branch), *piece, *whole = NULL, *last = NULL;
    bool good = true;
    size_t i, j, count = 0;
    json_array_foreach(pieces, i, piece)
    {
        json_t *raw = json_object_get(piece, "value"), *cases, *one;
        if (json_is_object(raw) && !is_function(raw)) {
            cases = json_array();
            template_add_branch(cases, document_of_statements(values, raw, piece), NULL);
        } else {
            cases = template_cases(values, raw, piece);
        }
        json_array_foreach(cases, j, one)
        {
            json_t *document = json_object_get(one, "value");
            json_decref(last);
            last = json_incref(document);
            count++;
            good = join_document(values, &whole, document, json_object_get(one, "if")) && good;
        }
        json_decref(cases);
    }
    json_decref(pieces);
    if (!good) {
        json_decref(whole);
        /* If it is not a document at all, the reader of policies reports it. */
        bool alone = count == 1 && !(json_is_string(last) && template_is_unresolved(json_string_value(last)));
        whole = alone ? json_incref(last) : template_unresolved("document");
    }
    json_decref(last);
    return whole;
}
