/*
 * policy_duplicates: keeps jansson from losing what a member says that occurs more than once in its object.
 */
#ifndef ROLECHAIN_INGEST_POLICY_POLICY_DUPLICATES_H
#define ROLECHAIN_INGEST_POLICY_POLICY_DUPLICATES_H

#include <stdbool.h>
#include <stddef.h>

/* A copy of valid JSON, which the caller frees, in which each member name that occurs again in its object has U+001F
 * and a number appended. Names in the two spellings "a" and "\u0061" count as different. */
char *policy_rename_duplicates(const char *text, size_t length);

/* The length of the name of before. */
size_t policy_name_length(const char *name);

/* Whether the name was renamed. */
bool policy_is_repeated(const char *name);

#endif
