/*
 * unchanged: which files of a load need not be read, because an earlier load of the same bytes is still valid.
 *
 * If a changed file replaces an account, the other files of that account are read again too, and so on. A folder of
 * iam-collect or PMapper is one collection: if a file has disappeared from it, the data of that file is removed; a
 * folder without any of its files is not the collection. The organization is described by its lists, not by which files
 * exist.
 */
#ifndef ROLECHAIN_INGEST_UNCHANGED_H
#define ROLECHAIN_INGEST_UNCHANGED_H

#include "ingest/input/input_files.h"
#include "ingest/store/sources.h"

/* Zero-initialise ({0}). */
struct unchanged {
    bool *skip;         /* per file: do not read it */
    int64_t *sources;   /* per file: id of the source row with the same bytes; 0: none */
    struct intern gone; /* files that have disappeared from collections in the folders of this load */
};

/* roots: the paths of the load. account: as in load_options. jobs: how many threads may be used. Failures are the
 * store's (store_error). */
void unchanged_find(struct unchanged *unchanged, struct store *store, struct sources *sources,
                    const struct input_files *files, const char *const *roots, size_t root_count, const char *account,
                    int jobs);
void unchanged_free(struct unchanged *unchanged);

#endif
