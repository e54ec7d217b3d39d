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

static void print_resource(struct output *output, int indent, const struct finding *finding)
{
    line_print(output, STYLE_BOLD, "%*s%s%s%s%s\n", indent, "", finding->resource,
               finding->code[0] != '\0' ? "  [" : "", finding->code, finding->code[0] != '\0' ? "]" : "");
}

static bool is_of_same(const struct finding *a, const struct finding *b)
{
    return a != NULL && strcmp(a->resource, b->resource) == 0 && strcmp(a->code, b->code) == 0;
}

/* What makes it stand where it stands, where the detail does not say it. */
static void print_reach(struct output *output, const struct finding *finding)
{
    if (finding->danger.leads_to > 1)
        line_print(output, STYLE_PLAIN, "      Leads to administrators of %u accounts.\n", finding->danger.leads_to);
}

static void print_places(const struct finding_report *report, struct output *output, size_t index)
{
    const struct finding *finding = finding_report_place(report, index);
    for (size_t i = 0; i < finding->evidence_count; i++)
        print_evidence(output, &finding->evidence[i]);
}

/* *alone: the finding above, if it stands alone; what is said of the same resource is printed below it. */
static void print_one(const struct finding_report *report, struct output *output, size_t index,
                      const struct finding **alone)
{
    struct finding *finding = finding_report_at(report, index);
    if (!is_of_same(*alone, finding)) {
        fputc('\n', output->stream);
        print_resource(output, 4, finding);
    }
    line_paragraph(output, 6, finding->detail);
    print_reach(output, finding);
    print_conditions(output, finding);
    print_places(report, output, index);
    if (strcmp(finding->fix, finding->rule->fix) != 0)
        line_paragraph(output, 6, finding->fix);
    if (report->patches && finding->patch != NULL)
        print_patch(output, finding);
    *alone = finding;
}

/* "189 roles in 150 accounts, all for account 111122223333:" */
static void print_size(const struct finding_report *report, struct output *output, const struct finding_groups *groups,
                       const struct finding_group *group)
{
    struct text text = {0};
    struct text subject = {0};
    finding_group_size(&text, report, groups, group);
    if (group->kind == GROUP_CAUSE)
        finding_group_subject(&subject, report, group);
    if (group->kind == GROUP_REST)
        text_append_string(&text, ", of other causes");
    else if (subject.length > 0)
        text_format(&text, ", %s", subject.data);
    text_free(&subject);
    text_append_char(&text, ':');
    fputc('\n', output->stream);
    line_item(output, 4, "", text.data);
    text_free(&text);
}

/* Several findings of one cause, or of one kind: the first by name, and what is said of the worst. */
static void print_group(const struct finding_report *report, struct output *output, const struct finding_groups *groups,
                        const struct finding_group *group)
{
    const struct finding *first = &report->findings->list[group->first];
    size_t shown = 0;
    print_size(report, output, groups, group);
    for (size_t i = group->first; i != FINDING_GROUP_END && shown < NAMES_SHOWN; i = groups->next[i], shown++)
        print_resource(output, 6, &report->findings->list[i]);
    if (group->count > shown) {
        struct text listing = {0};
        finding_group_listing(&listing, report, group);
        line_print(output, STYLE_PLAIN, "      and %zu more; %s lists each\n", group->count - shown, listing.data);
        text_free(&listing);
    }
    if (group->kind == GROUP_REST)
        return;
    line_item(output, 6, "For example: ", finding_group_detail(report, groups, group));
    print_reach(output, first);
    print_conditions(output, first);
    shown = group->kind == GROUP_ALIKE ? shown : 1;
    for (size_t i = group->first; shown > 0; i = groups->next[i], shown--)
        print_places(report, output, i);
    if (group->kind == GROUP_ALIKE && strcmp(first->fix, first->rule->fix) != 0)
        line_paragraph(output, 6, first->fix);
}

/* Why and how to mend it are said once, above the worst. */
static void print_heading(struct output *output, const struct finding *finding, bool explain)
{
    fputc('\n', output->stream);
    line_print(output, severity_style(finding->severity), "%s", severity_word(finding->severity));
    line_print(output, STYLE_BOLD, "  %s", finding->rule->title);
    line_print(output, STYLE_FAINT, "  [%s]\n", finding->rule->id);
    if (!explain)
        return;
    line_paragraph(output, 2, finding->rule->why);
    line_item(output, 2, "Fix: ", finding->rule->fix);
}

/* How many of each kind, in the order in which they stand above. */
static void print_overview(const struct finding_report *report, struct output *output)
{
    size_t rule_count, *counts;
    const struct finding_rule *rules = finding_rules(&rule_count);
    const struct finding *list = report->findings->list;
    counts = memory_zeroed(rule_count * (SEVERITY_CRITICAL + 1), sizeof *counts);
    for (size_t i = 0; i < report->standing; i++)
        counts[(size_t)(list[i].rule - rules) * (SEVERITY_CRITICAL + 1) + list[i].severity]++;
    fputc('\n', output->stream);
    for (size_t i = 0; i < report->standing; i++) {
        size_t *count = &counts[(size_t)(list[i].rule - rules) * (SEVERITY_CRITICAL + 1) + list[i].severity];
        if (*count == 0)
            continue;
        line_print(output, severity_style(list[i].severity), "%-8s", severity_word(list[i].severity));
        line_print(output, STYLE_PLAIN, "  %7zu  %s\n", *count, list[i].rule->id);
        *count = 0;
    }
    free(counts);
}

/* What a reader must know first: how much there is, and what is not shown. */
static void print_summary(const struct finding_report *report, struct output *output,
                          const struct finding_groups *groups)
{
    struct text text = {0};
    finding_totals(&text, report);
    line_print(output, STYLE_BOLD, "%s.\n", text.data);
    text_free(&text);
    if (groups != NULL && groups->count < report->standing) {
        finding_group_totals(&text, report, groups);
        line_print(output, STYLE_PLAIN, "Shown as %s.\n", text.data);
    }
    text_free(&text);
    if (report->cut > 0)
        line_print(output, STYLE_PLAIN, "Showing %zu of %zu findings; --top 0 shows all.\n", report->standing,
                   report->standing + report->cut);
    if (report->narrowed > 0)
        line_print(output, STYLE_PLAIN, "%zu more %s outside of --account, --ou and --role.\n", report->narrowed,
                   report->narrowed == 1 ? "is" : "are");
    if (report->known > 0)
        line_print(output, STYLE_PLAIN, "%zu more %s in the baseline.\n", report->known,
                   report->known == 1 ? "is" : "are");
    if (report->suppressed > 0)
        line_print(output, STYLE_PLAIN, "%zu more %s suppressed by the ignore file.\n", report->suppressed,
                   report->suppressed == 1 ? "is" : "are");
}

/* Returns whether there is a patch for one of them. */
static bool print_groups(const struct finding_report *report, struct output *output,
                         const struct finding_groups *groups)
{
    size_t rules;
    const struct finding_rule *first_rule = finding_rules(&rules);
    const struct finding *before = NULL, *alone = NULL;
    bool *explained = memory_zeroed(rules, sizeof *explained), patched = false;
    for (size_t i = 0; i < groups->count; i++) {
        const struct finding_group *group = &groups->list[i];
        struct finding *finding = &report->findings->list[group->first];
        bool *said = &explained[finding->rule - first_rule];
        if (before == NULL || before->rule != finding->rule || before->severity != finding->severity) {
            print_heading(output, finding, !*said);
            alone = NULL;
        }
        *said = true;
        if (group->count == 1) {
            print_one(report, output, group->first, &alone);
        } else {
            print_group(report, output, groups, group);
            alone = NULL;
        }
        patched = patched || finding->patch != NULL;
        for (size_t j = group->first; j != FINDING_GROUP_END; j = groups->next[j])
            finding_release(&report->findings->list[j]);
        before = finding;
    }
    free(explained);
    return patched;
}

void finding_text_print(const struct finding_report *report, struct output *output)
{
    struct finding_groups groups = {0};
    bool patched = report->table;
    if (!report->table) /* a patch is of one role */
        finding_groups_make(report, report->patches || report->whole ? MERGE_NOTHING : MERGE_CAUSES, &groups);
    print_summary(report, output, report->table || report->patches ? NULL : &groups);
    if (report->table) {
        fputc('\n', output->stream);
        finding_table_print(report, output);
    } else {
        patched = print_groups(report, output, &groups);
    }
    if (report->standing > OVERVIEW_FROM) {
        print_overview(report, output);
        fputc('\n', output->stream);
        print_summary(report, output, NULL);
    }
    if (patched && report->standing > 0 && !report->patches) {
        if (report->standing <= OVERVIEW_FROM)
            fputc('\n', output->stream);
        line_print(output, STYLE_PLAIN, "--patches prints narrowed policies, ready to paste.\n");
    }
    finding_groups_free(&groups);
}
