/*
 * edge_explained: what person_explained.c and workload_explained.c share. Whoever becomes a role without policies of
 * its own is explained by its edge: what gives it the role stands in the place of identity policies, and the role's
 * trust policy is the other layer.
 */
#ifndef ROLECHAIN_ANALYZER_ANALYSIS_EDGE_EXPLAINED_H
#define ROLECHAIN_ANALYZER_ANALYSIS_EDGE_EXPLAINED_H

#include "analyzer/analysis/analysis.h"

struct edge_explaining {
    struct analysis *analysis;
    const struct decision_question *question;
    const struct model_principal *role;
    struct arena *arena; /* of the texts */
    struct decision *decision;
    const struct edge *edge; /* of the caller into the role; NULL: it is denied */
};

/* Begins with all layers absent; where there is an edge, its verdict and residual are the decision's. */
struct edge_explaining edge_explaining_begin(struct analysis *analysis, const struct decision_question *question,
                                             struct arena *arena, struct decision *decision);

/* note NULL: none. */
void edge_explaining_set_layer(struct edge_explaining *work, enum decision_layer_kind kind, enum layer_result result,
                               const char *note);

/* Denied, with that one gap: for want of trust where the layer is LAYER_TRUST, else of an assignment. */
void edge_explaining_deny(struct edge_explaining *work, enum decision_layer_kind layer, const char *text);

#endif
