/*
 * cut: a smallest set of vertices whose removal separates the sources from the sink (maximum flow, Dinic).
 *
 * Each vertex has a capacity, arcs have none. Of all smallest cuts the result is the one nearest to the sink, which
 * does not depend on how the flow was found.
 */
#ifndef ROLECHAIN_GRAPH_CHAINS_CUT_H
#define ROLECHAIN_GRAPH_CHAINS_CUT_H

#include "graph/chains/digraph.h"

#define CUT_UNLIMITED UINT64_MAX /* the capacity of a vertex that cannot be in a cut */

struct cut {
    bool possible;  /* false: some path leads only over vertices without limit */
    uint64_t value; /* sum of the capacities in the cut */
    uint32_t *vertices;
    uint32_t count; /* ascending */
};

/* The sink must have no limit and must not be a source. */
void cut_minimum(const struct digraph *graph, const uint64_t *capacity, const uint32_t *sources, uint32_t source_count,
                 uint32_t sink, struct cut *cut);
void cut_free(struct cut *cut);

#endif
