/*
 * reachability: one walk along all edges from many nodes at once: who is reached, and by which chain.
 *
 * Linear in nodes and edges, whatever the groups expand to. Each node is reached over a shortest chain; whether the
 * conditions of several hops can hold together is only looked at when a chain is taken (reachability_chain).
 */
#ifndef ROLECHAIN_ANALYZER_FINDINGS_FACTS_REACHABILITY_H
#define ROLECHAIN_ANALYZER_FINDINGS_FACTS_REACHABILITY_H

#include "analyzer/analysis/analysis.h"
#include <jansson.h>

/* Arrays of walks that are over, in which nothing is reached: a walk that is given them costs as much as it reaches,
 * however many nodes there are. Zero-initialise ({0}); all its walks are over the same edges. */
struct reach_rooms {
    struct reach_room *spare;
    uint32_t count, room;
};
void reach_rooms_free(struct reach_rooms *rooms);

struct reachability {
    const struct edges *edges;
    /* Per node: the hop that reached it; of sources from and to are the node; unreached: from is MODEL_NONE. */
    struct hop *last;
    uint32_t *order; /* what was reached, nearer ones first; sources come first */
    uint32_t count;
    const uint32_t *goal;                                    /* where it is reached, the walk ends; NULL: nowhere */
    uint64_t steps;                                          /* nodes and edges that were looked at */
    const bool *stops;                                       /* per node: is reached, but not left; NULL: none */
    const bool *closed;                                      /* per node: is entered from nowhere; NULL: none */
    bool (*follows)(const struct edge *edge, void *context); /* NULL: all edges */
    void *context;
    struct reach_rooms *rooms; /* where close leaves the arrays to the next walk; NULL: nowhere */
    uint8_t *groups;           /* what has happened to each group */
    uint32_t *met;             /* the groups to which something has */
    uint32_t met_count;
};

/* Walks from the nodes that are sources; all must be zeroed but for edges, goal, stops, closed, follows, context and
 * rooms. */
void reachability_run(struct reachability *reach, const bool *sources);
void reachability_close(struct reachability *reach);

bool reachability_has(const struct reachability *reach, uint32_t node);

/* The chain to a node that was reached, first hop first, each over its exact edge; its conditions can hold together.
 * *hops is malloc'ed. Returns how many hops: 0: a source, or no chain from the same source has
 * conditions that can hold together. */
uint32_t reachability_chain(const struct reachability *reach, uint32_t node, struct hop **hops);

/* Whether the conditions of all hops can hold together. */
bool chain_holds_together(const struct edges *edges, const struct hop *hops, uint32_t count);

#endif
