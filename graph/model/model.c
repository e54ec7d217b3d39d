#include "graph/model/model_inside.h"
#include "ingest/support/order.h"

#include <stdlib.h>
#include <string.h>

/* ---- reading rows */

bool loading_fail(struct model_loading *loading, const char *what)
{
    loading->failed = true;
    if (*loading->error == NULL)
        *loading->error = strdup(what);
    return false;
}

sqlite3_stmt *loading_prepare(struct model_loading *loading, const char *sql)
{
    sqlite3_stmt *statement = NULL;
    if (!loading->failed && sqlite3_prepare_v2(loading->database, sql, -1, &statement, NULL) != SQLITE_OK)
        loading_fail(loading, sqlite3_errmsg(loading->database));
    return statement;
}

bool loading_step(struct model_loading *loading, sqlite3_stmt *statement)
{
    if (loading->failed || statement == NULL)
        return false;
    int status = sqlite3_step(statement);
    if (status != SQLITE_ROW && status != SQLITE_DONE)
        loading_fail(loading, sqlite3_errmsg(loading->database));
    return status == SQLITE_ROW;
}

/* ---- rows by id */

/* Asking anew costs about as much as passing over the rows of so many ids. */
#define PASSED_OVER 4

void loading_rows_open(struct model_loading *loading, struct loading_rows *rows, const char *sql)
{
    *rows = (struct loading_rows){.statement = loading_prepare(loading, sql)};
}

static bool ask_from(struct model_loading *loading, struct loading_rows *rows, int64_t id)
{
    rows->asked = true;
    sqlite3_reset(rows->statement);
    sqlite3_bind_int64(rows->statement, 1, id);
    return loading_rows_next(loading, rows);
}

bool loading_rows_first(struct model_loading *loading, struct loading_rows *rows)
{
    return ask_from(loading, rows, INT64_MIN);
}

bool loading_rows_next(struct model_loading *loading, struct loading_rows *rows)
{
    rows->more = loading_step(loading, rows->statement);
    rows->id = rows->more ? sqlite3_column_int64(rows->statement, 0) : 0;
    return rows->more;
}

bool loading_rows_of(struct model_loading *loading, struct loading_rows *rows, int64_t id)
{
    if (!rows->asked || (rows->more && rows->id < id && (uint64_t)id - (uint64_t)rows->id > PASSED_OVER))
        ask_from(loading, rows, id);
    while (rows->more && rows->id < id)
        loading_rows_next(loading, rows);
    return loading_rows_are(rows, id);
}

/* ---- columns */

const char *loading_text_or_null(struct model_loading *loading, sqlite3_stmt *statement, int column)
{
    const char *text = (const char *)sqlite3_column_text(statement, column);
    if (text == NULL)
        return NULL;
    const char *copy = intern_string(&loading->model->strings, text);
    if (copy == NULL)
        loading_fail(loading, "out of memory");
    return copy != NULL ? copy : "";
}

const char *loading_text(struct model_loading *loading, sqlite3_stmt *statement, int column)
{
    const char *text = loading_text_or_null(loading, statement, column);
    return text != NULL ? text : "";
}

uint32_t loading_id(sqlite3_stmt *statement, int column)
{
    int64_t id = sqlite3_column_int64(statement, column);
    return id > 0 && id < UINT32_MAX ? (uint32_t)id : 0;
}

void *loading_grow(struct model_loading *loading, void *array, uint32_t *room, uint32_t count, size_t size)
{
    if (count < *room)
        return array;
    uint64_t wanted = (uint64_t)count + count / 2 + 64;
    void *grown = wanted < UINT32_MAX ? realloc(array, wanted * size) : NULL;
    if (grown == NULL) {
        loading_fail(loading, "out of memory");
        return array;
    }
    *room = (uint32_t)wanted;
    return grown;
}

struct policy_use *loading_add_use(struct model_loading *loading)
{
    struct model *model = loading->model;
    static struct policy_use spare;
    model->uses = loading_grow(loading, model->uses, &loading->use_room, model->use_count, sizeof *model->uses);
    if (loading->failed)
        return &spare;
    struct policy_use *use = &model->uses[model->use_count++];
    *use = (struct policy_use){.name = "", .holder = "", .document = MODEL_NONE};
    return use;
}

/* ---- a part */

/* Accounts whose SCPs or RCPs a question about the part can meet. */
static void choose_guarded(struct model_loading *loading)
{
    const struct model *model = loading->model;
    loading->guarded = calloc((size_t)model->account_count + 1, sizeof *loading->guarded);
    if (loading->guarded == NULL)
        loading_fail(loading, "out of memory");
    for (uint32_t i = 0; i < loading->account_ids.count && !loading->failed; i++)
        loading->guarded[model_find_account(model, intern_text(&loading->account_ids, i))] = true;
    for (uint32_t i = 0; i < model->statement_count && !loading->failed; i++)
        for (uint32_t j = 0; j < model->statements[i].principal_count; j++) {
            const char *named = model->statements[i].principals[j].account;
            if (named != NULL)
                loading->guarded[model_find_account(model, named)] = true;
        }
}

/* ---- the whole */

static struct model *load(struct model_loading *loading)
{
    loading->model = calloc(1, sizeof *loading->model);
    if (loading->model == NULL) {
        *loading->error = strdup("out of memory");
        return NULL;
    }
    struct model *model = loading->model;
    model->database = loading->database;
    loading_principals(loading);
    if (!loading->failed)
        loading_documents(loading);
    if (!loading->failed)
        loading_accounts(loading);
    if (!loading->failed && loading->part != NULL)
        choose_guarded(loading);
    if (!loading->failed)
        loading_guardrails(loading);
    if (!loading->failed)
        loading_settle(loading);
    if (!loading->failed)
        loading_index(loading);
    if (!loading->failed)
        loading_credentials(loading);
    intern_free(&loading->account_ids);
    id_map_free(&loading->document_numbers);
    free(loading->met_documents);
    intern_free(&loading->built_in);
    free(loading->built_in_documents);
    free(loading->guarded);
    if (loading->failed) {
        model_free(model);
        return NULL;
    }
    return model;
}

struct model *model_load(struct store *store, char **error)
{
    struct model_loading loading = {.database = store_handle(store), .error = error};
    *error = NULL;
    return load(&loading);
}

struct model *model_load_part(struct store *store, const int64_t *principals, size_t count, char **error)
{
    int64_t *ids = calloc(count + 1, sizeof *ids);
    struct model_loading loading = {.database = store_handle(store), .part = ids, .part_count = count, .error = error};
    *error = NULL;
    if (ids == NULL) {
        *error = strdup("out of memory");
        return NULL;
    }
    if (count > 0)
        memcpy(ids, principals, count * sizeof *ids);
    if (count > 1)
        qsort(ids, count, sizeof *ids, order_ids);
    struct model *model = load(&loading);
    free(ids);
    return model;
}

uint32_t model_find_account(const struct model *model, const char *id)
{
    uint32_t low = 0, high = model->account_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        int order = strcmp(model->accounts[middle].id, id);
        if (order == 0)
            return middle;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return MODEL_NONE;
}

void model_free(struct model *model)
{
    if (model == NULL)
        return;
    model_index_free(model->index);
    arena_free(&model->arena);
    intern_free(&model->strings);
    free(model->accounts);
    free(model->principals);
    free(model->documents);
    free(model->statements);
    free(model->uses);
    free(model->nodes);
    free(model->scps);
    free(model->rcps);
    free(model);
}
