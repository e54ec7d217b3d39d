/*
 * person_explained: whether a person of IAM Identity Center can become a role, and why. It replaces decision_explain,
 * since people have no policies. Two layers decide: the assignment or entitlement (in place of identity policies) and
 * the role's trust policy. A denial has no proposal: assignments are made in Identity Center, whose account the answer
 * names.
 */
#ifndef ROLECHAIN_ANALYZER_ANALYSIS_PERSON_EXPLAINED_H
#define ROLECHAIN_ANALYZER_ANALYSIS_PERSON_EXPLAINED_H

#include "analyzer/analysis/analysis.h"

/* Texts live in the arena. */
void person_explain(struct analysis *analysis, const struct decision_question *question, struct arena *arena,
                    struct decision *decision);

/* {"name", "duration", "tags"} of the sessions of the role that the person gets, as far as they are known; NULL: it
 * gets none by an assignment. New reference. */
json_t *person_session_json(struct analysis *analysis, const struct decision_question *question);

#endif
