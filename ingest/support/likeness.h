/*
 * likeness: which name somebody may have meant by a mistyped word.
 */
#ifndef ROLECHAIN_INGEST_SUPPORT_LIKENESS_H
#define ROLECHAIN_INGEST_SUPPORT_LIKENESS_H

#include <stddef.h>

/* The name nearest to the word, by how many letters differ (changed, dropped, added; case ignored), at most half of the
 * word's letters; a name that begins with the word (three letters or more) comes first. NULL: none is near. */
const char *nearest_name(const char *word, const char *const *names, size_t count);

/* The nearest name within a quarter of the word's letters plus one, case ignored. NULL: none. */
const char *nearest_name_close(const char *word, const char *const *names, size_t count);

#endif
