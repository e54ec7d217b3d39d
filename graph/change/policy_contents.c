#include "graph/change/policy_contents.h"

#include "ingest/policy/statement_spelling.h"
#include "ingest/store/query.h"
#include "ingest/support/id_map.h"
#include "ingest/support/json_build.h"
#include "ingest/support/memory.h"
#include "ingest/support/order.h"
#include <stdlib.h>
#include <string.h>

/* ---- texts */

static void read_texts(struct policy_contents *contents, int state)
{
    const struct model *model = contents->models[state];
    struct policy_content *list = memory_zeroed((size_t)model->document_count + 1, sizeof *list);
    struct id_map places = {.count = 0};
    bool fresh;
    contents->documents_of[state] = list;
    for (uint32_t i = 0; i < model->document_count; i++) {
        list[i] = (struct policy_content){.text = INTERN_NONE, .content = INTERN_NONE};
        if (model->documents[i].id > 0)
            *id_map_add(&places, model->documents[i].id, &fresh) = i;
    }
    struct query *rows = query_open(model->store, "SELECT id, hex(digest) FROM document");
    while (query_next(rows)) {
        const uint32_t *place = id_map_find(&places, query_integer(rows, 0));
        const char *digest = query_text(rows, 1);
        if (place != NULL && digest != NULL)
            list[*place].text = intern_add(&contents->texts, digest, strlen(digest));
    }
    query_close(rows);
    id_map_free(&places);
}

void policy_contents_open(struct policy_contents *contents, const struct model *const models[STATES])
{
    *contents = (struct policy_contents){.models = {models[STATE_OLD], models[STATE_NEW]}};
    read_texts(contents, STATE_OLD);
    read_texts(contents, STATE_NEW);
}

void policy_contents_close(struct policy_contents *contents)
{
    for (int state = 0; state < STATES; state++) {
        for (uint32_t i = 0; contents->documents_of[state] != NULL && i < contents->models[state]->document_count; i++)
            free(contents->documents_of[state][i].positions);
        free(contents->documents_of[state]);
    }
    intern_free(&contents->texts);
    intern_free(&contents->statements);
    intern_free(&contents->documents);
    *contents = (struct policy_contents){.models = {NULL}};
}

/* ---- statements */

/* The meaning of the statement, and what is wrong with it. Takes `text` over. */
static char *canonical(char *text, const char *broken, const char *doubt)
{
    char *whole = memory_print("%s\n%s\n%s", text, broken != NULL ? broken : "", doubt != NULL ? doubt : "");
    free(text);
    return whole;
}

/* A text that cannot be read stands for itself. */
static char *spell(const char *body)
{
    json_t *value = json_loads(body, 0, NULL);
    char *text = value != NULL ? statement_spelling(value, true) : memory_text(body);
    json_decref(value);
    return text;
}

static json_t *list_of(const char *const *texts, uint32_t count)
{
    json_t *list = json_array();
    for (uint32_t i = 0; i < count; i++)
        json_add(list, json_text(texts[i]));
    return list;
}

/* The same of a statement of a built-in copy, none of which has conditions. */
static char *canonical_built_in(const struct statement *statement)
{
    json_t *body = json_object();
    json_put(body, "Effect", json_text(statement->allow ? "Allow" : "Deny"));
    json_put(body, statement->not_action ? "NotAction" : "Action",
             list_of(statement->actions, statement->action_count));
    json_put(body, statement->not_resource ? "NotResource" : "Resource",
             list_of(statement->resources, statement->resource_count));
    char *text = statement_spelling(body, true);
    json_decref(body);
    return canonical(text, NULL, NULL);
}

static const struct statement *statements_of(const struct model *model, uint32_t document)
{
    return &model->statements[model->documents[document].first_statement];
}

static uint32_t number_of(struct policy_contents *contents, char *text)
{
    uint32_t number = intern_add(&contents->statements, text, strlen(text));
    free(text);
    return number;
}

/* Numbers of the document's statements, in the order of the model. */
static const uint32_t *positions_of(struct policy_contents *contents, int state, uint32_t document)
{
    const struct model *model = contents->models[state];
    const struct model_document *about = &model->documents[document];
    struct policy_content *content = &contents->documents_of[state][document];
    if (content->positions != NULL)
        return content->positions;
    content->positions = memory_zeroed((size_t)about->statement_count + 1, sizeof(uint32_t));
    struct query *rows =
        query_open(model->store, "SELECT position, body, broken, doubt FROM statement WHERE document = ?");
    query_bind_integer(rows, 1, about->id);
    while (about->id > 0 && query_next(rows))
        for (uint32_t i = 0; i < about->statement_count; i++)
            if (statements_of(model, document)[i].position == query_integer(rows, 0))
                content->positions[i] = number_of(
                    contents, canonical(spell(query_text(rows, 1)), query_text(rows, 2), query_text(rows, 3)));
    query_close(rows);
    for (uint32_t i = 0; about->id <= 0 && i < about->statement_count; i++)
        content->positions[i] = number_of(contents, canonical_built_in(&statements_of(model, document)[i]));
    return content->positions;
}

uint32_t policy_contents_statement(struct policy_contents *contents, int state, const struct statement *statement)
{
    const struct model *model = contents->models[state];
    const uint32_t *positions = positions_of(contents, state, statement->document);
    return positions[statement - statements_of(model, statement->document)];
}

/* ---- documents */

uint32_t policy_contents_of(struct policy_contents *contents, int state, uint32_t document)
{
    if (document == MODEL_NONE)
        return INTERN_NONE;
    const struct model_document *about = &contents->models[state]->documents[document];
    struct policy_content *content = &contents->documents_of[state][document];
    if (content->content != INTERN_NONE)
        return content->content;
    struct text text = {0};
    uint32_t *numbers =
        memory_copy(positions_of(contents, state, document), (size_t)about->statement_count + 1, sizeof *numbers);
    order_sort_numbers(numbers, about->statement_count);
    text_format(&text, "%s %s", about->version, about->broken != NULL ? about->broken : "");
    for (uint32_t i = 0; i < about->statement_count; i++)
        text_format(&text, " %u", numbers[i]);
    content->content = intern_add(&contents->documents, text.data, text.length);
    text_free(&text);
    free(numbers);
    return content->content;
}

bool policy_contents_same(struct policy_contents *contents, uint32_t old, uint32_t new)
{
    if (old == MODEL_NONE || new == MODEL_NONE)
        return old == new;
    uint32_t one = contents->documents_of[STATE_OLD][old].text, other = contents->documents_of[STATE_NEW][new].text;
    if (one != INTERN_NONE && one == other)
        return true;
    return policy_contents_of(contents, STATE_OLD, old) == policy_contents_of(contents, STATE_NEW, new);
}
