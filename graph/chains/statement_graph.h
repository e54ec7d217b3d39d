/*
 * statement_graph: all ways to some target roles as one graph whose vertices include the statements that allow each
 * step, so that removing a statement means removing vertices.
 *
 *   caller ─► statement of an identity policy ─► its group of callers ─► group of roles ─► statement of the trust
 *   policy of one role ─► role ─► … ─► sink
 *
 * Each step leads over one of its grants (grants.h). As edges run between groups, the graph grows with the edges and
 * with the policies that are attached, not with the pairs of callers and roles. Callers of one group have the same
 * policies; roles of one group are told apart by what the Resource patterns of these say of them, since one may be
 * reached by a statement that does not reach the other. Steps are sts:AssumeRole and its forms.
 * Whether the conditions of several steps can hold together is not looked at: a way is one step after the other, each
 * possible by itself.
 *
 * Outside parties also have the ways of whoever they are part of: users of an account that is not exported those of the
 * account, and all of them those of anyone.
 *
 * Removable is what one edit removes: a statement of the trust policy of one role, of an inline policy of
 * one user, role or group, or of a customer managed policy wherever that is attached. Policies of AWS, and those whose
 * document is not in the export, are detached as a whole from one user, role or group.
 */
#ifndef ROLECHAIN_GRAPH_CHAINS_STATEMENT_GRAPH_H
#define ROLECHAIN_GRAPH_CHAINS_STATEMENT_GRAPH_H

#include "graph/chains/digraph.h"
#include "graph/edges/edges.h"

struct removable {
    const struct policy_use *use;
    const struct statement *statement; /* NULL: the whole policy */
};

/* If several groups of callers share a managed policy, its statement is several vertices, one per group: a single
 * vertex would lead from one group to roles that only the other can reach. */
struct statement_graph {
    struct digraph graph;
    uint32_t sink;
    uint32_t *vertex_of; /* per node of the edges; DIGRAPH_NONE: no path leads from it */
    uint32_t *node_of;   /* per vertex; MODEL_NONE: no node */
    uint32_t *part_of;   /* per vertex: the removable that it is (part of); MODEL_NONE: none */
    struct removable *removables;
    uint32_t removable_count;
    uint32_t *part_first, *parts; /* vertices by removable */
};

/* targets: per node; only roles count. The paths are complete only if the edges contain nothing but sts:AssumeRole. */
void statement_graph_open(struct statement_graph *statements, const struct edges *edges, const bool *targets);
void statement_graph_close(struct statement_graph *statements);

#endif
