/*
 * columns: the column of each box, where the view does not set it: to the right of everything that leads to it, except
 * in cycles.
 */
#ifndef ROLECHAIN_ANALYZER_PICTURE_COLUMNS_H
#define ROLECHAIN_ANALYZER_PICTURE_COLUMNS_H

#include "analyzer/picture/flow.h"

/* Fills in the columns (at most so many) of boxes and grounds, and their heads. Boxes that the view put on a ground get
 * one of that label in their column. */
void columns_assign(struct flow *flow, uint32_t most);

#endif
