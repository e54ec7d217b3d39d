/*
 * What people put beside exports and rolechain does not read, and why not.
 */
#include "ingest/readers/export_kind.h"

#include <string.h>

static bool is_markup(const char *path, const char *at, size_t length)
{
    (void)path;
    (void)length;
    return *at == '<';
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
#define EXPORT_DETAILS "export them with get-account-authorization-details"

#define OF_OTHERS "accounts as another service has them; the organization's are those of organizations list-accounts"

/* clang-format off */
#define ONE(word, why, ...) {.name = word, .others = (const struct export_other[]){{why, {__VA_ARGS__}}, {0}}}

const struct export_kind unread_kinds[] = {
    ONE("access-analyzer", "Access Analyzer findings are not read by this version", "findings"),
    ONE("cloudtrail-digest", "holds no events", "digestStartTime", "logFiles"),
    ONE("get-account-summary", "holds nothing about roles", "SummaryMap"),
    ONE("get-caller-identity", "holds nothing about roles", "UserId", "Account", "Arn"),
    ONE("list-delegated-administrators", "delegated administrators change no verdict", "DelegatedAdministrators"),
    ONE("get-identity-pool-roles", "the roles of Cognito identity pools are not read by this version", "IdentityPoolId",
        "Roles"),
    ONE("get-function", "a function that runs as a role; functions are not read by this version", "FunctionName", "Role"),
    ONE("identitystore-list-users", "people of Identity Center are not read by this version", "Users",
        "Users[].IdentityStoreId"),
    ONE("identitystore-list-groups", "groups of Identity Center are not read by this version", "Groups",
        "Groups[].IdentityStoreId"),
    ONE("cognito-list-users", "users of Cognito user pools, who are none of IAM", "Users", "Users[].UserStatus"),
    ONE("cognito-list-groups", "groups of Cognito user pools, which are none of IAM", "Groups", "Groups[].UserPoolId"),
    ONE("transfer-list-users", "users of Transfer Family, who are none of IAM", "Users", "ServerId"),
    ONE("resource-groups-list-groups", "groups of resources, which are none of IAM", "Groups", "GroupIdentifiers"),
    ONE("xray-get-groups", "groups of X-Ray, which are none of IAM", "Groups", "Groups[].GroupARN"),
    ONE("elasticache-describe-users", "users of ElastiCache, who are none of IAM", "Users", "Users[].Engine"),
    ONE("memorydb-describe-users", "users of MemoryDB, who are none of IAM", "Users", "Users[].AccessString"),
    ONE("mq-list-users", "users of Amazon MQ, who are none of IAM", "Users", "BrokerId"),
    ONE("workmail-list-users", "users of WorkMail, who are none of IAM", "Users", "Users[].State"),
    ONE("workmail-list-groups", "groups of WorkMail, which are none of IAM", "Groups", "Groups[].State"),
    ONE("workdocs-describe-users", "users of WorkDocs, who are none of IAM", "Users", "Users[].OrganizationId"),
    ONE("cloudtrail-lake", "results of CloudTrail Lake: ask for the events themselves with lookup-events, or load the files "
        "of the trail", "QueryResultRows"),
    ONE("awslogs", "what CloudWatch Logs sends to a function: decode awslogs.data (base64, gzip) and load that", "awslogs"),
    ONE("sns", "a notice of SNS: load what its Message holds", "Type", "TopicArn", "Message"),
    ONE("sqs", "messages of SQS: load what their Body holds", "Messages", "Messages[].Body"),
    ONE("config-rule-event", "what AWS Config sends to a rule: load what its invokingEvent holds", "invokingEvent"),
    ONE("ecs-list-clusters", "clusters of ECS are not read by this version", "clusterArns"),
    ONE("eks-list-clusters", "clusters of EKS are not read by this version", "clusters"),
    {.name = "accounts-of-others",
     .others = (const struct export_other[]){{OF_OTHERS, {"Accounts", "Accounts[].AccountId"}},
                                             {OF_OTHERS, {"Accounts", "Accounts[].accountId"}},
                                             {0}}},
    ONE("list-targets-by-rule", "targets of EventBridge rules hold nothing about who can assume roles", "Targets",
        "Targets[].Arn"),
    ONE("list-users", "users without policies: " EXPORT_DETAILS, "Users"),
    ONE("get-user", "a user without policies: export it with get-account-authorization-details", "User"),
    ONE("list-groups", "groups without policies: " EXPORT_DETAILS, "Groups"),
    ONE("list-role-policies", "does not say whose policies these are: " USE_DETAILS, "PolicyNames"),
    ONE("list-attached-policies", "does not say whose policies these are: " USE_DETAILS, "AttachedPolicies"),
    ONE("get-policy-version", "does not say which policy this is: " USE_DETAILS, "PolicyVersion"),
    ONE("get-role-policy", "one policy of a principal: " USE_DETAILS, "PolicyDocument", "PolicyName"),
    ONE("policy-document", "a policy document alone does not say whose it is", "Version", "Statement"),
    {.name = "xml", .is_text = is_markup, .refusal = "XML or HTML; export again with --output json"},
    {.name = "yaml", .is_text = is_yaml, .refusal = "YAML; export again with --output json"},
    {0},
};
/* clang-format on */
