#include "graph/model_inside.h"

#include "ingest/support/text.h"
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ---- finding */

static int compare_role_names(const void *a, const void *b)
{
    const struct role_name *x = a, *y = b;
    if (x->account != y->account)
        return x->account < y->account ? -1 : 1;
    return strcmp(x->name, y->name);
}

static uint32_t *make_table(uint32_t count)
{
    uint32_t *table = malloc(((size_t)count + 1) * sizeof *table);
    for (uint32_t i = 0; table != NULL && i < count; i++)
        table[i] = MODEL_NONE;
    return table;
}

static void enter(const struct model *model, uint32_t *table, const char *text, uint32_t value)
{
    uint32_t number = intern_find(&model->strings, text, strlen(text));
    if (number != INTERN_NONE)
        table[number] = value;
}

static uint32_t look_up(const struct model *model, const uint32_t *table, const char *text)
{
    uint32_t number = intern_find(&model->strings, text, strlen(text));
    return number != INTERN_NONE && number < model->index->string_count ? table[number] : MODEL_NONE;
}

bool loading_index(struct model_loading *loading)
{
    struct model *model = loading->model;
    struct model_index *index = calloc(1, sizeof *index);
    if (index == NULL)
        return loading_fail(loading, "out of memory");
    model->index = index;
    index->string_count = model->strings.count;
    index->by_string = make_table(index->string_count);
    index->unique_by_string = make_table(index->string_count);
    index->role_names = calloc((size_t)model->principal_count + 1, sizeof *index->role_names);
    index->paths = calloc((size_t)model->account_count + 1, sizeof *index->paths);
    if (index->by_string == NULL || index->unique_by_string == NULL || index->role_names == NULL ||
        index->paths == NULL)
        return loading_fail(loading, "out of memory");
    for (uint32_t i = 0; i < model->principal_count; i++) {
        const struct model_principal *principal = &model->principals[i];
        enter(model, index->by_string, principal->arn, i);
        if (principal->unique_id[0] != '\0')
            enter(model, index->unique_by_string, principal->unique_id, i);
        if (principal->is_role)
            index->role_names[index->role_name_count++] = (struct role_name){principal->account, principal->name, i};
    }
    qsort(index->role_names, index->role_name_count, sizeof *index->role_names, compare_role_names);
    for (uint32_t i = 0; i < model->account_count && !loading->failed; i++) {
        uint32_t path[32], depth = 0;
        for (uint32_t node = model->accounts[i].node; node != MODEL_NONE && depth < 32;
             node = model->nodes[node].parent)
            path[depth++] = node;
        if (depth == 0 || !model->nodes[path[depth - 1]].root || model->organization == NULL)
            continue;
        struct text text = {0};
        text_format(&text, "%s/", model->organization);
        for (uint32_t j = depth; j > 0; j--)
            text_format(&text, "%s/", model->nodes[path[j - 1]].id);
        index->paths[i] = text.data != NULL ? arena_copy_text(&model->arena, text.data, text.length) : NULL;
        if (index->paths[i] == NULL)
            loading_fail(loading, "out of memory");
        text_free(&text);
    }
    return !loading->failed;
}

uint32_t model_find_role_name(const struct model *model, uint32_t account, const char *name)
{
    struct role_name wanted = {account, name, 0};
    const struct role_name *found =
        bsearch(&wanted, model->index->role_names, model->index->role_name_count, sizeof wanted, compare_role_names);
    return found != NULL ? found->principal : MODEL_NONE;
}

uint32_t model_find_arn(const struct model *model, const char *arn)
{
    struct arn parsed;
    uint32_t found = look_up(model, model->index->by_string, arn);
    if (found != MODEL_NONE || !arn_parse(arn, strlen(arn), &parsed) || parsed.kind != ARN_ROLE_SESSION)
        return found;
    char account[16], name[256];
    if (parsed.account.length >= sizeof account || parsed.name.length >= sizeof name)
        return MODEL_NONE;
    snprintf(account, sizeof account, "%.*s", (int)parsed.account.length, parsed.account.at);
    snprintf(name, sizeof name, "%.*s", (int)parsed.name.length, parsed.name.at);
    uint32_t index = model_find_account(model, account);
    if (index == MODEL_NONE || !span_equals(parsed.partition, model->accounts[index].partition))
        return MODEL_NONE;
    return model_find_role_name(model, index, name);
}

uint32_t model_find_unique_id(const struct model *model, const char *unique_id)
{
    return look_up(model, model->index->unique_by_string, unique_id);
}

const char *model_organization_path(const struct model *model, uint32_t account)
{
    return model->index->paths[account];
}

void model_locate(const struct model *model, const struct policy_use *use, uint32_t position, const char **file,
                  uint32_t *line)
{
    struct model_index *index = model->index;
    *file = "";
    *line = 0;
    if (use->source == 0 || use->built_in)
        return;
    if (index->locate == NULL &&
        sqlite3_prepare_v2(model->database,
                           "SELECT s.path, (SELECT lines FROM layout WHERE id = ?2) FROM source s WHERE s.id = ?1", -1,
                           &index->locate, NULL) != SQLITE_OK)
        return;
    sqlite3_bind_int64(index->locate, 1, use->source);
    sqlite3_bind_int64(index->locate, 2, use->layout);
    if (sqlite3_step(index->locate) == SQLITE_ROW) {
        const char *path =
            intern_string((struct intern *)&model->strings, (const char *)sqlite3_column_text(index->locate, 0));
        *file = path != NULL ? path : "";
        *line = use->line;
        json_t *lines = sqlite3_column_type(index->locate, 1) == SQLITE_TEXT
                            ? json_loads((const char *)sqlite3_column_text(index->locate, 1), 0, NULL)
                            : NULL;
        const json_t *offset = json_array_get(lines, position);
        if (use->line != 0 && json_is_integer(offset))
            *line += (uint32_t)json_integer_value(offset);
        json_decref(lines);
    }
    sqlite3_reset(index->locate);
}
