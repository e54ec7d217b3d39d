/*
 * json_words: JSON values as text, byte for byte as jansson's json_dumps writes them, but much faster: every patch of a
 * finding is written several times.
 */
#ifndef ROLECHAIN_INGEST_SUPPORT_JSON_WORDS_H
#define ROLECHAIN_INGEST_SUPPORT_JSON_WORDS_H

#include "ingest/support/text.h"
#include <jansson.h>

/* The value as text (flags of json_dumps), which the caller frees. A value that cannot be written ends the program as
 * an internal error. */
char *json_words(const json_t *value, size_t flags);

/* Appends the value without white space; sorted: members sorted by name. */
void json_append_compact(struct text *text, const json_t *value, bool sorted);

/* Appends a value that is neither an object nor an array. */
void json_append_scalar(struct text *text, const json_t *value);

/* Appends UTF-8 text as a JSON string, between quotes. */
void json_append_quoted(struct text *text, const char *string, size_t length);

#endif
