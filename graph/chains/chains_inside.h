/*
 * Internals of chains.h: chains_forward.c (the search from a node), chains_allowance.c (where it may lead),
 * chains_backward.c (distances of nodes from a role), chains_together.c (combines the chains to a node), chains.c
 * (chains from a node and to a role), chains_all.c (all chains between two nodes).
 */
#ifndef ROLECHAIN_GRAPH_CHAINS_CHAINS_INSIDE_H
#define ROLECHAIN_GRAPH_CHAINS_CHAINS_INSIDE_H

#include "graph/chains/chains.h"
#include "graph/chains/role_chaining.h"
#include "graph/chains/session_memory.h"
#include "ingest/support/hash_index.h"

/* ---- the search from a node */

/* One way of having become a role: over an edge from another such state. */
struct state {
    struct hop hop;    /* the last one */
    uint32_t previous; /* state before it; MODEL_NONE for the first hop */
    uint32_t hops, conditional_hops;
    uint32_t other; /* the previous state at the same node; MODEL_NONE */
    constraint carried;
    bool blurred;                 /* it represents all further states, which are no longer distinguished */
    struct session_memory memory; /* only at asked nodes (session_memory.h) */
};

/* A group whose edges were followed, or whose members were entered, under certain conditions; who did so last, and
 * whether others did, too: members that are asked (session_memory.h) do not enter themselves. */
struct passage {
    edge_end end;
    constraint carried, residual;
    uint32_t session; /* distinguishes the sessions that members get; 0: nothing does */
    uint32_t level, conditional_hops;
    uint32_t by;
    bool by_all; /* the caller that entered excludes no member, or there was another caller before */
};

/* What is known about one sweep over the states: the one that follows all edges, or the one that only looks for the
 * goal. */
struct gate {
    struct passage *passages;
    uint32_t passage_count, passage_room;
    struct hash_index passage_index; /* by end, carried and residual */
    uint8_t *per_group;              /* number of distinct passages out of the group */
    struct hop *path;                /* to the state whose edges are followed, plus the next hop */
    uint32_t path_room;
};

/* Which edges lead to allowed nodes: in a search towards one role, most do not. */
struct allowance {
    uint32_t *run;    /* per edge: how many edges from here on, out of the same end, lead to single nodes that are not
                         allowed; NULL: all are allowed */
    uint32_t *sure;   /* how many of these are without conditions */
    uint32_t *first;  /* per group: offset into places */
    uint32_t *places; /* per group, the positions of its allowed members, ascending */
    bool *leads_on;   /* per end (edges_place): some edge out of it leads to an allowed node */
};

struct walk {
    const struct edges *edges;
    struct chainer *chainer;
    const bool *allowed; /* per node, NULL: all */
    bool narrow;         /* few nodes are allowed: the first run finds which edges lead to them */
    struct allowance allowance;
    const bool *sure;  /* per node: certainly leads to the goal, so that only sure edges are followed; NULL: none */
    uint32_t goal;     /* where chains end; MODEL_NONE: anywhere */
    uint32_t enough;   /* this many states at the goal end the search; 0: no such limit */
    bool sure_only;    /* only edges without conditions */
    bool one_by_one;   /* nodes have nothing in common: formulas made for comparing the states of one node are freed */
    bool laden;        /* the start's sessions pass something on, see chaining_begins_laden */
    uint32_t max_hops; /* for the current run */
    uint64_t steps;    /* nodes looked at */
    struct state *states;
    uint32_t count, room;
    uint32_t *best;    /* per node: its first state, or MODEL_NONE */
    uint32_t *last;    /* per node: its last state */
    uint8_t *per_node; /* number of states */
    uint32_t *past; /* per edge: how many edges from here on lead to nodes that accept no further state; 0: unknown */
    uint32_t *passed, passed_count, passed_room; /* the edges where that is known */
    uint32_t looked;                             /* number of states already checked for a direct step to the goal */
    struct gate onward, home;
    uint8_t *of_hops; /* per formula: enum of_hops; 0: not computed */
    uint32_t of_hops_room;
};

/* allowed must not change while the walk is open. */
void walk_open(struct walk *walk, struct chainer *chainer, const bool *allowed);
void walk_close(struct walk *walk);

/* Finds states at all nodes that the node can become, in at most that many hops: the best of each has the fewest hops,
 * then the fewest conditional hops. False: there may be more beyond the last hop. With a goal, only the goal's states
 * are complete, and the result means nothing: each state is checked at once for a step to the goal, so that a goal that
 * accepts no further state ends the search without the rest of the level. */
bool walk_run(struct walk *walk, uint32_t from, uint32_t max_hops);

/* Resets the walk for another start; the cost depends on what the last one visited. */
void walk_reset(struct walk *walk);

/* Writes the hops that led to the state: states[state].hops of them. */
void walk_unwind(const struct walk *walk, uint32_t state, struct hop *hops);

/* Which edges lead to the allowed nodes; must be closed. */
void allowance_open(struct allowance *allowance, const struct edges *edges, const bool *allowed);
void allowance_close(struct allowance *allowance);

/* ---- backwards */

/* How far nodes are from a role, whether or not the conditions of the hops can hold together. */
struct towards {
    uint32_t *distance; /* hops to the role; MODEL_NONE: none */
    struct hop *next;   /* the hop to take */
    uint32_t *order;    /* nodes by distance; the role first */
    uint32_t count;
};

/* sure_only: use only edges without conditions. */
void towards_open(struct towards *towards, const struct edges *edges, uint32_t role, uint32_t max_hops, bool sure_only);
void towards_close(struct towards *towards);

/* ---- together */

struct together {
    uint32_t state;      /* the chain to show */
    constraint residual; /* over all chains */
};

/* Combines all states at the node. False: there are none. */
bool walk_together(const struct walk *walk, uint32_t node, struct together *together);

/* ---- walks that only mark what they meet */

/* Whether a walk meets the end for the first time. For groups it checks and sets `marks`; for nodes it returns true,
 * and the walk itself must check. */
static inline bool chains_first_meets(bool *marks, edge_end end)
{
    bool before = (end & EDGE_GROUP) != 0 && marks[end & ~EDGE_GROUP];
    if ((end & EDGE_GROUP) != 0)
        marks[end & ~EDGE_GROUP] = true;
    return !before;
}

#endif
