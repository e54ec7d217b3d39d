/*
 * query: SQL statements on a store, and the only place where SQLite's results are checked.
 *
 * No function here reports failure: the first failure marks the store (store_error in store.h) and from then on
 * queries give no rows and write nothing. Parameters are numbered from 1 and columns from 0, as SQLite does.
 *
 *     struct query *query = query_open(store, "SELECT arn FROM principal WHERE account = ?");
 *     query_bind_text(query, 1, account);
 *     while (query_next(query))
 *         use(query_text(query, 0));
 *     query_close(query);
 */
#ifndef ROLECHAIN_INGEST_STORE_QUERY_H
#define ROLECHAIN_INGEST_STORE_QUERY_H

#include "ingest/store/store.h"
#include <stdint.h>

struct query;

/* A prepared statement, to be bound and run any number of times. Never NULL. */
struct query *query_open(struct store *store, const char *sql);
void query_close(struct query *query); /* NULL: nothing */

/* Parameters keep their values until they are bound again. Texts must live until the query has run to its end or was
 * reset; NULL is SQL's NULL. */
void query_bind_integer(struct query *query, int place, int64_t value);
void query_bind_real(struct query *query, int place, double value);
void query_bind_text(struct query *query, int place, const char *text);

/* A value for a parameter, made by one of the functions below; it lives as long as what it points to. */
struct query_value {
    enum query_type { QUERY_NULL, QUERY_INTEGER, QUERY_TEXT, QUERY_BYTES } type;
    size_t length; /* of bytes */
    union {
        int64_t integer;
        const void *bytes;
    };
};

static inline struct query_value sql_integer(int64_t value)
{
    return (struct query_value){.type = QUERY_INTEGER, .integer = value};
}

/* NULL for NULL. */
static inline struct query_value sql_text(const char *text)
{
    return (struct query_value){.type = text != NULL ? QUERY_TEXT : QUERY_NULL, .bytes = text};
}

static inline struct query_value sql_bytes(const void *bytes, size_t length)
{
    return (struct query_value){.type = QUERY_BYTES, .length = length, .bytes = bytes};
}

/* A row's id; NULL for 0, which means none. */
static inline struct query_value sql_reference(int64_t id)
{
    return (struct query_value){.type = id != 0 ? QUERY_INTEGER : QUERY_NULL, .integer = id};
}

/* A number; NULL if negative, which means unknown. */
static inline struct query_value sql_known(int64_t value)
{
    return (struct query_value){.type = value >= 0 ? QUERY_INTEGER : QUERY_NULL, .integer = value};
}

/* Binds all parameters in order: QUERY_BIND(query, sql_text(arn), sql_integer(source)). The number of values must be
 * the statement's number of parameters, otherwise the store fails. */
#define QUERY_BIND(query, ...) query_bind_values((query), QUERY_VALUES(__VA_ARGS__))
#define QUERY_VALUES(...)                                                                                              \
    (const struct query_value[]){__VA_ARGS__},                                                                         \
        (sizeof((const struct query_value[]){__VA_ARGS__}) / sizeof(struct query_value))
void query_bind_values(struct query *query, const struct query_value *values, size_t count);

/* Steps to the next row. False: there are no more (the next call starts over) or the store has failed. */
bool query_next(struct query *query);

/* Runs a statement without rows from beginning to end. False: the store has failed. */
bool query_run(struct query *query);

/* Starts over at the next call, even if the end was not reached. */
void query_reset(struct query *query);

/* Runs it from the beginning and looks only at the first row: query_number returns its first column (0 without a row),
 * query_finds whether there is one. */
int64_t query_number(struct query *query);
bool query_finds(struct query *query);

/* Columns of the row; texts live until the next step, and are NULL if the column is. */
int64_t query_integer(const struct query *query, int column);
const char *query_text(struct query *query, int column);
bool query_is_null(const struct query *query, int column);
int query_columns(const struct query *query); /* the number of columns */

/* Runs statements without parameters and rows. False: the store has failed. */
bool store_execute(struct store *store, const char *sql);

/* Runs a statement once: STORE_RUN(store, "DELETE FROM gap WHERE account = ?", sql_text(account)). */
#define STORE_RUN(store, sql, ...) store_run((store), (sql), QUERY_VALUES(__VA_ARGS__))
void store_run(struct store *store, const char *sql, const struct query_value *values, size_t count);

/* The number returned by a query without parameters; 0 if it returns no row, or the store has failed. */
int64_t store_number(struct store *store, const char *sql);

#endif
