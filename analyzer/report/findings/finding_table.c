/*
 * Trusts in whole accounts, one row each: the same facts about all of them at a glance.
 */
#include "analyzer/report/findings/finding_groups.h"
#include "analyzer/report/findings/finding_words.h"
#include "ingest/policy/arn.h"
#include "ingest/support/memory.h"

#include <stdlib.h>
#include <string.h>

#define COLUMNS 9
#define NAMES_SHOWN 3

static const struct {
    const char *title;
    bool number; /* right-aligned */
} columns[COLUMNS] = {
    {"severity", false},  {"role", false},      {"trusts", false},  {"principals", true},         {"admitted", true},
    {"can assume", true}, {"could gain", true}, {"patches", false}, {"who can assume it", false},
};

struct row {
    char *cells[COLUMNS];
    enum severity severity;
};

static void take(struct row *row, size_t column, struct text *text)
{
    row->cells[column] = text_release(text);
}

static void put_number(struct row *row, size_t column, const json_t *value, const char *otherwise)
{
    struct text text = {0};
    if (json_is_integer(value))
        text_format(&text, "%lld", (long long)json_integer_value(value));
    else
        text_append_string(&text, otherwise);
    take(row, column, &text);
}

/* "ACCOUNT/name", and how many others say the same. */
static void put_role(struct row *row, const struct finding *finding, size_t count)
{
    struct text text = {0};
    const char *slash = strrchr(finding->resource, '/');
    text_format(&text, "%s%s", finding->account, slash != NULL ? slash : "");
    if (count > 1)
        text_format(&text, " and %zu more", count - 1);
    take(row, 1, &text);
}

static void put_styles(struct row *row, const struct finding *finding)
{
    struct text text = {0};
    const char *style;
    json_t *policy;
    json_object_foreach(finding->patch, style, policy) text_format(&text, "%s%s", text.length > 0 ? ", " : "", style);
    if (text.length == 0)
        text_append_string(&text, "no");
    take(row, 7, &text);
}

/* The first name of facts.names, which are grouped by conditions. */
static void put_names(struct row *row, const json_t *facts)
{
    struct text text = {0};
    size_t i, j, shown = 0, all = 0;
    json_t *group, *name;
    json_array_foreach(json_object_get(facts, "names"), i, group)
    {
        const json_t *principals = json_object_get(group, "principals");
        all += (size_t)json_integer_value(json_object_get(principals, "count"));
        json_array_foreach(json_object_get(principals, "first"), j, name)
        {
            struct arn arn;
            if (arn_parse(json_string_value(name), json_string_length(name), &arn) && shown++ < NAMES_SHOWN)
                text_format(&text, "%s%s %.*s", shown > 1 ? ", " : "", arn.kind == ARN_USER ? "user" : "role",
                            (int)arn.name.length, arn.name.at);
        }
    }
    if (all > NAMES_SHOWN)
        text_format(&text, " and %zu more", all - NAMES_SHOWN);
    if (shown == 0)
        text_append_string(&text, "unknown: the account was not exported");
    take(row, 8, &text);
}

static void fill(struct row *row, const struct finding_report *report, const struct finding_group *group)
{
    struct finding *finding = finding_report_at(report, group->first);
    const json_t *facts = finding->facts, *joiners = json_object_get(facts, "could_join");
    struct text text = {0};
    row->severity = finding->severity;
    text_append_string(&text, severity_word(finding->severity));
    take(row, 0, &text);
    put_role(row, finding, group->count);
    text_append_string(&text, finding->subject);
    take(row, 2, &text);
    put_number(row, 3, json_object_get(facts, "principals"), "?");
    put_number(row, 4, json_object_get(facts, "admitted"), "?");
    put_number(row, 5, json_object_get(facts, "able"), "?");
    json_t *count = joiners != NULL ? json_integer((json_int_t)json_array_size(joiners)) : NULL;
    put_number(row, 6, count, "?");
    json_decref(count);
    put_styles(row, finding);
    put_names(row, facts);
    finding_release(finding);
}

static void print_row(struct output *output, char *const *cells, const size_t *widths, enum line_style style)
{
    for (size_t i = 0; i < COLUMNS; i++) {
        int width = i + 1 < COLUMNS ? (int)widths[i] : 0;
        line_print(output, i == 0 ? style : STYLE_PLAIN, columns[i].number ? "%s%*s" : "%s%-*s", i > 0 ? "  " : "",
                   width, cells[i]);
    }
    fputc('\n', output->stream);
}

/* A row wider than the terminal, as three lines. */
static void print_stacked(struct output *output, const struct row *row)
{
    char *const *cell = row->cells;
    struct styled line = {0};
    styled_add(&line, severity_style(row->severity), "%-9s", cell[0]);
    styled_add(&line, STYLE_BOLD, "%s", cell[1]);
    styled_add(&line, STYLE_PLAIN, " trusts %s", cell[2]);
    styled_print(&line, output, 0, 9, NULL);
    styled_add(&line, STYLE_PLAIN, "principals %s, admitted %s, can assume %s, could gain %s; patches: %s", cell[3],
               cell[4], cell[5], cell[6], cell[7]);
    styled_print(&line, output, 9, 9, NULL);
    styled_add(&line, STYLE_FAINT, "can assume it: %s", cell[8]);
    styled_print(&line, output, 9, 11, NULL);
}

static void print_rows(struct output *output, struct row *rows, size_t count)
{
    char titles[COLUMNS][24], *head[COLUMNS];
    size_t widths[COLUMNS];
    for (size_t i = 0; i < COLUMNS; i++) {
        head[i] = strcpy(titles[i], columns[i].title);
        widths[i] = strlen(head[i]);
        for (size_t j = 0; j < count; j++)
            widths[i] = strlen(rows[j].cells[i]) > widths[i] ? strlen(rows[j].cells[i]) : widths[i];
    }
    size_t whole = 2 * (COLUMNS - 1);
    for (size_t i = 0; i < COLUMNS; i++)
        whole += widths[i];
    if (output->width > 0 && whole > (size_t)output->width) {
        for (size_t i = 0; i < count; i++)
            print_stacked(output, &rows[i]);
        return;
    }
    print_row(output, head, widths, STYLE_PLAIN);
    for (size_t i = 0; i < count; i++)
        print_row(output, rows[i].cells, widths, severity_style(rows[i].severity));
}

void finding_table_print(const struct finding_report *report, struct output *output)
{
    struct finding_groups groups;
    finding_groups_make(report, report->whole ? MERGE_NOTHING : MERGE_ALIKE, &groups);
    struct row *rows = memory_zeroed(groups.count, sizeof *rows);
    for (size_t i = 0; i < groups.count; i++)
        fill(&rows[i], report, &groups.list[i]);
    if (groups.count > 0) {
        print_rows(output, rows, groups.count);
        fputc('\n', output->stream);
        line_paragraph(output, 0,
                       "principals: users and roles in the trusted account. admitted: those that the trust policy "
                       "admits. can assume: admitted, and have the permission. could gain: can give themselves the "
                       "permission. patches: tested policies that admit only those that can assume it.");
    }
    for (size_t i = 0; i < groups.count; i++)
        for (size_t j = 0; j < COLUMNS; j++)
            free(rows[i].cells[j]);
    free(rows);
    finding_groups_free(&groups);
}
