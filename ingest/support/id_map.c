#include "ingest/support/id_map.h"

#include <stdlib.h>

static struct id_map_entry *entry_of(struct id_map_entry *entries, size_t room, int64_t id)
{
    size_t at = ((uint64_t)id * 0x9E3779B97F4A7C15u) >> 20 & (room - 1);
    while (entries[at].id != 0 && entries[at].id != id)
        at = (at + 1) & (room - 1);
    return &entries[at];
}

static bool grow(struct id_map *map)
{
    size_t room = map->room == 0 ? 256 : map->room * 2;
    struct id_map_entry *grown = calloc(room, sizeof *grown);
    if (grown == NULL)
        return false;
    for (size_t i = 0; i < map->room; i++)
        if (map->entries[i].id != 0)
            *entry_of(grown, room, map->entries[i].id) = map->entries[i];
    free(map->entries);
    map->entries = grown;
    map->room = room;
    return true;
}

uint32_t *id_map_add(struct id_map *map, int64_t id, bool *fresh)
{
    if (map->count * 2 >= map->room && !grow(map))
        return NULL;
    struct id_map_entry *entry = entry_of(map->entries, map->room, id);
    *fresh = entry->id == 0;
    if (*fresh) {
        entry->id = id;
        map->count++;
    }
    return &entry->value;
}

uint32_t *id_map_find(const struct id_map *map, int64_t id)
{
    struct id_map_entry *entry = map->room > 0 ? entry_of(map->entries, map->room, id) : NULL;
    return entry != NULL && entry->id != 0 ? &entry->value : NULL;
}

void id_map_free(struct id_map *map)
{
    free(map->entries);
    *map = (struct id_map){0};
}
