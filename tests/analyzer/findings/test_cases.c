/*
 * Runs tests/analyzer/findings/cases/: every case is a test, and every finding and sub-code must have one case in which
 * it is there and one in which it is not. A file is a JSON array of
 *
 *   {"case": "what it shows",
 *    "world": ["lines", "of tests/support/scenario.h"],
 *    "earlier": ["lines"], what was loaded before the world was,
 *    "files": {"NAME": "text of one more export, or a JSON object"},
 *    "known": what --known-accounts would read, "trusted": the text of --trusted-accounts, on 2026-07-01,
 *    "keep": ["role:A/x", whom --keep would name],
 *    "expect": ["ID[/CODE] SEVERITY [RESOURCE]",
 *               {"finding": "ID[/CODE] SEVERITY [RESOURCE]", "says": "words of the detail",
 *                "advises": "words of the fix", "json": {…}}],
 *    "not": ["ID[/CODE]"]}
 *
 * RESOURCE in short form (role:A/x), any if left out. Of the ids in `expect` (with that code, if given) nothing else
 * may be there: a finding that is expected once must not come twice. `json` is a part of the finding as it is printed:
 * members of objects that are named must be equal, or absent if they are null, members of arrays must occur ([]: none).
 */
#include "ingest/support/array.h"
#include "ingest/support/text.h"
#include "tests/analyzer/findings/case_world.h"

#include <stdlib.h>
#include <string.h>

/* Findings, or the beginnings of their names, that may still lack a case; each must be listed. */
static const char *const still_missing[] = {NULL};

/* ---- one case */

struct checked {
    struct case_world world;
    struct text wrong;
};

static bool matches(const json_t *wanted, const json_t *found)
{
    const char *key;
    json_t *part, *item;
    size_t i, j;
    if (json_is_null(wanted))
        return found == NULL || json_is_null(found);
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
    return json_is_array(found) && (json_array_size(wanted) > 0 || json_array_size(found) == 0);
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

/* The part of the line before the first space. malloc'ed. */
static char *name_of(const json_t *expectation)
{
    const char *line = line_of(expectation);
    return copy_until(line, strcspn(line, " "));
}

static bool is_expected(struct case_world *world, const json_t *expectation, struct finding *finding)
{
    const char *severity = line_of(expectation) + strcspn(line_of(expectation), " ");
    severity += strspn(severity, " ");
    const char *resource = severity + strcspn(severity, " ");
    const char *says = json_string_value(json_object_get(expectation, "says"));
    const char *advises = json_string_value(json_object_get(expectation, "advises"));
    size_t length = (size_t)(resource - severity);
    resource += strspn(resource, " ");
    bool good =
        strlen(severity_word(finding->severity)) == length &&
        strncmp(severity, severity_word(finding->severity), length) == 0 &&
        (resource[0] == '\0' || strcmp(scenario_principal(&world->scenario, resource), finding->resource) == 0) &&
        (says == NULL || strstr(finding->detail, scenario_expand(&world->scenario, says)) != NULL) &&
        (advises == NULL || strstr(finding->fix, scenario_expand(&world->scenario, advises)) != NULL);
    const json_t *part = json_object_get(expectation, "json");
    if (good && part != NULL) {
        json_t *whole = finding_json(finding), *wanted = case_expanded(&world->scenario, part);
        good = matches(wanted, whole);
        json_decref(whole);
        json_decref(wanted);
    }
    return good;
}

/* Every expectation needs a finding of its own. */
static void look_for_expected(struct checked *checked, const json_t *expectations)
{
    const struct findings *findings = &checked->world.findings;
    bool *taken = calloc(findings->count + 1, sizeof *taken);
    json_t *expectation;
    size_t i, j;
    assert_non_null(taken);
    json_array_foreach((json_t *)expectations, i, expectation)
    {
        char *name = name_of(expectation);
        for (j = 0; j < findings->count; j++)
            if (!taken[j] && is_named(&findings->list[j], name) &&
                is_expected(&checked->world, expectation, &findings->list[j]))
                break;
        if (j < findings->count)
            taken[j] = true;
        else
            text_format(&checked->wrong, "  not found: %s\n", line_of(expectation));
        free(name);
    }
    json_array_foreach((json_t *)expectations, i, expectation)
    {
        char *name = name_of(expectation);
        for (j = 0; j < findings->count; j++)
            if (!taken[j] && is_named(&findings->list[j], name)) {
                taken[j] = true;
                text_format(&checked->wrong, "  not expected: %s\n", findings->list[j].rule->id);
            }
        free(name);
    }
    free(taken);
}

static void look_for_forbidden(struct checked *checked, const json_t *names)
{
    const struct findings *findings = &checked->world.findings;
    json_t *name;
    size_t i;
    json_array_foreach((json_t *)names, i, name) for (size_t j = 0; j < findings->count;
                                                      j++) if (is_named(&findings->list[j], json_string_value(name)))
        text_format(&checked->wrong, "  must not be there: %s\n", json_string_value(name));
}

/* ---- findings that are passed on, which colour pictures */

static bool colours(const struct finding *finding)
{
    return finding->at.who != NULL && finding->at.statement != NULL && finding->danger.who != DANGER_NOBODY;
}

static bool is_among(const struct finding *finding, const struct finding *others, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct finding *other = &others[i];
        if (colours(other) && other->rule == finding->rule && other->severity == finding->severity &&
            other->at.role == finding->at.role && other->danger.who == finding->danger.who &&
            strcmp(other->subject, finding->subject) == 0 && strcmp(other->code, finding->code) == 0)
            return true;
    }
    return false;
}

struct taken {
    struct finding *list;
    size_t count, room;
};

static void take(void *context, const struct finding *finding)
{
    struct taken *taken = context;
    ARRAY_ADD(taken->list, taken->count, taken->room, *finding);
}

static void look_at_colours(struct checked *checked)
{
    const struct findings *all = &checked->world.findings;
    struct taken taken = {0};
    struct findings alone = {.take = take, .take_context = &taken};
    assert_true(findings_compute(&checked->world.analysis, &alone));
    assert_int_equal(alone.count, 0);
    for (size_t i = 0; i < all->count; i++)
        if (colours(&all->list[i]) && !is_among(&all->list[i], taken.list, taken.count))
            text_format(&checked->wrong, "  not among those that are handed on: %s\n", all->list[i].rule->id);
    for (size_t i = 0; i < taken.count; i++)
        if (colours(&taken.list[i]) && !is_among(&taken.list[i], all->list, all->count))
            text_format(&checked->wrong, "  handed on, not among all: %s\n", taken.list[i].rule->id);
    free(taken.list);
    findings_free(&alone);
}

static void run_case(void **state)
{
    const json_t *one = *state;
    struct checked checked = {0};
    struct findings *findings = &checked.world.findings;
    case_world_open(&checked.world, one);
    look_at_colours(&checked);
    for (size_t i = 0; i < findings->count; i++)
        finding_elaborate(&checked.world.analysis, findings, &findings->list[i]);
    look_for_expected(&checked, json_object_get(one, "expect"));
    look_for_forbidden(&checked, json_object_get(one, "not"));
    if (checked.wrong.length > 0) {
        print_message("%s", checked.wrong.data);
        for (size_t i = 0; i < findings->count; i++) {
            const struct finding *finding = &findings->list[i];
            char *text = json_dumps(finding->facts, JSON_COMPACT);
            print_message("  | %s%s%s %s %s: %s %s\n", finding->rule->id, finding->code[0] != '\0' ? "/" : "",
                          finding->code, severity_word(finding->severity), finding->resource, finding->detail,
                          text != NULL ? text : "");
            free(text);
        }
    }
    /* Printing many findings releases what was made for each. */
    for (size_t i = 0; i < findings->count; i++)
        finding_release(&findings->list[i]);
    bool good = checked.wrong.length == 0;
    text_free(&checked.wrong);
    case_world_close(&checked.world);
    assert_true(good);
}

/* ---- all of them */

/* Whether some case has a finding with that name: expected, or expected to be absent. */
static bool has_case(const char *name, bool expected)
{
    size_t file_count;
    const struct case_file *files = case_files(&file_count);
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
        const char *code;
        lacking += check_covered(rules[i].id);
        for (size_t j = 0; (code = finding_rule_code(&rules[i], j)) != NULL; j++) {
            struct text name = {0};
            assert_true(j == 0 || strcmp(finding_rule_code(&rules[i], j - 1), code) < 0);
            text_format(&name, "%s/%s", rules[i].id, code);
            lacking += check_covered(name.data);
            text_free(&name);
        }
        assert_true(i == 0 || strcmp(rules[i - 1].id, rules[i].id) < 0);
        assert_true(rules[i].title[0] != '\0' && rules[i].why[0] != '\0' && rules[i].fix[0] != '\0');
    }
    assert_int_equal(lacking, 0);
}

/* A misspelt member or rule would test nothing. */
static bool is_sound(const char *file, json_t *one)
{
    static const char *const members[] = {"case",    "world", "earlier", "files", "known",
                                          "trusted", "keep",  "expect",  "not"};
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

static void every_case_is_sound(void **state)
{
    size_t file_count, i, j, wrong = 0;
    const struct case_file *files = case_files(&file_count);
    json_t *one;
    (void)state;
    for (i = 0; i < file_count; i++)
        json_array_foreach(files[i].cases, j, one) wrong += !is_sound(files[i].name, one);
    assert_int_equal(wrong, 0);
}

int main(void)
{
    const struct CMUnitTest others[] = {cmocka_unit_test(every_case_is_sound),
                                        cmocka_unit_test(every_finding_has_a_case_and_a_near_miss)};
    return cases_run("findings", run_case, others, sizeof others / sizeof others[0]);
}
