/*
 * Providers and services that give way to the people and workloads behind them.
 */
#include "graph/edges/edges_inside.h"

#include "ingest/support/array.h"
#include <string.h>

void edges_give_way(struct edges *edges, edges_giving_way gives_way, void *context)
{
    uint32_t before = edges->edge_count, room = before, kept = 0, count;
    for (uint32_t i = 0; i < before; i++) {
        struct edge edge = edges->edges[i];
        bool outside = (edge.from & EDGE_GROUP) == 0 && edge.from >= edges->model->principal_count;
        const uint32_t *to = edges_members(edges, &edge.to, &count);
        uint32_t gone = 0;
        for (uint32_t j = 0; j < count && outside; j++)
            gone += gives_way(edges, edge.from, to[j], context);
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
