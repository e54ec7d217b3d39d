/*
 * hash_index: the one hash table. It finds the numbers of items that the owner keeps in an array, by a hash of their
 * key; what a key is and when two keys are equal is up to the owner:
 *
 *     struct hash_probe probe = hash_index_probe(hash);
 *     for (uint32_t number; (number = hash_index_next(&index, &probe)) != HASH_INDEX_NONE;)
 *         if (is_same(&items[number], key))
 *             return number;
 *     hash_index_add(&index, hash, count);   // and put the item at items[count++]
 *
 * Open addressing with linear probing, at most three quarters full. Items can only be removed in the reverse of the
 * order in which they were added. Not thread-safe. Hashes must be well mixed in their lower bits: hash_bytes and
 * hash_number are.
 */
#ifndef ROLECHAIN_INGEST_SUPPORT_HASH_INDEX_H
#define ROLECHAIN_INGEST_SUPPORT_HASH_INDEX_H

#include <stddef.h>
#include <stdint.h>

#define HASH_INDEX_NONE UINT32_MAX

/* Zero-initialise ({0}). */
struct hash_index {
    struct hash_slot {
        uint32_t number; /* number + 1; 0: free */
        uint32_t hash;
    } * slots;
    uint32_t room; /* a power of two, or 0 */
    uint32_t count;
};

/* The state of a search. */
struct hash_probe {
    uint32_t hash, step;
};

/* 64-bit hashes of bytes and of a number; not keyed, the same in every run. */
uint64_t hash_bytes(const void *bytes, size_t length);

static inline uint64_t hash_number(uint64_t number)
{
    number = (number ^ number >> 32) * 0x9E3779B97F4A7C15u;
    return number ^ number >> 29;
}

static inline struct hash_probe hash_index_probe(uint64_t hash)
{
    return (struct hash_probe){(uint32_t)hash, 0};
}

/* The next number added under the probe's hash; HASH_INDEX_NONE: no more. */
static inline uint32_t hash_index_next(const struct hash_index *index, struct hash_probe *probe)
{
    while (index->room > 0) {
        const struct hash_slot *slot = &index->slots[(probe->hash + probe->step++) & (index->room - 1)];
        if (slot->number == 0)
            break;
        if (slot->hash == probe->hash)
            return slot->number - 1;
    }
    return HASH_INDEX_NONE;
}

/* Adds a number below HASH_INDEX_NONE; a hash may have several. */
void hash_index_add(struct hash_index *index, uint64_t hash, uint32_t number);

/* Room for that many numbers, so that adding them does not grow the table. */
void hash_index_reserve(struct hash_index *index, uint32_t count);

/* Forgets the numbers from `count` on and keeps the room; cost is proportional to the room. */
void hash_index_keep(struct hash_index *index, uint32_t count);

/* Removes the number added last, under its hash, and leaves the index as it was before it; costs one look-up. Only
 * allowed as long as `room` is what it was then. */
void hash_index_take_last(struct hash_index *index, uint64_t hash, uint32_t number);

/* Forgets all numbers; keeps the room, unless hardly any of it was in use: clearing it costs in proportion to it. */
void hash_index_clear(struct hash_index *index);

/* Frees the memory; the index is empty and can be used again. */
void hash_index_free(struct hash_index *index);

#endif
