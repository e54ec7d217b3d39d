/*
 * store: the SQLite file. Schema (schema.sql, usage.sql, former_members.sql, tokens.sql and answers.sql, compiled in),
 * migrations, and the only SQL that changes the tables of exported data.
 *
 * A load is one transaction: an interrupted load leaves the database as it was before, so it never contains half an
 * account.
 */
#ifndef ROLECHAIN_INGEST_STORE_STORE_H
#define ROLECHAIN_INGEST_STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define STORE_SCHEMA_VERSION 14
#define STORE_MEMORY ":memory:"

enum store_mode {
    STORE_READ,     /* must exist; opened read-only */
    STORE_READ_ANY, /* the same; an older database is copied, and the copy is migrated */
    STORE_WRITE,    /* must exist */
    STORE_CREATE,   /* created if absent, migrated if older */
};

struct store;

/* Opens the file (STORE_MEMORY for a private in-memory database). On failure returns NULL and *error is a malloc'ed
 * text for people (path, what happened, what to do): no such file, not a database, another program's database, a newer
 * schema version, no permission. errno is then ENOSPC or ENOMEM if the disk, a limit or memory is the cause, else 0. */
struct store *store_open(const char *path, enum store_mode mode, char **error);
void store_close(struct store *store);

/* The version of SQLite. */
const char *store_library_version(void);

/*
 * Failures. The first statement that fails (a full disk, a read error, a damaged file, no memory) marks the store as
 * failed, in query.c, the only place where SQLite's results are checked. After that nothing is read or written: queries
 * return no rows, and nothing is committed. So callers need not check each step; they call store_error once, before
 * they answer or commit. NULL: nothing failed; otherwise a message for people ("roles.db: disk I/O error"), owned by
 * the store.
 */
const char *store_error(const struct store *store);

/* Transactions. False: the store has failed; store_begin then sets errno as store_open does. store_begin_reading is for
 * many questions about one state of the file: they are answered without locking it each time and, if they are about a
 * part of it, from mapped memory. Loads have to wait until it ends (store_rollback). */
bool store_begin(struct store *store);
bool store_begin_reading(struct store *store, bool part);
bool store_commit(struct store *store); /* false: rolled back */
/* Makes long statements fail once *stop is set, possibly from a signal handler. */
void store_stop_when(struct store *store, const volatile int *stop);

void store_rollback(struct store *store); /* does nothing without a transaction */
bool store_in_transaction(const struct store *store);

/* A number that changes when another connection has changed the file. */
int64_t store_data_version(struct store *store);

#endif
