#include "ingest/support/hash_index.h"

#include "ingest/support/memory.h"
#include <stdlib.h>
#include <string.h>

static uint64_t read_word(const unsigned char *bytes, size_t length)
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

uint64_t hash_bytes(const void *start, size_t length)
{
    const uint64_t first = 0xA0761D6478BD642Fu, second = 0xE7037ED1A0B428DBu;
    const unsigned char *bytes = start;
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

static void put(struct hash_slot *slots, uint32_t room, struct hash_slot slot)
{
    uint32_t at = slot.hash & (room - 1);
    while (slots[at].number != 0)
        at = (at + 1) & (room - 1);
    slots[at] = slot;
}

static void grow(struct hash_index *index, uint32_t room)
{
    struct hash_slot *slots = memory_zeroed(room, sizeof *slots);
    for (uint32_t i = 0; i < index->room; i++)
        if (index->slots[i].number != 0)
            put(slots, room, index->slots[i]);
    free(index->slots);
    index->slots = slots;
    index->room = room;
}

void hash_index_reserve(struct hash_index *index, uint32_t count)
{
    uint32_t room = index->room > 0 ? index->room : 64;
    while (room / 4 * 3 < count) {
        if (room > UINT32_MAX / 2)
            memory_exhausted();
        room *= 2;
    }
    if (room > index->room)
        grow(index, room);
}

void hash_index_add(struct hash_index *index, uint64_t hash, uint32_t number)
{
    if (number == HASH_INDEX_NONE)
        memory_exhausted();
    hash_index_reserve(index, index->count + 1);
    put(index->slots, index->room, (struct hash_slot){number + 1, (uint32_t)hash});
    index->count++;
}

void hash_index_keep(struct hash_index *index, uint32_t count)
{
    struct hash_slot *slots = index->slots;
    uint32_t room = index->room;
    if (room == 0)
        return;
    index->slots = memory_zeroed(room, sizeof *index->slots);
    index->count = 0;
    for (uint32_t i = 0; i < room; i++)
        if (slots[i].number != 0 && slots[i].number <= count) {
            put(index->slots, room, slots[i]);
            index->count++;
        }
    free(slots);
}

void hash_index_take_last(struct hash_index *index, uint64_t hash, uint32_t number)
{
    uint32_t at = (uint32_t)hash & (index->room - 1);
    while (index->slots[at].number != number + 1)
        at = (at + 1) & (index->room - 1);
    index->slots[at] = (struct hash_slot){0};
    index->count--;
}

void hash_index_clear(struct hash_index *index)
{
    if (index->room > 64 && index->count < index->room / 32)
        hash_index_free(index);
    else if (index->count > 0)
        memset(index->slots, 0, index->room * sizeof *index->slots);
    index->count = 0;
}

void hash_index_free(struct hash_index *index)
{
    free(index->slots);
    *index = (struct hash_index){0};
}
