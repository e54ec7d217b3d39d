/*
 * Findings agree with who-can, in the worlds of tests/analyzer/findings/cases: whom a finding says that nobody can be
 * let in by a statement, no row comes in by that statement; whom it says that anyone is, who-can lists as anyone.
 */
#include "analyzer/analysis/derive.h"
#include "ingest/support/text.h"
#include "tests/analyzer/commands/asking.h"
#include "tests/analyzer/findings/case_world.h"
#include "tests/support/scratch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool derive(struct store *store, const struct changes *changes, void *context, char **error)
{
    struct derivation derivation;
    (void)context;
    return derive_answers(store, changes, NULL, &derivation, error);
}

static const char *text_of(const json_t *object, const char *member)
{
    const char *text = json_string_value(json_object_get(object, member));
    return text != NULL ? text : "";
}

/* The row of who-can --direct of the finding's subject; NULL: there is none. The caller drops it. */
static json_t *direct_row(const char *database, const char *role, const char *subject)
{
    int status;
    json_t *answer = ask_json(&status, database, (const char *const[]){"who-can", role, "--direct", NULL}), *row,
           *found = NULL;
    size_t i;
    json_array_foreach(json_object_get(answer, "results"), i, row) if (strcmp(text_of(row, "principal"), subject) == 0)
        found = json_incref(row);
    json_decref(answer);
    return found;
}

/* Whether the subject comes in by the statement of the trust policy. */
static bool comes_in_by(const char *database, const char *role, const char *subject, const json_t *evidence)
{
    int status;
    json_t *answer = ask_json(&status, database, (const char *const[]){"paths", "--", subject, role, NULL}),
           *hops = json_object_get(json_array_get(json_object_get(answer, "paths"), 0), "hops"), *statement;
    bool found = false;
    size_t i;
    json_array_foreach(json_object_get(json_array_get(hops, 0), "statements"), i, statement) found =
        found || (json_array_size(hops) == 1 && strcmp(text_of(statement, "policy"), "trust policy") == 0 &&
                  json_equal(json_object_get(statement, "statement"), json_object_get(evidence, "statement")));
    json_decref(answer);
    return found;
}

static void compare(const char *database, const json_t *finding, struct text *story)
{
    const char *role = text_of(finding, "resource"), *subject = text_of(finding, "subject"),
               *id = text_of(finding, "id"), *who = text_of(json_object_get(finding, "danger"), "who");
    const json_t *evidence = json_array_get(json_object_get(finding, "evidence"), 0);
    bool nobody = strcmp(who, "nobody") == 0 && strcmp(text_of(evidence, "policy"), "trust policy") == 0 &&
                  strcmp(text_of(finding, "code"), "unknown-name") != 0,
         public = strcmp(id, "trust-public") == 0 && strcmp(who, "anyone") == 0;
    if ((!nobody && !public) || strstr(role, ":role/") == NULL)
        return;
    json_t *row = direct_row(database, role, public ? "*" : subject);
    if (public && row == NULL)
        text_format(story, "%s: %s is public, and who-can does not list anyone\n", id, role);
    if (nobody && row != NULL && comes_in_by(database, role, subject, evidence))
        text_format(story, "%s/%s: nobody gets into %s as %s by it, and who-can lists it\n", id,
                    text_of(finding, "code"), role, subject);
    json_decref(row);
}

static void check(void **state)
{
    const struct load_options options = {.jobs = 1, .before_commit = derive};
    struct load_result result = {0};
    struct scenario scenario;
    struct text exports = {0}, database = {0}, story = {0};
    char *folder = scratch_folder(), *error = NULL;
    int status;
    size_t i;
    json_t *finding;
    case_scenario_read(&scenario, *state);
    text_format(&exports, "%s/exports", folder);
    text_format(&database, "%s/roles.db", folder);
    struct store *store = store_open(database.data, STORE_CREATE, &error);
    if (store == NULL || !scenario_write(&scenario, exports.data) ||
        !load_paths(store, (const char *const[]){exports.data}, 1, &options, &result, &error))
        fail_msg("%s %s", scenario.error, error != NULL ? error : "");
    load_result_free(&result);
    store_close(store);
    json_t *answer = ask_json(&status, database.data, (const char *const[]){"findings", NULL});
    assert_non_null(answer);
    json_array_foreach(json_object_get(answer, "findings"), i, finding) compare(database.data, finding, &story);
    json_decref(answer);
    scratch_remove(folder);
    scenario_free(&scenario);
    text_free(&exports);
    text_free(&database);
    if (story.length > 0)
        fail_msg("%s", story.data);
    text_free(&story);
}

int main(void)
{
    setenv("SOURCE_DATE_EPOCH", "1782864000", 1);
    return cases_run("findings agree", check, NULL, 0);
}
