/* Each finding: worlds in which it fires, and worlds of the same shape in which it must not. */
#include "analyzer/findings/findings.h"
#include "tests/support/scenario.h"
#include "tests/support/testing.h"

#include <stdlib.h>
#include <string.h>

#define ORGANIZATION "organization M members A B\nexported A\nexported B\n"

static const struct row {
    const char *id, *world;
    int count;            /* findings with that id */
    const char *severity; /* of the first */
    const char *says;     /* in its detail */
} rows[] = {
    {"trust-public", "role A/r\n trust allow sts:AssumeRole from *\n", 1, "critical", "Any principal"},
    {"trust-public",
     "role A/r\n trust allow sts:AssumeRole from *\n trust deny sts:AssumeRole from * if StringNotEquals "
     "aws:PrincipalOrgID o-example0001\n",
     0, NULL, NULL},
    {"trust-public",
     ORGANIZATION "role A/r\n trust allow sts:AssumeRole from * if StringEquals aws:PrincipalOrgID o-example0001\n", 0,
     NULL, NULL},
    {"trust-public", "role A/r\n trust allow sts:AssumeRole from * if StringEquals aws:PrincipalAccount $B\n", 0, NULL,
     NULL},
    {"trust-public", "role A/r\n trust allow sts:AssumeRole from * if IpAddress aws:SourceIp 192.0.2.0/24\n", 1, "high",
     "conditions hold"},
    {"trust-public", "role A/r\n trust allow sts:TagSession from *\n", 0, NULL, NULL},
    {"trust-public",
     ORGANIZATION
     "role A/r\n trust allow sts:AssumeRole from *\nrcp account:A deny sts:AssumeRole on * if "
     "StringNotEqualsIfExists aws:PrincipalOrgID o-example0001 and BoolIfExists aws:PrincipalIsAWSService false\n",
     0, NULL, NULL},
    {"trust-public-weak-condition",
     "role A/r\n trust allow sts:AssumeRole from * if StringEquals sts:ExternalId x123\n", 1, "high", "meet or guess"},
    {"trust-public-weak-condition", "role A/r\n trust allow sts:AssumeRole from * if StringLike aws:PrincipalArn *\n",
     1, "high", "meet or guess"},
    {"trust-public-weak-condition", "role A/r\n trust allow sts:AssumeRole from *\n", 0, NULL, NULL},
    {"trust-notprincipal-allow", "role A/r\n trust allow sts:AssumeRole from not user:A/x,root:A\n", 1, "critical",
     "Everyone but"},
    {"trust-notprincipal-allow",
     "role A/r\n trust allow sts:AssumeRole from root:A\n trust deny sts:AssumeRole from not user:A/x,root:A\n", 0,
     NULL, NULL},
    {"trust-external-unknown", "role A/r\n trust allow sts:AssumeRole from root:D\n", 1, "high", "444444444444"},
    {"trust-external-unknown", "role A/r\n trust allow sts:AssumeRole from root:D\n may allow * on *\n", 1, "critical",
     "administrator"},
    {"trust-external-unknown", "role A/r\n trust allow sts:AssumeRole from user:D/x,user:D/y,user:C/z\n", 2, "high",
     NULL},
    {"trust-external-unknown", "role A/r\n trust allow sts:AssumeRole from root:B\nexported B\n", 0, NULL, NULL},
    {"trust-external-unknown", "organization M members A D\nrole A/r\n trust allow sts:AssumeRole from root:D\n", 0,
     NULL, NULL},
    {"trust-external-unknown", "role A/OrganizationAccountAccessRole\n trust allow sts:AssumeRole from root:D\n", 1,
     "medium", "management account"},
    {"trust-external-unknown",
     "organization M members A\nrole A/OrganizationAccountAccessRole\n trust allow sts:AssumeRole from root:D\n", 1,
     "high", "not of the organization"},
    {"trust-external-unknown",
     "role A/r\n trust allow sts:AssumeRole from root:D\n trust deny sts:AssumeRole from root:D\n", 0, NULL, NULL},
    {"trust-external-no-external-id", "role A/r\n trust allow sts:AssumeRole from root:D\n", 1, "medium",
     "may be your own"},
    {"trust-external-no-external-id", "organization M members A\nrole A/r\n trust allow sts:AssumeRole from root:D\n",
     1, "high", "without passing"},
    {"trust-external-no-external-id",
     "role A/r\n trust allow sts:AssumeRole from root:D if StringEquals sts:ExternalId x123\n", 0, NULL, NULL},
    {"trust-external-no-external-id",
     "role A/r\n trust allow sts:AssumeRole from root:D if StringEqualsIfExists sts:ExternalId x123\n", 1, "medium",
     "without passing"},
    {"trust-external-no-external-id",
     "role A/r\n trust allow sts:AssumeRole from root:D if StringLike sts:ExternalId *\n", 1, "medium",
     "of its choice"},
    {"trust-external-no-external-id",
     "role A/r\n trust allow sts:AssumeRole from root:D if Bool aws:MultiFactorAuthPresent true\n", 1, "low", "MFA"},
    {"trust-account-overbroad",
     "role A/r\n trust allow sts:AssumeRole from root:B\nuser B/x\n may allow sts:AssumeRole on role:A/r\nuser B/y\n",
     1, "medium", "1 of its 2"},
    {"trust-account-overbroad",
     "role A/r\n trust allow sts:AssumeRole from root:B\n may allow iam:* on *\nuser B/x\n may allow sts:AssumeRole "
     "on role:A/r\nuser B/y\n",
     1, "high", "administrator"},
    {"trust-account-overbroad",
     "role A/r\n trust allow sts:AssumeRole from root:B if ArnEquals aws:PrincipalArn user:B/x\nuser B/x\n may allow "
     "sts:AssumeRole on role:A/r\nuser B/y\n",
     0, NULL, NULL},
    {"trust-account-overbroad",
     "role A/r\n trust allow sts:AssumeRole from root:B\nuser B/x\n may allow sts:AssumeRole on role:A/r\n", 1, "low",
     "Its only principal"},
    {"trust-account-overbroad",
     "role A/r\n trust allow sts:AssumeRole from root:B if ArnEquals aws:PrincipalArn user:B/x\nuser B/x\n may allow "
     "sts:AssumeRole on role:A/r\n",
     0, NULL, NULL},
    {"trust-account-overbroad",
     "role A/r\n trust allow sts:AssumeRole from user:B/x\nuser B/x\n may allow sts:AssumeRole on role:A/r\nuser B/y\n",
     0, NULL, NULL},
    {"trust-account-overbroad", "role A/r\n trust allow sts:AssumeRole from root:B\nuser B/y\n", 0, NULL, NULL},
    {"trust-account-overbroad", "organization M members A B\nrole A/r\n trust allow sts:AssumeRole from root:B\n", 1,
     "medium", "unknown"},
    {"trust-account-overbroad",
     "role A/r\n trust allow sts:AssumeRole from root:B\nuser B/x\n may allow sts:AssumeRole on role:A/r\n", 1, "low",
     "only principal"},
    {"trust-orphaned-id", "role A/r\n trust allow sts:AssumeRole from AIDAGONE0000000000001\n", 1, "medium",
     "AIDAGONE"},
    {"trust-orphaned-id", "user A/x\nrole A/r\n trust allow sts:AssumeRole from AIDAA0000000000000\n", 1, "info",
     "user/x"},
    {"trust-orphaned-id", "user A/x\nrole A/r\n trust allow sts:AssumeRole from user:A/x\n", 0, NULL, NULL},
    {"trust-missing-principal", "role A/r\n trust allow sts:AssumeRole from user:A/gone\n", 1, "high", "no such user"},
    {"trust-missing-principal", "role A/r\n trust allow sts:AssumeRole from role:A/other\nrole A/path/other\n", 1,
     "high", "another path"},
    {"trust-missing-principal", "role A/r\n trust allow sts:AssumeRole from user:A/there\nuser A/there\n", 0, NULL,
     NULL},
    {"trust-missing-principal", "role A/r\n trust allow sts:AssumeRole from user:D/unknown\n", 0, NULL, NULL},
    {"trust-missing-principal", "role A/r\n trust allow sts:AssumeRole from session:A/other/x\nrole A/path/other\n", 0,
     NULL, NULL},
    {"dead-trust", "role A/r\n trust allow sts:AssumeRole from user:B/x\nuser B/x\n", 1, "info", "no identity policy"},
    {"dead-trust", "role A/r\n trust allow sts:AssumeRole from root:B\nuser B/x\n", 1, "info", "none of its 1"},
    {"dead-trust", "role A/r\n trust allow sts:AssumeRole from user:B/x\nuser B/x\n may allow sts:AssumeRole on *\n", 0,
     NULL, NULL},
    {"dead-trust", "role A/r\n trust allow sts:AssumeRole from user:D/x\n", 0, NULL, NULL},
    {"dead-trust", "role A/r\n trust allow sts:AssumeRoleWithSAML from user:A/x\nuser A/x\n", 1, "info", NULL},
    {"dead-trust", "role A/r\n trust allow sts:TagSession from user:A/x\nuser A/x\n", 0, NULL, NULL},
    {"assume-any-role", "user A/x\n may allow sts:AssumeRole on *\n", 1, "high", "any role"},
    {"assume-any-role", "user A/x\n may allow sts:* on arn:aws:iam::*:role/*\n", 1, "high", NULL},
    {"assume-any-role", "user A/x\n may allow not-action iam:* on *\n", 1, "high", NULL},
    {"assume-any-role", "user A/x\n may allow * on *\n", 1, "low", "an administrator"},
    {"assume-any-role", "user A/x\n may allow sts:AssumeRole on role:B/*\n", 0, NULL, NULL},
    {"assume-any-role", "user A/x\n may allow sts:AssumeRole on *\n may deny sts:AssumeRole on *\n", 0, NULL, NULL},
    {"assume-any-role", "user A/x\n may allow sts:AssumeRole on *\n boundary b allow s3:* on *\n", 0, NULL, NULL},
    {"assume-any-role", "group A/g\n may allow sts:AssumeRole on *\nuser A/x group g\nuser A/y group g\n", 1, "high",
     "user x, user y"},
    {"trust-cycle",
     "role A/r\n trust allow sts:AssumeRole from role:A/s\nrole A/s\n trust allow sts:AssumeRole from role:A/r\n", 1,
     "low", "2 roles"},
    {"trust-cycle",
     "role A/r\n trust allow sts:AssumeRole from role:B/s\n may allow sts:* on *\nrole B/s\n trust allow "
     "sts:AssumeRole from "
     "role:A/r\n may allow sts:* on *\n",
     1, "medium", "across accounts"},
    {"trust-cycle",
     "role A/r\n trust allow sts:AssumeRole from role:A/s\nrole A/s\n trust allow sts:AssumeRole from role:A/t\nrole "
     "A/t\n",
     0, NULL, NULL},
    {"policy-grammar",
     "role A/r\n trust "
     "{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"$A\"},\"Action\":\"sts:AssumeRole\",\"Resource\":\"*\"}\n",
     1, "medium", "cannot have a resource"},
    {"policy-grammar", "role A/r\n trust allow sts:AssumeRole from user:A/x\nuser A/x\n", 0, NULL, NULL},
    {"policy-grammar", "role A/r\n trust allow sts:AssumeRole from not user:A/x,root:A\n", 0, NULL, NULL},
    {"analysis-incomplete", "role A/r\n trust allow sts:AssumeRole from root:D\n", 3, "info", NULL},
    {"analysis-incomplete", ORGANIZATION "exported M\nrole A/r\n trust allow sts:AssumeRole from root:A\n", 0, NULL,
     NULL},
};

struct world {
    struct scenario scenario;
    struct analysis analysis;
    struct findings findings;
};

static void open_world(struct world *world, const char *text)
{
    char *error = NULL;
    *world = (struct world){0};
    if (!scenario_read(&world->scenario, text, 1))
        fail_msg("%s", world->scenario.error);
    struct analysis *analysis = &world->analysis;
    analysis->store = scenario_load(&world->scenario);
    assert_non_null(analysis->store);
    analysis->model = model_load(analysis->store, &error);
    analysis->pool = constraint_pool_new();
    analysis->evaluator = evaluator_new(analysis->model, analysis->pool);
    assert_true(findings_compute(analysis, &world->findings));
    for (size_t i = 0; i < world->findings.count; i++)
        finding_elaborate(analysis, &world->findings, &world->findings.list[i]);
}

static void close_world(struct world *world)
{
    findings_free(&world->findings);
    analysis_close(&world->analysis);
    scenario_free(&world->scenario);
}

static void catalogue(void **state)
{
    size_t wrong = 0;
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct world world;
        const struct finding *first = NULL;
        int count = 0;
        open_world(&world, rows[i].world);
        for (size_t j = 0; j < world.findings.count; j++)
            if (strcmp(world.findings.list[j].rule->id, rows[i].id) == 0) {
                first = count == 0 ? &world.findings.list[j] : first;
                count++;
            }
        bool good = count == rows[i].count &&
                    (first == NULL || strcmp(severity_word(first->severity), rows[i].severity) == 0) &&
                    (first == NULL || rows[i].says == NULL || strstr(first->detail, rows[i].says) != NULL);
        if (!good)
            print_message("%s in\n%sgave %d %s: %s\n", rows[i].id, rows[i].world, count,
                          first != NULL ? severity_word(first->severity) : "", first != NULL ? first->detail : "");
        wrong += !good;
        close_world(&world);
    }
    assert_int_equal(wrong, 0);
}

static void every_rule_has_a_case_and_a_near_miss(void **state)
{
    size_t count;
    const struct finding_rule *rules = finding_rules(&count);
    (void)state;
    for (size_t i = 0; i < count; i++) {
        bool fires = false, near_miss = false;
        for (size_t j = 0; j < sizeof rows / sizeof rows[0]; j++)
            if (strcmp(rows[j].id, rules[i].id) == 0) {
                fires = fires || rows[j].count > 0;
                near_miss = near_miss || rows[j].count == 0;
            }
        if (!fires || !near_miss)
            fail_msg("%s", rules[i].id);
        assert_true(i == 0 || strcmp(rules[i - 1].id, rules[i].id) < 0);
        assert_true(rules[i].title[0] != '\0' && rules[i].why[0] != '\0' && rules[i].fix[0] != '\0');
    }
}

static const struct finding *find(const struct world *world, const char *id)
{
    for (size_t i = 0; i < world->findings.count; i++)
        if (strcmp(world->findings.list[i].rule->id, id) == 0)
            return &world->findings.list[i];
    fail_msg("no %s", id);
    return NULL;
}

/* Both styles of narrowing, next to another principal of the same statement. */
static void narrowed_policies(void **state)
{
    struct world world;
    (void)state;
    open_world(&world, "role A/r\n trust allow sts:AssumeRole from root:B,service:ec2.amazonaws.com\n"
                       "user B/x\n may allow sts:AssumeRole on role:A/r\nuser B/y\nrole B/z\n may allow sts:* on *\n");
    const struct finding *finding = find(&world, "trust-account-overbroad");
    json_t *principals = json_object_get(finding->patch, "principals"),
           *condition = json_object_get(finding->patch, "condition");
    assert_non_null(principals);
    assert_non_null(condition);
    char *first =
        json_dumps(json_array_get(json_object_get(principals, "Statement"), 0), JSON_COMPACT | JSON_SORT_KEYS);
    assert_non_null(
        strstr(first, "\"AWS\":[\"arn:aws:iam::222222222222:role/z\",\"arn:aws:iam::222222222222:user/x\"]"));
    assert_non_null(strstr(first, "\"Service\":[\"ec2.amazonaws.com\"]"));
    free(first);
    /* The condition must not bind the service: the account gets a statement of its own. */
    assert_int_equal(json_array_size(json_object_get(condition, "Statement")), 2);
    json_t *facts = finding->facts;
    assert_int_equal(json_integer_value(json_object_get(facts, "principals")), 3);
    assert_int_equal(json_integer_value(json_object_get(facts, "able")), 2);
    close_world(&world);
}

/* In the role's own account a list of ARNs would free the user from the boundary: that style is not offered. */
static void no_patch_that_widens(void **state)
{
    struct world world;
    (void)state;
    open_world(&world,
               "role A/r\n trust allow sts:AssumeRole from root:A\n"
               "user A/x\n may allow sts:AssumeRole on role:A/r if Bool aws:MultiFactorAuthPresent true\nuser A/y\n");
    const struct finding *finding = find(&world, "trust-account-overbroad");
    assert_null(json_object_get(finding->patch, "principals"));
    assert_non_null(json_object_get(finding->patch, "condition"));
    close_world(&world);
}

/* A role that can assume itself is not counted among those who use the trust, but goes on being able to. */
static void patch_keeps_the_role_itself(void **state)
{
    struct world world;
    (void)state;
    open_world(&world, "role A/r\n trust allow sts:AssumeRole from root:A\n may allow * on *\n"
                       "user A/x\n may allow sts:AssumeRole on role:A/r\nuser A/y\n");
    const struct finding *finding = find(&world, "trust-account-overbroad");
    json_t *principals = json_object_get(finding->patch, "principals");
    assert_non_null(principals);
    char *text = json_dumps(principals, JSON_COMPACT);
    assert_non_null(strstr(text, "[\"arn:aws:iam::111111111111:user/x\",\"arn:aws:iam::111111111111:role/r\"]"));
    assert_non_null(strstr(finding->detail, "1 of its 2 users and roles can become it: user x."));
    free(text);
    close_world(&world);
}

static void fingerprints(void **state)
{
    static const char *const same[] = {
        "role A/r\n trust allow sts:AssumeRole from root:D,root:C\n",
        "role A/q\nrole A/r\n trust allow sts:AssumeRole from root:C,root:D\n",
        "role A/r\n trust "
        "{\"Sid\":\"Other\",\"Effect\":\"Allow\",\"Principal\":{\"AWS\":[\"arn:aws:iam::$D:root\",\"arn:aws:iam::$C:"
        "root\"]},"
        "\"Action\":[\"sts:AssumeRole\"]}\n",
    };
    char first[33] = "";
    (void)state;
    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++) {
        struct world world;
        open_world(&world, same[i]);
        const struct finding *finding = find(&world, "trust-external-unknown");
        assert_int_equal(strlen(finding->fingerprint), 32);
        if (i > 0)
            assert_string_equal(finding->fingerprint, first);
        memcpy(first, finding->fingerprint, sizeof first);
        close_world(&world);
    }
}

static void stored(void **state)
{
    struct world world;
    char *error = NULL;
    sqlite3_stmt *query;
    (void)state;
    open_world(&world, "role A/r\n trust allow sts:AssumeRole from *\n");
    assert_true(findings_store(&world.analysis, &world.findings, &error));
    sqlite3_prepare_v2(store_handle(world.analysis.store),
                       "SELECT count(*), count(json_extract(document, '$.id')) FROM finding", -1, &query, NULL);
    assert_int_equal(sqlite3_step(query), SQLITE_ROW);
    assert_int_equal(sqlite3_column_int(query, 0), world.findings.count);
    assert_int_equal(sqlite3_column_int(query, 1), world.findings.count);
    sqlite3_finalize(query);
    close_world(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(catalogue),
                                       cmocka_unit_test(every_rule_has_a_case_and_a_near_miss),
                                       cmocka_unit_test(narrowed_policies),
                                       cmocka_unit_test(no_patch_that_widens),
                                       cmocka_unit_test(patch_keeps_the_role_itself),
                                       cmocka_unit_test(fingerprints),
                                       cmocka_unit_test(stored)};
    return cmocka_run_group_tests_name("findings", tests, NULL, NULL);
}
