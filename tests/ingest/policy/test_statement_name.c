/*
 * Statements are named by their Sids, without one by a number that begins at 1.
 */
#include "ingest/policy/statement_name.h"
#include "tests/support/testing.h"

static void is_named(const char *sid, uint32_t position, const char *expected)
{
    struct text text = {0};
    statement_name_append(&text, sid, position);
    assert_string_equal(text.data, expected);
    text_free(&text);
}

static void sids_are_names(void **state)
{
    (void)state;
    is_named("Deployers", 3, "statement \"Deployers\"");
}

static void numbers_begin_at_one_and_have_endings(void **state)
{
    (void)state;
    is_named("", 0, "1st statement");
    is_named("", 1, "2nd statement");
    is_named("", 2, "3rd statement");
    is_named("", 3, "4th statement");
    is_named("", 10, "11th statement");
    is_named("", 11, "12th statement");
    is_named("", 20, "21st statement");
    is_named("", 110, "111th statement");
    is_named("", 121, "122nd statement");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sids_are_names),
        cmocka_unit_test(numbers_begin_at_one_and_have_endings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
