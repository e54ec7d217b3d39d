/*
 * chokepoints: which statements to remove so that nobody can become certain roles.
 *
 * Principals are counted: users, roles and outside parties that have a way to a target role and are not one themselves.
 * Sources are the starting principals of ways. Ways and removable statements: statement_graph.h.
 */
#ifndef ROLECHAIN_GRAPH_CHAINS_CHOKEPOINTS_H
#define ROLECHAIN_GRAPH_CHAINS_CHOKEPOINTS_H

#include "graph/chains/statement_graph.h"

struct chokepoints_question {
    const bool *targets;  /* per node of the edges; only roles count */
    const bool *sources;  /* per node */
    const bool *excluded; /* per node: neither counted nor a source */
    uint32_t top;         /* the length of the ranking; 0: all */
};

struct chokepoint {
    struct removable statement;
    uint32_t principals; /* lose their last way to any target */
    uint32_t sources;    /* of these */
    uint32_t targets;    /* can no longer be reached from any source */
};

struct chokepoints {
    uint32_t targets, reached; /* target roles; those to which a source has a way */
    uint32_t principals, sources;
    /* The effect of removing one statement alone, most principals first, then most sources; statements without effect
     * are left out. */
    struct chokepoint *ranking;
    uint32_t ranked;
    bool ranking_complete; /* false: the search was stopped, and others might belong here */
    /* A set whose removal leaves no source with a way: the fewest statements, or nearly so, see cut_at_least. Each
     * entry has the effect that it adds to the entries before it; the sums are all principals that lose every way, all
     * sources and all reached targets. */
    bool cut_possible;
    struct chokepoint *cut;
    uint32_t cut_count;
    uint32_t cut_at_least; /* no smaller set has fewer; less than cut_count only if managed policies are shared */
};

void chokepoints_find(const struct edges *edges, const struct chokepoints_question *question,
                      struct chokepoints *chokepoints);
void chokepoints_free(struct chokepoints *chokepoints);

#endif
