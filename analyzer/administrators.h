/*
 * administrators: who can hand out any permission in an account, by evaluation, not by policy name.
 */
#ifndef ROLECHAIN_ANALYZER_ADMINISTRATORS_H
#define ROLECHAIN_ANALYZER_ADMINISTRATORS_H

#include "analyzer/analysis.h"

/* Whether the user or role can give itself or any other principal of its account any policy: it may attach or write
 * policies on a user, a role or a group that nobody has named in advance, and on itself. Permissions boundary and SCPs
 * count; conditions that limit what may be attached (iam:PolicyARN, iam:PermissionsBoundary) make it no administrator.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html and
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html */
bool administrators_has(struct analysis *analysis, uint32_t principal);

/* Whether the node is an administrator or can end up as a role that is one. */
bool administrators_reached(struct analysis *analysis, uint32_t node);

#endif
