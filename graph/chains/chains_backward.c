/*
 * Backwards from a role: how far each node is from it, and which nodes lead to it at all.
 */
#include "graph/chains/chains_inside.h"

#include "ingest/support/memory.h"
#include "ingest/support/order.h"
#include <stdlib.h>

struct measuring {
    const struct edges *edges;
    struct towards *towards;
    bool sure_only;
    uint8_t *entered;     /* per group: 1: its members were reached over a conditional edge, 2: over a sure one */
    uint32_t *entered_at; /* at which distance */
};

static void reach_from(struct measuring *work, uint32_t index, uint32_t from, uint32_t to, uint32_t distance)
{
    const struct edge *edges = work->edges->edges;
    struct towards *towards = work->towards;
    uint32_t *known = &towards->distance[from];
    if (*known == MODEL_NONE) {
        *known = distance;
        towards->next[from] = (struct hop){from, to, index};
        towards->order[towards->count++] = from;
    } else if (*known == distance && edges[index].verdict == VERDICT_ALLOWED &&
               edges[towards->next[from].edge].verdict != VERDICT_ALLOWED) {
        towards->next[from] = (struct hop){from, to, index};
    }
}

/* Follows one edge into the node. The members of a group need no second visit from the same or a greater distance,
 * unless it is surer. */
static void reach_over(struct measuring *work, uint32_t index, uint32_t node, uint32_t distance)
{
    const struct edge *edge = &work->edges->edges[index];
    uint32_t count;
    const uint32_t *members = edges_members(work->edges, &edge->from, &count);
    bool laden = distance > 1 && (edge->from & EDGE_GROUP) == 0 && chaining_begins_laden(work->edges, edge->from);
    if (work->sure_only && (edge->verdict != VERDICT_ALLOWED || laden))
        return;
    if ((edge->from & EDGE_GROUP) != 0) {
        uint32_t group = edge->from & ~EDGE_GROUP;
        uint8_t how = edge->verdict == VERDICT_ALLOWED ? 2 : 1;
        if (work->entered[group] != 0 && (work->entered_at[group] < distance || work->entered[group] >= how))
            return;
        work->entered[group] = how;
        work->entered_at[group] = distance;
    }
    for (uint32_t i = 0; i < count; i++)
        if (members[i] != node)
            reach_from(work, index, members[i], node, distance);
}

void towards_open(struct towards *towards, const struct edges *edges, uint32_t role, uint32_t max_hops, bool sure_only)
{
    struct measuring work = {.edges = edges,
                             .sure_only = sure_only,
                             .towards = towards,
                             .entered = memory_zeroed(edges->group_count, sizeof *work.entered),
                             .entered_at = memory_zeroed(edges->group_count, sizeof *work.entered_at)};
    *towards = (struct towards){.distance = memory_zeroed(edges->node_count, sizeof *towards->distance),
                                .next = memory_zeroed(edges->node_count, sizeof *towards->next),
                                .order = memory_zeroed(edges->node_count, sizeof *towards->order)};
    for (uint32_t i = 0; i < edges->node_count; i++)
        towards->distance[i] = MODEL_NONE;
    towards->distance[role] = 0;
    towards->order[towards->count++] = role;
    for (uint32_t head = 0, level_end = 0; head < towards->count; head++) {
        /* Among equally near nodes, the least comes first, whatever groups led there; so paths go through the least
         * nodes. */
        if (head == level_end) {
            level_end = towards->count;
            qsort(towards->order + head, level_end - head, sizeof *towards->order, order_numbers);
        }
        uint32_t node = towards->order[head], distance = towards->distance[node];
        edge_end targets[EDGES_ENDS];
        uint32_t target_count = edges_targets(edges, node, targets);
        if (distance == max_hops)
            break;
        for (uint32_t t = 0; t < target_count; t++) {
            uint32_t first, last;
            edges_in(edges, targets[t], &first, &last);
            for (uint32_t i = first; i < last; i++)
                reach_over(&work, edges->in_edges[i], node, distance + 1);
        }
    }
    free(work.entered);
    free(work.entered_at);
}

void towards_close(struct towards *towards)
{
    free(towards->distance);
    free(towards->next);
    free(towards->order);
}

/* Marks the group; true: it is a group and was marked before. */
static bool marked_before(bool *marks, edge_end end)
{
    if ((end & EDGE_GROUP) == 0)
        return false;
    bool before = marks[end & ~EDGE_GROUP];
    marks[end & ~EDGE_GROUP] = true;
    return before;
}

void chains_reach_backwards(const struct edges *edges, bool *reached)
{
    uint32_t *queue = memory_zeroed(edges->node_count, sizeof *queue), tail = 0;
    bool *entered = memory_zeroed(edges->group_count, sizeof *entered);
    bool *left = memory_zeroed(edges->group_count, sizeof *left);
    for (uint32_t i = 0; i < edges->node_count; i++)
        if (reached[i])
            queue[tail++] = i;
    for (uint32_t head = 0; head < tail; head++) {
        edge_end targets[EDGES_ENDS];
        uint32_t target_count = edges_targets(edges, queue[head], targets);
        for (uint32_t t = 0; t < target_count; t++) {
            uint32_t first, last;
            if (marked_before(left, targets[t]))
                continue;
            edges_in(edges, targets[t], &first, &last);
            for (uint32_t i = first; i < last; i++) {
                const edge_end *from = &edges->edges[edges->in_edges[i]].from;
                uint32_t count;
                const uint32_t *members = edges_members(edges, from, &count);
                for (uint32_t j = marked_before(entered, *from) ? count : 0; j < count; j++)
                    if (!reached[members[j]]) {
                        reached[members[j]] = true;
                        queue[tail++] = members[j];
                    }
            }
        }
    }
    free(queue);
    free(entered);
    free(left);
}
