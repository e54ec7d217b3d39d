/*
 * likeness: the name that somebody may have meant by a word that is none.
 */
#ifndef ROLECHAIN_INGEST_SUPPORT_LIKENESS_H
#define ROLECHAIN_INGEST_SUPPORT_LIKENESS_H

#include <stddef.h>

/* The likest of the names to the word, by the number of letters to change, drop or add, at most half of the word's,
 * whatever their case; one that begins with three letters or more of the word is likest. NULL: none is like it. */
const char *nearest_name(const char *word, const char *const *names, size_t count);

/* The likest that takes no more than a quarter of the word's letters and one, whatever their case. NULL: none is. */
const char *nearest_name_close(const char *word, const char *const *names, size_t count);

#endif
