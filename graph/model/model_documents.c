/* Documents and their statements. */
#include "graph/model/model_inside.h"
#include "graph/policy/managed_policies.h"
#include "ingest/support/order.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static uint32_t add_document(struct model_loading *loading, struct model_document document)
{
    struct model *model = loading->model;
    /* One more than there are: model_trial.h. */
    model->documents = loading_grow(loading, model->documents, &loading->document_room, model->document_count + 1,
                                    sizeof *model->documents);
    if (loading->failed)
        return MODEL_NONE;
    document.first_statement = model->statement_count;
    model->documents[model->document_count] = document;
    return model->document_count++;
}

static void add_statement(struct model_loading *loading, uint32_t document, uint32_t position, const char *body,
                          const char *sid, const char *effect, const char *broken, const char *doubt)
{
    struct model *model = loading->model;
    model->statements = loading_grow(loading, model->statements, &loading->statement_room,
                                     model->statement_count + MODEL_SPARE_STATEMENTS, sizeof *model->statements);
    if (loading->failed)
        return;
    struct statement *statement = &model->statements[model->statement_count];
    bool variables = strcmp(model->documents[document].version, "2012-10-17") == 0;
    if (!statement_compile(&model->arena, &model->strings, body, sid, effect, broken, doubt, variables, statement)) {
        loading_fail(loading, "out of memory");
        return;
    }
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
    if (number == NULL)
        loading_fail(loading, "out of memory");
    if (fresh) {
        loading->met_documents = loading_grow(loading, loading->met_documents, &loading->met_room, loading->met_count,
                                              sizeof *loading->met_documents);
        if (!loading->failed)
            loading->met_documents[loading->met_count] = (struct met_document){id, MODEL_NONE};
        *number = loading->met_count++;
    }
    return loading->failed ? MODEL_NONE : *number;
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

static void read_statement(struct model_loading *loading, sqlite3_stmt *row, uint32_t document)
{
    add_statement(loading, document, (uint32_t)sqlite3_column_int(row, 1), (const char *)sqlite3_column_text(row, 4),
                  (const char *)sqlite3_column_text(row, 2), (const char *)sqlite3_column_text(row, 3),
                  (const char *)sqlite3_column_text(row, 5), (const char *)sqlite3_column_text(row, 6));
}

/* The document on whose row they stand, with its statements. */
static void read_document(struct model_loading *loading, struct reading *reading)
{
    int64_t id = reading->documents.id;
    sqlite3_stmt *row = reading->documents.statement;
    uint32_t number = loading_meet_document(loading, id);
    struct model_document document = {
        .id = id, .version = loading_text(loading, row, 1), .broken = loading_text_or_null(loading, row, 2)};
    uint32_t index = add_document(loading, document);
    for (bool more = loading_rows_of(loading, &reading->statements, id); more && !loading->failed;
         more = loading_rows_next(loading, &reading->statements) && loading_rows_are(&reading->statements, id))
        read_statement(loading, reading->statements.statement, index);
    if (number != MODEL_NONE)
        loading->met_documents[number].index = index;
}

/* The organization's own are wanted whoever is. */
static void meet_organization_policies(struct model_loading *loading)
{
    sqlite3_stmt *rows = loading_prepare(loading, "SELECT document FROM org_policy WHERE document IS NOT NULL");
    while (loading_step(loading, rows))
        loading_meet_document(loading, sqlite3_column_int64(rows, 0));
    sqlite3_finalize(rows);
}

/* In the order of their ids, as those of the whole are. */
static void read_met(struct model_loading *loading, struct reading *reading)
{
    meet_organization_policies(loading);
    uint32_t count = loading->met_count;
    int64_t *ids = calloc((size_t)count + 1, sizeof *ids);
    if (ids == NULL)
        loading_fail(loading, "out of memory");
    for (uint32_t i = 0; i < count && !loading->failed; i++)
        ids[i] = loading->met_documents[i].id;
    if (!loading->failed && count > 1)
        qsort(ids, count, sizeof *ids, order_ids);
    for (uint32_t i = 0; i < count && !loading->failed; i++)
        if (loading_rows_of(loading, &reading->documents, ids[i]))
            read_document(loading, reading);
    free(ids);
}

static void read_all(struct model_loading *loading, struct reading *reading)
{
    for (bool more = loading_rows_first(loading, &reading->documents); more;
         more = loading_rows_next(loading, &reading->documents))
        read_document(loading, reading);
}

void loading_documents(struct model_loading *loading)
{
    struct model *model = loading->model;
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
    sqlite3_finalize(reading.documents.statement);
    sqlite3_finalize(reading.statements.statement);
    /* A model without any document needs room for a trial too. */
    model->documents = loading_grow(loading, model->documents, &loading->document_room, model->document_count + 1,
                                    sizeof *model->documents);
    model->statements = loading_grow(loading, model->statements, &loading->statement_room,
                                     model->statement_count + MODEL_SPARE_STATEMENTS, sizeof *model->statements);
}

/* ---- built-in copies */

static void add_built_in(struct model_loading *loading, uint32_t index, const char *body)
{
    json_t *list = json_loads(body, 0, NULL), *statement;
    size_t i;
    json_array_foreach(list, i, statement)
    {
        char *text = json_dumps(statement, JSON_COMPACT | JSON_SORT_KEYS);
        if (text == NULL)
            loading_fail(loading, "out of memory");
        else
            add_statement(loading, index, (uint32_t)i, text, "",
                          json_string_value(json_object_get(statement, "Effect")), NULL, NULL);
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
    loading->built_in_documents = loading_grow(loading, loading->built_in_documents, &loading->built_in_room, known,
                                               sizeof *loading->built_in_documents);
    if (number == INTERN_NONE)
        loading_fail(loading, "out of memory");
    uint32_t index = add_document(loading, (struct model_document){.id = -1, .version = "2012-10-17"});
    if (loading->failed)
        return MODEL_NONE;
    loading->built_in_documents[number] = index;
    add_built_in(loading, index, body);
    return index;
}
