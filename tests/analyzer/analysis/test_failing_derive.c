/* Answers are derived in the transaction of the load: if the disk fails they stay as they were, as do the rows. */
#include "analyzer/analysis/derive.h"
#include "tests/support/failing_loads.h"
#include "tests/support/testing.h"

static bool derive(struct store *store, const struct changes *changes, void *context, char **error)
{
    struct derivation derivation;
    (void)context;
    return derive_answers(store, changes, NULL, &derivation, error);
}

static void first_answers(void **state)
{
    (void)state;
    failing_loads_first(derive);
}

static void later_answers(void **state)
{
    (void)state;
    failing_loads_later(derive);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(first_answers, failing_loads_set_up, failing_loads_tear_down),
        cmocka_unit_test_setup_teardown(later_answers, failing_loads_set_up, failing_loads_tear_down),
    };
    return cmocka_run_group_tests_name("failing derive", tests, NULL, NULL);
}
