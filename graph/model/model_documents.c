/* Documents and their statements. */
#include "graph/model/model_inside.h"
#include "graph/model/trust_names.h"
#include "graph/policy/managed_policies.h"
#include "ingest/support/json_build.h"
#include "ingest/support/json_words.h"
#include "ingest/support/order.h"
#include "ingest/support/text.h"

#include <stdlib.h>
#include <string.h>

static uint32_t add_document(struct model_loading *loading, struct model_document document)
{
    struct model *model = loading->model;
    /* One more than there are: model_trial.h. */
    ARRAY_RESERVE(model->documents, model->document_count + 2, loading->document_room);
    document.first_statement = model->statement_count;
    model->documents[model->document_count] = document;
    return model->document_count++;
}

static void add_statement(struct model_loading *loading, uint32_t document, uint32_t position, const char *body,
                          const char *sid, const char *effect, const char *broken, const char *doubt)
{
    struct model *model = loading->model;
    ARRAY_RESERVE(model->statements, model->statement_count + MODEL_SPARE_STATEMENTS + 1, loading->statement_room);
    struct statement *statement = &model->statements[model->statement_count];
    bool variables = strcmp(model->documents[document].version, "2012-10-17") == 0;
    statement_compile(&model->arena, &model->strings, body, sid, effect, broken, doubt, variables, statement);
    statement->document = document;
    statement->position = position;
    model->statement_count++;
    model->documents[document].statement_count++;
}

/* ---- numbers */

uint32_t loading_meet_document(struct model_loading *loading, int64_t id)
{
    bool fresh = false;
    if (id == 0)
        return MODEL_NONE;
    uint32_t *number = id_map_add(&loading->document_numbers, id, &fresh);
    if (fresh) {
        *number = loading->met_count;
        ARRAY_ADD(loading->met_documents, loading->met_count, loading->met_room,
                  (struct met_document){id, MODEL_NONE, true});
    }
    loading->met_documents[*number].silent = loading->met_documents[*number].silent && loading->silent;
    return *number;
}

uint32_t loading_document(const struct model_loading *loading, int64_t id)
{
    const uint32_t *number = id != 0 ? id_map_find(&loading->document_numbers, id) : NULL;
    return number != NULL ? loading->met_documents[*number].index : MODEL_NONE;
}

uint32_t loading_numbered_document(const struct model_loading *loading, uint32_t number)
{
    return number != MODEL_NONE ? loading->met_documents[number].index : MODEL_NONE;
}

/* ---- reading */

struct reading {
    struct loading_rows documents, statements;
};

static void read_statement(struct model_loading *loading, struct query *row, uint32_t document)
{
    add_statement(loading, document, (uint32_t)query_integer(row, 1), query_text(row, 4), query_text(row, 2),
                  query_text(row, 3), query_text(row, 5), query_text(row, 6));
}

/* Reads the document of the current row, with its statements. */
static void read_document(struct model_loading *loading, struct reading *reading)
{
    int64_t id = reading->documents.id;
    struct query *row = reading->documents.query;
    uint32_t number = loading_meet_document(loading, id);
    struct model_document document = {
        .id = id, .version = loading_text(loading, row, 1), .broken = loading_text_or_null(loading, row, 2)};
    uint32_t index = add_document(loading, document);
    for (bool more = loading_rows_of(&reading->statements, id); more;
         more = loading_rows_next(&reading->statements) && loading_rows_are(&reading->statements, id))
        read_statement(loading, reading->statements.query, index);
    if (number != MODEL_NONE)
        loading->met_documents[number].index = index;
}

/* The organization's own documents are always needed. */
static void meet_organization_policies(struct model_loading *loading)
{
    struct query *rows = query_open(loading->store, "SELECT document FROM org_policy WHERE document IS NOT NULL");
    while (query_next(rows))
        loading_meet_document(loading, query_integer(rows, 0));
    query_close(rows);
}

static bool is_silent(const struct model_loading *loading, int64_t id)
{
    return loading->met_documents[*id_map_find(&loading->document_numbers, id)].silent;
}

/* Adds a document of which only the existence matters. */
static void outline_document(struct model_loading *loading, int64_t id)
{
    loading->met_documents[*id_map_find(&loading->document_numbers, id)].index =
        add_document(loading, (struct model_document){.id = id, .version = ""});
}

/* In the order of their ids, as in the whole model. */
static void read_met(struct model_loading *loading, struct reading *reading)
{
    meet_organization_policies(loading);
    uint32_t count = loading->met_count;
    int64_t *ids = memory_zeroed(count, sizeof *ids);
    for (uint32_t i = 0; i < count; i++)
        ids[i] = loading->met_documents[i].id;
    if (count > 1)
        qsort(ids, count, sizeof *ids, order_ids);
    for (uint32_t i = 0; i < count; i++)
        if (is_silent(loading, ids[i]))
            outline_document(loading, ids[i]);
        else if (loading_rows_of(&reading->documents, ids[i]))
            read_document(loading, reading);
    free(ids);
}

static void read_all(struct model_loading *loading, struct reading *reading)
{
    for (bool more = loading_rows_first(&reading->documents); more; more = loading_rows_next(&reading->documents))
        read_document(loading, reading);
}

static void outline_met(struct model_loading *loading)
{
    for (uint32_t i = 0; i < loading->met_count; i++)
        outline_document(loading, loading->met_documents[i].id);
}

static void read_documents(struct model_loading *loading)
{
    struct reading reading;
    loading_rows_open(loading, &reading.documents,
                      "SELECT id, version, broken FROM document WHERE id >= ? ORDER BY id");
    loading_rows_open(loading, &reading.statements,
                      "SELECT document, position, sid, effect, body, broken, doubt FROM statement WHERE document >= ? "
                      "ORDER BY document, position");
    if (loading->part != NULL)
        read_met(loading, &reading);
    else
        read_all(loading, &reading);
    query_close(reading.documents.query);
    query_close(reading.statements.query);
}

void loading_documents(struct model_loading *loading)
{
    struct model *model = loading->model;
    if (loading->outline)
        outline_met(loading);
    else
        read_documents(loading);
    /* A model without any document needs room for a trial too. */
    ARRAY_RESERVE(model->documents, model->document_count + 1 + 1, loading->document_room);
    ARRAY_RESERVE(model->statements, model->statement_count + MODEL_SPARE_STATEMENTS + 1, loading->statement_room);
}

/* ---- built-in copies */

static void add_built_in(struct model_loading *loading, uint32_t index, const char *body)
{
    json_t *list = json_loads(body, 0, NULL), *statement;
    size_t i;
    json_array_foreach(list, i, statement)
    {
        char *text = json_words(statement, JSON_COMPACT | JSON_SORT_KEYS);
        add_statement(loading, index, (uint32_t)i, text, "", json_string_value(json_object_get(statement, "Effect")),
                      NULL, NULL);
        free(text);
    }
    json_decref(list);
}

uint32_t loading_built_in(struct model_loading *loading, const char *arn)
{
    const char *body = managed_policy_statements(arn);
    const char *name = strstr(arn, ":policy/");
    if (body == NULL || name == NULL)
        return MODEL_NONE;
    uint32_t known = loading->built_in.count, number = intern_add(&loading->built_in, name, strlen(name));
    if (number < known)
        return loading->built_in_documents[number];
    ARRAY_RESERVE(loading->built_in_documents, known + 1, loading->built_in_room);
    uint32_t index = add_document(loading, (struct model_document){.id = -1, .version = "2012-10-17"});
    loading->built_in_documents[number] = index;
    add_built_in(loading, index, body);
    return index;
}

/* ---- documents that are there under a condition */

static void provide_statement(struct model_loading *loading, uint32_t index, const struct statement *from,
                              const struct statement *conditions)
{
    struct model *model = loading->model;
    ARRAY_RESERVE(model->statements, model->statement_count + MODEL_SPARE_STATEMENTS + 1, loading->statement_room);
    uint32_t count = from->condition_count + conditions->condition_count;
    struct statement_condition *both = arena_allocate_array(&model->arena, count, sizeof *both);
    if (from->condition_count > 0)
        memcpy(both, from->conditions, from->condition_count * sizeof *both);
    if (conditions->condition_count > 0)
        memcpy(both + from->condition_count, conditions->conditions, conditions->condition_count * sizeof *both);
    struct statement *statement = &model->statements[model->statement_count++];
    *statement = *from;
    statement->document = index;
    statement->conditions = both;
    statement->condition_count = count;
    model->documents[index].statement_count++;
}

uint32_t loading_provided(struct model_loading *loading, uint32_t document, const char *conditions)
{
    struct model *model = loading->model;
    struct text key = {0}, body = {0};
    text_format(&key, "%u %s", document, conditions);
    uint32_t known = loading->provided.count, number = intern_add(&loading->provided, key.data, key.length);
    text_free(&key);
    if (number < known)
        return loading->provided_documents[number];
    struct statement only;
    text_format(&body, "{\"Condition\":%s}", conditions);
    statement_compile(&model->arena, &model->strings, body.data, "", "Allow", NULL, NULL, false, &only);
    text_free(&body);
    ARRAY_RESERVE(loading->provided_documents, known + 1, loading->provided_room);
    struct model_document copy = model->documents[document];
    copy.statement_count = 0;
    uint32_t index = loading->provided_documents[number] = add_document(loading, copy);
    for (uint32_t i = 0; i < model->documents[document].statement_count; i++) {
        struct statement from = model->statements[model->documents[document].first_statement + i];
        provide_statement(loading, index, &from, &only);
    }
    return index;
}

void model_index_document(struct model *model, struct model_document *document)
{
    const struct statement *statements = model->statements + document->first_statement;
    document->resources = resource_index_make(&model->arena, statements, document->statement_count);
    document->principals = principal_index_make(&model->arena, statements, document->statement_count);
    for (uint32_t i = 0; i < document->statement_count; i++) {
        document->lets_anyone = document->lets_anyone || trust_names_allows_anyone(&statements[i]);
        for (uint32_t j = 0; j < statements[i].named_count && !document->names_ids; j++)
            document->names_ids = statements[i].named[j].form == PRINCIPAL_UNIQUE_ID;
    }
}

void loading_indexes(struct model_loading *loading)
{
    for (uint32_t i = 0; i < loading->model->document_count; i++)
        model_index_document(loading->model, &loading->model->documents[i]);
}
