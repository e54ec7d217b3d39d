/*
 * wording: how answers name callers, conditions and statements. The caller frees allocated texts.
 */
#ifndef ROLECHAIN_ANALYZER_ANALYSIS_WORDING_H
#define ROLECHAIN_ANALYZER_ANALYSIS_WORDING_H

#include "analyzer/analysis/analysis.h"
#include <jansson.h>

/* The words of a constraint, joined by " and "; "" for none. */
char *wording_conditions(struct analysis *analysis, constraint residual);

/* A remark on how easily a caller can meet the conditions, or NULL. Static. */
const char *wording_condition_label(struct analysis *analysis, constraint residual);

/* Appends a caller's name for lists: "user carol in 033344445555 (tooling)", "account 777788889999 (not exported)",
 * "anyone with an AWS account". */
void wording_caller_at_home(const struct model *model, const struct caller *caller, struct text *text);
/* The same, malloc'ed. */
char *wording_caller(const struct analysis *analysis, const struct caller *caller);

/* The policy's name; "trust policy" for a trust policy. */
const char *wording_policy_name(const struct policy_use *use);

/* Appends a statement as it follows the name of its layer: statement "Deployers"; statement 0 of policy builds;
 * FullAWSAccess at r-ex4m. */
void wording_statement_words(const struct decision_statement *statement, struct text *text);

/* Appends its location: file:line; or "AWS managed policy, rolechain's copy" if no export contains it. */
void wording_statement_place(const struct model *model, const struct decision_statement *statement, struct text *text);

/* Statement and location in JSON: {"policy","holder","sid","statement","effect","source":{"file","line"}}. */
json_t *wording_statement_json(const struct model *model, const struct decision_statement *statement);

#endif
