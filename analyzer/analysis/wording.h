/*
 * wording: how answers name callers, conditions and statements. Allocated texts are freed by the caller.
 */
#ifndef ROLECHAIN_ANALYZER_ANALYSIS_WORDING_H
#define ROLECHAIN_ANALYZER_ANALYSIS_WORDING_H

#include "analyzer/analysis/analysis.h"
#include <jansson.h>

/* The words of a constraint joined by " and "; "" for none. */
char *wording_conditions(struct analysis *analysis, constraint residual);

/* A remark on how easily a caller can meet the conditions, or NULL. Static. */
const char *wording_condition_label(struct analysis *analysis, constraint residual);

/* A caller's name in a list: "user carol in 033344445555 (tooling)", "account 777788889999 (not exported)",
 * "anyone with an AWS account". Appended. */
void wording_caller_at_home(const struct model *model, const struct caller *caller, struct text *text);
/* The same, malloc'ed. */
char *wording_caller(const struct analysis *analysis, const struct caller *caller);

/* The policy's name; "trust policy" for a trust policy, which has none. */
const char *wording_policy_name(const struct policy_use *use);

/* A statement in words, as printed behind the name of its layer: statement "Deployers"; statement 0 of policy builds;
 * FullAWSAccess at r-ex4m. Appended. */
void wording_statement_words(const struct decision_statement *statement, struct text *text);

/* Its place: file:line; "AWS managed policy, rolechain's copy" for one that no export has. Appended. */
void wording_statement_place(const struct model *model, const struct decision_statement *statement, struct text *text);

/* Statement and place in JSON: {"policy","holder","sid","statement","effect","source":{"file","line"}}. */
json_t *wording_statement_json(const struct model *model, const struct decision_statement *statement);

#endif
