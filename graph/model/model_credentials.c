#include "graph/model/model_inside.h"

static enum fact fact_of(struct query *row, int column)
{
    return query_is_null(row, column) ? FACT_UNKNOWN : query_integer(row, column) > 0 ? FACT_YES : FACT_NO;
}

static void read_credential(struct model_loading *loading, struct query *row, struct model_principal *user)
{
    struct model_credential *credential = arena_allocate(&loading->model->arena, sizeof *credential);
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
    struct query *rows = query_open(loading->store, CREDENTIALS);
    while (query_next(rows)) {
        uint32_t user = model_find_arn(model, loading_peek(rows, 0));
        if (user != MODEL_NONE)
            read_credential(loading, rows, &model->principals[user]);
    }
    query_close(rows);
}

static void read_part(struct model_loading *loading)
{
    struct model *model = loading->model;
    struct query *row = query_open(loading->store, CREDENTIALS "WHERE arn = ?");
    for (uint32_t i = 0; i < model->principal_count; i++) {
        if (model->principals[i].is_role)
            continue;
        query_bind_text(row, 1, model->principals[i].arn);
        if (query_next(row))
            read_credential(loading, row, &model->principals[i]);
        query_reset(row);
    }
    query_close(row);
}

void loading_credentials(struct model_loading *loading)
{
    if (loading->part != NULL)
        read_part(loading);
    else
        read_all(loading);
}
