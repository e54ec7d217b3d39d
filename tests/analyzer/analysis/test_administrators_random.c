/*
 * Administrators of random worlds against naive_administrators.h: who is one, for sure or perhaps, by its policies or
 * by control. In the same worlds: who still is one when a policy takes something away (administrators_set_aside),
 * against all decided anew.
 *
 * ROLECHAIN_RANDOM_COUNT worlds from ROLECHAIN_RANDOM_SEED, beginning with number ROLECHAIN_RANDOM_FIRST. A failure
 * prints the smallest world found that fails too.
 */
#include "analyzer/analysis/administrators.h"
#include "analyzer/findings/facts/trust_walk.h"
#include "graph/model/model_trial.h"
#include "ingest/support/json_build.h"
#include "ingest/support/json_words.h"
#include "tests/analyzer/analysis/naive_administrators.h"
#include "tests/graph/random/control_world.h"
#include "tests/support/scenario_analysed.h"
#include "tests/support/testing.h"

#include <stdio.h>
#include <stdlib.h>

#define DEFAULT_COUNT 60u
#define DEFAULT_SEED 20260401u

static uint64_t told[4]; /* none, perhaps, sure, allowed */
static uint64_t led;     /* non-administrators that lead to one */

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

/* Whether the program agrees with the closure; else tells about one disagreement. */
static bool holds(const char *lines, struct text *story)
{
    struct scenario scenario = {0}, again = {0};
    struct analysis analysis = {0}, few = {0};
    scenario_analyse(lines, &scenario, &analysis);
    scenario_analyse(lines, &again, &few);
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
    for (uint32_t i = 0; good && i < model->principal_count; i++) {
        good = administrators_has(&few, i) == administrators_get(&analysis, i)->sure;
        if (!good)
            text_format(story, "%s: asked for the sure ones alone it is one: %d\n", model->principals[i].arn,
                        administrators_has(&few, i));
    }
    for (uint32_t i = 0; good && i < analysis_edges(&analysis)->node_count; i++) {
        bool alone = administrators_reached_by_few(&few, i), all = administrators_reached(&analysis, i);
        good = alone == all;
        led += all && !(i < model->principal_count && administrators_has(&analysis, i));
        if (!good)
            text_format(story, "node %u: asked alone it leads to an administrator: %d\n", i, alone);
    }
    analysis_close(&few);
    scenario_free(&again);
    free(expected);
    evaluator_free(naive.evaluator);
    arena_free(&naive.arena);
    analysis_close(&analysis);
    scenario_free(&scenario);
    return good;
}

/* ---- a policy that removes something */

static uint64_t lost, stayed;

/* The policy with an additional Deny. NULL: it was not exported. */
static char *denying(struct analysis *analysis, const struct policy_use *use, const char *action)
{
    json_t *policy = trust_policy_json(analysis, use), *statement = json_object(), *list;
    char *text = NULL;
    json_put(statement, "Effect", json_text("Deny"));
    json_put(statement, "Action", json_text(action));
    json_put(statement, "Resource", json_text("*"));
    list = json_listed(json_object_get(policy, "Statement"));
    json_add(list, statement);
    if (policy != NULL) {
        json_put(policy, "Statement", json_incref(list));
        text = json_words(policy, JSON_COMPACT);
    }
    json_decref(list);
    json_decref(policy);
    return text;
}

/* During the trial. */
static bool same_as_anew(struct analysis *analysis, uint32_t account, struct text *story)
{
    const struct model_account *of = &analysis->model->accounts[account];
    struct administrators *all = analysis->administrators;
    struct account_administrators *kept = administrators_set_aside(analysis, account);
    bool good = true;
    for (uint32_t i = of->first_principal; i < of->first_principal + of->principal_count; i++) {
        struct administrator found = *administrators_get(analysis, i);
        analysis->administrators = NULL;
        struct administrator anew = *administrators_get(analysis, i);
        administrators_free(analysis->administrators);
        analysis->administrators = all;
        lost += rank(&anew) == 0;
        stayed += rank(&anew) > 0;
        if (rank(&found) == rank(&anew) && (rank(&anew) == 0 || found.how == anew.how))
            continue;
        text_format(story, "%s: %d after a policy was narrowed, all anew %d\n", analysis->model->principals[i].arn,
                    rank(&found), rank(&anew));
        good = false;
    }
    administrators_put_back(analysis, account, kept);
    return good;
}

static bool narrowed_holds(const char *lines, struct text *story)
{
    static const char *const actions[] = {"*", "iam:*", "iam:PassRole", "iam:Put*", "iam:Update*", "sts:AssumeRole"};
    struct scenario scenario = {0};
    struct analysis analysis = {0};
    bool good = true;
    scenario_analyse(lines, &scenario, &analysis);
    const struct model *model = analysis.model;
    for (uint32_t i = 0; i < model->principal_count; i++)
        administrators_get(&analysis, i);
    for (uint32_t i = 0; i < model->principal_count && good; i++)
        for (uint32_t j = 0; j < model->principals[i].policy_count && good; j++) {
            const struct policy_use *use = &model->uses[model->principals[i].first_policy + j];
            char *text = use->document != MODEL_NONE
                             ? denying(&analysis, use, actions[(i + j) % (sizeof actions / sizeof actions[0])])
                             : NULL;
            struct model_trial trial;
            if (text != NULL && model_trial_begin_identity(analysis.model, use, &i, 1, text, &trial)) {
                good = same_as_anew(&analysis, model->principals[i].account, story);
                model_trial_end(&trial);
            }
            free(text);
        }
    analysis_close(&analysis);
    scenario_free(&scenario);
    return good;
}

static void administrators_are_what_the_closure_says(void **state)
{
    (void)state;
    uint64_t count = control_worlds_ask(DEFAULT_COUNT, DEFAULT_SEED, holds);
    print_message("%llu worlds: %llu none, %llu perhaps, %llu sure under conditions, %llu without\n",
                  (unsigned long long)count, (unsigned long long)told[0], (unsigned long long)told[1],
                  (unsigned long long)told[2], (unsigned long long)told[3]);
    assert_true(led > 0 || count < DEFAULT_COUNT);
}

static void what_a_policy_takes_away_is_told_as_anew(void **state)
{
    (void)state;
    uint64_t count = control_worlds_ask(DEFAULT_COUNT, DEFAULT_SEED, narrowed_holds);
    assert_true(lost > 0 && stayed > 0);
    print_message("%llu worlds with policies narrowed: %llu are none then, %llu are\n", (unsigned long long)count,
                  (unsigned long long)lost, (unsigned long long)stayed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(administrators_are_what_the_closure_says),
                                       cmocka_unit_test(what_a_policy_takes_away_is_told_as_anew)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
