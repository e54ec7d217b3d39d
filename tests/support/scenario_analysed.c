#include "tests/support/scenario_analysed.h"

#include "tests/support/testing.h"

void scenario_analyse(const char *lines, struct scenario *scenario, struct analysis *analysis)
{
    char *error = NULL;
    if (!scenario_read(scenario, lines, 1))
        fail_msg("%s\n%s", scenario->error, lines);
    analysis->store = scenario_load(scenario);
    analysis->model = analysis->store != NULL ? model_load(analysis->store, &error) : NULL;
    analysis->pool = constraint_pool_new();
    assert_non_null(analysis->model);
    analysis->evaluator = evaluator_new(analysis->model, analysis->pool);
}
