/*
 * export: recognises what a file is by its content and reads it into a batch.
 *
 * What kinds there are and how each is known and read are rows (readers/export_kind.h). One file may hold several
 * documents (pages put together, NDJSON, arrays of pages) and several kinds.
 */
#ifndef ROLECHAIN_INGEST_EXPORT_H
#define ROLECHAIN_INGEST_EXPORT_H

#include "ingest/input/json_cursor.h"
#include "ingest/policy/batch.h"

/* Where a text was found. */
struct export_place {
    const char *path;
    const char *account; /* whose it is, as the path or the user says; NULL unknown */
    bool account_given;  /* the user says so */
    const char *label;   /* tells it apart from all other files; "" if there is no other (input_files.h) */
};

/* Reads the text that comes through the window into the batch, which is zero-initialised. What is wrong goes into the
 * batch. */
void export_read(struct batch *batch, struct document_table *documents, const struct export_place *place,
                 struct json_window *window);

#endif
