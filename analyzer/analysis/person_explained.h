/*
 * person_explained: whether a person of IAM Identity Center can become a role, and why. It replaces decision_explain,
 * since people have no policies. Two layers decide: the assignment or entitlement (in place of identity policies) and
 * the role's trust policy. A denial has no proposal: assignments are made in Identity Center, and the answer names its
 * account.
 */
#ifndef ROLECHAIN_ANALYZER_ANALYSIS_PERSON_EXPLAINED_H
#define ROLECHAIN_ANALYZER_ANALYSIS_PERSON_EXPLAINED_H

#include "analyzer/analysis/analysis.h"

/* Texts live in the arena. */
void person_explain(struct analysis *analysis, const struct decision_question *question, struct arena *arena,
                    struct decision *decision);

/* {"name", "duration", "tags"} of the person's sessions of the role, as far as known; NULL: no assignment gives the
 * person the role. New reference. */
json_t *person_session_json(struct analysis *analysis, const struct decision_question *question);

#endif
