/*
 * Forward from a node, without recording how: whether a wanted node is reached at all.
 */
#include "graph/chains/chains.h"

#include "ingest/support/memory.h"
#include <stdlib.h>

struct leading {
    const struct edges *edges;
    bool *seen, *left, *entered; /* per node; per group */
    uint32_t *queue, count;
};

static bool is_new(bool *marks, edge_end end)
{
    bool before = (end & EDGE_GROUP) != 0 && marks[end & ~EDGE_GROUP];
    if ((end & EDGE_GROUP) != 0)
        marks[end & ~EDGE_GROUP] = true;
    return !before;
}

static void add_targets(struct leading *work, edge_end source)
{
    uint32_t first, last;
    edges_out(work->edges, source, &first, &last);
    for (uint32_t i = first; i < last; i++) {
        const edge_end *to = &work->edges->edges[i].to;
        uint32_t count;
        const uint32_t *members = edges_members(work->edges, to, &count);
        for (uint32_t j = is_new(work->entered, *to) ? 0 : count; j < count; j++)
            if (!work->seen[members[j]]) {
                work->seen[members[j]] = true;
                work->queue[work->count++] = members[j];
            }
    }
}

bool chains_lead(const struct edges *edges, uint32_t from, bool (*is_wanted)(void *context, uint32_t node),
                 void *context)
{
    struct leading work = {.edges = edges,
                           .seen = memory_zeroed(edges->node_count, sizeof *work.seen),
                           .left = memory_zeroed(edges->group_count, sizeof *work.left),
                           .entered = memory_zeroed(edges->group_count, sizeof *work.entered),
                           .queue = memory_zeroed(edges->node_count, sizeof *work.queue)};
    bool found = false;
    work.seen[from] = true;
    work.queue[work.count++] = from;
    for (uint32_t head = 0; head < work.count && !found; head++) {
        edge_end sources[EDGES_ENDS];
        uint32_t source_count = edges_sources(edges, work.queue[head], sources);
        found = is_wanted(context, work.queue[head]);
        for (uint32_t i = 0; i < source_count && !found; i++)
            if (is_new(work.left, sources[i]))
                add_targets(&work, sources[i]);
    }
    free(work.seen);
    free(work.left);
    free(work.entered);
    free(work.queue);
    return found;
}
