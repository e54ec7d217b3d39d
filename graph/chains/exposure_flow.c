/*
 * The graph of exposure_inside.h.
 */
#include "graph/chains/exposure_inside.h"

#include "graph/chains/role_chaining.h"
#include "ingest/support/array.h"
#include <stdlib.h>
#include <string.h>

/* ---- marks */

void marks_open(struct marks *marks, uint32_t count)
{
    *marks = (struct marks){.of = memory_zeroed(count, sizeof *marks->of),
                            .touched = memory_zeroed((size_t)count / 64 + 1, sizeof *marks->touched),
                            .count = count};
}

void marks_close(struct marks *marks)
{
    free(marks->of);
    free(marks->touched);
}

static void touch(struct marks *marks, uint32_t thing)
{
    marks->touched[thing / 64] |= (uint64_t)1 << thing % 64;
}

void marks_put(struct marks *marks, uint32_t thing, uint32_t lane)
{
    touch(marks, thing);
    marks->of[thing].words[lane / 64] |= (uint64_t)1 << lane % 64;
}

void marks_add(struct marks *marks, uint32_t thing, const struct lanes *lanes)
{
    touch(marks, thing);
    for (uint32_t i = 0; i < LANE_WORDS; i++)
        marks->of[thing].words[i] |= lanes->words[i];
}

const struct lanes *marks_of(const struct marks *marks, uint32_t thing)
{
    return (marks->touched[thing / 64] >> thing % 64 & 1) != 0 ? &marks->of[thing] : NULL;
}

uint32_t marks_before(const struct marks *marks, uint32_t below)
{
    if (below == 0)
        return MODEL_NONE;
    uint32_t word = (below - 1) / 64, inside = (below - 1) % 64;
    uint64_t left = marks->touched[word] & (UINT64_MAX >> (63 - inside));
    while (left == 0 && word > 0)
        left = marks->touched[--word];
    return left != 0 ? word * 64 + 63 - (uint32_t)__builtin_clzll(left) : MODEL_NONE;
}

void marks_clear(struct marks *marks)
{
    for (uint32_t i = marks_before(marks, marks->count); i != MODEL_NONE; i = marks_before(marks, i))
        marks->of[i] = (struct lanes){{0}};
    memset(marks->touched, 0, ((size_t)marks->count / 64 + 1) * sizeof *marks->touched);
}

/* ---- vertices */

void flow_ends_open(struct flow_ends *ends, const struct edges *edges)
{
    uint32_t places = edges->node_count + edges->group_count, room = 0;
    *ends = (struct flow_ends){.edges = edges,
                               .source = memory_zeroed(places, sizeof *ends->source),
                               .target = memory_zeroed(places, sizeof *ends->target)};
    for (uint32_t i = 0; i < places; i++) {
        edge_end end = i < edges->node_count ? i : EDGE_GROUP | (i - edges->node_count);
        uint32_t first, last;
        ends->source[i] = ends->target[i] = MODEL_NONE;
        edges_out(edges, end, &first, &last);
        if (last > first) {
            ends->source[i] = ends->count;
            ARRAY_ADD(ends->end, ends->count, room, end);
        }
        edges_in(edges, end, &first, &last);
        if (last > first) {
            ends->target[i] = ends->count;
            ARRAY_ADD(ends->end, ends->count, room, end);
        }
    }
}

void flow_ends_close(struct flow_ends *ends)
{
    free(ends->source);
    free(ends->target);
    free(ends->end);
}

bool flow_is_laden(const struct edges *edges, const struct edge *edge)
{
    return (edge->from & EDGE_GROUP) == 0 && chaining_begins_laden(edges, edge->from);
}

/* ---- arcs */

static void add_edges(struct digraph *graph, const struct flow_ends *ends, bool sure_only)
{
    const struct edges *edges = ends->edges;
    for (uint32_t i = 0; i < edges->edge_count; i++) {
        const struct edge *edge = &edges->edges[i];
        if (!sure_only || (edge->verdict == VERDICT_ALLOWED && !flow_is_laden(edges, edge)))
            digraph_add(graph, ends->target[edges_place(edges, edge->to)],
                        ends->source[edges_place(edges, edge->from)]);
    }
}

/* From sources to the ends that contain their members. */
static void add_members(struct digraph *graph, const struct flow_ends *ends)
{
    const struct edges *edges = ends->edges;
    uint32_t *stamps = memory_zeroed(ends->count, sizeof *stamps), stamp = 0;
    for (uint32_t vertex = 0; vertex < ends->count; vertex++) {
        edge_end end = ends->end[vertex], targets[EXPOSURE_ENDS];
        uint32_t count;
        if (ends->source[edges_place(edges, end)] != vertex)
            continue;
        const uint32_t *members = edges_members(edges, &end, &count);
        stamp++;
        for (uint32_t i = 0; i < count; i++) {
            uint32_t target_count = exposure_ends(edges, members[i], targets);
            for (uint32_t j = 0; j < target_count; j++) {
                uint32_t target = ends->target[edges_place(edges, targets[j])];
                if (stamps[target] != stamp)
                    digraph_add(graph, vertex, target);
                stamps[target] = stamp;
            }
        }
    }
    free(stamps);
}

/* The arcs between components, without duplicates. */
static void condense(const struct digraph *graph, struct flow *flow, uint32_t components)
{
    struct digraph all = {0};
    uint32_t *last = memory_zeroed(components, sizeof *last); /* per component: 1 + the last that led to it */
    for (uint32_t i = 0; i < graph->arc_count; i++)
        if (flow->component[graph->tail[i]] != flow->component[graph->head[i]])
            digraph_add(&all, flow->component[graph->tail[i]], flow->component[graph->head[i]]);
    digraph_index(&all, components);
    for (uint32_t i = 0; i < all.arc_count; i++) {
        if (last[all.head[i]] != all.tail[i] + 1)
            digraph_add(&flow->arcs, all.tail[i], all.head[i]);
        last[all.head[i]] = all.tail[i] + 1;
    }
    digraph_index(&flow->arcs, components);
    digraph_free(&all);
    free(last);
}

void flow_open(struct flow *flow, const struct flow_ends *ends, bool sure_only)
{
    struct digraph graph = {0};
    *flow = (struct flow){.component = memory_zeroed(ends->count, sizeof *flow->component)};
    add_edges(&graph, ends, sure_only);
    add_members(&graph, ends);
    digraph_index(&graph, ends->count);
    uint32_t components = digraph_components(&graph, flow->component);
    condense(&graph, flow, components);
    digraph_free(&graph);
    marks_open(&flow->marks, components);
}

void flow_close(struct flow *flow)
{
    free(flow->component);
    digraph_free(&flow->arcs);
    marks_close(&flow->marks);
}

void flow_run(struct flow *flow, const struct marks *begin)
{
    struct marks *marks = &flow->marks;
    for (uint32_t i = marks_before(begin, begin->count); i != MODEL_NONE; i = marks_before(begin, i))
        marks_add(marks, flow->component[i], &begin->of[i]);
    for (uint32_t i = marks_before(marks, marks->count); i != MODEL_NONE; i = marks_before(marks, i))
        for (uint32_t arc = flow->arcs.out_first[i]; arc < flow->arcs.out_first[i + 1]; arc++)
            marks_add(marks, flow->arcs.head[arc], &marks->of[i]);
}
