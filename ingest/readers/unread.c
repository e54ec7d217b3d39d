/*
 * Files often found beside exports that rolechain does not read, and the reasons.
 */
#include "ingest/readers/export_kind.h"

#include <string.h>

static bool is_markup(const char *path, const char *at, size_t length)
{
    (void)path;
    (void)length;
    return *at == '<';
}

static bool is_database(const char *path, const char *at, size_t length)
{
    static const char begins[] = "SQLite format 3";
    (void)path;
    return length >= sizeof begins && memcmp(at, begins, sizeof begins) == 0;
}

/* By the name of the file, "---" or "word:". */
static bool is_yaml(const char *path, const char *at, size_t length)
{
    const char *dot = strrchr(path, '.');
    size_t word = 0;
    while (word < length && word < 64 && (at[word] == '_' || at[word] == '-' || (at[word] >= '0' && at[word] <= 'z')) &&
           at[word] != ':')
        word++;
    return (dot != NULL && (strcmp(dot, ".yaml") == 0 || strcmp(dot, ".yml") == 0)) ||
           (length >= 3 && memcmp(at, "---", 3) == 0) || (word > 0 && word < length && at[word] == ':');
}

/* Needs authorization details. */
#define USE_DETAILS "use get-account-authorization-details"
#define EXPORT_DETAILS "export with aws iam get-account-authorization-details"

#define OF_SETS "what a permission set allows is read from its roles"
#define OF_APPLICATIONS "applications of Identity Center give access to no role"

#define OF_OTHERS "not the accounts of AWS Organizations; export those with aws organizations list-accounts"

/* clang-format off */
#define ONE(word, why, ...) {.name = word, .others = (const struct export_other[]){{why, {__VA_ARGS__}}, {0}}}

const struct export_kind unread_kinds[] = {
    ONE("access-analyzer", "Access Analyzer findings are not supported yet", "findings"),
    ONE("cloudtrail-digest", "a log digest without events", "digestStartTime", "logFiles"),
    ONE("get-account-summary", "not about IAM roles", "SummaryMap"),
    ONE("get-caller-identity", "not about IAM roles", "UserId", "Account", "Arn"),
    ONE("list-delegated-administrators", "does not say who can assume roles; what delegated administrators control is not evaluated yet", "DelegatedAdministrators"),
    ONE("rolesanywhere-list-crls", "revoked certificates are not looked at", "crls"),
    ONE("rolesanywhere-list-subjects", "who came with a certificate says nothing of who can", "subjects", "subjects[].subjectArn"),
    ONE("get-function", "Lambda functions are not supported yet", "FunctionName", "Role"),
    {.name = "permission-set-policies",
     .others = (const struct export_other[]){{OF_SETS, {"AttachedManagedPolicies"}},
                                             {OF_SETS, {"CustomerManagedPolicyReferences"}},
                                             {OF_SETS, {"InlinePolicy"}},
                                             {OF_SETS, {"PermissionsBoundary"}},
                                             {0}}},
    ONE("sso-list-applications", OF_APPLICATIONS, "Applications", "Applications[].ApplicationProviderArn"),
    ONE("sso-list-application-assignments", OF_APPLICATIONS, "ApplicationAssignments"),
    ONE("list-trusted-token-issuers", OF_APPLICATIONS, "TrustedTokenIssuers"),
    ONE("cognito-list-users", "Cognito user pool users, not IAM users", "Users", "Users[].UserStatus"),
    ONE("cognito-list-groups", "Cognito user pool groups, not IAM groups", "Groups", "Groups[].UserPoolId"),
    ONE("transfer-list-users", "Transfer Family users, not IAM users", "Users", "ServerId"),
    ONE("resource-groups-list-groups", "resource groups, not IAM groups", "Groups", "GroupIdentifiers"),
    ONE("xray-get-groups", "X-Ray groups, not IAM groups", "Groups", "Groups[].GroupARN"),
    ONE("elasticache-describe-users", "ElastiCache users, not IAM users", "Users", "Users[].Engine"),
    ONE("memorydb-describe-users", "MemoryDB users, not IAM users", "Users", "Users[].AccessString"),
    ONE("mq-list-users", "Amazon MQ users, not IAM users", "Users", "BrokerId"),
    ONE("workmail-list-users", "WorkMail users, not IAM users", "Users", "Users[].State"),
    ONE("workmail-list-groups", "WorkMail groups, not IAM groups", "Groups", "Groups[].State"),
    ONE("workdocs-describe-users", "WorkDocs users, not IAM users", "Users", "Users[].OrganizationId"),
    ONE("cloudtrail-lake", "CloudTrail Lake query results; export the events with aws cloudtrail lookup-events, or load the trail's log files", "QueryResultRows"),
    ONE("awslogs", "a CloudWatch Logs subscription event; decode awslogs.data (base64, gzip) and load that", "awslogs"),
    ONE("sns", "an SNS notification; load its Message instead", "Type", "TopicArn", "Message"),
    ONE("sqs", "SQS messages; load their Body instead", "Messages", "Messages[].Body"),
    ONE("config-rule-event", "an AWS Config rule event; load its invokingEvent instead", "invokingEvent"),
    ONE("ecs-list-clusters", "ECS clusters are not read: what runs there is in task definitions and tasks", "clusterArns"),
    {.name = "accounts-of-others",
     .others = (const struct export_other[]){{OF_OTHERS, {"Accounts", "Accounts[].AccountId"}},
                                             {OF_OTHERS, {"Accounts", "Accounts[].accountId"}},
                                             {0}}},
    ONE("list-targets-by-rule", "EventBridge targets do not say who can assume roles", "Targets",
        "Targets[].Arn"),
    ONE("list-users", "users without their policies: " EXPORT_DETAILS, "Users"),
    ONE("get-user", "a user without its policies; export with aws iam get-account-authorization-details", "User"),
    ONE("list-groups", "groups without their policies: " EXPORT_DETAILS, "Groups"),
    ONE("list-role-policies", "does not say who has these policies: " USE_DETAILS, "PolicyNames"),
    ONE("list-attached-policies", "does not say who has these policies: " USE_DETAILS, "AttachedPolicies"),
    ONE("get-policy-version", "does not say which policy this is: " USE_DETAILS, "PolicyVersion"),
    ONE("get-role-policy", "one policy of a principal: " USE_DETAILS, "PolicyDocument", "PolicyName"),
    ONE("policy-document", "a policy document alone: it does not say whose policy it is", "Version", "Statement"),
    {.name = "xml", .is_text = is_markup, .refusal = "XML or HTML; export again with --output json"},
    {.name = "sqlite", .is_text = is_database, .refusal = "an SQLite database, not an export; one that rolechain made is named with -d"},
    {.name = "yaml", .is_text = is_yaml, .refusal = "YAML; export again with --output json"},
    {0},
};
/* clang-format on */
