/*
 * dot: a picture as a graph of cgraph: shapes, colours, clusters, legend. Written as DOT it is a file to keep; image.h
 * lays it out.
 */
#ifndef ROLECHAIN_ANALYZER_PICTURE_DOT_H
#define ROLECHAIN_ANALYZER_PICTURE_DOT_H

#include "analyzer/picture/picture.h"
#include <graphviz/cgraph.h>

/* Nothing from a policy is read as markup or as an escape sequence. The caller closes it with agclose. */
Agraph_t *dot_graph(const struct picture *picture);

#endif
