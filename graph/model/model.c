#include "graph/model/model_inside.h"
#include "ingest/support/order.h"

#include <stdlib.h>
#include <string.h>

/* ---- rows by id */

/* A new query costs about as much as skipping the rows of this many ids. */
#define PASSED_OVER 4

void loading_rows_open(struct model_loading *loading, struct loading_rows *rows, const char *sql)
{
    *rows = (struct loading_rows){.query = query_open(loading->store, sql)};
}

static bool ask_from(struct loading_rows *rows, int64_t id)
{
    rows->asked = true;
    query_bind_integer(rows->query, 1, id);
    return loading_rows_next(rows);
}

bool loading_rows_first(struct loading_rows *rows)
{
    return ask_from(rows, INT64_MIN);
}

bool loading_rows_next(struct loading_rows *rows)
{
    rows->more = query_next(rows->query);
    rows->id = rows->more ? query_integer(rows->query, 0) : 0;
    return rows->more;
}

bool loading_rows_of(struct loading_rows *rows, int64_t id)
{
    if (!rows->asked || (rows->more && rows->id < id && (uint64_t)id - (uint64_t)rows->id > PASSED_OVER))
        ask_from(rows, id);
    while (rows->more && rows->id < id)
        loading_rows_next(rows);
    return loading_rows_are(rows, id);
}

/* ---- columns */

const char *loading_peek(struct query *row, int column)
{
    const char *text = query_text(row, column);
    return text != NULL ? text : "";
}

const char *loading_text_or_null(struct model_loading *loading, struct query *row, int column)
{
    const char *text = query_text(row, column);
    return text != NULL ? intern_string(&loading->model->strings, text) : NULL;
}

const char *loading_text(struct model_loading *loading, struct query *row, int column)
{
    return intern_string(&loading->model->strings, loading_peek(row, column));
}

uint32_t loading_id(struct query *row, int column)
{
    int64_t id = query_integer(row, column);
    return id > 0 && id < UINT32_MAX ? (uint32_t)id : 0;
}

struct policy_use *loading_add_use(struct model_loading *loading)
{
    struct model *model = loading->model;
    ARRAY_ADD(model->uses, model->use_count, loading->use_room,
              (struct policy_use){.name = "", .holder = "", .document = MODEL_NONE});
    return &model->uses[model->use_count - 1];
}

/* ---- a part */

static void guard_named(struct model_loading *loading, const struct statement_principal *principals, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (principals[i].account != NULL)
            loading->guarded[model_find_account(loading->model, principals[i].account)] = true;
}

/* Accounts whose SCPs or RCPs a question about the part can meet. */
static void choose_guarded(struct model_loading *loading)
{
    const struct model *model = loading->model;
    loading->guarded = memory_zeroed((size_t)model->account_count + 1, sizeof *loading->guarded);
    for (uint32_t i = 0; i < loading->account_ids.count; i++)
        loading->guarded[model_find_account(model, intern_text(&loading->account_ids, i))] = true;
    for (uint32_t i = 0; i < model->statement_count; i++) {
        const struct statement *statement = &model->statements[i];
        guard_named(loading, statement->principals, statement->principal_count);
        guard_named(loading, statement->named, statement->named_count);
    }
}

/* ---- the whole */

static struct model *load(struct model_loading *loading, char **error)
{
    struct model *model = loading->model = memory_zeroed(1, sizeof *model);
    model->store = loading->store;
    model->part = loading->part != NULL;
    loading_principals(loading);
    loading_documents(loading);
    loading_accounts(loading);
    if (loading->part != NULL)
        choose_guarded(loading);
    loading_guardrails(loading);
    loading_indexes(loading);
    /* From here on there are pointers to uses, so they must not move. */
    ARRAY_FIT(model->uses, model->use_count, loading->use_room);
    loading_settle(loading);
    ARRAY_FIT(model->documents, model->document_count + 1, loading->document_room);
    ARRAY_FIT(model->statements, model->statement_count + MODEL_SPARE_STATEMENTS + 1, loading->statement_room);
    loading_index(loading);
    loading_credentials(loading);
    intern_free(&loading->account_ids);
    id_map_free(&loading->document_numbers);
    free(loading->met_documents);
    intern_free(&loading->built_in);
    free(loading->built_in_documents);
    intern_free(&loading->provided);
    free(loading->provided_documents);
    free(loading->guarded);
    *error = NULL;
    if (store_error(loading->store) == NULL)
        return model;
    *error = memory_text(store_error(loading->store));
    model_free(model);
    return NULL;
}

struct model *model_load(struct store *store, char **error)
{
    struct model_loading loading = {.store = store, .groups = true};
    return load(&loading, error);
}

static struct model *load_part(struct model_loading *loading, const int64_t *principals, size_t count, char **error)
{
    int64_t *ids = memory_copy(principals, count, sizeof *ids);
    if (count > 1)
        qsort(ids, count, sizeof *ids, order_ids);
    loading->part = ids;
    loading->part_count = count;
    struct model *model = load(loading, error);
    free(ids);
    return model;
}

struct model *model_load_part(struct store *store, const int64_t *principals, size_t count, char **error)
{
    struct model_loading loading = {.store = store};
    return load_part(&loading, principals, count, error);
}

struct model *model_load_touched(struct store *store, const int64_t *principals, size_t count, char **error)
{
    struct model_loading loading = {.store = store, .groups = true};
    return load_part(&loading, principals, count, error);
}

struct model *model_load_outline(struct store *store, const int64_t *principals, size_t count, const int64_t *asked,
                                 size_t asked_count, const char *const *accounts, size_t account_count, char **error)
{
    struct model_loading loading = {
        .store = store, .outline = asked_count == 0, .asked = asked, .asked_count = asked_count};
    for (size_t i = 0; i < account_count; i++)
        intern_add(&loading.account_ids, accounts[i], strlen(accounts[i]));
    return load_part(&loading, principals, count, error);
}

const char *model_account_name(const struct model_account *account)
{
    const char *name = account->name[0] != '\0' ? account->name : account->alias;
    return strcmp(name, account->id) != 0 ? name : "";
}

void model_append_account(struct text *text, const struct model *model, const char *id)
{
    uint32_t index = model_find_account(model, id);
    const char *name = index != MODEL_NONE ? model_account_name(&model->accounts[index]) : "";
    text_format(text, "%s%s%s%s", id, name[0] != '\0' ? " (" : "", name, name[0] != '\0' ? ")" : "");
}

bool model_account_is_called(const struct model_account *account, const char *name)
{
    return name[0] != '\0' && (strcmp(account->alias, name) == 0 || strcmp(account->name, name) == 0);
}

static int compare_account_id(const void *id, const void *account)
{
    return strcmp(id, ((const struct model_account *)account)->id);
}

uint32_t model_find_account(const struct model *model, const char *id)
{
    size_t at =
        order_lower_bound(id, model->accounts, model->account_count, sizeof *model->accounts, compare_account_id);
    return at < model->account_count && strcmp(model->accounts[at].id, id) == 0 ? (uint32_t)at : MODEL_NONE;
}

const struct statement *model_document_allows(const struct model *model, uint32_t document, const char *action)
{
    if (document == MODEL_NONE)
        return NULL;
    const struct statement *statements = &model->statements[model->documents[document].first_statement];
    for (uint32_t i = 0; i < model->documents[document].statement_count; i++)
        if (statement_allows_action(&statements[i], action))
            return &statements[i];
    return NULL;
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
    free(model->groups);
    free(model->memberships);
    free(model->nodes);
    free(model->scps);
    free(model->rcps);
    free(model);
}
