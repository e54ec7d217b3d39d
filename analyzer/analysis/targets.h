/*
 * targets: the sets of roles that ways lead to, and of nodes that they begin at.
 */
#ifndef ROLECHAIN_ANALYZER_ANALYSIS_TARGETS_H
#define ROLECHAIN_ANALYZER_ANALYSIS_TARGETS_H

#include "analyzer/analysis/analysis.h"

/* Marks the roles that a name stands for, per node: a role (as analysis_resolve_role), all roles of an account (id,
 * alias or name) or of the accounts under an organizational unit or root (id or name). Prints why not and returns
 * false. */
bool targets_mark(struct analysis *analysis, const char *name, bool *targets);

/* What a name stands for if users count too: an account or unit with all its users and roles, or the node of a caller
 * (such as an account that was not exported). Prints why not and returns false. Edges may be renumbered
 * (analysis_node), so find all names before marking them, per node. */
struct target_place {
    uint32_t account, unit, node; /* all but one MODEL_NONE */
};
bool targets_find(struct analysis *analysis, const char *name, struct target_place *place);
void targets_mark_place(const struct model *model, const struct target_place *place, bool *nodes);

/* Marks administrators: their roles as targets, their users as excluded (they have no way to go). */
void targets_mark_administrators(struct analysis *analysis, bool *targets, bool *excluded);

/* Whether callers may enter the role that the export does not show: its trust policy, or a part of it, is not known. */
bool targets_trust_is_unknown(const struct model *model, uint32_t role);

/* Marks the nodes at which ways begin. Roles whose trust policy is not known are always among them beside users or
 * outside parties, unless they are targets; returns how many of those there are. */
enum { TARGETS_FROM_USERS = 1, TARGETS_FROM_OUTSIDE = 2, TARGETS_FROM_SERVICES = 4, TARGETS_FROM_ROLES = 8 };
uint32_t targets_mark_sources(const struct edges *edges, unsigned kinds, const bool *targets, bool *sources);

#endif
