#include "ingest/support/intern.h"

#include <stdlib.h>
#include <string.h>

struct intern_entry {
    const char *text;
    uint32_t length;
};

/* Strings of other hashes are passed over without a look at them. */
struct intern_slot {
    uint32_t number; /* + 1; 0: free */
    uint32_t hash;
};

static uint64_t read_word(const char *bytes, size_t length)
{
    uint64_t word = 0;
    memcpy(&word, bytes, length);
    return word;
}

static uint64_t fold_product(uint64_t a, uint64_t b)
{
    __extension__ unsigned __int128 product = (unsigned __int128)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

uint64_t intern_hash(const char *bytes, size_t length)
{
    const uint64_t first = 0xA0761D6478BD642Fu, second = 0xE7037ED1A0B428DBu;
    uint64_t hash = fold_product(length ^ first, second);
    while (length >= 16) {
        hash = fold_product(read_word(bytes, 8) ^ first ^ hash, read_word(bytes + 8, 8) ^ second);
        bytes += 16;
        length -= 16;
    }
    if (length >= 8) {
        hash = fold_product(read_word(bytes, 8) ^ first, hash ^ second);
        bytes += 8;
        length -= 8;
    }
    if (length > 0)
        hash = fold_product(read_word(bytes, length) ^ second ^ length, hash ^ first);
    return fold_product(hash ^ first, second);
}

static uint32_t short_hash(const char *bytes, size_t length)
{
    return (uint32_t)intern_hash(bytes, length);
}

static struct intern_slot *find_slot(const struct intern *table, const char *bytes, size_t length, uint32_t hash)
{
    uint32_t at = hash & (table->slot_count - 1);
    for (; table->slots[at].number != 0; at = (at + 1) & (table->slot_count - 1)) {
        const struct intern_entry *entry = &table->entries[table->slots[at].number - 1];
        if (table->slots[at].hash == hash && entry->length == length &&
            (length == 0 || memcmp(entry->text, bytes, length) == 0))
            break;
    }
    return &table->slots[at];
}

static bool grow(struct intern *table)
{
    uint32_t slot_count = table->slot_count == 0 ? 64 : table->slot_count * 2;
    if (slot_count == 0 || slot_count > UINT32_MAX / 4)
        return false;
    uint32_t capacity = slot_count / 4 * 3;
    struct intern_slot *slots = calloc(slot_count, sizeof *slots);
    struct intern_entry *entries = realloc(table->entries, (size_t)capacity * sizeof *entries);
    if (entries != NULL)
        table->entries = entries;
    if (slots == NULL || entries == NULL) {
        free(slots);
        return false;
    }
    for (uint32_t i = 0; i < table->slot_count; i++) {
        uint32_t at = table->slots[i].hash & (slot_count - 1);
        if (table->slots[i].number == 0)
            continue;
        while (slots[at].number != 0)
            at = (at + 1) & (slot_count - 1);
        slots[at] = table->slots[i];
    }
    free(table->slots);
    table->slots = slots;
    table->slot_count = slot_count;
    table->capacity = capacity;
    return true;
}

uint32_t intern_add(struct intern *table, const char *bytes, size_t length)
{
    if (length >= UINT32_MAX || (table->count == table->capacity && !grow(table)))
        return INTERN_NONE;
    uint32_t hash = short_hash(bytes, length);
    struct intern_slot *slot = find_slot(table, bytes, length, hash);
    if (slot->number != 0)
        return slot->number - 1;
    const char *text = arena_copy_text(&table->arena, bytes, length);
    if (text == NULL)
        return INTERN_NONE;
    table->entries[table->count] = (struct intern_entry){text, (uint32_t)length};
    *slot = (struct intern_slot){table->count + 1, hash};
    return table->count++;
}

uint32_t intern_find(const struct intern *table, const char *bytes, size_t length)
{
    if (table->slot_count == 0)
        return INTERN_NONE;
    return find_slot(table, bytes, length, short_hash(bytes, length))->number - 1;
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
    uint32_t number = intern_add(table, string, strlen(string));
    return number == INTERN_NONE ? NULL : table->entries[number].text;
}

void *intern_room(void *array, uint32_t *room, uint32_t number, size_t size)
{
    if (number < *room)
        return array;
    if (number == INTERN_NONE)
        return NULL;
    uint32_t wanted = *room == 0 ? 256 : *room;
    while (wanted <= number)
        wanted *= 2;
    void *grown = realloc(array, wanted * size);
    if (grown == NULL)
        return NULL;
    memset((char *)grown + *room * size, 0, (wanted - *room) * size);
    *room = wanted;
    return grown;
}

void intern_free(struct intern *table)
{
    arena_free(&table->arena);
    free(table->entries);
    free(table->slots);
    *table = (struct intern){0};
}
