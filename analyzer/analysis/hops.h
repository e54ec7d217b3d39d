/*
 * hops: one hop of a chain with the statements that make it possible.
 */
#ifndef ROLECHAIN_ANALYZER_ANALYSIS_HOPS_H
#define ROLECHAIN_ANALYZER_ANALYSIS_HOPS_H

#include "analyzer/analysis/analysis.h"
#include <jansson.h>

struct explained_hop {
    struct decision decision; /* its layers; empty for control edges */
    struct hop hop;
    const struct edge *edge;
};

/* Its pointers point into the arena. */
void explain_hop(struct analysis *analysis, struct arena *arena, struct hop step, struct explained_hop *hop);

/* {"from","to","kind","verdict","conditions":[…],"statements":[…]}, plus "actions" for a control edge. */
json_t *hop_json(struct analysis *analysis, const struct explained_hop *hop);

#endif
