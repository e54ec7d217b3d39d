/*
 * dot_inside: what dot.c and dot_ids.c share.
 */
#ifndef ROLECHAIN_ANALYZER_REPORT_DOT_INSIDE_H
#define ROLECHAIN_ANALYZER_REPORT_DOT_INSIDE_H

#include "analyzer/report/picture.h"
#include <graphviz/cgraph.h>

/* Ids that depend on the order of creation alone. */
extern Agiddisc_t dot_ids;

/* Arranges the parts of the picture that no edge connects in columns, if that makes a better shape. nodes are those of
 * the picture. False: out of memory. */
bool dot_columns(Agraph_t *graph, Agnode_t *const *nodes, const struct picture *picture);

#endif
