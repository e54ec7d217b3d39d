#include "tests/support/loading.h"
#include "tests/support/testing.h"

#include <stdio.h>
#include <unistd.h>

#define ALLOW                                                                                                          \
    "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"sts:AssumeRole\",\"Resource\":\"*"  \
    "\"}]}"
#define IAM "aws/aws/accounts/111122223333/iam/"
#define ORGANIZATION "aws/aws/organizations/o-abc/"

static void put_account(struct world *world)
{
    put_text(world, IAM "role/app%2fr/metadata.json",
             "{\"arn\":\"arn:aws:iam::111122223333:role/App/R\",\"name\":\"R\",\"id\":\"AROAR\",\"path\":\"/App/\","
             "\"created\":\"2024-01-01T00:00:00Z\",\"permissionBoundary\":\"arn:aws:iam::111122223333:policy/M\"}");
    put_text(world, IAM "role/app%2fr/trust-policy.json", "\n" TRUST("222233334444"));
    put_text(world, IAM "role/app%2fr/inline-policies.json",
             "[{\"PolicyName\":\"p\",\"PolicyDocument\":" ALLOW "},{\"PolicyName\":\"q\",\"PolicyDocument\":" ALLOW
             "}]");
    put_text(world, IAM "role/app%2fr/managed-policies.json", "[\"arn:aws:iam::111122223333:policy/M\"]");
    put_text(world, IAM "role/app%2fr/tags.json", "{\"team\":\"a\"}");
    put_text(world, IAM "role/app%2fr/instance-profiles.json", "[]");
    put_text(world, IAM "user/u/metadata.json",
             "{\"arn\":\"arn:aws:iam::111122223333:user/u\",\"name\":\"u\",\"id\":\"AIDAU\",\"path\":\"/\"}");
    put_text(world, IAM "user/u/groups.json", "[\"arn:aws:iam::111122223333:group/g\"]");
    put_text(world, IAM "group/g/metadata.json", "{\"arn\":\"arn:aws:iam::111122223333:group/g\",\"name\":\"g\"}");
    put_text(world, IAM "policy/m/metadata.json", "{\"arn\":\"arn:aws:iam::111122223333:policy/M\",\"name\":\"M\"}");
    put_text(world, IAM "policy/m/current-policy.json", ALLOW);
}

static void assert_account(struct world *world)
{
    assert_number(world, "SELECT count(*) FROM principal", 3);
    assert_number(world,
                  "SELECT count(*) FROM principal WHERE arn = 'arn:aws:iam::111122223333:role/App/R' AND unique_id = "
                  "'AROAR' AND boundary_document IS NOT NULL AND identity_known AND tags_known",
                  1);
    assert_number(world, "SELECT count(*) FROM trusts WHERE principal = '222233334444'", 1);
    /* Each thing is shown where it stands. */
    assert_number(world,
                  "SELECT trust_line FROM principal p JOIN source s ON s.id = p.source WHERE s.path LIKE "
                  "'%/trust-policy.json'",
                  2);
    assert_number(world,
                  "SELECT count(*) FROM attachment a JOIN source s ON s.id = a.source WHERE s.path LIKE "
                  "'%/inline-policies.json'",
                  2);
    assert_number(world, "SELECT count(*) FROM permissions_to_assume WHERE principal LIKE '%/R'", 3);
    assert_number(world, "SELECT count(*) FROM principal_tag", 1);
    assert_number(world, "SELECT count(*) FROM group_membership WHERE group_principal IS NOT NULL", 1);
    assert_number(world, "SELECT count(*) FROM account WHERE id = '111122223333' AND detail = 'full'", 1);
    assert_number(world, "SELECT count(*) FROM problem", 0);
    assert_sound(world);
}

static void an_account(void **state)
{
    struct world *world = *state;
    put_account(world);
    load(world);
    assert_account(world);
    assert_verdict(world, "instance-profiles.json", "skipped", "");
    assert_false(world->result.incomplete);
    /* One file is another one: the account is put together again. */
    put_text(world, IAM "user/u/groups.json", "[ \"arn:aws:iam::111122223333:group/g\" ]");
    load(world);
    assert_account(world);
    put_text(world, IAM "role/app%2fr/trust-policy.json", TRUST("333344445555"));
    load(world);
    assert_number(world, "SELECT count(*) FROM trusts", 1);
    assert_number(world, "SELECT count(*) FROM trusts WHERE principal = '333344445555'", 1);
    assert_number(world, "SELECT count(*) FROM permissions_to_assume WHERE principal LIKE '%/R'", 3);
    assert_sound(world);
}

static void an_organization(void **state)
{
    struct world *world = *state;
    put_text(
        world, ORGANIZATION "metadata.json",
        "{\"id\":\"o-abc\",\"arn\":\"arn:aws:organizations::999988887777:organization/o-abc\",\"rootOu\":\"r-ab12\","
        "\"rootAccountId\":\"999988887777\",\"features\":{\"SERVICE_CONTROL_POLICY\":true,\"TAG_POLICY\":false}}");
    put_text(world, ORGANIZATION "ous.json",
             "{\"r-ab12\":{\"scps\":[\"arn:aws:organizations::aws:policy/service_control_policy/"
             "p-FullAWSAccess\"],\"rcps\":[]},"
             "\"ou-ab12-prod\":{\"parent\":\"r-ab12\",\"scps\":[\"arn:aws:organizations::999988887777:policy/o-abc/"
             "service_control_policy/p-deny\"],\"rcps\":[]}}");
    put_text(world, ORGANIZATION "accounts.json",
             "{\"111122223333\":{\"ou\":\"ou-ab12-prod\",\"scps\":[],\"rcps\":[],\"tags\":{}}}");
    put_text(world, ORGANIZATION "structure.json", "{}");
    put_text(world, ORGANIZATION "ous/ou-ab12-prod/metadata.json",
             "{\"arn\":\"arn:aws:organizations::999988887777:ou/o-abc/ou-ab12-prod\",\"name\":\"Prod\"}");
    put_text(
        world, ORGANIZATION "scps/p-deny/metadata.json",
        "{\"arn\":\"arn:aws:organizations::999988887777:policy/o-abc/service_control_policy/p-deny\",\"name\":\"Deny\","
        "\"awsManaged\":false}");
    put_text(world, ORGANIZATION "scps/p-deny/policy.json", ALLOW);
    load(world);
    assert_number(world, "SELECT count(*) FROM organization WHERE management_account = '999988887777'", 1);
    assert_number(world,
                  "SELECT count(*) FROM account WHERE id = '111122223333' AND parent = 'ou-ab12-prod' AND organization "
                  "= 'o-abc'",
                  1);
    assert_number(world, "SELECT count(*) FROM org_node WHERE name = 'Prod' AND parent = 'r-ab12'", 1);
    assert_number(world, "SELECT count(*) FROM org_policy WHERE name = 'Deny' AND document IS NOT NULL", 1);
    assert_number(world, "SELECT count(*) FROM org_policy_target", 2);
    assert_number(world, "SELECT count(*) FROM org_policy_type WHERE status = 'ENABLED'", 1);
    assert_number(world, "SELECT count(*) FROM listing WHERE call = 'list-policies-for-target'", 6);
    assert_number(world, "SELECT count(*) FROM problem", 0);
    assert_false(world->result.incomplete);
    assert_sound(world);
}

static void take_away(struct world *world, const char *name)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", world->folder, name);
    assert_int_equal(unlink(path), 0);
}

/* What is gone from the store between two loads is gone. */
static void files_that_are_gone(void **state)
{
    struct world *world = *state;
    put_account(world);
    put_text(world, "aws/aws/accounts/222233334444/iam/user/v/metadata.json",
             "{\"arn\":\"arn:aws:iam::222233334444:user/v\",\"name\":\"v\",\"id\":\"AIDAV\",\"path\":\"/\"}");
    put_text(world, ORGANIZATION "scps/p-deny/metadata.json",
             "{\"arn\":\"arn:aws:organizations::999988887777:policy/o-abc/service_control_policy/p-deny\",\"name\":"
             "\"Deny\"}");
    put_text(world, ORGANIZATION "scps/p-deny/policy.json", ALLOW);
    load(world);
    assert_number(world, "SELECT count(*) FROM principal", 4);
    take_away(world, IAM "role/app%2fr/managed-policies.json");
    load(world);
    assert_int_equal(problem_of(world, "file-gone")->severity, PROBLEM_NOTE);
    assert_number(world, "SELECT count(*) FROM attachment WHERE kind = 'managed'", 0);
    assert_number(world, "SELECT count(*) FROM attachment", 2);
    assert_number(world, "SELECT count(*) FROM principal WHERE kind = 'role' AND identity_known", 1);
    assert_number(world, "SELECT count(*) FROM source WHERE path LIKE '%managed-policies.json'", 0);
    assert_sound(world);
    load(world);
    assert_true(world->result.nothing_new);
    take_away(world, IAM "role/app%2fr/metadata.json");
    take_away(world, IAM "role/app%2fr/trust-policy.json");
    take_away(world, IAM "role/app%2fr/inline-policies.json");
    take_away(world, IAM "role/app%2fr/tags.json");
    take_away(world, IAM "policy/m/current-policy.json");
    take_away(world, ORGANIZATION "scps/p-deny/policy.json");
    load(world);
    assert_number(world, "SELECT count(*) FROM principal", 3);
    assert_number(world, "SELECT count(*) FROM principal WHERE kind = 'role'", 0);
    assert_number(world, "SELECT count(*) FROM managed_policy", 0);
    assert_number(world, "SELECT count(*) FROM document", 1);
    assert_number(world, "SELECT count(*) FROM account WHERE id = '111122223333' AND detail = 'full'", 1);
    assert_sound(world);
    /* An account that is no longer there is not one that has nobody. */
    take_away(world, "aws/aws/accounts/222233334444/iam/user/v/metadata.json");
    load(world);
    assert_number(world, "SELECT count(*) FROM principal", 2);
    assert_number(world, "SELECT count(*) FROM account WHERE id = '222233334444' AND detail = 'none'", 1);
    assert_sound(world);
}

/* An empty folder is not a store from which everything was taken: perhaps it is not mounted. */
static void a_store_that_is_not_there(void **state)
{
    struct world *world = *state;
    put_text(world, IAM "user/u/metadata.json",
             "{\"arn\":\"arn:aws:iam::111122223333:user/u\",\"name\":\"u\",\"id\":\"AIDAU\",\"path\":\"/\"}");
    load(world);
    take_away(world, IAM "user/u/metadata.json");
    load(world);
    assert_number(world, "SELECT count(*) FROM principal", 1);
}

static void files_that_are_alone(void **state)
{
    struct world *world = *state;
    put_text(world, IAM "role/r/trust-policy.json", TRUST("222233334444"));
    put_text(world, IAM "role/s/metadata.json", "{\"name\":\"s\"}");
    put_text(world, IAM "user/u/groups.json", "{}");
    put_text(world, IAM "policy/m/policy.json", ALLOW);
    put_text(world, "metadata.json", "{\"arn\":\"arn:aws:iam::111122223333:user/u\",\"path\":\"/\",\"name\":\"u\"}");
    load(world);
    assert_verdict(world, "r/trust-policy.json", "partial", "");
    assert_verdict(world, "s/metadata.json", "partial", "");
    assert_verdict(world, "groups.json", "partial", "");
    assert_verdict(world, "policy.json", "partial", "");
    assert_number(world, "SELECT count(*) FROM source WHERE verdict = 'skipped' AND detail LIKE '%outside its folder%'",
                  1);
    assert_number(world, "SELECT count(*) FROM problem WHERE code = 'missing-file'", 2);
    assert_number(world, "SELECT count(*) FROM principal", 0);
    assert_sound(world);
}

static void hostile(void **state)
{
    struct world *world = *state;
    put_account(world);
    assert_withstands(world, IAM "role/app%2fr/inline-policies.json",
                      "[{\"PolicyName\":\"p\",\"PolicyDocument\":" ALLOW "}]");
    assert_withstands(world, IAM "role/app%2fr/metadata.json",
                      "{\"arn\":\"arn:aws:iam::111122223333:role/App/R\",\"name\":\"R\",\"path\":\"/App/\"}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {TEST(an_account),           TEST(an_organization),
                                       TEST(files_that_are_gone),  TEST(a_store_that_is_not_there),
                                       TEST(files_that_are_alone), TEST(hostile)};
    return cmocka_run_group_tests_name("iam_collect", tests, NULL, NULL);
}
