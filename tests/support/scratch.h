/*
 * scratch: files and folders that tests create and remove.
 */
#ifndef ROLECHAIN_TESTS_SUPPORT_SCRATCH_H
#define ROLECHAIN_TESTS_SUPPORT_SCRATCH_H

#include <stdbool.h>
#include <stddef.h>

/* A new folder; malloc'ed path. */
char *scratch_folder(void);

/* Writes a file, creating its folders. */
bool scratch_write(const char *path, const void *bytes, size_t length);

/* The whole file, NUL-terminated, malloc'ed; NULL if it cannot be read. */
char *scratch_read(const char *path, size_t *length);

/* Removes the folder with everything in it, and frees the path. */
void scratch_remove(char *folder);

#endif
