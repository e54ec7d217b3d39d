/*
 * exported: documents as they were exported. The model holds only what decisions need; fingerprints, patches and
 * reports sometimes need the rest.
 *
 * Read failures are the store's (store_error); the result is then the same as for a missing document.
 */
#ifndef ROLECHAIN_GRAPH_MODEL_EXPORTED_H
#define ROLECHAIN_GRAPH_MODEL_EXPORTED_H

#include "ingest/store/store.h"
#include <jansson.h>
#include <stdint.h>

/* Caches prepared queries and documents, since one finding reads its document several times.
 * Zero-initialise ({0}). */
#define EXPORTED_RECENT 64u
struct exported {
    struct query *documents, *statements;
    struct exported_recent {
        int64_t document;
        json_t *value;         /* NULL: none */
    } recent[EXPORTED_RECENT]; /* by the last digits of the id */
};
void exported_close(struct exported *exported);

/* A policy document by its id, and one of its statements by index, as written. NULL: not found. The caller may change
 * it. New reference. */
json_t *exported_document(struct exported *exported, struct store *store, int64_t document);
json_t *exported_statement(struct exported *exported, struct store *store, int64_t document, uint32_t position);

/* The client ids of the provider (ARN) in the export, as JSON strings. NULL: not exported. New reference. */
json_t *exported_client_ids(struct store *store, const char *provider);

/* The path of the first loaded file, by name; "" for none. malloc'ed. */
char *exported_first_file(struct store *store);

#endif
