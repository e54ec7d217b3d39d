/*
 * edges: all direct "can assume" edges of a model, without trying every pair.
 *
 * Candidates come from the trust policies (exact ARNs by hash, accounts by their principals, anyone) met with what
 * identity policies can reach; each candidate is then decided by decision.h. Callers that are no exported user or role
 * (accounts, services, providers, anyone, principals that were not exported) are outside parties: nodes of their own,
 * made from what trust policies name.
 */
#ifndef ROLECHAIN_GRAPH_EDGES_H
#define ROLECHAIN_GRAPH_EDGES_H

#include "graph/decision.h"

/* How one becomes the other: sts:AssumeRole and its forms, or control over it, see control.h. */
enum edge_kind { EDGE_ASSUME, EDGE_EDIT_TRUST, EDGE_EDIT_PERMISSIONS, EDGE_TAKE_CREDENTIALS, EDGE_PASS_ROLE };

struct edge {
    uint32_t from;        /* node */
    uint32_t to;          /* node of the role; of the user for EDGE_TAKE_CREDENTIALS */
    enum verdict verdict; /* VERDICT_ALLOWED or VERDICT_CONDITIONAL */
    constraint residual;
    enum edge_kind kind;
    const char *how; /* the actions of a control edge; NULL: assume */
};

/* Nodes 0 … model.principal_count-1 are the model's users and roles; outside parties follow, sorted by kind, then text.
 */
struct edges {
    const struct model *model;
    struct constraint_pool *pool;
    double now; /* of the analysis, see edges_compute */
    struct caller *nodes;
    uint32_t node_count;
    struct edge *edges; /* sorted by from, then to, then kind; one of each */
    uint32_t edge_count;
    uint32_t *out_first; /* node_count + 1 offsets into edges */
    uint32_t *in_first;  /* node_count + 1 offsets into in_edges */
    uint32_t *in_edges;  /* indexes into edges, sorted by to, then from */
    struct arena arena;
};

/* Computes all edges. `now` as in decision_question. NULL with *error (malloc'ed) on failure. Model and pool must
 * outlive it. */
struct edges *edges_compute(const struct model *model, struct constraint_pool *pool, double now, char **error);
void edges_free(struct edges *edges);

/* The node of a caller (principals by index, outside parties by kind and text); MODEL_NONE if no edge or trust policy
 * knows it. */
uint32_t edges_find_node(const struct edges *edges, const struct caller *caller);

/* The node of any caller with all its edges, for questions that begin at it. Outside parties have edges only where
 * trust policies name them; but a role that trusts anyone, or an account that is named elsewhere, also lets in a user
 * of that account who is named nowhere, and one session of a role is no node. Decides the caller against every role;
 * edge numbers change, node numbers do not. MODEL_NONE with *error (malloc'ed) on failure. */
uint32_t edges_of_caller(struct edges *edges, const struct caller *caller, double now, char **error);

/* Puts edges that were added behind the others into their order, and makes the offsets anew. False: out of memory. */
bool edges_index(struct edges *edges);

/* The assume edge between two nodes, or NULL. */
const struct edge *edges_between(const struct edges *edges, uint32_t from, uint32_t to);

/* Writes class_member, edge and outside_edge anew, inside the caller's transaction. False with *error set. */
bool edges_store(const struct edges *edges, struct store *store, char **error);

#endif
