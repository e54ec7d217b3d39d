/*
 * image: lays out and draws graphs with Graphviz as a library.
 */
#ifndef ROLECHAIN_ANALYZER_PICTURE_IMAGE_H
#define ROLECHAIN_ANALYZER_PICTURE_IMAGE_H

#include <graphviz/cgraph.h>
#include <stdbool.h>
#include <stdio.h>

/* Lays out with `dot`; the positions are in the attributes pos of nodes and edges. False with *reason (static text):
 * Graphviz failed. */
bool image_lay_out(Agraph_t *graph, const char **reason);

/* Draws a graph as "png" or "pdf". layout: "dot", or "nop" if everything has a pos. False with *reason; write errors
 * stay on the stream. */
bool image_write(Agraph_t *graph, const char *layout, const char *format, FILE *stream, const char **reason);

#endif
