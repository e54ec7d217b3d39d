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

struct input_file {
    const char *path;     /* what to open; "-" is standard input */
    const char *name;     /* the path as valid UTF-8, for messages and the database */
    const char *account;  /* the 12-digit component of the path that is nearest to the file, or NULL */
    bool account_given;   /* given by the user rather than by the path */
    const char *obstacle; /* why the file cannot be opened, or NULL */
    const char *label;    /* the shortest end of its name that no other file shares; "" if it is the only one */
    uint64_t size;
    bool named; /* on the command line, rather than found in a folder */
    bool once;  /* can be read only once: standard input, a pipe, a terminal */
};

struct input_files {
    struct input_file *items;
    size_t count, room;
    uint64_t total_size;
    struct arena arena;
    struct intern folders; /* device and inode of the folders listed so far */
};

/* Finds all files: folders recursively, entries sorted by bytes, hidden ones left out; a folder that was already
 * visited is skipped. Entries that are neither folders nor files (symbolic links to folders, dangling links, devices)
 * are listed with their obstacle. A path that does not exist is listed as well: opening it will say why. */
void input_files_find(struct input_files *files, const char *const *paths, size_t count);
void input_files_free(struct input_files *files);

/* Gives each file a label that differs from those of all other files and from the names in `earlier` that are not among
 * the files. */
void input_files_label(struct input_files *files, const struct intern *earlier);

#define INPUT_MAXIMUM_JOBS 64

struct input_digest {
    uint64_t digest[2];
    bool known; /* false: the file can be read only once, or cannot be read to its end */
};

/* The digest for a file that is not opened, made from the reason. */
void input_obstacle_digest(const char *obstacle, uint64_t digest[2]);

/* The digest of each file's bytes as input_stream_close computes it, or of its obstacle. Uses `jobs` threads; the
 * caller frees the array. */
struct input_digest *input_digests(const struct input_files *files, int jobs);

#endif
