/*
 * input_files: from paths on the command line to files, in a fixed order.
 */
#ifndef ROLECHAIN_INGEST_INPUT_INPUT_FILES_H
#define ROLECHAIN_INGEST_INPUT_INPUT_FILES_H

#include "ingest/support/arena.h"
#include "ingest/support/intern.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Parallel arrays of `count`. */
struct input_files {
    struct arena arena;
    const char **paths;     /* to open; "-" is standard input */
    const char **names;     /* the same as valid UTF-8, for messages and the database */
    const char **accounts;  /* the 12-digit component of the path nearest to the file, or NULL */
    const char **obstacles; /* NULL, or why it is not opened */
    bool *named;            /* on the command line, rather than found in a folder */
    uint64_t *sizes;
    uint64_t total_size;
    struct intern folders; /* device and number of those that were listed */
    size_t count, capacity;
};

/* Finds all files: folders recursively, entries sorted by bytes, hidden ones left out; a folder that is met again is
 * passed over. What a folder holds besides folders and files (symbolic links to folders, links that lead nowhere,
 * devices) is listed with its obstacle. A path that does not exist is listed all the same: opening it will say why.
 * False: out of memory. */
bool input_files_find(struct input_files *files, const char *const *paths, size_t count);
void input_files_free(struct input_files *files);

#define INPUT_MAXIMUM_JOBS 64

struct input_digest {
    uint64_t digest[2];
    bool known; /* false: standard input, or it cannot be read to its end */
};

/* The digest of what is not opened, for what it would be read as. */
void input_obstacle_digest(const char *obstacle, uint64_t digest[2]);

/* The digest of each file's bytes as input_stream_close gives it, or of its obstacle, by so many threads. malloc'ed;
 * NULL: out of memory. */
struct input_digest *input_digests(const struct input_files *files, int jobs);

#endif
