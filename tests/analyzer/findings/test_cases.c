/*
 * Runs tests/analyzer/findings/cases/: every case is a test, and every finding and sub-code must have one case in which
 * it is there and one in which it is not. A file is a JSON array of
 *
 *   {"case": "what it shows",
 *    "world": ["lines", "of tests/support/scenario.h"],
 *    "files": {"NAME": "text of one more export, or a JSON object"},
 *    "known": what --known-accounts would read, "trusted": the text of --trusted-accounts, on 2026-07-01,
 *    "expect": ["ID[/CODE] SEVERITY [RESOURCE]",
 *               {"finding": "ID[/CODE] SEVERITY [RESOURCE]", "says": "words of the detail", "json": {…}}],
 *    "not": ["ID[/CODE]"]}
 *
 * RESOURCE in short form (role:A/x), any if left out. Of the ids in `expect` (with that code, if given) nothing else
 * may be there: a finding that is expected once must not come twice. `json` is a part of the finding as it is printed:
 * members of objects that are named must be equal, members of arrays must occur.
 */
#include "analyzer/findings/account_lists.h"
#include "analyzer/findings/findings.h"
#include "ingest/support/text.h"
#include "tests/support/scenario.h"
#include "tests/support/scratch.h"
#include "tests/support/testing.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FOLDER "tests/analyzer/findings/cases"

/* Findings, or the beginnings of their names, that may still lack a case: they are named all the same. */
static const char *const still_missing[] = {NULL};

struct case_file {
    char *name;
    json_t *cases;
};

static struct case_file *files;
static size_t file_count;

/* ---- one case */

struct world {
    struct scenario scenario;
    struct analysis analysis;
    struct findings findings;
    struct account_lists lists;
    struct text wrong;
};

static bool matches(const json_t *wanted, const json_t *found)
{
    const char *key;
    json_t *part, *item;
    size_t i, j;
    if (json_is_object(wanted)) {
        json_object_foreach((json_t *)wanted, key, part) if (!matches(part, json_object_get(found, key))) return false;
        return json_is_object(found);
    }
    if (!json_is_array(wanted))
        return json_equal((json_t *)wanted, (json_t *)found);
    json_array_foreach((json_t *)wanted, i, part)
    {
        bool there = false;
        json_array_foreach((json_t *)found, j, item) there = there || matches(part, item);
        if (!there)
            return false;
    }
    return json_is_array(found);
}

static char *copy_until(const char *text, size_t length)
{
    char *copy = strndup(text, length);
    assert_non_null(copy);
    return copy;
}

/* "ID" or "ID/CODE" */
static bool is_named(const struct finding *finding, const char *name)
{
    size_t length = strlen(finding->rule->id);
    return strncmp(name, finding->rule->id, length) == 0 &&
           (name[length] == '\0' || (name[length] == '/' && strcmp(name + length + 1, finding->code) == 0));
}

static const char *line_of(const json_t *expectation)
{
    const char *line =
        json_string_value(json_is_string(expectation) ? expectation : json_object_get(expectation, "finding"));
    return line != NULL ? line : "";
}

/* The part of the line before the first blank. malloc'ed. */
static char *name_of(const json_t *expectation)
{
    const char *line = line_of(expectation);
    return copy_until(line, strcspn(line, " "));
}

static json_t *expanded(struct scenario *scenario, const json_t *value)
{
    char *text = json_dumps(value, JSON_ENCODE_ANY);
    json_t *result = text != NULL ? json_loads(scenario_expand(scenario, text), JSON_DECODE_ANY, NULL) : NULL;
    free(text);
    return result;
}

static bool is_expected(struct world *world, const json_t *expectation, struct finding *finding)
{
    const char *severity = line_of(expectation) + strcspn(line_of(expectation), " ");
    severity += strspn(severity, " ");
    const char *resource = severity + strcspn(severity, " ");
    const char *says = json_string_value(json_object_get(expectation, "says"));
    size_t length = (size_t)(resource - severity);
    resource += strspn(resource, " ");
    bool good =
        strlen(severity_word(finding->severity)) == length &&
        strncmp(severity, severity_word(finding->severity), length) == 0 &&
        (resource[0] == '\0' || strcmp(scenario_principal(&world->scenario, resource), finding->resource) == 0) &&
        (says == NULL || strstr(finding->detail, scenario_expand(&world->scenario, says)) != NULL);
    const json_t *part = json_object_get(expectation, "json");
    if (good && part != NULL) {
        json_t *whole = finding_json(finding), *wanted = expanded(&world->scenario, part);
        good = matches(wanted, whole);
        json_decref(whole);
        json_decref(wanted);
    }
    return good;
}

/* Every expectation needs a finding of its own. */
static void look_for_expected(struct world *world, const json_t *expectations)
{
    bool *taken = calloc(world->findings.count + 1, sizeof *taken);
    json_t *expectation;
    size_t i, j;
    assert_non_null(taken);
    json_array_foreach((json_t *)expectations, i, expectation)
    {
        char *name = name_of(expectation);
        for (j = 0; j < world->findings.count; j++)
            if (!taken[j] && is_named(&world->findings.list[j], name) &&
                is_expected(world, expectation, &world->findings.list[j]))
                break;
        if (j < world->findings.count)
            taken[j] = true;
        else
            text_format(&world->wrong, "  not found: %s\n", line_of(expectation));
        free(name);
    }
    json_array_foreach((json_t *)expectations, i, expectation)
    {
        char *name = name_of(expectation);
        for (j = 0; j < world->findings.count; j++)
            if (!taken[j] && is_named(&world->findings.list[j], name)) {
                taken[j] = true;
                text_format(&world->wrong, "  not expected: %s\n", world->findings.list[j].rule->id);
            }
        free(name);
    }
    free(taken);
}

static void look_for_forbidden(struct world *world, const json_t *names)
{
    json_t *name;
    size_t i;
    json_array_foreach((json_t *)names, i,
                       name) for (size_t j = 0; j < world->findings.count;
                                  j++) if (is_named(&world->findings.list[j], json_string_value(name)))
        text_format(&world->wrong, "  must not be there: %s\n", json_string_value(name));
}

static void open_lists(struct world *world, const json_t *one)
{
    const json_t *known = json_object_get(one, "known"), *trusted = json_object_get(one, "trusted");
    char *error = NULL;
    world->lists.now = 1782864000;
    json_t *document = known != NULL ? expanded(&world->scenario, known) : NULL;
    if (document != NULL && !account_lists_know(&world->lists, document, &error))
        fail_msg("%s", error);
    json_decref(document);
    if (trusted != NULL &&
        !account_lists_trust(&world->lists, scenario_expand(&world->scenario, json_string_value(trusted)), &error))
        fail_msg("%s", error);
    world->analysis.account_lists = &world->lists;
}

static void open_world(struct world *world, const json_t *one)
{
    struct analysis *analysis = &world->analysis;
    struct text lines = {0};
    char *error = NULL;
    const char *name;
    json_t *part;
    size_t i;
    json_array_foreach(json_object_get(one, "world"), i, part) text_format(&lines, "%s\n", json_string_value(part));
    if (!scenario_read(&world->scenario, lines.data != NULL ? lines.data : "", 1))
        fail_msg("%s", world->scenario.error);
    json_object_foreach(json_object_get(one, "files"), name, part)
    {
        char *text = json_is_string(part) ? strdup(json_string_value(part)) : json_dumps(part, JSON_INDENT(1));
        scenario_add_file(&world->scenario, name, text);
        free(text);
    }
    analysis->store = scenario_load(&world->scenario);
    if (analysis->store == NULL)
        fail_msg("%s", world->scenario.error);
    analysis->model = model_load(analysis->store, &error);
    analysis->pool = constraint_pool_new();
    analysis->evaluator = evaluator_new(analysis->model, analysis->pool);
    open_lists(world, one);
    assert_true(findings_compute(analysis, &world->findings));
    for (i = 0; i < world->findings.count; i++)
        finding_elaborate(analysis, &world->findings, &world->findings.list[i]);
    text_free(&lines);
}

static void run_case(void **state)
{
    const json_t *one = *state;
    struct world world = {0};
    open_world(&world, one);
    look_for_expected(&world, json_object_get(one, "expect"));
    look_for_forbidden(&world, json_object_get(one, "not"));
    if (world.wrong.length > 0) {
        print_message("%s", world.wrong.data);
        for (size_t i = 0; i < world.findings.count; i++) {
            const struct finding *finding = &world.findings.list[i];
            char *text = json_dumps(finding->facts, JSON_COMPACT);
            print_message("  | %s%s%s %s %s: %s %s\n", finding->rule->id, finding->code[0] != '\0' ? "/" : "",
                          finding->code, severity_word(finding->severity), finding->resource, finding->detail,
                          text != NULL ? text : "");
            free(text);
        }
    }
    /* Printing many findings gives up what was made for each. */
    for (size_t i = 0; i < world.findings.count; i++)
        finding_release(&world.findings.list[i]);
    bool good = world.wrong.length == 0;
    text_free(&world.wrong);
    findings_free(&world.findings);
    analysis_close(&world.analysis);
    account_lists_free(&world.lists);
    scenario_free(&world.scenario);
    assert_true(good);
}

/* ---- all of them */

/* Whether some case has a finding of that name: expected, or expected not to be there. */
static bool has_case(const char *name, bool expected)
{
    for (size_t i = 0; i < file_count; i++) {
        json_t *one, *line;
        size_t j, k;
        json_array_foreach(files[i].cases, j, one)
            json_array_foreach(json_object_get(one, expected ? "expect" : "not"), k, line)
        {
            char *given = name_of(line);
            size_t length = strlen(name);
            bool same = strncmp(given, name, length) == 0 && (given[length] == '\0' || given[length] == '/');
            free(given);
            if (same)
                return true;
        }
    }
    return false;
}

static size_t check_covered(const char *name)
{
    static const char *const words[] = {"no case that shows it is not always there", "no case in which it is there"};
    size_t lacking = 0;
    for (int expected = 0; expected < 2; expected++) {
        bool listed = false;
        for (size_t i = 0; still_missing[i] != NULL; i++)
            listed = listed || strncmp(still_missing[i], name, strlen(still_missing[i])) == 0;
        if (has_case(name, expected == 1))
            continue;
        print_message("%s: %s\n", name, words[expected]);
        lacking += !listed;
    }
    return lacking;
}

static void every_finding_has_a_case_and_a_near_miss(void **state)
{
    size_t count, lacking = 0;
    const struct finding_rule *rules = finding_rules(&count);
    (void)state;
    for (size_t i = 0; i < count; i++) {
        size_t code_count = 0;
        const char *const *codes = rules[i].codes != NULL ? rules[i].codes(&code_count) : NULL;
        lacking += check_covered(rules[i].id);
        for (size_t j = 0; j < code_count; j++) {
            struct text name = {0};
            text_format(&name, "%s/%s", rules[i].id, codes[j]);
            lacking += check_covered(name.data);
            text_free(&name);
        }
        assert_true(i == 0 || strcmp(rules[i - 1].id, rules[i].id) < 0);
        assert_true(rules[i].title[0] != '\0' && rules[i].why[0] != '\0' && rules[i].fix[0] != '\0');
    }
    assert_int_equal(lacking, 0);
}

/* ---- the files */

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

/* A misspelt member or rule would test nothing. */
static bool is_sound(const char *file, json_t *one)
{
    static const char *const members[] = {"case", "world", "files", "known", "trusted", "expect", "not"};
    size_t rule_count, i;
    const struct finding_rule *rules = finding_rules(&rule_count);
    const char *key;
    json_t *part, *line;
    bool good = json_is_string(json_object_get(one, "case"));
    json_object_foreach(one, key, part)
    {
        bool known = false;
        for (i = 0; i < sizeof members / sizeof members[0]; i++)
            known = known || strcmp(key, members[i]) == 0;
        good = good && known;
        if (strcmp(key, "expect") != 0 && strcmp(key, "not") != 0)
            continue;
        json_array_foreach(part, i, line)
        {
            char *name = name_of(line);
            size_t rule = 0, length = strcspn(name, "/");
            while (rule < rule_count && (strncmp(rules[rule].id, name, length) != 0 || rules[rule].id[length] != '\0'))
                rule++;
            good = good && rule < rule_count;
            free(name);
        }
    }
    if (!good)
        print_error("%s: %s: unknown members or findings\n", file, json_string_value(json_object_get(one, "case")));
    return good;
}

static int run_all(void)
{
    size_t total = 1, next = 0, i, j;
    json_t *one;
    for (i = 0; i < file_count; i++)
        total += json_array_size(files[i].cases);
    struct CMUnitTest *tests = calloc(total, sizeof *tests);
    char **names = calloc(total, sizeof *names);
    bool good = tests != NULL && names != NULL;
    for (i = 0; good && i < file_count; i++)
        json_array_foreach(files[i].cases, j, one)
        {
            struct text name = {0};
            good = good && is_sound(files[i].name, one);
            text_format(&name, "%s: %s", files[i].name, json_string_value(json_object_get(one, "case")));
            names[next] = name.data;
            tests[next] = (struct CMUnitTest){name.data, run_case, NULL, NULL, one};
            next++;
        }
    if (good)
        tests[next++] = (struct CMUnitTest)cmocka_unit_test(every_finding_has_a_case_and_a_near_miss);
    int failed = good ? _cmocka_run_group_tests("findings", tests, next, NULL, NULL) : 1;
    for (i = 0; names != NULL && i < total; i++)
        free(names[i]);
    free(names);
    free(tests);
    return failed;
}

int main(void)
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
    int failed = good ? run_all() : 1;
    for (size_t i = 0; i < file_count; i++) {
        json_decref(files[i].cases);
        free(files[i].name);
    }
    free(files);
    return failed;
}
