/*
 * policy_duplicates: keeps the values of object members that occur more than once; jansson would drop them.
 */
#ifndef ROLECHAIN_INGEST_POLICY_POLICY_DUPLICATES_H
#define ROLECHAIN_INGEST_POLICY_POLICY_DUPLICATES_H

#include <stdbool.h>
#include <stddef.h>

/* A copy of valid JSON in which repeated member names of an object get U+001F and a number appended; the caller frees
 * it. The spellings "a" and "\u0061" count as different names. */
char *policy_rename_duplicates(const char *text, size_t length);

/* The length of the original name. */
size_t policy_name_length(const char *name);

/* Whether the name was renamed. */
bool policy_is_repeated(const char *name);

#endif
