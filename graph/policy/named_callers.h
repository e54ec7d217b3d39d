/*
 * named_callers: whom the conditions of a statement that is about anyone name.
 *
 * "Principal": "*" with a condition on who calls lets in those whom the condition names, as if they stood in Principal.
 * So does a Deny of everybody but them, beside an Allow of anyone. What is gathered here are candidates: whether one
 * gets in, all policies decide together.
 * Source:
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
