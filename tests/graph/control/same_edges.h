/*
 * Whether two edges of one model and pool are the same, control edges among them: made in different ways.
 */
#ifndef ROLECHAIN_TESTS_GRAPH_CONTROL_SAME_EDGES_H
#define ROLECHAIN_TESTS_GRAPH_CONTROL_SAME_EDGES_H

#include "graph/edges/edges.h"

/* Whether ends, groups, order, formulas and words are the same; else *story says where not. */
struct text;
bool same_edges(const struct edges *expected, const struct edges *found, struct text *story);

#endif
