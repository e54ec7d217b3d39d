/* Which rules run for which options. Output is tested in tests/golden/gate.sh. */
#include "analyzer/findings/finding_names.h"
#include "analyzer/findings/selection.h"
#include "tests/support/scenario.h"
#include "tests/support/testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FINGERPRINT "0123456789abcdef0123456789abcdef"

static void rules_that_are_needed(void **state)
{
    static const struct {
        const char *only, *skip, *suppression;
        bool expired, baseline, reports;
        const char *rule;
        bool needed;
    } rows[] = {
        {NULL, NULL, NULL, false, false, true, "trust-public", true},
        {"trust-public", NULL, NULL, false, false, true, "trust-public", true},
        {"trust-public", NULL, NULL, false, false, true, "trust-self", false},
        /* A name that begins like another one. */
        {"trust-public-weak-condition", NULL, NULL, false, false, true, "trust-public", false},
        {"trust-public", NULL, NULL, false, false, true, "trust-public-weak-condition", false},
        {"policy-grammar/missing-version", NULL, NULL, false, false, true, "policy-grammar", true},
        {NULL, "trust-public", NULL, false, false, true, "trust-public", false},
        {NULL, "trust-public", NULL, false, false, true, "trust-self", true},
        {NULL, "policy-grammar/missing-version", NULL, false, false, true, "policy-grammar", true},
        {"trust-public", "trust-public", NULL, false, false, true, "trust-public", false},
        /* Whether a suppression is obsolete depends only on what it is about. */
        {"trust-self", NULL, "trust-public", false, false, true, "trust-public", true},
        {NULL, "trust-public", "trust-public", false, false, true, "trust-public", true},
        {"trust-self", NULL, "policy-grammar/missing-version", false, false, true, "policy-grammar", true},
        {"trust-self", NULL, "trust-public", false, false, true, "trust-cycle", false},
        {"trust-self", NULL, FINGERPRINT, false, false, true, "trust-public", true},
        {"trust-self", NULL, "trust-public", true, false, true, "trust-public", false},
        {"trust-self", NULL, "trust-public", false, false, false, "trust-public", false},
        /* Also for an entry of the baseline, which may belong to any rule. */
        {"trust-self", NULL, NULL, false, true, true, "trust-public", true},
        {"trust-self", NULL, NULL, false, true, false, "trust-public", false},
        {"trust-self", NULL, NULL, false, true, false, "trust-self", true},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct suppression suppression = {.what = rows[i].suppression, .expired = rows[i].expired};
        json_t *baseline = rows[i].baseline ? json_object() : NULL;
        const struct finding_selection selection = {
            .only = &rows[i].only,
            .only_count = rows[i].only != NULL,
            .skip = &rows[i].skip,
            .skip_count = rows[i].skip != NULL,
            .reports = rows[i].reports,
            .baseline = baseline,
            .suppressions = {.list = &suppression, .count = rows[i].suppression != NULL}};
        const struct finding_rule *rule = finding_rule_find("test", rows[i].rule, strlen(rows[i].rule));
        assert_non_null(rule);
        if (finding_selection_needs(&selection, rule) != rows[i].needed)
            fail_msg("row %zu", i);
        json_decref(baseline);
    }
}

static size_t count_findings(struct analysis *analysis, const struct finding_selection *selection, const char *id)
{
    struct findings findings = {.selection = selection};
    size_t count = 0;
    assert_true(findings_compute(analysis, &findings));
    for (size_t i = 0; i < findings.count; i++)
        count += strcmp(findings.list[i].rule->id, id) == 0;
    findings_free(&findings);
    return count;
}

static void others_do_not_run(void **state)
{
    const char *only = "trust-public";
    const struct finding_selection selection = {.only = &only, .only_count = 1, .reports = true};
    struct scenario scenario;
    char *error = NULL;
    (void)state;
    if (!scenario_read(&scenario,
                       "role A/r\n trust allow sts:AssumeRole from *\nrole A/q\n trust allow sts:AssumeRole "
                       "from root:C\n",
                       1))
        fail_msg("%s", scenario.error);
    struct analysis analysis = {.store = scenario_load(&scenario)};
    assert_non_null(analysis.store);
    analysis.model = model_load(analysis.store, &error);
    analysis_start(&analysis);
    assert_int_equal(count_findings(&analysis, NULL, "trust-public"), 1);
    assert_int_equal(count_findings(&analysis, NULL, "trust-external-unknown"), 1);
    assert_int_equal(count_findings(&analysis, &selection, "trust-public"), 1);
    assert_int_equal(count_findings(&analysis, &selection, "trust-external-unknown"), 0);
    analysis_close(&analysis);
    scenario_free(&scenario);
}

/* Fingerprints from the previous version for findings whose resource or subject are our own words, in the world
 * below. */
static const struct {
    const char *id, *code, *former;
} formers[] = {
    {"analysis-incomplete", "", "2e0ba1ea10091d7956fb26548dcc074f"},
    {"condition-pitfall", "unknown-operator", "29cf59e657456c433ba4339aaed02798"},
    {"guard-bypassed", "", "f80cadd598cf259216870568a9f44267"},
    {"policy-grammar", "missing-version", "022c6e6f66d6be5491ebe5af33198234"},
    {"trust-self", "", "49af35eb9683b71bc152ed518e8191e7"},
};

static const char former_world[] = "user A/u\n"
                                   "role A/itself\n"
                                   " trust allow sts:AssumeRole from role:A/itself\n"
                                   "role A/operator\n"
                                   " trust allow sts:AssumeRole from user:A/u if StringEqual sts:ExternalId x\n"
                                   "role A/way\n"
                                   " trust allow sts:AssumeRole from user:A/u\n"
                                   " version none\n"
                                   "role A/guarded\n"
                                   " trust allow sts:AssumeRole from user:A/u if Bool aws:MultiFactorAuthPresent true\n"
                                   " trust allow sts:AssumeRole from role:A/way\n";

static const struct finding *find_former(const struct findings *findings, size_t which)
{
    for (size_t i = 0; i < findings->count; i++) {
        const struct finding *finding = &findings->list[i];
        if (strcmp(finding->former_fingerprint, formers[which].former) != 0)
            continue;
        assert_string_equal(finding->rule->id, formers[which].id);
        assert_string_equal(finding->code, formers[which].code);
        return finding;
    }
    fail_msg("no %s/%s", formers[which].id, formers[which].code);
    return NULL;
}

static void write_ignore_file(const char *path, const char *fingerprint)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fprintf(file, "%s because it was so before\n", fingerprint);
    assert_int_equal(fclose(file), 0);
}

/* Each hides its finding, from an ignore file and from a baseline, as the new one does. */
static void former_fingerprints_are_accepted(void **state)
{
    struct scenario scenario;
    char *error = NULL, path[] = "/tmp/rolechain-ignore-XXXXXX";
    int descriptor = mkstemp(path);
    (void)state;
    assert_true(descriptor >= 0);
    close(descriptor);
    assert_true(scenario_read(&scenario, former_world, 1));
    struct analysis analysis = {.store = scenario_load(&scenario)};
    assert_non_null(analysis.store);
    analysis.model = model_load(analysis.store, &error);
    analysis_start(&analysis);
    for (size_t i = 0; i < 2 * sizeof formers / sizeof formers[0]; i++) {
        struct findings findings = {0};
        struct finding_selection selection = {.least = SEVERITY_INFO, .baseline = json_object()};
        assert_true(findings_compute(&analysis, &findings));
        const struct finding *finding = find_former(&findings, i / 2);
        const char *fingerprint = i % 2 == 0 ? formers[i / 2].former : finding->fingerprint;
        size_t all = findings.count, standing, unsuppressed, kept;
        assert_string_not_equal(finding->former_fingerprint, finding->fingerprint);
        json_object_set_new(selection.baseline, fingerprint, json_false());
        finding_selection_apply(&selection, analysis.model, &findings, &standing, &kept);
        assert_int_equal(standing, all);
        assert_true(json_is_true(json_object_get(selection.baseline, fingerprint)));
        write_ignore_file(path, fingerprint);
        assert_true(suppressions_read(path, 0, &selection.suppressions));
        finding_selection_apply(&selection, analysis.model, &findings, &unsuppressed, &kept);
        assert_int_equal(unsuppressed, all - 1);
        assert_int_equal(kept, 0);
        assert_int_equal(finding_selection_hide_known(&selection, &findings, &standing), 1);
        assert_int_equal(findings.count, all - 1);
        finding_selection_free(&selection);
        findings_free(&findings);
    }
    remove(path);
    analysis_close(&analysis);
    scenario_free(&scenario);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rules_that_are_needed),
        cmocka_unit_test(others_do_not_run),
        cmocka_unit_test(former_fingerprints_are_accepted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
