#include "graph/model/model_inside.h"

static enum fact fact_of(sqlite3_stmt *row, int column)
{
    return sqlite3_column_type(row, column) == SQLITE_NULL ? FACT_UNKNOWN
           : sqlite3_column_int(row, column) > 0           ? FACT_YES
                                                           : FACT_NO;
}

static void read_credential(struct model_loading *loading, sqlite3_stmt *row, struct model_principal *user)
{
    struct model_credential *credential = arena_allocate(&loading->model->arena, sizeof *credential);
    if (credential == NULL) {
        loading_fail(loading, "out of memory");
        return;
    }
    *credential = (struct model_credential){
        .password = fact_of(row, 1),
        .mfa = fact_of(row, 2),
        .key = fact_of(row, 3),
        .password_last_used = loading_text_or_null(loading, row, 4),
        .key_last_used = loading_text_or_null(loading, row, 5),
    };
    user->credential = credential;
}

#define CREDENTIALS "SELECT arn, password, mfa, access_keys, password_last_used, key_last_used FROM credential "

static void read_all(struct model_loading *loading)
{
    struct model *model = loading->model;
    sqlite3_stmt *rows = loading_prepare(loading, CREDENTIALS);
    while (loading_step(loading, rows)) {
        uint32_t user = model_find_arn(model, (const char *)sqlite3_column_text(rows, 0));
        if (user != MODEL_NONE)
            read_credential(loading, rows, &model->principals[user]);
    }
    sqlite3_finalize(rows);
}

static void read_part(struct model_loading *loading)
{
    struct model *model = loading->model;
    sqlite3_stmt *row = loading_prepare(loading, CREDENTIALS "WHERE arn = ?");
    for (uint32_t i = 0; i < model->principal_count && !loading->failed; i++) {
        if (model->principals[i].is_role)
            continue;
        sqlite3_bind_text(row, 1, model->principals[i].arn, -1, SQLITE_STATIC);
        if (loading_step(loading, row))
            read_credential(loading, row, &model->principals[i]);
        sqlite3_reset(row);
    }
    sqlite3_finalize(row);
}

bool loading_credentials(struct model_loading *loading)
{
    if (loading->part != NULL)
        read_part(loading);
    else
        read_all(loading);
    return !loading->failed;
}
