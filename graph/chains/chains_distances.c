/* How far every node is from the nearest of several goals: one walk backwards, level by level. */
#include "graph/chains/chains_inside.h"

#include "ingest/support/memory.h"
#include <stdlib.h>

struct measuring {
    const struct edges *edges;
    uint32_t *distance;
    bool *entered, *left; /* per group, at targets and at sources of edges: done, at no greater distance */
    uint32_t *queue, count;
};

static void step_back(struct measuring *work, edge_end target, uint32_t distance)
{
    uint32_t first, last;
    edges_in(work->edges, target, &first, &last);
    for (uint32_t i = first; i < last; i++) {
        const edge_end *from = &work->edges->edges[work->edges->in_edges[i]].from;
        uint32_t count;
        const uint32_t *members = edges_members(work->edges, from, &count);
        for (uint32_t j = chains_first_meets(work->left, *from) ? 0 : count; j < count; j++)
            if (work->distance[members[j]] == MODEL_NONE) {
                work->distance[members[j]] = distance;
                work->queue[work->count++] = members[j];
            }
    }
}

void chains_distances(const struct edges *edges, const bool *goals, uint32_t *distance)
{
    struct measuring work = {.edges = edges,
                             .distance = distance,
                             .entered = memory_zeroed((size_t)edges->group_count + 1, sizeof *work.entered),
                             .left = memory_zeroed((size_t)edges->group_count + 1, sizeof *work.left),
                             .queue = memory_zeroed((size_t)edges->node_count + 1, sizeof *work.queue)};
    for (uint32_t i = 0; i < edges->node_count; i++) {
        distance[i] = goals[i] ? 0 : MODEL_NONE;
        if (goals[i])
            work.queue[work.count++] = i;
    }
    for (uint32_t head = 0; head < work.count; head++) {
        edge_end targets[EDGES_TARGETS];
        uint32_t node = work.queue[head], count = edges_targets(edges, node, targets);
        for (uint32_t i = 0; i < count; i++)
            if (chains_first_meets(work.entered, targets[i]))
                step_back(&work, targets[i], distance[node] + 1);
    }
    free(work.entered);
    free(work.left);
    free(work.queue);
}
