/* The number of different marks that each node's hops lead to, for all nodes at once: 64 marks per walk. */
#include "graph/chains/chains.h"

#include "ingest/support/memory.h"

#include <stdlib.h>
#include <string.h>

/* A backward walk from the nodes that carry one of 64 marks. */
struct marks_walk {
    const struct edges *edges;
    uint64_t *reached;             /* per node */
    uint64_t *entered, *left;      /* per group, at targets and at sources of edges: marks passed on through it */
    uint32_t *queue, head, length; /* a ring buffer of the nodes with marks to pass on */
    bool *queued;                  /* per node */
};

static void add_marks(struct marks_walk *walk, uint32_t node, uint64_t marks)
{
    uint32_t room = walk->edges->node_count;
    if ((marks & ~walk->reached[node]) == 0)
        return;
    walk->reached[node] |= marks;
    if (walk->queued[node])
        return;
    walk->queued[node] = true;
    walk->queue[(walk->head + walk->length++) % room] = node;
}

/* The marks not yet passed on through the group; for a node, all of them. */
static uint64_t pass_over(uint64_t *passed, edge_end end, uint64_t marks)
{
    if ((end & EDGE_GROUP) == 0)
        return marks;
    uint64_t fresh = marks & ~passed[end & ~EDGE_GROUP];
    passed[end & ~EDGE_GROUP] |= fresh;
    return fresh;
}

static void step_back(struct marks_walk *walk, edge_end target, uint64_t marks)
{
    uint32_t first, last;
    edges_in(walk->edges, target, &first, &last);
    for (uint32_t i = first; i < last; i++) {
        const edge_end *from = &walk->edges->edges[walk->edges->in_edges[i]].from;
        uint64_t fresh = pass_over(walk->left, *from, marks);
        uint32_t count;
        const uint32_t *members = edges_members(walk->edges, from, &count);
        for (uint32_t j = fresh == 0 ? count : 0; j < count; j++)
            add_marks(walk, members[j], fresh);
    }
}

static void walk_back(struct marks_walk *walk)
{
    while (walk->length > 0) {
        uint32_t node = walk->queue[walk->head];
        edge_end targets[EDGES_ENDS];
        uint32_t count = edges_targets(walk->edges, node, targets);
        walk->head = (walk->head + 1) % walk->edges->node_count;
        walk->length--;
        walk->queued[node] = false;
        for (uint32_t i = 0; i < count; i++) {
            uint64_t fresh = pass_over(walk->entered, targets[i], walk->reached[node]);
            if (fresh != 0)
                step_back(walk, targets[i], fresh);
        }
    }
}

void chains_count_marks(const struct edges *edges, const uint32_t *marks, uint32_t mark_count, uint32_t *counts)
{
    struct marks_walk walk = {.edges = edges,
                              .reached = memory_zeroed(edges->node_count, sizeof *walk.reached),
                              .entered = memory_zeroed(edges->group_count, sizeof *walk.entered),
                              .left = memory_zeroed(edges->group_count, sizeof *walk.left),
                              .queue = memory_zeroed(edges->node_count, sizeof *walk.queue),
                              .queued = memory_zeroed(edges->node_count, sizeof *walk.queued)};
    memset(counts, 0, edges->node_count * sizeof *counts);
    for (uint32_t first = 0; first < mark_count; first += 64) {
        memset(walk.reached, 0, edges->node_count * sizeof *walk.reached);
        memset(walk.entered, 0, edges->group_count * sizeof *walk.entered);
        memset(walk.left, 0, edges->group_count * sizeof *walk.left);
        for (uint32_t i = 0; i < edges->node_count; i++)
            if (marks[i] >= first && marks[i] - first < 64)
                add_marks(&walk, i, (uint64_t)1 << (marks[i] - first));
        walk_back(&walk);
        for (uint32_t i = 0; i < edges->node_count; i++)
            counts[i] += (uint32_t)__builtin_popcountll(walk.reached[i]);
    }
    free(walk.reached);
    free(walk.entered);
    free(walk.left);
    free(walk.queue);
    free(walk.queued);
}
