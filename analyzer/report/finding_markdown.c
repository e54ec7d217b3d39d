/*
 * Findings as Markdown for a pull request: a table, a picture of who gets where, and what to do behind <details>. A
 * comment on GitHub holds 65,536 characters, so the worst findings are printed and the others counted.
 */
#include "analyzer/report/escape.h"
#include "analyzer/report/finding_mermaid.h"
#include "analyzer/report/finding_words.h"

#include <stdlib.h>
#include <string.h>

#define MOST_FINDINGS 100
#define TABLE_BYTES 20000
#define MOST_BYTES 60000

static void append_code(struct text *text, const char *words)
{
    text_append_string(text, "<code>");
    text_append_markdown(text, words);
    text_append_string(text, "</code>");
}

static void append_place(struct text *text, const struct finding_evidence *evidence)
{
    struct text place = {0};
    if (evidence->file[0] != '\0')
        text_format(&place, "%s:%u", evidence->file, evidence->line);
    else
        text_append_string(&place, evidence->holder);
    append_code(text, place.data != NULL ? place.data : "");
    text_free(&place);
    text_append_string(text, " ");
    finding_place(&place, evidence);
    text_append_markdown(text, place.data != NULL ? place.data : "");
    text_free(&place);
}

static void append_row(struct text *text, const struct finding_report *report, const struct finding *finding)
{
    text_format(text, "| %s | %s | ", severity_word(finding->severity), finding_report_id(report, finding));
    append_code(text, finding->resource);
    text_append_string(text, " | ");
    text_append_markdown(text, finding->detail);
    text_append_string(text, " |\n");
}

static void append_patches(struct text *text, const json_t *patch)
{
    const char *style;
    json_t *policy;
    json_object_foreach((json_t *)patch, style, policy)
    {
        char *words = json_dumps(policy, JSON_INDENT(2) | JSON_ENSURE_ASCII);
        text->failed = text->failed || words == NULL;
        text_format(text, "\nNarrowed (%s):\n\n```json\n%s\n```\n", style, words != NULL ? words : "");
        free(words);
    }
}

static void append_finding(struct text *text, const struct finding *finding)
{
    char *conditions = finding_conditions(finding);
    text->failed = text->failed || conditions == NULL;
    text_append_string(text, "\n**");
    append_code(text, finding->resource);
    text_append_string(text, "** ");
    text_append_markdown(text, finding->detail);
    text_append_char(text, '\n');
    if (conditions != NULL && conditions[0] != '\0') {
        text_append_string(text, "\nIt holds if ");
        append_code(text, conditions);
        text_append_char(text, '\n');
    }
    for (size_t i = 0; i < finding->evidence_count; i++) {
        text_append_string(text, i == 0 ? "\n- " : "- ");
        append_place(text, &finding->evidence[i]);
        text_append_char(text, '\n');
    }
    if (strcmp(finding->fix, finding->rule->fix) != 0) {
        text_append_char(text, '\n');
        text_append_markdown(text, finding->fix);
        text_append_char(text, '\n');
    }
    append_patches(text, finding->patch);
    free(conditions);
}

static void append_heading(struct text *text, const struct finding *finding)
{
    const struct finding_rule *rule = finding->rule;
    text_format(text, "\n<details><summary><b>%s</b> ", severity_word(finding->severity));
    text_append_markdown(text, rule->title);
    text_format(text, " (%s)</summary>\n\n", rule->id);
    text_append_markdown(text, rule->why);
    text_append_string(text, "\n\n**Fix:** ");
    text_append_markdown(text, rule->fix);
    text_format(text, " [Reference](%s)\n", rule->reference);
}

/* Rows as long as they fit. Returns how many. */
static size_t append_table(struct text *page, const struct finding_report *report, size_t count)
{
    size_t rows = 0;
    if (count > 0)
        text_append_string(page, "\n| severity | finding | where | what |\n|---|---|---|---|\n");
    while (rows < count && page->length < TABLE_BYTES)
        append_row(page, report, finding_report_at(report, rows++));
    if (rows < report->standing)
        text_format(page, "\nThese are the worst; %zu more are not shown.\n", report->standing - rows);
    return rows;
}

/* A rule's findings as one block, as long as blocks fit. */
static void append_details(struct text *page, const struct finding_report *report, size_t count)
{
    for (size_t i = 0, next; i < count; i = next) {
        const struct finding *finding = finding_report_at(report, i), *other = finding;
        struct text block = {0};
        append_heading(&block, finding);
        for (next = i; other->rule == finding->rule && other->severity == finding->severity;) {
            append_finding(&block, other);
            if (++next == count)
                break;
            other = finding_report_at(report, next);
        }
        text_append_string(&block, "\n</details>\n");
        page->failed = page->failed || block.failed;
        if (page->length + block.length <= MOST_BYTES)
            text_append(page, block.data, block.length);
        else
            text_format(page, "\n*%s: what to do is too long for a comment.*\n", finding->rule->id);
        text_free(&block);
    }
}

bool finding_markdown_print(const struct finding_report *report, struct output *output)
{
    struct text page = {0};
    size_t count = report->standing < MOST_FINDINGS ? report->standing : MOST_FINDINGS;
    text_append_string(&page, "### rolechain: ");
    finding_totals(&page, report);
    text_append_char(&page, '\n');
    if (report->known > 0 || report->suppressed > 0)
        text_format(&page, "\n%zu more in the baseline, %zu suppressed by the ignore file.\n", report->known,
                    report->suppressed);
    count = append_table(&page, report, count);
    finding_mermaid(&page, report, count);
    append_details(&page, report, count);
    for (size_t i = 0; i < count; i++)
        finding_release(&report->findings->list[i]);
    bool good = !page.failed;
    fputs(good ? page.data : "", output->stream);
    text_free(&page);
    return good;
}
