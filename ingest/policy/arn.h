/*
 * arn: Amazon Resource Names, split into their parts.
 *
 * arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE; everything after the fifth colon is the resource and may contain
 * colons and slashes. Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html and
 * .../reference_identifiers.html
 */
#ifndef ROLECHAIN_INGEST_POLICY_ARN_H
#define ROLECHAIN_INGEST_POLICY_ARN_H

#include <stdbool.h>
#include <stddef.h>

/* A piece of the parsed text; not NUL-terminated. */
struct span {
    const char *at;
    size_t length;
};

enum arn_kind {
    ARN_OTHER,
    ARN_ACCOUNT_ROOT,   /* iam::N:root */
    ARN_USER,           /* iam::N:user/path/name */
    ARN_ROLE,           /* iam::N:role/path/name */
    ARN_GROUP,          /* iam::N:group/path/name */
    ARN_POLICY,         /* iam::N:policy/path/name; account "aws" for AWS-managed policies */
    ARN_ROLE_SESSION,   /* sts::N:assumed-role/ROLE-NAME/SESSION; the role's path is not part of this form */
    ARN_FEDERATED_USER, /* sts::N:federated-user/name */
    ARN_SAML_PROVIDER,  /* iam::N:saml-provider/name */
    ARN_OIDC_PROVIDER,  /* iam::N:oidc-provider/host/path */
    ARN_INSTANCE_PROFILE,
};

/* All spans point into the parsed text, which must outlive the struct. */
struct arn {
    enum arn_kind kind;
    struct span partition, service, region, account, resource;
    struct span path;    /* with leading and trailing slash, "/" if none; empty for kinds without a path */
    struct span name;    /* last part: user, role, policy name; for a session the role's name; for a provider everything
                            after the resource type */
    struct span session; /* ARN_ROLE_SESSION only: the session name */
};

/* Splits text of that length. False if it does not have six colon-separated fields starting with "arn"; *arn is then
 * unspecified. Wildcards are accepted: the caller decides where they are allowed. */
bool arn_parse(const char *text, size_t length, struct arn *arn);

/* Whether text is a 12-digit account id. */
bool arn_is_account_id(const char *text, size_t length);

/* Whether text has the form of an IAM unique id of a user (AIDA…) or role (AROA…), or another IAM entity (AGPA, ANPA,
 * AIPA, ASCA, APKA, AKIA, ASIA): 16 to 128 upper-case letters and digits with such a prefix. Source:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids */
bool arn_is_unique_id(const char *text, size_t length);

/* Whether text is the id of an organization: "o-" and 10 to 32 lower-case letters and digits. Source:
 * https://docs.aws.amazon.com/organizations/latest/APIReference/API_Organization.html */
bool arn_is_organization_id(const char *text, size_t length);

/* ---- principals and policies that AWS manages. Sources:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html#aws-managed-policies,
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create-service-linked-role.html,
 * https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html */

/* The name of an AWS managed policy with its path: the part after "arn:PARTITION:iam::aws:policy/". NULL if it is not
 * one; arn may be NULL. */
const char *arn_aws_managed_policy(const char *arn);
bool arn_is_aws_managed_policy(const char *arn);

/* The same in SQL, for SQLite's GLOB. */
#define ARN_AWS_MANAGED_GLOB "'arn:*:iam::aws:*'"

/* Service-linked: only its service can change and assume the role. */
bool arn_path_is_service_linked(const char *path);
bool arn_is_service_linked_role(const char *arn);

/* Whether another AWS service, such as IAM Identity Center, creates and manages the role. */
bool arn_path_is_reserved(const char *path);
bool arn_is_reserved_role(const char *arn);

/* Whether IAM Identity Center created it: a role with that path; a SAML provider with the name
 * AWSSSO_…_DO_NOT_DELETE. */
bool arn_path_is_identity_center(const char *path);
bool arn_is_identity_center_provider(const char *name);

bool span_equals(struct span span, const char *string);
bool span_same(struct span a, struct span b);

#endif
