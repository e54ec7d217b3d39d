#include "tests/analyzer/findings/case_world.h"

#include "analyzer/findings/facts/kept_access.h"
#include "ingest/support/text.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FOLDER "tests/analyzer/findings/cases"

/* ---- one case */

json_t *case_expanded(struct scenario *scenario, const json_t *value)
{
    char *text = json_dumps(value, JSON_ENCODE_ANY);
    json_t *result = text != NULL ? json_loads(scenario_expand(scenario, text), JSON_DECODE_ANY, NULL) : NULL;
    free(text);
    return result;
}

static void open_lists(struct case_world *world, const json_t *one)
{
    const json_t *known = json_object_get(one, "known"), *trusted = json_object_get(one, "trusted");
    char *error = NULL;
    world->lists.now = 1782864000;
    json_t *document = known != NULL ? case_expanded(&world->scenario, known) : NULL;
    if (document != NULL && !account_lists_know(&world->lists, document, &error))
        fail_msg("%s", error);
    json_decref(document);
    if (trusted != NULL &&
        !account_lists_trust(&world->lists, scenario_expand(&world->scenario, json_string_value(trusted)), &error))
        fail_msg("%s", error);
    world->analysis.account_lists = &world->lists;
}

static void open_kept(struct case_world *world, const json_t *names)
{
    size_t count = json_array_size(names);
    const char **arns = calloc(count + 1, sizeof *arns);
    assert_non_null(arns);
    for (size_t i = 0; i < count; i++)
        arns[i] = scenario_principal(&world->scenario, json_string_value(json_array_get(names, i)));
    assert_int_equal(kept_access_read(&world->analysis, arns, count, &world->kept), EXIT_YES);
    free(arns);
}

static void start(struct case_world *world)
{
    struct analysis *analysis = &world->analysis;
    char *error = NULL;
    analysis->model = model_load(analysis->store, &error);
    if (analysis->model == NULL)
        fail_msg("%s", error);
    if (analysis->pool == NULL)
        analysis->pool = constraint_pool_new();
    analysis->evaluator = evaluator_new(analysis->model, analysis->pool);
    assert_non_null(analysis->evaluator);
}

static void read_lines(struct scenario *scenario, const json_t *list)
{
    struct text lines = {0};
    const json_t *line;
    size_t i;
    json_array_foreach((json_t *)list, i, line) text_format(&lines, "%s\n", json_string_value(line));
    if (!scenario_read(scenario, lines.data != NULL ? lines.data : "", 1))
        fail_msg("%s", scenario->error);
    text_free(&lines);
}

/* The database with the earlier exports, then with the world. */
static struct store *load_after(struct scenario *scenario, const json_t *earlier_lines)
{
    struct scenario earlier = {0};
    read_lines(&earlier, earlier_lines);
    struct store *store = scenario_load(&earlier);
    if (store == NULL)
        fail_msg("%s", earlier.error);
    scenario_free(&earlier);
    if (!scenario_load_later(scenario, store))
        fail_msg("%s", scenario->error);
    return store;
}

void case_scenario_read(struct scenario *scenario, const json_t *one)
{
    const char *name;
    json_t *part;
    read_lines(scenario, json_object_get(one, "world"));
    json_object_foreach(json_object_get(one, "files"), name, part)
    {
        char *text = json_is_string(part) ? strdup(json_string_value(part)) : json_dumps(part, JSON_INDENT(1));
        scenario_add_file(scenario, name, text);
        free(text);
    }
}

void case_world_open(struct case_world *world, const json_t *one)
{
    const json_t *earlier = json_object_get(one, "earlier");
    *world = (struct case_world){0};
    case_scenario_read(&world->scenario, one);
    world->analysis.store = earlier != NULL ? load_after(&world->scenario, earlier) : scenario_load(&world->scenario);
    if (world->analysis.store == NULL)
        fail_msg("%s", world->scenario.error);
    start(world);
    open_lists(world, one);
    open_kept(world, json_object_get(one, "keep"));
    world->findings.kept = &world->kept;
    assert_true(findings_compute(&world->analysis, &world->findings));
}

void case_world_open_exports(struct case_world *world, const char *folder, struct case_world *earlier)
{
    const struct load_options options = {.jobs = 1};
    struct load_result result = {0};
    char *error = NULL;
    *world = (struct case_world){.later = earlier != NULL};
    if (earlier != NULL) {
        world->analysis.account_lists = earlier->analysis.account_lists;
        world->analysis.pool = earlier->analysis.pool;
        world->analysis.now = earlier->analysis.now;
    }
    world->analysis.store = store_open(STORE_MEMORY, STORE_CREATE, &error);
    if (world->analysis.store == NULL || !load_paths(world->analysis.store, &folder, 1, &options, &result, &error))
        fail_msg("%s: %s", folder, error);
    load_result_free(&result);
    start(world);
    assert_true(findings_compute(&world->analysis, &world->findings));
}

void case_world_close(struct case_world *world)
{
    if (world->later)
        world->analysis.pool = NULL;
    findings_free(&world->findings);
    kept_access_free(&world->kept);
    analysis_close(&world->analysis);
    account_lists_free(&world->lists);
    scenario_free(&world->scenario);
    *world = (struct case_world){0};
}

/* ---- all of them */

static struct case_file *files;
static size_t file_count;

const struct case_file *case_files(size_t *count)
{
    *count = file_count;
    return files;
}

static int wanted(const struct dirent *entry)
{
    size_t length = strlen(entry->d_name);
    return length > 5 && strcmp(entry->d_name + length - 5, ".json") == 0;
}

static bool read_file(const char *name)
{
    char path[512];
    json_error_t error;
    snprintf(path, sizeof path, FOLDER "/%s", name);
    json_t *cases = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
    if (!json_is_array(cases)) {
        print_error("%s:%d: %s\n", path, error.line, error.text);
        json_decref(cases);
        return false;
    }
    struct case_file *grown = realloc(files, (file_count + 1) * sizeof *grown);
    if (grown == NULL)
        return false;
    files = grown;
    files[file_count++] = (struct case_file){strdup(name), cases};
    return true;
}

static bool read_files(void)
{
    struct dirent **entries;
    int count = scandir(FOLDER, &entries, wanted, alphasort);
    bool good = count > 0;
    for (int i = 0; i < count; i++) {
        good = read_file(entries[i]->d_name) && good;
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
    return good;
}

static int run_all(const char *group, CMUnitTestFunction each, const struct CMUnitTest *others, size_t other_count)
{
    size_t total = other_count, next = 0, i, j;
    json_t *one;
    for (i = 0; i < file_count; i++)
        total += json_array_size(files[i].cases);
    struct CMUnitTest *tests = calloc(total + 1, sizeof *tests);
    char **names = calloc(total + 1, sizeof *names);
    bool good = tests != NULL && names != NULL;
    for (i = 0; good && i < file_count; i++)
        json_array_foreach(files[i].cases, j, one)
        {
            struct text name = {0};
            text_format(&name, "%s: %s", files[i].name, json_string_value(json_object_get(one, "case")));
            names[next] = name.data;
            tests[next] = (struct CMUnitTest){name.data, each, NULL, NULL, one};
            next++;
        }
    for (i = 0; good && i < other_count; i++)
        tests[next++] = others[i];
    int failed = good ? _cmocka_run_group_tests(group, tests, next, NULL, NULL) : 1;
    for (i = 0; names != NULL && i < total; i++)
        free(names[i]);
    free(names);
    free(tests);
    return failed;
}

int cases_run(const char *name, CMUnitTestFunction each, const struct CMUnitTest *others, size_t other_count)
{
    int failed = read_files() ? run_all(name, each, others, other_count) : 1;
    for (size_t i = 0; i < file_count; i++) {
        json_decref(files[i].cases);
        free(files[i].name);
    }
    free(files);
    return failed;
}
