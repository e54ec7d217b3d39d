/*
 * whole_file: a file that appears complete or not at all: it is written under another name beside its target, and moved
 * there when it is complete. Symbolic links are followed: the link stays and its target is replaced. A replaced file
 * keeps its mode. Devices, pipes and standard output are written directly. If memory runs out or a signal ends the
 * program, a half-written file is removed.
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
    const char *path; /* owned by the caller */
    char *target;     /* the end of its links; NULL: the path itself is written */
    char *temporary;  /* the file being written until then */
    mode_t mode;
    struct memory_last_act removal; /* removes the temporary file if memory runs out */
};

/* Whether two paths lead to the same file, through links of any kind; "-" is standard input. Also works for a file that
 * does not exist yet. */
bool whole_file_is(const char *path, const char *other);

/* False with errno: it cannot be written. */
bool whole_file_open(struct whole_file *file, const char *path);

/* Moves it into place if `keep` is set, else removes it. False: it should have been kept but could not be written
 * completely; it is removed then, too. */
bool whole_file_close(struct whole_file *file, bool keep);

#endif
