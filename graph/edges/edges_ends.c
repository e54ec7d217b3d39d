/*
 * Ends of edges, their order and the steps between nodes.
 */
#include "graph/edges/edges.h"

#include "graph/edges/trust_index.h"
#include <stdlib.h>
#include <string.h>

/* ---- ends */

uint32_t edges_sources(const struct edges *edges, uint32_t node, edge_end ends[3])
{
    ends[0] = node;
    if (node >= edges->model->principal_count)
        return 1;
    ends[1] = EDGE_GROUP | edges->classes.permissions.of[node];
    ends[2] = EDGE_GROUP | (edges->classes.permissions.count + edges->classes.profiles.of[node]);
    return 3;
}

uint32_t edges_targets(const struct edges *edges, uint32_t node, edge_end ends[3])
{
    const struct classes *classes = &edges->classes;
    uint32_t count = 0, base = classes->permissions.count + classes->profiles.count;
    ends[count++] = node;
    if (node >= edges->model->principal_count || classes->role_sets.of[node] == MODEL_NONE)
        return count;
    if (classes->local_sets.of[node] != MODEL_NONE)
        ends[count++] = EDGE_GROUP | (base + classes->local_sets.of[node]);
    ends[count++] = EDGE_GROUP | (base + classes->local_sets.count + classes->role_sets.of[node]);
    return count;
}

/* The partition that the group belongs to, by the order of edge_end; *block becomes its number there. */
static uint32_t level_of(const struct classes *classes, edge_end group, uint32_t *block)
{
    const uint32_t counts[] = {classes->permissions.count, classes->profiles.count, classes->local_sets.count};
    uint32_t level = 0;
    for (*block = group & ~EDGE_GROUP; level < 3 && *block >= counts[level]; level++)
        *block -= counts[level];
    return level;
}

uint32_t edges_breadth(const struct edges *edges, const struct edge *edge)
{
    uint32_t block;
    uint32_t from = (edge->from & EDGE_GROUP) != 0 ? 1 + level_of(&edges->classes, edge->from, &block) : 0;
    uint32_t to = (edge->to & EDGE_GROUP) != 0 ? level_of(&edges->classes, edge->to, &block) - 1 : 0;
    return 3 * from + to;
}

const uint32_t *edges_members(const struct edges *edges, const edge_end *end, uint32_t *count)
{
    const struct classes *classes = &edges->classes;
    const struct partition *const partitions[] = {&classes->permissions, &classes->profiles, &classes->local_sets,
                                                  &classes->role_sets};
    uint32_t block;
    if ((*end & EDGE_GROUP) == 0) {
        *count = 1;
        return end;
    }
    const struct partition *partition = partitions[level_of(classes, *end, &block)];
    *count = partition->first[block + 1] - partition->first[block];
    return partition->members + partition->first[block];
}

void edges_out(const struct edges *edges, edge_end end, uint32_t *first, uint32_t *last)
{
    uint32_t index = end & ~EDGE_GROUP;
    const uint32_t *offsets = (end & EDGE_GROUP) != 0 ? edges->out_first_group : edges->out_first;
    *first = offsets[index];
    *last = offsets[index + 1];
}

void edges_in(const struct edges *edges, edge_end end, uint32_t *first, uint32_t *last)
{
    uint32_t index = end & ~EDGE_GROUP;
    const uint32_t *offsets = (end & EDGE_GROUP) != 0 ? edges->in_first_group : edges->in_first;
    *first = offsets[index];
    *last = offsets[index + 1];
}

/* ---- order and offsets */

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

/* Edges by the end that they leave, then in order; one of each. All offsets but those of in_edges are made anew. */
static bool sort_edges(struct edges *edges)
{
    uint32_t *first = edges->out_first, *first_group = edges->out_first_group, count = edges->edge_count, kept = 0;
    struct edge *sorted = malloc(((size_t)count + 1) * sizeof *sorted);
    if (sorted == NULL)
        return false;
    for (uint32_t i = 0; i < count; i++)
        ++*slot(first, first_group, edges->edges[i].from);
    add_up(first, edges->node_count, 0);
    add_up(first_group, edges->group_count, first[edges->node_count]);
    for (uint32_t i = 0; i < count; i++)
        sorted[(*slot(first, first_group, edges->edges[i].from))++] = edges->edges[i];
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
    memset(first, 0, ((size_t)edges->node_count + 2) * sizeof *first);
    memset(first_group, 0, ((size_t)edges->group_count + 2) * sizeof *first_group);
    for (uint32_t i = 0; i < kept; i++)
        ++*slot(first, first_group, edges->edges[i].from);
    add_up(first, edges->node_count, 0);
    add_up(first_group, edges->group_count, first[edges->node_count]);
    return true;
}

bool edges_index(struct edges *edges)
{
    size_t nodes = (size_t)edges->node_count + 2, groups = (size_t)edges->group_count + 2;
    free(edges->out_first);
    free(edges->out_first_group);
    free(edges->in_first);
    free(edges->in_first_group);
    free(edges->in_edges);
    edges->out_first = calloc(nodes, sizeof *edges->out_first);
    edges->out_first_group = calloc(groups, sizeof *edges->out_first_group);
    edges->in_first = calloc(nodes, sizeof *edges->in_first);
    edges->in_first_group = calloc(groups, sizeof *edges->in_first_group);
    edges->in_edges = calloc((size_t)edges->edge_count + 1, sizeof *edges->in_edges);
    uint32_t *next = calloc(nodes, sizeof *next), *next_group = calloc(groups, sizeof *next_group);
    bool good = edges->out_first != NULL && edges->out_first_group != NULL && edges->in_first != NULL &&
                edges->in_first_group != NULL && edges->in_edges != NULL && next != NULL && next_group != NULL &&
                sort_edges(edges);
    for (uint32_t i = 0; good && i < edges->edge_count; i++)
        ++*slot(edges->in_first, edges->in_first_group, edges->edges[i].to);
    if (good) {
        add_up(edges->in_first, edges->node_count, 0);
        add_up(edges->in_first_group, edges->group_count, edges->in_first[edges->node_count]);
        memcpy(next, edges->in_first, nodes * sizeof *next);
        memcpy(next_group, edges->in_first_group, groups * sizeof *next_group);
    }
    for (uint32_t i = 0; good && i < edges->edge_count; i++)
        edges->in_edges[(*slot(next, next_group, edges->edges[i].to))++] = i;
    free(next);
    free(next_group);
    return good;
}

/* ---- pairs */

/* The assume edge between two ends, or NULL. */
static const struct edge *between_ends(const struct edges *edges, edge_end from, edge_end to)
{
    uint32_t low, high, end;
    edges_out(edges, from, &low, &high);
    end = high;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (edges->edges[middle].to < to)
            low = middle + 1;
        else
            high = middle;
    }
    /* Kinds are in order, and assuming is the first. */
    const struct edge *edge = &edges->edges[low];
    return low < end && edge->to == to && edge->kind == EDGE_ASSUME ? edge : NULL;
}

const struct edge *edges_between(const struct edges *edges, uint32_t from, uint32_t to)
{
    edge_end sources[3], targets[3];
    uint32_t source_count = edges_sources(edges, from, sources), target_count = edges_targets(edges, to, targets);
    for (uint32_t i = 0; i < source_count; i++)
        for (uint32_t j = 0; j < target_count; j++) {
            const struct edge *edge = between_ends(edges, sources[i], targets[j]);
            if (edge != NULL)
                return edge;
        }
    return NULL;
}

void hop_cursor_begin(struct hop_cursor *cursor, const struct edges *edges, uint32_t node)
{
    *cursor = (struct hop_cursor){.edges = edges, .node = node};
    cursor->source_count = edges_sources(edges, node, cursor->sources);
    edges_out(edges, node, &cursor->edge, &cursor->last);
}

bool hop_cursor_next(struct hop_cursor *cursor, struct hop *hop)
{
    const struct edges *edges = cursor->edges;
    for (;;) {
        if (cursor->edge == cursor->last) {
            if (++cursor->source >= cursor->source_count)
                return false;
            edges_out(edges, cursor->sources[cursor->source], &cursor->edge, &cursor->last);
            cursor->member = 0;
            continue;
        }
        const edge_end *to = &edges->edges[cursor->edge].to;
        const uint32_t *members = edges_members(edges, to, &cursor->member_count);
        if (cursor->member == cursor->member_count) {
            cursor->edge++;
            cursor->member = 0;
            continue;
        }
        *hop = (struct hop){cursor->node, members[cursor->member++], cursor->edge};
        return true;
    }
}

/* ---- counts */

struct counting {
    const struct edges *edges;
    uint32_t *stamps, stamp; /* by place; the stamp is this count's */
    uint32_t count;
};

/* False: out of memory. */
static bool counting_open(struct counting *counting, const struct edges *constant)
{
    struct edges *edges = (struct edges *)constant;
    uint32_t places = edges->node_count + edges->group_count;
    if (places > edges->stamp_room || edges->stamp == UINT32_MAX) {
        free(edges->stamps);
        edges->stamps = calloc(places, sizeof *edges->stamps);
        edges->stamp_room = edges->stamps != NULL ? places : 0;
        edges->stamp = 0;
    }
    *counting = (struct counting){.edges = edges, .stamps = edges->stamps, .stamp = ++edges->stamp};
    return edges->stamp_room >= places;
}

/* Whether the place is new to the count. */
static bool enter(struct counting *counting, edge_end end)
{
    uint32_t *stamp = &counting->stamps[edges_place(counting->edges, end)];
    bool fresh = *stamp != counting->stamp;
    *stamp = counting->stamp;
    return fresh;
}

static void count_members(struct counting *counting, const edge_end *end)
{
    uint32_t count;
    if ((*end & EDGE_GROUP) != 0 && !enter(counting, *end))
        return;
    const uint32_t *members = edges_members(counting->edges, end, &count);
    for (uint32_t i = 0; i < count; i++)
        counting->count += enter(counting, members[i]);
}

uint32_t edges_count_roles(const struct edges *edges, const uint32_t *nodes, uint32_t count)
{
    struct counting counting;
    bool good = counting_open(&counting, edges);
    for (uint32_t i = 0; good && i < count; i++) {
        edge_end sources[3];
        uint32_t source_count = edges_sources(edges, nodes[i], sources), first, last;
        for (uint32_t j = 0; j < source_count; j++) {
            if ((sources[j] & EDGE_GROUP) != 0 && !enter(&counting, sources[j]))
                continue;
            edges_out(edges, sources[j], &first, &last);
            for (uint32_t k = first; k < last; k++)
                if (edges->edges[k].kind == EDGE_ASSUME)
                    count_members(&counting, &edges->edges[k].to);
        }
    }
    return good ? counting.count : UINT32_MAX;
}

uint32_t edges_count_callers(const struct edges *edges, uint32_t role)
{
    struct counting counting;
    bool good = counting_open(&counting, edges);
    edge_end targets[3];
    uint32_t target_count = edges_targets(edges, role, targets), first, last;
    for (uint32_t i = 0; good && i < target_count; i++) {
        edges_in(edges, targets[i], &first, &last);
        for (uint32_t j = first; j < last; j++)
            if (edges->edges[edges->in_edges[j]].kind == EDGE_ASSUME)
                count_members(&counting, &edges->edges[edges->in_edges[j]].from);
    }
    return good ? counting.count : UINT32_MAX;
}
