/*
 * workload_explained: whether a workload has sessions of a role, and why. It replaces decision_explain, since workloads
 * have no policies. Two layers decide: what the exports say the workload runs with (in place of identity policies) and
 * the role's trust policy. A denial has no proposal.
 */
#ifndef ROLECHAIN_ANALYZER_ANALYSIS_WORKLOAD_EXPLAINED_H
#define ROLECHAIN_ANALYZER_ANALYSIS_WORKLOAD_EXPLAINED_H

#include "analyzer/analysis/analysis.h"

/* Texts live in the arena. */
void workload_explain(struct analysis *analysis, const struct decision_question *question, struct arena *arena,
                      struct decision *decision);

/* {"name", "tags"} of the workload's sessions of the role, as far as known (null: unknown); NULL: it has none. New
 * reference. */
json_t *workload_session_json(struct analysis *analysis, const struct decision_question *question);

#endif
