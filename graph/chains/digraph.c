#include "graph/chains/digraph.h"

#include "ingest/support/array.h"
#include <stdlib.h>

void digraph_add(struct digraph *graph, uint32_t tail, uint32_t head)
{
    ARRAY_RESERVE(graph->head, graph->arc_count + 1, graph->head_room);
    graph->head[graph->arc_count] = head;
    ARRAY_ADD(graph->tail, graph->arc_count, graph->tail_room, tail);
}

/* Sorts arcs by their key; stable. */
static void distribute(const uint32_t *key, uint32_t count, uint32_t *first, uint32_t vertices, uint32_t *order)
{
    for (uint32_t i = 0; i < count; i++)
        first[key[i] + 1]++;
    for (uint32_t i = 0; i < vertices; i++)
        first[i + 1] += first[i];
    for (uint32_t i = 0; i < count; i++)
        order[first[key[i]]++] = i;
    for (uint32_t i = vertices; i > 0; i--)
        first[i] = first[i - 1];
    first[0] = 0;
}

void digraph_index(struct digraph *graph, uint32_t vertex_count)
{
    uint32_t *tail = memory_zeroed(graph->arc_count, sizeof *tail);
    uint32_t *head = memory_zeroed(graph->arc_count, sizeof *head);
    graph->vertex_count = vertex_count;
    graph->out_first = memory_zeroed((size_t)vertex_count + 1, sizeof *graph->out_first);
    graph->in_first = memory_zeroed((size_t)vertex_count + 1, sizeof *graph->in_first);
    graph->in_arcs = memory_zeroed(graph->arc_count, sizeof *graph->in_arcs);
    distribute(graph->tail, graph->arc_count, graph->out_first, vertex_count, graph->in_arcs);
    for (uint32_t i = 0; i < graph->arc_count; i++) {
        tail[i] = graph->tail[graph->in_arcs[i]];
        head[i] = graph->head[graph->in_arcs[i]];
    }
    free(graph->tail);
    free(graph->head);
    graph->tail = tail;
    graph->head = head;
    graph->tail_room = graph->head_room = graph->arc_count;
    distribute(graph->head, graph->arc_count, graph->in_first, vertex_count, graph->in_arcs);
}

void digraph_free(struct digraph *graph)
{
    free(graph->tail);
    free(graph->head);
    free(graph->out_first);
    free(graph->in_first);
    free(graph->in_arcs);
    *graph = (struct digraph){0};
}

/* ---- support */

/* The neighbours to which a search continues (away from the roots), or those that keep a vertex reached. */
static uint32_t neighbour(const struct digraph *graph, bool along, uint32_t index)
{
    return along ? graph->head[index] : graph->tail[graph->in_arcs[index]];
}

static const uint32_t *offsets(const struct digraph *graph, bool along)
{
    return along ? graph->out_first : graph->in_first;
}

static void link_children(struct support *support)
{
    uint32_t vertices = support->graph->vertex_count;
    uint32_t *key = memory_zeroed(support->count, sizeof *key), count = 0;
    support->child_first = memory_zeroed((size_t)vertices + 1, sizeof *support->child_first);
    support->children = memory_zeroed(support->count, sizeof *support->children);
    for (uint32_t i = 0; i < support->count; i++) {
        uint32_t vertex = support->order[i], parent = support->parent[vertex];
        if (parent != vertex) {
            support->child_first[parent + 1]++;
            key[count++] = vertex;
        }
    }
    for (uint32_t i = 0; i < vertices; i++)
        support->child_first[i + 1] += support->child_first[i];
    for (uint32_t i = 0; i < count; i++)
        support->children[support->child_first[support->parent[key[i]]]++] = key[i];
    for (uint32_t i = vertices; i > 0; i--)
        support->child_first[i] = support->child_first[i - 1];
    support->child_first[0] = 0;
    free(key);
}

void support_open(struct support *support, const struct digraph *graph, bool backwards, const uint32_t *roots,
                  uint32_t root_count)
{
    size_t vertices = graph->vertex_count;
    *support = (struct support){.graph = graph,
                                .backwards = backwards,
                                .parent = memory_zeroed(vertices, sizeof *support->parent),
                                .order = memory_zeroed(vertices, sizeof *support->order),
                                .lost = memory_zeroed(vertices, sizeof *support->lost),
                                .queue = memory_zeroed(vertices, sizeof *support->queue),
                                .state = memory_zeroed(vertices, sizeof *support->state)};
    for (uint32_t i = 0; i < graph->vertex_count; i++)
        support->parent[i] = DIGRAPH_NONE;
    for (uint32_t i = 0; i < root_count; i++)
        if (support->parent[roots[i]] == DIGRAPH_NONE) {
            support->parent[roots[i]] = roots[i];
            support->order[support->count++] = roots[i];
        }
    const uint32_t *first = offsets(graph, !backwards);
    for (uint32_t head = 0; head < support->count; head++) {
        uint32_t vertex = support->order[head];
        for (uint32_t i = first[vertex]; i < first[vertex + 1]; i++) {
            uint32_t next = neighbour(graph, !backwards, i);
            if (support->parent[next] == DIGRAPH_NONE) {
                support->parent[next] = vertex;
                support->order[support->count++] = next;
            }
        }
    }
    link_children(support);
}

void support_close(struct support *support)
{
    free(support->parent);
    free(support->order);
    free(support->child_first);
    free(support->children);
    free(support->state);
    free(support->lost);
    free(support->queue);
    *support = (struct support){0};
}

enum { UNTOUCHED, REMOVED, SUSPECT, RESCUED };

/* Whether a neighbour outside the question keeps the vertex reached. */
static bool is_held(struct support *support, uint32_t vertex)
{
    const uint32_t *first = offsets(support->graph, support->backwards);
    for (uint32_t i = first[vertex]; i < first[vertex + 1]; i++) {
        uint32_t by = neighbour(support->graph, support->backwards, i);
        support->steps++;
        if (support->parent[by] != DIGRAPH_NONE && support->state[by] == UNTOUCHED)
            return true;
    }
    return false;
}

void support_lose(struct support *support, const uint32_t *removed, uint32_t count)
{
    uint32_t *list = support->lost, *rescued = support->queue, suspects = 0, tail = 0, kept = 0;
    for (uint32_t i = 0; i < count; i++)
        if (support->parent[removed[i]] != DIGRAPH_NONE && support->state[removed[i]] == UNTOUCHED) {
            support->state[removed[i]] = REMOVED;
            list[suspects++] = removed[i];
        }
    for (uint32_t head = 0; head < suspects; head++)
        for (uint32_t i = support->child_first[list[head]]; i < support->child_first[list[head] + 1]; i++) {
            uint32_t child = support->children[i];
            support->steps++;
            if (support->state[child] == UNTOUCHED) {
                support->state[child] = SUSPECT;
                list[suspects++] = child;
            }
        }
    for (uint32_t i = 0; i < suspects; i++)
        if (support->state[list[i]] == SUSPECT && is_held(support, list[i]))
            rescued[tail++] = list[i];
    for (uint32_t i = 0; i < tail; i++)
        support->state[rescued[i]] = RESCUED;
    const uint32_t *first = offsets(support->graph, !support->backwards);
    for (uint32_t head = 0; head < tail; head++)
        for (uint32_t i = first[rescued[head]]; i < first[rescued[head] + 1]; i++) {
            uint32_t next = neighbour(support->graph, !support->backwards, i);
            support->steps++;
            if (support->state[next] == SUSPECT) {
                support->state[next] = RESCUED;
                rescued[tail++] = next;
            }
        }
    for (uint32_t i = 0; i < suspects; i++) {
        uint32_t vertex = list[i];
        if (support->state[vertex] != RESCUED)
            list[kept++] = vertex;
        support->state[vertex] = UNTOUCHED;
    }
    support->lost_count = kept;
}

void support_add_up(const struct support *support, uint64_t *weights)
{
    for (uint32_t i = support->count; i-- > 0;) {
        uint32_t vertex = support->order[i];
        if (support->parent[vertex] != vertex)
            weights[support->parent[vertex]] += weights[vertex];
    }
}
