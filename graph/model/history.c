#include "graph/model/history.h"

#include "ingest/support/order.h"
#include <stdlib.h>
#include <string.h>

static const char *keep(struct history *history, sqlite3_stmt *row, int column)
{
    const char *text = (const char *)sqlite3_column_text(row, column);
    return intern_string(&history->strings, text != NULL ? text : "");
}

static bool grow(void **array, size_t count, size_t *room, size_t size)
{
    if (count < *room)
        return true;
    size_t wanted = *room == 0 ? 64 : *room * 2;
    void *grown = realloc(*array, wanted * size);
    if (grown == NULL)
        return false;
    *array = grown;
    *room = wanted;
    return true;
}

static bool load_trails(struct history *history, const struct model *model)
{
    sqlite3_stmt *rows = NULL;
    size_t room = 0;
    int status = sqlite3_prepare_v2(
        model->database,
        "SELECT account, min(first), max(last), group_concat(region, ' ') FROM (SELECT account, region, min(first) AS "
        "first, max(last) AS last FROM trail GROUP BY account, region ORDER BY account, region) GROUP BY account ORDER "
        "BY account",
        -1, &rows, NULL);
    while (status == SQLITE_OK && (status = sqlite3_step(rows)) == SQLITE_ROW) {
        status = SQLITE_OK;
        uint32_t account = model_find_account(model, (const char *)sqlite3_column_text(rows, 0));
        if (account == MODEL_NONE)
            continue;
        struct history_trail trail = {account, keep(history, rows, 1), keep(history, rows, 2), keep(history, rows, 3)};
        if (trail.first == NULL || trail.last == NULL || trail.regions == NULL ||
            !grow((void **)&history->trails, history->trail_count, &room, sizeof *history->trails))
            status = SQLITE_NOMEM;
        else
            history->trails[history->trail_count++] = trail;
    }
    sqlite3_finalize(rows);
    return status == SQLITE_DONE;
}

static int compare_calls(const void *a, const void *b)
{
    const struct history_call *x = a, *y = b;
    if (x->role != y->role)
        return x->role < y->role ? -1 : 1;
    return strcmp(x->name, y->name);
}

/* The same caller under its ARN and its unique id. */
static void merge_calls(struct history *history)
{
    size_t kept = 0;
    for (size_t i = 0; i < history->call_count; i++) {
        struct history_call *call = &history->calls[i], *last = kept > 0 ? &history->calls[kept - 1] : NULL;
        if (last == NULL || last->role != call->role || strcmp(last->name, call->name) != 0) {
            history->calls[kept++] = *call;
            continue;
        }
        last->first = strcmp(call->first, last->first) < 0 ? call->first : last->first;
        last->last = strcmp(call->last, last->last) > 0 ? call->last : last->last;
        last->count = call->count > last->count ? call->count : last->count;
    }
    history->call_count = kept;
}

static bool load_calls(struct history *history, const struct model *model)
{
    sqlite3_stmt *rows = NULL;
    size_t room = 0;
    int status = sqlite3_prepare_v2(
        model->database,
        "SELECT role, caller, max(caller_account), min(first), max(last), max(count) FROM (SELECT role, caller, "
        "max(caller_account) AS caller_account, min(first) AS first, max(last) AS last, sum(count) AS count FROM "
        "role_use "
        "WHERE count > 0 GROUP BY role, caller, account) GROUP BY role, caller",
        -1, &rows, NULL);
    while (status == SQLITE_OK && (status = sqlite3_step(rows)) == SQLITE_ROW) {
        status = SQLITE_OK;
        uint32_t role = model_find_arn(model, (const char *)sqlite3_column_text(rows, 0));
        if (role == MODEL_NONE || !model->principals[role].is_role)
            continue;
        struct history_call call = {.role = role,
                                    .name = keep(history, rows, 1),
                                    .account = keep(history, rows, 2),
                                    .first = keep(history, rows, 3),
                                    .last = keep(history, rows, 4),
                                    .count = (uint64_t)sqlite3_column_int64(rows, 5)};
        if (call.name == NULL || call.account == NULL || call.first == NULL || call.last == NULL ||
            !grow((void **)&history->calls, history->call_count, &room, sizeof *history->calls)) {
            status = SQLITE_NOMEM;
            break;
        }
        call.caller = model_find_arn(model, call.name);
        if (call.caller == MODEL_NONE)
            call.caller = model_find_unique_id(model, call.name);
        if (call.caller != MODEL_NONE)
            call.name = model->principals[call.caller].arn;
        history->calls[history->call_count++] = call;
    }
    sqlite3_finalize(rows);
    if (history->call_count > 1)
        qsort(history->calls, history->call_count, sizeof *history->calls, compare_calls);
    merge_calls(history);
    return status == SQLITE_DONE;
}

static int compare_tokens(const void *a, const void *b)
{
    const struct history_token *x = a, *y = b;
    int order = order_numbers(&x->role, &y->role);
    order = order != 0 ? order : strcmp(x->provider, y->provider);
    order = order != 0 ? order : strcmp(x->subject, y->subject);
    return order != 0 ? order : strcmp(x->audience, y->audience);
}

static bool load_tokens(struct history *history, const struct model *model)
{
    sqlite3_stmt *rows = NULL;
    size_t room = 0;
    int status = sqlite3_prepare_v2(model->database, "SELECT DISTINCT role, caller, subject, audience FROM role_token",
                                    -1, &rows, NULL);
    while (status == SQLITE_OK && (status = sqlite3_step(rows)) == SQLITE_ROW) {
        status = SQLITE_OK;
        uint32_t role = model_find_arn(model, (const char *)sqlite3_column_text(rows, 0));
        if (role == MODEL_NONE || !model->principals[role].is_role)
            continue;
        struct history_token token = {role, keep(history, rows, 1), keep(history, rows, 2), keep(history, rows, 3)};
        if (token.provider == NULL || token.subject == NULL || token.audience == NULL ||
            !grow((void **)&history->tokens, history->token_count, &room, sizeof *history->tokens))
            status = SQLITE_NOMEM;
        else
            history->tokens[history->token_count++] = token;
    }
    sqlite3_finalize(rows);
    if (history->token_count > 1)
        qsort(history->tokens, history->token_count, sizeof *history->tokens, compare_tokens);
    return status == SQLITE_DONE;
}

struct history *history_load(const struct model *model)
{
    struct history *history = calloc(1, sizeof *history);
    if (history == NULL || !load_trails(history, model) || !load_calls(history, model) ||
        !load_tokens(history, model)) {
        history_free(history);
        return NULL;
    }
    return history;
}

void history_free(struct history *history)
{
    if (history == NULL)
        return;
    intern_free(&history->strings);
    free(history->calls);
    free(history->tokens);
    free(history->trails);
    free(history);
}

static int compare_trails(const void *a, const void *b)
{
    return order_numbers(&((const struct history_trail *)a)->account, &((const struct history_trail *)b)->account);
}

const struct history_trail *history_trail_of(const struct history *history, uint32_t account)
{
    const struct history_trail wanted = {.account = account};
    return history->trail_count == 0
               ? NULL
               : bsearch(&wanted, history->trails, history->trail_count, sizeof wanted, compare_trails);
}

const struct history_call *history_calls_on(const struct history *history, uint32_t role, size_t *count)
{
    size_t low = 0, high = history->call_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (history->calls[middle].role < role)
            low = middle + 1;
        else
            high = middle;
    }
    size_t end = low;
    while (end < history->call_count && history->calls[end].role == role)
        end++;
    *count = end - low;
    return history->calls + low;
}

const struct history_token *history_tokens_of(const struct history *history, uint32_t role, const char *provider,
                                              size_t *count)
{
    const struct history_token wanted = {role, provider, "", ""};
    size_t low = 0, high = history->token_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare_tokens(&history->tokens[middle], &wanted) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    size_t end = low;
    while (end < history->token_count && history->tokens[end].role == role &&
           strcmp(history->tokens[end].provider, provider) == 0)
        end++;
    *count = end - low;
    return history->tokens + low;
}
