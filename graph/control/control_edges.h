/*
 * control_edges: ways to become a user or role without being trusted by it: through control over IAM, or over something
 * that runs with a role. Each way is an edge of its own kind, never mixed with sts:AssumeRole.
 *
 *   edit-trust        iam:UpdateAssumeRolePolicy on the role: rewrites the trust policy and assumes the role
 *   edit-permissions  changes its own permissions (policies on itself or its groups, versions of a policy it has, its
 *                     permissions boundary, membership in another group; one after the other), or those of somebody it
 *                     can become in one hop, and then assumes the role, or controls it in one of the other ways
 *   take-credentials  an access key or console password of the user; for roles, the key of the SAML provider they trust
 *   pass-role         iam:PassRole of the role to a service that the role trusts, and the actions that make the service
 *                     run code
 *   take-over         takes over something that already runs with the role
 *
 * Control edges are within one account, except that edit-permissions also leads to roles of other accounts whose trust
 * policies already admit the principal. control_rights.h says what one principal may do to another.
 *
 * They run between groups (control_groups.h), and one decision is made for all principals to which the same statements
 * apply (control_answers.h). Principals that can only take over what runs with roles share their edges if they may do
 * the same to some machine or function (control_named.c). Of the principals that somebody can change and become, one of
 * each sort is decided, and likewise of the roles of one set in another account (classes.h, control_gained.c). What
 * remains is one check of each principal of an account for each other principal that may change something and has
 * different policies. Loads store control edges: control_store.h. Tests compare pair by pair with
 * tests/graph/control/naive_control.h.
 */
#ifndef ROLECHAIN_GRAPH_CONTROL_CONTROL_EDGES_H
#define ROLECHAIN_GRAPH_CONTROL_CONTROL_EDGES_H

#include "graph/edges/edges.h"

/* "assume", "edit-trust" … */
const char *edge_kind_word(enum edge_kind kind);
/* The same for an edge; for a person's edge, how the person gets the role (sso-assignment, aam-entitlement). */
const char *edge_word(const struct edge *edge);

/* Finds the control edges of all exported users and roles, and adds them. */
void control_edges_add(struct edges *edges);
/* Only for the users and roles of accounts that are set (per account); the model must contain all of these accounts,
 * and everything that may admit them. */
void control_edges_add_of(struct edges *edges, const bool *accounts);

#endif
