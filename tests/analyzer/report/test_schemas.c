/* Every answer in JSON is valid by its schema: those that the golden runs expect, and those to many more questions
 * about the samples. No schema accepts a member that it does not name. */
#include "tests/support/json_schema.h"
#include "tests/support/testing.h"

#include "ingest/support/memory.h"
#include <dirent.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SCHEMAS "analyzer/report/schema/"
#define EXPECTED "tests/golden/expected/"

/* The schema of an answer: its command's; findings also prints its catalogue, and the index of its patches. */
static json_t *schema_of(const json_t *answer)
{
    const char *command =
        json_object_get(answer, "patches") != NULL ? "patches" : json_string_value(json_object_get(answer, "command"));
    bool list = command != NULL && strcmp(command, "findings") == 0 && json_object_get(answer, "rules") != NULL;
    char *path = memory_print(SCHEMAS "%s%s.schema.json", command != NULL ? command : "?", list ? "-list" : "");
    json_t *schema = json_load_file(path, 0, NULL);
    free(path);
    return schema;
}

static void check(const json_t *answer, const char *what)
{
    json_t *schema = schema_of(answer);
    char *violation = json_schema_violation(schema, answer);
    if (violation != NULL)
        fail_msg("%s: %s", what, violation);
    json_decref(schema);
}

static bool ends_in(const char *name, const char *suffix)
{
    size_t length = strlen(name), size = strlen(suffix);
    return length > size && strcmp(name + length - size, suffix) == 0;
}

static void expected_answers(void **state)
{
    DIR *folder = opendir(EXPECTED);
    struct dirent *entry;
    size_t count = 0;
    (void)state;
    assert_non_null(folder);
    while ((entry = readdir(folder)) != NULL) {
        if (!ends_in(entry->d_name, ".json"))
            continue;
        char *path = memory_print(EXPECTED "%s", entry->d_name);
        json_t *answer = json_load_file(path, 0, NULL);
        assert_non_null(answer);
        check(answer, path);
        json_decref(answer);
        free(path);
        count++;
    }
    closedir(folder);
    assert_true(count >= 8);
}

/* Objects are closed. */
static void check_closed(const json_t *schema, const char *path)
{
    const char *name;
    json_t *member;
    size_t i;
    if (json_object_get(schema, "properties") != NULL &&
        !json_is_false(json_object_get(schema, "additionalProperties")))
        fail_msg("%s: an object that lets any member pass", path);
    json_object_foreach((json_t *)schema, name, member) check_closed(member, path);
    json_array_foreach(schema, i, member) check_closed(member, path);
}

static void schemas_are_closed(void **state)
{
    DIR *folder = opendir(SCHEMAS);
    struct dirent *entry;
    size_t count = 0;
    (void)state;
    assert_non_null(folder);
    while ((entry = readdir(folder)) != NULL) {
        if (!ends_in(entry->d_name, ".schema.json"))
            continue;
        char *path = memory_print(SCHEMAS "%s", entry->d_name);
        json_t *schema = json_load_file(path, 0, NULL);
        assert_non_null(schema);
        check_closed(schema, path);
        json_decref(schema);
        free(path);
        count++;
    }
    closedir(folder);
    assert_true(count >= 10);
}

/* ---- running the program */

/* Its output for a question in JSON, checked; NULL: none. Words are for the shell. */
static json_t *ask(const char *words)
{
    const char *program = getenv("ROLECHAIN");
    char *line = memory_print("'%s' %s --format json 2>/dev/null", program, words);
    FILE *pipe = popen(line, "r");
    assert_non_null(pipe);
    json_t *answer = json_loadf(pipe, 0, NULL);
    pclose(pipe);
    if (answer != NULL)
        check(answer, line);
    free(line);
    return answer;
}

static void ask_about(const char *format, const char *first, const char *second)
{
    char *words = memory_print(format, first, second);
    json_t *answer = ask(words);
    if (answer == NULL)
        fail_msg("%s: no answer", words);
    json_decref(answer);
    free(words);
}

static void answers_about_samples(void **state)
{
    static const char *const questions[] = {
        "status --from samples",
        "exposure --from samples",
        "graph --from samples",
        "graph --control --folded --from samples",
        "exposure --control --from samples",
        "administrators --from samples",
        "administrators --ways",
        "chokepoints --from samples",
        "chokepoints --target production/app-deploy --from samples",
        "findings --from samples",
        "findings --from samples --top 3 --account production",
        "findings --list",
        "findings --describe trust-public",
        "load samples -d \"$folder/samples.db\"",
        "load samples -d \"$folder/samples.db\"",
        "load samples/collector-policy.json -d \"$folder/samples.db\"",
        "explain 777788889999 vendor-monitoring --from samples",
        "explain anyone demo-public --context aws:PrincipalOrgID=o-1 --absent aws:SourceIp --from samples",
        "explain tooling/alice production/app-deploy --action sts:AssumeRole --action sts:TagSession --from samples",
        "explain --error 'User: arn:aws:iam::033344445555:user/bob is not authorized to perform: sts:AssumeRole on "
        "resource: arn:aws:iam::444455556666:role/app-deploy' --from samples",
        "explain --error 'User: arn:aws:iam::033344445555:user/bob is not authorized to perform: iam:PassRole on "
        "resource: arn:aws:iam::033344445555:role/build-runner with an explicit deny in a service control policy' "
        "--from samples",
        "diff samples samples",
        "diff samples samples/accounts --no-findings",
        "diff samples/accounts/444455556666 samples --all-pairs",
        "explain --error 'Token too old: 90000 Roles may not be assumed by root accounts' --from samples",
        "paths anyone demo-public --all --from samples",
        "paths 111122223333/olivia production/administrator --control --from samples",
        "reach tooling/build-runner --control --from samples",
        "who-can production/administrator --from-outside --from samples",
    };
    char folder[] = "/tmp/rolechain-test-XXXXXX";
    json_t *row, *other;
    size_t i, j;
    (void)state;
    if (getenv("ROLECHAIN") == NULL)
        skip();
    assert_non_null(mkdtemp(folder));
    setenv("folder", folder, 1);
    for (i = 0; i < sizeof questions / sizeof questions[0]; i++)
        ask_about("%s%s", questions[i], "");
    json_t *roles = ask("exposure -d \"$folder/samples.db\"");
    json_array_foreach(json_object_get(roles, "results"), i, row)
    {
        const char *role = json_string_value(json_object_get(row, "role"));
        char *words = memory_print("who-can '%s' --control -d \"$folder/samples.db\"", role);
        json_t *callers = ask(words);
        ask_about("reach '%s'%s -d \"$folder/samples.db\"", role, "");
        json_array_foreach(json_object_get(callers, "results"), j, other)
        {
            const char *caller = json_string_value(json_object_get(other, "principal"));
            ask_about("explain '%s' '%s' -d \"$folder/samples.db\"", caller, role);
            ask_about("paths '%s' '%s' --all -d \"$folder/samples.db\"", caller, role);
        }
        json_decref(callers);
        free(words);
    }
    assert_true(json_array_size(json_object_get(roles, "results")) > 5);
    json_decref(roles);
    assert_int_equal(system("rm -rf \"$folder\""), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(expected_answers), cmocka_unit_test(schemas_are_closed),
                                       cmocka_unit_test(answers_about_samples)};
    return cmocka_run_group_tests_name("schemas", tests, NULL, NULL);
}
