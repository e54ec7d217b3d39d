/*
 * Commands agree (agreement.h) about the samples, the worlds of all case files, and random organizations:
 * ROLECHAIN_RANDOM_COUNT of them from ROLECHAIN_RANDOM_SEED, asking about every pair if the count is given; and as many
 * random worlds in which some may change IAM. Answers from a database are the same as from the exports that were loaded
 * into it (stored_agree.h).
 */
#include "analyzer/analysis/derive.h"
#include "ingest/load.h"
#include "tests/analyzer/commands/administrators_agree.h"
#include "tests/analyzer/commands/agreement.h"
#include "tests/analyzer/commands/stored_agree.h"
#include "tests/graph/random/control_world.h"
#include "tests/graph/random/sketch.h"
#include "tests/support/case_texts.h"
#include "tests/support/scenario.h"
#include "tests/support/scratch.h"
#include "tests/support/testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEFAULT_COUNT 12u
#define DEFAULT_SEED 20260101u
#define SOME_PAIRS 6u

static bool derive(struct store *store, const struct changes *changes, void *context, char **error)
{
    struct derivation derivation;
    (void)context;
    return derive_answers(store, changes, NULL, &derivation, error);
}

static uint32_t pairs(void)
{
    return getenv("ROLECHAIN_RANDOM_COUNT") != NULL ? 0 : SOME_PAIRS;
}

/* Loads the folder into a database in it, and asks. */
static void check_exports(const char *folder, const char *exports, struct random *random, struct text *story)
{
    const struct load_options options = {.jobs = 1, .before_commit = derive};
    struct load_result result = {0};
    char database[512], *error = NULL;
    snprintf(database, sizeof database, "%s/roles.db", folder);
    struct store *store = store_open(database, STORE_CREATE, &error);
    if (store == NULL || !load_paths(store, &exports, 1, &options, &result, &error))
        fail_msg("%s: %s", exports, error);
    load_result_free(&result);
    store_close(store);
    agreement_check(database, pairs(), random, story);
    administrators_agree(database, story);
    stored_agree(database, exports, story);
}

/* NULL if all agree. */
static char *check_lines(const char *lines, struct random *random)
{
    struct scenario scenario;
    struct text story = {0}, exports = {0};
    char *folder = scratch_folder();
    text_format(&exports, "%s/exports", folder);
    if (!scenario_read(&scenario, lines, 1) || !scenario_write(&scenario, exports.data))
        fail_msg("%s\n%s", scenario.error, lines);
    check_exports(folder, exports.data, random, &story);
    scenario_free(&scenario);
    scratch_remove(folder);
    text_free(&exports);
    return story.length > 0 ? text_release(&story) : NULL;
}

static void the_samples(void **state)
{
    struct text story = {0};
    struct random random = {1};
    char *folder = scratch_folder();
    (void)state;
    check_exports(folder, "samples", &random, &story);
    scratch_remove(folder);
    if (story.length > 0)
        fail_msg("%s", story.data);
    text_free(&story);
}

static void worlds_of_decisions(void **state)
{
    struct case_texts texts;
    struct random random = {1};
    unsigned failed = 0;
    (void)state;
    assert_true(case_texts_read(&texts));
    for (unsigned i = 0; i < texts.count; i++) {
        char *story = check_lines(texts.list[i].body, &random);
        if (story != NULL)
            print_message("%s:%u %s\n%s", texts.list[i].file, texts.list[i].line, texts.list[i].title, story);
        failed += story != NULL;
        free(story);
    }
    case_texts_free(&texts);
    assert_int_equal(failed, 0);
}

static void random_organizations(void **state)
{
    uint64_t seed = number_from("ROLECHAIN_RANDOM_SEED", DEFAULT_SEED),
             count = number_from("ROLECHAIN_RANDOM_COUNT", DEFAULT_COUNT),
             first = number_from("ROLECHAIN_RANDOM_FIRST", 0);
    (void)state;
    for (uint64_t number = first; number < first + count; number++) {
        struct random random = {seed * 0xD1342543DE82EF95u + number};
        struct sketch sketch;
        struct text lines = {0};
        sketch_roll(&sketch, &random);
        sketch_write(&sketch, &lines);
        char *story = check_lines(lines.data, &random);
        if (story != NULL) {
            print_message("seed %llu, world %llu\n%s", (unsigned long long)seed, (unsigned long long)number, story);
            fail_msg("in:\n%s", lines.data);
        }
        text_free(&lines);
    }
}

/* Worlds in which some may change IAM, or what runs with a role: who is administrator through that. */
static void random_controllers(void **state)
{
    uint64_t seed = number_from("ROLECHAIN_RANDOM_SEED", DEFAULT_SEED),
             count = number_from("ROLECHAIN_RANDOM_COUNT", DEFAULT_COUNT),
             first = number_from("ROLECHAIN_RANDOM_FIRST", 0);
    (void)state;
    for (uint64_t number = first; number < first + count; number++) {
        struct random random = {seed + number * 0x9E3779B9u};
        struct text lines = {0};
        control_world_write(&random, &lines);
        char *story = check_lines(lines.data, &random);
        if (story != NULL) {
            print_message("seed %llu, world %llu\n%s", (unsigned long long)seed, (unsigned long long)number, story);
            fail_msg("in:\n%s", lines.data);
        }
        text_free(&lines);
    }
}

static int set_time(void **state)
{
    (void)state;
    return setenv("SOURCE_DATE_EPOCH", "1800000000", 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_samples),
        cmocka_unit_test(worlds_of_decisions),
        cmocka_unit_test(random_organizations),
        cmocka_unit_test(random_controllers),
    };
    return cmocka_run_group_tests_name("agreement", tests, set_time, NULL);
}
