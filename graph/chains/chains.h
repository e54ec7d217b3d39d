/*
 * chains: who can become which role through one role after another.
 *
 * The caller of a hop is the session from the hop before. A chain counts only if the conditions of its hops can hold
 * together (role_chaining.h).
 */
#ifndef ROLECHAIN_GRAPH_CHAINS_CHAINS_H
#define ROLECHAIN_GRAPH_CHAINS_CHAINS_H

#include "graph/edges/edges.h"

struct chain {
    uint32_t hop_count;
    const struct hop *hops; /* hop_count, first hop first */
    enum verdict verdict;   /* allowed or conditional, as the residual says */
    constraint residual;    /* the condition under which one becomes the other; keys belong to hops */
    constraint own; /* what the hops of this chain demand together; differs from the residual if more chains do */
};

/* Defaults of chains_all. */
#define CHAINS_DEFAULT_HOPS 8u
#define CHAINS_MOST 10000u
#define CHAINS_STEPS_EACH 1000u

struct chain_limits {
    uint32_t max_hops;   /* 0: as many as there are; chains_all: CHAINS_DEFAULT_HOPS */
    uint64_t max_chains; /* chains_all: stop after this many; 0: CHAINS_MOST */
    bool passing;        /* chains_all: the callback keeps no formula, so that those of earlier chains can be freed */
    uint64_t max_steps; /* chains_all: stop after this many extensions; 0: CHAINS_STEPS_EACH for each of max_chains, and
                         * never  fewer than for CHAINS_MOST */
    const bool *within; /* chains_reach, chains_between: per node, whether chains may come to it; NULL: to all */
    uint64_t *spent;    /* chains_who_can: the steps of its searches are added; NULL: nobody asks */
};

/* For every role that the node can become: all chains there combined, and one of them. The residual is TRUE if one
 * chain has no condition, or if the conditions of several cover every case (callers with the external ID take one
 * chain, callers without it the other, even in another hop); else it is what the chains demand, without those that
 * demand more than another. Who surely gets there is exact; conditional chains are distinguished up to a number, and a
 * fact among the conditions says if there are more. The chain is the surest (one whose hops are all sure, if there is
 * one), then the shortest, then the one with the fewest conditional hops, then the least by node order. Calls each in
 * the order of hop count, then role node. The chain lives during the call. Stops early when each returns false. Returns
 * whether the limit on hops excluded nothing. */
bool chains_reach(const struct edges *edges, uint32_t from, const struct chain_limits *limits,
                  bool (*each)(const struct chain *chain, void *context), void *context);

/* The same from one node after the other: what a search needs is made once. No edge may be added in between; what
 * `limits` holds must outlive it. chains_search_close takes NULL. */
struct chains_search;
struct chains_search *chains_search_open(const struct edges *edges, const struct chain_limits *limits);
bool chains_search_from(struct chains_search *search, uint32_t from,
                        bool (*each)(const struct chain *chain, void *context), void *context);
void chains_search_close(struct chains_search *search);

/* What chains_reach says about one role: `each` is called once or not at all. */
bool chains_between(const struct edges *edges, uint32_t from, uint32_t to, const struct chain_limits *limits,
                    bool (*each)(const struct chain *chain, void *context), void *context);

/* The same towards a role: for every node that can become it. */
bool chains_who_can(const struct edges *edges, uint32_t role, const struct chain_limits *limits,
                    bool (*each)(const struct chain *chain, void *context), void *context);

/* A shortest chain to the role whose conditions can hold together, with what it alone demands; `each` is not called if
 * there is none. */
void chains_to(const struct edges *edges, uint32_t from, uint32_t to,
               bool (*each)(const struct chain *chain, void *context), void *context);

/* Why chains_all ended. */
enum chains_end {
    CHAINS_END_COMPLETE, /* there are no more */
    CHAINS_END_HOPS,     /* there may be longer ones than max_hops */
    CHAINS_END_CHAINS,   /* there are more than max_chains, or `each` wanted no more */
    CHAINS_END_STEPS,    /* there may be more: max_steps stopped the search */
};

/* Every chain without repeated nodes from one node to another within the limits, shortest first, each with its own
 * demands. `each` is called as they are found, so memory depends on the longest chain, not on how many there are. */
enum chains_end chains_all(const struct edges *edges, uint32_t from, uint32_t to, const struct chain_limits *limits,
                           bool (*each)(const struct chain *chain, void *context), void *context);

/* Strongly connected components of the roles with more than one member, or with an edge to itself: component[node] is
 * its number, or MODEL_NONE; numbers are dense and ordered by least member. component must have node_count elements. */
void chains_components(const struct edges *edges, uint32_t *component, uint32_t *count);

/* Sets reached[node] of every node from which hops lead to a node that is set already, whatever their conditions.
 * reached must have node_count elements. */
void chains_reach_backwards(const struct edges *edges, bool *reached);

/* The same of every node to which hops lead from one that is set. */
void chains_reach_forwards(const struct edges *edges, bool *reached);

/* For every node how many hops there are to the nearest goal, whatever their conditions: 0 of a goal itself, MODEL_NONE
 * where none is reached. Both have node_count elements. */
void chains_distances(const struct edges *edges, const bool *goals, uint32_t *distance);

/* Whether the node is wanted, or hops lead from it to one that is, whatever their conditions. `wanted` is asked about
 * the nearest nodes first, and no more after the first yes. */
bool chains_lead(const struct edges *edges, uint32_t from, bool (*is_wanted)(void *context, uint32_t node),
                 void *context);

/* For every node how many different marks are carried by it and by the nodes that hops lead to from it, whatever their
 * conditions. marks[node] is a number below mark_count, or MODEL_NONE; counts must have node_count elements. */
void chains_count_marks(const struct edges *edges, const uint32_t *marks, uint32_t mark_count, uint32_t *counts);

/* A shortest cycle through the node and others of its component, or its edge to itself if there is none: node
 * sequence, first = last, *length nodes. The caller frees it; NULL if there is none. */
uint32_t *chains_shortest_cycle(const struct edges *edges, uint32_t node, uint32_t *length);

#endif
