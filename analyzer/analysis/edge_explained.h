/*
 * edge_explained: shared by person_explained.c and workload_explained.c. People and workloads have no policies of their
 * own, so their access is explained by their edge to the role. The explanation has two layers: in place of identity
 * policies, what gives them the role; and the role's trust policy.
 */
#ifndef ROLECHAIN_ANALYZER_ANALYSIS_EDGE_EXPLAINED_H
#define ROLECHAIN_ANALYZER_ANALYSIS_EDGE_EXPLAINED_H

#include "analyzer/analysis/analysis.h"

struct edge_explaining {
    struct analysis *analysis;
    const struct decision_question *question;
    const struct model_principal *role;
    struct arena *arena; /* for texts */
    struct decision *decision;
    const struct edge *edge; /* from the caller to the role; NULL: access is denied */
};

/* Starts with all layers absent; if there is an edge, the decision gets its verdict and residual. */
struct edge_explaining edge_explaining_begin(struct analysis *analysis, const struct decision_question *question,
                                             struct arena *arena, struct decision *decision);

/* note NULL: none. */
void edge_explaining_set_layer(struct edge_explaining *work, enum decision_layer_kind kind, enum layer_result result,
                               const char *note);

/* Denies access with one gap: no trust if the layer is LAYER_TRUST, otherwise no assignment. */
void edge_explaining_deny(struct edge_explaining *work, enum decision_layer_kind layer, const char *text);

#endif
