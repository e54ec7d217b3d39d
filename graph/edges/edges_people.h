/*
 * edges_people: people of Identity Center as callers: nodes behind the others, with edges into the roles that they are
 * assigned or entitled to. These edges are never stored, for they follow from the assignments; they leave the
 * groups of people that have the ways, so that nothing is a product of people and roles.
 *
 * An assignment gives sessions of the role without any condition that is visible offline. An entitlement gives them if
 * the role's trust policy lets in account access manager with the application's ARN and account. Disabled people have
 * no edge. Where the export says of a role of Identity Center who all becomes it, its SAML provider lets in nobody
 * else: AssumeRoleWithSAML does not work on these roles. Sources:
 * https://docs.aws.amazon.com/singlesignon/latest/userguide/troubleshooting.html,
 * https://docs.aws.amazon.com/singlesignon/latest/userguide/aam-prepare-roles.html
 */
#ifndef ROLECHAIN_GRAPH_EDGES_EDGES_PEOPLE_H
#define ROLECHAIN_GRAPH_EDGES_EDGES_PEOPLE_H

#include "graph/edges/edges.h"
#include "graph/model/people.h"

/* The service by which account access manager opens sessions. */
#define ACCESS_MANAGER "account-access.amazonaws.com"

/* Whether somebody enters a role of Identity Center by it. */
bool edge_is_assignment(const struct edge *edge);

/* Adds them, once; people NULL: there are none. people must outlive the edges. */
void edges_add_people(struct edges *edges, struct people *people);

/* The person at the node; NULL: it is none, or one who becomes nothing. */
const struct person *edges_person(const struct edges *edges, uint32_t node);

bool edges_has_people(const struct edges *edges);

/* The ways of the person into the role, its own first; `group` is NULL of its own. False: one of the calls was. */
typedef bool (*edges_way_visit)(const struct people_way *way, const struct people_group *group, void *context);
bool edges_each_way(const struct edges *edges, const struct person *person, uint32_t role, edges_way_visit each,
                    void *context);

/* Appends "group platform-admins", "group a, account access manager entitlement e": how the person becomes the role;
 * nothing for an assignment to itself. */
void edges_append_ways(const struct edges *edges, const struct person *person, uint32_t role, struct text *text);

#endif
