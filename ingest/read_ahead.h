/*
 * read_ahead: several threads read the files of a load; one consumer takes them in order.
 *
 * Readers stay only a few files per thread ahead of the consumer, so that memory does not grow with the number of
 * files. While the consumer waits for its file, it reads others. If a thread cannot be started, fewer are used.
 */
#ifndef ROLECHAIN_INGEST_READ_AHEAD_H
#define ROLECHAIN_INGEST_READ_AHEAD_H

#include "ingest/input/input_files.h"
#include "ingest/policy/batch.h"

struct read_ahead;

/* Starts to read the files, except those marked in `skip` (per file), with `jobs` threads in total (at least 1),
 * including the calling one. Setting *cancelled (NULL: cannot be cancelled) stops the reading. */
struct read_ahead *read_ahead_start(const struct input_files *files, const bool *skip, struct document_table *documents,
                                    int jobs, const volatile int *cancelled);

/* The batch of the file; the caller owns it until it is given back. NULL: cancelled. Files must be taken in order, one
 * at a time, except those marked in `skip`. */
struct batch *read_ahead_take(struct read_ahead *ahead, size_t index);
void read_ahead_give_back(struct read_ahead *ahead, struct batch *batch);

/* Ends the threads, even if not all files were taken, and frees everything. */
void read_ahead_stop(struct read_ahead *ahead);

#endif
