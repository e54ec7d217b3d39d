#include "graph/model_inside.h"

static enum fact fact_of(sqlite3_stmt *row, int column)
{
    return sqlite3_column_type(row, column) == SQLITE_NULL ? FACT_UNKNOWN
           : sqlite3_column_int(row, column) > 0           ? FACT_YES
                                                           : FACT_NO;
}

bool loading_credentials(struct model_loading *loading)
{
    struct model *model = loading->model;
    bool part = loading->part != NULL;
    sqlite3_stmt *rows = loading_prepare(
        loading,
        part ? "SELECT arn, password, mfa, access_keys, password_last_used, key_last_used FROM credential WHERE arn IN "
               "(SELECT arn FROM principal WHERE id IN (SELECT value FROM json_each(?1)))"
             : "SELECT arn, password, mfa, access_keys, password_last_used, key_last_used FROM credential");
    if (part && rows != NULL)
        sqlite3_bind_text(rows, 1, loading->part, -1, SQLITE_STATIC);
    while (!loading->failed && sqlite3_step(rows) == SQLITE_ROW) {
        uint32_t user = model_find_arn(model, (const char *)sqlite3_column_text(rows, 0));
        if (user == MODEL_NONE)
            continue;
        struct model_credential *credential = arena_allocate(&model->arena, sizeof *credential);
        if (credential == NULL) {
            loading_fail(loading, "out of memory");
            break;
        }
        *credential = (struct model_credential){
            .password = fact_of(rows, 1),
            .mfa = fact_of(rows, 2),
            .key = fact_of(rows, 3),
            .password_last_used = loading_text_or_null(loading, rows, 4),
            .key_last_used = loading_text_or_null(loading, rows, 5),
        };
        model->principals[user].credential = credential;
    }
    sqlite3_finalize(rows);
    return !loading->failed;
}
