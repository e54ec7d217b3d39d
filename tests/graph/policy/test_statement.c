/* Statements from their normal form, whole and damaged. */
#include "graph/policy/statement.h"
#include "tests/support/testing.h"

#include <string.h>

static void compile(struct arena *arena, struct intern *strings, const char *body, struct statement *statement)
{
    statement_compile(arena, strings, body, "S", "Allow", NULL, NULL, true, statement);
}

static void test_members(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct intern strings = {0};
    struct statement statement;
    compile(&arena, &strings,
            "{\"Action\":[\"sts:AssumeRole\",\"s3:*\"],\"Condition\":{\"StringEquals\":{\"a\":[\"x\\u00e9\\\"\"],"
            "\"b\":[]}},\"Effect\":\"Allow\",\"Principal\":{\"AWS\":[\"111122223333\",\"*\"],\"Service\":[\"ec2."
            "amazonaws.com\"]},\"Resource\":[\"*\"],\"Sid\":\"S\"}",
            &statement);
    assert_null(statement.broken);
    assert_int_equal(statement.action_count, 2);
    assert_string_equal(statement.actions[1], "s3:*");
    assert_int_equal(statement.condition_count, 2);
    assert_string_equal(statement.conditions[0].key, "a");
    assert_string_equal(statement.conditions[0].values[0], "x\xc3\xa9\"");
    assert_int_equal(statement.conditions[1].value_count, 0);
    assert_int_equal(statement.principal_count, 3);
    assert_int_equal(statement.principals[0].form, PRINCIPAL_ACCOUNT);
    assert_int_equal(statement.principals[2].form, PRINCIPAL_SERVICE);
    assert_int_equal(statement.resource_count, 1);
    assert_false(statement.not_action || statement.not_principal || statement.not_resource);
    assert_true(statement_covers_action(&statement, "sts:AssumeRole"));
    assert_false(statement_covers_action(&statement, "sts:TagSession"));
    intern_free(&strings);
    arena_free(&arena);
}

static void test_negations(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct intern strings = {0};
    struct statement statement;
    compile(&arena, &strings, "{\"NotAction\":[\"iam:*\"],\"NotPrincipal\":{\"AWS\":[\"*\"]},\"NotResource\":[\"x\"]}",
            &statement);
    assert_true(statement.not_action && statement.not_principal && statement.not_resource);
    assert_true(statement_covers_action(&statement, "sts:AssumeRole"));
    compile(&arena, &strings, "{\"NotAction\":[\"x\"],\"Action\":[\"y\"],\"NotResource\":[\"x\"],\"Resource\":[\"y\"]}",
            &statement);
    assert_false(statement.not_action || statement.not_resource);
    assert_string_equal(statement.actions[0], "y");
    assert_string_equal(statement.resources[0], "y");
    compile(&arena, &strings, "{\"Action\":[],\"NotAction\":[\"x\"]}", &statement);
    assert_false(statement.not_action);
    assert_int_equal(statement.action_count, 0);
    intern_free(&strings);
    arena_free(&arena);
}

/* What no load writes says nothing, and is broken, which could be a denial. */
static void test_damaged(void **state)
{
    (void)state;
    static const char *const bodies[] = {
        "",
        "[]",
        "null",
        "{",
        "{\"Action\":[\"*\"]",
        "{\"Action\":[\"*\"]}}",
        "{\"Action\":[\"*\"]} x",
        "{\"Action\":\"*\"}",
        "{\"Action\":[1]}",
        "{\"Action\":[\"*\",]}",
        "{\"Action\":[\"*]}",
        "{\"Action\":[\"\\u0000\"]}",
        "{\"Action\":[\"\xff\"]}",
        "{\"Action\":[\"\\ud800\"]}",
        "{\"Principal\":[\"*\"]}",
        "{\"Principal\":{\"AWS\":\"*\"}}",
        "{\"Condition\":{\"StringEquals\":{\"a\":\"x\"}}}",
        "{\"Condition\":{\"StringEquals\":[]}}",
        "{\"Condition\":{\"NoSuchOperator\":{\"a\":[\"x\"]}}}",
    };
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        struct arena arena = {0};
        struct intern strings = {0};
        struct statement statement;
        compile(&arena, &strings, bodies[i], &statement);
        if (statement.broken == NULL)
            fail_msg("%s is not broken", bodies[i]);
        assert_int_equal(statement.principal_count, 0);
        assert_int_equal(statement.condition_count, 0);
        intern_free(&strings);
        arena_free(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_members),
        cmocka_unit_test(test_negations),
        cmocka_unit_test(test_damaged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
