/*
 * likeness: which name was probably meant by a mistyped word.
 */
#ifndef ROLECHAIN_INGEST_SUPPORT_LIKENESS_H
#define ROLECHAIN_INGEST_SUPPORT_LIKENESS_H

#include <stddef.h>

/* The name most similar to the word, by the number of letters that differ (changed, dropped, added; case ignored), at
 * most half of the word's letters; a name that begins with the word (three letters or more) is preferred. NULL: none is
 * similar. */
const char *nearest_name(const char *word, const char *const *names, size_t count);

/* The most similar name within a quarter of the word's letters plus one, ignoring case. NULL: none. */
const char *nearest_name_close(const char *word, const char *const *names, size_t count);

#endif
