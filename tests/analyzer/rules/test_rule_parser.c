/* The language of rules: what a file means, and where and how it is wrong. */
#include "analyzer/rules/rule_parser.h"
#include "tests/support/testing.h"

#include <string.h>

static bool parse(const char *text, struct rule_file *file, struct rule_errors *errors)
{
    *file = (struct rule_file){.path = "rules"};
    return rules_parse(text, strlen(text), file, errors);
}

/* Fails unless the text has exactly one error, at that location and with these words. */
static void expect_error(const char *text, uint32_t line, uint32_t column, const char *words)
{
    struct rule_file file;
    struct rule_errors errors;
    assert_false(parse(text, &file, &errors));
    if (errors.count != 1 || errors.list[0].place.line != line || errors.list[0].place.column != column ||
        strstr(errors.list[0].text, words) == NULL)
        fail_msg("%s: %u errors, %u:%u %s", text, errors.count, errors.list[0].place.line, errors.list[0].place.column,
                 errors.list[0].text);
    rule_errors_free(&errors);
    rule_file_free(&file);
}

static void a_file_of_everything(void **state)
{
    struct rule_file file;
    struct rule_errors errors;
    (void)state;
    assert_true(parse("\xEF\xBB\xBF# a comment\r\n"
                      "define ci = role tooling/ci-*, provider token.actions.githubusercontent.com\n"
                      "\n"
                      "never outside, optional account 111122223333 except anyone\n"
                      "  # another\n"
                      "  -> ci,\n"
                      "\tou \"Prod # 1\" within 2 hops control # the end\n"
                      "only role ci:deploy-a,b -> tag env=prod unless aws:SourceIp = 10.0.0.0/8\n"
                      "must surely arn:aws:iam::*:role/x -> administrators direct\n"
                      "must some any -> any unless\n",
                      &file, &errors) == false);
    assert_int_equal(errors.count, 1);
    assert_int_equal(errors.list[0].place.line, 10);
    assert_int_equal(file.definition_count, 1);
    assert_int_equal(file.definitions[0].selection.count, 2);
    assert_int_equal(file.rule_count, 3);
    const struct rule *rule = &file.rules[0];
    assert_int_equal(rule->kind, RULE_NEVER);
    assert_int_equal(rule->place.line, 4);
    assert_int_equal(rule->from.count, 2);
    assert_true(rule->from.list[1].optional && !rule->from.list[0].optional);
    assert_int_equal(rule->from.without_count, 1);
    assert_int_equal(rule->to.list[0].kind, SELECT_DEFINED);
    assert_string_equal(rule->to.list[1].name, "Prod # 1");
    assert_int_equal(rule->to.list[1].place.line, 7);
    assert_int_equal(rule->to.list[1].place.column, 2);
    assert_int_equal(rule->max_hops, 2);
    assert_true(rule->control);
    assert_string_equal(rule->text, "never outside, optional account 111122223333 except anyone -> ci, ou \"Prod # 1\" "
                                    "within 2 hops control");
    rule = &file.rules[1];
    assert_int_equal(rule->kind, RULE_ONLY);
    assert_int_equal(rule->from.list[0].defined, 0);
    assert_string_equal(rule->from.list[0].name, "deploy-a,b");
    assert_string_equal(rule->to.list[0].value, "prod");
    assert_int_equal(rule->unless.kind, DEMAND_KEY);
    assert_string_equal(rule->unless.key, "aws:SourceIp");
    assert_string_equal(rule->unless.value, "10.0.0.0/8");
    rule = &file.rules[2];
    assert_int_equal(rule->kind, RULE_MUST_SURELY);
    assert_int_equal(rule->from.list[0].kind, SELECT_ARN);
    assert_int_equal(rule->max_hops, 1);
    assert_false(rule->control);
    rule_errors_free(&errors);
    rule_file_free(&file);
}

static void errors_have_a_place_and_say_what_was_expected(void **state)
{
    (void)state;
    expect_error("nevr any -> any\n", 1, 1, "expected define, never, only or must, not \"nevr\"; did you mean never?");
    expect_error("never any => any\n", 1, 11, "expected \"->\", not \"=>\"");
    expect_error("never any\n", 1, 10, "expected \"->\", not the end of the rule");
    expect_error("never ouside -> any\n", 1, 7, "did you mean outside?");
    expect_error("define prod = ou Prod\nnever any -> prd\n", 2, 14, "not \"prd\"; did you mean prod?");
    expect_error("never any ->\n", 1, 13, "expected a selector");
    expect_error("never any -> account\n", 1, 21, "expected an account's number, alias or name");
    expect_error("never any, -> any\n", 1, 12, "expected a selector");
    expect_error("never any -> any unles mfa\n", 1, 18, "did you mean unless?");
    expect_error("never any -> any unless mfaa\n", 1, 25, "did you mean mfa?");
    expect_error("never any -> any unless sts:ExternalID2 = x\n", 1, 25, "did you mean sts:ExternalId?");
    expect_error("never any -> any within 0 hops\n", 1, 25, "a number of hops from 1 to 1000");
    expect_error("never any -> any within 2 steps\n", 1, 27, "\"hops\"");
    expect_error("never any -> any direct direct\n", 1, 25, "already");
    expect_error("must any -> any unless mfa\n", 1, 17, "expected within, direct, control");
    expect_error("define any = role x\n", 1, 8, "word of the language");
    expect_error("define a = any\ndefine a = any\n", 2, 8, "defined already");
    expect_error("define a any\n", 1, 10, "expected \"=\"");
    expect_error("never role prod:x -> any\n", 1, 12, "\"prod\" is not defined above");
    expect_error("never tag env -> any\n", 1, 11, "KEY=VALUE");
    expect_error("never ou \"Prod -> any\n", 1, 10, "closing quote");
    expect_error("never é any -> any\n", 1, 7, "expected a selector");
    expect_error("define bad = rle x\nnever bad -> any\n", 1, 14, "did you mean role?");
}

static void every_statement_is_read_for_its_own_error(void **state)
{
    struct rule_file file;
    struct rule_errors errors;
    (void)state;
    assert_false(parse("never x -> any\nnever any -> any\nonly any any\n", &file, &errors));
    assert_int_equal(errors.count, 2);
    assert_int_equal(errors.list[1].place.line, 3);
    assert_int_equal(file.rule_count, 1);
    rule_errors_free(&errors);
    rule_file_free(&file);
    assert_true(parse("", &file, &errors));
    assert_int_equal(file.rule_count, 0);
    rule_file_free(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_file_of_everything),
                                       cmocka_unit_test(errors_have_a_place_and_say_what_was_expected),
                                       cmocka_unit_test(every_statement_is_read_for_its_own_error)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
