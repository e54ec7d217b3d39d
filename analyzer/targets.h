/*
 * targets: sets of roles named on the command line.
 */
#ifndef ROLECHAIN_ANALYZER_TARGETS_H
#define ROLECHAIN_ANALYZER_TARGETS_H

#include "analyzer/analysis.h"

/* Marks the roles that a name stands for, per node: a role (as analysis_resolve_role), all roles of an account (id,
 * alias or name) or of the accounts under an organizational unit or root (id or name). Prints why not and returns
 * false. */
bool targets_mark(struct analysis *analysis, const char *name, bool *targets);

#endif
