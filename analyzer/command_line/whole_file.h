/*
 * whole_file: a file that appears whole or not at all: it is written under another name beside its target and moved
 * there when it is complete. Symbolic links are followed, so the link stays and the file that it leads to is replaced;
 * a file that is replaced keeps its mode. Devices, pipes and standard output are written to directly. When memory runs
 * out or a signal ends the program, a half-written file is removed.
 */
#ifndef ROLECHAIN_ANALYZER_COMMAND_LINE_WHOLE_FILE_H
#define ROLECHAIN_ANALYZER_COMMAND_LINE_WHOLE_FILE_H

#include "ingest/support/memory.h"
#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>

/* Must not move while it is open. */
struct whole_file {
    FILE *stream;
    const char *path; /* the caller's */
    char *target;     /* where its links end; NULL: the path itself is written to */
    char *temporary;  /* what is written until then */
    mode_t mode;
    struct memory_last_act removal; /* of the temporary file, when memory runs out */
};

/* Whether two paths lead to one file, through links of any kind, "-" being standard input; also to one that is not
 * there yet. */
bool whole_file_is(const char *path, const char *other);

/* False with errno: it cannot be written. */
bool whole_file_open(struct whole_file *file, const char *path);

/* Puts it into place if it is to be kept, else removes it. False: it was to be kept and could not be written whole; it
 * is removed then too. */
bool whole_file_close(struct whole_file *file, bool keep);

#endif
