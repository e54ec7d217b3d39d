/*
 * iam_shapes: users, groups, roles and managed policies in the JSON of IAM's API, as in authorization details,
 * list-roles, get-role and AWS Config. Shapes:
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html
 */
#ifndef ROLECHAIN_INGEST_READERS_IAM_SHAPES_H
#define ROLECHAIN_INGEST_READERS_IAM_SHAPES_H

#include "ingest/readers/reader.h"

/* Where a principal or a policy is read from. */
struct iam_source {
    enum batch_standing standing;
    bool details;      /* authorization details: the list of policies is complete, even if empty */
    const char *as_of; /* as in struct batch_principal */
};

/* Reads a user, group or role; one with the ARN of a policy is read by iam_read_policy, since some exporters append
 * policies to the list of roles. */
void iam_read_principal(struct export_reader *reader, const struct iam_source *source);

/* Reads a managed policy with its versions. */
void iam_read_policy(struct export_reader *reader, const struct iam_source *source);

/* Reads [{"PolicyName", "PolicyDocument"}]. */
void iam_read_inline_policies(struct export_reader *reader, struct batch_principal *principal);

/* A policy of IAM or of Organizations: an element of "Policies"; both services use that name. */
struct iam_policy {
    const char *arn, *name, *version, *id, *type; /* NULL: absent */
    bool aws_managed, has_versions;
    uint32_t versions; /* number listed; 0: absent, or not a list */
    struct batch_document document;
};

/* Reads the members into *policy, which is zeroed first; adds it as a managed policy. */
void iam_read_policy_members(struct export_reader *reader, struct iam_policy *policy);
void iam_add_policy(struct export_reader *reader, const struct iam_policy *policy, const struct iam_source *source);

#endif
