#include "tests/bench/generate_policies.h"

#include <stdio.h>
#include <string.h>

/* ---- chance */

uint64_t chance_draw(struct chance *chance)
{
    uint64_t value = chance->state += 0x9e3779b97f4a7c15u;
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9u;
    value = (value ^ (value >> 27)) * 0x94d049bb133111ebu;
    return value ^ (value >> 31);
}

uint32_t chance_below(struct chance *chance, uint32_t limit)
{
    return (uint32_t)(((chance_draw(chance) >> 32) * limit) >> 32);
}

bool chance_permille(struct chance *chance, unsigned share)
{
    return chance_below(chance, 1000) < share;
}

static uint32_t count_words(const char *words)
{
    uint32_t count = 1;
    for (; *words != '\0'; words++)
        count += *words == ' ';
    return count;
}

const char *word_at(const char *words, uint32_t number, char word[64])
{
    for (number %= count_words(words); number > 0; number--)
        words = strchr(words, ' ') + 1;
    snprintf(word, 64, "%.*s", (int)strcspn(words, " "), words);
    return word;
}

const char *chance_word(struct chance *chance, const char *words, char word[64])
{
    return word_at(words, chance_below(chance, count_words(words)), word);
}

/* ---- the organization */

void account_id(const struct organization *organization, uint32_t index, char id[13])
{
    struct chance chance = {organization->seed};
    /* The factor and the modulus have no common divisor, so no two accounts have the same id. */
    uint64_t offset = chance_draw(&chance) >> 30;
    snprintf(id, 13, "%012llu", 100000000000u + (unsigned long long)((index * 7919317777u + offset) % 899999999999u));
}

void account_another(const struct account *account, struct chance *chance, char id[13])
{
    account_id(account->organization, chance_below(chance, account->organization->account_count), id);
}

/* ---- statements */

void policy_open(struct json_writer *writer, const char *key)
{
    json_open(writer, key, '{');
    json_text(writer, "Version", "2012-10-17");
    json_open(writer, "Statement", '[');
}

void policy_close(struct json_writer *writer)
{
    json_close(writer, ']');
    json_close(writer, '}');
}

void policy_open_statement(struct json_writer *writer, const char *effect)
{
    json_open(writer, NULL, '{');
    json_text(writer, "Effect", effect);
}

/* {"operator": {"key": "value"}} as Condition. */
void policy_condition(struct json_writer *writer, const char *operator, const char * key, const char *value)
{
    json_open(writer, "Condition", '{');
    json_open(writer, operator, '{');
    json_text(writer, key, value);
    json_close(writer, '}');
    json_close(writer, '}');
}

/* ---- identity policies */

void policy_allow(struct json_writer *writer, const char *key, const char *action, const char *resource)
{
    policy_open(writer, key);
    policy_open_statement(writer, "Allow");
    json_text(writer, "Action", action);
    json_text(writer, "Resource", resource);
    json_close(writer, '}');
    policy_close(writer);
}

static const struct {
    const char *service, *actions, *resource; /* resource: region, account, team, part; NULL: only "*" */
} services[] = {
    {"s3", "GetObject PutObject DeleteObject ListBucket GetBucketLocation AbortMultipartUpload GetObjectTagging",
     "arn:aws:s3:::%s-%s-%s-%s/*"},
    {"dynamodb", "GetItem PutItem UpdateItem DeleteItem Query Scan BatchWriteItem DescribeTable",
     "arn:aws:dynamodb:%s:%s:table/%s-%s"},
    {"logs", "CreateLogGroup CreateLogStream PutLogEvents DescribeLogStreams FilterLogEvents",
     "arn:aws:logs:%s:%s:log-group:/aws/%s/%s:*"},
    {"kms", "Decrypt Encrypt GenerateDataKey DescribeKey CreateGrant", "arn:aws:kms:%s:%s:alias/%s-%s"},
    {"sqs", "SendMessage ReceiveMessage DeleteMessage GetQueueAttributes ChangeMessageVisibility",
     "arn:aws:sqs:%s:%s:%s-%s"},
    {"ssm", "GetParameter GetParameters GetParametersByPath DescribeParameters", "arn:aws:ssm:%s:%s:parameter/%s/%s/*"},
    {"secretsmanager", "GetSecretValue DescribeSecret ListSecretVersionIds",
     "arn:aws:secretsmanager:%s:%s:secret:%s/%s-??????"},
    {"ec2",
     "DescribeInstances DescribeSubnets CreateNetworkInterface DescribeVpcs CreateTags RunInstances DescribeImages",
     NULL},
    {"cloudwatch", "PutMetricData GetMetricData ListMetrics DescribeAlarms PutMetricAlarm", NULL},
    {"ecr", "GetAuthorizationToken BatchGetImage GetDownloadUrlForLayer PutImage DescribeRepositories",
     "arn:aws:ecr:%s:%s:repository/%s/%s"},
    {"elasticloadbalancing", "DescribeLoadBalancers DescribeTargetGroups RegisterTargets", NULL},
    {"states", "StartExecution DescribeExecution StopExecution", "arn:aws:states:%s:%s:stateMachine:%s-%s"},
};

static void application_statement(struct json_writer *writer, const struct account *account, struct chance *chance)
{
    uint32_t service = chance_below(chance, sizeof services / sizeof services[0]);
    uint32_t actions = 1 + chance_below(chance, 5);
    char action[64], team[64], part[64], resource[256];
    json_open(writer, NULL, '{');
    if (chance_permille(chance, 450))
        json_format(writer, "Sid", "Statement%u", chance_below(chance, 100000));
    json_text(writer, "Effect", "Allow");
    if (actions > 1)
        json_open(writer, "Action", '[');
    for (uint32_t i = 0; i < actions; i++)
        json_format(writer, actions > 1 ? NULL : "Action", "%s:%s", services[service].service,
                    chance_word(chance, services[service].actions, action));
    if (actions > 1)
        json_close(writer, ']');
    if (services[service].resource == NULL || account == NULL || chance_permille(chance, 150)) {
        json_text(writer, "Resource", "*");
    } else {
        uint32_t resources = 1 + chance_below(chance, 3);
        json_open(writer, "Resource", '[');
        while (resources-- > 0) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
            snprintf(resource, sizeof resource, services[service].resource, account->region, account->id,
                     chance_word(chance, GENERATED_TEAMS, team), chance_word(chance, GENERATED_PARTS, part));
#pragma GCC diagnostic pop
            json_text(writer, NULL, resource);
        }
        json_close(writer, ']');
    }
    if (account != NULL && chance_permille(chance, 60))
        policy_condition(writer, "StringEquals", "aws:ResourceAccount", account->id);
    json_close(writer, '}');
}

void policy_application(struct json_writer *writer, const char *key, const struct account *account, uint64_t seed)
{
    struct chance chance = {seed % 500};
    uint32_t statements = 2 + chance_below(&chance, 6) + chance_below(&chance, 5) * chance_below(&chance, 4);
    bool everywhere = chance_permille(&chance, 250);
    policy_open(writer, key);
    while (statements-- > 0)
        application_statement(writer, everywhere ? NULL : account, &chance);
    policy_close(writer);
}

void policy_assume(struct json_writer *writer, const char *key, const struct account *account, uint64_t seed)
{
    struct chance chance = {seed};
    uint32_t share = chance_below(&chance, 100);
    char id[13], team[64];
    policy_open(writer, key);
    policy_open_statement(writer, "Allow");
    json_text(writer, "Action", "sts:AssumeRole");
    if (share < 55) {
        json_open(writer, "Resource", '[');
        for (uint32_t i = chance_below(&chance, 4) + 1; i > 0; i--) {
            account_another(account, &chance, id);
            json_format(writer, NULL, "arn:aws:iam::%s:role/deploy-%s", id,
                        chance_word(&chance, GENERATED_TEAMS, team));
        }
        json_close(writer, ']');
    } else if (share < 70) {
        json_format(writer, "Resource", "arn:aws:iam::*:role/deploy-%.3s*",
                    chance_word(&chance, GENERATED_TEAMS, team));
    } else if (share < 80) {
        account_another(account, &chance, id);
        json_format(writer, "Resource", "arn:aws:iam::%s:role/*", id);
    } else {
        json_text(writer, "Resource", "*");
        if (share >= 95)
            policy_condition(writer, "StringEquals", "aws:ResourceTag/team", "${aws:PrincipalTag/team}");
        else if (share >= 90)
            policy_condition(writer, "Bool", "aws:MultiFactorAuthPresent", "true");
    }
    json_close(writer, '}');
    if (share >= 85 && share < 90) {
        policy_open_statement(writer, "Deny");
        json_text(writer, "Action", "sts:AssumeRole");
        account_id(account->organization, MANAGEMENT_ACCOUNT, id);
        json_format(writer, "Resource", "arn:aws:iam::%s:role/*", id);
        json_close(writer, '}');
    }
    policy_close(writer);
}

const struct aws_policy aws_policies[] = {
    {"AdministratorAccess", "/", 0, 0},
    {"PowerUserAccess", "/", 0, 0},
    {"ReadOnlyAccess", "/", 60, 1},
    {"SecurityAudit", "/", 25, 0},
    {"AWSLambdaBasicExecutionRole", "/service-role/", 1, 14},
    {"AWSLambdaVPCAccessExecutionRole", "/service-role/", 2, 8},
    {"AmazonECSTaskExecutionRolePolicy", "/service-role/", 2, 8},
    {"AmazonSSMManagedInstanceCore", "/", 6, 6},
    {"AmazonEC2ContainerRegistryReadOnly", "/", 3, 4},
    {"CloudWatchAgentServerPolicy", "/", 4, 4},
    {"AmazonS3ReadOnlyAccess", "/", 2, 3},
    {"AWSXRayDaemonWriteAccess", "/", 2, 3},
    {"AmazonDynamoDBFullAccess", "/", 10, 2},
    {"AmazonEKSClusterPolicy", "/", 12, 1},
    {"AWSConfigServiceRolePolicy", "/aws-service-role/", 30, 3},
    {"AWSSupportServiceRolePolicy", "/aws-service-role/", 120, 2},
    {"AutoScalingServiceRolePolicy", "/aws-service-role/", 10, 2},
    {"AmazonGuardDutyServiceRolePolicy", "/aws-service-role/", 12, 2},
};
const unsigned aws_policy_count = sizeof aws_policies / sizeof aws_policies[0];

unsigned aws_policy_for_service(struct chance *chance)
{
    unsigned total = 0, at = 0;
    for (unsigned i = 0; i < aws_policy_count; i++)
        total += aws_policies[i].weight;
    for (uint32_t left = chance_below(chance, total); left >= aws_policies[at].weight; at++)
        left -= aws_policies[at].weight;
    return at;
}

void policy_aws(struct json_writer *writer, const char *key, unsigned number, unsigned version)
{
    struct chance chance = {(uint64_t)number * 64 + version};
    if (number == AWS_ADMINISTRATOR) {
        policy_allow(writer, key, "*", "*");
        return;
    }
    policy_open(writer, key);
    if (number == AWS_POWER_USER) {
        policy_open_statement(writer, "Allow");
        json_open(writer, "NotAction", '[');
        json_text(writer, NULL, "iam:*");
        json_text(writer, NULL, "organizations:*");
        json_text(writer, NULL, "account:*");
        json_close(writer, ']');
        json_text(writer, "Resource", "*");
        json_close(writer, '}');
    }
    for (unsigned i = 0; i < aws_policies[number].statements; i++)
        application_statement(writer, NULL, &chance);
    policy_close(writer);
}
