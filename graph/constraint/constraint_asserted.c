#include "graph/constraint/constraint_asserted.h"

#include "ingest/support/array.h"

#include <stdlib.h>

#define MANY 32u

void asserted_free(struct asserted *asserted)
{
    if (asserted->many)
        node_map_close(&asserted->known);
    free(asserted->literals);
    free(asserted->links);
    free(asserted->keys);
    hash_index_free(&asserted->key_index);
    *asserted = (struct asserted){.count = 0};
}

bool asserted_has(const struct asserted *asserted, constraint literal)
{
    if (asserted->many)
        return node_map_get(&asserted->known, literal) != 0;
    for (uint32_t i = 0; i < asserted->count; i++)
        if (asserted->literals[i] == literal)
            return true;
    return false;
}

/* All facts are filed under one key, which nobody looks up. */
static uint32_t key_number(struct asserted *asserted, const struct constraint_atom_data *atom)
{
    uint64_t hash = hash_number((uint64_t)atom->key.hop << 32 | atom->key_id);
    struct hash_probe probe = hash_index_probe(hash);
    for (uint32_t known; (known = hash_index_next(&asserted->key_index, &probe)) != HASH_INDEX_NONE;)
        if (asserted->keys[known].key_id == atom->key_id && asserted->keys[known].hop == atom->key.hop)
            return known;
    hash_index_add(&asserted->key_index, hash, asserted->key_count);
    ARRAY_ADD(asserted->keys, asserted->key_count, asserted->key_room,
              (struct asserted_key){atom->key_id, atom->key.hop, 0});
    return asserted->key_count - 1;
}

static void link_literal(struct asserted *asserted, const struct constraint_pool *pool, uint32_t place)
{
    constraint literal = asserted->literals[place];
    bool fresh;
    uint32_t key = key_number(asserted, constraint_atom_of(pool, literal));
    ARRAY_RESERVE(asserted->links, place + 1, asserted->link_room);
    asserted->links[place] = (struct asserted_link){key, asserted->keys[key].last};
    asserted->keys[key].last = place + 1;
    *node_map_at(&asserted->known, literal, &fresh) = 1;
}

void asserted_add(struct asserted *asserted, const struct constraint_pool *pool, constraint literal)
{
    ARRAY_ADD(asserted->literals, asserted->count, asserted->room, literal);
    if (asserted->many) {
        link_literal(asserted, pool, asserted->count - 1);
    } else if (asserted->count > MANY) {
        asserted->many = true;
        node_map_open(&asserted->known);
        for (uint32_t i = 0; i < asserted->count; i++)
            link_literal(asserted, pool, i);
    }
}

void asserted_forget(struct asserted *asserted, uint32_t count)
{
    bool fresh;
    for (uint32_t i = asserted->many ? asserted->count : count; i-- > count;) {
        asserted->keys[asserted->links[i].key].last = asserted->links[i].before;
        *node_map_at(&asserted->known, asserted->literals[i], &fresh) = 0;
    }
    asserted->count = count;
}

uint32_t asserted_beside_last(const struct asserted *asserted, const struct constraint_pool *pool, constraint *chosen)
{
    uint32_t last = asserted->count - 1, found = 0;
    if (!asserted->many)
        return constraint_literals_of_key(pool, asserted->literals, asserted->count,
                                          constraint_atom_of(pool, asserted->literals[last]), chosen);
    for (uint32_t place = last + 1; place > 0; place = asserted->links[place - 1].before)
        chosen[found++] = asserted->literals[place - 1];
    return found;
}
