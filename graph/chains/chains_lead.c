/*
 * Forward from nodes, without recording paths: which nodes are reached, or whether a wanted one is.
 */
#include "graph/chains/chains_inside.h"

#include "ingest/support/memory.h"
#include <stdlib.h>

struct leading {
    const struct edges *edges;
    bool *seen, *left, *entered; /* per node; per group */
    uint32_t *queue, count;
};

static void add_targets(struct leading *work, edge_end source)
{
    uint32_t first, last;
    edges_out(work->edges, source, &first, &last);
    for (uint32_t i = first; i < last; i++) {
        const edge_end *to = &work->edges->edges[i].to;
        uint32_t count;
        const uint32_t *members = edges_members(work->edges, to, &count);
        for (uint32_t j = chains_first_meets(work->entered, *to) ? 0 : count; j < count; j++)
            if (!work->seen[members[j]]) {
                work->seen[members[j]] = true;
                work->queue[work->count++] = members[j];
            }
    }
}

static void leading_open(struct leading *work, const struct edges *edges, bool *seen)
{
    *work = (struct leading){.edges = edges,
                             .seen = seen,
                             .left = memory_zeroed(edges->group_count, sizeof *work->left),
                             .entered = memory_zeroed(edges->group_count, sizeof *work->entered),
                             .queue = memory_zeroed(edges->node_count, sizeof *work->queue)};
    for (uint32_t i = 0; i < edges->node_count; i++)
        if (seen[i])
            work->queue[work->count++] = i;
}

static void leading_close(struct leading *work)
{
    free(work->left);
    free(work->entered);
    free(work->queue);
}

static void follow(struct leading *work, uint32_t node)
{
    edge_end sources[EDGES_ENDS];
    uint32_t source_count = edges_sources(work->edges, node, sources);
    for (uint32_t i = 0; i < source_count; i++)
        if (chains_first_meets(work->left, sources[i]))
            add_targets(work, sources[i]);
}

void chains_reach_forwards(const struct edges *edges, bool *reached)
{
    struct leading work;
    leading_open(&work, edges, reached);
    for (uint32_t head = 0; head < work.count; head++)
        follow(&work, work.queue[head]);
    leading_close(&work);
}

bool chains_lead(const struct edges *edges, uint32_t from, bool (*is_wanted)(void *context, uint32_t node),
                 void *context)
{
    struct leading work;
    bool *seen = memory_zeroed(edges->node_count, sizeof *seen), found = false;
    seen[from] = true;
    leading_open(&work, edges, seen);
    for (uint32_t head = 0; head < work.count && !found; head++) {
        found = is_wanted(context, work.queue[head]);
        if (!found)
            follow(&work, work.queue[head]);
    }
    leading_close(&work);
    free(seen);
    return found;
}
