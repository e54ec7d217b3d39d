/* What runs with roles, as the exports of EKS, kubectl and regions tell it: whose it is, and that a list is not
 * mistaken for one of another service. */
#include "tests/support/loading.h"
#include "tests/support/testing.h"

#include <stdio.h>
#include <string.h>

#define HOME "accounts/111122223333/eu-west-1/"
#define CLUSTER "arn:aws:eks:eu-west-1:111122223333:cluster/blue"
#define ASSOCIATION                                                                                                    \
    "\"clusterName\":\"blue\",\"namespace\":\"shop\",\"serviceAccount\":\"cart\",\"associationArn\":\"arn:aws:eks:eu-" \
    "west-1:111122223333:podidentityassociation/blue/a-1\",\"associationId\":\"a-1\""

static void put_home(struct world *world, const char *name, const char *text)
{
    char path[256];
    snprintf(path, sizeof path, HOME "%s", name);
    put_text(world, path, text);
}

/* Loads files, name and text, of which none is read. */
static void assert_skipped(struct world *world, const char *const rows[][2], size_t count)
{
    for (size_t i = 0; i < count; i++)
        put_home(world, rows[i][0], rows[i][1]);
    load(world);
    for (size_t i = 0; i < count; i++)
        if (verdict_of(world, rows[i][0])->verdict != BATCH_SKIPPED)
            fail_msg("%s: %s", rows[i][0], verdict_of(world, rows[i][0])->detail);
}

static void clusters_and_pods(void **state)
{
    struct world *world = *state;
    put_home(world, "list-clusters.json", "{\"clusters\":[\"blue\"]}");
    put_home(world, "describe-cluster.blue.json",
             "{\"cluster\":{\"name\":\"blue\",\"arn\":\"" CLUSTER
             "\",\"identity\":{\"oidc\":{\"issuer\":\"https://oidc.eks.eu-west-1.amazonaws.com/id/AB\"}}}}");
    put_home(world, "list-pod-identity-associations.blue.json", "{\"associations\":[{" ASSOCIATION "}]}");
    put_home(world, "describe-pod-identity-association.blue.a-1.json",
             "{\"association\":{" ASSOCIATION
             ",\"roleArn\":\"arn:aws:iam::111122223333:role/r\",\"disableSessionTags\":"
             "true,\"targetRoleArn\":\"arn:aws:iam::222233334444:role/t\",\"externalId\":\"x\",\"policy\":\"{}\"}}");
    put_home(world, "kubectl-get-serviceaccounts.blue.json",
             "{\"apiVersion\":\"v1\",\"kind\":\"List\",\"items\":[{\"apiVersion\":\"v1\",\"kind\":\"ServiceAccount\","
             "\"metadata\":{\"name\":\"cart\",\"namespace\":\"shop\",\"annotations\":{\"eks.amazonaws.com/role-arn\":"
             "\"arn:aws:iam::111122223333:role/r\"}}},{\"kind\":\"ServiceAccount\",\"metadata\":{\"name\":\"default\","
             "\"namespace\":\"shop\"}}]}");
    load(world);
    assert_number(world,
                  "SELECT count(*) FROM cluster WHERE arn = '" CLUSTER
                  "' AND account = '111122223333' AND region = 'eu-west-1' AND name = 'blue' AND issuer = "
                  "'oidc.eks.eu-west-1.amazonaws.com/id/AB' AND listed",
                  1);
    assert_number(world,
                  "SELECT count(*) FROM pod_association WHERE cluster = '" CLUSTER
                  "' AND id = 'a-1' AND namespace = 'shop' AND service_account = 'cart' AND role = "
                  "'arn:aws:iam::111122223333:role/r' AND tags = 0 AND target = 'arn:aws:iam::222233334444:role/t' AND "
                  "external_id = 'x' AND limited AND listed",
                  1);
    assert_number(world, "SELECT count(*) FROM service_account WHERE cluster = '" CLUSTER "'", 2);
    assert_number(world, "SELECT count(*) FROM service_account WHERE role = 'arn:aws:iam::111122223333:role/r'", 1);
    assert_number(world,
                  "SELECT count(*) FROM listing WHERE (call = 'eks-list-clusters' AND argument = '111122223333 "
                  "eu-west-1') OR (call IN ('list-pod-identity-associations', 'kubectl-get-serviceaccounts') AND "
                  "argument = '" CLUSTER "')",
                  3);
    assert_verdict(world, "list-clusters", "loaded", "1 EKS cluster");
    assert_sound(world);
    /* What a later list does not name is gone, and what was described stays so. */
    put_home(world, "list-pod-identity-associations.blue.json", "{\"associations\":[]}");
    put_home(world, "kubectl-get-serviceaccounts.blue.json",
             "{\"apiVersion\":\"v1\",\"items\":[],\"kind\":\"List\",\"metadata\":{}}");
    load(world);
    assert_number(world, "SELECT count(*) FROM pod_association WHERE listed", 0);
    assert_number(world, "SELECT count(*) FROM pod_association WHERE role IS NOT NULL", 1);
    assert_number(world, "SELECT count(*) FROM service_account", 0);
    put_home(world, "list-pod-identity-associations.blue.json", "{\"associations\":[{" ASSOCIATION "}]}");
    load(world);
    assert_number(world, "SELECT count(*) FROM pod_association WHERE listed AND role IS NOT NULL AND tags = 0", 1);
}

static void capabilities(void **state)
{
    struct world *world = *state;
#define ACK "arn:aws:eks:eu-west-1:111122223333:capability/blue/ack/ack/1"
    put_home(world, "list-capabilities.blue.json",
             "{\"capabilities\":[{\"capabilityName\":\"ack\",\"arn\":\"" ACK "\"}]}");
    load(world);
    assert_number(world, "SELECT count(*) FROM workload WHERE arn = '" ACK "' AND listed AND NOT described", 1);
    put_home(world, "describe-capability.blue.ack.json",
             "{\"capability\":{\"capabilityName\":\"ack\",\"arn\":\"" ACK
             "\",\"roleArn\":\"arn:aws:iam::111122223333:role/r\",\"status\":\"ACTIVE\"}}");
    load(world);
    assert_number(
        world,
        "SELECT count(*) FROM workload w JOIN workload_role r ON r.workload = w.arn WHERE described AND listed "
        "AND scope = '" CLUSTER "' AND use = 'eks-capability' AND role = 'arn:aws:iam::111122223333:role/r'",
        1);
    assert_sound(world);
}

/* Envelopes say of which account and region they are. */
static void envelopes(void **state)
{
    struct world *world = *state;
    put_text(world, "calls.ndjson",
             "{\"account\":\"111122223333\",\"region\":\"eu-west-1\",\"call\":\"eks "
             "list-clusters\",\"args\":{},\"output\":{\"clusters\":[\"blue\"]}}\n"
             "{\"account\":\"222233334444\",\"region\":\"cn-north-1\",\"call\":\"eks "
             "list-pod-identity-associations\",\"args\":{\"cluster-name\":\"red\"},\"output\":{\"associations\":[]}}\n"
             "{\"account\":\"222233334444\",\"region\":\"\",\"call\":\"account "
             "list-regions\",\"args\":{},\"output\":{\"Regions\":[{\"RegionName\":\"cn-north-1\",\"RegionOptStatus\":"
             "\"ENABLED_BY_DEFAULT\"}]}}\n"
             "{\"account\":\"222233334444\",\"region\":\"eu-west-1\",\"call\":\"ecs "
             "list-clusters\",\"args\":{},\"output\":{\"clusters\":[]}}\n");
    load(world);
    assert_number(world, "SELECT count(*) FROM cluster WHERE arn = '" CLUSTER "'", 1);
    assert_number(world,
                  "SELECT count(*) FROM listing WHERE argument = "
                  "'arn:aws-cn:eks:cn-north-1:222233334444:cluster/red'",
                  1);
    assert_number(world, "SELECT count(*) FROM account_region WHERE account = '222233334444' AND region = 'cn-north-1'",
                  1);
    assert_number(world, "SELECT count(*) FROM listing WHERE argument = '222233334444 eu-west-1'", 0);
    assert_number(world, "SELECT count(*) FROM listing WHERE argument = '222233334444 *'", 1);
}

static void regions(void **state)
{
    struct world *world = *state;
    put_text(world, "accounts/111122223333/list-regions.json",
             "{\"Regions\":[{\"RegionName\":\"us-east-1\",\"RegionOptStatus\":\"ENABLED_BY_DEFAULT\"},{\"RegionName\":"
             "\"eu-south-1\",\"RegionOptStatus\":\"ENABLED\"},{\"RegionName\":\"me-south-1\",\"RegionOptStatus\":"
             "\"DISABLED\"}]}");
    put_text(
        world, "accounts/222233334444/describe-regions.json",
        "{\"Regions\":[{\"RegionName\":\"us-east-1\",\"OptInStatus\":\"opt-in-not-required\"},{\"RegionName\":\"me-"
        "south-1\",\"OptInStatus\":\"not-opted-in\"}]}");
    put_text(world, "accounts/333344445555/list-regions.json",
             "{\"Regions\":[{\"RegionName\":\"eu-south-1\",\"RegionOptStatus\":\"ENABLED\"}]}");
    put_text(world, "regions.json", "{\"Regions\":[{\"RegionName\":\"us-east-1\"}]}");
    put_text(world, "lightsail.json", "{\"Regions\":[{\"Name\":\"us-east-1\"}]}");
    load(world);
    assert_number(world, "SELECT count(*) FROM account_region WHERE account = '111122223333'", 2);
    assert_number(world, "SELECT count(*) FROM account_region WHERE account = '222233334444'", 1);
    assert_number(world, "SELECT count(*) FROM listing WHERE call = 'list-regions'", 2);
    assert_number(world, "SELECT count(*) FROM listing WHERE call = 'list-regions' AND argument = '333344445555 *'", 0);
    assert_non_null(problem_of(world, "whose-regions"));
    assert_verdict(world, "lightsail", "skipped", "");
}

/* Without a place a name says nothing. */
static void whose_it_is(void **state)
{
    struct world *world = *state;
    put_text(world, "list-clusters.json", "{\"clusters\":[\"blue\"]}");
    put_home(world, "associations.json", "{\"associations\":[{" ASSOCIATION "}],\"nextToken\":\"t\"}");
    put_home(world, "list-pod-identity-associations.json", "{\"associations\":[]}");
    load(world);
    assert_number(world, "SELECT count(*) FROM cluster", 0);
    assert_number(world, "SELECT count(*) FROM pod_association WHERE cluster = '" CLUSTER "' AND role IS NULL", 1);
    assert_number(world, "SELECT count(*) FROM listing", 0);
    assert_non_null(problem_of(world, "place-unknown"));
    assert_non_null(problem_of(world, "truncated"));
}

static void lists_of_other_services(void **state)
{
    struct world *world = *state;
    static const char *const rows[][2] = {
        {"a.json", "{\"clusters\":[{\"clusterArn\":\"arn:aws:ecs:eu-west-1:111122223333:cluster/c\"}]}"},
        {"b.json", "{\"cluster\":{\"name\":\"c\",\"arn\":\"arn:aws:dax:eu-west-1:111122223333:cache/c\"}}"},
        {"c.json", "{\"association\":{\"roleArn\":\"r\"}}"},
        {"d.json", "{\"associations\":[{\"associationId\":\"1\"}]}"},
        {"e.json", "{\"capability\":{\"capabilityId\":\"1\"}}"},
        {"f.json", "{\"capabilities\":[\"one\"]}"},
        {"g.json", "{\"apiVersion\":\"v1\",\"kind\":\"List\",\"items\":[{\"kind\":\"Pod\",\"metadata\":{}}]}"},
        {"ecs.list-clusters.json", "{\"clusters\":[\"x\"]}"},
        {"ecs.list-clusters.b.json", "{\"clusterArns\":[]}"},
    };
    assert_skipped(world, rows, sizeof rows / sizeof rows[0]);
    assert_false(world->result.incomplete);
    assert_number(world, "SELECT (SELECT count(*) FROM cluster) + (SELECT count(*) FROM listing)", 0);
    assert_verdict(world, "ecs.list-clusters.b", "skipped", "ECS clusters are not read");
}

#define FUNCTION "arn:aws:lambda:eu-west-1:111122223333:function:f"

static void functions_and_tasks(void **state)
{
    struct world *world = *state;
    put_home(world, "list-functions.json",
             "{\"Functions\":[{\"FunctionName\":\"f\",\"FunctionArn\":\"" FUNCTION
             "\",\"Role\":\"arn:aws:iam::111122223333:role/service-role/r\",\"Environment\":{\"Variables\":{\"SECRET\":"
             "\"s3cr3t\"}}}]}");
    put_home(world, "list-task-definitions.json",
             "{\"taskDefinitionArns\":[\"arn:aws:ecs:eu-west-1:111122223333:task-definition/app:7\",\"arn:aws:ecs:eu-"
             "west-1:111122223333:task-definition/old:1\"]}");
    put_home(world, "describe-task-definition.app_7.json",
             "{\"taskDefinition\":{\"taskDefinitionArn\":\"arn:aws:ecs:eu-west-1:111122223333:task-definition/app:7\","
             "\"taskRoleArn\":\"arn:aws:iam::111122223333:role/t\",\"executionRoleArn\":\"arn:aws:iam::111122223333:"
             "role/e\",\"containerDefinitions\":[{\"environment\":[{\"name\":\"A\",\"value\":\"s3cr3t\"}]}]}}");
    put_home(world, "get-jobs.json",
             "{\"Jobs\":[{\"Name\":\"j\",\"Role\":\"service-role/glue\"},{\"Name\":\"k\",\"Role\":\"arn:aws:iam::"
             "111122223333:role/g\"}]}");
    put_home(world, "get-pipeline.p.json",
             "{\"pipeline\":{\"name\":\"p\",\"roleArn\":\"arn:aws:iam::111122223333:role/p\",\"stages\":[]}}");
    load(world);
    assert_number(world,
                  "SELECT count(*) FROM workload_role WHERE workload = '" FUNCTION
                  "' AND use = 'lambda' AND role = 'arn:aws:iam::111122223333:role/service-role/r'",
                  1);
    assert_number(world, "SELECT count(*) FROM listing WHERE call = 'lambda-list-functions'", 1);
    assert_number(
        world, "SELECT count(*) FROM listing WHERE call IN ('lambda-list-versions', 'ecs-list-task-definitions')", 0);
    assert_number(world, "SELECT count(*) FROM workload WHERE call = 'ecs-list-task-definitions' AND described", 1);
    assert_number(world,
                  "SELECT count(*) FROM workload_role WHERE (use = 'ecs-task' AND role LIKE '%/t') OR (use = "
                  "'ecs-execution' AND role LIKE '%/e')",
                  2);
    assert_number(
        world,
        "SELECT count(*) FROM workload_role WHERE workload = 'arn:aws:glue:eu-west-1:111122223333:job/j' AND role = "
        "'glue'",
        1);
    assert_number(world, "SELECT count(*) FROM workload WHERE arn = 'arn:aws:codepipeline:eu-west-1:111122223333:p'",
                  1);
    assert_sound(world);
    /* Versions that are listed, too, say that all are. */
    put_home(world, "list-functions.json",
             "{\"Functions\":[{\"FunctionArn\":\"" FUNCTION
             ":$LATEST\",\"Role\":\"arn:aws:iam::111122223333:role/new\"},{"
             "\"FunctionArn\":\"" FUNCTION ":1\",\"Role\":\"arn:aws:iam::111122223333:role/old\"}]}");
    put_home(world, "get-jobs.json", "{\"Jobs\":[]}");
    load(world);
    assert_number(world, "SELECT count(*) FROM listing WHERE call IN ('lambda-list-versions', 'glue-get-jobs')", 2);
    assert_number(world, "SELECT count(*) FROM workload_role WHERE workload = '" FUNCTION "' AND role LIKE '%/new'", 1);
    assert_number(world, "SELECT count(*) FROM workload_role WHERE workload = '" FUNCTION "'", 1);
    assert_number(world, "SELECT count(*) FROM workload WHERE call = 'glue-get-jobs' AND listed", 0);
}

static void instances(void **state)
{
    struct world *world = *state;
    put_text(world, "accounts/111122223333/details.json",
             DETAILS("",
                     "{\"Path\":\"/\",\"RoleName\":\"web\",\"RoleId\":\"AROAweb00000000000\",\"Arn\":\"arn:aws:iam::"
                     "111122223333:role/web\",\"AssumeRolePolicyDocument\":" TRUST(
                         "111122223333") ",\"InstanceProfileList\":[{\"Arn\":\"arn:aws:iam::111122223333:instance-"
                                         "profile/p\",\"InstanceProfileId\":\"AIPA1\"}],\"RolePolicyList\":[],"
                                         "\"AttachedManagedPolicies\":[]}"));
    put_home(
        world, "describe-instances.json",
        "{\"Reservations\":[{\"OwnerId\":\"111122223333\",\"Instances\":[{\"InstanceId\":\"i-1\",\"State\":{\"Name\":"
        "\"running\"},\"IamInstanceProfile\":{\"Arn\":\"arn:aws:iam::111122223333:instance-profile/p\",\"Id\":"
        "\"AIPA1\"},\"MetadataOptions\":{\"HttpTokens\":\"required\",\"HttpPutResponseHopLimit\":2,"
        "\"HttpEndpoint\":\"enabled\"}},{\"InstanceId\":\"i-2\",\"MetadataOptions\":{\"HttpTokens\":\"required\","
        "\"HttpPutResponseHopLimit\":1}},{\"InstanceId\":\"i-3\",\"State\":{\"Name\":\"terminated\"}}]}]}");
    put_text(
        world, "anywhere.json",
        "{\"Reservations\":[{\"OwnerId\":\"222233334444\",\"Instances\":[{\"InstanceId\":\"i-9\",\"Placement\":{"
        "\"AvailabilityZone\":\"us-west-2b\"}},{\"InstanceId\":\"i-8\",\"Placement\":{\"AvailabilityZone\":\"us-west-"
        "2-lax-1a\"}}]}]}");
    load(world);
    assert_number(world, "SELECT count(*) FROM workload WHERE account = '111122223333'", 2);
    assert_number(
        world,
        "SELECT metadata FROM workload WHERE arn = 'arn:aws:ec2:eu-west-1:111122223333:instance/i-1' AND state = "
        "'running' AND listed",
        1);
    assert_number(world, "SELECT metadata FROM workload WHERE arn LIKE '%/i-2'", 0);
    assert_number(world, "SELECT count(*) FROM workload_role WHERE use = 'instance-profile' AND profile = 'AIPA1'", 1);
    assert_number(
        world,
        "SELECT count(*) FROM instance_profile i JOIN principal p ON p.id = i.role WHERE p.name = 'web' AND i.id = "
        "'AIPA1'",
        1);
    assert_number(world, "SELECT count(*) FROM workload WHERE arn = 'arn:aws:ec2:us-west-2:222233334444:instance/i-9'",
                  1);
    assert_number(world, "SELECT count(*) FROM workload WHERE arn LIKE '%/i-8'", 0);
    assert_number(world, "SELECT count(*) FROM listing WHERE call = 'ec2-describe-instances'", 1);
    assert_non_null(problem_of(world, "place-unknown"));
    assert_sound(world);
    /* A role that is in no profile any more. */
    put_text(world, "accounts/111122223333/details.json", DETAILS("", ROLE("111122223333", "web")));
    put_home(world, "describe-instances.json", "{\"Reservations\":[]}");
    load(world);
    assert_number(world, "SELECT count(*) FROM instance_profile", 0);
    assert_number(world, "SELECT count(*) FROM workload WHERE account = '111122223333' AND listed", 0);
}

#define CONFIGURED_FUNCTION "{\"role\":\"arn:aws:iam::111122223333:role/r\"}"
#define CONFIGURED_INSTANCE                                                                                            \
    "{\"iamInstanceProfile\":{\"arn\":\"arn:aws:iam::111122223333:instance-profile/p\"},\"metadataOptions\":{"         \
    "\"httpTokens\":\"optional\",\"httpPutResponseHopLimit\":1,\"httpEndpoint\":\"enabled\"}}"
#define CONFIGURED_TASK "\"{\\\"TaskRoleArn\\\":\\\"arn:aws:iam::111122223333:role/t\\\"}\""

/* The same from AWS Config, native types in small letters. */
static void config_items(void **state)
{
    struct world *world = *state;
#define ITEM(type, arn, configuration)                                                                                 \
    "{\"configurationItemStatus\":\"OK\",\"configurationItemCaptureTime\":\"2026-01-01T00:00:00Z\",\"resourceType\":"  \
    "\"" type "\",\"arn\":\"" arn                                                                                      \
    "\",\"awsAccountId\":\"111122223333\",\"awsRegion\":\"eu-west-1\",\"configuration\":" configuration "}"
    put_text(world, "config.json",
             "{\"configurationItems\":[" ITEM("AWS::Lambda::Function", FUNCTION, CONFIGURED_FUNCTION) "," ITEM(
                 "AWS::EC2::Instance", "arn:aws:ec2:eu-west-1:111122223333:instance/i-1",
                 CONFIGURED_INSTANCE) "," ITEM("AWS::ECS::TaskDefinition",
                                               "arn:aws:ecs:eu-west-1:111122223333:task-definition/a:1",
                                               CONFIGURED_TASK) "]}");
    load(world);
    assert_number(world, "SELECT count(*) FROM workload_role WHERE workload = '" FUNCTION "' AND use = 'lambda'", 1);
    assert_number(world, "SELECT metadata FROM workload WHERE arn LIKE '%/i-1'", 1);
    assert_number(world, "SELECT count(*) FROM workload_role WHERE use = 'ecs-task'", 1);
    assert_number(world, "SELECT count(*) FROM listing", 0);
    put_text(
        world, "config.json",
        "{\"configurationItems\":[{\"configurationItemStatus\":\"ResourceDeleted\",\"resourceType\":\"AWS::Lambda::"
        "Function\",\"arn\":\"" FUNCTION "\"}]}");
    load(world);
    assert_number(world, "SELECT count(*) FROM workload WHERE arn = '" FUNCTION "'", 0);
    assert_number(world, "SELECT count(*) FROM workload_role WHERE workload = '" FUNCTION "'", 0);
}

#define ANCHOR "arn:aws:rolesanywhere:eu-west-1:111122223333:trust-anchor/1"
#define ANYWHERE "arn:aws:rolesanywhere:eu-west-1:111122223333:profile/2"

static void roles_anywhere(void **state)
{
    struct world *world = *state;
    put_text(world, "anchors.json",
             "{\"trustAnchors\":[{\"trustAnchorArn\":\"" ANCHOR "\",\"enabled\":true},{\"trustAnchorArn\":\"" ANCHOR
             "9\",\"enabled\":false}]}");
    put_text(world, "profiles.json",
             "{\"profiles\":[{\"profileArn\":\"" ANYWHERE "\",\"enabled\":true,\"sessionPolicy\":\"{}\",\"roleArns\":["
             "\"arn:aws:iam::111122223333:role/a\",\"arn:aws:iam::"
             "111122223333:role/b\"],\"attributeMappings\":[{\"certificateField\":\"x509Subject\",\"mappingRules\":[{"
             "\"specifier\":\"CN\"}]}]},{\"profileArn\":\"" ANYWHERE
             "8\",\"enabled\":false,\"roleArns\":[\"arn:aws:iam::111122223333:role/a\"]}]}");
    put_text(world, "other.json", "{\"profiles\":[{\"name\":\"p\"}]}");
    put_home(world, "list-crls.json", "{\"crls\":[]}");
    load(world);
    assert_number(world,
                  "SELECT count(*) FROM workload WHERE call = 'rolesanywhere-list-trust-anchors' AND scope = "
                  "'111122223333 eu-west-1' AND listed AND state IN ('enabled', 'disabled')",
                  2);
    assert_number(world,
                  "SELECT count(*) FROM anywhere_profile WHERE arn = '" ANYWHERE
                  "' AND enabled AND limited AND fields = '[\"x509Subject/CN\"]'",
                  2);
    assert_number(world, "SELECT count(*) FROM anywhere_profile WHERE NOT enabled AND NOT limited AND fields IS NULL",
                  1);
    assert_number(world, "SELECT count(*) FROM listing WHERE argument = '111122223333 eu-west-1'", 2);
    assert_verdict(world, "other", "skipped", "");
    assert_sound(world);
    put_text(world, "profiles.json",
             "{\"profiles\":[{\"profileArn\":\"" ANYWHERE "\",\"roleArns\":[]},{\"roleArns\":[]}]}");
    load(world);
    assert_true(world->result.incomplete);
    assert_number(world, "SELECT count(*) FROM anywhere_profile", 0);
    assert_number(world, "SELECT count(*) FROM listing WHERE call = 'rolesanywhere-list-profiles'", 0);
}

static void others_of_these_names(void **state)
{
    struct world *world = *state;
    static const char *const rows[][2] = {
        {"a.json", "{\"Functions\":[{\"Name\":\"f\"}]}"},
        {"b.json", "{\"tasks\":[{\"id\":\"1\"}]}"},
        {"c.json", "{\"Jobs\":[{\"Name\":\"j\",\"Id\":\"1\"}]}"},
        {"d.json", "{\"projects\":[{\"arn\":\"x\"}]}"},
        {"e.json", "{\"Environment\":{\"Variables\":{\"A\":\"b\"}}}"},
        {"f.json", "{\"pipeline\":{\"name\":\"p\"}}"},
        {"g.json", "{\"Service\":{\"Id\":\"srv-1\"}}"},
        {"h.json", "{\"apps\":[]}"},
    };
    assert_skipped(world, rows, sizeof rows / sizeof rows[0]);
    assert_number(world, "SELECT (SELECT count(*) FROM workload) + (SELECT count(*) FROM listing)", 0);
}

static void damage(void **state)
{
    struct world *world = *state;
    assert_withstands(world, HOME "kubectl-get-serviceaccounts.blue.json",
                      "{\"items\":[{\"kind\":\"ServiceAccount\",\"metadata\":{\"name\":\"a\",\"namespace\":\"b\"}}]}");
    assert_withstands(world, HOME "describe-pod-identity-association.json",
                      "{\"association\":{" ASSOCIATION ",\"roleArn\":\"arn:aws:iam::111122223333:role/r\"}}");
    assert_withstands(world, HOME "list-functions.json",
                      "{\"Functions\":[{\"FunctionArn\":\"" FUNCTION
                      "\",\"Role\":\"arn:aws:iam::111122223333:role/r\"}]}");
    assert_withstands(world, HOME "describe-instances.json",
                      "{\"Reservations\":[{\"OwnerId\":\"111122223333\",\"Instances\":[{\"InstanceId\":\"i-1\"}]}]}");
    put_home(world, "list-functions.json", "{\"Functions\":[{\"FunctionArn\":\"" FUNCTION "\"},{\"Role\":\"r\"},7]}");
    put_home(world, "describe-instances.json", "{\"Reservations\":[{\"Instances\":[{}]}]}");
    put_home(world, "describe-pod-identity-association.json", "{\"association\":{" ASSOCIATION "}}");
    put_home(world, "list-pod-identity-associations.blue.json",
             "{\"associations\":[{\"associationArn\":\"x\",\"serviceAccount\":\"s\"},{" ASSOCIATION "},7]}");
    put_home(world, "kubectl-get-serviceaccounts.blue.json",
             "{\"items\":[{\"kind\":\"ServiceAccount\",\"metadata\":{\"name\":\"a\"}}]}");
    put_home(world, "describe-capability.blue.ack.json",
             "{\"capability\":{\"arn\":\"arn:aws:eks:eu-west-1:111122223333:capability/blue/ack/ack/1\"}}");
    load(world);
    assert_true(world->result.incomplete);
    assert_number(world, "SELECT count(*) FROM listing", 0);
    assert_number(world, "SELECT count(*) FROM pod_association WHERE cluster = '" CLUSTER "' AND id = 'a-1'", 1);
    assert_verdict(world, "describe-capability", "partial", "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(clusters_and_pods),
        TEST(capabilities),
        TEST(envelopes),
        TEST(regions),
        TEST(whose_it_is),
        TEST(lists_of_other_services),
        TEST(functions_and_tasks),
        TEST(instances),
        TEST(config_items),
        TEST(roles_anywhere),
        TEST(others_of_these_names),
        TEST(damage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
