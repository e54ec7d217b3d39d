/*
 * Findings for people.
 */
#include "analyzer/report/findings/finding_groups.h"
#include "analyzer/report/findings/finding_words.h"
#include "ingest/support/memory.h"

#include <stdlib.h>
#include <string.h>

#define NAMES_SHOWN 5    /* of a group */
#define OVERVIEW_FROM 30 /* findings: more than a few screens */

static void print_conditions(struct output *output, const struct finding *finding)
{
    char *words = finding_conditions(finding);
    if (words[0] != '\0')
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
    line_print(output, STYLE_FAINT, "%s\n", text.data);
    text_free(&text);
}

static void print_patch(struct output *output, const struct finding *finding)
{
    const char *style;
    json_t *policy;
    json_object_foreach(finding->patch, style, policy)
    {
        char *words = finding_patch_words(finding, style), *cautions = finding_patch_cautions(finding, style);
        line_print(output, STYLE_GOOD, "      %s:\n", words);
        line_json(output, 6, policy);
        if (cautions[0] != '\0')
            line_paragraph(output, 6, cautions);
        const char *apply = json_string_value(json_object_get(json_object_get(finding->patch_notes, style), "apply"));
        if (apply != NULL)
            line_print(output, STYLE_FAINT, "      %s\n", apply);
        free(words);
        free(cautions);
    }
}

static void print_resource(struct output *output, const struct finding *finding)
{
    line_print(output, STYLE_BOLD, "    %s%s%s%s\n", finding->resource, finding->code[0] != '\0' ? "  [" : "",
               finding->code, finding->code[0] != '\0' ? "]" : "");
}

static bool is_of_same(const struct finding *a, const struct finding *b)
{
    return a != NULL && strcmp(a->resource, b->resource) == 0 && strcmp(a->code, b->code) == 0;
}

/* The findings of a group, or one alone: what they share once, and the places of as many as are named. *alone: the one
 * above, if it stands alone; what is said of the same resource is printed below it. */
static void print_group(const struct finding_report *report, struct output *output, const struct finding_groups *groups,
                        size_t first, size_t count, const char *detail, const struct finding **alone)
{
    struct finding *finding = finding_report_at(report, first);
    size_t shown = 0;
    bool again = count == 1 && is_of_same(*alone, finding);
    fputs(again ? "" : "\n", output->stream);
    for (size_t i = first; shown < count && shown < NAMES_SHOWN; i = groups->next[i], shown++)
        if (!again)
            print_resource(output, &report->findings->list[i]);
    if (count > shown)
        line_print(output, STYLE_PLAIN, "    and %zu more that are alike\n", count - shown);
    line_paragraph(output, 6, count == 1 ? finding->detail : detail); /* elaboration adds to it */
    print_conditions(output, finding);
    for (size_t i = first; shown > 0; i = groups->next[i], shown--) {
        const struct finding *one = i == first ? finding : finding_report_place(report, i);
        for (size_t j = 0; j < one->evidence_count; j++)
            print_evidence(output, &one->evidence[j]);
    }
    if (strcmp(finding->fix, finding->rule->fix) != 0)
        line_paragraph(output, 6, finding->fix);
    if (report->patches && finding->patch != NULL)
        print_patch(output, finding);
    *alone = count == 1 ? finding : NULL;
}

/* Why and how to mend it are said once, above the worst. */
static void print_heading(struct output *output, const struct finding *finding, bool first, bool explain)
{
    if (!first)
        fputc('\n', output->stream);
    line_print(output, severity_style(finding->severity), "%s", severity_word(finding->severity));
    line_print(output, STYLE_BOLD, "  %s", finding->rule->title);
    line_print(output, STYLE_FAINT, "  [%s]\n", finding->rule->id);
    if (!explain)
        return;
    line_paragraph(output, 2, finding->rule->why);
    line_item(output, 2, "Fix: ", finding->rule->fix);
}

/* Where there is much to read: how many of each kind, in the order in which they stand above. */
static void print_overview(const struct finding_report *report, struct output *output)
{
    const struct finding *list = report->findings->list;
    fputc('\n', output->stream);
    for (size_t i = 0, next; i < report->standing; i = next) {
        for (next = i + 1;
             next < report->standing && list[next].rule == list[i].rule && list[next].severity == list[i].severity;)
            next++;
        line_print(output, severity_style(list[i].severity), "%-8s", severity_word(list[i].severity));
        line_print(output, STYLE_PLAIN, "  %7zu  %s\n", next - i, list[i].rule->id);
    }
}

static void print_totals(const struct finding_report *report, struct output *output, bool patched)
{
    struct text text = {0};
    finding_totals(&text, report);
    if (report->standing > OVERVIEW_FROM)
        print_overview(report, output);
    if (report->standing > 0)
        fputc('\n', output->stream);
    line_print(output, STYLE_BOLD, "%s.\n", text.data);
    text_free(&text);
    if (report->known > 0)
        line_print(output, STYLE_PLAIN, "%zu more %s in the baseline.\n", report->known,
                   report->known == 1 ? "is" : "are");
    if (report->suppressed > 0)
        line_print(output, STYLE_PLAIN, "%zu more %s suppressed by the ignore file.\n", report->suppressed,
                   report->suppressed == 1 ? "is" : "are");
    if (patched && !report->patches)
        line_print(output, STYLE_PLAIN, "--patches prints narrowed policies, ready to paste.\n");
}

static void print_all(const struct finding_report *report, struct output *output, bool *patched)
{
    struct finding_groups groups;
    size_t rules;
    const struct finding_rule *first_rule = finding_rules(&rules);
    const struct finding *before = NULL, *alone = NULL;
    bool *explained = memory_zeroed(rules, sizeof *explained);
    finding_groups_make(report, &groups);
    for (size_t i = 0; i < groups.count; i++) {
        struct finding *finding = &report->findings->list[groups.list[i].first];
        bool *said = &explained[finding->rule - first_rule];
        if (before == NULL || before->rule != finding->rule || before->severity != finding->severity) {
            print_heading(output, finding, before == NULL, !*said);
            alone = NULL;
        }
        *said = true;
        /* A patch is of one role. */
        if (report->patches)
            for (size_t j = groups.list[i].first; j != FINDING_GROUP_END; j = groups.next[j])
                print_group(report, output, &groups, j, 1, report->findings->list[j].detail, &alone);
        else
            print_group(report, output, &groups, groups.list[i].first, groups.list[i].count,
                        finding_group_detail(report, &groups, &groups.list[i]), &alone);
        *patched = *patched || finding->patch != NULL;
        for (size_t j = groups.list[i].first; report->patches && j != FINDING_GROUP_END; j = groups.next[j])
            finding_release(&report->findings->list[j]);
        finding_release(finding);
        before = finding;
    }
    free(explained);
    finding_groups_free(&groups);
}

void finding_text_print(const struct finding_report *report, struct output *output)
{
    bool patched = report->table;
    if (report->table)
        finding_table_print(report, output);
    else
        print_all(report, output, &patched);
    print_totals(report, output, patched && report->standing > 0);
}
