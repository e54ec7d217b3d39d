/*
 * Internals of change.h: change.c (opening, sorting), change_access.c (access by cause), change_things.c (things added,
 * removed and changed), change_findings.c.
 */
#ifndef ROLECHAIN_ANALYZER_CHANGE_CHANGE_INSIDE_H
#define ROLECHAIN_ANALYZER_CHANGE_CHANGE_INSIDE_H

#include "analyzer/change/change.h"

/* Fills in the entries. Needs the comparison. */
void change_find_access(struct change *change);

/* Fills in the things. Needs the comparison. */
void change_find_things(struct change *change);

/* Fills in findings, opened and closed. Call it before edges get more nodes: rules look at edges as they are stored.
 * False: the database could not be read. */
bool change_find_findings(struct change *change);

#endif
