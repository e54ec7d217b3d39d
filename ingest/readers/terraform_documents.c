/*
 * Policy documents that a plan leaves for later although the configuration has all of their words: data sources of the
 * type aws_iam_policy_document that wait for something else. Shapes:
 * https://developer.hashicorp.com/terraform/internals/json-format#expression-representation and
 * https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/iam_policy_document
 */
#include "ingest/readers/terraform_inside.h"

#include "ingest/policy/context_key.h"
#include "ingest/policy/operators.h"
#include "ingest/readers/statement_later.h"
#include "ingest/support/array.h"
#include "ingest/support/json_build.h"
#include "ingest/support/json_words.h"
#include "ingest/support/memory.h"
#include <stdlib.h>
#include <string.h>

/* IAM accepts no larger policy. */
#define LARGEST_DOCUMENT ((size_t)1 << 20)

/* A document being built. */
struct composing {
    bool good;      /* everything in it is constant, or may be known later */
    bool plain;     /* the document's version has no variables, so its texts must be escaped to keep their meaning */
    unsigned later; /* number of values that are known later */
};

/* The value of an expression; NULL: none, or not constant, which is an error of the document. */
static json_t *constant(json_t *expression, struct composing *at)
{
    json_t *value = json_object_get(expression, "constant_value");
    at->good = at->good && (expression == NULL || value != NULL);
    return value;
}

/* A value that is not constant refers to something: it is known later, see context_key_is_put_off. Two such values may
 * differ even if they refer to the same thing. */
static json_t *known_later(const char *reference, struct composing *at)
{
    struct text text = {0};
    text_append_string(&text, "${" KEY_TEMPLATE_VALUE);
    for (; *reference != '\0'; reference++)
        text_append_char(&text, (char)(strchr("${}*?,'/: ", *reference) != NULL ? '-' : *reference));
    text_format(&text, ".%u}", ++at->later);
    json_t *value = json_text(text.data);
    text_free(&text);
    return value;
}

/* A list of texts, constant or known later. New reference; NULL: neither, which is an error of the document. */
static json_t *texts_of(json_t *expression, struct composing *at)
{
    const char *reference = json_string_value(json_array_get(json_object_get(expression, "references"), 0));
    if (json_object_get(expression, "constant_value") != NULL || reference == NULL)
        return json_incref(constant(expression, at));
    json_t *list = json_array();
    json_add(list, known_later(reference, at));
    return list;
}

/* "&{aws:username}" stands for "${aws:username}". */
static json_t *plain_text(const json_t *value, struct composing *at)
{
    const char *text = json_string_value(value);
    struct text out = {0};
    at->good = at->good && text != NULL;
    for (const char *next = text; next != NULL && *next != '\0'; next++)
        text_append_char(&out, (char)(*next == '&' && next[1] == '{' ? '$' : *next));
    if (at->plain && text != NULL && !context_key_is_put_off(text)) {
        struct text escaped = {0};
        later_plain_text(out.data != NULL ? out.data : "", &escaped);
        text_free(&out);
        out = escaped;
    }
    json_t *plain = json_text(out.data != NULL ? out.data : "");
    text_free(&out);
    return plain;
}

/* Adds the texts to the list that the object has under the key. */
static void add_texts(json_t *object, const char *key, json_t *texts, struct composing *at)
{
    json_t *list = json_object_get(object, key), *text;
    size_t i;
    at->good = at->good && json_is_array(texts);
    if (list == NULL)
        json_put(object, key, list = json_array());
    json_array_foreach(texts, i, text) json_add(list, plain_text(text, at));
}

static void add_list(json_t *statement, const char *name, json_t *expression, struct composing *at)
{
    json_t *texts = texts_of(expression, at);
    add_texts(statement, name, texts, at);
    json_decref(texts);
}

static bool is_later(json_t *block, const char *name)
{
    json_t *expression = json_object_get(block, name);
    return json_object_get(expression, "constant_value") == NULL &&
           json_is_string(json_array_get(json_object_get(expression, "references"), 0));
}

/* Makes the statement count only if the first of these values, which are known later, is that text. */
static void guard(json_t *statement, json_t *values, const char *text)
{
    const char *value = json_string_value(json_array_get(values, 0)) + strlen("${");
    char *key = memory_text_part(value, strlen(value) - 1);
    later_guard(statement, key, text);
    free(key);
}

/* Actions that are known later may be any actions. */
static void add_actions(json_t *statement, json_t *block, struct composing *at)
{
    static const char *const lists[][2] = {{"actions", "Action"}, {"not_actions", "NotAction"}};
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        json_t *expression = json_object_get(block, lists[i][0]);
        if (is_later(block, lists[i][0])) {
            json_t *list = texts_of(expression, at);
            json_put(statement, "Action", json_text("*"));
            guard(statement, list, i == 0 ? "the action" : "another action");
            json_decref(list);
        } else if (expression != NULL) {
            add_list(statement, lists[i][1], expression, at);
        }
    }
}

static void add_principals(json_t *statement, const char *name, json_t *blocks, struct composing *at)
{
    json_t *block, *principals = json_object();
    size_t i;
    json_array_foreach(blocks, i, block)
    {
        const char *type = json_string_value(constant(json_object_get(block, "type"), at));
        json_t *texts = texts_of(json_object_get(block, "identifiers"), at);
        at->good = at->good && type != NULL;
        if (type != NULL && strcmp(type, "*") == 0)
            json_put(statement, name, json_text("*"));
        else if (type != NULL)
            add_texts(principals, type, texts, at);
        json_decref(texts);
    }
    if (json_object_size(principals) > 0 && json_object_get(statement, name) == NULL)
        json_put(statement, name, json_incref(principals));
    json_decref(principals);
}

static void add_condition(json_t *statement, json_t *block, const char *test, const char *variable,
                          struct composing *at)
{
    struct condition_name name;
    json_t *conditions = json_object_get(statement, "Condition"),
           *values = texts_of(json_object_get(block, "values"), at);
    bool later = is_later(block, "values"), variables = condition_name_parse(test, &name) && name.op->variables;
    char *other = later ? later_operator(test) : NULL;
    if (other != NULL) {
        later_demand(conditions, other, variable, values);
    } else if (later && !variables) {
        guard(statement, values, "true");
    } else {
        if (json_object_get(conditions, test) == NULL)
            json_put(conditions, test, json_object());
        add_texts(json_object_get(conditions, test), variable, values, at);
    }
    json_decref(values);
    free(other);
}

static void add_conditions(json_t *statement, json_t *blocks, struct composing *at)
{
    json_t *block;
    size_t i;
    if (json_array_size(blocks) > 0)
        json_put(statement, "Condition", json_object());
    json_array_foreach(blocks, i, block)
    {
        const char *test = json_string_value(constant(json_object_get(block, "test"), at)),
                   *variable = json_string_value(constant(json_object_get(block, "variable"), at));
        at->good = at->good && test != NULL && variable != NULL;
        if (!at->good)
            break;
        add_condition(statement, block, test, variable, at);
    }
}

static json_t *statement_of(json_t *block, struct composing *at)
{
    static const char *const lists[][2] = {{"resources", "Resource"}, {"not_resources", "NotResource"}};
    json_t *statement = json_object(), *sid = json_object_get(json_object_get(block, "sid"), "constant_value"),
           *effect = constant(json_object_get(block, "effect"), at);
    if (sid != NULL)
        json_put(statement, "Sid", json_incref(sid));
    json_put(statement, "Effect", effect != NULL ? json_incref(effect) : json_text("Allow"));
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
        if (json_object_get(block, lists[i][0]) != NULL)
            add_list(statement, lists[i][1], json_object_get(block, lists[i][0]), at);
    add_principals(statement, "Principal", json_object_get(block, "principals"), at);
    add_principals(statement, "NotPrincipal", json_object_get(block, "not_principals"), at);
    add_conditions(statement, json_object_get(block, "condition"), at);
    add_actions(statement, block, at);
    return statement;
}

/* The document as a policy; NULL: some of it is neither constant nor known later. */
static json_t *compose(json_t *expressions, struct composing *at)
{
    json_t *blocks = json_object_get(expressions, "statement"), *block, *statements = json_array(),
           *document = json_object();
    const char *name;
    json_t *expression;
    size_t i;
    at->good = json_array_size(blocks) > 0;
    json_object_foreach(expressions, name, expression) at->good =
        at->good && strstr(name, "_polic") == NULL && strstr(name, "_json") == NULL;
    json_t *version = constant(json_object_get(expressions, "version"), at);
    json_put(document, "Version", version != NULL && !at->plain ? json_incref(version) : json_text("2012-10-17"));
    json_array_foreach(blocks, i, block) json_add(statements, statement_of(block, at));
    json_put(document, "Statement", statements);
    if (at->good)
        return document;
    json_decref(document);
    return NULL;
}

static char *document_of(json_t *expressions)
{
    struct composing at = {0};
    json_t *document = compose(expressions, &at);
    if (document != NULL && at.later > 0 && !later_has_variables(document)) {
        at = (struct composing){.plain = true};
        json_decref(document);
        document = compose(expressions, &at);
    }
    char *text = document != NULL ? json_words(document, JSON_COMPACT) : NULL;
    json_decref(document);
    return text;
}

void terraform_read_document(struct export_reader *reader, const char *address)
{
    struct terraform_reading *plan = reader->state;
    struct text text = {0};
    json_cursor_compact(&reader->cursor, &text, NULL);
    reader->cursor.complaint = NULL;
    json_t *tree = reader->cursor.error == NULL && text.length <= LARGEST_DOCUMENT
                       ? json_loadb(text.data, text.length, JSON_REJECT_DUPLICATES, NULL)
                       : NULL;
    char *document = document_of(tree);
    uint32_t number = intern_add(&plan->documents, address, strlen(address));
    ARRAY_REACH(plan->document_texts, number, plan->document_room);
    plan->document_texts[number] = document != NULL ? export_keep(reader, document, strlen(document)) : NULL;
    free(document);
    json_decref(tree);
    text_free(&text);
}

void terraform_expect_document(struct export_reader *reader, const char *address, enum policy_kind kind, uint32_t line,
                               const char *why, struct batch_document *document)
{
    struct terraform_reading *plan = reader->state;
    struct terraform_late *late = export_allocate(reader, sizeof *late);
    *late = (struct terraform_late){.address = address,
                                    .kind = kind,
                                    .line = line,
                                    .why = why,
                                    .pointer = export_keep(reader, reader->pointer.data, reader->pointer.length),
                                    .document = document};
    if (plan->late_end == NULL)
        plan->late_end = &plan->late;
    *plan->late_end = late;
    plan->late_end = &late->next;
}

void terraform_take_documents(struct export_reader *reader)
{
    struct terraform_reading *plan = reader->state;
    for (const struct terraform_late *late = plan->late; late != NULL; late = late->next) {
        const char *from = terraform_document_of(plan, late->address);
        uint32_t number = from != NULL ? intern_find(&plan->documents, from, strlen(from)) : INTERN_NONE;
        const char *text = number != INTERN_NONE ? plan->document_texts[number] : NULL;
        reader->pointer.length = 0;
        text_append_string(&reader->pointer, late->pointer);
        if (text != NULL) {
            export_text_document(reader, late->kind, text, strlen(text), late->line, late->document);
            export_problem(
                reader, PROBLEM_WARNING, "deferred-document", late->line, 1,
                "the policy is only known after apply; it was read from the data source in the configuration, "
                "without dynamic blocks");
        } else if (late->why != NULL) {
            export_problem(reader, PROBLEM_WARNING, "known-later", late->line, 1, late->why);
        }
        export_point_back(reader, 0);
    }
}
