/* Runs tests/graph/cases/ (the format is in tests/support/scenario.h): every question is a test. What explain proposes
 * for a denied one is done, and the question asked again. */
#include "tests/support/case_texts.h"
#include "tests/support/scenario.h"
#include "tests/support/testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A case, loaded when its first question is asked. */
struct world {
    const struct case_text *text;
    struct scenario scenario;
    struct store *store;
    struct model *model;
    struct constraint_pool *pool;
    bool loaded;
};

struct asked {
    struct world *world;
    size_t index;
    char name[320];
};

static struct world *worlds;
static size_t world_count;

static void forget(struct world *world)
{
    model_free(world->model);
    store_close(world->store);
    constraint_pool_free(world->pool);
    world->model = NULL;
    world->store = NULL;
    world->pool = NULL;
}

static void load(struct world *world)
{
    char *error = NULL;
    for (struct world *other = worlds; other < world; other++)
        forget(other);
    world->loaded = true;
    world->store = scenario_load(&world->scenario);
    world->model = world->store != NULL ? model_load(world->store, &error) : NULL;
    world->pool = constraint_pool_new();
    if (world->model == NULL)
        fail_msg("%s:%u: %s", world->text->file, world->text->line, error != NULL ? error : world->scenario.error);
    free(error);
}

/* Denied questions get their remedies: whenever there is something to add, and nothing that only others can take away,
 * the answer must be yes or on conditions then. The case is read anew, so that others find it as it was. */
static void remedies_help(const struct world *world, size_t index)
{
    struct scenario changed;
    char *error = NULL;
    struct scenario_answer answer = {.verdict = VERDICT_ALLOWED};
    assert_true(scenario_read(&changed, world->text->body, world->text->line));
    const struct scenario_question *question = &changed.questions[index];
    if (scenario_remedy(&changed, world->model, world->pool, question)) {
        struct store *store = scenario_load(&changed);
        struct model *model = store != NULL ? model_load(store, &error) : NULL;
        assert_non_null(model);
        assert_true(scenario_ask(model, world->pool, question, &answer));
        model_free(model);
        store_close(store);
        if (answer.verdict == VERDICT_DENIED)
            print_message("%s:%u: %s\n    its remedies do not help: %s\n", world->text->file, question->line,
                          question->text, decision_reason_word(answer.reason));
        free(answer.conditions);
    }
    scenario_free(&changed);
    assert_int_not_equal(answer.verdict, VERDICT_DENIED);
}

static void ask(void **state)
{
    struct asked *asked = *state;
    const struct scenario_question *question = &asked->world->scenario.questions[asked->index];
    struct scenario_answer answer;
    if (!asked->world->loaded)
        load(asked->world);
    assert_non_null(asked->world->model);
    if (!scenario_ask(asked->world->model, asked->world->pool, question, &answer))
        fail_msg("%s:%u: the question cannot be asked", asked->world->text->file, question->line);
    bool good = strcmp(verdict_word(answer.verdict), question->verdict) == 0 &&
                (question->reason == NULL || strcmp(decision_reason_word(answer.reason), question->reason) == 0) &&
                (question->conditions == NULL || strcmp(answer.conditions, question->conditions) == 0);
    if (!good)
        print_message("%s:%u: %s\n    gave %s/%s%s%s\n", asked->world->text->file, question->line, question->text,
                      verdict_word(answer.verdict), decision_reason_word(answer.reason),
                      answer.conditions[0] != '\0' ? " if " : "", answer.conditions);
    free(answer.conditions);
    assert_true(good);
    if (answer.verdict == VERDICT_DENIED)
        remedies_help(asked->world, asked->index);
}

int main(void)
{
    struct case_texts texts;
    size_t questions = 0;
    if (!case_texts_read(&texts))
        return 1;
    world_count = texts.count;
    worlds = calloc(world_count, sizeof *worlds);
    for (size_t i = 0; i < world_count; i++) {
        worlds[i].text = &texts.list[i];
        if (!scenario_read(&worlds[i].scenario, texts.list[i].body, texts.list[i].line)) {
            print_error("%s: %s\n", texts.list[i].file, worlds[i].scenario.error);
            return 1;
        }
        questions += worlds[i].scenario.question_count;
    }
    struct CMUnitTest *tests = calloc(questions + 1, sizeof *tests);
    struct asked *asked = calloc(questions + 1, sizeof *asked);
    size_t next = 0;
    for (size_t i = 0; i < world_count; i++)
        for (size_t j = 0; j < worlds[i].scenario.question_count; j++, next++) {
            asked[next].world = &worlds[i];
            asked[next].index = j;
            snprintf(asked[next].name, sizeof asked[next].name, "%s:%u %s", texts.list[i].file,
                     worlds[i].scenario.questions[j].line, texts.list[i].title);
            tests[next] = (struct CMUnitTest){asked[next].name, ask, NULL, NULL, &asked[next]};
        }
    int failed = questions > 0 ? _cmocka_run_group_tests("decision", tests, questions, NULL, NULL) : 1;
    for (size_t i = 0; i < world_count; i++) {
        forget(&worlds[i]);
        scenario_free(&worlds[i].scenario);
    }
    case_texts_free(&texts);
    free(worlds);
    free(tests);
    free(asked);
    return failed;
}
