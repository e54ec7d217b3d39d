/*
 * administrators: who can hand out any permission in an account, by evaluation, not by policy name.
 */
#ifndef ROLECHAIN_ANALYZER_ANALYSIS_ADMINISTRATORS_H
#define ROLECHAIN_ANALYZER_ANALYSIS_ADMINISTRATORS_H

#include "analyzer/analysis/analysis.h"

/* Whether the user or role can do anything in its account, or give itself that within the account: make a principal
 * with any policy and become it, change its own permissions or boundary so that it can, join a group that can, take
 * over somebody who can (credentials, trust policy, a service that runs as the role), or give any permission to
 * somebody whom it can become. Decided by evaluation: permissions boundary and SCPs count; conditions that limit what
 * may be handed out (iam:PolicyARN, iam:PermissionsBoundary) make it no administrator. See
 * graph/control/control_rights.h. */
bool administrators_has(struct analysis *analysis, uint32_t principal);

/* Whether the node is an administrator or can end up as a role that is one. */
bool administrators_reached(struct analysis *analysis, uint32_t node);

/* What was found so far; NULL: nothing. */
void administrators_free(struct administrators *cache);

#endif
