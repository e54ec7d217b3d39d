/*
 * managed_policies: what AWS managed policies mean for assuming roles and controlling IAM, for exports that lack their
 * documents. Taken from AWS's published documents, https://docs.aws.amazon.com/aws-managed-policy/latest/reference/,
 * and reduced to the statements that matter for roles: managed_policies.def.
 *
 * Policies of service-linked roles (aws-service-role/) that are not in the table grant nothing: the table has the three
 * that let a service assume roles; everything else a service does with its own role itself.
 */
#ifndef ROLECHAIN_GRAPH_POLICY_MANAGED_POLICIES_H
#define ROLECHAIN_GRAPH_POLICY_MANAGED_POLICIES_H

#include <stddef.h>

/* When the table was last compared with AWS's documents. */
#define MANAGED_POLICIES_DATE "2026-11"

/* A JSON array of statements in the normal form of ingest/policy/policy.h ("[]": grants nothing that matters for
 * roles), or NULL if the policy is unknown. arn: "arn:PARTITION:iam::aws:policy/PATH/NAME". */
const char *managed_policy_statements(const char *arn);

#endif
