/*
 * Internals of finding edges: edges.c (the whole, and the edges of one caller), edges_reach_filter.c (what callers may
 * reach), edges_giving_way.c (edges that others replace), edges_delegated.c (callers in accounts that roles trust),
 * edges_outside.c (callers that are asked about later), edges_named.c (principals named in trust policies),
 * edges_asked.c (decides a caller or a block of callers against roles).
 */
#ifndef ROLECHAIN_GRAPH_EDGES_EDGES_INSIDE_H
#define ROLECHAIN_GRAPH_EDGES_EDGES_INSIDE_H

#include "graph/edges/arn_order.h"
#include "graph/edges/edges.h"
#include "graph/edges/trust_index.h"

/* Roughly what a permission class may assume: a filter before the decision. */
struct reach_filter {
    bool open;             /* patterns alone cannot tell: ask the decision */
    uint32_t first, count; /* Resource patterns of its Allow statements */
    uint32_t all_count;    /* including those of all other statements */
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
    const struct edges_watcher *watcher; /* may be NULL */
    uint64_t steps, all_steps;
};

/* Creates edges without nodes and edges. */
struct edges *edges_new(const struct model *model, struct constraint_pool *pool, double now);
/* Its classes, and the nodes of the principals, with room for this many outside parties. */
void edges_prepare(struct edges *edges, uint32_t outside);
/* Gives outside parties their final order, also in the edges. */
void edges_sort_outside(struct edges *edges);

/* Restores a stored outside party (texts are not NULL, except the partition). False: it would not be stored in the same
 * way. */
bool edges_read_caller(struct edges *edges, const char *kind, const char *text, const char *partition,
                       struct caller *caller);

/* The filters of all permission classes. */
void building_make_filters(struct building *building);
/* Whether it may assume some role. */
bool filter_may_assume_any(const struct reach_filter *filter);

/* Adds an edge unless it is denied or `from` is MODEL_NONE; edges are sorted at the end. */
void building_add_edge(struct building *building, edge_end from, edge_end to, const struct decision *decision);
/* Decides the verdict only, without evidence. */
void building_decide(struct building *building, const struct caller *caller, uint32_t role, struct decision *decision);

/* The node of an outside party, created if needed; MODEL_NONE: its name is too long for a node. */
uint32_t building_outside_node(struct building *building, const struct caller *caller);
/* All roles of a set, as the end of an edge. */
edge_end building_set_end(const struct building *building, uint32_t set);
/* Decides a principal against roles of one set, ascending; `across`: only roles of other accounts. */
void building_ask_principal(struct building *building, uint32_t principal, const uint32_t *roles, uint32_t count,
                            bool across);
/* The same for interchangeable callers: a block of permission classes or of profiles. */
void building_ask_block(struct building *building, const struct partition *callers, uint32_t block,
                        const uint32_t *roles, uint32_t count, bool across);

/* Decides a permission class against the roles that trust its account. */
void building_add_delegated(struct building *building, uint32_t class);
/* Decides a profile against the roles of other accounts that admit anyone. */
void building_add_across(struct building *building, uint32_t profile);
/* Decides callers of the role's own account against such roles. */
void building_add_neighbours(struct building *building, uint32_t set);
/* Decides the principals named in the set's trust policy. */
void building_add_named(struct building *building, uint32_t set);

/* edges_give_way marks that the node gives way for the role (edges_has_given_way); edges_drop_given_way then removes
 * those edges. An edge to a group is split if other members keep it. Afterwards edges_index must be called. */
void edges_give_way(struct edges *edges, uint32_t node, uint32_t role);
void edges_drop_given_way(struct edges *edges);

/* Forgets edges->notes. */
void edges_forget_notes(struct edges *edges);

/* For edges->stamps. */
struct edges_stamps *edges_stamps_new(void);
void edges_stamps_free(struct edges_stamps *stamps);

#endif
