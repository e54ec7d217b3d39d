/*
 * Whether two sets of edges of one model and pool, made in different ways, are the same, including control edges.
 */
#ifndef ROLECHAIN_TESTS_GRAPH_CONTROL_SAME_EDGES_H
#define ROLECHAIN_TESTS_GRAPH_CONTROL_SAME_EDGES_H

#include "graph/edges/edges.h"

/* Whether ends, groups, order, formulas and words are the same; otherwise *story says where they differ. */
struct text;
bool same_edges(const struct edges *expected, const struct edges *found, struct text *story);

#endif
