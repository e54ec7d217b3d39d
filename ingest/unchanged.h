/*
 * unchanged: which files of a load need not be read, because an earlier load of the same bytes still holds.
 *
 * A file of an account that a changed file of this load replaces is read again, and so on. A folder of iam-collect or
 * PMapper is one thing: a file that is there no more says that what it told is no more. A folder that holds nothing of
 * it is not the collection. What the organization is its lists tell, not which files there are.
 */
#ifndef ROLECHAIN_INGEST_UNCHANGED_H
#define ROLECHAIN_INGEST_UNCHANGED_H

#include "ingest/input/input_files.h"
#include "ingest/store/sources.h"

/* Zero-initialise ({0}). */
struct unchanged {
    bool *skip;         /* per file: it is not read */
    int64_t *sources;   /* per file: what holds its bytes in the database; 0: nothing */
    struct intern gone; /* files of collections in the load's folders that are there no more */
};

/* roots: the load's paths. account: whose exports are that neither name it nor lie in its folder, or NULL. jobs:
 * threads that may be used. Failures are the store's. */
void unchanged_find(struct unchanged *unchanged, struct store *store, struct sources *sources,
                    const struct input_files *files, const char *const *roots, size_t root_count, const char *account,
                    int jobs);
void unchanged_free(struct unchanged *unchanged);

#endif
