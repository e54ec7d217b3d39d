#include "graph/constraint/node_map.h"

#include <stdlib.h>
#include <string.h>

void node_map_open(struct node_map *map)
{
    memset(map->few, 0, sizeof map->few);
    map->slots = map->few;
    map->room = NODE_MAP_FEW;
    map->count = 0;
}

void node_map_close(struct node_map *map)
{
    if (map->slots != map->few)
        free(map->slots);
}

static struct node_map_slot *slot_of(struct node_map_slot *slots, uint32_t room, constraint node)
{
    uint32_t at = (node * 0x9E3779B1u) >> 7 & (room - 1);
    while (slots[at].used && slots[at].node != node)
        at = (at + 1) & (room - 1);
    return &slots[at];
}

static bool grow(struct node_map *map)
{
    struct node_map_slot *grown = calloc((size_t)map->room * 4, sizeof *grown);
    if (grown == NULL)
        return false;
    for (uint32_t i = 0; i < map->room; i++)
        if (map->slots[i].used)
            *slot_of(grown, map->room * 4, map->slots[i].node) = map->slots[i];
    node_map_close(map);
    map->slots = grown;
    map->room *= 4;
    return true;
}

constraint *node_map_at(struct node_map *map, constraint node, bool *fresh)
{
    if (map->count * 2 >= map->room && !grow(map))
        return NULL;
    struct node_map_slot *slot = slot_of(map->slots, map->room, node);
    *fresh = !slot->used;
    if (*fresh) {
        *slot = (struct node_map_slot){.node = node, .used = true};
        map->count++;
    }
    return &slot->value;
}
