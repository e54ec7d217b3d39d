/*
 * dot_inside: cgraph with ids that only depend on the order of creation, and memory that never fails.
 */
#ifndef ROLECHAIN_ANALYZER_PICTURE_DOT_INSIDE_H
#define ROLECHAIN_ANALYZER_PICTURE_DOT_INSIDE_H

#include <graphviz/cgraph.h>

extern Agiddisc_t dot_ids;

/* See memory.h: no function of cgraph that makes something returns NULL then. */
extern Agmemdisc_t dot_memory;

/* Sets an attribute; cgraph takes no const texts, and keeps neither. */
void dot_set(void *object, const char *name, const char *value);

#endif
