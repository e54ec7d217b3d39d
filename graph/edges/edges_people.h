/*
 * edges_people: people of Identity Center as callers: additional nodes at the end, with edges into the roles that they
 * are assigned or entitled to. These edges are never stored, since they follow from the assignments. They start at
 * groups of people, so that their number is not the product of people and roles.
 *
 * An assignment gives sessions of the role without any condition that is visible offline. An entitlement gives them if
 * the role's trust policy admits account access manager with the application's ARN and account. Disabled people have no
 * edge. If the export is complete about who can become a role of Identity Center, its SAML provider admits nobody else:
 * AssumeRoleWithSAML does not work on these roles. Sources:
 * https://docs.aws.amazon.com/singlesignon/latest/userguide/troubleshooting.html,
 * https://docs.aws.amazon.com/singlesignon/latest/userguide/aam-prepare-roles.html
 */
#ifndef ROLECHAIN_GRAPH_EDGES_EDGES_PEOPLE_H
#define ROLECHAIN_GRAPH_EDGES_EDGES_PEOPLE_H

#include "graph/edges/edges.h"
#include "graph/model/people.h"

/* The service with which account access manager opens sessions. */
#define ACCESS_MANAGER "account-access.amazonaws.com"

/* Whether the edge is an assignment: somebody enters a role of Identity Center by it. */
bool edge_is_assignment(const struct edge *edge);

/* Adds people, once; people NULL: none. people must outlive the edges. */
void edges_add_people(struct edges *edges, struct people *people);

/* The person at the node; NULL: not a person, or one without roles. */
const struct person *edges_person(const struct edges *edges, uint32_t node);

bool edges_has_people(const struct edges *edges);

/* Calls `each` for the person's ways into the role, their own first, with `group` NULL. Stops when it returns false,
 * and returns that. */
typedef bool (*edges_way_visit)(const struct people_way *way, const struct people_group *group, void *context);
bool edges_each_way(const struct edges *edges, const struct person *person, uint32_t role, edges_way_visit each,
                    void *context);

/* Appends how the person becomes the role: "group platform-admins", "group a, account access manager entitlement e";
 * nothing for a direct assignment. */
void edges_append_ways(const struct edges *edges, const struct person *person, uint32_t role, struct text *text);

#endif
