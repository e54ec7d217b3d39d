/*
 * Changes as Markdown for a pull request. A comment on GitHub can have 65,536 characters, so the most serious changes
 * are printed and the rest counted.
 */
#include "analyzer/analysis/wording.h"
#include "analyzer/report/change/change_report.h"
#include "analyzer/report/change/change_words.h"
#include "analyzer/report/escape.h"

#include <stdlib.h>
#include <string.h>

#define MOST_BYTES 50000u
#define MOST_ROWS 50u

static void append_code(struct text *page, const char *words)
{
    text_append_string(page, "<code>");
    text_append_markdown(page, words);
    text_append_string(page, "</code>");
}

static void append_chain(const struct change *change, struct text *page, enum change_direction direction,
                         const struct change_pair *pair)
{
    int more = change_more(direction);
    struct hop *hops = change_chain(change, direction, pair, pair->party);
    const struct caller *nodes = change->comparison.counterparts.edges[more]->nodes;
    for (uint32_t i = 0; i <= pair->hop_count[more]; i++) {
        text_append_string(page, i > 0 ? " → " : "");
        append_code(page, nodes[i < pair->hop_count[more] ? hops[i].from : hops[i - 1].to].text);
    }
    free(hops);
}

static void append_pair(struct change *change, struct text *page, enum change_direction direction,
                        const struct change_pair *pair)
{
    int more = change_more(direction);
    struct text before = {0};
    char *words = wording_conditions(&change->states[more], pair->residual[more]);
    append_chain(change, page, direction, pair);
    if (words[0] != '\0') {
        text_append_string(page, " if ");
        append_code(page, words);
    }
    if (pair->residual[!more] != CONSTRAINT_FALSE) {
        text_append_string(page, " (");
        change_append_before(change, direction, pair, &before);
        text_append_markdown(page, before.data);
        text_append_string(page, ")");
    }
    text_free(&before);
    free(words);
}

static void append_entry(struct change *change, struct text *page, enum change_direction direction,
                         const struct change_entry *entry)
{
    struct text causes = {0}, place = {0}, counts = {0};
    change_append_causes(change, &entry->causes, &causes);
    change_append_place(&entry->causes, &place);
    change_append_counts(entry->count, entry->administrators, entry->outsiders, &counts);
    text_append_string(page, "| ");
    text_append_markdown(page, causes.data);
    if (place.length > 0) {
        text_append_string(page, "<br>");
        append_code(page, place.data);
    }
    text_format(page, " | %s | ", counts.data);
    append_pair(change, page, direction, &entry->pairs[0]);
    text_append_string(page, " |\n");
    text_free(&causes);
    text_free(&place);
    text_free(&counts);
}

static void append_access(struct change *change, struct text *page, enum change_direction direction)
{
    struct change_totals totals = change_total(change, direction);
    size_t rows = 0, count = change->entry_count[direction];
    if (count == 0) {
        text_append_string(page, "\n**");
        change_append_none(change, direction, page);
        text_append_string(page, ".**\n");
        return;
    }
    text_format(page, "\n**Access %s: ", change_direction_word(direction));
    change_append_counts(totals.count, totals.administrators, totals.outsiders, page);
    text_append_string(page, "**\n\n| cause | access | for example |\n|---|---|---|\n");
    while (rows < count && rows < MOST_ROWS && page->length < MOST_BYTES / 2 * (size_t)(1 + direction))
        append_entry(change, page, direction, &change->entries[direction][rows++]);
    if (rows < count)
        text_format(page, "\n%zu more causes are not shown.\n", count - rows);
}

static void append_list(const struct change *change, struct text *page)
{
    size_t rows = 0;
    if (change->thing_count == 0)
        return;
    text_format(page, "\n<details><summary>%zu change%s in the exports</summary>\n\n", change->thing_count,
                text_plural(change->thing_count));
    for (; rows < change->thing_count && rows < MOST_ROWS; rows++) {
        struct text words = {0};
        change_append_thing(change, &change->things[rows], &words);
        text_append_string(page, "- ");
        text_append_markdown(page, words.data);
        text_append_char(page, '\n');
        text_free(&words);
    }
    if (rows < change->thing_count)
        text_format(page, "\n%zu more are not shown.\n", change->thing_count - rows);
    text_append_string(page, "\n</details>\n");
}

static void append_findings(const struct change *change, struct text *page, int state)
{
    const uint32_t *places = state == STATE_NEW ? change->opened : change->closed;
    size_t rows = 0, count = state == STATE_NEW ? change->opened_count : change->closed_count;
    text_format(page, "\n**%zu finding%s %s**\n", count, text_plural(count), state == STATE_NEW ? "opened" : "closed");
    if (count > 0)
        text_append_string(page, "\n| severity | finding | where | what |\n|---|---|---|---|\n");
    for (; rows < count && rows < MOST_ROWS && page->length < MOST_BYTES; rows++) {
        const struct finding *finding = &change->findings[state].list[places[rows]];
        text_format(page, "| %s | %s | ", severity_word(finding->severity), finding->rule->id);
        append_code(page, finding->resource);
        text_append_string(page, " | ");
        text_append_markdown(page, finding->detail[0] != '\0' ? finding->detail : finding->rule->title);
        struct text instead = {0};
        if (state == STATE_OLD)
            change_append_instead(change, finding, &instead);
        if (instead.length > 0)
            text_format(page, " %s", instead.data);
        text_free(&instead);
        text_append_string(page, " |\n");
    }
    if (rows < count)
        text_format(page, "\n%zu more are not shown.\n", count - rows);
}

static void append_incomparable(const struct change *change, struct text *page)
{
    size_t rows = 0;
    if (change->other_organization)
        text_append_string(page, "\nOLD and NEW are exports of different organizations. Users and roles were compared "
                                 "by their ARNs alone.\n");
    if (change->incomparable_count > 0)
        text_append_string(page, "\n**Not compared**\n\n");
    for (; rows < change->incomparable_count && rows < MOST_ROWS; rows++) {
        struct text words = {0};
        change_append_incomparable(change, &change->incomparable[rows], &words);
        text_append_string(page, "- ");
        text_append_markdown(page, words.data);
        text_append_char(page, '\n');
        text_free(&words);
    }
    if (rows < change->incomparable_count)
        text_format(page, "\n%zu more accounts are not compared.\n", change->incomparable_count - rows);
}

void change_markdown_print(const struct change_report *report, struct output *output)
{
    struct change *change = report->change;
    struct text page = {0};
    text_append_string(&page, "### rolechain: who can become which role\n");
    if (change->incomparable_count > 0)
        text_append_char(&page, '\n');
    change_append_caution(change, &page);
    if (change->incomparable_count > 0)
        text_append_char(&page, '\n');
    append_access(change, &page, CHANGE_GAINED);
    append_access(change, &page, CHANGE_LOST);
    append_list(change, &page);
    if (report->with_findings) {
        append_findings(change, &page, STATE_NEW);
        append_findings(change, &page, STATE_OLD);
    }
    append_incomparable(change, &page);
    fputs(page.data, output->stream);
    text_free(&page);
}
