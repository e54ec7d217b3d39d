/*
 * targets: the sets of roles that paths lead to, and of nodes that they begin at.
 */
#ifndef ROLECHAIN_ANALYZER_ANALYSIS_TARGETS_H
#define ROLECHAIN_ANALYZER_ANALYSIS_TARGETS_H

#include "analyzer/analysis/analysis.h"

/* Marks the roles that a name stands for, per node: a role (as analysis_resolve_role), all roles of an account (id,
 * alias or name), or all roles below an organizational unit or root (id or name). If there are none, prints why and
 * returns false. */
bool targets_mark(struct analysis *analysis, const char *name, bool *targets);

/* The same if users count too: an account or unit stands for all its users and roles, a caller for its node (such as an
 * account that was not exported). If it is unknown, prints why and returns false. Edges may be renumbered
 * (analysis_node), so find all names before marking them per node. */
struct target_place {
    uint32_t account, unit, node; /* exactly one is not MODEL_NONE */
};
bool targets_find(struct analysis *analysis, const char *name, struct target_place *place);
void targets_mark_place(const struct model *model, const struct target_place *place, bool *nodes);

/* Marks administrators: roles as targets, users as excluded (they already are where paths lead). */
void targets_mark_administrators(struct analysis *analysis, bool *targets, bool *excluded);

/* Whether the role may have callers that the export does not show: its trust policy, or a part of it, is unknown. */
bool targets_trust_is_unknown(const struct model *model, uint32_t role);

/* Marks the nodes at which paths begin. If users or outside parties are among the kinds, so are all roles with an
 * unknown trust policy that are not targets; returns the number of those. */
enum { TARGETS_FROM_USERS = 1, TARGETS_FROM_OUTSIDE = 2, TARGETS_FROM_SERVICES = 4, TARGETS_FROM_ROLES = 8 };
uint32_t targets_mark_sources(const struct edges *edges, unsigned kinds, const bool *targets, bool *sources);

#endif
