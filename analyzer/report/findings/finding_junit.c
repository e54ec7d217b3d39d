/*
 * Findings as JUnit XML: one suite for each kind of finding, one test for each account. A test fails if it has a
 * finding of the severity of
 * --fail-on or worse (without it: any but info); milder ones are in its output. Suppressed ones are skipped tests, and
 * a kind without findings is one passed test, so that a dashboard shows what was checked.
 */
#include "analyzer/findings/suppressions.h"
#include "analyzer/report/escape.h"
#include "analyzer/report/findings/finding_words.h"
#include "ingest/support/memory.h"

#include <stdlib.h>
#include <string.h>

struct entry {
    size_t index;
    bool suppressed;
    const char *account;
};

struct suite {
    const struct finding_rule *rule;
    struct text cases;
    size_t tests, failures, skipped;
};

static void append_finding(struct text *text, const struct finding *finding)
{
    char *conditions = finding_conditions(finding);
    text_format(text, "%s  ", severity_word(finding->severity));
    text_append_xml(text, finding->resource);
    text_append_string(text, "\n  ");
    text_append_xml(text, finding->detail);
    if (conditions[0] != '\0') {
        text_append_string(text, "\n  if ");
        text_append_xml(text, conditions);
    }
    free(conditions);
    for (size_t i = 0; i < finding->evidence_count; i++) {
        const struct finding_evidence *evidence = &finding->evidence[i];
        struct text place = {0};
        if (evidence->file[0] != '\0')
            text_format(&place, "%s:%u: ", evidence->file, evidence->line);
        finding_place(&place, evidence);
        text_append_string(text, "\n  ");
        text_append_xml(text, place.data);
        text_free(&place);
    }
    text_append_string(text, "\n  Fix: ");
    text_append_xml(text, finding->fix);
    text_append_char(text, '\n');
}

static void open_case(struct suite *suite, const char *name)
{
    suite->tests++;
    text_format(&suite->cases, "    <testcase classname=\"rolechain.%s\" name=\"", suite->rule->id);
    text_append_xml(&suite->cases, name);
    text_append_string(&suite->cases, "\">\n");
}

/* The findings of the first entry's account; returns the first entry of the next. */
static size_t append_account(struct suite *suite, const struct finding_report *report, const struct entry *entries,
                             size_t first, size_t count)
{
    struct text failed = {0}, noted = {0};
    size_t failures = 0, at = first;
    const char *account = entries[first].account;
    for (; at < count && !entries[at].suppressed && strcmp(entries[at].account, account) == 0; at++) {
        struct finding *finding = finding_report_at(report, entries[at].index);
        bool fails = finding->severity >= report->fail_from;
        failures += fails;
        append_finding(fails ? &failed : &noted, finding);
        finding_release(finding);
    }
    open_case(suite, account);
    if (failures > 0)
        text_format(&suite->cases, "      <failure type=\"%s\" message=\"%zu finding%s\">%s</failure>\n",
                    suite->rule->id, failures, failures == 1 ? "" : "s", failed.data);
    if (noted.length > 0)
        text_format(&suite->cases, "      <system-out>%s</system-out>\n", noted.data);
    text_append_string(&suite->cases, "    </testcase>\n");
    suite->failures += failures > 0;
    text_free(&failed);
    text_free(&noted);
    return at;
}

static void append_suppressed(struct suite *suite, const struct finding *finding)
{
    open_case(suite, finding->resource);
    text_append_string(&suite->cases, "      <skipped message=\"");
    text_append_xml(&suite->cases, finding->suppression->reason);
    text_append_string(&suite->cases, "\"/>\n    </testcase>\n");
    suite->skipped++;
}

static int compare_entries(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    int order = x->suppressed - y->suppressed;
    if (order == 0)
        order = strcmp(x->account, y->account);
    return order != 0 ? order : (x->index > y->index) - (x->index < y->index);
}

/* The findings of one kind by account, suppressed ones last. */
static size_t collect(const struct finding_report *report, const struct finding_rule *rule, struct entry *entries)
{
    size_t count = 0;
    for (size_t i = 0; i < report->standing + report->suppressed; i++) {
        const struct finding *finding = &report->findings->list[i];
        if (finding->rule == rule)
            entries[count++] = (struct entry){i, i >= report->standing,
                                              finding->account[0] != '\0' ? finding->account : "all accounts"};
    }
    if (count > 1)
        qsort(entries, count, sizeof *entries, compare_entries);
    return count;
}

static void print_suite(const struct finding_report *report, struct output *output, const struct finding_rule *rule,
                        struct entry *entries)
{
    struct suite suite = {.rule = rule};
    size_t count = collect(report, rule, entries), at = 0;
    while (at < count && !entries[at].suppressed)
        at = append_account(&suite, report, entries, at, count);
    for (; at < count; at++)
        append_suppressed(&suite, &report->findings->list[entries[at].index]);
    if (count == 0) {
        open_case(&suite, "all accounts");
        text_append_string(&suite.cases, "    </testcase>\n");
    }
    fprintf(output->stream, "  <testsuite name=\"%s\" tests=\"%zu\" failures=\"%zu\" skipped=\"%zu\">\n", rule->id,
            suite.tests, suite.failures, suite.skipped);
    fprintf(output->stream, "%s  </testsuite>\n", suite.cases.data);
    text_free(&suite.cases);
}

void finding_junit_print(const struct finding_report *report, struct output *output)
{
    size_t count;
    const struct finding_rule *rules = finding_rules(&count);
    struct entry *entries = memory_zeroed(report->standing + report->suppressed, sizeof *entries);
    fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"rolechain findings\">\n", output->stream);
    for (size_t i = 0; i < count; i++)
        print_suite(report, output, &rules[i], entries);
    fputs("</testsuites>\n", output->stream);
    free(entries);
}
