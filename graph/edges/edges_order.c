/*
 * Sorts edges, and makes the offsets by which they are found.
 */
#include "graph/edges/edges_inside.h"

#include "ingest/support/memory.h"
#include <stdlib.h>
#include <string.h>

static int compare_edges(const void *a, const void *b)
{
    const struct edge *x = a, *y = b;
    if (x->from != y->from)
        return x->from < y->from ? -1 : 1;
    if (x->to != y->to)
        return x->to < y->to ? -1 : 1;
    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    if (x->verdict != y->verdict)
        return x->verdict > y->verdict ? -1 : 1;
    return (x->residual > y->residual) - (x->residual < y->residual);
}

static bool same_edge(const struct edge *x, const struct edge *y)
{
    return x->from == y->from && x->to == y->to && x->kind == y->kind;
}

static uint32_t *slot(uint32_t *of_nodes, uint32_t *of_groups, edge_end end)
{
    return (end & EDGE_GROUP) != 0 ? &of_groups[end & ~EDGE_GROUP] : &of_nodes[end];
}

static void add_up(uint32_t *offsets, uint32_t count, uint32_t start)
{
    uint32_t sum = start;
    for (uint32_t i = 0; i <= count; i++) {
        uint32_t own = offsets[i];
        offsets[i] = sum;
        sum += own;
    }
}

/* Offsets of the edges by the end that they leave. */
static void offset_edges(struct edges *edges)
{
    uint32_t *first = edges->out_first, *first_group = edges->out_first_group;
    memset(first, 0, ((size_t)edges->node_count + 2) * sizeof *first);
    memset(first_group, 0, ((size_t)edges->group_count + 2) * sizeof *first_group);
    for (uint32_t i = 0; i < edges->edge_count; i++)
        ++*slot(first, first_group, edges->edges[i].from);
    add_up(first, edges->node_count, 0);
    add_up(first_group, edges->group_count, first[edges->node_count]);
}

/* Sorts edges by the end that they leave, without duplicates. */
static void sort_edges(struct edges *edges)
{
    uint32_t count = edges->edge_count, kept = 0;
    struct edge *sorted = memory_get(count * sizeof *sorted);
    offset_edges(edges);
    for (uint32_t i = 0; i < count; i++)
        sorted[(*slot(edges->out_first, edges->out_first_group, edges->edges[i].from))++] = edges->edges[i];
    for (uint32_t i = 0, end; i < count; i = end) {
        for (end = i + 1; end < count && sorted[end].from == sorted[i].from;)
            end++;
        if (end - i > 1)
            qsort(sorted + i, end - i, sizeof *sorted, compare_edges);
        for (uint32_t j = i; j < end; j++)
            if (j == i || !same_edge(&sorted[j], &edges->edges[kept - 1]))
                edges->edges[kept++] = sorted[j];
    }
    free(sorted);
    edges->edge_count = kept;
    offset_edges(edges);
}

/* The edges by the end that they enter. */
static void index_entering(struct edges *edges)
{
    size_t nodes = (size_t)edges->node_count + 2, groups = (size_t)edges->group_count + 2;
    for (uint32_t i = 0; i < edges->edge_count; i++)
        ++*slot(edges->in_first, edges->in_first_group, edges->edges[i].to);
    add_up(edges->in_first, edges->node_count, 0);
    add_up(edges->in_first_group, edges->group_count, edges->in_first[edges->node_count]);
    uint32_t *next = memory_copy(edges->in_first, nodes, sizeof *next);
    uint32_t *next_group = memory_copy(edges->in_first_group, groups, sizeof *next_group);
    for (uint32_t i = 0; i < edges->edge_count; i++)
        edges->in_edges[(*slot(next, next_group, edges->edges[i].to))++] = i;
    free(next);
    free(next_group);
}

void edges_forget_notes(struct edges *edges)
{
    if (edges->notes != NULL && edges->notes->kept != NULL)
        edges->notes->forget(edges->notes->kept);
    if (edges->notes != NULL)
        edges->notes->kept = NULL;
}

void edges_index(struct edges *edges)
{
    size_t nodes = (size_t)edges->node_count + 2, groups = (size_t)edges->group_count + 2;
    edges_forget_notes(edges);
    free(edges->out_first);
    free(edges->out_first_group);
    free(edges->in_first);
    free(edges->in_first_group);
    free(edges->in_edges);
    edges->out_first = memory_zeroed(nodes, sizeof *edges->out_first);
    edges->out_first_group = memory_zeroed(groups, sizeof *edges->out_first_group);
    edges->in_first = memory_zeroed(nodes, sizeof *edges->in_first);
    edges->in_first_group = memory_zeroed(groups, sizeof *edges->in_first_group);
    edges->in_edges = memory_zeroed(edges->edge_count, sizeof *edges->in_edges);
    sort_edges(edges);
    index_entering(edges);
}
