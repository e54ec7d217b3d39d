/*
 * dot_inside: what dot.c and dot_ids.c share.
 */
#ifndef ROLECHAIN_ANALYZER_PICTURE_DOT_INSIDE_H
#define ROLECHAIN_ANALYZER_PICTURE_DOT_INSIDE_H

#include "analyzer/picture/picture.h"
#include <graphviz/cgraph.h>

/* Ids that depend on the order of creation alone. */
extern Agiddisc_t dot_ids;

/* Graphviz puts the parts of a graph that no edge connects below each other, which makes a tower of many accounts that
 * have nothing to do with each other. Here the parts are put into columns, if that makes a better shape. Where it is
 * outside parties alone that connect them, as with accounts whose roles trust the same services, these are drawn once
 * in each column that they lead to. */
struct columns {
    uint32_t count;      /* 1: the picture is as Graphviz makes it */
    uint32_t *column;    /* per node; of those drawn more than once, the first */
    bool *repeated;      /* per node: drawn in the column of each node that it leads to */
    bool *begins, *ends; /* per node: no edge leads to it, or from it */
    bool any_repeated;
};

/* False: out of memory; there is something to free all the same. */
bool columns_plan(struct columns *columns, const struct picture *picture);
void columns_free(struct columns *columns);

/* Invisible edges that keep the node in this column. False: out of memory. */
bool columns_hold(const struct columns *columns, Agraph_t *graph, Agnode_t *node, uint32_t index, uint32_t column);

#endif
