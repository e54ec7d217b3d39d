#include "graph/constraint/node_map.h"

#include "ingest/support/array.h"
#include <stdlib.h>

void node_map_open(struct node_map *map)
{
    map->entries = map->few;
    map->count = 0;
    map->room = NODE_MAP_FEW;
    map->index = (struct hash_index){0};
}

void node_map_close(struct node_map *map)
{
    if (map->entries != map->few)
        free(map->entries);
    hash_index_free(&map->index);
}

static uint32_t find(const struct node_map *map, constraint node)
{
    if (map->entries == map->few) {
        for (uint32_t i = 0; i < map->count; i++)
            if (map->few[i].node == node)
                return i;
        return HASH_INDEX_NONE;
    }
    struct hash_probe probe = hash_index_probe(hash_number(node));
    uint32_t at;
    while ((at = hash_index_next(&map->index, &probe)) != HASH_INDEX_NONE)
        if (map->entries[at].node == node)
            break;
    return at;
}

static void leave_few(struct node_map *map)
{
    map->entries = memory_copy(map->few, NODE_MAP_FEW, sizeof *map->few);
    for (uint32_t i = 0; i < map->count; i++)
        hash_index_add(&map->index, hash_number(map->few[i].node), i);
}

constraint *node_map_at(struct node_map *map, constraint node, bool *fresh)
{
    uint32_t at = find(map, node);
    *fresh = at == HASH_INDEX_NONE;
    if (*fresh) {
        if (map->count == NODE_MAP_FEW && map->entries == map->few)
            leave_few(map);
        if (map->entries != map->few)
            hash_index_add(&map->index, hash_number(node), map->count);
        at = map->count;
        ARRAY_ADD(map->entries, map->count, map->room, (struct node_map_entry){node, 0});
    }
    return &map->entries[at].value;
}

constraint node_map_get(const struct node_map *map, constraint node)
{
    uint32_t at = find(map, node);
    return at == HASH_INDEX_NONE ? 0 : map->entries[at].value;
}
