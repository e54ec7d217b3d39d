/*
 * named_callers: who is named by the conditions of a statement about anyone.
 *
 * "Principal": "*" with a condition on the caller trusts those whom the condition names, as if they stood in Principal.
 * A Deny of everybody else beside an Allow of anyone does the same. These are only candidates: whether one of them is
 * allowed is decided by all policies together. Source:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-anonymous
 */
#ifndef ROLECHAIN_GRAPH_POLICY_NAMED_CALLERS_H
#define ROLECHAIN_GRAPH_POLICY_NAMED_CALLERS_H

#include "graph/policy/statement.h"

/* Fills in statement->named: of an Allow for anyone (or anyone but some) whom aws:PrincipalArn, aws:PrincipalAccount,
 * aws:PrincipalOrgID, aws:PrincipalOrgPaths and aws:userid demand; of a Deny whom they, or NotPrincipal, spare. Strings
 * are interned, the array lives in the arena. */
void named_callers_find(struct arena *arena, struct intern *strings, struct statement *statement);

/* Whether a condition on who calls, of an Allow or a Deny, tells the account's number, or a part that it has. */
bool named_callers_tell(const struct statement *statement, const char *account);

#endif
