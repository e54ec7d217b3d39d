/*
 * Findings for people.
 */
#include "analyzer/report/findings/finding_groups.h"
#include "analyzer/report/findings/finding_words.h"
#include "analyzer/report/findings/patch_files.h"
#include "ingest/support/memory.h"

#include <stdlib.h>
#include <string.h>

#define NAMES_SHOWN 5    /* in a group */
#define ENTRIES_SHOWN 20 /* a few screens */
#define OVERVIEW_FROM 30 /* findings: more than a few screens */

enum { HEADING = 12, ENTRY = 2, BODY = 4, LABEL = 7 }; /* columns; LABEL: the width of "Fix", "At" and other labels */

/* "Fix    Require …": a label, and text that wraps beside it. */
static void print_labelled(struct output *output, int column, const char *label, const char *text, const char *tag)
{
    struct styled line = {0};
    styled_add(&line, STYLE_FAINT, "%-*s", LABEL, label);
    styled_add(&line, STYLE_PLAIN, "%s", text);
    styled_print(&line, output, column, column + LABEL, tag);
}

/* The fix of this finding beyond the one printed once for its kind. */
static void print_own_fix(struct output *output, const struct finding *finding)
{
    const char *own = finding_own_fix(finding);
    if (own[0] != '\0')
        print_labelled(output, BODY, "Fix", own, NULL);
}

static void print_conditions(struct output *output, const struct finding *finding)
{
    char *words = finding_conditions(finding);
    if (words[0] != '\0')
        print_labelled(output, BODY, "If", words, NULL);
    free(words);
}

static void print_evidence(struct output *output, const struct finding_evidence *evidence, bool first)
{
    struct text text = {0}, place = {0};
    if (evidence->file[0] != '\0')
        text_format(&place, "%s:%u", evidence->file, evidence->line);
    finding_place(&text, evidence);
    print_labelled(output, BODY, first ? "At" : "", text.data, place.length > 0 ? place.data : NULL);
    text_free(&text);
    text_free(&place);
}

static void print_patch(struct output *output, const struct finding *finding)
{
    const char *style;
    json_t *policy;
    json_object_foreach(finding->patch, style, policy)
    {
        char *words = finding_patch_words(finding, style), *cautions = finding_patch_cautions(finding, style);
        struct styled line = {0};
        styled_add(&line, STYLE_GOOD, "%s:", words);
        styled_print(&line, output, BODY, BODY, NULL);
        line_json(output, BODY, policy);
        if (cautions[0] != '\0')
            line_paragraph(output, BODY, cautions);
        const char *apply = json_string_value(json_object_get(json_object_get(finding->patch_notes, style), "apply"));
        if (apply != NULL) {
            styled_add(&line, STYLE_FAINT, "%s", apply);
            styled_print(&line, output, BODY, BODY, NULL);
        }
        free(words);
        free(cautions);
    }
}

/* The files of --patches-dir. */
static void print_patch_files(struct output *output, const struct finding *finding)
{
    const char *style, *label = "Patch";
    json_t *notes;
    json_object_foreach(finding->patch_notes, style, notes)
    {
        const char *file = json_string_value(json_object_get(notes, "file"));
        char *words = finding_patch_words(finding, style);
        if (file != NULL)
            print_labelled(output, BODY, label, words, file);
        label = "";
        free(words);
    }
}

/* What it is about, with its sub-code, and whether there is a proved patch for it. */
static void print_resource(const struct finding_report *report, struct output *output, const struct finding *finding,
                           bool offers)
{
    struct styled line = {0};
    struct text name = {0}, tag = {0};
    finding_resource_words(&name, report, finding);
    text_append_string(&tag, finding->code);
    if (offers && finding->patch != NULL)
        text_format(&tag, "%stested patch", tag.length > 0 ? ", " : "");
    styled_add(&line, STYLE_BOLD, "%s", name.data);
    styled_print(&line, output, ENTRY, BODY, tag.length > 0 ? tag.data : NULL);
    text_free(&name);
    text_free(&tag);
}

static bool is_of_same(const struct finding *a, const struct finding *b)
{
    return a != NULL && strcmp(a->resource, b->resource) == 0 && strcmp(a->code, b->code) == 0;
}

/* What determines its place in the order, unless the detail says it. */
static void print_reach(struct output *output, const struct finding *finding)
{
    if (finding->danger.leads_to > 1)
        line_print(output, STYLE_PLAIN, "    It leads to administrators of %u accounts.\n", finding->danger.leads_to);
}

static void print_places(const struct finding_report *report, struct output *output, size_t index, bool first)
{
    const struct finding *finding = finding_report_place(report, index);
    for (size_t i = 0; i < finding->evidence_count; i++)
        print_evidence(output, &finding->evidence[i], first && i == 0);
}

/* *alone: the finding above, if it was printed by itself; another one about the same resource follows without naming it
 * again. */
static void print_one(const struct finding_report *report, struct output *output, size_t index,
                      const struct finding **alone)
{
    struct finding *finding = finding_report_at(report, index);
    if (!is_of_same(*alone, finding)) {
        fputc('\n', output->stream);
        print_resource(report, output, finding, !report->patches);
    }
    line_paragraph(output, BODY, finding->detail);
    print_reach(output, finding);
    print_conditions(output, finding);
    print_own_fix(output, finding);
    print_places(report, output, index, true);
    print_patch_files(output, finding);
    if (report->patches && finding->patch != NULL)
        print_patch(output, finding);
    *alone = finding;
}

/* "189 roles in 150 accounts, all for account 111122223333:" */
static void print_size(const struct finding_report *report, struct output *output, const struct finding_groups *groups,
                       const struct finding_group *group)
{
    struct styled line = {0};
    struct text text = {0};
    struct text subject = {0};
    finding_group_size(&text, report, groups, group);
    if (group->kind == GROUP_CAUSE)
        finding_group_subject(&subject, report, group);
    if (group->kind == GROUP_REST)
        text_append_string(&text, " with other causes");
    else if (subject.length > 0)
        text_format(&text, ", %s", subject.data);
    text_free(&subject);
    fputc('\n', output->stream);
    styled_add(&line, STYLE_BOLD, "%s", text.data);
    styled_print(&line, output, ENTRY, BODY, NULL);
    text_free(&text);
}

/* Several findings of one cause, or of one kind: names the first ones, and prints the text of the worst. */
static void print_group(const struct finding_report *report, struct output *output, const struct finding_groups *groups,
                        const struct finding_group *group)
{
    const struct finding *first = &report->findings->list[group->first];
    size_t shown = 0;
    print_size(report, output, groups, group);
    for (size_t i = group->first; i != FINDING_GROUP_END && shown < NAMES_SHOWN; i = groups->next[i], shown++) {
        struct text name = {0};
        finding_resource_words(&name, report, &report->findings->list[i]);
        line_paragraph(output, BODY, name.data);
        text_free(&name);
    }
    if (group->count > shown) {
        struct text listing = {0};
        finding_group_listing(&listing, report, group);
        line_print(output, STYLE_FAINT, "    and %zu more: %s\n", group->count - shown, listing.data);
        text_free(&listing);
    }
    if (group->kind == GROUP_REST)
        return;
    line_item(output, BODY, "For example: ", finding_group_detail(report, groups, group));
    print_reach(output, first);
    print_conditions(output, first);
    if (group->kind == GROUP_ALIKE)
        print_own_fix(output, first);
    shown = group->kind == GROUP_ALIKE ? shown : 1;
    for (size_t i = group->first, left = shown; left > 0; i = groups->next[i], left--)
        print_places(report, output, i, left == shown);
    print_patch_files(output, first);
    if (report->files != NULL && first->patch != NULL)
        print_labelled(output, BODY, "", "The patches of the others are listed in", patch_files_index(report->files));
}

static void add_severity(struct styled *line, const struct output *output, enum severity severity)
{
    static const enum styled_sign signs[] = {
        [SEVERITY_INFO] = SIGN_INFO, [SEVERITY_LOW] = SIGN_LOW,           [SEVERITY_MEDIUM] = SIGN_MEDIUM,
        [SEVERITY_HIGH] = SIGN_HIGH, [SEVERITY_CRITICAL] = SIGN_CRITICAL,
    };
    styled_add(line, severity_style(severity), "%s%s", styled_sign(output, signs[severity]), severity_word(severity));
}

/* Why it matters and how to fix it, printed once, above the worst finding; later headings of the same kind refer to it.
 */
static void print_heading(struct output *output, const struct finding *finding, bool explain)
{
    struct styled line = {0};
    size_t columns;
    fputc('\n', output->stream);
    add_severity(&line, output, finding->severity);
    columns = styled_columns(line.text.data, line.text.length);
    styled_add(&line, STYLE_PLAIN, "%*s", columns + 2 < HEADING ? (int)(HEADING - columns) : 2, "");
    styled_add(&line, STYLE_BOLD, "%s", finding->rule->title);
    styled_print(&line, output, 0, HEADING, finding->rule->id);
    if (!explain) {
        line_paragraph(output, ENTRY, "Less severe cases of the finding above; why and fix are the same.");
        return;
    }
    line_paragraph(output, ENTRY, finding->rule->why);
    print_labelled(output, ENTRY, "Fix", finding->rule->fix, NULL);
}

/* How many there are of each kind, in the order above. */
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
        struct styled line = {0};
        if (*count == 0)
            continue;
        add_severity(&line, output, list[i].severity);
        size_t columns = styled_columns(line.text.data, line.text.length);
        styled_add(&line, STYLE_PLAIN, "%*s%7zu  %s", columns < 10 ? (int)(10 - columns) : 0, "", *count,
                   list[i].rule->id);
        styled_print(&line, output, 0, 20, NULL);
        *count = 0;
    }
    free(counts);
}

/* ": 2 critical, 9 high"; nothing if there are none. */
static void add_counts(struct styled *line, const size_t counts[SEVERITY_CRITICAL + 1], bool coloured)
{
    const char *separator = ": ";
    for (int severity = SEVERITY_CRITICAL; severity >= SEVERITY_INFO; severity--)
        if (counts[severity] > 0) {
            styled_add(line, STYLE_PLAIN, "%s", separator);
            styled_add(line, coloured ? severity_style((enum severity)severity) : STYLE_PLAIN, "%zu %s",
                       counts[severity], severity_word((enum severity)severity));
            separator = ", ";
        }
}

/* "27 findings in 5 accounts: 2 critical, 9 high". */
static void print_totals(const struct finding_report *report, struct output *output)
{
    size_t counts[SEVERITY_CRITICAL + 1], accounts = finding_accounts_count(report, 0, NULL);
    struct styled line = {0};
    finding_report_count(report, counts);
    styled_add(&line, STYLE_BOLD, "%zu finding%s", report->standing, text_plural(report->standing));
    if (accounts > 1)
        styled_add(&line, STYLE_BOLD, " in %zu accounts", accounts);
    add_counts(&line, counts, true);
    styled_print(&line, output, 0, 2, NULL);
}

/* What a reader must know first: how many findings there are, and what is not shown. */
static void print_summary(const struct finding_report *report, struct output *output,
                          const struct finding_groups *groups)
{
    print_totals(report, output);
    if (groups != NULL && groups->count < report->standing)
        line_print(output, STYLE_FAINT, "Findings with one cause are one entry: %zu entr%s\n", groups->count,
                   groups->count == 1 ? "y" : "ies");
    if (report->cut > 0)
        line_print(output, STYLE_PLAIN, "The first %zu of %zu findings; --top 0 shows all\n", report->standing,
                   report->standing + report->cut);
    if (report->narrowed > 0)
        line_print(output, STYLE_PLAIN, "%zu more outside --account, --ou and --role\n", report->narrowed);
    if (report->known > 0)
        line_print(output, STYLE_PLAIN, "%zu more in the baseline\n", report->known);
    if (report->suppressed > 0)
        line_print(output, STYLE_PLAIN, "%zu more accepted by the ignore file\n", report->suppressed);
}

/* The entries that were not printed. */
static void print_left_out(const struct finding_report *report, struct output *output,
                           const struct finding_groups *groups, size_t shown)
{
    size_t counts[SEVERITY_CRITICAL + 1] = {0};
    struct styled line = {0};
    if (shown >= groups->count)
        return;
    for (size_t i = shown; i < groups->count; i++)
        counts[report->findings->list[groups->list[i].first].severity]++;
    fputc('\n', output->stream);
    styled_add(&line, STYLE_BOLD, "%zu more entr%s", groups->count - shown, groups->count - shown == 1 ? "y" : "ies");
    add_counts(&line, counts, false);
    styled_add(&line, STYLE_PLAIN,
               ". Narrow with --min-severity, --only ID, --account or --role; --top 0 shows each "
               "finding.");
    styled_print(&line, output, 0, 2, NULL);
}

/* Returns whether there is a patch for one of them. */
static bool print_groups(const struct finding_report *report, struct output *output,
                         const struct finding_groups *groups, size_t shown)
{
    size_t rules;
    const struct finding_rule *first_rule = finding_rules(&rules);
    const struct finding *before = NULL, *alone = NULL;
    bool *explained = memory_zeroed(rules, sizeof *explained), patched = false;
    for (size_t i = 0; i < shown; i++) {
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

/* If patches or individual findings are requested, everything is shown. */
static size_t entries_shown(const struct finding_report *report, const struct finding_groups *groups)
{
    bool all = report->patches || report->whole || groups->count < ENTRIES_SHOWN + ENTRIES_SHOWN / 2;
    return all ? groups->count : ENTRIES_SHOWN;
}

void finding_text_print(const struct finding_report *report, struct output *output)
{
    struct finding_groups groups = {0};
    bool patched = report->table;
    if (!report->table) /* a patch belongs to one role */
        finding_groups_make(report, report->patches || report->whole ? MERGE_NOTHING : MERGE_CAUSES, &groups);
    print_summary(report, output, report->table || report->patches ? NULL : &groups);
    if (report->table) {
        fputc('\n', output->stream);
        finding_table_print(report, output);
    } else {
        size_t shown = entries_shown(report, &groups);
        patched = print_groups(report, output, &groups, shown);
        print_left_out(report, output, &groups, shown);
    }
    if (report->standing > OVERVIEW_FROM) {
        print_overview(report, output);
        fputc('\n', output->stream);
        print_summary(report, output, NULL);
    }
    if (patched && report->standing > 0 && !report->patches && report->files == NULL) {
        if (report->standing <= OVERVIEW_FROM)
            fputc('\n', output->stream);
        line_print(output, STYLE_FAINT, "--patches prints tested policies, ready to paste\n");
    }
    finding_groups_free(&groups);
}
