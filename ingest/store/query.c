#include "ingest/store/query.h"

#include "ingest/store/store_inside.h"
#include "ingest/support/memory.h"
#include <stdlib.h>
#include <string.h>

struct query {
    struct store *store;
    sqlite3_stmt *statement; /* NULL: could not be prepared */
    bool running;            /* between its first step and its end */
};

const char *store_error(const struct store *store)
{
    return store->error;
}

/* Marks the store as failed; the first failure counts. */
static void mark(struct store *store, int failure, const char *what)
{
    if (store->error != NULL)
        return;
    store->failure = failure;
    store->error = memory_print("%s: %s", store->path, what);
}

static void fail(struct store *store)
{
    mark(store, sqlite3_errcode(store->handle) & 0xFF, sqlite3_errmsg(store->handle));
}

bool store_connect(struct store *store, int flags)
{
    if (sqlite3_open_v2(store->path, &store->handle, flags, NULL) != SQLITE_OK)
        fail(store);
    else
        sqlite3_busy_timeout(store->handle, 5000);
    return store->error == NULL;
}

bool store_copy(struct store *store, sqlite3 *from)
{
    sqlite3_backup *copy = sqlite3_backup_init(store->handle, "main", from, "main");
    if (copy == NULL || sqlite3_backup_step(copy, -1) != SQLITE_DONE) {
        sqlite3_backup_finish(copy);
        fail(store);
    } else if (sqlite3_backup_finish(copy) != SQLITE_OK) {
        fail(store);
    }
    return store->error == NULL;
}

static void expect(struct query *query, int status)
{
    if (status != SQLITE_OK)
        fail(query->store);
}

/* Whether the query can still be used. */
static bool is_usable(const struct query *query)
{
    return query->statement != NULL && query->store->error == NULL;
}

struct query *query_open(struct store *store, const char *sql)
{
    struct query *query = memory_zeroed(1, sizeof *query);
    query->store = store;
    if (store->error == NULL &&
        sqlite3_prepare_v3(store->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &query->statement, NULL) != SQLITE_OK)
        fail(store);
    return query;
}

void query_close(struct query *query)
{
    if (query == NULL)
        return;
    sqlite3_finalize(query->statement);
    free(query);
}

void query_reset(struct query *query)
{
    sqlite3_reset(query->statement);
    query->running = false;
}

/* Parameters can only be bound before a run. */
static bool can_bind(struct query *query)
{
    if (!is_usable(query))
        return false;
    if (query->running)
        query_reset(query);
    return true;
}

void query_bind_integer(struct query *query, int place, int64_t value)
{
    if (can_bind(query))
        expect(query, sqlite3_bind_int64(query->statement, place, value));
}

void query_bind_real(struct query *query, int place, double value)
{
    if (can_bind(query))
        expect(query, sqlite3_bind_double(query->statement, place, value));
}

void query_bind_text(struct query *query, int place, const char *text)
{
    if (can_bind(query))
        expect(query, sqlite3_bind_text(query->statement, place, text, -1, SQLITE_STATIC));
}

static int bind_value(sqlite3_stmt *statement, int place, const struct query_value *value)
{
    switch (value->type) {
    case QUERY_INTEGER:
        return sqlite3_bind_int64(statement, place, value->integer);
    case QUERY_TEXT:
        return sqlite3_bind_text(statement, place, value->bytes, -1, SQLITE_STATIC);
    case QUERY_BYTES:
        return sqlite3_bind_blob64(statement, place, value->bytes, value->length, SQLITE_STATIC);
    case QUERY_NULL:
        break;
    }
    return sqlite3_bind_null(statement, place);
}

void query_bind_values(struct query *query, const struct query_value *values, size_t count)
{
    if (!can_bind(query))
        return;
    if ((size_t)sqlite3_bind_parameter_count(query->statement) != count) {
        mark(query->store, SQLITE_MISUSE, "a statement was given the wrong number of values");
        return;
    }
    for (size_t i = 0; i < count; i++)
        expect(query, bind_value(query->statement, (int)i + 1, &values[i]));
}

bool query_next(struct query *query)
{
    if (!is_usable(query))
        return false;
    int status = sqlite3_step(query->statement);
    query->running = status == SQLITE_ROW;
    if (status == SQLITE_ROW)
        return true;
    if (status != SQLITE_DONE)
        fail(query->store);
    sqlite3_reset(query->statement);
    return false;
}

bool query_run(struct query *query)
{
    if (query->running)
        query_reset(query);
    while (query_next(query))
        continue;
    return query->store->error == NULL;
}

int64_t query_number(struct query *query)
{
    query_reset(query);
    int64_t number = query_next(query) ? query_integer(query, 0) : 0;
    query_reset(query);
    return number;
}

bool query_finds(struct query *query)
{
    query_reset(query);
    bool found = query_next(query);
    query_reset(query);
    return found;
}

int64_t query_integer(const struct query *query, int column)
{
    return sqlite3_column_int64(query->statement, column);
}

bool query_is_null(const struct query *query, int column)
{
    return sqlite3_column_type(query->statement, column) == SQLITE_NULL;
}

int query_columns(const struct query *query)
{
    return sqlite3_column_count(query->statement);
}

const char *query_text(struct query *query, int column)
{
    const char *text = (const char *)sqlite3_column_text(query->statement, column);
    /* A NULL although the column has a value: SQLite found no memory. */
    if (text == NULL && sqlite3_errcode(query->store->handle) == SQLITE_NOMEM && !query_is_null(query, column))
        fail(query->store);
    if (text != NULL && strlen(text) != (size_t)sqlite3_column_bytes(query->statement, column))
        mark(query->store, SQLITE_CORRUPT,
             "the database is damaged: a text holds NUL bytes; load the exports into a new one");
    return text;
}

bool store_execute(struct store *store, const char *sql)
{
    if (store->error == NULL && sqlite3_exec(store->handle, sql, NULL, NULL, NULL) != SQLITE_OK)
        fail(store);
    return store->error == NULL;
}

void store_run(struct store *store, const char *sql, const struct query_value *values, size_t count)
{
    struct query *query = query_open(store, sql);
    query_bind_values(query, values, count);
    query_run(query);
    query_close(query);
}

int64_t store_number(struct store *store, const char *sql)
{
    struct query *query = query_open(store, sql);
    int64_t number = query_number(query);
    query_close(query);
    return number;
}
