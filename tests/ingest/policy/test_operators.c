#include "ingest/policy/operators.h"
#include "tests/support/testing.h"

#include <stdlib.h>
#include <string.h>

static void every_name_is_read_and_written(void **state)
{
    (void)state;
    for (enum condition_operator_id id = OPERATOR_NONE + 1; id < OPERATOR_COUNT; id++)
        for (int modifiers = 0; modifiers < 6; modifiers++) {
            struct condition_name name = {&condition_operators[id], (enum condition_set)(modifiers / 2),
                                          modifiers % 2 != 0};
            struct condition_name parsed;
            char *text = condition_name_text(&name);
            bool exists = condition_name_parse(text, &parsed);
            assert_int_equal(exists, id != OPERATOR_NULL || !name.if_exists);
            if (parsed.op != name.op || parsed.set != name.set || parsed.if_exists != name.if_exists)
                fail_msg("%s is read as something else", text);
            free(text);
        }
}

/* Of two opposites each says of a value what the other denies. */
static void opposites_are_mutual(void **state)
{
    (void)state;
    for (enum condition_operator_id id = OPERATOR_NONE + 1; id < OPERATOR_COUNT; id++) {
        const struct condition_operator *op = &condition_operators[id], *other = &condition_operators[op->opposite];
        if (op->opposite == OPERATOR_NONE) {
            assert_false(op->negated);
            continue;
        }
        if (other->opposite != id || other->family != op->family || other->glob != op->glob ||
            other->folds_case != op->folds_case)
            fail_msg("%s and %s", op->name, other->name);
        if (op->negated || other->negated)
            assert_string_equal(op->symbol, other->symbol);
        else
            assert_string_equal(op->symbol, other->not_symbol);
    }
}

static void numbers_and_dates_compare_alike(void **state)
{
    (void)state;
    for (enum condition_operator_id id = OPERATOR_NONE + 1; id < OPERATOR_COUNT; id++) {
        const struct condition_operator *op = &condition_operators[id], *date = &condition_operators[op->of_dates];
        assert_int_equal(op->of_dates != OPERATOR_NONE, op->family == CONDITION_NUMERIC);
        if (op->of_dates == OPERATOR_NONE)
            continue;
        assert_int_equal(date->family, CONDITION_DATE);
        assert_int_equal(date->comparison, op->comparison);
        assert_int_equal(date->negated, op->negated);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_name_is_read_and_written),
                                       cmocka_unit_test(opposites_are_mutual),
                                       cmocka_unit_test(numbers_and_dates_compare_alike)};
    return cmocka_run_group_tests_name("operators", tests, NULL, NULL);
}
