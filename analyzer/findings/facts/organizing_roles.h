/*
 * organizing_roles: roles through which an organization manages its accounts, by the names that AWS gives them.
 * Sources: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_access.html,
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-orgs-enable-trusted-access.html,
 * https://docs.aws.amazon.com/controltower/latest/userguide/roles-how.html
 */
#ifndef ROLECHAIN_ANALYZER_FINDINGS_FACTS_ORGANIZING_ROLES_H
#define ROLECHAIN_ANALYZER_FINDINGS_FACTS_ORGANIZING_ROLES_H

#include <stdbool.h>

/* Whether it is the name of one of them. */
bool organizing_role_is_named(const char *name);

/* Whether it is the name of the role by which the management account enters an account that the organization
 * created. */
bool organizing_role_is_of_management(const char *name);

#endif
