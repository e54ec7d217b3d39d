#include "graph/usage.h"

#include <stdlib.h>
#include <string.h>

static const char *keep(struct usage *usage, sqlite3_stmt *row, int column)
{
    const char *text = (const char *)sqlite3_column_text(row, column);
    return intern_string(&usage->strings, text != NULL ? text : "");
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

static bool load_trails(struct usage *usage, const struct model *model)
{
    sqlite3_stmt *rows = NULL;
    size_t room = 0;
    int status = sqlite3_prepare_v2(
        model->database,
        "SELECT account, min(first), max(last), sum(events), group_concat(region, ' ') FROM (SELECT account, region, "
        "min(first) AS first, max(last) AS last, sum(events) AS events FROM trail GROUP BY account, region ORDER BY "
        "account, region) GROUP BY account ORDER BY account",
        -1, &rows, NULL);
    while (status == SQLITE_OK && (status = sqlite3_step(rows)) == SQLITE_ROW) {
        status = SQLITE_OK;
        uint32_t account = model_find_account(model, (const char *)sqlite3_column_text(rows, 0));
        if (account == MODEL_NONE)
            continue;
        struct usage_trail trail = {account, keep(usage, rows, 1), keep(usage, rows, 2),
                                    (uint64_t)sqlite3_column_int64(rows, 3), keep(usage, rows, 4)};
        if (trail.first == NULL || trail.last == NULL || trail.regions == NULL ||
            !grow((void **)&usage->trails, usage->trail_count, &room, sizeof *usage->trails))
            status = SQLITE_NOMEM;
        else
            usage->trails[usage->trail_count++] = trail;
    }
    sqlite3_finalize(rows);
    return status == SQLITE_DONE;
}

static int compare_calls(const void *a, const void *b)
{
    const struct usage_call *x = a, *y = b;
    if (x->role != y->role)
        return x->role < y->role ? -1 : 1;
    return strcmp(x->name, y->name);
}

/* The same caller under its ARN and its unique id. */
static void merge_calls(struct usage *usage)
{
    size_t kept = 0;
    for (size_t i = 0; i < usage->call_count; i++) {
        struct usage_call *call = &usage->calls[i], *last = kept > 0 ? &usage->calls[kept - 1] : NULL;
        if (last == NULL || last->role != call->role || strcmp(last->name, call->name) != 0) {
            usage->calls[kept++] = *call;
            continue;
        }
        last->first = strcmp(call->first, last->first) < 0 ? call->first : last->first;
        last->last = strcmp(call->last, last->last) > 0 ? call->last : last->last;
        last->count = call->count > last->count ? call->count : last->count;
    }
    usage->call_count = kept;
}

static bool load_calls(struct usage *usage, const struct model *model)
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
        struct usage_call call = {.role = role,
                                  .name = keep(usage, rows, 1),
                                  .account = keep(usage, rows, 2),
                                  .first = keep(usage, rows, 3),
                                  .last = keep(usage, rows, 4),
                                  .count = (uint64_t)sqlite3_column_int64(rows, 5)};
        if (call.name == NULL || call.account == NULL || call.first == NULL || call.last == NULL ||
            !grow((void **)&usage->calls, usage->call_count, &room, sizeof *usage->calls)) {
            status = SQLITE_NOMEM;
            break;
        }
        call.caller = model_find_arn(model, call.name);
        if (call.caller == MODEL_NONE)
            call.caller = model_find_unique_id(model, call.name);
        if (call.caller != MODEL_NONE)
            call.name = model->principals[call.caller].arn;
        usage->calls[usage->call_count++] = call;
    }
    sqlite3_finalize(rows);
    if (usage->call_count > 1)
        qsort(usage->calls, usage->call_count, sizeof *usage->calls, compare_calls);
    merge_calls(usage);
    return status == SQLITE_DONE;
}

struct usage *usage_load(const struct model *model)
{
    struct usage *usage = calloc(1, sizeof *usage);
    if (usage == NULL || !load_trails(usage, model) || !load_calls(usage, model)) {
        usage_free(usage);
        return NULL;
    }
    return usage;
}

void usage_free(struct usage *usage)
{
    if (usage == NULL)
        return;
    intern_free(&usage->strings);
    free(usage->calls);
    free(usage->trails);
    free(usage);
}

const struct usage_trail *usage_trail_of(const struct usage *usage, uint32_t account)
{
    for (size_t low = 0, high = usage->trail_count; low < high;) {
        size_t middle = low + (high - low) / 2;
        if (usage->trails[middle].account == account)
            return &usage->trails[middle];
        if (usage->trails[middle].account < account)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

const struct usage_call *usage_calls_on(const struct usage *usage, uint32_t role, size_t *count)
{
    size_t low = 0, high = usage->call_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (usage->calls[middle].role < role)
            low = middle + 1;
        else
            high = middle;
    }
    size_t end = low;
    while (end < usage->call_count && usage->calls[end].role == role)
        end++;
    *count = end - low;
    return usage->calls + low;
}
