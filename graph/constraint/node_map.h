/*
 * node_map: maps the nodes of one formula to values, for a walk over it. Its cost depends only on the formula, not on
 * the pool; small formulas need no allocation.
 */
#ifndef ROLECHAIN_GRAPH_CONSTRAINT_NODE_MAP_H
#define ROLECHAIN_GRAPH_CONSTRAINT_NODE_MAP_H

#include "graph/constraint/constraint.h"
#include "ingest/support/hash_index.h"

#define NODE_MAP_FEW 24u

struct node_map {
    struct node_map_entry {
        constraint node, value;
    } few[NODE_MAP_FEW], *entries;
    uint32_t count, room;
    struct hash_index index; /* of the entries once there are more than a few */
};

void node_map_open(struct node_map *map);
void node_map_close(struct node_map *map);

/* The value of the node, 0 at first; *fresh: it was not in the map. Valid until the next call. */
constraint *node_map_at(struct node_map *map, constraint node, bool *fresh);

/* The same without adding it. */
constraint node_map_get(const struct node_map *map, constraint node);

#endif
