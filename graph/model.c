#include "graph/managed_policies.h"
#include "graph/model_inside.h"
#include "ingest/support/text.h"

#include <jansson.h>
#include <stdio.h>
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

/* Room for `spare` more than one. */
static void *grow(struct model_loading *loading, void *array, uint32_t *room, uint32_t count, uint32_t spare,
                  size_t size)
{
    if (count + spare < *room)
        return array;
    uint32_t wanted = (*room == 0 ? 256 : *room * 2) + spare;
    void *grown = realloc(array, wanted * size);
    if (grown == NULL) {
        loading_fail(loading, "out of memory");
        return array;
    }
    memset((char *)grown + *room * size, 0, (wanted - *room) * size);
    *room = wanted;
    return grown;
}

struct policy_use *loading_add_use(struct model_loading *loading)
{
    struct model *model = loading->model;
    static struct policy_use spare;
    model->uses = grow(loading, model->uses, &loading->use_room, model->use_count, 0, sizeof *model->uses);
    if (loading->failed)
        return &spare;
    struct policy_use *use = &model->uses[model->use_count++];
    *use = (struct policy_use){.name = "", .holder = "", .document = MODEL_NONE};
    return use;
}

/* ---- documents */

static uint32_t add_document(struct model_loading *loading, struct model_document document)
{
    struct model *model = loading->model;
    model->documents =
        grow(loading, model->documents, &loading->document_room, model->document_count, 1, sizeof *model->documents);
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
    model->statements = grow(loading, model->statements, &loading->statement_room, model->statement_count,
                             MODEL_SPARE_STATEMENTS, sizeof *model->statements);
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

uint32_t loading_document(struct model_loading *loading, int64_t id)
{
    char text[32];
    if (id == 0)
        return MODEL_NONE;
    int length = snprintf(text, sizeof text, "%lld", (long long)id);
    uint32_t number = intern_find(&loading->document_ids, text, (size_t)length);
    return number == INTERN_NONE ? MODEL_NONE : number;
}

/* All documents with their statements, in order of their ids; the number of the interned id is the model index. */
static void load_documents(struct model_loading *loading)
{
    bool part = loading->part != NULL;
    sqlite3_stmt *documents = loading_prepare(loading, part ? "SELECT id, version, broken FROM document WHERE id IN "
                                                              "(SELECT value FROM json_each(?1)) ORDER BY id"
                                                            : "SELECT id, version, broken FROM document ORDER BY id");
    sqlite3_stmt *statements = loading_prepare(
        loading, part ? "SELECT document, position, sid, effect, body, broken, doubt FROM statement WHERE document IN "
                        "(SELECT value FROM json_each(?1)) ORDER BY document, position"
                      : "SELECT document, position, sid, effect, body, broken, doubt FROM statement "
                        "ORDER BY document, position");
    if (part && !loading->failed) {
        sqlite3_bind_text(documents, 1, loading->part_documents, -1, SQLITE_STATIC);
        sqlite3_bind_text(statements, 1, loading->part_documents, -1, SQLITE_STATIC);
    }
    bool more = !loading->failed && sqlite3_step(statements) == SQLITE_ROW;
    while (!loading->failed && sqlite3_step(documents) == SQLITE_ROW) {
        char text[32];
        int64_t id = sqlite3_column_int64(documents, 0);
        int length = snprintf(text, sizeof text, "%lld", (long long)id);
        struct model_document document = {.id = id,
                                          .version = loading_text(loading, documents, 1),
                                          .broken = loading_text_or_null(loading, documents, 2)};
        if (intern_add(&loading->document_ids, text, (size_t)length) == INTERN_NONE)
            loading_fail(loading, "out of memory");
        uint32_t index = add_document(loading, document);
        while (more && !loading->failed && sqlite3_column_int64(statements, 0) == id) {
            add_statement(
                loading, index, (uint32_t)sqlite3_column_int(statements, 1),
                (const char *)sqlite3_column_text(statements, 4), (const char *)sqlite3_column_text(statements, 2),
                (const char *)sqlite3_column_text(statements, 3), (const char *)sqlite3_column_text(statements, 5),
                (const char *)sqlite3_column_text(statements, 6));
            more = sqlite3_step(statements) == SQLITE_ROW;
        }
    }
    sqlite3_finalize(documents);
    sqlite3_finalize(statements);
}

uint32_t loading_built_in(struct model_loading *loading, const char *arn)
{
    const char *body = managed_policy_statements(arn);
    const char *name = strstr(arn, ":policy/");
    if (body == NULL || name == NULL)
        return MODEL_NONE;
    uint32_t known = intern_find(&loading->document_ids, name, strlen(name));
    if (known != INTERN_NONE)
        return known;
    json_t *list = json_loads(body, 0, NULL);
    uint32_t index = add_document(loading, (struct model_document){.id = -1, .version = "2012-10-17"});
    size_t i;
    json_t *statement;
    if (index != MODEL_NONE && intern_add(&loading->document_ids, name, strlen(name)) != index)
        loading_fail(loading, "out of memory");
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
    return index;
}

/* The document of a managed policy that the principal's own account did not export: another account's copy, or a
 * built-in one. */
static uint32_t borrowed_document(struct model_loading *loading, sqlite3_stmt *others, const char *arn, bool *built_in)
{
    uint32_t index = MODEL_NONE;
    *built_in = false;
    if (arn == NULL || others == NULL || strstr(arn, ":iam::aws:policy/") == NULL)
        return MODEL_NONE;
    sqlite3_bind_text(others, 1, arn, -1, SQLITE_STATIC);
    if (sqlite3_step(others) == SQLITE_ROW)
        index = loading_document(loading, sqlite3_column_int64(others, 0));
    sqlite3_reset(others);
    if (index == MODEL_NONE) {
        index = loading_built_in(loading, arn);
        *built_in = index != MODEL_NONE;
    }
    return index;
}

/* ---- principals */

static uint32_t account_index(const struct model *model, const char *id)
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

uint32_t model_find_account(const struct model *model, const char *id)
{
    return account_index(model, id);
}

struct pending_use { /* index into uses + 1, 0 none: uses move while they grow */
    uint32_t trust, boundary;
};

static void load_one_principal(struct model_loading *loading, sqlite3_stmt *row, sqlite3_stmt *others,
                               struct model_principal *principal, struct pending_use *pending)
{
    struct model *model = loading->model;
    *principal = (struct model_principal){
        .id = sqlite3_column_int64(row, 0),
        .is_role = strcmp((const char *)sqlite3_column_text(row, 2), "role") == 0,
        .arn = loading_text(loading, row, 3),
        .name = loading_text(loading, row, 4),
        .path = loading_text(loading, row, 5),
        .unique_id = loading_text(loading, row, 6),
        .identity_known = sqlite3_column_int(row, 12) != 0,
        .tags_known = sqlite3_column_int(row, 13) != 0,
        .max_session_duration = (uint32_t)sqlite3_column_int(row, 14),
        .last_used = loading_text_or_null(loading, row, 15),
        .source = sqlite3_column_int64(row, 16),
        .line = (uint32_t)sqlite3_column_int(row, 17),
        .created = loading_text(loading, row, 21),
    };
    principal->service_linked = strncmp(principal->path, "/aws-service-role/", 18) == 0;
    principal->account = account_index(model, (const char *)sqlite3_column_text(row, 1));
    if (sqlite3_column_type(row, 7) != SQLITE_NULL) {
        struct policy_use *use = loading_add_use(loading);
        *use = (struct policy_use){.kind = USE_TRUST,
                                   .name = "",
                                   .holder = principal->arn,
                                   .document = loading_document(loading, sqlite3_column_int64(row, 7)),
                                   .source = principal->source,
                                   .line = (uint32_t)sqlite3_column_int(row, 8),
                                   .layout = sqlite3_column_int64(row, 9)};
        pending->trust = model->use_count;
    }
    const char *boundary = loading_text_or_null(loading, row, 10);
    if (boundary != NULL) {
        bool built_in = false;
        uint32_t document = loading_document(loading, sqlite3_column_int64(row, 11));
        if (document == MODEL_NONE)
            document = borrowed_document(loading, others, boundary, &built_in);
        const char *slash = strrchr(boundary, '/');
        struct policy_use *use = loading_add_use(loading);
        *use = (struct policy_use){.kind = USE_BOUNDARY,
                                   .name = slash != NULL ? slash + 1 : boundary,
                                   .arn = boundary,
                                   .holder = principal->arn,
                                   .document = document,
                                   .built_in = built_in,
                                   .source = sqlite3_column_int64(row, 18),
                                   .line = (uint32_t)sqlite3_column_int(row, 19),
                                   .layout = sqlite3_column_int64(row, 20)};
        pending->boundary = model->use_count;
    }
}

static void load_tags(struct model_loading *loading, sqlite3_stmt *tags, struct model_principal *principal)
{
    struct model_tag few[64];
    uint32_t count = 0;
    sqlite3_bind_int64(tags, 1, principal->id);
    while (count < 64 && sqlite3_step(tags) == SQLITE_ROW)
        few[count++] = (struct model_tag){loading_text(loading, tags, 0), loading_text(loading, tags, 1)};
    sqlite3_reset(tags);
    if (count == 0)
        return;
    struct model_tag *copy = arena_allocate_array(&loading->model->arena, count, sizeof *copy);
    if (copy == NULL) {
        loading_fail(loading, "out of memory");
        return;
    }
    memcpy(copy, few, count * sizeof *copy);
    principal->tags = copy;
    principal->tag_count = count;
}

static void load_policies(struct model_loading *loading, sqlite3_stmt *rows, sqlite3_stmt *others, int64_t holder_id,
                          const char *holder, bool via_group)
{
    sqlite3_bind_int64(rows, 1, holder_id);
    while (!loading->failed && sqlite3_step(rows) == SQLITE_ROW) {
        bool managed = strcmp((const char *)sqlite3_column_text(rows, 0), "managed") == 0, built_in = false;
        const char *arn = loading_text_or_null(loading, rows, 2);
        uint32_t document = loading_document(loading, sqlite3_column_int64(rows, 3));
        if (document == MODEL_NONE && managed)
            document = borrowed_document(loading, others, arn, &built_in);
        struct policy_use *use = loading_add_use(loading);
        *use = (struct policy_use){.kind = managed ? USE_MANAGED : USE_INLINE,
                                   .via_group = via_group,
                                   .name = loading_text(loading, rows, 1),
                                   .arn = arn,
                                   .holder = holder,
                                   .document = document,
                                   .built_in = built_in,
                                   .source = sqlite3_column_int64(rows, 4),
                                   .line = (uint32_t)sqlite3_column_int(rows, 5),
                                   .layout = sqlite3_column_int64(rows, 6)};
    }
    sqlite3_reset(rows);
}

static void load_principals(struct model_loading *loading)
{
    struct model *model = loading->model;
    sqlite3_stmt *count =
        loading_prepare(loading, loading->part != NULL ? "SELECT count(*) FROM json_each(?1)"
                                                       : "SELECT count(*) FROM principal WHERE kind <> 'group'");
    if (loading->part != NULL && count != NULL)
        sqlite3_bind_text(count, 1, loading->part, -1, SQLITE_STATIC);
    uint32_t total = count != NULL && sqlite3_step(count) == SQLITE_ROW ? (uint32_t)sqlite3_column_int64(count, 0) : 0;
    sqlite3_finalize(count);
    model->principals = calloc((size_t)total + 1, sizeof *model->principals);
    struct pending_use *pending = calloc((size_t)total + 1, sizeof *pending);
#define PRINCIPAL_ROWS                                                                                                 \
    "SELECT p.id, p.account, p.kind, p.arn, p.name, p.path, p.unique_id, p.trust_document, p.trust_line, "             \
    "p.trust_layout, p.boundary_arn, p.boundary_document, p.identity_known, p.tags_known, "                            \
    "coalesce(p.max_session_duration, 0), p.last_used, p.source, p.line, m.source, m.line, m.layout, p.created "       \
    "FROM principal p LEFT JOIN managed_policy m ON m.account = p.account AND m.arn = p.boundary_arn "                 \
    "WHERE p.kind <> 'group' "
    sqlite3_stmt *rows =
        loading_prepare(loading, loading->part != NULL ? PRINCIPAL_ROWS
                                     "AND p.id IN (SELECT value FROM json_each(?1)) ORDER BY p.account, p.arn"
                                                       : PRINCIPAL_ROWS "ORDER BY p.account, p.arn");
    if (loading->part != NULL && rows != NULL)
        sqlite3_bind_text(rows, 1, loading->part, -1, SQLITE_STATIC);
    sqlite3_stmt *others = loading_prepare(
        loading, "SELECT document FROM managed_policy WHERE arn = ? AND document IS NOT NULL ORDER BY account LIMIT 1");
    sqlite3_stmt *tags =
        loading_prepare(loading, "SELECT key, value FROM principal_tag WHERE principal = ? ORDER BY key");
    sqlite3_stmt *attached = loading_prepare(
        loading,
        "SELECT kind, name, arn, document, source, line, layout FROM attachment WHERE principal = ? ORDER BY position");
    sqlite3_stmt *groups = loading_prepare(
        loading, "SELECT m.group_name, m.group_principal, g.arn FROM group_membership m LEFT JOIN principal g "
                 "ON g.id = m.group_principal WHERE m.user = ? ORDER BY m.group_name");
    sqlite3_stmt *of_group = loading_prepare(
        loading,
        "SELECT kind, name, arn, document, source, line, layout FROM attachment WHERE principal = ? ORDER BY position");
    if (model->principals == NULL || pending == NULL)
        loading_fail(loading, "out of memory");
    while (!loading->failed && model->principal_count < total && sqlite3_step(rows) == SQLITE_ROW) {
        struct model_principal *principal = &model->principals[model->principal_count];
        load_one_principal(loading, rows, others, principal, &pending[model->principal_count++]);
        load_tags(loading, tags, principal);
        principal->first_policy = model->use_count;
        load_policies(loading, attached, others, principal->id, principal->arn, false);
        sqlite3_bind_int64(groups, 1, principal->id);
        while (!principal->is_role && !loading->failed && sqlite3_step(groups) == SQLITE_ROW) {
            if (sqlite3_column_type(groups, 1) != SQLITE_NULL) {
                load_policies(loading, of_group, others, sqlite3_column_int64(groups, 1),
                              loading_text(loading, groups, 2), true);
                continue;
            }
            const char *name = loading_text(loading, groups, 0);
            char text[256];
            snprintf(text, sizeof text, "of group %.200s (the group", name);
            struct policy_use *use = loading_add_use(loading);
            *use = (struct policy_use){.kind = USE_INLINE,
                                       .via_group = true,
                                       .name = intern_string(&model->strings, text),
                                       .holder = principal->arn,
                                       .document = MODEL_NONE};
            if (use->name == NULL)
                loading_fail(loading, "out of memory");
        }
        sqlite3_reset(groups);
        principal->policy_count = model->use_count - principal->first_policy;
    }
    for (uint32_t i = 0; i < model->principal_count && !loading->failed; i++) {
        model->principals[i].trust = pending[i].trust != 0 ? &model->uses[pending[i].trust - 1] : NULL;
        model->principals[i].boundary = pending[i].boundary != 0 ? &model->uses[pending[i].boundary - 1] : NULL;
    }
    free(pending);
    sqlite3_finalize(rows);
    sqlite3_finalize(others);
    sqlite3_finalize(tags);
    sqlite3_finalize(attached);
    sqlite3_finalize(groups);
    sqlite3_finalize(of_group);
    for (uint32_t i = 0; i < model->principal_count; i++) {
        struct model_account *account = &model->accounts[model->principals[i].account];
        if (account->principal_count++ == 0)
            account->first_principal = i;
    }
}

/* Built-in copies come later, but a model without any document needs room for a trial too. */
static void make_spare_room(struct model_loading *loading)
{
    struct model *model = loading->model;
    model->documents =
        grow(loading, model->documents, &loading->document_room, model->document_count, 1, sizeof *model->documents);
    model->statements = grow(loading, model->statements, &loading->statement_room, model->statement_count,
                             MODEL_SPARE_STATEMENTS, sizeof *model->statements);
}

/* ---- a part */

/* All documents that the principals of the part have by whatever way, and those of the organization. */
static bool find_documents(struct model_loading *loading)
{
    sqlite3_stmt *rows = loading_prepare(
        loading, "WITH part AS (SELECT value AS id FROM json_each(?1)), holder AS (SELECT id FROM part UNION "
                 "SELECT group_principal FROM group_membership WHERE user IN part AND group_principal IS NOT NULL), "
                 "missing AS (SELECT arn FROM attachment WHERE principal IN holder AND document IS NULL UNION "
                 "SELECT boundary_arn FROM principal WHERE id IN part AND boundary_document IS NULL) "
                 "SELECT json_group_array(document) FROM ("
                 "SELECT trust_document AS document FROM principal WHERE id IN part UNION "
                 "SELECT boundary_document FROM principal WHERE id IN part UNION "
                 "SELECT document FROM attachment WHERE principal IN holder UNION "
                 "SELECT document FROM org_policy UNION "
                 "SELECT document FROM managed_policy WHERE arn IN missing) WHERE document IS NOT NULL");
    if (rows != NULL) {
        sqlite3_bind_text(rows, 1, loading->part, -1, SQLITE_STATIC);
        if (sqlite3_step(rows) == SQLITE_ROW)
            loading->part_documents = strdup((const char *)sqlite3_column_text(rows, 0));
    }
    if (!loading->failed && loading->part_documents == NULL)
        loading_fail(loading, sqlite3_errmsg(loading->database));
    sqlite3_finalize(rows);
    return !loading->failed;
}

/* Accounts whose SCPs or RCPs a question about the part can meet. */
static void choose_guarded(struct model_loading *loading)
{
    const struct model *model = loading->model;
    loading->guarded = calloc((size_t)model->account_count + 1, sizeof *loading->guarded);
    sqlite3_stmt *rows = loading_prepare(
        loading, "SELECT DISTINCT account FROM principal WHERE id IN (SELECT value FROM json_each(?1))");
    if (loading->guarded == NULL)
        loading_fail(loading, "out of memory");
    if (rows != NULL)
        sqlite3_bind_text(rows, 1, loading->part, -1, SQLITE_STATIC);
    while (!loading->failed && sqlite3_step(rows) == SQLITE_ROW) {
        uint32_t account = model_find_account(model, (const char *)sqlite3_column_text(rows, 0));
        if (account != MODEL_NONE)
            loading->guarded[account] = true;
    }
    sqlite3_finalize(rows);
    for (uint32_t i = 0; i < model->statement_count && !loading->failed; i++)
        for (uint32_t j = 0; j < model->statements[i].principal_count; j++) {
            const char *named = model->statements[i].principals[j].account;
            uint32_t account = named != NULL ? model_find_account(model, named) : MODEL_NONE;
            if (account != MODEL_NONE)
                loading->guarded[account] = true;
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
    load_documents(loading);
    make_spare_room(loading);
    if (!loading->failed)
        loading_accounts(loading);
    if (!loading->failed && loading->part != NULL)
        choose_guarded(loading);
    /* Guardrails come first: uses may move while they grow, and principals point at theirs. */
    if (!loading->failed)
        loading_guardrails(loading);
    if (!loading->failed)
        load_principals(loading);
    if (!loading->failed)
        loading_index(loading);
    if (!loading->failed)
        loading_credentials(loading);
    intern_free(&loading->document_ids);
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
    struct model_loading loading = {.database = store_handle(store), .error = error};
    struct text ids = {0};
    struct model *model = NULL;
    *error = NULL;
    text_append_char(&ids, '[');
    for (size_t i = 0; i < count; i++)
        text_format(&ids, "%s%lld", i > 0 ? "," : "", (long long)principals[i]);
    text_append_char(&ids, ']');
    loading.part = text_release(&ids);
    if (loading.part == NULL)
        *error = strdup("out of memory");
    else if (find_documents(&loading))
        model = load(&loading);
    free(loading.part);
    free(loading.part_documents);
    free(loading.guarded);
    return model;
}

void model_free(struct model *model)
{
    if (model == NULL)
        return;
    if (model->index != NULL) {
        sqlite3_finalize(model->index->locate);
        free(model->index->by_string);
        free(model->index->unique_by_string);
        free(model->index->account_by_string);
        free(model->index->role_names);
        free(model->index->paths);
        free(model->index);
    }
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
