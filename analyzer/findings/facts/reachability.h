/*
 * reachability: one walk along all edges from many nodes at once: who is reached, and by which chain.
 *
 * Linear in nodes and edges, however many edges the groups expand to. Each node is reached over a shortest chain.
 * Whether the conditions of several hops can hold together is only checked when a chain is requested
 * (reachability_chain).
 */
#ifndef ROLECHAIN_ANALYZER_FINDINGS_FACTS_REACHABILITY_H
#define ROLECHAIN_ANALYZER_FINDINGS_FACTS_REACHABILITY_H

#include "analyzer/analysis/analysis.h"
#include <jansson.h>

/* Arrays of finished walks, cleared for reuse: with them a walk costs only what it reaches, however many nodes there
 * are. Zero-initialise ({0}); all its walks must be over the same edges. */
struct reach_rooms {
    struct reach_room *spare;
    uint32_t count, room;
};
void reach_rooms_free(struct reach_rooms *rooms);

struct reachability {
    const struct edges *edges;
    /* Per node: the hop that reached it. For sources from and to are the node itself; unreached: from is MODEL_NONE. */
    struct hop *last;
    uint32_t *order; /* reached nodes, nearest first; sources come first */
    uint32_t count;
    const uint32_t *goal;                                    /* the walk ends when this node is reached; NULL: never */
    uint64_t steps;                                          /* nodes and edges visited */
    const bool *stops;                                       /* per node: reached, but not left; NULL: none */
    const bool *closed;                                      /* per node: never entered; NULL: none */
    bool (*follows)(const struct edge *edge, void *context); /* NULL: all edges */
    void *context;
    struct reach_rooms *rooms; /* where close leaves the arrays for the next walk; NULL: nowhere */
    uint8_t *groups;           /* the state of each group */
    uint32_t *met;             /* the groups whose state changed */
    uint32_t met_count;
};

/* Walks from the nodes in sources. Set edges, goal, stops, closed, follows, context and rooms first; everything else
 * must be zero. */
void reachability_run(struct reachability *reach, const bool *sources);
void reachability_close(struct reachability *reach);

bool reachability_has(const struct reachability *reach, uint32_t node);

/* The chain to a reached node, first hop first, each over its exact edge; its conditions can hold together. *hops is
 * malloc'ed. Returns the number of hops; 0: the node is a source, or no chain from the same source has conditions that
 * can hold together. */
uint32_t reachability_chain(const struct reachability *reach, uint32_t node, struct hop **hops);

/* Whether the conditions of all hops can hold together. */
bool chain_holds_together(const struct edges *edges, const struct hop *hops, uint32_t count);

#endif
