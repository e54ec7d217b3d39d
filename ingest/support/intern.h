/*
 * intern: stores each distinct string once, with a dense number from 0.
 *
 * Comparing two interned strings means comparing two pointers (or two numbers). Strings live as long as the table. Not
 * thread-safe.
 */
#ifndef ROLECHAIN_INGEST_SUPPORT_INTERN_H
#define ROLECHAIN_INGEST_SUPPORT_INTERN_H

#include "ingest/support/arena.h"
#include "ingest/support/hash_index.h"
#include <stdbool.h>
#include <stdint.h>

#define INTERN_NONE HASH_INDEX_NONE

/* Zero-initialise ({0}). */
struct intern {
    struct arena arena;
    struct intern_entry *entries; /* by number */
    struct hash_index index;
    uint32_t count;
    uint32_t capacity;
};

/* The number of the string, added if it is new. */
uint32_t intern_add(struct intern *table, const char *bytes, size_t length);

/* The number of the string, or INTERN_NONE if it was never added. */
uint32_t intern_find(const struct intern *table, const char *bytes, size_t length);

/* The string with that number; NUL-terminated, valid until intern_free. */
const char *intern_text(const struct intern *table, uint32_t number);
size_t intern_length(const struct intern *table, uint32_t number);

/* intern_add and intern_text in one. */
const char *intern_string(struct intern *table, const char *string);

void intern_free(struct intern *table);

#endif
