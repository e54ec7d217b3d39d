/*
 * Findings as Markdown for a pull request: a table, a picture of who gets where, and fixes inside <details>. A comment
 * on GitHub can have 65,536 characters, so the worst findings are printed and the others counted.
 */
#include "analyzer/report/escape.h"
#include "analyzer/report/findings/finding_mermaid.h"
#include "analyzer/report/findings/finding_words.h"
#include "ingest/support/json_build.h"
#include "ingest/support/json_words.h"

#include <stdlib.h>
#include <string.h>

#define MOST_ROWS 100
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
    append_code(text, place.data);
    text_free(&place);
    text_append_string(text, " ");
    finding_place(&place, evidence);
    text_append_markdown(text, place.data);
    text_free(&place);
}

static void append_row(struct text *text, const struct finding_report *report, const struct finding_groups *groups,
                       const struct finding_group *group)
{
    const struct finding *finding = finding_report_at(report, group->first);
    text_format(text, "| %s | %s | ", severity_word(finding->severity), finding_report_id(report, finding));
    append_code(text, finding->resource);
    if (group->count > 1) {
        text_format(text, " and %zu more: ", group->count - 1);
        finding_group_size(text, report, groups, group);
    }
    text_append_string(text, group->count > 1 ? " | For example: " : " | ");
    text_append_markdown(text, finding_group_detail(report, groups, group));
    if (group->kind == GROUP_REST)
        text_append_string(text, " The others have other causes.");
    text_append_string(text, " |\n");
}

static void append_patches(struct text *text, const struct finding *finding)
{
    const char *style;
    json_t *policy;
    json_object_foreach(finding->patch, style, policy)
    {
        char *json = json_words(policy, JSON_INDENT(2) | JSON_ENSURE_ASCII);
        char *words = finding_patch_words(finding, style), *cautions = finding_patch_cautions(finding, style);
        text_append_char(text, '\n');
        text_append_markdown(text, words);
        text_format(text, ":\n\n```json\n%s\n```\n", json);
        if (cautions[0] != '\0') {
            text_append_char(text, '\n');
            text_append_markdown(text, cautions);
            text_append_char(text, '\n');
        }
        free(json);
        free(words);
        free(cautions);
    }
}

static void append_finding(struct text *text, const struct finding *finding)
{
    char *conditions = finding_conditions(finding);
    text_append_string(text, "\n**");
    append_code(text, finding->resource);
    text_append_string(text, "** ");
    text_append_markdown(text, finding->detail);
    text_append_char(text, '\n');
    if (conditions[0] != '\0') {
        text_append_string(text, "\nIt holds if ");
        append_code(text, conditions);
        text_append_char(text, '\n');
    }
    for (size_t i = 0; i < finding->evidence_count; i++) {
        text_append_string(text, i == 0 ? "\n- " : "- ");
        append_place(text, &finding->evidence[i]);
        text_append_char(text, '\n');
    }
    if (finding_own_fix(finding)[0] != '\0') {
        text_append_char(text, '\n');
        text_append_markdown(text, finding->fix);
        text_append_char(text, '\n');
    }
    append_patches(text, finding);
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

/* Prints rows while they fit. Returns how many groups they show. */
static size_t append_table(struct text *page, const struct finding_report *report, const struct finding_groups *groups)
{
    size_t rows = 0, findings = 0;
    if (groups->count > 0)
        text_append_string(page, "\n| severity | finding | where | what |\n|---|---|---|---|\n");
    while (rows < groups->count && rows < MOST_ROWS && page->length < TABLE_BYTES) {
        findings += groups->list[rows].count;
        append_row(page, report, groups, &groups->list[rows++]);
    }
    if (findings < report->standing)
        text_format(page, "\nThese are the worst; %zu more are not shown.\n", report->standing - findings);
    return rows;
}

/* A rule's findings as one block, while blocks fit. */
static void append_details(struct text *page, const struct finding_report *report, const struct finding_group *shown,
                           size_t count)
{
    for (size_t i = 0, next; i < count; i = next) {
        const struct finding *finding = finding_report_at(report, shown[i].first), *other = finding;
        struct text block = {0};
        append_heading(&block, finding);
        for (next = i; other->rule == finding->rule && other->severity == finding->severity;) {
            append_finding(&block, other);
            if (++next == count)
                break;
            other = finding_report_at(report, shown[next].first);
        }
        text_append_string(&block, "\n</details>\n");
        if (page->length + block.length <= MOST_BYTES)
            text_append(page, block.data, block.length);
        else
            text_format(page, "\n*%s: the details are too long for a comment.*\n", finding->rule->id);
        text_free(&block);
    }
}

void finding_markdown_print(const struct finding_report *report, struct output *output)
{
    struct text page = {0};
    struct finding_groups groups;
    finding_groups_make(report, report->whole ? MERGE_NOTHING : MERGE_CAUSES, &groups);
    text_append_string(&page, "### rolechain: ");
    finding_totals(&page, report);
    text_append_char(&page, '\n');
    if (report->known > 0 || report->suppressed > 0)
        text_format(&page, "\n%zu more in the baseline, %zu suppressed by the ignore file.\n", report->known,
                    report->suppressed);
    if (report->cut > 0)
        text_format(&page, "\nShowing %zu of %zu findings; --top 0 shows all.\n", report->standing,
                    report->standing + report->cut);
    if (report->narrowed > 0)
        text_format(&page, "\n%zu more outside --account, --ou and --role.\n", report->narrowed);
    size_t rows = append_table(&page, report, &groups);
    finding_mermaid(&page, report, groups.list, rows);
    append_details(&page, report, groups.list, rows);
    for (size_t i = 0; i < rows; i++)
        finding_release(&report->findings->list[groups.list[i].first]);
    finding_groups_free(&groups);
    fputs(page.data, output->stream);
    text_free(&page);
}
