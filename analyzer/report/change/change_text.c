/*
 * Changes for people.
 */
#include "analyzer/analysis/wording.h"
#include "analyzer/findings/finding_names.h"
#include "analyzer/report/chain_line.h"
#include "analyzer/report/change/change_report.h"
#include "analyzer/report/change/change_words.h"
#include "analyzer/report/lines.h"

#include <stdlib.h>
#include <string.h>

enum { ENTRY = 2, BODY = 4, REST = 6 }; /* columns */

#define ENTRIES_SHOWN 20u
#define THINGS_SHOWN 20u
#define FINDINGS_SHOWN 20u

static void print_conditions(struct change *change, struct output *output, enum change_direction direction,
                             const struct change_pair *pair)
{
    int more = change_more(direction);
    struct styled line = {0};
    char *words = wording_conditions(&change->states[more], pair->residual[more]);
    if (words[0] != '\0')
        styled_add(&line, STYLE_PLAIN, "if %s", words);
    if (pair->residual[!more] != CONSTRAINT_FALSE) {
        struct text other = {0};
        change_append_before(change, direction, pair, &other);
        styled_add(&line, STYLE_FAINT, words[0] != '\0' ? "  (%s)" : "(%s)", other.data);
        text_free(&other);
    }
    styled_print(&line, output, REST, REST, NULL);
    free(words);
}

static void print_pair(struct change *change, struct output *output, enum change_direction direction,
                       const struct change_pair *pair, uint32_t member)
{
    int more = change_more(direction);
    struct hop *hops = change_chain(change, direction, pair, member);
    struct styled line = {0};
    bool sure = pair->residual[more] == CONSTRAINT_TRUE;
    chain_line_add(&line, &change->states[more], output, hops, pair->hop_count[more]);
    if (pair->administrator)
        styled_add(&line, STYLE_BAD, "  administrator");
    if (pair->outside)
        styled_add(&line, STYLE_MAYBE, "  from outside");
    styled_print(&line, output, BODY, REST, NULL);
    if (!sure || pair->residual[!more] != CONSTRAINT_FALSE)
        print_conditions(change, output, direction, pair);
    free(hops);
}

static void print_entry(const struct change_report *report, struct output *output, enum change_direction direction,
                        const struct change_entry *entry)
{
    struct change *change = report->change;
    struct text causes = {0}, place = {0}, counts = {0};
    struct styled line = {0};
    uint64_t shown = 0;
    change_append_causes(change, &entry->causes, &causes);
    change_append_place(&entry->causes, &place);
    change_append_counts(entry->count, entry->administrators, entry->outsiders, &counts);
    fputc('\n', output->stream);
    styled_add(&line, STYLE_BOLD, "%s", causes.data);
    styled_add(&line, STYLE_PLAIN, ": %s", counts.data);
    styled_print(&line, output, ENTRY, BODY, place.length > 0 ? place.data : NULL);
    for (size_t i = 0; i < entry->pair_count; i++) {
        const struct change_pair *pair = &entry->pairs[i];
        for (uint32_t j = 0; j < pair->members && (report->all_pairs || shown < CHANGE_FEW_PAIRS); j++, shown++)
            print_pair(change, output, direction, pair, change_members(change, pair)[j]);
    }
    if (shown < entry->count)
        line_print(output, STYLE_FAINT, "    and %llu more; --all-pairs lists them\n",
                   (unsigned long long)(entry->count - shown));
    text_free(&causes);
    text_free(&place);
    text_free(&counts);
}

static void print_access(const struct change_report *report, struct output *output, enum change_direction direction)
{
    const struct change *change = report->change;
    struct change_totals totals = change_total(change, direction);
    struct text counts = {0}, none = {0};
    size_t count = change->entry_count[direction];
    if (totals.count == 0) {
        change_append_none(change, direction, &none);
        line_head(output, "%s", none.data);
        text_free(&none);
        return;
    }
    change_append_counts(totals.count, totals.administrators, totals.outsiders, &counts);
    line_head(output, "Access %s: %s", change_direction_word(direction), counts.data);
    for (size_t i = 0; i < count && (report->all_pairs || i < ENTRIES_SHOWN); i++)
        print_entry(report, output, direction, &change->entries[direction][i]);
    if (count > ENTRIES_SHOWN && !report->all_pairs)
        line_print(output, STYLE_FAINT, "\n  %zu more causes; --all-pairs lists them\n", count - ENTRIES_SHOWN);
    text_free(&counts);
}

static void print_things(const struct change_report *report, struct output *output)
{
    const struct change *change = report->change;
    if (change->thing_count == 0)
        return;
    fputc('\n', output->stream);
    line_head(output, "Changed in the exports");
    for (size_t i = 0; i < change->thing_count && (report->all_pairs || i < THINGS_SHOWN); i++) {
        struct text words = {0};
        change_append_thing(change, &change->things[i], &words);
        line_item(output, ENTRY, "", words.data);
        text_free(&words);
    }
    if (change->thing_count > THINGS_SHOWN && !report->all_pairs)
        line_print(output, STYLE_FAINT, "  %zu more; --all-pairs lists them\n", change->thing_count - THINGS_SHOWN);
}

static void print_finding(const struct change *change, struct output *output, int state, uint32_t place, bool detail)
{
    const struct finding *finding = &change->findings[state].list[place];
    struct styled line = {0};
    struct text name = {0};
    change_append_name(change, finding->resource, &name);
    styled_add(&line, finding->severity >= SEVERITY_HIGH ? STYLE_BAD : STYLE_MAYBE, "%-8s ",
               severity_word(finding->severity));
    styled_add(&line, STYLE_BOLD, "%s", name.data);
    styled_add(&line, STYLE_PLAIN, ": %s", finding->rule->title);
    styled_print(&line, output, ENTRY, BODY, finding->rule->id);
    if (detail && finding->detail[0] != '\0')
        line_paragraph(output, BODY, finding->detail);
    text_free(&name);
}

/* A closed finding is no improvement if another one was opened in its place. */
static void print_closed(const struct change *change, struct output *output, uint32_t place)
{
    struct text instead = {0};
    print_finding(change, output, STATE_OLD, place, false);
    change_append_instead(change, &change->findings[STATE_OLD].list[place], &instead);
    if (instead.length > 0)
        line_paragraph(output, BODY, instead.data);
    text_free(&instead);
}

static void print_findings(const struct change_report *report, struct output *output, int state)
{
    const struct change *change = report->change;
    const uint32_t *places = state == STATE_NEW ? change->opened : change->closed;
    size_t count = state == STATE_NEW ? change->opened_count : change->closed_count;
    fputc('\n', output->stream);
    line_head(output, "%zu finding%s %s", count, text_plural(count), state == STATE_NEW ? "opened" : "closed");
    for (size_t i = 0; i < count && (report->all_pairs || i < FINDINGS_SHOWN); i++)
        if (state == STATE_NEW)
            print_finding(change, output, state, places[i], true);
        else
            print_closed(change, output, places[i]);
    if (count > FINDINGS_SHOWN && !report->all_pairs)
        line_print(output, STYLE_FAINT, "  %zu more; --all-pairs lists them\n", count - FINDINGS_SHOWN);
}

static void print_incomparable(const struct change *change, struct output *output)
{
    if (change->other_organization) {
        fputc('\n', output->stream);
        line_paragraph(output, 0,
                       "OLD and NEW are exports of different organizations. Users and roles were compared by their "
                       "ARNs alone.");
    }
    for (int state = 0; state < STATES; state++)
        if (change->organization_only[state]) {
            fputc('\n', output->stream);
            line_paragraph(output, 0,
                           state == STATE_OLD ? "Organization data (SCPs, RCPs, members) is in OLD only: "
                                                "access that it limits there may look gained."
                                              : "Organization data (SCPs, RCPs, members) is in NEW only: "
                                                "access that it limits there may look lost.");
        }
    if (change->incomparable_count == 0)
        return;
    fputc('\n', output->stream);
    line_head(output, "Not compared");
    for (size_t i = 0; i < change->incomparable_count; i++) {
        struct text words = {0};
        change_append_incomparable(change, &change->incomparable[i], &words);
        line_item(output, ENTRY, "", words.data);
        text_free(&words);
    }
}

void change_text_print(const struct change_report *report, struct output *output)
{
    struct change *change = report->change;
    struct text caution = {0};
    change_append_caution(change, &caution);
    if (caution.length > 0) {
        line_paragraph(output, 0, caution.data);
        fputc('\n', output->stream);
    }
    text_free(&caution);
    print_access(report, output, CHANGE_GAINED);
    fputc('\n', output->stream);
    print_access(report, output, CHANGE_LOST);
    print_things(report, output);
    if (report->with_findings) {
        print_findings(report, output, STATE_NEW);
        print_findings(report, output, STATE_OLD);
    }
    print_incomparable(change, output);
    line_gaps(&change->states[STATE_NEW], output);
}
