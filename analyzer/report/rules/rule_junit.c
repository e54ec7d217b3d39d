/* Rules as JUnit XML: one test per rule; an undecidable one is skipped or, with --strict, fails. */
#include "analyzer/report/escape.h"
#include "analyzer/report/rules/rule_report_words.h"

static void append_reason(const char *reason, void *context)
{
    struct text *text = context;
    text_append_xml(text, reason);
    text_append_char(text, '\n');
}

static bool fails(const struct rule_report *report, const struct rule_result *result)
{
    return result->outcome == RULE_BROKEN || (report->strict && result->outcome == RULE_UNDECIDABLE);
}

static void print_case(const struct rule_report *report, struct output *output, uint32_t at)
{
    const struct rule_result *result = &report->results->list[at];
    struct text text = {0};
    text_append_string(&text, "    <testcase classname=\"rolechain.check\" name=\"");
    text_append_xml(&text, report->file->rules[at].text);
    text_append_string(&text, "\" file=\"");
    text_append_xml(&text, report->file->path);
    text_format(&text, "\" line=\"%u\"", report->file->rules[at].place.line);
    if (result->outcome == RULE_PASS) {
        text_append_string(&text, "/>\n");
    } else {
        const char *element = fails(report, result) ? "failure" : "skipped";
        text_format(&text, ">\n      <%s message=\"%s\">", element, rule_outcome_word(result->outcome));
        rule_each_reason(report, result, append_reason, &text);
        text_format(&text, "</%s>\n    </testcase>\n", element);
    }
    fputs(text.data, output->stream);
    text_free(&text);
}

void rule_junit_print(const struct rule_report *report, struct output *output)
{
    const struct rule_results *results = report->results;
    uint32_t failures = results->broken + (report->strict ? results->undecidable : 0);
    fprintf(output->stream,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"rolechain check\">\n  <testsuite "
            "name=\"rules\" tests=\"%u\" failures=\"%u\" skipped=\"%u\">\n",
            results->count, failures, report->strict ? 0 : results->undecidable);
    for (uint32_t i = 0; i < results->count; i++)
        print_case(report, output, i);
    fputs("  </testsuite>\n</testsuites>\n", output->stream);
}
