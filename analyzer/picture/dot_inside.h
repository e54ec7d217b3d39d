/*
 * dot_inside: what the files of dot share.
 */
#ifndef ROLECHAIN_ANALYZER_PICTURE_DOT_INSIDE_H
#define ROLECHAIN_ANALYZER_PICTURE_DOT_INSIDE_H

#include "analyzer/picture/picture.h"
#include <graphviz/cgraph.h>

/* Ids that depend on the order of creation alone. */
extern Agiddisc_t dot_ids;

/* Memory that never fails, see memory.h: no function of cgraph that makes something returns NULL then. */
extern Agmemdisc_t dot_memory;

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

void columns_plan(struct columns *columns, const struct picture *picture);
void columns_free(struct columns *columns);

/* Invisible edges that keep the node in this column. */
void columns_hold(const struct columns *columns, Agraph_t *graph, Agnode_t *node, uint32_t index, uint32_t column);

#endif
