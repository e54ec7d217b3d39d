/*
 * patch_command: the AWS CLI commands that apply a policy.
 */
#ifndef ROLECHAIN_ANALYZER_FINDINGS_PATCHES_PATCH_COMMAND_H
#define ROLECHAIN_ANALYZER_FINDINGS_PATCHES_PATCH_COMMAND_H

#include "graph/model/model.h"

/* "aws iam update-assume-role-policy --role-name NAME --policy-document file://policy.json", safe to paste into a shell
 * whatever the names contain. malloc'ed. NULL: there is no such command (SCPs, AWS managed policies, roles under
 * /aws-reserved/). */
char *patch_command(const struct policy_use *use);

/* The same command with this file, whose name needs no quotes. malloc'ed. */
char *patch_command_with(const char *command, const char *file);

/* "aws iam update-role --role-name NAME --max-session-duration SECONDS", likewise. */
char *patch_session_command(const char *role, unsigned seconds);

/* "aws iam delete-role-policy --role-name NAME --policy-name POLICY", for an inline policy. malloc'ed. NULL: it is not
 * an inline policy. */
char *patch_deletion_command(const struct policy_use *use);

#endif
