/* What runs with which role: what is known of a pod's session decides, a list that is not there says nothing, and
 * services and clusters give way only where all is listed. */
#include "tests/support/scene.h"
#include "tests/support/testing.h"

#include <string.h>

#define ACCOUNT "111122223333"
#define CLUSTER "arn:aws:eks:eu-west-1:" ACCOUNT ":cluster/blue"
#define ISSUER "oidc.eks.eu-west-1.amazonaws.com/id/AB"
#define OIDC "arn:aws:iam::" ACCOUNT ":oidc-provider/" ISSUER
#define POD(name) "k8s:" CLUSTER ":" name
#define ARN(name) "arn:aws:iam::" ACCOUNT ":role/" name
#define ROLE_OF(name, trust, policies)                                                                                 \
    "{\"Path\":\"/\",\"RoleName\":\"" name "\",\"RoleId\":\"AROA" name "XXXXXXXXXXXX\",\"Arn\":\"" ARN(                \
        name) "\",\"AssumeRolePolicyDocument\":{\"Version\":\"2012-10-17\",\"Statement\":[" trust                      \
              "]},\"RolePolicyList\":[" policies "],\"AttachedManagedPolicies\":[],\"Tags\":[]}"
#define ALLOW(principal, action, condition)                                                                            \
    "{\"Effect\":\"Allow\",\"Principal\":{" principal "},\"Action\":" action ",\"Condition\":" condition "}"
#define PODS(action, condition) ALLOW("\"Service\":\"pods.eks.amazonaws.com\"", action, condition)
#define ANYWHERE_TRUST(condition)                                                                                      \
    ALLOW("\"Service\":\"rolesanywhere.amazonaws.com\"",                                                               \
          "[\"sts:AssumeRole\",\"sts:TagSession\",\"sts:SetSourceIdentity\"]", condition)
#define TOKENS(condition) ALLOW("\"Federated\":\"" OIDC "\"", "\"sts:AssumeRoleWithWebIdentity\"", condition)
#define SUB "\"" ISSUER ":sub\":"
#define AUD "\"" ISSUER ":aud\":"
#define BOTH "[\"sts:AssumeRole\",\"sts:TagSession\"]"
#define MAY_ASSUME                                                                                                     \
    "{\"PolicyName\":\"p\",\"PolicyDocument\":{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\","       \
    "\"Action\":\"sts:AssumeRole\",\"Resource\":\"*\"}]}}"
#define FROM(role, condition) ALLOW("\"AWS\":\"" ARN(role) "\"", BOTH, condition)

/* clang-format off */
static const char roles[] = DETAILS("",
    ROLE_OF("open", PODS(BOTH, "{}"), MAY_ASSUME)
    "," ROLE_OF("untagged", PODS("\"sts:AssumeRole\"", "{}"), "")
    "," ROLE_OF("shop", PODS(BOTH, "{\"StringEquals\":{\"aws:RequestTag/kubernetes-namespace\":\"shop\",\"aws:SourceAccount\":\"" ACCOUNT "\"},\"ArnEquals\":{\"aws:SourceArn\":\"" CLUSTER "\"}}"), "")
    "," ROLE_OF("elsewhere", PODS(BOTH, "{\"ArnEquals\":{\"aws:SourceArn\":\"" CLUSTER "2\"}}"), "")
    "," ROLE_OF("pod", PODS(BOTH, "{\"StringEquals\":{\"aws:RequestTag/kubernetes-pod-name\":\"p-0\"}}"), "")
    "," ROLE_OF("other", PODS(BOTH, "{\"StringLike\":{\"aws:RequestTag/team\":\"*\"}}"), "")
    "," ROLE_OF("one", TOKENS("{\"StringEquals\":{" SUB "\"system:serviceaccount:shop:cart\"," AUD "\"sts.amazonaws.com\"}}"), "")
    "," ROLE_OF("like", TOKENS("{\"StringLike\":{" SUB "\"system:serviceaccount:shop:*\"}}"), "")
    "," ROLE_OF("loose", TOKENS("{}"), "")
    "," ROLE_OF("audience", TOKENS("{\"StringEquals\":{" SUB "\"system:serviceaccount:shop:cart\"," AUD "\"vault\"}}"), "")
    "," ROLE_OF("function", ALLOW("\"Service\":\"lambda.amazonaws.com\"", "\"sts:AssumeRole\"", "{\"ArnLike\":{\"aws:SourceArn\":\"arn:*:lambda:*:*:function:f\"}}"), "")
    "," ROLE_OF("machine", ALLOW("\"Service\":\"ec2.amazonaws.com\"", "\"sts:AssumeRole\"", "{}"), MAY_ASSUME)
    "," ROLE_OF("of-instance", FROM("machine", "{\"StringLike\":{\"aws:userid\":\"*:i-1\"}}"), "")
    "," ROLE_OF("in-instance", FROM("machine", "{\"ArnEquals\":{\"ec2:SourceInstanceARN\":\"arn:aws:ec2:eu-west-1:" ACCOUNT ":instance/i-1\"}}"), "")
    "," ROLE_OF("certified", ANYWHERE_TRUST("{\"StringEquals\":{\"aws:PrincipalTag/x509Subject/CN\":\"batch\"}}"), "")
    "," ROLE_OF("anchored", ANYWHERE_TRUST("{\"ArnEquals\":{\"aws:SourceArn\":\"arn:aws:rolesanywhere:eu-west-1:" ACCOUNT ":trust-anchor/19\"}}"), "")
    "," ROLE_OF("idle", ANYWHERE_TRUST("{}"), "")
    "," ROLE_OF("target", FROM("open", "{\"StringEquals\":{\"sts:ExternalId\":\"blue-x\"}}"), "")
    "," ROLE_OF("tagged", FROM("open", "{\"StringEquals\":{\"aws:PrincipalTag/kubernetes-namespace\":\"shop\"}}"), ""));
/* clang-format on */

#define CART                                                                                                           \
    "INSERT INTO cluster VALUES ('" CLUSTER "', '" ACCOUNT "', 'eu-west-1', 'blue', '" ISSUER "', 1);"                 \
    "INSERT INTO service_account VALUES ('" CLUSTER "', 'shop', 'cart', NULL), ('" CLUSTER "', 'dev', 'test', NULL);"
#define ASSOCIATED(id, space, account, role, tags, target, external)                                                   \
    "INSERT INTO pod_association VALUES ('" CLUSTER "', '" id "', '" space "', '" account                              \
    "', '" ARN(role) "', " tags ", " target ", " external ", 0, 1);"
#define LISTED                                                                                                         \
    "INSERT INTO listing VALUES ('list-regions', '" ACCOUNT " *', 1), ('eks-list-clusters', '" ACCOUNT                 \
    " eu-west-1', 1), "                                                                                                \
    "('list-pod-identity-associations', '" CLUSTER "', 1), ('list-capabilities', '" CLUSTER "', 1), "                  \
    "('kubectl-get-serviceaccounts', '" CLUSTER "', 1);"                                                               \
    "INSERT INTO account_region VALUES ('" ACCOUNT "', 'eu-west-1');"

static void open_scene(struct scene *scene, struct world *world, const char *sql)
{
    scene_open(scene, world, ACCOUNT, roles, sql);
}

static void expect(const struct scene *scene, const char *who, const char *role, const char *verdict)
{
    scene_expect(scene, scene_node(scene, who), who, role, verdict);
}

/* Of a pod its namespace is known, its own name is not, and no other tag is passed. */
static void tags_of_pods(void **state)
{
    struct scene scene;
    open_scene(&scene, *state,
               CART ASSOCIATED("a-1", "shop", "cart", "shop", "1", "NULL", "NULL")
                   ASSOCIATED("a-2", "dev", "test", "shop", "1", "NULL", "NULL")
                       ASSOCIATED("a-3", "shop", "a", "shop", "0", "NULL", "NULL")
                           ASSOCIATED("a-4", "shop", "b", "pod", "1", "NULL", "NULL")
                               ASSOCIATED("a-5", "shop", "c", "other", "1", "NULL", "NULL")
                                   ASSOCIATED("a-6", "shop", "d", "elsewhere", "1", "NULL", "NULL"));
    expect(&scene, POD("shop/cart"), "shop", "allowed");
    expect(&scene, POD("dev/test"), "shop", "denied");
    expect(&scene, POD("shop/a"), "shop", "denied");
    expect(&scene, POD("shop/b"), "pod", "conditional");
    expect(&scene, POD("shop/c"), "other", "denied");
    expect(&scene, POD("shop/d"), "elsewhere", "denied");
    scene_close(&scene);
}

/* Sessions with tags need sts:TagSession. */
static void tags_need_a_permission(void **state)
{
    struct scene scene;
    open_scene(&scene, *state,
               CART ASSOCIATED("a-1", "shop", "cart", "untagged", "1", "NULL", "NULL")
                   ASSOCIATED("a-2", "shop", "a", "untagged", "0", "NULL", "NULL"));
    expect(&scene, POD("shop/cart"), "untagged", "denied");
    expect(&scene, POD("shop/a"), "untagged", "allowed");
    scene_close(&scene);
}

/* EKS passes the external id to the target, and tags last. */
static void what_comes_after(void **state)
{
    struct scene scene;
    open_scene(&scene, *state,
               CART ASSOCIATED("a-1", "shop", "cart", "open", "0", "'" ARN("target") "'", "'blue-x'")
                   ASSOCIATED("a-2", "shop", "a", "open", "0", "'" ARN("target") "'", "'blue-y'")
                       ASSOCIATED("a-3", "shop", "b", "open", "0", "NULL", "NULL")
                           ASSOCIATED("a-4", "shop", "c", "open", "1", "NULL", "NULL")
                               ASSOCIATED("a-5", "dev", "c", "open", "1", "NULL", "NULL"));
    expect(&scene, ARN("open"), "target", "conditional");
    expect(&scene, POD("shop/cart"), "target", "allowed");
    expect(&scene, POD("shop/a"), "target", "denied");
    expect(&scene, POD("shop/b"), "target", "conditional");
    expect(&scene, POD("shop/b"), "tagged", "denied");
    expect(&scene, POD("shop/c"), "tagged", "allowed");
    expect(&scene, POD("dev/c"), "tagged", "denied");
    scene_close(&scene);
}

/* Annotations grant nothing; the trust policy alone decides, and it looks at audiences that the provider takes. */
static void tokens(void **state)
{
    struct scene scene;
    open_scene(&scene, *state, CART);
    expect(&scene, POD("shop/cart"), "one", "allowed");
    expect(&scene, POD("dev/test"), "one", "denied");
    expect(&scene, POD("shop/cart"), "like", "allowed");
    expect(&scene, POD("dev/test"), "like", "denied");
    expect(&scene, POD("dev/test"), "loose", "allowed");
    expect(&scene, POD("shop/cart"), "audience", "conditional");
    scene_close(&scene);
}

static void audiences_that_are_known(void **state)
{
    struct scene scene;
    open_scene(&scene, *state,
               CART "INSERT INTO identity_provider (arn, account, kind, client_ids, source) VALUES ('" OIDC
                    "', '" ACCOUNT "', 'oidc', '[\"sts.amazonaws.com\"]', 1)");
    expect(&scene, POD("shop/cart"), "one", "allowed");
    expect(&scene, POD("shop/cart"), "audience", "denied");
    scene_close(&scene);
}

/* The provider gives way where no service account that may come would be another one. */
static void clusters_give_way(void **state)
{
    struct scene scene;
    open_scene(&scene, *state, CART LISTED);
    expect(&scene, OIDC, "one", "denied");
    expect(&scene, OIDC, "like", "conditional");
    expect(&scene, OIDC, "loose", "allowed");
    assert_true(edges_has_given_way(scene.edges, scene_node(&scene, OIDC), scene_role(&scene, "one")));
    assert_false(edges_has_given_way(scene.edges, scene_node(&scene, OIDC), scene_role(&scene, "loose")));
    scene_close(&scene);
    open_scene(&scene, *state, "DELETE FROM service_account WHERE name = 'cart'");
    expect(&scene, OIDC, "one", "conditional");
    scene_close(&scene);
    open_scene(&scene, *state, "DELETE FROM listing WHERE call = 'kubectl-get-serviceaccounts'");
    assert_true(edges_stands_for_workloads(scene.edges, scene_node(&scene, OIDC)));
    expect(&scene, OIDC, "one", "conditional");
    scene_close(&scene);
}

#define SERVICE "pods.eks.amazonaws.com"

static void assert_stands(struct world *world, const char *sql)
{
    struct scene scene;
    open_scene(&scene, world, sql);
    expect(&scene, SERVICE, "open", "allowed");
    expect(&scene, POD("shop/cart"), "open", "allowed");
    assert_true(edges_stands_for_workloads(scene.edges, scene_node(&scene, SERVICE)));
    assert_false(edges_has_given_way(scene.edges, scene_node(&scene, SERVICE), scene_role(&scene, "open")));
    scene_close(&scene);
}

/* Whatever of it is missing, the service stands, too. */
static void services_give_way(void **state)
{
    struct scene scene;
    open_scene(&scene, *state, CART LISTED ASSOCIATED("a-1", "shop", "cart", "open", "1", "NULL", "NULL"));
    expect(&scene, SERVICE, "open", "denied");
    assert_true(edges_has_given_way(scene.edges, scene_node(&scene, SERVICE), scene_role(&scene, "open")));
    expect(&scene, POD("shop/cart"), "open", "allowed");
    scene_close(&scene);
    assert_stands(*state, "INSERT INTO account_region VALUES ('" ACCOUNT "', 'us-east-1')");
    assert_stands(*state, "DELETE FROM account_region; DELETE FROM listing WHERE call = 'list-regions'");
    assert_stands(*state, "INSERT INTO account_region VALUES ('" ACCOUNT
                          "', 'eu-west-1'); INSERT INTO listing VALUES ('list-regions', '" ACCOUNT
                          " *', 1); DELETE FROM listing WHERE call = 'list-pod-identity-associations'");
    assert_stands(*state, "INSERT INTO listing VALUES ('list-pod-identity-associations', '" CLUSTER
                          "', 1); INSERT INTO pod_association VALUES ('" CLUSTER
                          "', 'a-2', 'dev', 'test', NULL, NULL, NULL, NULL, 0, 1)");
    open_scene(&scene, *state, "DELETE FROM pod_association WHERE id = 'a-2'");
    expect(&scene, SERVICE, "open", "denied");
    scene_close(&scene);
}

#define RESOURCE(arn, call, use, role, metadata)                                                                       \
    "INSERT INTO workload VALUES ('" arn "', '" ACCOUNT "', 'eu-west-1', '" call "', '" ACCOUNT                        \
    " eu-west-1', NULL, 1, 1, " metadata ");INSERT INTO workload_role VALUES ('" arn "', '" use "', '" role            \
    "', NULL);"
#define ACK "arn:aws:eks:eu-west-1:" ACCOUNT ":capability/blue/ack/ack/1"
#define FUNCTION "arn:aws:lambda:eu-west-1:" ACCOUNT ":function:f"
#define INSTANCE "arn:aws:ec2:eu-west-1:" ACCOUNT ":instance/i-1"
#define PROFILE "arn:aws:iam::" ACCOUNT ":instance-profile/p"
#define IN_PROFILE                                                                                                     \
    "INSERT INTO instance_profile SELECT id, '" PROFILE "', 'AIPA1' FROM principal WHERE name = 'machine';"

/* A role that is for what is in one region needs no other region to be known. */
static void regions_that_are_known(void **state)
{
    struct scene scene;
    open_scene(&scene, *state,
               CART LISTED "DELETE FROM account_region; DELETE FROM listing WHERE call = 'list-regions';");
    expect(&scene, SERVICE, "shop", "denied");
    expect(&scene, SERVICE, "elsewhere", "denied");
    expect(&scene, SERVICE, "open", "allowed");
    scene_close(&scene);
    open_scene(&scene, *state, "DELETE FROM listing WHERE call = 'list-pod-identity-associations'");
    expect(&scene, SERVICE, "shop", "conditional");
    scene_close(&scene);
}

/* A resource has the role that it names, if the role lets in its service for it. */
static void resources(void **state)
{
    struct scene scene;
    open_scene(&scene, *state,
               RESOURCE(ACK, "list-capabilities", "eks-capability", ARN("open"), "NULL")
                   RESOURCE(FUNCTION, "lambda-list-functions", "lambda", ARN("function"), "NULL")
                       RESOURCE(FUNCTION "2", "lambda-list-functions", "lambda", ARN("function"), "NULL")
                           RESOURCE(INSTANCE, "ec2-describe-instances", "instance-profile", PROFILE, "1") IN_PROFILE);
    expect(&scene, ACK, "open", "denied");
    expect(&scene, FUNCTION, "function", "allowed");
    expect(&scene, FUNCTION "2", "function", "denied");
    expect(&scene, INSTANCE, "machine", "allowed");
    scene_close(&scene);
    open_scene(&scene, *state, "UPDATE workload_role SET profile = 'AIPA2' WHERE use = 'instance-profile'");
    expect(&scene, INSTANCE, "machine", "denied");
    scene_close(&scene);
}

/* Sessions are named after what runs, and tell it. */
static void sessions_of_resources(void **state)
{
    struct scene scene;
    open_scene(&scene, *state,
               RESOURCE(INSTANCE, "ec2-describe-instances", "instance-profile", PROFILE, "1")
                   RESOURCE(INSTANCE "2", "ec2-describe-instances", "instance-profile", PROFILE, "1") IN_PROFILE);
    expect(&scene, INSTANCE, "of-instance", "allowed");
    expect(&scene, INSTANCE "2", "of-instance", "denied");
    expect(&scene, INSTANCE, "in-instance", "allowed");
    expect(&scene, INSTANCE "2", "in-instance", "denied");
    scene_close(&scene);
}

/* Pods reach what their nodes have, unless the nodes keep containers from it. */
static void pods_on_nodes(void **state)
{
    struct scene scene;
    open_scene(&scene, *state,
               CART "INSERT INTO node_group VALUES ('" CLUSTER "', 'ng', '" ARN("machine") "');" IN_PROFILE);
    expect(&scene, POD("any pod on ng"), "machine", "conditional");
    scene_close(&scene);
    open_scene(&scene, *state, RESOURCE(INSTANCE, "ec2-describe-instances", "instance-profile", PROFILE, "0"));
    expect(&scene, POD("any pod on ng"), "machine", "denied");
    expect(&scene, INSTANCE, "machine", "allowed");
    scene_close(&scene);
    open_scene(&scene, *state, "UPDATE workload SET metadata = 1");
    expect(&scene, POD("any pod on ng"), "machine", "conditional");
    scene_close(&scene);
}

/* Functions are known where their versions are. */
static void inventories(void **state)
{
    struct scene scene;
    open_scene(&scene, *state,
               RESOURCE(FUNCTION, "lambda-list-functions", "lambda", ARN("function"), "NULL")
                   RESOURCE(INSTANCE, "ec2-describe-instances", "instance-profile", PROFILE, "1") IN_PROFILE
               "INSERT INTO account_region VALUES ('" ACCOUNT "', 'eu-west-1');INSERT INTO listing VALUES "
               "('list-regions', '" ACCOUNT " *', 1), ('lambda-list-functions', '" ACCOUNT
               " eu-west-1', 1), ('ec2-describe-instances', '" ACCOUNT " eu-west-1', 1)");
    expect(&scene, "ec2.amazonaws.com", "machine", "denied");
    expect(&scene, "lambda.amazonaws.com", "function", "conditional");
    scene_close(&scene);
    open_scene(&scene, *state, "INSERT INTO listing VALUES ('lambda-list-versions', '" ACCOUNT " eu-west-1', 1)");
    expect(&scene, "lambda.amazonaws.com", "function", "denied");
    scene_close(&scene);
    open_scene(&scene, *state, "DELETE FROM instance_profile");
    expect(&scene, "ec2.amazonaws.com", "machine", "allowed");
    assert_true(edges_stands_for_workloads(scene.edges, scene_node(&scene, "ec2.amazonaws.com")));
    scene_close(&scene);
}

#define ANCHOR "arn:aws:rolesanywhere:eu-west-1:" ACCOUNT ":trust-anchor/1"
#define ANYWHERE(arn, role, enabled, fields)                                                                           \
    "INSERT INTO anywhere_profile VALUES ('" arn "', '" ARN(role) "', '" ACCOUNT "', 'eu-west-1', " enabled            \
                                                                  ", 0, " fields ");"
#define ANCHORED(arn, state)                                                                                           \
    "INSERT INTO workload VALUES ('" arn "', '" ACCOUNT                                                                \
    "', 'eu-west-1', 'rolesanywhere-list-trust-anchors', '" ACCOUNT " eu-west-1', '" state "', 1, 1, NULL);"

/* Certificates of an enabled anchor go with every enabled profile of the region, and bring what the profile maps. */
static void certificates(void **state)
{
    struct scene scene;
    open_scene(&scene, *state,
               ANCHORED(ANCHOR, "enabled") ANCHORED(ANCHOR "9", "disabled") ANYWHERE("p1", "certified", "1", "NULL")
                   ANYWHERE("p1", "anchored", "1", "NULL") ANYWHERE("p2", "idle", "0", "NULL"));
    expect(&scene, "certificate of " ANCHOR, "certified", "conditional");
    expect(&scene, "certificate of " ANCHOR, "anchored", "denied");
    expect(&scene, "certificate of " ANCHOR "9", "anchored", "denied");
    expect(&scene, "certificate of " ANCHOR, "idle", "denied");
    expect(&scene, "rolesanywhere.amazonaws.com", "idle", "allowed");
    scene_close(&scene);
    open_scene(&scene, *state, "UPDATE anywhere_profile SET fields = '[\"x509Issuer/*\"]'");
    expect(&scene, "certificate of " ANCHOR, "certified", "denied");
    scene_close(&scene);
    open_scene(&scene, *state, "UPDATE anywhere_profile SET fields = '[\"x509Subject/*\"]', enabled = 1");
    expect(&scene, "certificate of " ANCHOR, "certified", "conditional");
    expect(&scene, "certificate of " ANCHOR, "idle", "allowed");
    scene_close(&scene);
    open_scene(&scene, *state,
               "UPDATE anywhere_profile SET enabled = arn = 'p1'; INSERT INTO listing VALUES ('list-regions', '" ACCOUNT
               " *', 1), ('rolesanywhere-list-profiles', '" ACCOUNT " eu-west-1', 1), "
               "('rolesanywhere-list-trust-anchors', '" ACCOUNT
               " eu-west-1', 1); INSERT INTO account_region VALUES ('" ACCOUNT "', 'eu-west-1')");
    expect(&scene, "rolesanywhere.amazonaws.com", "idle", "denied");
    expect(&scene, "certificate of " ANCHOR, "certified", "conditional");
    scene_close(&scene);
}

static void without_exports_nothing_changes(void **state)
{
    struct scene scene;
    open_scene(&scene, *state, "SELECT 1");
    assert_null(scene.workloads);
    expect(&scene, SERVICE, "open", "allowed");
    assert_false(edges_stands_for_workloads(scene.edges, scene_node(&scene, SERVICE)));
    scene_close(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(tags_of_pods),
        TEST(tags_need_a_permission),
        TEST(what_comes_after),
        TEST(tokens),
        TEST(audiences_that_are_known),
        TEST(clusters_give_way),
        TEST(services_give_way),
        TEST(regions_that_are_known),
        TEST(resources),
        TEST(sessions_of_resources),
        TEST(pods_on_nodes),
        TEST(inventories),
        TEST(certificates),
        TEST(without_exports_nothing_changes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
