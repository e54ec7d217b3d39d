/* How many versions of a managed policy an export is known to list. */
#include "tests/support/loading.h"
#include "tests/support/testing.h"

#include <stdio.h>

#define DOCUMENT "{\"Version\":\"2012-10-17\",\"Statement\":[]}"
#define VERSION(id, is_default)                                                                                        \
    "{\"Document\":" DOCUMENT ",\"VersionId\":\"" id "\",\"IsDefaultVersion\":" is_default "}"
#define ONE "[" VERSION("v1", "true") "]"
#define THREE "[" VERSION("v3", "true") "," VERSION("v2", "false") "," VERSION("v1", "false") "]"
#define POLICY(owner, name, versions)                                                                                  \
    "{\"PolicyName\":\"" name "\",\"Arn\":\"arn:aws:iam::" owner ":policy/" name "\",\"PolicyVersionList\":" versions  \
    ",\"DefaultVersionId\":\"v1\"}"
#define OWN(name, versions) POLICY("111122223333", name, versions)
#define EXPORT(policies)                                                                                               \
    "{\"UserDetailList\":[" USER("111122223333",                                                                       \
                                 "u") "],\"GroupDetailList\":[],\"RoleDetailList\":[],\"Policies\":[" policies         \
                                      "],\"IsTruncated\":false}"

/* NULL counts as -1. */
static void assert_versions(struct world *world, const char *name, int64_t expected)
{
    char sql[200];
    snprintf(sql, sizeof sql, "SELECT coalesce(versions, -1) FROM managed_policy WHERE name = '%s'", name);
    assert_number(world, sql, expected);
}

static void counted(void **state)
{
    struct world *world = *state;
    put_text(world, "details.json", EXPORT(OWN("one", ONE) "," OWN("three", THREE) "," POLICY("aws", "managed", ONE)));
    load(world);
    assert_versions(world, "one", 1);
    assert_versions(world, "three", 3);
    assert_versions(world, "managed", -1);
}

/* Tools leave all but the default out; of AWS's own policies some keep them. */
static void default_alone(void **state)
{
    struct world *world = *state;
    put_text(world, "details.json", EXPORT(OWN("one", ONE) "," OWN("two", ONE) "," POLICY("aws", "managed", THREE)));
    load(world);
    assert_versions(world, "one", -1);
    assert_versions(world, "two", -1);
    assert_versions(world, "managed", -1);
}

/* Each file says it of itself; an account exported again without them is not known. */
static void forgotten(void **state)
{
    struct world *world = *state;
    put_text(world, "details.json", EXPORT(OWN("one", ONE) "," OWN("three", THREE)));
    load(world);
    assert_versions(world, "one", 1);
    put_text(world, "details.json", EXPORT(OWN("one", ONE) "," OWN("three", ONE)));
    load(world);
    assert_versions(world, "one", -1);
    assert_versions(world, "three", -1);
}

static void no_list(void **state)
{
    struct world *world = *state;
    put_text(world, "details.json", EXPORT(OWN("none", "\"v1\"") "," OWN("empty", "[]") "," OWN("three", THREE)));
    load(world);
    assert_versions(world, "none", -1);
    assert_versions(world, "empty", -1);
    assert_versions(world, "three", 3);
}

/* AWS Config records what it saw when it looked. */
static void items(void **state)
{
    struct world *world = *state;
    put_text(world, "snapshot.json",
             "{\"fileVersion\":\"1.0\",\"configurationItems\":[{\"configurationItemStatus\":\"OK\","
             "\"configurationItemCaptureTime\":\"2024-01-01T00:00:00Z\",\"accountId\":\"111122223333\","
             "\"resourceType\":\"AWS::IAM::Policy\",\"configuration\":{\"policyName\":\"m\",\"arn\":"
             "\"arn:aws:iam::111122223333:policy/m\",\"defaultVersionId\":\"v2\",\"policyVersionList\":["
             "{\"versionId\":\"v2\",\"isDefaultVersion\":true,\"document\":" DOCUMENT "},"
             "{\"versionId\":\"v1\",\"isDefaultVersion\":false,\"document\":" DOCUMENT "}]}}]}");
    load(world);
    assert_versions(world, "m", -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(counted, set_up, tear_down),
        cmocka_unit_test_setup_teardown(default_alone, set_up, tear_down),
        cmocka_unit_test_setup_teardown(forgotten, set_up, tear_down),
        cmocka_unit_test_setup_teardown(no_list, set_up, tear_down),
        cmocka_unit_test_setup_teardown(items, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
