/*
 * image: a graph laid out and drawn by Graphviz, as a library.
 */
#ifndef ROLECHAIN_ANALYZER_PICTURE_IMAGE_H
#define ROLECHAIN_ANALYZER_PICTURE_IMAGE_H

#include <graphviz/cgraph.h>
#include <stdbool.h>
#include <stdio.h>

/* Lays out with `dot` and writes as "svg" or "png". False with *reason (static text) if Graphviz cannot;
 * errors of writing stick to the stream. */
bool image_write(Agraph_t *graph, const char *format, FILE *stream, const char **reason);

#endif
