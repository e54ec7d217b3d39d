/*
 * dot_inside: settings for cgraph: ids that depend only on the order of creation, and memory that never fails.
 */
#ifndef ROLECHAIN_ANALYZER_PICTURE_DOT_INSIDE_H
#define ROLECHAIN_ANALYZER_PICTURE_DOT_INSIDE_H

#include <graphviz/cgraph.h>

extern Agiddisc_t dot_ids;

/* See memory.h: with it, no function of cgraph that creates something returns NULL. */
extern Agmemdisc_t dot_memory;

/* Sets an attribute. cgraph takes no const strings, but changes neither and keeps neither. */
void dot_set(void *object, const char *name, const char *value);

#endif
