/*
 * The inside of edges.h while edges are found: edges.c (the whole, and edges of one caller), edges_filters.c (what
 * callers may reach), edges_find.c (who is asked about which role).
 */
#ifndef ROLECHAIN_GRAPH_EDGES_EDGES_BUILDING_H
#define ROLECHAIN_GRAPH_EDGES_EDGES_BUILDING_H

#include "graph/edges/edges.h"
#include "graph/edges/trust_index.h"

/* What a permission class may assume, roughly: a filter before the decision. */
struct reach_filter {
    bool open;             /* something here cannot be told from patterns: ask the decision */
    uint32_t first, count; /* Resource patterns of its Allow statements */
    uint32_t all_count;    /* these and those of all other statements */
};

struct building {
    struct edges *edges;
    struct evaluator *evaluator;
    const struct model *model;
    const struct classes *classes;
    const struct trust_index *trust;
    double now;
    struct reach_filter *filters; /* per permission class */
    const char **patterns;
    uint32_t pattern_count, pattern_room;
    uint32_t edge_room, node_room;
    struct intern node_keys; /* "kind text" of outside parties */
    uint32_t *stamps, stamp; /* per principal: the last search that met it */
    uint32_t *found, found_count;
    const struct edges_watcher *watcher; /* NULL: nobody */
    uint64_t steps, all_steps;
    char **error;
    bool failed;
};

/* Out of memory; returns false. */
bool building_fail(struct building *building);

/* The filters of all permission classes. False: out of memory. */
bool building_make_filters(struct building *building);
bool filter_may_assume_any(const struct reach_filter *filter);

/* Adds an edge unless it is denied; edges are sorted at the end. */
void building_add_edge(struct building *building, edge_end from, edge_end to, const struct decision *decision);
void building_decide(struct building *building, const struct caller *caller, uint32_t role, struct decision *decision);

/* All candidates, decided. */
void building_find_edges(struct building *building);

#endif
