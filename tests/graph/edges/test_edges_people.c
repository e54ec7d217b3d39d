/* Who of Identity Center becomes which role: what is not known is neither nobody nor anybody, and what a session is
 * called. */
#include "tests/support/scene.h"
#include "tests/support/testing.h"

#include <string.h>

#define ACCOUNT "111122223333"
#define SAML "arn:aws:iam::" ACCOUNT ":saml-provider/AWSSSO_0123456789abcdef_DO_NOT_DELETE"
#define RESERVED(set, digits)                                                                                          \
    "{\"Path\":\"/aws-reserved/sso.amazonaws.com/\",\"RoleName\":\"AWSReservedSSO_" set "_" digits                     \
    "\",\"RoleId\":\"AROA" digits "\",\"Arn\":\"arn:aws:iam::" ACCOUNT                                                 \
    ":role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_" set "_" digits                                              \
    "\",\"AssumeRolePolicyDocument\":{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{" \
    "\"Federated\":\"" SAML "\"},\"Action\":[\"sts:AssumeRoleWithSAML\",\"sts:TagSession\"]}]},\"RolePolicyList\":[{"  \
    "\"PolicyName\":\"p\",\"PolicyDocument\":{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\","        \
    "\"Action\":"                                                                                                      \
    "\"sts:AssumeRole\",\"Resource\":\"*\"}]}}],\"AttachedManagedPolicies\":[],\"Tags\":[]}"
#define PLAIN(name, condition)                                                                                         \
    "{\"Path\":\"/\",\"RoleName\":\"" name "\",\"RoleId\":\"AROA" name                                                 \
    "XXXXXXXXXXXX\",\"Arn\":\"arn:aws:iam::" ACCOUNT ":role/" name                                                     \
    "\",\"AssumeRolePolicyDocument\":{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\","                \
    "\"Principal\":{\"AWS\":\"arn:aws:iam::" ACCOUNT ":root\"},\"Action\":\"sts:AssumeRole\",\"Condition\":" condition \
    "}]},\"RolePolicyList\":[],\"AttachedManagedPolicies\":[],\"Tags\":[]}"
#define OPS "AWSReservedSSO_Ops_0123456789abcdef"
#define ROLES                                                                                                          \
    RESERVED("Ops", "0123456789abcdef")                                                                                \
    "," RESERVED("Ops", "fedcba9876543210") "," RESERVED("Ops_X", "00000000000000aa") "," PLAIN(                       \
        "named", "{\"StringLike\":{\"aws:userid\":\"*:amy@firm.test\"}}") "," PLAIN("tagged",                          \
                                                                                    "{\"StringEquals\":{\"aws:"        \
                                                                                    "PrincipalTag/team\":\"red\"}}")

/* Everything is listed; each test takes away or adds. */
#define LISTED                                                                                                         \
    "INSERT INTO listing VALUES ('identitystore-list-users', 'd-1', 1), ('identitystore-list-groups', 'd-1', 1), "     \
    "('list-permission-sets', '', 1), ('access-control-attributes', '', 1), ('list-group-memberships', 'g1', 1), "     \
    "('list-account-assignments', '" ACCOUNT " ps-1', 1), ('list-account-assignments', '" ACCOUNT " ps-2', 1);"        \
    "INSERT INTO access_attribute VALUES ('team', '[\"${path:title}\"]');"                                             \
    "INSERT INTO permission_set VALUES ('ps-1', 'ssoins-1', 'Ops', 'PT1H', 1), ('ps-2', 'ssoins-1', 'Ops_X', 'PT1H', " \
    "1);"                                                                                                              \
    "INSERT INTO person_group VALUES ('d-1', 'g1', 'operators');"
#define AMY "INSERT INTO person VALUES ('d-1', 'u1', 'amy@firm.test', 1, 0, '{\"title\":\"red\"}');"
#define IN_GROUP                                                                                                       \
    "INSERT INTO person_membership VALUES ('g1', 'u1');"                                                               \
    "INSERT INTO account_assignment VALUES ('" ACCOUNT "', 'ps-1', 'GROUP', 'g1');"

static void open_scene(struct scene *scene, struct world *world, const char *sql)
{
    scene_open(scene, world, ACCOUNT, DETAILS("", ROLES), sql);
}

static uint32_t node_of(const struct scene *scene, const char *text)
{
    const struct caller caller = {
        .kind = CALLER_PERSON, .principal = MODEL_NONE, .account_index = MODEL_NONE, .text = text};
    return edges_find_node(scene->edges, &caller);
}

static void expect(const struct scene *scene, const char *person, const char *role, const char *verdict)
{
    scene_expect(scene, node_of(scene, person), person, role, verdict);
}

static bool provider_enters(const struct scene *scene, const char *role)
{
    struct caller caller;
    struct arena arena = {0};
    assert_true(caller_parse(scene->model, &arena, SAML, &caller));
    uint32_t node = edges_find_node(scene->edges, &caller);
    bool enters = node != MODEL_NONE && edges_between(scene->edges, node, scene_role(scene, role)) != NULL;
    arena_free(&arena);
    return enters;
}

static void both_roles_of_one_set(void **state)
{
    struct scene scene;
    struct text ways = {0};
    open_scene(&scene, *state, LISTED AMY IN_GROUP);
    uint32_t node = node_of(&scene, "identitycenter:user/amy@firm.test");
    expect(&scene, "identitycenter:user/amy@firm.test", OPS, "allowed");
    expect(&scene, "identitycenter:user/amy@firm.test", "AWSReservedSSO_Ops_fedcba9876543210", "allowed");
    expect(&scene, "identitycenter:user/amy@firm.test", "AWSReservedSSO_Ops_X_00000000000000aa", "denied");
    expect(&scene, "identitycenter:user/amy@firm.test", "named", "allowed");
    expect(&scene, "identitycenter:user/amy@firm.test", "tagged", "allowed");
    edges_append_ways(scene.edges, edges_person(scene.edges, node), scene_role(&scene, OPS), &ways);
    assert_string_equal(ways.data, "group operators");
    text_free(&ways);
    assert_false(provider_enters(&scene, OPS));
    assert_false(provider_enters(&scene, "AWSReservedSSO_Ops_X_00000000000000aa"));
    scene_close(&scene);
}

/* Names that say nothing of the session, and tags of which nothing is known, leave it open. */
static void what_sessions_are_called(void **state)
{
    struct scene scene;
    open_scene(&scene, *state,
               LISTED "DELETE FROM listing WHERE call = 'access-control-attributes';"
                      "INSERT INTO person VALUES ('d-1', 'u1', 'amy smith', 1, 0, '{}');" IN_GROUP);
    expect(&scene, "identitycenter:user/amy smith", OPS, "allowed");
    expect(&scene, "identitycenter:user/amy smith", "named", "conditional");
    expect(&scene, "identitycenter:user/amy smith", "tagged", "conditional");
    scene_close(&scene);
}

/* Another identity provider may pass tags that no call lists; what is configured comes from the store all the same. */
static void tags_of_provisioned_people(void **state)
{
    struct scene scene;
    open_scene(&scene, *state,
               LISTED
               "INSERT INTO person VALUES ('d-1', 'u1', 'amy@firm.test', 1, 1, '{\"title\":\"blue\"}');" IN_GROUP);
    expect(&scene, "identitycenter:user/amy@firm.test", "tagged", "denied");
    scene_close(&scene);
}

static void tags_that_no_call_lists(void **state)
{
    struct scene scene;
    open_scene(&scene, *state,
               LISTED
               "DELETE FROM access_attribute; INSERT INTO person VALUES ('d-1', 'u1', 'amy@firm.test', 1, 1, '{}');"
               "INSERT INTO person VALUES ('d-1', 'u2', 'bo@firm.test', 1, 0, '{}');"
               "INSERT INTO person_membership VALUES ('g1', 'u2');" IN_GROUP);
    expect(&scene, "identitycenter:user/amy@firm.test", "tagged", "conditional");
    expect(&scene, "identitycenter:user/bo@firm.test", "tagged", "denied");
    scene_close(&scene);
}

/* A list that was not exported means that nobody knows. */
static void people_that_are_not_listed(void **state)
{
    struct scene scene;
    open_scene(&scene, *state, LISTED "DELETE FROM listing WHERE call = 'identitystore-list-users';" IN_GROUP);
    expect(&scene, "identitycenter:user/u1", OPS, "allowed");
    expect(&scene, "identitycenter:user/u1", "named", "conditional");
    assert_true(provider_enters(&scene, OPS));
    scene_close(&scene);
}

static void members_that_are_not_listed(void **state)
{
    struct scene scene;
    open_scene(&scene, *state, LISTED AMY IN_GROUP "DELETE FROM listing WHERE call = 'list-group-memberships';");
    expect(&scene, "identitycenter:user/amy@firm.test", OPS, "allowed");
    assert_true(provider_enters(&scene, OPS));
    assert_false(provider_enters(&scene, "AWSReservedSSO_Ops_X_00000000000000aa"));
    scene_close(&scene);
}

static void assignments_that_are_not_listed(void **state)
{
    struct scene scene;
    open_scene(&scene, *state, LISTED AMY "DELETE FROM listing WHERE argument LIKE '% ps-1';");
    expect(&scene, "identitycenter:user/amy@firm.test", OPS, "denied");
    assert_true(provider_enters(&scene, OPS));
    scene_close(&scene);
}

static void sets_that_are_not_described(void **state)
{
    struct scene scene;
    open_scene(&scene, *state, LISTED AMY IN_GROUP "UPDATE permission_set SET name = NULL WHERE id = 'ps-2';");
    expect(&scene, "identitycenter:user/amy@firm.test", OPS, "allowed");
    assert_true(provider_enters(&scene, OPS));
    scene_close(&scene);
}

/* Who was deleted stays in assignments, and a group that was deleted has no members. */
static void who_is_gone(void **state)
{
    struct scene scene;
    open_scene(&scene, *state,
               LISTED "INSERT INTO account_assignment VALUES ('" ACCOUNT "', 'ps-1', 'USER', 'u1'), ('" ACCOUNT
                      "', 'ps-1', 'GROUP', 'g9');");
    assert_int_equal(node_of(&scene, "identitycenter:user/u1"), MODEL_NONE);
    assert_false(edges_has_people(scene.edges));
    assert_false(provider_enters(&scene, OPS));
    scene_close(&scene);
}

/* Two stores may have one name. */
static void names_that_two_have(void **state)
{
    struct scene scene;
    open_scene(&scene, *state,
               LISTED AMY IN_GROUP "INSERT INTO person VALUES ('d-2', 'u7', 'amy@firm.test', 1, 0, '{}');");
    expect(&scene, "identitycenter:user/u1", OPS, "allowed");
    expect(&scene, "identitycenter:user/u1", "named", "allowed");
    assert_int_equal(node_of(&scene, "identitycenter:user/amy@firm.test"), MODEL_NONE);
    scene_close(&scene);
}

/* More groups than a node has ends. */
static void many_groups(void **state)
{
    struct scene scene;
    open_scene(&scene, *state,
               LISTED AMY "INSERT INTO person VALUES ('d-1', 'u2', 'bo@firm.test', 1, 0, '{}');"
                          "INSERT INTO account_assignment WITH RECURSIVE n (i) AS (SELECT 1 UNION SELECT i + 1 FROM n "
                          "WHERE i < 40) SELECT '" ACCOUNT "', 'ps-' || (1 + (i = 40)), 'GROUP', 'h' || i FROM n;"
                          "INSERT INTO person_membership SELECT principal, 'u1' FROM account_assignment;"
                          "INSERT INTO person_membership VALUES ('h40', 'u2');");
    expect(&scene, "identitycenter:user/amy@firm.test", OPS, "allowed");
    expect(&scene, "identitycenter:user/amy@firm.test", "AWSReservedSSO_Ops_X_00000000000000aa", "allowed");
    expect(&scene, "identitycenter:user/amy@firm.test", "named", "allowed");
    expect(&scene, "identitycenter:user/bo@firm.test", OPS, "denied");
    expect(&scene, "identitycenter:user/bo@firm.test", "AWSReservedSSO_Ops_X_00000000000000aa", "allowed");
    scene_close(&scene);
}

static void without_exports_nothing_changes(void **state)
{
    struct scene scene;
    open_scene(&scene, *state, "SELECT 1");
    assert_null(scene.people);
    assert_true(provider_enters(&scene, OPS));
    scene_close(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(both_roles_of_one_set),
        TEST(what_sessions_are_called),
        TEST(tags_of_provisioned_people),
        TEST(tags_that_no_call_lists),
        TEST(people_that_are_not_listed),
        TEST(members_that_are_not_listed),
        TEST(assignments_that_are_not_listed),
        TEST(sets_that_are_not_described),
        TEST(who_is_gone),
        TEST(names_that_two_have),
        TEST(many_groups),
        TEST(without_exports_nothing_changes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
