/* The people of Identity Center, what they are assigned to, and that lists of other services are not taken for these.
 */
#include "tests/support/loading.h"
#include "tests/support/testing.h"

#include <string.h>

#define STORE "d-1234567890"
#define SET "arn:aws:sso:::permissionSet/ssoins-1111222233334444/ps-aaaabbbbccccdddd"
#define GROUP "92e5aaaa-c0a1-70aa-aaaa-aaaaaaaaaaaa"
#define PERSON "a2c51111-e011-7011-b111-111111111111"
#define ASSIGNMENT(account, kind, id)                                                                                  \
    "{\"AccountId\":\"" account "\",\"PermissionSetArn\":\"" SET "\",\"PrincipalType\":\"" kind                        \
    "\",\"PrincipalId\":\"" id "\"}"

static void people_and_groups(void **state)
{
    struct world *world = *state;
    put_text(
        world, "list-users.json",
        "{\"Users\":[{\"UserName\":\"amy@example.org\",\"UserId\":\"" PERSON
        "\",\"Name\":{\"GivenName\":\"Amy\"},\"Emails\":[{\"Value\":\"old@example.org\"},{\"Value\":\"amy@example."
        "org\","
        "\"Primary\":true}],\"PhoneNumbers\":[{\"Value\":\"+49 555\"}],\"Addresses\":[{\"Locality\":\"Ulm\"}],"
        "\"Birthdate\":\"1990-01-01\",\"UserStatus\":\"DISABLED\",\"ExternalIds\":[{\"Issuer\":\"i\",\"Id\":\"1\"}],"
        "\"Extensions\":{\"aws:identitystore:enterprise\":{\"department\":\"ops\",\"manager\":{\"value\":\"m1\"}}},"
        "\"IdentityStoreId\":\"" STORE "\"},{\"IdentityStoreId\":\"" STORE "\",\"UserId\":\"b\"}]}");
    put_text(world, "list-groups.json",
             "{\"Groups\":[{\"GroupId\":\"" GROUP "\",\"DisplayName\":\"ops\",\"IdentityStoreId\":\"" STORE "\"}]}");
    put_text(world, "list-group-memberships." GROUP ".json",
             "{\"GroupMemberships\":[{\"IdentityStoreId\":\"" STORE "\",\"MembershipId\":\"x\",\"GroupId\":\"" GROUP
             "\",\"MemberId\":{\"UserId\":\"" PERSON "\"}}]}");
    load(world);
    assert_number(world,
                  "SELECT count(*) FROM person WHERE name = 'amy@example.org' AND enabled = 0 AND provisioned = 1", 1);
    assert_number(world, "SELECT count(*) FROM person WHERE name IS NULL AND enabled IS NULL AND provisioned = 0", 1);
    assert_number(
        world,
        "SELECT count(*) FROM person WHERE attributes = '{\"emails[primary eq "
        "true].value\":\"amy@example.org\",\"enterprise.department\":\"ops\",\"enterprise.manager.value\":\"m1\","
        "\"name.givenName\":\"Amy\",\"userName\":\"amy@example.org\"}'",
        1);
    assert_number(world,
                  "SELECT count(*) FROM person_membership WHERE \"group\" = '" GROUP "' AND person = '" PERSON "'", 1);
    assert_number(world, "SELECT count(*) FROM listing", 3);
    assert_verdict(world, "list-users", "loaded", "2 people");
    assert_sound(world);
    /* Who is gone is gone, and so is who left the group. */
    put_text(world, "list-users.json",
             "{\"Users\":[{\"IdentityStoreId\":\"" STORE "\",\"UserId\":\"b\",\"UserName\":\"bo\"}]}");
    put_text(world, "list-group-memberships." GROUP ".json", "{\"GroupMemberships\":[]}");
    load(world);
    assert_number(world, "SELECT count(*) FROM person", 1);
    assert_number(world, "SELECT count(*) FROM person WHERE name = 'bo'", 1);
    assert_number(world, "SELECT count(*) FROM person_membership", 0);
    assert_number(world,
                  "SELECT count(*) FROM listing WHERE call = 'list-group-memberships' AND argument = '" GROUP "'", 1);
    assert_sound(world);
}

static void assignments(void **state)
{
    struct world *world = *state;
    put_text(world, "list-permission-sets.json", "{\"PermissionSets\":[\"" SET "\"]}");
    put_text(world, "describe-permission-set.ps-aaaabbbbccccdddd.json",
             "{\"PermissionSet\":{\"Name\":\"Ops\",\"PermissionSetArn\":\"" SET "\",\"SessionDuration\":\"PT2H\"}}");
    put_text(world, "list-accounts-for-provisioned-permission-set.ps-aaaabbbbccccdddd.json",
             "{\"AccountIds\":[\"111122223333\",\"222233334444\"]}");
    put_text(
        world,
        "list-accounts-for-provisioned-permission-set.ps-aaaabbbbccccdddd.LATEST_PERMISSION_SET_NOT_PROVISIONED.json",
        "{\"AccountIds\":[\"333344445555\"]}");
    put_text(world, "list-account-assignments.111122223333.ps-aaaabbbbccccdddd.json",
             "{\"AccountAssignments\":[" ASSIGNMENT("111122223333", "GROUP", GROUP) "]}");
    put_text(world, "calls.ndjson",
             "{\"call\":\"list-account-assignments\",\"args\":{\"instance-arn\":\"arn:aws:sso:::instance/"
             "ssoins-1111222233334444\",\"account-id\":\"222233334444\",\"permission-set-arn\":\"" SET
             "\"},\"output\":{\"AccountAssignments\":[]}}");
    put_text(world, "list-account-assignments-for-principal.USER." PERSON ".json",
             "{\"AccountAssignments\":[" ASSIGNMENT("333344445555", "USER", PERSON) "]}");
    put_text(world, "nameless.json", "{\"AccountAssignments\":[]}");
    load(world);
    assert_number(world,
                  "SELECT count(*) FROM permission_set WHERE id = 'ps-aaaabbbbccccdddd' AND name = 'Ops' AND "
                  "duration = 'PT2H' AND instance = 'ssoins-1111222233334444' AND listed = 1",
                  1);
    assert_number(world, "SELECT count(*) FROM permission_set_account", 2);
    assert_number(world, "SELECT count(*) FROM account_assignment", 2);
    assert_number(world,
                  "SELECT count(*) FROM listing WHERE call = 'list-account-assignments' AND argument IN "
                  "('111122223333 ps-aaaabbbbccccdddd', '222233334444 ps-aaaabbbbccccdddd')",
                  2);
    assert_number(world, "SELECT count(*) FROM listing WHERE call = 'list-account-assignments'", 2);
    assert_non_null(problem_of(world, "assignment-unknown"));
    put_text(world, "list-account-assignments.111122223333.ps-aaaabbbbccccdddd.json",
             "{\"AccountAssignments\":[" ASSIGNMENT("111122223333", "USER", PERSON) "]}");
    load(world);
    assert_number(world, "SELECT count(*) FROM account_assignment WHERE account = '111122223333' AND kind = 'GROUP'",
                  0);
    assert_number(world, "SELECT count(*) FROM account_assignment WHERE account = '111122223333' AND kind = 'USER'", 1);
    assert_sound(world);
}

static void a_page_says_that_more_follow(void **state)
{
    struct world *world = *state;
    put_text(world, "list-account-assignments.111122223333.ps-aaaabbbbccccdddd.json",
             "{\"AccountAssignments\":[" ASSIGNMENT("111122223333", "GROUP", GROUP) "],\"NextToken\":\"t\"}");
    put_text(world, "account-access.list-entitlements.aam-1111222233334444.json",
             "{\"entitlements\":[{\"entitlementId\":\"e1\",\"entitlement\":{\"principalRole\":{\"principal\":{"
             "\"identityCenter\":{\"userId\":\"" PERSON
             "\"}},\"roleArn\":\"arn:aws:iam::111122223333:role/r\",\"account\":"
             "\"111122223333\"}}}],\"nextToken\":\"t\"}");
    load(world);
    assert_number(world, "SELECT count(*) FROM account_assignment", 1);
    assert_number(world,
                  "SELECT count(*) FROM entitlement WHERE id = 'e1' AND application = 'aam-1111222233334444' AND "
                  "kind = 'USER' AND principal = '" PERSON "' AND role = 'arn:aws:iam::111122223333:role/r'",
                  1);
    assert_number(world, "SELECT count(*) FROM listing", 0);
    assert_non_null(problem_of(world, "truncated"));
}

static void lists_of_other_services(void **state)
{
    struct world *world = *state;
    static const char *const rows[][2] = {
        {"list-users.json",
         "{\"Users\":[{\"UserName\":\"u\",\"UserId\":\"AIDA1\",\"Arn\":\"arn:aws:iam::1:user/u\"}]}"},
        {"list-groups.json", "{\"Groups\":[{\"GroupName\":\"g\",\"GroupId\":\"AGPA1\"}]}"},
        {"list-instances.json", "{\"Instances\":[{\"Id\":\"ci-1\",\"Ec2InstanceId\":\"i-1\"}]}"},
        {"list-applications.json",
         "{\"applications\":[{\"applicationArn\":\"arn:aws:emr-serverless:x\",\"id\":\"1\"}]}"},
        {"members.json", "{\"AccountIds\":[\"111122223333\"]}"},
        {"applications.json", "{\"Applications\":[{\"ApplicationArn\":\"a\",\"ApplicationProviderArn\":\"p\"}]}"},
        {"get-inline-policy-for-permission-set.ps-1.json", "{\"InlinePolicy\":\"\"}"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        put_text(world, rows[i][0], rows[i][1]);
    load(world);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (verdict_of(world, rows[i][0])->verdict != BATCH_SKIPPED)
            fail_msg("%s: %s", rows[i][0], verdict_of(world, rows[i][0])->detail);
    assert_false(world->result.incomplete);
    assert_number(world,
                  "SELECT (SELECT count(*) FROM person) + (SELECT count(*) FROM person_group) + (SELECT count(*) FROM "
                  "sso_instance) + (SELECT count(*) FROM access_application)",
                  0);
}

static void damage(void **state)
{
    struct world *world = *state;
    assert_withstands(world, "list-users.json",
                      "{\"Users\":[{\"IdentityStoreId\":\"" STORE "\",\"UserId\":\"" PERSON
                      "\",\"UserName\":\"amy\",\"Name\":{\"GivenName\":\"A\"},\"UserStatus\":\"ENABLED\"}]}");
    put_text(world, "list-users.json", "{\"Users\":[{\"IdentityStoreId\":\"" STORE "\",\"UserName\":\"amy\"}]}");
    load(world);
    assert_true(world->result.incomplete);
    assert_number(world,
                  "SELECT count(*) FROM listing WHERE call = 'identitystore-list-users' AND argument = '" STORE "'", 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {TEST(people_and_groups), TEST(assignments), TEST(a_page_says_that_more_follow),
                                       TEST(lists_of_other_services), TEST(damage)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
