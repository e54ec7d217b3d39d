/*
 * Providers and services that give way to the people and workloads behind them.
 */
#include "graph/edges/edges_inside.h"

#include "ingest/support/array.h"
#include <string.h>

static int64_t pair_of(uint32_t node, uint32_t role)
{
    return (int64_t)node << 32 | role;
}

bool edges_has_given_way(const struct edges *edges, uint32_t node, uint32_t role)
{
    return id_map_find(&edges->given_way, pair_of(node, role)) != NULL;
}

void edges_give_way(struct edges *edges, uint32_t node, uint32_t role)
{
    bool fresh;
    id_map_add(&edges->given_way, pair_of(node, role), &fresh);
}

/* Keeps the edge for those members of the group that do not give way. */
static void split(struct edges *edges, struct edge edge, const uint32_t *to, uint32_t count, uint32_t *room)
{
    for (uint32_t i = 0; i < count; i++)
        if (!edges_has_given_way(edges, edge.from, to[i])) {
            edge.to = to[i];
            ARRAY_ADD(edges->edges, edges->edge_count, *room, edge);
        }
}

void edges_drop_given_way(struct edges *edges)
{
    uint32_t before = edges->edge_count, room = before, kept = 0, count;
    if (edges->given_way.count == 0)
        return;
    for (uint32_t i = 0; i < before; i++) {
        struct edge edge = edges->edges[i];
        bool outside = (edge.from & EDGE_GROUP) == 0 && edge.from >= edges->model->principal_count;
        const uint32_t *to = edges_members(edges, &edge.to, &count);
        uint32_t gone = 0;
        for (uint32_t j = 0; j < count && outside; j++)
            gone += edges_has_given_way(edges, edge.from, to[j]);
        if (gone == 0)
            edges->edges[kept++] = edge;
        else if (gone < count)
            split(edges, edge, to, count, &room);
    }
    uint32_t added = edges->edge_count - before;
    if (added > 0)
        memmove(edges->edges + kept, edges->edges + before, added * sizeof *edges->edges);
    edges->edge_count = kept + added;
}
