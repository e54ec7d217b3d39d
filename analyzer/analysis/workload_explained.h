/*
 * workload_explained: whether what runs holds sessions of a role, and why: what takes the place of decision_explain,
 * since no policy of a workload is asked. Two layers speak: what the exports say that it runs with (in the place of
 * identity policies) and the role's trust policy. Nothing is proposed where it is denied.
 */
#ifndef ROLECHAIN_ANALYZER_ANALYSIS_WORKLOAD_EXPLAINED_H
#define ROLECHAIN_ANALYZER_ANALYSIS_WORKLOAD_EXPLAINED_H

#include "analyzer/analysis/analysis.h"

/* Texts live in the arena. */
void workload_explain(struct analysis *analysis, const struct decision_question *question, struct arena *arena,
                      struct decision *decision);

/* {"name", "tags"} of the sessions of the role that the workload holds, as far as they are known (null: not); NULL: it
 * holds none. New reference. */
json_t *workload_session_json(struct analysis *analysis, const struct decision_question *question);

#endif
