/*
 * trust_walk: the statements of all trust policies, whom each trusts, and what a changed trust policy would do.
 */
#ifndef ROLECHAIN_ANALYZER_FINDINGS_FACTS_TRUST_WALK_H
#define ROLECHAIN_ANALYZER_FINDINGS_FACTS_TRUST_WALK_H

#include "analyzer/findings/findings.h"
#include <jansson.h>

/* The next statement of all roles, or of the one that findings->scope names, in the order of the model; *at must be
 * zeroed before the first. False: no more. The statements are gathered once, since each rule walks them and most look
 * at few, and stay until the rules have run. */
bool trust_walk(struct analysis *analysis, struct findings *findings, struct trust_statement *at);

/* The next statement of at->role alone, as the model has it now, see model_trial; *at must be zeroed but for the role
 * before the first. */
bool trust_walk_role(const struct model *model, struct trust_statement *at);

/* Whether the statement is about sts:AssumeRole or one of its forms, not only about sts:TagSession and the like. */
bool trust_is_about_assuming(const struct statement *statement);

/* The condition under which the caller gets into the role by this statement, all layers counted; CONSTRAINT_FALSE: it
 * does not. */
constraint trust_admits(struct analysis *analysis, const struct caller *caller, const struct trust_statement *at);

/* The same for a caller that came to have more, such as every permission of its account. */
constraint trust_admits_with(struct analysis *analysis, const struct caller *caller, const struct decision_gain *gain,
                             const struct trust_statement *at);

/* The condition under which the trust policy alone, by this statement, speaks for the caller; CONSTRAINT_FALSE: never.
 */
constraint trust_speaks_for(struct analysis *analysis, const struct caller *caller, const struct trust_statement *at);

/* The same, faster, as the edges tell it: for the caller (see trust_caller) of a principal that the statement itself
 * names. */
constraint trust_admits_named(struct analysis *analysis, const struct caller *caller, const struct trust_statement *at);

/* Whether it gets in at all, as trust_admits_named tells; of an account that was exported whole without asking each of
 * its users and roles. */
bool trust_lets_in_named(struct analysis *analysis, const struct caller *caller, const struct trust_statement *at);

/* When the caller gets into the role, as the model is now; CONSTRAINT_FALSE: never. */
constraint trust_access(struct analysis *analysis, const struct caller *caller, uint32_t role);

/* Whom an Allow statement names, one after the other: in Principal, then, where it is about anyone, by conditions.
 * NULL: no more. */
const struct statement_principal *trust_named(const struct statement *statement, uint32_t index);

/* The caller that a principal of a statement stands for: for an account, its whole. Strings live in the model's arena.
 * False for forms that are nobody (invalid ones, ids of what was deleted). */
bool trust_caller(struct analysis *analysis, const struct statement_principal *principal, struct caller *caller);

/* Whether it is an account, or a user, role or session of an account, that is neither in the exports nor known to be of
 * the organization. */
bool trust_is_outside(const struct model *model, const struct statement_principal *principal, uint32_t role);

/* Whether it is a user, a role or a session of a role of an account that was exported whole and does not have it. */
bool trust_is_missing(const struct model *model, const struct statement_principal *principal);

/* The role's trust policy as it was written. NULL: not known. New reference. */
json_t *trust_policy_json(struct analysis *analysis, const struct policy_use *use);

/* The statement object inside that policy; borrowed. */
json_t *trust_policy_statement(json_t *policy, uint32_t position);

/* Adds operator.key = value(s) to a statement, beside what its Condition holds. False if every operator given (ends in
 * NULL) already has the key. */
bool trust_statement_require(json_t *statement, const char *const *operators, const char *key, json_t *values);

#endif
