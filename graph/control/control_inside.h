/*
 * The inside of control_rights.h: control_rights.c (over others), pass_role.c, control_gains.c (what one makes of
 * itself). All ask what the identity policies of the principal at hand allow.
 */
#ifndef ROLECHAIN_GRAPH_CONTROL_CONTROL_INSIDE_H
#define ROLECHAIN_GRAPH_CONTROL_CONTROL_INSIDE_H

#include "graph/control/control_rights.h"

/* Ends of lists are NULL. */
extern const char *const control_policy_actions[], *const control_user_boundary_actions[],
                                                       *const control_role_boundary_actions[];

/* The condition under which it may do the action to the resource. */
constraint control_allows(struct control_rights *rights, const char *action, const char *resource,
                          const struct decision_gain *gain);

/* Any of the actions; *how is one that is possible. */
constraint control_allows_any(struct control_rights *rights, const char *const *actions, const char *resource,
                              const struct decision_gain *gain, const char **how);

/* On some resource: those that its policies name are tried. */
constraint control_allows_somewhere(struct control_rights *rights, const char *action);

#endif
