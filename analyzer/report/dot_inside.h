/*
 * dot_inside: what dot.c and dot_ids.c share.
 */
#ifndef ROLECHAIN_ANALYZER_REPORT_DOT_INSIDE_H
#define ROLECHAIN_ANALYZER_REPORT_DOT_INSIDE_H

#include <graphviz/cgraph.h>

/* Ids that depend on the order of creation alone. */
extern Agiddisc_t dot_ids;

#endif
