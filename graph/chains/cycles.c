/*
 * Strongly connected components (Tarjan, "Depth-first search and linear graph algorithms", 1972) and shortest cycles in
 * them.
 */
#include "graph/chains/chains.h"

#include "ingest/support/memory.h"
#include <stdlib.h>

/* Vertices are nodes and groups: a node leads to the groups that share its outgoing edges, a role set to its roles. So
 * components of nodes are those of the true edges. */
struct tarjan {
    const struct edges *edges;
    uint32_t *index, *low, *stack, *path, *cursor;
    bool *on_stack;
    uint32_t next, stack_size;
    uint32_t *component, *count;
};

static edge_end end_of(const struct edges *edges, uint32_t vertex)
{
    return vertex < edges->node_count ? vertex : EDGE_GROUP | (vertex - edges->node_count);
}

/* The vertex that the n-th arc out of the vertex leads to; MODEL_NONE past the last. */
static uint32_t successor(const struct edges *edges, uint32_t vertex, uint32_t n)
{
    edge_end end = end_of(edges, vertex), sources[EDGES_ENDS];
    uint32_t first, last, count;
    if (edges_is_target_group(edges, end)) {
        const uint32_t *members = edges_members(edges, &end, &count);
        return n < count ? members[n] : MODEL_NONE;
    }
    edges_out(edges, end, &first, &last);
    if (n < last - first)
        return edges_place(edges, edges->edges[first + n].to);
    n -= last - first;
    count = (end & EDGE_GROUP) == 0 ? edges_sources(edges, end, sources) : 1;
    return n + 1 < count ? edges_place(edges, sources[n + 1]) : MODEL_NONE;
}

static bool has_self_edge(const struct edges *edges, uint32_t node)
{
    return edges_between(edges, node, node) != NULL;
}

static void close_component(struct tarjan *work, uint32_t vertex)
{
    uint32_t nodes = 0, only = MODEL_NONE, start = work->stack_size;
    do {
        uint32_t member = work->stack[--start];
        if (member < work->edges->node_count) {
            nodes++;
            only = member;
        }
    } while (work->stack[start] != vertex);
    bool counts = nodes > 1 || (nodes == 1 && has_self_edge(work->edges, only));
    uint32_t number = counts ? (*work->count)++ : MODEL_NONE;
    while (work->stack_size > start) {
        uint32_t member = work->stack[--work->stack_size];
        work->on_stack[member] = false;
        if (member < work->edges->node_count)
            work->component[member] = number;
    }
}

static void visit(struct tarjan *work, uint32_t root)
{
    uint32_t depth = 0;
    work->path[0] = root;
    work->index[root] = work->low[root] = ++work->next;
    work->stack[work->stack_size++] = root;
    work->on_stack[root] = true;
    for (;;) {
        uint32_t vertex = work->path[depth];
        uint32_t to = successor(work->edges, vertex, work->cursor[vertex]);
        if (to != MODEL_NONE) {
            work->cursor[vertex]++;
            if (work->index[to] == 0) {
                work->index[to] = work->low[to] = ++work->next;
                work->stack[work->stack_size++] = to;
                work->on_stack[to] = true;
                work->path[++depth] = to;
            } else if (work->on_stack[to] && work->index[to] < work->low[vertex]) {
                work->low[vertex] = work->index[to];
            }
            continue;
        }
        if (work->low[vertex] == work->index[vertex])
            close_component(work, vertex);
        if (depth == 0)
            return;
        uint32_t parent = work->path[--depth];
        if (work->low[vertex] < work->low[parent])
            work->low[parent] = work->low[vertex];
    }
}

/* Components are numbered by their least member, whatever the order of the search. */
static void renumber(uint32_t *component, uint32_t nodes, uint32_t count)
{
    uint32_t *fresh = memory_zeroed(count, sizeof *fresh), next = 0;
    for (uint32_t i = 0; i < count; i++)
        fresh[i] = MODEL_NONE;
    for (uint32_t i = 0; i < nodes; i++) {
        if (component[i] == MODEL_NONE)
            continue;
        if (fresh[component[i]] == MODEL_NONE)
            fresh[component[i]] = next++;
        component[i] = fresh[component[i]];
    }
    free(fresh);
}

void chains_components(const struct edges *edges, uint32_t *component, uint32_t *count)
{
    size_t room = (size_t)edges->node_count + edges->group_count;
    struct tarjan work = {.edges = edges, .component = component, .count = count};
    work.index = memory_zeroed(room, sizeof *work.index);
    work.low = memory_zeroed(room, sizeof *work.low);
    work.stack = memory_zeroed(room, sizeof *work.stack);
    work.path = memory_zeroed(room, sizeof *work.path);
    work.cursor = memory_zeroed(room, sizeof *work.cursor);
    work.on_stack = memory_zeroed(room, sizeof *work.on_stack);
    *count = 0;
    for (uint32_t i = 0; i < edges->node_count; i++)
        if (work.index[i] == 0)
            visit(&work, i);
    renumber(component, edges->node_count, *count);
    free(work.index);
    free(work.low);
    free(work.stack);
    free(work.path);
    free(work.cursor);
    free(work.on_stack);
}

struct circling {
    const struct edges *edges;
    uint32_t node;                    /* the start of the cycle */
    uint32_t *previous, *queue, tail; /* distances from it, breadth first */
    bool *followed;                   /* per group: its edges, or for role sets its members */
    uint32_t last;                    /* the node before the start, once found */
};

static void meet(struct circling *work, uint32_t from, uint32_t to)
{
    if (to == work->node) {
        if (from != work->node && work->last == MODEL_NONE)
            work->last = from;
    } else if (work->previous[to] == MODEL_NONE) {
        work->previous[to] = from;
        work->queue[work->tail++] = to;
    }
}

static void leave(struct circling *work, uint32_t from)
{
    const struct edges *edges = work->edges;
    edge_end sources[EDGES_ENDS];
    uint32_t source_count = edges_sources(edges, from, sources), first, last, count;
    for (uint32_t s = 0; s < source_count; s++) {
        if ((sources[s] & EDGE_GROUP) != 0) {
            if (work->followed[sources[s] & ~EDGE_GROUP])
                continue;
            work->followed[sources[s] & ~EDGE_GROUP] = from != work->node;
        }
        edges_out(edges, sources[s], &first, &last);
        for (uint32_t i = first; i < last; i++) {
            const edge_end *to = &edges->edges[i].to;
            const uint32_t *members = edges_members(edges, to, &count);
            if ((*to & EDGE_GROUP) != 0) {
                if (work->followed[*to & ~EDGE_GROUP])
                    continue;
                work->followed[*to & ~EDGE_GROUP] = from != work->node;
            }
            for (uint32_t j = 0; j < count; j++)
                meet(work, from, members[j]);
        }
    }
}

/* The path that was found, from the node to itself. */
static uint32_t *unwind(const struct circling *work, uint32_t *length)
{
    *length = 2;
    for (uint32_t at = work->last; at != work->node; at = work->previous[at])
        ++*length;
    uint32_t *cycle = memory_zeroed(*length, sizeof *cycle), at = work->last;
    cycle[*length - 1] = cycle[0] = work->node;
    for (uint32_t i = *length - 2; i > 0; i--, at = work->previous[at])
        cycle[i] = at;
    return cycle;
}

uint32_t *chains_shortest_cycle(const struct edges *edges, uint32_t node, uint32_t *length)
{
    struct circling work = {.edges = edges,
                            .node = node,
                            .last = MODEL_NONE,
                            .previous = memory_zeroed(edges->node_count, sizeof *work.previous),
                            .queue = memory_zeroed(edges->node_count, sizeof *work.queue),
                            .followed = memory_zeroed(edges->group_count, sizeof *work.followed)};
    for (uint32_t i = 0; i < edges->node_count; i++)
        work.previous[i] = MODEL_NONE;
    leave(&work, node);
    for (uint32_t head = 0; head < work.tail && work.last == MODEL_NONE; head++)
        leave(&work, work.queue[head]);
    if (work.last == MODEL_NONE && has_self_edge(edges, node))
        work.last = node;
    *length = 0;
    uint32_t *cycle = work.last != MODEL_NONE ? unwind(&work, length) : NULL;
    free(work.previous);
    free(work.queue);
    free(work.followed);
    return cycle;
}
