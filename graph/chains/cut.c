#include "graph/chains/cut.h"

#include "ingest/support/memory.h"
#include <stdlib.h>

/* Each vertex is two places, one where flow enters and one where it leaves, with its capacity between them. Flow can be
 * undone: against an arc, or from a vertex's exit to its entry. */
struct cut_flow {
    const struct digraph *graph;
    const uint64_t *capacity;
    uint32_t sink;
    uint64_t *through; /* per vertex */
    uint64_t *along;   /* per arc */
    uint32_t *level;   /* per place: steps from the sources; DIGRAPH_NONE: not reached */
    uint32_t *next;    /* per place: the step to try */
    uint32_t *queue;   /* of places; the path of a search */
};

#define WAY_IN(vertex) ((vertex)*2)
#define WAY_OUT(vertex) ((vertex)*2 + 1)

/* The index-th step out of a place: where it leads, and how much fits through. False: there are no more. */
static bool step_of(const struct cut_flow *flow, uint32_t place, uint32_t index, uint32_t *to, uint64_t *fits)
{
    const struct digraph *graph = flow->graph;
    uint32_t vertex = place / 2;
    bool out = place == WAY_OUT(vertex);
    const uint32_t *first = out ? graph->out_first : graph->in_first;
    if (index == 0) {
        *to = out ? WAY_IN(vertex) : WAY_OUT(vertex);
        *fits = out                                       ? flow->through[vertex]
                : flow->capacity[vertex] == CUT_UNLIMITED ? CUT_UNLIMITED
                                                          : flow->capacity[vertex] - flow->through[vertex];
        return true;
    }
    uint32_t at = first[vertex] + index - 1;
    if (at >= first[vertex + 1])
        return false;
    if (out) {
        *to = WAY_IN(graph->head[at]);
        *fits = CUT_UNLIMITED;
    } else {
        uint32_t arc = graph->in_arcs[at];
        *to = WAY_OUT(graph->tail[arc]);
        *fits = flow->along[arc];
    }
    return true;
}

static void push(struct cut_flow *flow, uint32_t place, uint32_t index, uint64_t amount)
{
    const struct digraph *graph = flow->graph;
    uint32_t vertex = place / 2;
    bool out = place == WAY_OUT(vertex);
    if (index == 0)
        flow->through[vertex] += out ? 0 - amount : amount;
    else if (out)
        flow->along[graph->out_first[vertex] + index - 1] += amount;
    else
        flow->along[graph->in_arcs[graph->in_first[vertex] + index - 1]] -= amount;
}

/* Computes the levels of all places that more flow could reach. False: it cannot reach the sink. */
static bool measure(struct cut_flow *flow, const uint32_t *sources, uint32_t source_count)
{
    uint32_t places = flow->graph->vertex_count * 2, tail = 0, to;
    uint64_t fits;
    for (uint32_t i = 0; i < places; i++) {
        flow->level[i] = DIGRAPH_NONE;
        flow->next[i] = 0;
    }
    for (uint32_t i = 0; i < source_count; i++)
        if (flow->level[WAY_IN(sources[i])] == DIGRAPH_NONE) {
            flow->level[WAY_IN(sources[i])] = 0;
            flow->queue[tail++] = WAY_IN(sources[i]);
        }
    for (uint32_t head = 0; head < tail; head++)
        for (uint32_t i = 0; step_of(flow, flow->queue[head], i, &to, &fits); i++)
            if (fits > 0 && flow->level[to] == DIGRAPH_NONE) {
                flow->level[to] = flow->level[flow->queue[head]] + 1;
                flow->queue[tail++] = to;
            }
    return flow->level[WAY_IN(flow->sink)] != DIGRAPH_NONE;
}

/* Sends flow along one path of rising levels. Returns how much; 0: there is no such path. */
static uint64_t send(struct cut_flow *flow, uint32_t source)
{
    uint32_t *path = flow->queue, length = 0, place = WAY_IN(source), to;
    uint64_t fits, amount = CUT_UNLIMITED;
    while (place != WAY_IN(flow->sink)) {
        bool found = false;
        while (step_of(flow, place, flow->next[place], &to, &fits)) {
            if (fits > 0 && flow->level[to] == flow->level[place] + 1) {
                found = true;
                break;
            }
            flow->next[place]++;
        }
        if (found) {
            path[length++] = place;
            place = to;
        } else if (length > 0) {
            place = path[--length];
            flow->next[place]++;
        } else {
            return 0;
        }
    }
    for (uint32_t i = 0; i < length; i++) {
        step_of(flow, path[i], flow->next[path[i]], &to, &fits);
        amount = fits < amount ? fits : amount;
    }
    for (uint32_t i = 0; i < length && amount != CUT_UNLIMITED; i++)
        push(flow, path[i], flow->next[path[i]], amount);
    return amount;
}

/* Places from which more flow could still reach the sink. */
static void mark_near_sink(struct cut_flow *flow)
{
    const struct digraph *graph = flow->graph;
    uint32_t places = graph->vertex_count * 2, tail = 0;
    for (uint32_t i = 0; i < places; i++)
        flow->level[i] = DIGRAPH_NONE;
    flow->level[WAY_IN(flow->sink)] = 0;
    flow->queue[tail++] = WAY_IN(flow->sink);
    for (uint32_t head = 0; head < tail; head++) {
        uint32_t place = flow->queue[head], vertex = place / 2;
        bool out = place == WAY_OUT(vertex);
        const uint32_t *first = out ? graph->out_first : graph->in_first;
        uint32_t other = out ? WAY_IN(vertex) : WAY_OUT(vertex);
        bool open = out ? flow->capacity[vertex] == CUT_UNLIMITED || flow->through[vertex] < flow->capacity[vertex]
                        : flow->through[vertex] > 0;
        if (open && flow->level[other] == DIGRAPH_NONE) {
            flow->level[other] = 0;
            flow->queue[tail++] = other;
        }
        for (uint32_t i = first[vertex]; i < first[vertex + 1]; i++) {
            uint32_t before = out ? WAY_IN(graph->head[i]) : WAY_OUT(graph->tail[graph->in_arcs[i]]);
            if (flow->level[before] == DIGRAPH_NONE && (!out || flow->along[i] > 0)) {
                flow->level[before] = 0;
                flow->queue[tail++] = before;
            }
        }
    }
}

void cut_minimum(const struct digraph *graph, const uint64_t *capacity, const uint32_t *sources, uint32_t source_count,
                 uint32_t sink, struct cut *cut)
{
    size_t vertices = graph->vertex_count, places = vertices * 2;
    struct cut_flow flow = {.graph = graph,
                            .capacity = capacity,
                            .sink = sink,
                            .through = memory_zeroed(vertices, sizeof *flow.through),
                            .along = memory_zeroed(graph->arc_count, sizeof *flow.along),
                            .level = memory_zeroed(places, sizeof *flow.level),
                            .next = memory_zeroed(places, sizeof *flow.next),
                            .queue = memory_zeroed(places, sizeof *flow.queue)};
    *cut = (struct cut){.possible = true, .vertices = memory_zeroed(vertices, sizeof *cut->vertices)};
    while (cut->possible && measure(&flow, sources, source_count))
        for (uint32_t i = 0; i < source_count && cut->possible; i++)
            for (uint64_t sent = send(&flow, sources[i]); sent > 0; sent = send(&flow, sources[i])) {
                if (sent == CUT_UNLIMITED) {
                    cut->possible = false;
                    break;
                }
                cut->value += sent;
            }
    if (cut->possible) {
        mark_near_sink(&flow);
        for (uint32_t i = 0; i < graph->vertex_count; i++)
            if (flow.level[WAY_OUT(i)] != DIGRAPH_NONE && flow.level[WAY_IN(i)] == DIGRAPH_NONE)
                cut->vertices[cut->count++] = i;
    }
    free(flow.through);
    free(flow.along);
    free(flow.level);
    free(flow.next);
    free(flow.queue);
}

void cut_free(struct cut *cut)
{
    free(cut->vertices);
    *cut = (struct cut){0};
}
