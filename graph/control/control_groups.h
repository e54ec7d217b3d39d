/*
 * control_groups: control edges between groups of principals, not between all pairs.
 *
 * In an account, most administrators control the same users and roles, and most of these are controlled by the same
 * ones. So principals with the same control edges become one end, and principals under the same control become another,
 * except for ways through services, which depend on what runs with each role; no pair gains or loses an edge by that. A
 * principal does not control itself, so what it may do to itself does not split a group.
 */
#ifndef ROLECHAIN_GRAPH_CONTROL_CONTROL_GROUPS_H
#define ROLECHAIN_GRAPH_CONTROL_CONTROL_GROUPS_H

#include "graph/edges/edges.h"

/* Replaces the edges from number `first` on by edges between groups, and makes the groups (classes.controllers,
 * classes.controlled). The replaced edges run from node to node; those that leave a node are together, and so are those
 * of an account's nodes; each is the only one of its kind between its nodes. Texts (`how`) are equal only if their
 * addresses are. edges_index is due afterwards. */
void control_groups_make(struct edges *edges, uint32_t first);

#endif
