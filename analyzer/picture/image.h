/*
 * image: lays out and draws graphs with Graphviz as a library.
 */
#ifndef ROLECHAIN_ANALYZER_PICTURE_IMAGE_H
#define ROLECHAIN_ANALYZER_PICTURE_IMAGE_H

#include <graphviz/cgraph.h>
#include <stdbool.h>
#include <stdio.h>

/* Lays out with `dot` and leaves the places in the attributes pos of nodes and edges. False with *reason (static text):
 * Graphviz cannot. */
bool image_lay_out(Agraph_t *graph, const char **reason);

/* Draws a graph of which `layout` is "dot", or "nop" where all has a pos, as "png" or "pdf". False with *reason; errors
 * of writing stick to the stream. */
bool image_write(Agraph_t *graph, const char *layout, const char *format, FILE *stream, const char **reason);

#endif
