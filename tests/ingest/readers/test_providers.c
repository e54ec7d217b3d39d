/* Identity providers and their client ids, from all exports that tell of them. */
#include "tests/support/loading.h"
#include "tests/support/testing.h"

#include <string.h>

#define GITHUB "token.actions.githubusercontent.com"
#define LIST_OF(name) "{\"OpenIDConnectProviderList\":[{\"Arn\":\"arn:aws:iam::111122223333:oidc-provider/" name "\"}]}"
#define ONE_OF(name) "{\"Url\":\"" name "\",\"ClientIDList\":[\"a\",\"b\"],\"ThumbprintList\":[\"0\"]}"
#define KNOWN                                                                                                          \
    "SELECT count(*) FROM identity_provider WHERE arn = 'arn:aws:iam::111122223333:oidc-provider/" GITHUB              \
    "' AND account = '111122223333' AND client_ids = '[\"a\",\"b\"]'"
#define TERRAFORM(kind, values)                                                                                        \
    "{\"format_version\":\"1.2\",\"" kind "\":{\"root_module\":{\"resources\":[{\"address\":\"aws_iam_openid_"         \
    "connect_provider.p\",\"mode\":\"managed\",\"type\":\"aws_iam_openid_connect_provider\",\"values\":{" values       \
    "\"client_id_list\":[\"a\",\"b\"]}},{\"address\":\"aws_iam_role.r\",\"mode\":\"managed\",\"type\":\"aws_iam_role"  \
    "\",\"values\":{\"name\":\"r\",\"path\":\"/\",\"arn\":\"arn:aws:iam::111122223333:role/r\"}}]}}}"

static void whose_they_are(void **state)
{
    static const char *const rows[][2] = {
        {"accounts/111122223333/get-open-id-connect-provider.json", ONE_OF(GITHUB)},
        {"accounts/111122223333/sorted.json", "{\"ClientIDList\":[\"a\",\"b\"],\"Url\":\"https://" GITHUB "\"}"},
        {"calls.ndjson", "{\"call\":\"get-open-id-connect-provider\",\"args\":{\"open-id-connect-provider-arn\":"
                         "\"arn:aws:iam::111122223333:oidc-provider/" GITHUB "\"},\"output\":" ONE_OF(GITHUB) "}"},
        {"config.json", "{\"configurationItems\":[{\"configurationItemStatus\":\"OK\",\"arn\":\"arn:aws:iam::"
                        "111122223333:oidc-provider/" GITHUB "\",\"resourceType\":\"AWS::IAM::OIDCProvider\","
                        "\"configuration\":{\"Url\":\"https://" GITHUB "\",\"ClientIdList\":[\"a\",\"b\"]}}]}"},
        {"config-text.json",
         "{\"configurationItems\":[{\"configurationItemStatus\":\"OK\",\"configuration\":\"{\\\"clientIDList\\\":"
         "[\\\"a\\\",\\\"b\\\"]}\",\"arn\":\"arn:aws:iam::111122223333:oidc-provider/" GITHUB
         "\",\"resourceType\":\"AWS::IAM::OIDCProvider\"}]}"},
        {"state.json", TERRAFORM("values", "\"arn\":\"arn:aws:iam::111122223333:oidc-provider/" GITHUB "\",")},
        {"plan.json", TERRAFORM("planned_values", "\"url\":\"https://" GITHUB "\",")},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        void *made;
        set_up(&made);
        struct world *world = made;
        put_text(world, rows[i][0], rows[i][1]);
        load(world);
        if (number(world, KNOWN) != 1)
            fail_msg("%s: not known", rows[i][0]);
        assert_sound(world);
        tear_down(&made);
    }
}

static void an_answer_that_nobody_asked(void **state)
{
    struct world *world = *state;
    put_text(world, "x.json", ONE_OF(GITHUB));
    load(world);
    assert_non_null(problem_of(world, "whose-provider"));
    assert_number(world, "SELECT count(*) FROM identity_provider", 0);
    put_text(world, "x.json", "{\"Url\":\"" GITHUB "\",\"ClientIDList\":[\"a\",7]}");
    load(world);
    assert_true(world->result.incomplete);
}

static void in_the_partition_of_the_account(void **state)
{
    struct world *world = *state;
    put_text(world, "accounts/111122223333/a.json",
             "{\"RoleDetailList\":[{\"Path\":\"/\",\"RoleName\":\"R\",\"Arn\":\"arn:aws-cn:iam::111122223333:role/"
             "R\",\"AssumeRolePolicyDocument\":" TRUST("111122223333") "}],\"IsTruncated\":false}");
    put_text(world, "accounts/111122223333/b.json", ONE_OF(GITHUB));
    load(world);
    assert_number(
        world,
        "SELECT count(*) FROM identity_provider WHERE arn = 'arn:aws-cn:iam::111122223333:oidc-provider/" GITHUB "'",
        1);
}

static void a_new_list_replaces_the_old_one(void **state)
{
    struct world *world = *state;
    put_text(world, "a.json", LIST_OF(GITHUB));
    put_text(world, "accounts/111122223333/get.json", ONE_OF(GITHUB));
    put_text(world, "saml.json", "{\"SAMLProviderList\":[{\"Arn\":\"arn:aws:iam::111122223333:saml-provider/x\"}]}");
    load(world);
    assert_number(world, KNOWN, 1);
    assert_number(world, "SELECT count(*) FROM source", 3);
    put_text(world, "a.json", LIST_OF("other.example"));
    put_text(world, "accounts/111122223333/get.json", ONE_OF("other.example"));
    load(world);
    assert_number(world, "SELECT count(*) FROM identity_provider WHERE kind = 'oidc'", 1);
    assert_number(world,
                  "SELECT count(*) FROM identity_provider WHERE client_ids = '[\"a\",\"b\"]' AND arn LIKE "
                  "'%/other.example'",
                  1);
    assert_number(world, "SELECT count(*) FROM identity_provider WHERE kind = 'saml'", 1);
    put_text(world, "accounts/111122223333/a.json", "{\"OpenIDConnectProviderList\":[]}");
    load(world);
    assert_number(world, "SELECT count(*) FROM identity_provider WHERE kind = 'oidc'", 1);
    assert_sound(world);
}

static void a_plan_says_less_than_an_export(void **state)
{
    struct world *world = *state;
    put_text(world, "accounts/111122223333/get.json", "{\"Url\":\"" GITHUB "\",\"ClientIDList\":[\"real\"]}");
    put_text(world, "plan.json", TERRAFORM("planned_values", "\"url\":\"https://" GITHUB "\","));
    load(world);
    assert_number(world, "SELECT count(*) FROM identity_provider WHERE client_ids = '[\"real\"]'", 1);
    put_text(world, "plan.json", TERRAFORM("planned_values", "\"url\":\"https://other.example\","));
    load(world);
    assert_number(world, "SELECT count(*) FROM identity_provider", 2);
    put_text(world, "plan.json", TERRAFORM("planned_values", "\"url\":\"https://third.example\","));
    load(world);
    assert_number(world, "SELECT count(*) FROM identity_provider WHERE arn LIKE '%/other.example'", 0);
    assert_sound(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whose_they_are),      TEST(an_answer_that_nobody_asked),
        TEST(in_the_partition_of_the_account), TEST(a_new_list_replaces_the_old_one),
        TEST(a_plan_says_less_than_an_export),
    };
    return cmocka_run_group_tests_name("providers", tests, NULL, NULL);
}
