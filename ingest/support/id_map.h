/*
 * id_map: maps database ids to numbers.
 */
#ifndef ROLECHAIN_INGEST_SUPPORT_ID_MAP_H
#define ROLECHAIN_INGEST_SUPPORT_ID_MAP_H

#include "ingest/support/hash_index.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Zero-initialise. */
struct id_map {
    struct hash_index index;
    struct id_map_entry {
        int64_t id;
        uint32_t value;
    } * entries; /* in the order in which they were added */
    uint32_t count, room;
};

/* The value of the id, 0 at first; *fresh: the id is new. The pointer is valid until the next call. */
uint32_t *id_map_add(struct id_map *map, int64_t id, bool *fresh);

/* NULL if the id is not in the map. */
uint32_t *id_map_find(const struct id_map *map, int64_t id);

void id_map_free(struct id_map *map);

#endif
