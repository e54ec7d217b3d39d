#include "ingest/support/id_map.h"

#include "ingest/support/array.h"
#include <stdlib.h>

static struct id_map_entry *find(const struct id_map *map, int64_t id)
{
    struct hash_probe probe = hash_index_probe(hash_number((uint64_t)id));
    for (uint32_t number; (number = hash_index_next(&map->index, &probe)) != HASH_INDEX_NONE;)
        if (map->entries[number].id == id)
            return &map->entries[number];
    return NULL;
}

uint32_t *id_map_add(struct id_map *map, int64_t id, bool *fresh)
{
    struct id_map_entry *entry = find(map, id);
    *fresh = entry == NULL;
    if (*fresh) {
        hash_index_add(&map->index, hash_number((uint64_t)id), map->count);
        ARRAY_ADD(map->entries, map->count, map->room, (struct id_map_entry){id, 0});
        entry = &map->entries[map->count - 1];
    }
    return &entry->value;
}

uint32_t *id_map_find(const struct id_map *map, int64_t id)
{
    struct id_map_entry *entry = find(map, id);
    return entry != NULL ? &entry->value : NULL;
}

void id_map_free(struct id_map *map)
{
    hash_index_free(&map->index);
    free(map->entries);
    *map = (struct id_map){0};
}
