/*
 * control: ways to end up as a user or role without a trust policy that says so: control over IAM, or over what runs
 * with a role. Each is an edge of its own kind, never mixed with sts:AssumeRole.
 *
 *   edit-trust        iam:UpdateAssumeRolePolicy on the role: it rewrites the trust policy and assumes the role
 *   edit-permissions  it may change its own permissions (policies attached to or written on itself or its groups,
 * versions of a managed policy it has), and the role's trust policy lets it in as soon as they allow take-credentials
 * an access key or console password of the user pass-role         iam:PassRole of the role to a service that the role
 * trusts, and the actions that make the service run code
 *
 * Evaluated like everything else: identity policies within boundary and SCPs, with their conditions. Only principals of
 * one account control each other so. Sources:
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html,
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
 */
#ifndef ROLECHAIN_GRAPH_CONTROL_H
#define ROLECHAIN_GRAPH_CONTROL_H

#include "graph/edges.h"

/* "assume", "edit-trust" … */
const char *edge_kind_word(enum edge_kind kind);

/* Adds the control edges of all exported users and roles. False with *error (malloc'ed); the edges are then not usable.
 */
bool control_edges_add(struct edges *edges, char **error);

#endif
