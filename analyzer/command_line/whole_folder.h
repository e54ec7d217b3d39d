/*
 * whole_folder: a folder whose files appear together or not at all: they are written into a hidden folder inside it and
 * moved when all are complete. Only a new or an empty folder is filled, so that nothing is ever overwritten: somebody
 * may have edited the files of an earlier run. An interruption, a full disk or an error leaves the folder as it was.
 */
#ifndef ROLECHAIN_ANALYZER_COMMAND_LINE_WHOLE_FOLDER_H
#define ROLECHAIN_ANALYZER_COMMAND_LINE_WHOLE_FOLDER_H

#include <stdbool.h>
#include <stddef.h>

struct folder_file {
    const char *name; /* without slashes */
    const char *text;
};

/* Why the folder cannot be filled, in words: "it is not empty". NULL: it can be. Changes nothing. */
const char *whole_folder_refusal(const char *path);

/* Creates the folder if necessary, and fills it. False with errno: nothing was left behind. */
bool whole_folder_write(const char *path, const struct folder_file *files, size_t count);

#endif
