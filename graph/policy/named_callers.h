/*
 * named_callers: the callers named by the conditions of a statement about anyone.
 *
 * "Principal": "*" with a condition on the caller trusts those whom the condition names, as if they were in Principal.
 * An Allow for anyone with a Deny for everybody else does the same. These are only candidates: all policies together
 * decide whether one of them is allowed. Source:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-anonymous
 */
#ifndef ROLECHAIN_GRAPH_POLICY_NAMED_CALLERS_H
#define ROLECHAIN_GRAPH_POLICY_NAMED_CALLERS_H

#include "graph/policy/statement.h"

/* Fills in statement->named: for an Allow for anyone (or anyone with exceptions), whom aws:PrincipalArn,
 * aws:PrincipalAccount, aws:PrincipalOrgID, aws:PrincipalOrgPaths and aws:userid require; for a Deny, whom they, or
 * NotPrincipal, exempt. Strings are interned, the array lives in the arena. */
void named_callers_find(struct arena *arena, struct intern *strings, struct statement *statement);

/* Whether a condition on the caller, in an Allow or a Deny, mentions the account's number, or a part of it. */
bool named_callers_tell(const struct statement *statement, const char *account);

#endif
