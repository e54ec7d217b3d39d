/*
 * Internals of store.h: store.c (the file, its schema, transactions) and query.c (statements).
 */
#ifndef ROLECHAIN_INGEST_STORE_STORE_INSIDE_H
#define ROLECHAIN_INGEST_STORE_STORE_INSIDE_H

#include "ingest/store/store.h"
#include <sqlite3.h>

struct store {
    sqlite3 *handle;
    char *path;
    char *error; /* the first failure; NULL: none */
    int failure; /* its primary result code (SQLITE_FULL …) */
};

/* Opens the connection; in query.c. False: the store has failed. */
bool store_connect(struct store *store, int flags);

/* Copies a whole database into the store's; in query.c. */
bool store_copy(struct store *store, sqlite3 *from);

#endif
