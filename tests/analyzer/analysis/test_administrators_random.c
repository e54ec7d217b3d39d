/*
 * Administrators of random worlds against naive_administrators.h: who is one, for sure or perhaps, by its policies or
 * by control.
 *
 * ROLECHAIN_RANDOM_COUNT worlds from ROLECHAIN_RANDOM_SEED, beginning with number ROLECHAIN_RANDOM_FIRST. A failure
 * prints the smallest world found that fails too.
 */
#include "analyzer/analysis/administrators.h"
#include "tests/analyzer/analysis/naive_administrators.h"
#include "tests/graph/random/control_world.h"
#include "tests/support/scenario.h"
#include "tests/support/testing.h"

#include <stdio.h>
#include <stdlib.h>

#define DEFAULT_COUNT 60u
#define DEFAULT_SEED 20260401u

static uint64_t told[4]; /* none, perhaps, sure, allowed */

static int rank_of(struct naive *naive, constraint formula)
{
    if (!naive_is_possible(naive, formula))
        return 0;
    if (constraint_valid(naive->pool, formula) == CONSTRAINT_YES)
        return 3;
    return naive_is_free(naive, formula) ? 2 : 1;
}

static int rank(const struct administrator *one)
{
    return one->verdict == VERDICT_DENIED ? 0 : one->verdict == VERDICT_ALLOWED ? 3 : one->sure ? 2 : 1;
}

static void open_world(const char *lines, struct scenario *scenario, struct analysis *analysis)
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

/* Whether the program says the same as the closure; else one of whom it does not. */
static bool holds(const char *lines, struct text *story)
{
    struct scenario scenario = {0};
    struct analysis analysis = {0};
    open_world(lines, &scenario, &analysis);
    const struct model *model = analysis.model;
    struct naive naive = {.model = model, .pool = analysis.pool, .evaluator = evaluator_new(model, analysis.pool)};
    struct naive_administrator *expected = naive_administrators(&naive);
    bool good = true;
    for (uint32_t i = 0; good && i < model->principal_count; i++) {
        const struct administrator *one = administrators_get(&analysis, i);
        int all = rank_of(&naive, expected[i].by_all), policy = rank_of(&naive, expected[i].by_policy);
        bool by_policy = one->verdict != VERDICT_DENIED && one->how == ADMINISTRATOR_BY_POLICY;
        good = rank(one) == all && by_policy == (all > 0 && policy == all) &&
               (all == 0 || constraint_implies(naive.pool, one->residual, expected[i].by_all) != CONSTRAINT_NO);
        told[all]++;
        if (!good)
            text_format(story, "%s: found %d %s%s, expected %d, %d by policy\n", model->principals[i].arn, rank(one),
                        by_policy ? "by policy " : "", one->by != NULL ? one->by->actions : "", all, policy);
    }
    free(expected);
    evaluator_free(naive.evaluator);
    arena_free(&naive.arena);
    analysis_close(&analysis);
    scenario_free(&scenario);
    return good;
}

static void fail_smallest(const char *lines, uint64_t seed, uint64_t number)
{
    char *world = control_world_smallest(lines, holds);
    struct text story = {0};
    holds(world, &story);
    printf("seed %llu, world %llu:\n%s%s", (unsigned long long)seed, (unsigned long long)number, world, story.data);
    fflush(stdout);
    fail();
}

static uint64_t number_from(const char *name, uint64_t otherwise)
{
    const char *text = getenv(name);
    return text != NULL ? strtoull(text, NULL, 10) : otherwise;
}

static void administrators_are_what_the_closure_says(void **state)
{
    (void)state;
    uint64_t count = number_from("ROLECHAIN_RANDOM_COUNT", DEFAULT_COUNT);
    uint64_t first = number_from("ROLECHAIN_RANDOM_FIRST", 0);
    uint64_t seed = number_from("ROLECHAIN_RANDOM_SEED", DEFAULT_SEED);
    for (uint64_t number = first; number < first + count; number++) {
        struct random random = {seed + number * 0x9E3779B9u};
        struct text lines = {0}, story = {0};
        control_world_write(&random, &lines);
        if (!holds(lines.data, &story))
            fail_smallest(lines.data, seed, number);
        text_free(&lines);
        text_free(&story);
    }
    print_message("%llu worlds: %llu none, %llu perhaps, %llu sure under conditions, %llu without\n",
                  (unsigned long long)count, (unsigned long long)told[0], (unsigned long long)told[1],
                  (unsigned long long)told[2], (unsigned long long)told[3]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(administrators_are_what_the_closure_says)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
