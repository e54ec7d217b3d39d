/*
 * patch_roles: narrows permissions to assume roles to the roles that their holders can assume.
 */
#ifndef ROLECHAIN_ANALYZER_FINDINGS_PATCHES_PATCH_ROLES_H
#define ROLECHAIN_ANALYZER_FINDINGS_PATCHES_PATCH_ROLES_H

#include "analyzer/findings/patches/patch_identity.h"

/* The caveat of a patch that keeps what is assumed today. */
#define ROLES_CAVEAT                                                                                                   \
    "It allows what can be assumed today among the exported roles: add roles of other accounts, and new ones, as "     \
    "they "                                                                                                            \
    "are needed."

/* Whether the Resource pattern limits neither the account nor the name of a role. */
bool roles_any(const char *pattern);

/* Offers the finding's policy with a statement that names the roles that the holders can assume instead of any role; if
 * there are many, their accounts and the common part of their names. */
finding_elaboration patch_any_role;

/* The pattern limited to the account. New reference; NULL: it has no account part. */
json_t *roles_of_account(const char *pattern, const char *account);

/* Sets the statement's Resource to the list; an empty list removes the statement. */
void roles_leave(struct identity_patch *patch, json_t *statement, json_t *list);

#endif
