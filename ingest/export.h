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

/* Reads the text that comes through the window, and was found under that path (account: what the path or the user says
 * whose it is, or NULL), into the batch, which is zero-initialised. What is wrong goes into the batch. */
void export_read(struct batch *batch, struct document_table *documents, const char *path, const char *account,
                 struct json_window *window);

#endif
