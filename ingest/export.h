/*
 * export: recognises what a file is by its content and reads it into a batch.
 *
 * Each kind of export is a row that says how it is recognised and read (readers/export_kind.h). One file may hold
 * several documents (pages put together, NDJSON, arrays of pages) and several kinds.
 */
#ifndef ROLECHAIN_INGEST_EXPORT_H
#define ROLECHAIN_INGEST_EXPORT_H

#include "ingest/input/json_cursor.h"
#include "ingest/policy/batch.h"

/* Where an export was found. */
struct export_place {
    const char *path;
    const char *account; /* the account it belongs to, from the path or the user; NULL: unknown */
    bool account_given;  /* by the user */
    const char *label;   /* distinguishes the file from all others; "" if it is the only one (input_files.h) */
};

/* Reads the text behind the window into the batch, which must be zero-initialised. Problems are added to the batch. */
void export_read(struct batch *batch, struct document_table *documents, const struct export_place *place,
                 struct json_window *window);

#endif
