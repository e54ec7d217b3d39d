/*
 * intern: each distinct string once, with a dense number from 0.
 *
 * Comparing two interned strings is comparing two pointers (or two numbers). Strings live as long as the table. Not
 * thread-safe.
 */
#ifndef ROLECHAIN_INGEST_SUPPORT_INTERN_H
#define ROLECHAIN_INGEST_SUPPORT_INTERN_H

#include "ingest/support/arena.h"
#include <stdbool.h>
#include <stdint.h>

#define INTERN_NONE UINT32_MAX

/* Zero-initialise ({0}). */
struct intern {
    struct arena arena;
    struct intern_entry *entries; /* by number */
    struct intern_slot *slots;    /* open addressing */
    uint32_t count;
    uint32_t capacity;
    uint32_t slot_count; /* a power of two, or 0 */
};

/* The number of the string, added if it is new; INTERN_NONE when memory is exhausted. */
uint32_t intern_add(struct intern *table, const char *bytes, size_t length);

/* The number of the string, or INTERN_NONE if it was never added. */
uint32_t intern_find(const struct intern *table, const char *bytes, size_t length);

/* The string with that number; NUL-terminated, valid until intern_free. */
const char *intern_text(const struct intern *table, uint32_t number);
size_t intern_length(const struct intern *table, uint32_t number);

/* intern_add and intern_text in one; NULL when memory is exhausted. */
const char *intern_string(struct intern *table, const char *string);

/* An array beside a table, with room for the item of that number: the array that is given (NULL at first, with *room 0)
 * or what realloc made of it; new items are zeroed. NULL, with nothing changed, when memory is exhausted or the number
 * is INTERN_NONE. */
void *intern_room(void *array, uint32_t *room, uint32_t number, size_t size);

/* A 64-bit hash of bytes; not keyed, stable across runs. */
uint64_t intern_hash(const char *bytes, size_t length);

void intern_free(struct intern *table);

#endif
