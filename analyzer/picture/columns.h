/*
 * columns: in which column a box stands, where the view does not say: behind all that lead to it, as far as there are
 * no circles.
 */
#ifndef ROLECHAIN_ANALYZER_PICTURE_COLUMNS_H
#define ROLECHAIN_ANALYZER_PICTURE_COLUMNS_H

#include "analyzer/picture/flow.h"

/* Fills in the columns (at most so many) of boxes and grounds, and their heads. Boxes that the view put on a ground get
 * one of that label in their column. */
void columns_assign(struct flow *flow, uint32_t most);

#endif
