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

static bool replaced(struct edges *edges, uint32_t from, uint32_t role, edges_giving_way gives_way, void *context)
{
    bool fresh;
    if (!gives_way(edges, from, role, context))
        return false;
    id_map_add(&edges->given_way, pair_of(from, role), &fresh);
    return true;
}

void edges_give_way(struct edges *edges, edges_giving_way gives_way, void *context)
{
    uint32_t before = edges->edge_count, room = before, kept = 0, count;
    for (uint32_t i = 0; i < before; i++) {
        struct edge edge = edges->edges[i];
        bool outside = (edge.from & EDGE_GROUP) == 0 && edge.from >= edges->model->principal_count;
        const uint32_t *to = edges_members(edges, &edge.to, &count);
        uint32_t gone = 0;
        for (uint32_t j = 0; j < count && outside; j++)
            gone += replaced(edges, edge.from, to[j], gives_way, context);
        if (gone == 0)
            edges->edges[kept++] = edge;
        for (uint32_t j = 0; j < count && gone > 0 && gone < count; j++)
            if (!gives_way(edges, edge.from, to[j], context)) {
                struct edge one = edge;
                one.to = to[j];
                ARRAY_ADD(edges->edges, edges->edge_count, room, one);
            }
    }
    uint32_t split = edges->edge_count - before;
    if (split > 0)
        memmove(edges->edges + kept, edges->edges + before, split * sizeof *edges->edges);
    edges->edge_count = kept + split;
}
