/*
 * constraint_asserted: the literals that a search has asserted, in order. A few are searched linearly; many are
 * indexed, by literal and by key.
 */
#ifndef ROLECHAIN_GRAPH_CONSTRAINT_CONSTRAINT_ASSERTED_H
#define ROLECHAIN_GRAPH_CONSTRAINT_CONSTRAINT_ASSERTED_H

#include "graph/constraint/constraint_pool.h"
#include "graph/constraint/node_map.h"

/* Zero-initialise ({0}). */
struct asserted {
    constraint *literals;
    uint32_t count, room;
    /* Used once there are many: */
    bool many;
    struct node_map known; /* literals; 1: asserted now */
    struct asserted_link {
        uint32_t key;    /* its number */
        uint32_t before; /* + 1: the last literal before this one on the key */
    } * links;           /* per literal */
    uint32_t link_room;
    struct asserted_key {
        uint32_t key_id, hop;
        uint32_t last; /* + 1: the last literal on it */
    } * keys;
    uint32_t key_count, key_room;
    struct hash_index key_index;
};

void asserted_free(struct asserted *asserted);

bool asserted_has(const struct asserted *asserted, constraint literal);

/* Adds a literal that is not asserted yet. */
void asserted_add(struct asserted *asserted, const struct constraint_pool *pool, constraint literal);

/* Forgets all but the first `count`. */
void asserted_forget(struct asserted *asserted, uint32_t count);

/* The literals on the key of the last literal, which must not be a fact; returns how many. `chosen` must have room for
 * all. */
uint32_t asserted_beside_last(const struct asserted *asserted, const struct constraint_pool *pool, constraint *chosen);

#endif
