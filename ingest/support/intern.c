#include "ingest/support/intern.h"

#include "ingest/support/array.h"
#include <stdlib.h>
#include <string.h>

struct intern_entry {
    const char *text;
    uint32_t length;
};

static uint32_t find(const struct intern *table, const char *bytes, size_t length, uint64_t hash)
{
    struct hash_probe probe = hash_index_probe(hash);
    uint32_t number;
    while ((number = hash_index_next(&table->index, &probe)) != HASH_INDEX_NONE) {
        const struct intern_entry *entry = &table->entries[number];
        if (entry->length == length && (length == 0 || memcmp(entry->text, bytes, length) == 0))
            break;
    }
    return number;
}

uint32_t intern_add(struct intern *table, const char *bytes, size_t length)
{
    uint64_t hash = hash_bytes(bytes, length);
    uint32_t number = find(table, bytes, length, hash);
    if (number != INTERN_NONE)
        return number;
    if (length >= UINT32_MAX)
        memory_exhausted();
    const char *text = arena_copy_text(&table->arena, bytes, length);
    hash_index_add(&table->index, hash, table->count);
    ARRAY_ADD(table->entries, table->count, table->capacity, (struct intern_entry){text, (uint32_t)length});
    return table->count - 1;
}

uint32_t intern_find(const struct intern *table, const char *bytes, size_t length)
{
    return find(table, bytes, length, hash_bytes(bytes, length));
}

const char *intern_text(const struct intern *table, uint32_t number)
{
    return table->entries[number].text;
}

size_t intern_length(const struct intern *table, uint32_t number)
{
    return table->entries[number].length;
}

const char *intern_string(struct intern *table, const char *string)
{
    return intern_text(table, intern_add(table, string, strlen(string)));
}

void intern_free(struct intern *table)
{
    arena_free(&table->arena);
    hash_index_free(&table->index);
    free(table->entries);
    *table = (struct intern){0};
}
