/*
 * columns: assigns a column to each box where the view does not: to the right of everything that leads to it, except in
 * cycles.
 */
#ifndef ROLECHAIN_ANALYZER_PICTURE_COLUMNS_H
#define ROLECHAIN_ANALYZER_PICTURE_COLUMNS_H

#include "analyzer/picture/flow.h"

/* Sets the columns of boxes and grounds (at most this many), and their heads. Boxes that the view put on a ground get a
 * ground with the same label in their column. */
void columns_assign(struct flow *flow, uint32_t most);

#endif
