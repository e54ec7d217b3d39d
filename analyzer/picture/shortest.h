/*
 * shortest: the shortest paths from some nodes to some roles, found over the ends of edges, so that the cost depends on
 * the number of edges, not of pairs.
 *
 * A path is a sequence of steps, each possible by itself, as `chokepoints` counts them. Paths between two targets of
 * one account are ignored: they gain nothing. Paths from services are separate: a role counts as reached from a service
 * only if nobody else reaches it.
 */
#ifndef ROLECHAIN_ANALYZER_PICTURE_SHORTEST_H
#define ROLECHAIN_ANALYZER_PICTURE_SHORTEST_H

#include "graph/edges/edges.h"

struct shortest_question {
    const struct edges *edges;
    const bool *targets; /* per node */
    const bool *sources; /* per node; paths from services among them are separate */
    bool within;         /* count paths between targets of one account too */
};

struct shortest {
    uint32_t *distance; /* per node, in steps; 0: a source; MODEL_NONE: not reached */
    bool *on_way;       /* per node: a source or role from which a shortest path goes on to a target */
};

void shortest_find(struct shortest *shortest, const struct shortest_question *question);
void shortest_free(struct shortest *shortest);

#endif
