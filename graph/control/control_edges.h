/*
 * control_edges: ways to become a user or role without being trusted by it: through control over IAM, or over what runs
 * with a role. Each is an edge of its own kind, never mixed with sts:AssumeRole.
 *
 *   edit-trust        iam:UpdateAssumeRolePolicy on the role: it rewrites the trust policy and assumes the role
 *   edit-permissions  it may change what it is allowed (policies on itself or its groups, versions of a policy it has,
 *                     its permissions boundary, membership in another group; one after the other), or what somebody is
 *                     allowed whom it can become in one hop, and then assumes the role, or controls it in one of the
 *                     other ways
 *   take-credentials  an access key or console password of the user; for roles, the key of the SAML provider they
 *                     trust
 *   pass-role         iam:PassRole of the role to a service that the role trusts, and the actions that make the service
 *                     run code
 *   take-over         what runs with the role already
 *
 * Principals of one account control each other so; edit-permissions also leads where trust policies of other accounts
 * already wait. What one may do to another is in control_rights.h.
 *
 * They run between groups (control_groups.h), and one decision is made for all to whom the same statements apply
 * (control_answers.h). Principals that can only take over what runs with roles share their edges if they may do the
 * same to some machine or function (control_named.c). Of the principals that somebody can change and become, one of
 * each sort is asked, and of the roles of another account that are of one set (classes.h) (control_gained.c). What
 * remains is one look at each principal of an account for each other principal that may change something and has
 * different policies. Loads store them: control_store.h. Tests compare pair by pair with
 * tests/graph/control/naive_control.h.
 */
#ifndef ROLECHAIN_GRAPH_CONTROL_CONTROL_EDGES_H
#define ROLECHAIN_GRAPH_CONTROL_CONTROL_EDGES_H

#include "graph/edges/edges.h"

/* "assume", "edit-trust" … */
const char *edge_kind_word(enum edge_kind kind);
/* The same of an edge: of a person's how it gets there (sso-assignment, aam-entitlement). */
const char *edge_word(const struct edge *edge);

/* Finds the control edges of all exported users and roles, and adds them. */
void control_edges_add(struct edges *edges);
/* Only those of the users and roles of accounts that are set (per account); of these accounts, and of all that may let
 * them in, the model must have all. */
void control_edges_add_of(struct edges *edges, const bool *accounts);

#endif
