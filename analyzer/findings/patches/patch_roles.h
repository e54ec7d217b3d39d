/*
 * patch_roles: permissions to assume roles, narrowed to the roles that their holders can assume.
 */
#ifndef ROLECHAIN_ANALYZER_FINDINGS_PATCHES_PATCH_ROLES_H
#define ROLECHAIN_ANALYZER_FINDINGS_PATCHES_PATCH_ROLES_H

#include "analyzer/findings/patches/patch_identity.h"

/* Beside what a patch that keeps what is assumed today does. */
#define ROLES_CAVEAT                                                                                                   \
    "It allows what can be assumed today among the exported roles: add roles of other accounts, and new ones, as "     \
    "they "                                                                                                            \
    "are needed."

/* Whether the Resource pattern says neither of which account nor of which name a role is. */
bool roles_any(const char *pattern);

/* Offers the finding's policy with a statement that names, instead of any role, those that the holders can assume;
 * where they are many, their accounts and what their names have in common. */
finding_elaboration patch_any_role;

/* The pattern for the account alone. New reference; NULL: it has no account part. */
json_t *roles_of_account(const char *pattern, const char *account);

/* Makes the list the statement's Resource; without any the statement goes. */
void roles_leave(struct identity_patch *patch, json_t *statement, json_t *list);

#endif
