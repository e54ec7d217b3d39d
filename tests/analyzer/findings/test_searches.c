/* Searches of findings that may take long: nothing is left out while steps are left (findings_spend); if none are left,
 * the answer says so. */
#include "tests/support/findings_world.h"
#include "tests/support/testing.h"

#include <string.h>

static size_t count_of(const struct findings_world *world, const char *id, const char *code)
{
    size_t count = 0;
    for (size_t i = 0; i < world->findings.count; i++)
        count += strcmp(world->findings.list[i].rule->id, id) == 0 && strcmp(world->findings.list[i].code, code) == 0;
    return count;
}

/* Whether the answer says that a search stopped. */
static bool says_so(struct findings_world *world)
{
    const struct gaps *gaps = analysis_gaps(&world->analysis);
    for (size_t i = 0; i < gaps->count; i++)
        if (gaps->list[i].kind == GAP_SEARCH)
            return strstr(gaps->list[i].sentence, "--max-steps") != NULL;
    return false;
}

/* All are found; if almost no steps are allowed, the answer says so. */
static void assert_searched(const char *text, const char *id, const char *code, size_t expected)
{
    for (uint64_t most = 0; most < 2; most++) {
        struct findings_world world = {.findings.max_steps = most};
        findings_world_open(&world, text);
        if (most == 0)
            assert_int_equal(count_of(&world, id, code), expected);
        else
            assert_true(count_of(&world, id, code) < expected);
        assert_int_equal(world.findings.unsearched > 0, most == 1);
        assert_int_equal(says_so(&world), most == 1);
        findings_world_close(&world);
    }
}

/* Somebody else reaches each role by a shorter path, so that each is searched from its own callers. */
static void every_role_with_a_guard_is_searched(void **state)
{
    struct text text = {0};
    (void)state;
    text_append_string(&text, "user A/v\n may allow sts:AssumeRole on *\nrole A/asks\n trust allow sts:AssumeRole from "
                              "user:A/v if Bool aws:MultiFactorAuthPresent true\n");
    for (unsigned i = 0; i < 40; i++)
        text_format(&text,
                    "user A/u%02u\nrole A/x%02u\n trust allow sts:AssumeRole from user:A/u%02u\n may allow "
                    "sts:AssumeRole on *\nrole A/r%02u\n trust allow sts:AssumeRole from user:A/u%02u if Bool "
                    "aws:MultiFactorAuthPresent true\n trust allow sts:AssumeRole from user:A/v,role:A/x%02u\n",
                    i, i, i, i, i, i);
    assert_searched(text.data, "guard-bypassed", "", 40);
    text_free(&text);
}

static void every_caller_whom_an_scp_keeps_out_is_asked(void **state)
{
    struct text text = {0};
    (void)state;
    text_append_string(&text, "organization M members A B\nscp B deny sts:AssumeRole on arn:aws:iam::$A:role/target if "
                              "ArnEquals aws:PrincipalArn arn:aws:iam::$B:user/c59\n"
                              "role A/mid\n trust allow sts:AssumeRole from root:B\n may allow sts:AssumeRole on *\n"
                              "role A/target\n trust allow sts:AssumeRole from root:B,role:A/mid\n");
    for (unsigned i = 0; i < 60; i++)
        text_format(&text,
                    "user B/c%02u\n may allow sts:AssumeRole on arn:aws:iam::$A:role/*,arn:aws:iam::$B:role/r%02u\n", i,
                    i);
    assert_searched(text.data, "guard-bypassed", "scp", 1);
    text_free(&text);
}

static void every_holder_of_tags_is_asked(void **state)
{
    struct text text = {0};
    (void)state;
    text_append_string(&text, "role A/target\n trust allow sts:AssumeRole from root:A if StringEquals "
                              "aws:PrincipalTag/team red\n");
    for (unsigned i = 0; i < 250; i++)
        text_format(&text, "user A/u%03u\n may allow iam:TagUser%s on *\n", i, i == 249 ? ",sts:AssumeRole" : "");
    assert_searched(text.data, "trust-tag-forgeable", "", 1);
    text_free(&text);
}

/* Users with different permissions; only the last one can rewrite the trust policy. */
static void every_holder_of_a_policy_is_asked(void **state)
{
    struct text text = {0};
    (void)state;
    text_append_string(&text, "role A/it\n trust allow sts:AssumeRole from root:B\n");
    for (unsigned i = 0; i < 80; i++)
        text_format(&text,
                    "user A/u%02u\n attach p allow iam:UpdateAssumeRolePolicy on role:A/it\n may %s on "
                    "role:A/it,role:A/x%02u\n",
                    i, i == 79 ? "allow iam:GetRole" : "deny iam:UpdateAssumeRolePolicy", i);
    assert_searched(text.data, "trust-policy-editor", "", 1);
    text_free(&text);
}

/* A policy with many holders for a role that trusts one of them, or none. */
static void count_dead(const char *trusted, size_t expected)
{
    struct findings_world world = {.findings.max_steps = 0};
    struct text text = {0};
    text_format(&text, "role A/it\n trust allow sts:AssumeRole from %s\n", trusted);
    for (unsigned i = 0; i < 300; i++)
        text_format(&text, "user A/u%03u\n attach p allow sts:AssumeRole on role:A/it\n", i);
    findings_world_open(&world, text.data);
    assert_int_equal(count_of(&world, "dead-permission", ""), expected);
    assert_int_equal(world.findings.unsearched, 0);
    findings_world_close(&world);
    text_free(&text);
}

static void no_holder_of_many_can(void **state)
{
    (void)state;
    count_dead("user:B/else,role:A/other", 1);
    count_dead("user:A/u299", 0);
    count_dead("root:A", 0);
}

/* Who can become the first of a chain, after many who can become others. */
static void every_controller_is_asked(void **state)
{
    struct text text = {0};
    (void)state;
    text_append_string(&text, "role A/admin\n may allow * on *\n trust allow sts:AssumeRole from user:A/first\n"
                              "user A/first\nuser A/z\n may allow iam:CreateAccessKey on user:A/first\n");
    for (unsigned i = 0; i < 80; i++)
        text_format(&text, "user A/u%02u\n may allow iam:CreateAccessKey on user:A/x%02u\n", i, i);
    for (uint64_t most = 0; most < 2; most++) {
        struct findings_world world = {.findings.max_steps = most};
        findings_world_open(&world, text.data);
        const struct finding *finding = NULL;
        for (size_t i = 0; i < world.findings.count; i++)
            if (strcmp(world.findings.list[i].rule->id, "chain-to-admin") == 0)
                finding = &world.findings.list[i];
        assert_non_null(finding);
        assert_int_equal(json_array_size(json_object_get(finding->facts, "controllers")), most == 0 ? 1 : 0);
        assert_int_equal(says_so(&world), most == 1);
        /* Leaving something out does not lower the severity. */
        assert_int_equal(finding->severity, SEVERITY_HIGH);
        findings_world_close(&world);
    }
    text_free(&text);
}

/* Those who choose the tag and do not get in anyway, after many who do. */
static void every_forger_is_asked(void **state)
{
    struct text text = {0};
    (void)state;
    text_append_string(&text, "role A/target\n trust allow sts:AssumeRole from root:A if StringEquals "
                              "aws:PrincipalTag/team red\n trust allow sts:AssumeRole from ");
    for (unsigned i = 0; i < 10; i++)
        text_format(&text, "%suser:A/u%02u", i > 0 ? "," : "", i);
    text_append_string(&text, "\nrole A/mid\n trust allow sts:AssumeRole,sts:TagSession from ");
    for (unsigned i = 0; i < 11; i++)
        text_format(&text, "%suser:A/u%02u", i > 0 ? "," : "", i);
    text_append_string(&text, "\n may allow sts:AssumeRole on *\n");
    for (unsigned i = 0; i < 11; i++)
        text_format(&text, "user A/u%02u\n may allow sts:AssumeRole,sts:TagSession on role:A/mid,role:A/x%02u\n", i, i);
    assert_searched(text.data, "trust-tag-forgeable", "session", 1);
    text_free(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_role_with_a_guard_is_searched),
                                       cmocka_unit_test(every_caller_whom_an_scp_keeps_out_is_asked),
                                       cmocka_unit_test(every_holder_of_tags_is_asked),
                                       cmocka_unit_test(every_holder_of_a_policy_is_asked),
                                       cmocka_unit_test(no_holder_of_many_can),
                                       cmocka_unit_test(every_controller_is_asked),
                                       cmocka_unit_test(every_forger_is_asked)};
    return cmocka_run_group_tests_name("searches", tests, NULL, NULL);
}
