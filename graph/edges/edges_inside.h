/*
 * The inside of edges.h while edges are found: edges.c (the whole, and edges of one caller), edges_reach_filter.c
 * (what callers may reach), edges_giving_way.c (edges that others replace), edges_delegated.c (callers of accounts that
 * roles trust), edges_outside.c (callers that are asked about later), edges_named.c (whom trust policies name),
 * edges_asked.c (a caller or a block of them, decided against roles).
 */
#ifndef ROLECHAIN_GRAPH_EDGES_EDGES_INSIDE_H
#define ROLECHAIN_GRAPH_EDGES_EDGES_INSIDE_H

#include "graph/edges/arn_order.h"
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
    struct arn_ends ends;                /* of the roles searched last */
    int64_t *found_keys;                 /* role set and role of each, to sort by */
    const struct edges_watcher *watcher; /* NULL: nobody */
    uint64_t steps, all_steps;
};

/* Without nodes and edges. */
struct edges *edges_new(const struct model *model, struct constraint_pool *pool, double now);
/* Its classes, and the nodes of the principals, with room for so many outside parties. */
void edges_prepare(struct edges *edges, uint32_t outside);
/* Outside parties get their final order, in the edges too. */
void edges_sort_outside(struct edges *edges);

/* Restores a stored outside party (texts are not NULL, except the partition). False: it does not read back as the same.
 */
bool edges_read_caller(struct edges *edges, const char *kind, const char *text, const char *partition,
                       struct caller *caller);

/* The filters of all permission classes. */
void building_make_filters(struct building *building);
/* Whether it may assume some role. */
bool filter_may_assume_any(const struct reach_filter *filter);

/* Adds an edge unless it is denied or `from` is MODEL_NONE; edges are sorted at the end. */
void building_add_edge(struct building *building, edge_end from, edge_end to, const struct decision *decision);
/* The verdict alone: without evidence. */
void building_decide(struct building *building, const struct caller *caller, uint32_t role, struct decision *decision);

/* The node of somebody outside the export, new if it has none; MODEL_NONE: its name is too long to be one. */
uint32_t building_outside_node(struct building *building, const struct caller *caller);
/* All roles of a set as the end of an edge. */
edge_end building_set_end(const struct building *building, uint32_t set);
/* A principal against roles of one set, ascending; `across`: those of other accounts alone. */
void building_ask_principal(struct building *building, uint32_t principal, const uint32_t *roles, uint32_t count,
                            bool across);
/* Callers that are alike, a block of permission classes or of profiles, against the same. */
void building_ask_block(struct building *building, const struct partition *callers, uint32_t block,
                        const uint32_t *roles, uint32_t count, bool across);

/* A permission class against the roles that trust its account. */
void building_add_delegated(struct building *building, uint32_t class);
/* A profile against the roles of other accounts that let in anyone. */
void building_add_across(struct building *building, uint32_t profile);
/* Callers of the role's own account against such roles. */
void building_add_neighbours(struct building *building, uint32_t set);
/* Whom the set's trust policy names. */
void building_add_named(struct building *building, uint32_t set);

/* From now on the node has given way for the role (edges_has_given_way), as soon as edges_drop_given_way took away the
 * edges. Those to groups fall apart where they stay for others. The order is lost by that: edges_index. */
void edges_give_way(struct edges *edges, uint32_t node, uint32_t role);
void edges_drop_given_way(struct edges *edges);

/* Forgets edges->notes. */
void edges_forget_notes(struct edges *edges);

/* Of edges->stamps. */
struct edges_stamps *edges_stamps_new(void);
void edges_stamps_free(struct edges_stamps *stamps);

#endif
