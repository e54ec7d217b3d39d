/*
 * shortest: the shortest ways from some nodes to some roles, found over the ends of edges, so that the cost is that of
 * the edges and not that of the pairs.
 *
 * A way is one step after the other, each possible by itself, as `chokepoints` counts them. Ways between two targets of
 * one account are ignored: nothing is gained by them. Services begin ways of their own: a role counts as reached from a
 * service only if nobody else reaches it.
 */
#ifndef ROLECHAIN_ANALYZER_PICTURE_SHORTEST_H
#define ROLECHAIN_ANALYZER_PICTURE_SHORTEST_H

#include "graph/edges/edges.h"

struct shortest_question {
    const struct edges *edges;
    const bool *targets; /* per node */
    const bool *sources; /* per node; services among them begin ways of their own */
    bool within;         /* ways within an account from one target to another are ways, too */
};

struct shortest {
    uint32_t *distance; /* per node, in steps; 0: a source; MODEL_NONE: no way leads there */
    bool *on_way;       /* per node: a source or role from which a shortest way leads on to a target */
};

void shortest_find(struct shortest *shortest, const struct shortest_question *question);
void shortest_free(struct shortest *shortest);

#endif
