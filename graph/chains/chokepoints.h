/*
 * chokepoints: which statements to remove so that nobody can become certain roles.
 *
 * Principals are counted: users, roles and outside parties that have a path to a target role and are not targets
 * themselves. Sources are the starting principals of paths. Paths and removable statements: statement_graph.h.
 */
#ifndef ROLECHAIN_GRAPH_CHAINS_CHOKEPOINTS_H
#define ROLECHAIN_GRAPH_CHAINS_CHOKEPOINTS_H

#include "graph/chains/statement_graph.h"

struct chokepoints_question {
    const bool *targets;  /* per node of the edges; only roles count */
    const bool *sources;  /* per node */
    const bool *excluded; /* per node: neither counted nor a source */
    uint32_t top;         /* length of the ranking; 0: all */
};

struct chokepoint {
    struct removable statement;
    uint32_t principals; /* number that lose their last path to any target */
    uint32_t sources;    /* how many of them are sources */
    uint32_t targets;    /* number that no source can reach any more */
};

struct chokepoints {
    uint32_t targets, reached; /* number of target roles; of those that a source can reach */
    uint32_t principals, sources;
    /* The effect of removing one statement alone, most principals first, then most sources; statements without effect
     * are left out. */
    struct chokepoint *ranking;
    uint32_t ranked;
    bool ranking_complete; /* false: the search was stopped, and others might belong in the ranking */
    /* A set of statements whose removal leaves no source with a path: the smallest, or nearly so, see cut_at_least.
     * Each entry has the effect that it adds to the entries before it; the sums are all principals that lose every
     * path, all sources and all reached targets. */
    bool cut_possible;
    struct chokepoint *cut;
    uint32_t cut_count;
    uint32_t cut_at_least; /* lower bound for the size of such a set; less than cut_count only if managed policies are
                              shared */
};

void chokepoints_find(const struct edges *edges, const struct chokepoints_question *question,
                      struct chokepoints *chokepoints);
void chokepoints_free(struct chokepoints *chokepoints);

#endif
