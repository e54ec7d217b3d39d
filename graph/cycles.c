/*
 * Strongly connected components (Tarjan, "Depth-first search and linear graph algorithms", 1972) and shortest cycles in
 * them.
 */
#include "graph/chains.h"

#include <stdlib.h>

struct tarjan {
    const struct edges *edges;
    uint32_t *index, *low, *stack, *path, *cursor;
    bool *on_stack;
    uint32_t next, stack_size;
    uint32_t *component, *count;
};

static bool has_self_edge(const struct edges *edges, uint32_t node)
{
    for (uint32_t i = edges->out_first[node]; i < edges->out_first[node + 1]; i++)
        if (edges->edges[i].to == node)
            return true;
    return false;
}

static void close_component(struct tarjan *work, uint32_t node)
{
    bool single = work->stack[work->stack_size - 1] == node;
    bool counts = !single || has_self_edge(work->edges, node);
    uint32_t number = counts ? (*work->count)++ : MODEL_NONE;
    for (;;) {
        uint32_t member = work->stack[--work->stack_size];
        work->on_stack[member] = false;
        work->component[member] = number;
        if (member == node)
            return;
    }
}

static void visit(struct tarjan *work, uint32_t root)
{
    const struct edges *edges = work->edges;
    uint32_t depth = 0;
    work->path[0] = root;
    work->cursor[root] = edges->out_first[root];
    work->index[root] = work->low[root] = ++work->next;
    work->stack[work->stack_size++] = root;
    work->on_stack[root] = true;
    for (;;) {
        uint32_t node = work->path[depth];
        if (work->cursor[node] < edges->out_first[node + 1]) {
            uint32_t to = edges->edges[work->cursor[node]++].to;
            if (work->index[to] == 0) {
                work->index[to] = work->low[to] = ++work->next;
                work->cursor[to] = edges->out_first[to];
                work->stack[work->stack_size++] = to;
                work->on_stack[to] = true;
                work->path[++depth] = to;
            } else if (work->on_stack[to] && work->index[to] < work->low[node]) {
                work->low[node] = work->index[to];
            }
            continue;
        }
        if (work->low[node] == work->index[node])
            close_component(work, node);
        if (depth == 0)
            return;
        uint32_t parent = work->path[--depth];
        if (work->low[node] < work->low[parent])
            work->low[parent] = work->low[node];
    }
}

/* Numbers follow the least member, whatever order the search met them in. */
static bool renumber(uint32_t *component, uint32_t nodes, uint32_t count)
{
    uint32_t *fresh = malloc(((size_t)count + 1) * sizeof *fresh), next = 0;
    if (fresh == NULL)
        return false;
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
    return true;
}

bool chains_components(const struct edges *edges, uint32_t *component, uint32_t *count)
{
    size_t room = (size_t)edges->node_count + 1;
    struct tarjan work = {.edges = edges, .component = component, .count = count};
    work.index = calloc(room, sizeof *work.index);
    work.low = calloc(room, sizeof *work.low);
    work.stack = calloc(room, sizeof *work.stack);
    work.path = calloc(room, sizeof *work.path);
    work.cursor = calloc(room, sizeof *work.cursor);
    work.on_stack = calloc(room, sizeof *work.on_stack);
    bool good = work.index != NULL && work.low != NULL && work.stack != NULL && work.path != NULL &&
                work.cursor != NULL && work.on_stack != NULL;
    *count = 0;
    for (uint32_t i = 0; good && i < edges->node_count; i++)
        if (work.index[i] == 0)
            visit(&work, i);
    good = good && renumber(component, edges->node_count, *count);
    free(work.index);
    free(work.low);
    free(work.stack);
    free(work.path);
    free(work.cursor);
    free(work.on_stack);
    return good;
}

uint32_t *chains_shortest_cycle(const struct edges *edges, uint32_t node, uint32_t *length)
{
    uint32_t *previous = malloc(((size_t)edges->node_count + 1) * sizeof *previous);
    uint32_t *queue = calloc((size_t)edges->node_count + 1, sizeof *queue), *cycle = NULL;
    uint32_t head = 0, tail = 0, last = MODEL_NONE;
    *length = 0;
    if (previous == NULL || queue == NULL)
        goto out;
    for (uint32_t i = 0; i < edges->node_count; i++)
        previous[i] = MODEL_NONE;
    queue[tail++] = node;
    while (head < tail && last == MODEL_NONE) {
        uint32_t at = queue[head++];
        for (uint32_t i = edges->out_first[at]; i < edges->out_first[at + 1]; i++) {
            uint32_t to = edges->edges[i].to;
            if (to == node && at != node) {
                last = at;
                break;
            }
            if (to == node)
                continue;
            if (previous[to] == MODEL_NONE) {
                previous[to] = at;
                queue[tail++] = to;
            }
        }
    }
    if (last == MODEL_NONE && has_self_edge(edges, node))
        last = node;
    if (last == MODEL_NONE)
        goto out;
    for (uint32_t at = last; at != node; at = previous[at])
        ++*length;
    *length += 2;
    cycle = calloc(*length, sizeof *cycle);
    if (cycle != NULL) {
        uint32_t at = last;
        cycle[*length - 1] = cycle[0] = node;
        for (uint32_t i = *length - 2; i > 0; i--, at = previous[at])
            cycle[i] = at;
    }
out:
    free(previous);
    free(queue);
    return cycle;
}
