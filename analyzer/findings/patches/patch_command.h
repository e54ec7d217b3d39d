/*
 * patch_command: the AWS CLI commands that put a policy in place.
 */
#ifndef ROLECHAIN_ANALYZER_FINDINGS_PATCHES_PATCH_COMMAND_H
#define ROLECHAIN_ANALYZER_FINDINGS_PATCHES_PATCH_COMMAND_H

#include "graph/model/model.h"

/* "aws iam update-assume-role-policy --role-name NAME --policy-document file://policy.json", for a shell, whatever the
 * names hold. malloc'ed. NULL: there is no such command (SCPs, policies that AWS manages, roles
 * under /aws-reserved/). */
char *patch_command(const struct policy_use *use);

/* The same command with the policy in this file, whose name needs no quotes. malloc'ed. */
char *patch_command_with(const char *command, const char *file);

/* "aws iam update-role --role-name NAME --max-session-duration SECONDS", likewise. */
char *patch_session_command(const char *role, unsigned seconds);

/* "aws iam delete-role-policy --role-name NAME --policy-name POLICY", of an inline policy. malloc'ed. NULL: it is none.
 */
char *patch_deletion_command(const struct policy_use *use);

#endif
