/* Which rules run for what is asked. What is shown and said: tests/golden/gate.sh. */
#include "analyzer/findings/finding_names.h"
#include "analyzer/findings/selection.h"
#include "tests/support/scenario.h"
#include "tests/support/testing.h"

#include <string.h>

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
        /* Whether a suppression is of use can be told by what it is about alone. */
        {"trust-self", NULL, "trust-public", false, false, true, "trust-public", true},
        {NULL, "trust-public", "trust-public", false, false, true, "trust-public", true},
        {"trust-self", NULL, "policy-grammar/missing-version", false, false, true, "policy-grammar", true},
        {"trust-self", NULL, "trust-public", false, false, true, "trust-cycle", false},
        {"trust-self", NULL, FINGERPRINT, false, false, true, "trust-public", true},
        {"trust-self", NULL, "trust-public", true, false, true, "trust-public", false},
        {"trust-self", NULL, "trust-public", false, false, false, "trust-public", false},
        /* And an entry of the baseline, which may be of any rule. */
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
    assert_int_equal(analysis_start(&analysis), EXIT_YES);
    assert_int_equal(count_findings(&analysis, NULL, "trust-public"), 1);
    assert_int_equal(count_findings(&analysis, NULL, "trust-external-unknown"), 1);
    assert_int_equal(count_findings(&analysis, &selection, "trust-public"), 1);
    assert_int_equal(count_findings(&analysis, &selection, "trust-external-unknown"), 0);
    analysis_close(&analysis);
    scenario_free(&scenario);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rules_that_are_needed),
        cmocka_unit_test(others_do_not_run),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
