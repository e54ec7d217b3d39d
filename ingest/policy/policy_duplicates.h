/*
 * policy_duplicates: keeps the values of members that occur more than once in an object, which jansson would lose.
 */
#ifndef ROLECHAIN_INGEST_POLICY_POLICY_DUPLICATES_H
#define ROLECHAIN_INGEST_POLICY_POLICY_DUPLICATES_H

#include <stdbool.h>
#include <stddef.h>

/* A copy of valid JSON, which the caller frees, in which each member name that occurs again in its object has U+001F
 * and a number appended. Names in the two spellings "a" and "\u0061" count as different. */
char *policy_rename_duplicates(const char *text, size_t length);

/* The length of the original name. */
size_t policy_name_length(const char *name);

/* Whether the name was renamed. */
bool policy_is_repeated(const char *name);

#endif
