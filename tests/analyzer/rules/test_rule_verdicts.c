/* Verdicts on rules in small worlds. */
#include "analyzer/rules/rule_check.h"
#include "analyzer/rules/rule_parser.h"
#include "tests/support/scenario.h"
#include "tests/support/testing.h"

#include <string.h>

/* Judges one rule in a world; fails unless it has that outcome. gap: what must be reported for an undecidable one;
 * NULL: nothing. hops: of the first chain shown; 0: none. */
static void expect(const char *world, const char *rule, enum rule_outcome outcome, uint32_t hops, const char *gap)
{
    struct scenario scenario = {0};
    struct analysis analysis = {0};
    struct rule_file file = {.path = "rules"};
    struct rule_errors errors;
    struct rule_results results;
    char *error = NULL;
    if (!scenario_read(&scenario, world, 1) || !rules_parse(rule, strlen(rule), &file, &errors))
        fail_msg("%s %s", scenario.error, rule);
    analysis.store = scenario_load(&scenario);
    analysis.model = model_load(analysis.store, &error);
    assert_non_null(analysis.model);
    analysis_start(&analysis);
    assert_true(rules_check(&analysis, &file, &results));
    const struct rule_result *result = &results.list[0];
    if (result->outcome != outcome)
        fail_msg("%s: %s%s%s", rule, rule_outcome_word(result->outcome), result->gap_count > 0 ? ": " : "",
                 result->gap_count > 0 ? result->gaps[0] : "");
    if ((result->chain_count > 0 ? result->chains[0].hop_count : 0) != hops)
        fail_msg("%s: %u chains, the first of %u hops", rule, result->chain_count, result->chains[0].hop_count);
    if (gap != NULL && (result->gap_count == 0 || strstr(result->gaps[0], gap) == NULL))
        fail_msg("%s: %s", rule, result->gap_count > 0 ? result->gaps[0] : "no gap");
    rule_results_free(&results);
    rule_file_free(&file);
    analysis_close(&analysis);
    scenario_free(&scenario);
}

#define ORGANIZATION "organization M members A B\nexported M\n"

/* bob becomes the role directly, under the conditions of the trust. */
#define DEMANDS(condition)                                                                                             \
    ORGANIZATION "user A/bob\n  may allow sts:AssumeRole on *\nrole A/goal\n  trust allow sts:AssumeRole from "        \
                 "account:A " condition "\n"

static void unless_is_what_policies_say_together(void **state)
{
    static const char rule[] = "never user bob -> role goal unless mfa";
    (void)state;
    expect(DEMANDS(""), rule, RULE_BROKEN, 1, NULL);
    expect(DEMANDS("if Bool aws:MultiFactorAuthPresent true"), rule, RULE_PASS, 0, NULL);
    expect(DEMANDS("if BoolIfExists aws:MultiFactorAuthPresent true"), rule, RULE_BROKEN, 1, NULL);
    expect(DEMANDS("if NumericLessThan aws:MultiFactorAuthAge 3600"), rule, RULE_PASS, 0, NULL);
    expect(DEMANDS("if StringEquals sts:ExternalId xx"), rule, RULE_BROKEN, 1, NULL);
    expect(DEMANDS("\n  trust deny sts:AssumeRole from anyone if BoolIfExists aws:MultiFactorAuthPresent false"), rule,
           RULE_PASS, 0, NULL);
    expect(DEMANDS("\n  trust deny sts:AssumeRole from anyone if Bool aws:MultiFactorAuthPresent false"), rule,
           RULE_BROKEN, 1, NULL);
    expect(DEMANDS("\n  trust deny sts:AssumeRole from anyone if Null aws:MultiFactorAuthPresent true\n  trust deny "
                   "sts:AssumeRole from anyone if Bool aws:MultiFactorAuthPresent false"),
           rule, RULE_PASS, 0, NULL);
    expect(DEMANDS("if StringEquals sts:ExternalId xx"), "never any -> any unless external-id", RULE_PASS, 0, NULL);
    expect(DEMANDS("if StringEquals sts:ExternalId xx"), "never any -> any unless sts:ExternalId = x*", RULE_PASS, 0,
           NULL);
    expect(DEMANDS("if StringEquals sts:ExternalId xx,yy"), "never any -> any unless sts:ExternalId = xx", RULE_BROKEN,
           1, NULL);
    expect(DEMANDS("if IpAddress aws:SourceIp 10.1.0.0/16"), "never any -> any unless aws:SourceIp = 10.0.0.0/8",
           RULE_PASS, 0, NULL);
    expect(DEMANDS("if IpAddress aws:SourceIp 10.0.0.0/8"), "never any -> any unless aws:SourceIp=10.1.0.0/16",
           RULE_BROKEN, 1, NULL);
    expect(DEMANDS(""), "never any -> any within 3 hops unless mfa", RULE_BROKEN, 1, NULL);
}

/* One path requires MFA, the other does not; or both do, in different hops. */
#define WAYS(first, second)                                                                                            \
    ORGANIZATION                                                                                                       \
    "user A/bob\n  may allow sts:AssumeRole on *\nrole A/middle\n  may allow sts:AssumeRole on *\n  trust "            \
    "allow sts:AssumeRole from user:A/bob " second "\nrole A/goal\n  trust allow sts:AssumeRole from "                 \
    "user:A/bob " first "\n  trust allow sts:AssumeRole from role:A/middle\n"

static void the_chain_that_is_shown_does_without(void **state)
{
    static const char rule[] = "never user bob -> role goal unless mfa";
    (void)state;
    expect(WAYS("if Bool aws:MultiFactorAuthPresent true", ""), rule, RULE_BROKEN, 2, NULL);
    expect(WAYS("if Bool aws:MultiFactorAuthPresent true", "if Bool aws:MultiFactorAuthPresent true"), rule, RULE_PASS,
           0, NULL);
    expect(WAYS("if Bool aws:MultiFactorAuthPresent true", ""), "never user bob -> role goal unless mfa direct",
           RULE_PASS, 0, NULL);
    expect(WAYS("if Bool aws:MultiFactorAuthPresent true", ""), "only user bob -> role goal", RULE_BROKEN, 1, NULL);
    expect(WAYS("", ""), "only user bob, role middle -> role goal", RULE_PASS, 0, NULL);
    expect(WAYS("", ""), "must any except role goal -> role goal", RULE_PASS, 0, NULL);
    expect(WAYS("", ""), "must surely user bob -> role *", RULE_PASS, 0, NULL);
    expect(WAYS("if Bool aws:MultiFactorAuthPresent true", "if Bool aws:MultiFactorAuthPresent true"),
           "must surely user bob -> role goal", RULE_BROKEN, 0, NULL);
    expect(WAYS("if Bool aws:MultiFactorAuthPresent true", "if Bool aws:MultiFactorAuthPresent true"),
           "must user bob -> role goal", RULE_PASS, 0, NULL);
    expect(WAYS("", ""), "must some any -> role *", RULE_PASS, 0, NULL);
    expect(WAYS("", ""), "must some role goal -> role middle", RULE_BROKEN, 0, NULL);
}

/* An account of the organization that is not exported may have roles that anyone can become. */
static void what_is_not_exported_is_named(void **state)
{
    static const char trusts_member[] =
        "organization M members A B\nexported M\nuser A/bob\n  may allow sts:AssumeRole "
        "on *\nrole A/goal\n  trust allow sts:AssumeRole from account:B\n";
    static const char trusts_stranger[] =
        "organization M members A\nexported M\nuser A/bob\n  may allow sts:AssumeRole "
        "on *\nrole A/goal\n  trust allow sts:AssumeRole from account:C\n";
    (void)state;
    expect(trusts_member, "never user bob -> role goal", RULE_UNDECIDABLE, 0, "account 222222222222");
    expect(trusts_member, "never user bob -> role goal direct", RULE_PASS, 0, NULL);
    expect(trusts_stranger, "never user bob -> role goal", RULE_PASS, 0, NULL);
    expect(trusts_stranger, "never outside -> role goal", RULE_BROKEN, 1, NULL);
    expect(trusts_member, "never outside -> role goal", RULE_UNDECIDABLE, 0, "account 222222222222");
    expect(trusts_member, "never account 222222222222 -> role goal", RULE_BROKEN, 1, NULL);
}

/* Without organization data its SCPs are unknown: they could forbid what a must requires. */
static void unknown_scps_can_break_a_must(void **state)
{
    static const char world[] =
        "user A/bob\n  may allow sts:AssumeRole on *\nrole A/goal\n  trust allow sts:AssumeRole "
        "from user:A/bob\n";
    (void)state;
    expect(world, "must user bob -> role goal", RULE_UNDECIDABLE, 0, "SCPs of account 111111111111");
    expect(world, "never user bob -> role goal", RULE_BROKEN, 1, NULL);
    expect(world, "only user bob -> role goal", RULE_PASS, 0, NULL);
}

/* Who is outside depends on both ends. */
static void outside_is_a_matter_of_two(void **state)
{
    static const char world[] =
        "organization M members A B\nexported M\nexported B\nexported C\nuser C/eve\n  may allow "
        "sts:AssumeRole on *\nuser B/bob\n  may allow sts:AssumeRole on *\nrole A/goal\n  trust "
        "allow sts:AssumeRole from user:B/bob\nrole C/lair\n  trust allow sts:AssumeRole from "
        "user:B/bob\nrole C/own\n  trust allow sts:AssumeRole from user:C/eve\n";
    (void)state;
    expect(world, "never outside -> role goal", RULE_PASS, 0, NULL);
    expect(world, "never outside -> role lair", RULE_BROKEN, 1, NULL);
    expect(world, "never outside -> role own", RULE_PASS, 0, NULL);
    expect(world, "never user bob -> outside", RULE_BROKEN, 1, NULL);
    expect(world, "never user eve -> outside", RULE_PASS, 0, NULL);
    expect(world, "never any except outside -> role lair", RULE_PASS, 0, NULL);
    expect(world, "only outside -> role lair", RULE_PASS, 0, NULL);
    expect(world, "only outside -> role goal", RULE_BROKEN, 1, NULL);
}

static void control_is_followed_where_a_rule_says_so(void **state)
{
    static const char world[] = ORGANIZATION "user A/bob\n  may allow iam:UpdateAssumeRolePolicy on *\n  may allow "
                                             "sts:AssumeRole on *\nrole A/goal\n  trust allow sts:AssumeRole from "
                                             "service:ec2.amazonaws.com\n";
    (void)state;
    expect(world, "never user bob -> role goal", RULE_PASS, 0, NULL);
    expect(world, "never user bob -> role goal control", RULE_BROKEN, 1, NULL);
    expect(world, "never service ec2.amazonaws.com -> role goal", RULE_BROKEN, 1, NULL);
    expect(world, "never service lambda.amazonaws.com -> role goal", RULE_PASS, 0, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(unless_is_what_policies_say_together),
                                       cmocka_unit_test(the_chain_that_is_shown_does_without),
                                       cmocka_unit_test(what_is_not_exported_is_named),
                                       cmocka_unit_test(unknown_scps_can_break_a_must),
                                       cmocka_unit_test(outside_is_a_matter_of_two),
                                       cmocka_unit_test(control_is_followed_where_a_rule_says_so)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
