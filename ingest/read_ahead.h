/*
 * read_ahead: the files of a load, read by several threads and taken by one in their order.
 *
 * Readers run ahead of the one who takes by a few files for each thread, so memory does not grow with the number of
 * files. Who has to wait for a file reads others meanwhile. A thread that cannot be started is done without.
 */
#ifndef ROLECHAIN_INGEST_READ_AHEAD_H
#define ROLECHAIN_INGEST_READ_AHEAD_H

#include "ingest/input/input_files.h"
#include "ingest/policy/batch.h"

struct read_ahead;

/* Begins to read the files, but for those of `skip` (per file), with so many threads in all (1 or more), the calling
 * one among them. *cancelled (NULL: nothing) that is set stops the reading. */
struct read_ahead *read_ahead_start(const struct input_files *files, const bool *skip, struct document_table *documents,
                                    int jobs, const volatile int *cancelled);

/* What the file gave, which is the caller's until it is given back. NULL: cancelled. Files are taken in their order,
 * one at a time, those of `skip` left out. */
struct batch *read_ahead_take(struct read_ahead *ahead, size_t index);
void read_ahead_give_back(struct read_ahead *ahead, struct batch *batch);

/* Ends the threads, before all files were taken too, and gives all back. */
void read_ahead_stop(struct read_ahead *ahead);

#endif
