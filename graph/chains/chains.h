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
    constraint own;         /* the conditions of this chain alone; the residual differs if there are several chains */
};

/* Defaults of chains_all. */
#define CHAINS_DEFAULT_HOPS 8u
#define CHAINS_MOST 10000u
#define CHAINS_STEPS_EACH 1000u

struct chain_limits {
    uint32_t max_hops;   /* 0: no limit; chains_all: CHAINS_DEFAULT_HOPS */
    uint64_t max_chains; /* chains_all: stop after this many; 0: CHAINS_MOST */
    bool passing;        /* chains_all: the callback keeps no formula, so that those of earlier chains can be freed */
    uint64_t max_steps; /* chains_all: stop after this many extensions; 0: CHAINS_STEPS_EACH times max_chains, but never
                           less than for CHAINS_MOST */
    const bool *within; /* chains_reach, chains_between: per node, whether chains may enter it; NULL: all */
    uint64_t *spent;    /* chains_who_can: the steps of its searches are added here; NULL: not counted */
};

/* For every role that the node can become: all chains there combined, and one of them. The residual is TRUE if one
 * chain has no condition, or if the conditions of several cover every case (callers with the external ID take one
 * chain, callers without it the other, even in another hop). Otherwise it is the conditions of the chains, without
 * those that require more than another chain. Who certainly gets there is exact; conditional chains are distinguished
 * up to a number, and a fact among the conditions says if there are more. The chain shown is the surest (one whose hops
 * are all sure, if there is one), then the shortest, then the one with the fewest conditional hops, then the least by
 * node order. Calls each in order of hop count, then role node. The chain lives during the call. Stops early when each
 * returns false. Returns whether the limit on hops excluded nothing. */
bool chains_reach(const struct edges *edges, uint32_t from, const struct chain_limits *limits,
                  bool (*each)(const struct chain *chain, void *context), void *context);

/* The same for one start node after the other: what a search needs is created once. No edge may be added in between;
 * what `limits` points to must outlive the search. chains_search_close accepts NULL. */
struct chains_search;
struct chains_search *chains_search_open(const struct edges *edges, const struct chain_limits *limits);
bool chains_search_from(struct chains_search *search, uint32_t from,
                        bool (*each)(const struct chain *chain, void *context), void *context);
void chains_search_close(struct chains_search *search);

/* The result of chains_reach for one role: `each` is called at most once. */
bool chains_between(const struct edges *edges, uint32_t from, uint32_t to, const struct chain_limits *limits,
                    bool (*each)(const struct chain *chain, void *context), void *context);
/* The same for one question. Over control edges it visits only nodes that lead to the role, which takes longer to
 * prepare and far less to search, and may tell more conditional chains apart. */
bool chains_of_pair(const struct edges *edges, uint32_t from, uint32_t to, uint32_t max_hops,
                    bool (*each)(const struct chain *chain, void *context), void *context);

/* The same in the other direction: for every node that can become the role. */
bool chains_who_can(const struct edges *edges, uint32_t role, const struct chain_limits *limits,
                    bool (*each)(const struct chain *chain, void *context), void *context);

/* A shortest chain to the role whose conditions can hold together, with its own conditions; `each` is not called if
 * there is none. */
void chains_to(const struct edges *edges, uint32_t from, uint32_t to,
               bool (*each)(const struct chain *chain, void *context), void *context);

/* Why chains_all ended. */
enum chains_end {
    CHAINS_END_COMPLETE, /* there are no more chains */
    CHAINS_END_HOPS,     /* there may be chains longer than max_hops */
    CHAINS_END_CHAINS,   /* there are more than max_chains, or `each` stopped the search */
    CHAINS_END_STEPS,    /* max_steps stopped the search: there may be more */
};

/* Every chain without repeated nodes from one node to another within the limits, shortest first, each with its own
 * conditions. `each` is called as they are found, so that memory depends on the longest chain, not on the number of
 * chains. */
enum chains_end chains_all(const struct edges *edges, uint32_t from, uint32_t to, const struct chain_limits *limits,
                           bool (*each)(const struct chain *chain, void *context), void *context);

/* Strongly connected components of the roles with more than one member, or with an edge to itself: component[node] is
 * its number, or MODEL_NONE; numbers are dense and ordered by least member. component must have node_count elements. */
void chains_components(const struct edges *edges, uint32_t *component, uint32_t *count);

/* Sets reached[node] for every node with hops to a node that is already set, whatever their conditions. reached must
 * have node_count elements. */
void chains_reach_backwards(const struct edges *edges, bool *reached);

/* The same for every node that has hops from one that is set. */
void chains_reach_forwards(const struct edges *edges, bool *reached);

/* For every node the number of hops to the nearest goal, whatever their conditions: 0 for a goal itself, MODEL_NONE if
 * no goal is reached. Both arrays have node_count elements. */
void chains_distances(const struct edges *edges, const bool *goals, uint32_t *distance);

/* Whether the node is wanted, or has hops to one that is, whatever their conditions. `wanted` is asked about the
 * nearest nodes first, and not again after the first yes. */
bool chains_lead(const struct edges *edges, uint32_t from, bool (*is_wanted)(void *context, uint32_t node),
                 void *context);

/* For every node the number of different marks on it and on the nodes that it has hops to, whatever their conditions.
 * marks[node] is a number below mark_count, or MODEL_NONE; counts must have node_count elements. */
void chains_count_marks(const struct edges *edges, const uint32_t *marks, uint32_t mark_count, uint32_t *counts);

/* A shortest cycle through the node and others of its component, or its edge to itself if there is none: node
 * sequence, first = last, *length nodes. The caller frees it; NULL if there is none. */
uint32_t *chains_shortest_cycle(const struct edges *edges, uint32_t node, uint32_t *length);

#endif
