#include "graph/model/history.h"

#include "ingest/store/query.h"
#include "ingest/support/array.h"
#include "ingest/support/order.h"
#include <stdlib.h>
#include <string.h>

static const char *keep(struct history *history, struct query *row, int column)
{
    const char *text = query_text(row, column);
    return intern_string(&history->strings, text != NULL ? text : "");
}

/* The role in a column; MODEL_NONE: not in the exports. */
static uint32_t role_in(const struct model *model, struct query *row, int column)
{
    const char *arn = query_text(row, column);
    uint32_t role = arn != NULL ? model_find_arn(model, arn) : MODEL_NONE;
    return role != MODEL_NONE && model->principals[role].is_role ? role : MODEL_NONE;
}

static void load_trails(struct history *history, const struct model *model)
{
    size_t room = 0;
    struct query *rows = query_open(
        model->store,
        "SELECT account, min(first), max(last), group_concat(region, ' ') FROM (SELECT account, region, min(first) AS "
        "first, max(last) AS last FROM trail GROUP BY account, region ORDER BY account, region) GROUP BY account ORDER "
        "BY account");
    while (query_next(rows)) {
        const char *id = query_text(rows, 0);
        uint32_t account = id != NULL ? model_find_account(model, id) : MODEL_NONE;
        if (account != MODEL_NONE)
            ARRAY_ADD(history->trails, history->trail_count, room,
                      (struct history_trail){account, keep(history, rows, 1), keep(history, rows, 2),
                                             keep(history, rows, 3)});
    }
    query_close(rows);
}

static int compare_calls(const void *a, const void *b)
{
    const struct history_call *x = a, *y = b;
    if (x->role != y->role)
        return x->role < y->role ? -1 : 1;
    return strcmp(x->name, y->name);
}

/* The same caller may appear under its ARN and under its unique ID. */
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

static void load_calls(struct history *history, const struct model *model)
{
    size_t room = 0;
    struct query *rows = query_open(
        model->store,
        "SELECT role, caller, max(caller_account), min(first), max(last), max(count) FROM (SELECT role, caller, "
        "max(caller_account) AS caller_account, min(first) AS first, max(last) AS last, sum(count) AS count FROM "
        "role_use WHERE count > 0 GROUP BY role, caller, account) GROUP BY role, caller");
    while (query_next(rows)) {
        uint32_t role = role_in(model, rows, 0);
        if (role == MODEL_NONE)
            continue;
        struct history_call call = {.role = role,
                                    .name = keep(history, rows, 1),
                                    .account = keep(history, rows, 2),
                                    .first = keep(history, rows, 3),
                                    .last = keep(history, rows, 4),
                                    .count = (uint64_t)query_integer(rows, 5)};
        call.caller = model_find_arn(model, call.name);
        if (call.caller == MODEL_NONE)
            call.caller = model_find_unique_id(model, call.name);
        if (call.caller != MODEL_NONE)
            call.name = model->principals[call.caller].arn;
        ARRAY_ADD(history->calls, history->call_count, room, call);
    }
    query_close(rows);
    if (history->call_count > 1)
        qsort(history->calls, history->call_count, sizeof *history->calls, compare_calls);
    merge_calls(history);
}

static int compare_tokens(const void *a, const void *b)
{
    const struct history_token *x = a, *y = b;
    int order = order_numbers(&x->role, &y->role);
    order = order != 0 ? order : strcmp(x->provider, y->provider);
    order = order != 0 ? order : strcmp(x->subject, y->subject);
    return order != 0 ? order : strcmp(x->audience, y->audience);
}

static void load_tokens(struct history *history, const struct model *model)
{
    size_t room = 0;
    struct query *rows = query_open(model->store, "SELECT DISTINCT role, caller, subject, audience FROM role_token");
    while (query_next(rows)) {
        uint32_t role = role_in(model, rows, 0);
        if (role != MODEL_NONE)
            ARRAY_ADD(
                history->tokens, history->token_count, room,
                (struct history_token){role, keep(history, rows, 1), keep(history, rows, 2), keep(history, rows, 3)});
    }
    query_close(rows);
    if (history->token_count > 1)
        qsort(history->tokens, history->token_count, sizeof *history->tokens, compare_tokens);
}

struct history *history_load(const struct model *model)
{
    struct history *history = memory_zeroed(1, sizeof *history);
    load_trails(history, model);
    load_calls(history, model);
    load_tokens(history, model);
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

static int compare_role_of_call(const void *role, const void *call)
{
    return order_numbers(role, &((const struct history_call *)call)->role);
}

const struct history_call *history_calls_on(const struct history *history, uint32_t role, size_t *count)
{
    size_t first =
        order_lower_bound(&role, history->calls, history->call_count, sizeof *history->calls, compare_role_of_call);
    size_t end = first;
    while (end < history->call_count && history->calls[end].role == role)
        end++;
    *count = end - first;
    return *count > 0 ? &history->calls[first] : NULL;
}

const struct history_token *history_tokens_of(const struct history *history, uint32_t role, const char *provider,
                                              size_t *count)
{
    const struct history_token wanted = {role, provider, "", ""};
    size_t first =
        order_lower_bound(&wanted, history->tokens, history->token_count, sizeof *history->tokens, compare_tokens);
    size_t end = first;
    while (end < history->token_count && history->tokens[end].role == role &&
           strcmp(history->tokens[end].provider, provider) == 0)
        end++;
    *count = end - first;
    return *count > 0 ? &history->tokens[first] : NULL;
}
