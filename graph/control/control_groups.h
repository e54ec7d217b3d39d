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

struct control_grouping;

/* Adds edges between groups (classes.controllers, classes.controlled), made from edges between nodes that are passed in
 * node by node, so that the edges of all pairs never exist at the same time. */
struct control_grouping *control_groups_begin(struct edges *edges);
/* Takes the edges from number `first` on, which all leave one node. Each node comes once, account by account. Each edge
 * is the only one of its kind between its nodes. Texts (`how`) must be equal exactly if their addresses are. */
void control_groups_take(struct control_grouping *work, uint32_t first);
/* Adds the edges between groups, and frees the grouping. Call edges_index afterwards. */
void control_groups_end(struct control_grouping *work);

#endif
