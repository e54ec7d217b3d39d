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

/* Adds edges between groups (classes.controllers, classes.controlled), made from edges between nodes that are given
 * node by node, so that those of all pairs are never there together. */
struct control_grouping *control_groups_begin(struct edges *edges);
/* Takes away the edges from number `first` on, all of which leave one node. Each node comes once, and those of an
 * account come one after the other. Each edge is the only one of its kind between its nodes. Texts (`how`) are equal
 * only if their addresses are. */
void control_groups_take(struct control_grouping *work, uint32_t first);
/* Adds the edges between groups, and frees the grouping. edges_index is due afterwards. */
void control_groups_end(struct control_grouping *work);

#endif
