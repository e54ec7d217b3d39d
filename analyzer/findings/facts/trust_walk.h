/*
 * trust_walk: the statements of all trust policies, whom each of them trusts, and the effect of a changed trust policy.
 */
#ifndef ROLECHAIN_ANALYZER_FINDINGS_FACTS_TRUST_WALK_H
#define ROLECHAIN_ANALYZER_FINDINGS_FACTS_TRUST_WALK_H

#include "analyzer/findings/findings.h"
#include <jansson.h>

/* The next statement of all roles (or of the role in findings->scope), in model order; *at must be zeroed before the
 * first. False: no more. The statements are collected once, since every rule walks them and most look at few, and kept
 * until the rules have run. */
bool trust_walk(struct analysis *analysis, struct findings *findings, struct trust_statement *at);

/* The next statement of at->role alone, with the model as it is now (see model_trial). Before the first call, *at must
 * be zero except for the role. */
bool trust_walk_role(const struct model *model, struct trust_statement *at);

/* Whether the statement is about sts:AssumeRole or one of its variants, not only about sts:TagSession and the like. */
bool trust_is_about_assuming(const struct statement *statement);

/* The condition under which the caller gets into the role by this statement, with all policy layers; CONSTRAINT_FALSE:
 * never. */
constraint trust_admits(struct analysis *analysis, const struct caller *caller, const struct trust_statement *at);

/* The same for a caller that has gained permissions, such as every permission of its account. */
constraint trust_admits_with(struct analysis *analysis, const struct caller *caller, const struct decision_gain *gain,
                             const struct trust_statement *at);

/* The condition under which the trust policy alone admits the caller by this statement; CONSTRAINT_FALSE: never. */
constraint trust_speaks_for(struct analysis *analysis, const struct caller *caller, const struct trust_statement *at);

/* trust_admits, but faster, from the edges: for the caller (see trust_caller) of a principal that the statement itself
 * names. */
constraint trust_admits_named(struct analysis *analysis, const struct caller *caller, const struct trust_statement *at);

/* Whether trust_admits_named would not be CONSTRAINT_FALSE. For an account that was exported whole it does not ask for
 * each user and role. */
bool trust_lets_in_named(struct analysis *analysis, const struct caller *caller, const struct trust_statement *at);

/* The condition under which the caller gets into the role with the model as it is now; CONSTRAINT_FALSE: never. */
constraint trust_access(struct analysis *analysis, const struct caller *caller, uint32_t role);

/* The principals that an Allow statement names, one after the other: those in Principal, then, if it is about anyone,
 * those in conditions. NULL: no more. */
const struct statement_principal *trust_named(const struct statement *statement, uint32_t index);

/* The caller that a principal of a statement stands for; an account stands for all its principals. Strings live in the
 * model's arena. False: it stands for nobody (invalid forms, ids of deleted principals). */
bool trust_caller(struct analysis *analysis, const struct statement_principal *principal, struct caller *caller);

/* Whether it is an account, or a user, role or session in one, that is neither in the export nor known to be in the
 * organization. */
bool trust_is_outside(const struct model *model, const struct statement_principal *principal, uint32_t role);

/* Whether it is a user, role or role session that does not exist in its account, which was exported whole. */
bool trust_is_missing(const struct model *model, const struct statement_principal *principal);

/* The role's trust policy as written. NULL: unknown. New reference. */
json_t *trust_policy_json(struct analysis *analysis, const struct policy_use *use);

/* The statement object inside that policy; borrowed. */
json_t *trust_policy_statement(json_t *policy, uint32_t position);

/* Adds operator.key = value(s) to a statement, in addition to its Condition. False if every given operator (ends in
 * NULL) already has the key. */
bool trust_statement_require(json_t *statement, const char *const *operators, const char *key, json_t *values);

#endif
