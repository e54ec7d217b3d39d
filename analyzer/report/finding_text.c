/*
 * Findings for people.
 */
#include "analyzer/report/finding_report.h"
#include "analyzer/report/finding_words.h"
#include "ingest/support/text.h"

#include <string.h>

static void print_conditions(struct output *output, const struct finding *finding)
{
    char *words = finding_conditions(finding);
    if (words != NULL && words[0] != '\0')
        line_item(output, 6, "if ", words);
    free(words);
}

static void print_evidence(struct output *output, const struct finding_evidence *evidence)
{
    struct text text = {0};
    if (evidence->file[0] != '\0')
        text_format(&text, "%s:%u: ", evidence->file, evidence->line);
    finding_place(&text, evidence);
    fputs("      ", output->stream);
    line_print(output, STYLE_FAINT, "%s\n", text.data != NULL ? text.data : "");
    text_free(&text);
}

static void print_patch(struct output *output, const json_t *patch)
{
    static const struct {
        const char *style, *words;
    } styles[] = {
        {"principals", "with the list of principals"},
        {"condition", "with the account and a condition on who may use it"},
        {"pattern", "with the account and a pattern"},
        {"organization", "with your organization demanded"},
        {"externalId", "with an external id demanded"},
    };
    for (size_t i = 0; i < sizeof styles / sizeof styles[0]; i++) {
        const json_t *policy = json_object_get(patch, styles[i].style);
        if (policy == NULL)
            continue;
        line_print(output, STYLE_GOOD, "      The trust policy %s:\n", styles[i].words);
        line_json(output, 6, policy);
    }
}

static void print_finding(struct output *output, const struct finding *finding, bool patches)
{
    line_print(output, STYLE_BOLD, "\n    %s%s%s%s\n", finding->resource, finding->code[0] != '\0' ? "  [" : "",
               finding->code, finding->code[0] != '\0' ? "]" : "");
    line_paragraph(output, 6, finding->detail);
    print_conditions(output, finding);
    for (size_t i = 0; i < finding->evidence_count; i++)
        print_evidence(output, &finding->evidence[i]);
    if (strcmp(finding->fix, finding->rule->fix) != 0)
        line_paragraph(output, 6, finding->fix);
    if (patches && finding->patch != NULL)
        print_patch(output, finding->patch);
}

static void print_heading(struct output *output, const struct finding *finding, bool first)
{
    if (!first)
        fputc('\n', output->stream);
    line_print(output, severity_style(finding->severity), "%s", severity_word(finding->severity));
    line_print(output, STYLE_BOLD, "  %s", finding->rule->title);
    line_print(output, STYLE_FAINT, "  [%s]\n", finding->rule->id);
    line_paragraph(output, 2, finding->rule->why);
    line_item(output, 2, "Fix: ", finding->rule->fix);
}

static void print_totals(const struct finding_report *report, struct output *output, size_t patched)
{
    struct text text = {0};
    finding_totals(&text, report);
    if (report->standing > 0)
        fputc('\n', output->stream);
    line_print(output, STYLE_BOLD, "%s.\n", text.data != NULL ? text.data : "");
    text_free(&text);
    if (report->known > 0)
        line_print(output, STYLE_PLAIN, "%zu more %s in the baseline.\n", report->known,
                   report->known == 1 ? "is" : "are");
    if (report->suppressed > 0)
        line_print(output, STYLE_PLAIN, "%zu more %s suppressed by the ignore file.\n", report->suppressed,
                   report->suppressed == 1 ? "is" : "are");
    if (patched > 0 && !report->patches)
        line_print(output, STYLE_PLAIN, "For %zu of them --patches prints the narrowed trust policy.\n", patched);
}

bool finding_text_print(const struct finding_report *report, struct output *output)
{
    const struct finding *before = NULL;
    size_t patched = 0;
    for (size_t i = 0; i < report->standing; i++) {
        struct finding *finding = finding_report_at(report, i);
        if (before == NULL || before->rule != finding->rule || before->severity != finding->severity)
            print_heading(output, finding, before == NULL);
        print_finding(output, finding, report->patches);
        patched += finding->patch != NULL;
        finding_release(finding);
        before = finding;
    }
    print_totals(report, output, patched);
    return true;
}
