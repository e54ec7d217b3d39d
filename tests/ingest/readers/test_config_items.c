#include "tests/support/loading.h"
#include "tests/support/scratch.h"
#include "tests/support/testing.h"

#include <stdio.h>
#include <string.h>

/* What stands in `configuration`; policies are percent-encoded. */
#define ALLOW_ASSUME                                                                                                   \
    "%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C%22Action%22%3A"       \
    "%22sts%3AAssumeRole%22%2C%22Resource%22%3A%22%2A%22%7D%5D%7D"
#define TRUSTS(account)                                                                                                \
    "%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C%22Principal%22%3A"    \
    "%7B%22AWS%22%3A%22" account "%22%7D%2C%22Action%22%3A%22sts%3AAssumeRole%22%7D%5D%7D"
#define CONFIG_ROLE(trusted)                                                                                           \
    "{\"path\":\"/app/\",\"roleName\":\"R\",\"roleId\":\"AROAR0000000000000\",\"arn\":\"arn:aws:iam::111122223333:"    \
    "role/app/R\",\"assumeRolePolicyDocument\":\"" TRUSTS(                                                             \
        trusted) "\",\"instanceProfileList\":[],\"rolePolicyList\":[{\"policyName\":\"p\",\"policyDocument\":"         \
                 "\"" ALLOW_ASSUME "\"}],\"attachedManagedPolicies\":[{\"policyName\":\"M\",\"policyArn\":\"arn:aws:"  \
                 "iam::111122223333:policy/M\""                                                                        \
                 "}],\"permissionsBoundary\":null,\"tags\":[{\"key\":\"team\",\"value\":\"a\"}],\"roleLastUsed\":{"    \
                 "\"lastUsedDate\":\"2024-02-03T04:05:06Z\",\"region\":\"eu-west-1\"}}"
#define POLICY_M                                                                                                       \
    "{\"policyName\":\"M\",\"arn\":\"arn:aws:iam::111122223333:policy/M\",\"defaultVersionId\":\"v2\","                \
    "\"policyVersionList\":[{\"versionId\":\"v2\",\"isDefaultVersion\":true,\"document\":\"" ALLOW_ASSUME "\"}]}"
#define ITEM(type, when, configuration)                                                                                \
    "{\"configurationItemStatus\":\"OK\",\"configurationItemCaptureTime\":\"" when                                     \
    "\",\"configuration\":" configuration ",\"resourceType\":\"" type "\",\"accountId\":\"111122223333\"}"

static void snapshot(void **state)
{
    struct world *world = *state;
    put_text(
        world, "snapshot.json",
        "{\"fileVersion\":\"1.0\",\"configurationItems\":["
        "{\"resourceType\":\"AWS::EC2::Instance\",\"configuration\":{\"roleName\":7}},\n" ITEM(
            "AWS::IAM::Role", "2024-01-01T00:00:00.000Z",
            CONFIG_ROLE(
                "222233334444")) "," ITEM("AWS::IAM::User", "2024-01-01T00:00:00.000Z",
                                          "{\"userName\":\"u\",\"path\":\"/\",\"arn\":\"arn:aws:iam::111122223333:user/"
                                          "u\",\"groupList\":[\"g\"],"
                                          "\"userPolicyList\":[],\"attachedManagedPolicies\":[]}") "," ITEM("AWS::IAM::"
                                                                                                            "Group",
                                                                                                            "2024-01-"
                                                                                                            "01T00:00:"
                                                                                                            "00.000Z",
                                                                                                            "{\"groupNa"
                                                                                                            "me\":"
                                                                                                            "\"g\","
                                                                                                            "\"path\":"
                                                                                                            "\"/"
                                                                                                            "\","
                                                                                                            "\"arn\":"
                                                                                                            "\"arn:aws:"
                                                                                                            "iam::"
                                                                                                            "1111222233"
                                                                                                            "33:group/"
                                                                                                            "g\","
                                                                                                            "\"groupPol"
                                                                                                            "icyList\":"
                                                                                                            "[{"
                                                                                                            "\"policyNa"
                                                                                                            "me\":"
                                                                                                            "\"q\","
                                                                                                            "\"policyDo"
                                                                                                            "cument\":"
                                                                                                            "\"" ALLOW_ASSUME
                                                                                                            "\"}],"
                                                                                                            "\"attached"
                                                                                                            "ManagedPol"
                                                                                                            "icies\":[]"
                                                                                                            "}") "," ITEM("AWS::IAM::Policy",
                                                                                                                          "2024-01-01T00:00:00.000Z",
                                                                                                                          POLICY_M) "]}");
    load(world);
    assert_verdict(world, "snapshot.json", "loaded",
                   "1 user, 1 group, 1 role, 1 managed policy of account 111122223333");
    assert_number(world, "SELECT count(*) FROM trusts WHERE principal = '222233334444'", 1);
    assert_number(world, "SELECT count(*) FROM permissions_to_assume WHERE principal LIKE '%:role/app/R'", 2);
    assert_number(world, "SELECT count(*) FROM permissions_to_assume WHERE kind = 'group'", 1);
    assert_number(world, "SELECT count(*) FROM group_membership WHERE group_principal IS NOT NULL", 1);
    assert_number(world, "SELECT identity_known + tags_known FROM principal WHERE kind = 'role'", 2);
    assert_number(world, "SELECT trust_line FROM principal WHERE kind = 'role'", 2);
    assert_number(world, "SELECT count(*) FROM principal WHERE last_used = '2024-02-03T04:05:06Z'", 1);
    /* Config does not say that it knows all of the account. */
    assert_number(world, "SELECT count(*) FROM account WHERE detail = 'roles'", 1);
    assert_sound(world);
}

#define QUOTED_ROLE                                                                                                    \
    "{\\\"roleName\\\":\\\"R\\\",\\\"arn\\\":\\\"arn:aws:iam::111122223333:role/"                                      \
    "R\\\",\\\"assumeRolePolicyDocument\\\""                                                                           \
    ":\\\"" TRUSTS("222233334444") "\\\",\\\"rolePolicyList\\\":[],\\\"attachedManagedPolicies\\\":[]}"

static void configuration_in_a_string(void **state)
{
    struct world *world = *state;
    put_text(world, "batch.json",
             "{\"baseConfigurationItems\":[\n" ITEM("AWS::IAM::Role", "2024-01-01T00:00:00.000Z",
                                                    "\"" QUOTED_ROLE
                                                    "\"") "],\"unprocessedResourceKeys\":[{\"resourceId\":\"x\"}]}");
    load(world);
    assert_verdict(world, "batch.json", "loaded", "1 role");
    assert_number(world, "SELECT count(*) FROM trusts WHERE principal = '222233334444'", 1);
    assert_int_equal(problem_of(world, "unprocessed")->severity, PROBLEM_WARNING);
    assert_sound(world);
}

static void results_of_a_query(void **state)
{
    struct world *world = *state;
    put_text(
        world, "select.json",
        "{\"Results\":[\"{\\\"resourceType\\\":\\\"AWS::IAM::Role\\\",\\n\\\"configuration\\\":{\\\"roleName\\\":"
        "\\\"R\\\",\\\"arn\\\":\\\"arn:aws:iam::111122223333:role/R\\\",\\\"assumeRolePolicyDocument\\\":\\\"" TRUSTS(
            "222233334444") "\\\",\\\"rolePolicyList\\\":[]}}\"],\"QueryInfo\":{},\"NextToken\":\"x\"}");
    put_text(world, "foreign.json", "{\"Results\":[\"words\",{\"a\":1},7]}");
    load(world);
    assert_verdict(world, "select.json", "loaded", "1 role");
    assert_int_equal(problem_of(world, "truncated")->severity, PROBLEM_WARNING);
    assert_verdict(world, "foreign.json", "skipped", "not an export that rolechain reads");
    assert_number(world, "SELECT count(*) FROM problem", 1);
}

static void the_latest_item_counts(void **state)
{
    struct world *world = *state;
    put_text(
        world, "history.json",
        "{\"configurationItems\":[" ITEM(
            "AWS::IAM::Role", "2024-01-01T00:00:00.000Z",
            CONFIG_ROLE(
                "222233334444")) "," ITEM("AWS::IAM::Role", "2024-06-01T00:00:00.000Z",
                                          CONFIG_ROLE(
                                              "333344445555")) "," ITEM("AWS::IAM::Role", "2024-03-01T00:00:00.000Z",
                                                                        CONFIG_ROLE(
                                                                            "444455556666")) ",{\"resourceType\":\"AWS:"
                                                                                             ":IAM::Role\","
                                                                                             "\"configurationItemStatus"
                                                                                             "\":\"ResourceDeleted\","
                                                                                             "\"configuration\":null}]"
                                                                                             "}");
    load(world);
    assert_number(world, "SELECT count(*) FROM trusts", 1);
    assert_number(world, "SELECT count(*) FROM trusts WHERE principal = '333344445555'", 1);
    assert_number(world, "SELECT count(*) FROM attachment", 2);
    assert_sound(world);
}

/* In any order, and whether they come together or one after the other. */
static void authorization_details_win(void **state)
{
    static const char items[] = "{\"configurationItems\":[" ITEM(
        "AWS::IAM::Role", "2030-01-01T00:00:00.000Z",
        CONFIG_ROLE("222233334444")) "," ITEM("AWS::IAM::Policy", "2030-01-01T00:00:00.000Z", POLICY_M) "]}";
    static const char details[] =
        "{\"RoleDetailList\":[{\"Path\":\"/app/\",\"RoleName\":\"R\",\"Arn\":\"arn:aws:iam::111122223333:role/app/R\","
        "\"AssumeRolePolicyDocument\":" TRUST(
            "111122223333") ",\"RolePolicyList\":[],\"AttachedManagedPolicies\":[{"
                            "\"PolicyName\":\"M\",\"PolicyArn\":\"arn:aws:iam::111122223333:policy/"
                            "M\"}]}],\"Policies\":[{\"PolicyName\":\"M\","
                            "\"Arn\":\"arn:aws:iam::111122223333:policy/"
                            "M\",\"DefaultVersionId\":\"v3\",\"PolicyVersionList\":[{\"VersionId\":"
                            "\"v3\",\"IsDefaultVersion\":true,\"Document\":{\"Version\":\"2012-10-17\",\"Statement\":[]"
                            "}}]}]}";
    (void)state;
    for (int order = 0; order < 4; order++) {
        void *made;
        set_up(&made);
        struct world *world = made;
        put_text(world, order % 2 == 0 ? "1.json" : "2.json", items);
        if (order >= 2)
            load(world);
        put_text(world, order % 2 == 0 ? "2.json" : "1.json", details);
        load(world);
        assert_number(world, "SELECT count(*) FROM trusts", 1);
        assert_number(world, "SELECT count(*) FROM trusts WHERE principal = '111122223333'", 1);
        assert_number(world, "SELECT count(*) FROM attachment", 1);
        assert_number(world, "SELECT count(*) FROM permissions_to_assume", 0);
        assert_number(world, "SELECT count(*) FROM managed_policy WHERE version = 'v3'", 1);
        assert_number(world, "SELECT count(*) FROM account WHERE detail = 'full'", 1);
        assert_number(world, "SELECT count(*) FROM problem", 0);
        assert_sound(world);
        tear_down(&made);
    }
}

#define DELETED(type, when, id, what)                                                                                  \
    "{\"configurationItemStatus\":\"ResourceDeleted\",\"configurationItemCaptureTime\":\"" when                        \
    "\",\"configuration\":null,\"resourceId\":\"" id "\",\"ARN\":\"arn:aws:iam::111122223333:" what                    \
    "\",\"resourceType\":\"" type "\"}"
#define ROLE_IN(month) ITEM("AWS::IAM::Role", "2024-" month "-01T00:00:00.000Z", CONFIG_ROLE("222233334444"))
#define ROLE_GONE_IN(month, id) DELETED("AWS::IAM::Role", "2024-" month "-01T00:00:00.000Z", id, "role/app/R")
#define ITEMS(items) "{\"configurationItems\":[" items "]}"
#define SAME_ID "AROAR0000000000000"
#define OTHER_ID "AROAZ0000000000000"
#define LISTED                                                                                                         \
    "{\"Roles\":[{\"Path\":\"/app/\",\"RoleName\":\"R\",\"RoleId\":\"" SAME_ID                                         \
    "\",\"Arn\":\"arn:aws:iam::111122223333:role/app/R\",\"AssumeRolePolicyDocument\":" TRUST("111122223333") "}]}"
#define DETAILED                                                                                                       \
    "{\"RoleDetailList\":[{\"Path\":\"/app/\",\"RoleName\":\"R\",\"RoleId\":\"" SAME_ID                                \
    "\",\"Arn\":\"arn:aws:iam::111122223333:role/app/R\",\"AssumeRolePolicyDocument\":" TRUST("111122223333") "}]}"

/* In any order, and whether they come together or one after the other. */
static void what_was_deleted_is_gone(void **state)
{
    static const struct {
        const char *there, *gone;
        int left;
    } rows[] = {
        {ITEMS(ROLE_IN("01")), ITEMS(ROLE_GONE_IN("02", SAME_ID)), 0},
        {ITEMS(ROLE_IN("01")), ITEMS(ROLE_GONE_IN("02", "")), 0},
        {ITEMS(ROLE_IN("01")), ITEMS(ROLE_GONE_IN("02", SAME_ID) "," ROLE_GONE_IN("01", OTHER_ID)), 0},
        {ITEMS(ROLE_IN("03")), ITEMS(ROLE_GONE_IN("02", OTHER_ID)), 1},
        {ITEMS(ROLE_IN("01")), ITEMS(ROLE_GONE_IN("02", SAME_ID) "," ROLE_IN("01")), 0},
        {ITEMS(ROLE_IN("01")), ITEMS(ROLE_GONE_IN("02", OTHER_ID) "," ROLE_IN("03")), 1},
        {ITEMS(ROLE_IN("01")),
         ITEMS("{\"configurationItemStatus\":\"ResourceDeletedNotRecorded\",\"configurationItemCaptureTime\":"
               "\"2024-02-01T00:00:00.000Z\",\"arn\":\"arn:aws:iam::111122223333:role/app/R\",\"resourceType\":"
               "\"AWS::IAM::Role\"}"),
         0},
        {LISTED, ITEMS(ROLE_GONE_IN("02", SAME_ID)), 0},
        {LISTED, ITEMS(ROLE_GONE_IN("02", OTHER_ID)), 1},
        {DETAILED, ITEMS(ROLE_GONE_IN("02", SAME_ID)), 1},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        for (int order = 0; order < 3; order++) {
            void *made;
            set_up(&made);
            struct world *world = made;
            put_text(world, order == 1 ? "2.json" : "1.json", rows[i].there);
            if (order == 2)
                load(world);
            put_text(world, order == 1 ? "1.json" : "2.json", rows[i].gone);
            load(world);
            assert_number(world, "SELECT count(*) FROM principal", rows[i].left);
            assert_number(world, "SELECT count(*) FROM attachment WHERE principal NOT IN (SELECT id FROM principal)",
                          0);
            if (order < 2)
                assert_int_equal(world->result.counts.roles, rows[i].left);
            assert_number(world, "SELECT count(*) FROM problem WHERE severity = 'error'", 0);
            assert_sound(world);
            /* The file of the deletion is read again with the account. */
            char changed[4096];
            snprintf(changed, sizeof changed, "%s\n", rows[i].there);
            put_text(world, order == 1 ? "2.json" : "1.json", changed);
            load(world);
            assert_number(world, "SELECT count(*) FROM principal", rows[i].left);
            tear_down(&made);
        }
}

static void what_else_can_be_deleted(void **state)
{
    static const char user_and_group[] = ITEMS(ITEM(
        "AWS::IAM::User", "2024-01-01T00:00:00.000Z",
        "{\"userName\":\"u\",\"arn\":\"arn:aws:iam::111122223333:user/u\",\"groupList\":[\"g\"],"
        "\"userPolicyList\":[],\"attachedManagedPolicies\":[]}") "," ITEM("AWS::IAM::Group", "2024-01-01T00:00:00.000Z",
                                                                          "{\"groupName\":\"g\",\"arn\":\"arn:aws:iam::"
                                                                          "111122223333:group/"
                                                                          "g\",\"groupPolicyList\":[{\"policyName\":"
                                                                          "\"q\","
                                                                          "\"policyDocument\":\"" ALLOW_ASSUME
                                                                          "\"}]}") "," ITEM("AWS::IAM::Policy",
                                                                                            "2024-03-01T00:00:00.000Z",
                                                                                            POLICY_M));
    struct world *world = *state;
    put_text(world, "1.json", user_and_group);
    load(world);
    assert_number(world, "SELECT count(*) FROM group_membership WHERE group_principal IS NOT NULL", 1);
    put_text(world, "2.json", ITEMS(DELETED("AWS::IAM::Group", "2024-02-01T00:00:00.000Z", "", "group/g")));
    load(world);
    assert_verdict(world, "2.json", "loaded", "1 deletion");
    assert_number(world, "SELECT count(*) FROM principal", 1);
    assert_number(world, "SELECT count(*) FROM group_membership WHERE group_principal IS NULL", 1);
    assert_sound(world);
    put_text(world, "2.json", ITEMS(DELETED("AWS::IAM::Policy", "2024-02-01T00:00:00.000Z", "", "policy/M")));
    put_text(world, "3.json", ITEMS(DELETED("AWS::IAM::User", "2024-02-01T00:00:00.000Z", "", "user/u")));
    load(world);
    assert_number(world, "SELECT count(*) FROM principal WHERE kind = 'user'", 0);
    assert_number(world, "SELECT count(*) FROM managed_policy", 1);
    put_text(world, "2.json", ITEMS(DELETED("AWS::IAM::Policy", "2024-04-01T00:00:00.000Z", "", "policy/M")));
    load(world);
    assert_number(world, "SELECT count(*) FROM managed_policy", 0);
    assert_sound(world);
    put_text(world, "4.json",
             ITEMS("{\"configurationItemStatus\":\"ResourceDeleted\",\"resourceType\":\"AWS::IAM::Role\"}"));
    load(world);
    assert_int_equal(problem_of(world, "missing-member")->severity, PROBLEM_WARNING);
}

static void what_is_wrong_is_said(void **state)
{
    static const struct {
        const char *text, *code;
    } rows[] = {
        {ITEM("AWS::IAM::Role", "x", "7"), "unexpected-type"},
        {ITEM("AWS::IAM::Role", "x", "\"{\\\"arn\\\":\""), "invalid-json"},
        {ITEM("AWS::IAM::Role", "x", "\"{} {}\""), "invalid-json"},
        {ITEM("AWS::IAM::Role", "x", "\"{\\\"arn\\\":\\\"\\\\u0000\\\"}\""), "nul-character"},
        {ITEM("AWS::IAM::Role", "x", "{\"roleName\":\"R\"}"), "missing-member"},
        {ITEM("AWS::IAM::Role", "x",
              "{\"arn\":\"arn:aws:iam::111122223333:role/R\",\"arn\":\"arn:aws:iam::111122223333:"
              "role/S\",\"assumeRolePolicyDocument\":\"\"}"),
         "duplicate-json-key"},
        {ITEM("AWS::IAM::Role", "x", "null"), "missing-member"},
        {"{\"resourceType\":\"AWS::IAM::Role\"}", "missing-member"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[4096];
        void *made;
        set_up(&made);
        struct world *world = made;
        snprintf(text, sizeof text, "{\"configurationItems\":[\n%s]}", rows[i].text);
        put_text(world, "x.json", text);
        load(world);
        assert_verdict(world, "x.json", "partial", "");
        assert_int_equal(problem_of(world, rows[i].code)->line, 2);
        assert_true(strncmp(problem_of(world, rows[i].code)->pointer, "/configurationItems/0", 21) == 0);
        tear_down(&made);
    }
}

static void hostile(void **state)
{
    assert_withstands(
        *state, "x.json",
        "{\"baseConfigurationItems\":[" ITEM("AWS::IAM::Role", "2024-01-01T00:00:00.000Z", "\"" QUOTED_ROLE "\"") "]}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(snapshot),
        TEST(configuration_in_a_string),
        TEST(results_of_a_query),
        TEST(the_latest_item_counts),
        TEST(authorization_details_win),
        TEST(what_was_deleted_is_gone),
        TEST(what_else_can_be_deleted),
        TEST(what_is_wrong_is_said),
        TEST(hostile),
    };
    return cmocka_run_group_tests_name("config_items", tests, NULL, NULL);
}
