#include "analyzer/report/rules/rule_report_words.h"

#include "analyzer/report/lines.h"

/* Broken rules first, then undecidable ones; rules that pass come last, one line each. */
static const enum rule_outcome order[] = {RULE_BROKEN, RULE_UNDECIDABLE, RULE_PASS};

static void print_heading(const struct rule_report *report, struct output *output, const struct rule *rule,
                          enum rule_outcome outcome)
{
    static const enum line_style styles[] = {
        [RULE_PASS] = STYLE_GOOD, [RULE_UNDECIDABLE] = STYLE_MAYBE, [RULE_BROKEN] = STYLE_BAD};
    struct styled line = {0};
    struct text place = {0};
    text_format(&place, "%s:%u", report->file->path, rule->place.line);
    styled_add(&line, styles[outcome], "%-11s", rule_outcome_word(outcome));
    styled_add(&line, STYLE_PLAIN, " %s", rule->text);
    styled_print(&line, output, 0, 12, place.data);
    text_free(&place);
}

static void print_reason(const char *reason, void *context)
{
    line_item(context, 2, "", reason);
}

static void print_result(const struct rule_report *report, struct output *output, uint32_t at)
{
    const struct rule_result *result = &report->results->list[at];
    if (result->outcome != RULE_PASS)
        fputc('\n', output->stream);
    print_heading(report, output, &report->file->rules[at], result->outcome);
    for (uint32_t i = 0; i < result->chain_count; i++) {
        const struct chain_row row = rule_chain_row(&result->chains[i]);
        chain_hops_print(report->analysis, output, &row);
    }
    struct rule_result others = *result;
    others.chain_count = 0;
    rule_each_reason(report, &others, print_reason, output);
    if (result->more)
        line_print(output, STYLE_FAINT, "  more break it; these are the %s\n",
                   result->chain_count > 0 ? "shortest" : "first");
}

void rule_text_print(const struct rule_report *report, struct output *output)
{
    struct text summary = {0};
    rule_append_summary(report, &summary);
    line_head(output, "%s", summary.data);
    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
        bool first = true;
        for (uint32_t j = 0; j < report->results->count; j++) {
            if (report->results->list[j].outcome != order[i])
                continue;
            if (first && order[i] == RULE_PASS)
                fputc('\n', output->stream);
            first = false;
            print_result(report, output, j);
        }
    }
    line_gaps(report->analysis, output);
    text_free(&summary);
}
