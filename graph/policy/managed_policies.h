/*
 * managed_policies: what AWS-managed policies mean for assuming roles and controlling IAM, for exports that lack their
 * documents. From AWS's published documents, https://docs.aws.amazon.com/aws-managed-policy/latest/reference/, reduced
 * to the statements that bear on roles: managed_policies.def.
 *
 * Policies of service-linked roles (aws-service-role/) that are not in the table grant nothing: the three that let a
 * service assume roles are in it, and everything else a service does with its own role itself.
 */
#ifndef ROLECHAIN_GRAPH_POLICY_MANAGED_POLICIES_H
#define ROLECHAIN_GRAPH_POLICY_MANAGED_POLICIES_H

#include <stddef.h>

/* When the table was last compared with AWS's documents. */
#define MANAGED_POLICIES_DATE "2026-11"

/* A JSON array of statements in the normal form of ingest/policy/policy.h ("[]": grants nothing that bears on roles),
 * or NULL if it is not known. arn: "arn:PARTITION:iam::aws:policy/PATH/NAME". */
const char *managed_policy_statements(const char *arn);

#endif
