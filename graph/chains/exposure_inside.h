/*
 * Internals of exposure.h: exposure_flow.c (the condensed graph and the propagation of marks), exposure.c (the counts,
 * 512 questions per pass).
 *
 * Marks move against the edges: from the end in question to those that have an edge into it, from there to the ends
 * with these as members, and so on. An end is one vertex as the source of edges and another as their target, and
 * vertices that lead to each other form one component, so that a pass costs as much as the graph of components, however
 * many nodes the groups have.
 */
#ifndef ROLECHAIN_GRAPH_CHAINS_EXPOSURE_INSIDE_H
#define ROLECHAIN_GRAPH_CHAINS_EXPOSURE_INSIDE_H

#include "graph/chains/digraph.h"
#include "graph/chains/exposure.h"

/* ---- marks */

#define LANE_WORDS 8u
#define LANES (64u * LANE_WORDS)

/* One bit for each question of a pass. */
struct lanes {
    uint64_t words[LANE_WORDS];
};

/* Marks on numbered things. */
struct marks {
    struct lanes *of;
    uint64_t *touched; /* a bit for each thing that may have marks; the others have none */
    uint32_t count;
};

void marks_open(struct marks *marks, uint32_t count);
void marks_close(struct marks *marks);
void marks_put(struct marks *marks, uint32_t thing, uint32_t lane);
void marks_add(struct marks *marks, uint32_t thing, const struct lanes *lanes);
/* NULL: no marks. */
const struct lanes *marks_of(const struct marks *marks, uint32_t thing);
/* The greatest thing below that number with marks, or MODEL_NONE. */
uint32_t marks_before(const struct marks *marks, uint32_t below);
void marks_clear(struct marks *marks);

/* ---- the graph */

/* The vertices: ends that have edges, by edges_place; MODEL_NONE: not a vertex. */
struct flow_ends {
    const struct edges *edges;
    uint32_t *source, *target;
    edge_end *end; /* of a vertex */
    uint32_t count;
};

void flow_ends_open(struct flow_ends *ends, const struct edges *edges);
void flow_ends_close(struct flow_ends *ends);

/* The components for one kind of edges: all edges, or only those that a chain certainly can follow. */
struct flow {
    uint32_t *component; /* of a vertex */
    struct digraph arcs; /* between components, from greater numbers to lesser ones */
    struct marks marks;  /* of components */
};

void flow_open(struct flow *flow, const struct flow_ends *ends, bool sure_only);
void flow_close(struct flow *flow);
/* Passes marks on vertices to their components, and from there to all components behind them. */
void flow_run(struct flow *flow, const struct marks *begin);

/* Whether the edge starts at a service that passes something on, which every later hop must be allowed to pass on,
 * too. */
bool flow_is_laden(const struct edges *edges, const struct edge *edge);

#endif
