/*
 * sources: the files that earlier loads read (table source), by name.
 */
#ifndef ROLECHAIN_INGEST_STORE_SOURCES_H
#define ROLECHAIN_INGEST_STORE_SOURCES_H

#include "ingest/policy/batch.h"
#include "ingest/store/store.h"
#include "ingest/support/intern.h"

struct sources;

/* Until it is closed, statements can ask about the meaning of a source's kind (export_kind.h): kind IN
 * SOURCES_KINDS("is_planned"). The choices: is_details, is_planned (by standing), is_collection, is_log,
 * lists_roles. */
#define SOURCES_KINDS(what) "(SELECT name FROM temp.export_kind WHERE " what ")"

/* Failures are the store's (store_error): every question then returns nothing. */
struct sources *sources_open(struct store *store);
void sources_close(struct sources *sources);

/* The id of the source that was read from the same bytes; 0: none, because the file was different when it was last
 * loaded, or could not be used. */
int64_t sources_find(struct sources *sources, const char *path, const uint64_t digest[2]);

/* Adds the accounts that a source, or all sources of a file, describe. */
void sources_accounts(struct sources *sources, int64_t source, struct intern *accounts);
void sources_accounts_of_file(struct sources *sources, const char *path, struct intern *accounts);

/* Adds the files of collections (iam-collect, PMapper) that describe accounts rather than the organization, sorted by
 * name. */
void sources_collected_files(struct sources *sources, struct intern *paths);

/* Adds the files that plans and templates were read from. */
void sources_planned_files(struct sources *sources, struct intern *paths);

/* The result of reading a source's file. The texts live in the arena. */
struct source_outcome {
    const char *kind;
    enum batch_verdict verdict;
    const char *detail;
};
struct source_outcome sources_outcome(struct sources *sources, int64_t source, struct arena *arena);

/* Deletes the rows of a file that is read again or has disappeared, except those that the writer replaces (writer.h).
 * Call it in the transaction of the load, before the writer begins. */
void sources_forget(struct sources *sources, const char *path);

#endif
