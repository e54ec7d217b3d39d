#include "tests/support/findings_world.h"

#include "tests/support/testing.h"

void findings_world_open(struct findings_world *world, const char *text)
{
    struct analysis *analysis = &world->analysis;
    char *error = NULL;
    if (!scenario_read(&world->scenario, text, 1))
        fail_msg("%s", world->scenario.error);
    analysis->store = scenario_load(&world->scenario);
    assert_non_null(analysis->store);
    analysis->model = model_load(analysis->store, &error);
    analysis_start(analysis);
    assert_true(findings_compute(analysis, &world->findings));
    for (size_t i = 0; i < world->findings.count; i++)
        finding_elaborate(analysis, &world->findings, &world->findings.list[i]);
}

void findings_world_close(struct findings_world *world)
{
    findings_free(&world->findings);
    analysis_close(&world->analysis);
    scenario_free(&world->scenario);
}
