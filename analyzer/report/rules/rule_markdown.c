/* Rules as Markdown for a pull request. */
#include "analyzer/report/escape.h"
#include "analyzer/report/rules/rule_report_words.h"

struct cell {
    struct text *page;
    bool filled;
};

static void append_reason(const char *reason, void *context)
{
    struct cell *cell = context;
    text_append_string(cell->page, cell->filled ? "<br>" : "");
    text_append_markdown(cell->page, reason);
    cell->filled = true;
}

static void append_place(const char *file, uint32_t line, const char *words, void *context)
{
    struct cell *cell = context;
    struct text place = {0};
    (void)words;
    if (file[0] == '\0')
        return;
    text_format(&place, "%s:%u", file, line);
    text_append_string(cell->page, "<br><code>");
    text_append_markdown(cell->page, place.data);
    text_append_string(cell->page, "</code>");
    text_free(&place);
}

static void append_row(const struct rule_report *report, struct text *page, uint32_t at)
{
    static const char *const signs[] = {
        [RULE_PASS] = "✅ pass", [RULE_UNDECIDABLE] = "❔ undecidable", [RULE_BROKEN] = "❌ **broken**"};
    const struct rule_result *result = &report->results->list[at];
    struct cell cell = {page, false};
    text_format(page, "| %s | %u | <code>", signs[result->outcome], report->file->rules[at].place.line);
    text_append_markdown(page, report->file->rules[at].text);
    text_append_string(page, "</code> | ");
    rule_each_reason(report, result, append_reason, &cell);
    if (result->chain_count > 0)
        rule_each_place(report, &result->chains[0], append_place, &cell);
    text_append_string(page, " |\n");
}

void rule_markdown_print(const struct rule_report *report, struct output *output)
{
    struct text page = {0};
    text_append_string(&page, "### ");
    rule_append_summary(report, &page);
    text_append_string(&page, "\n\n| Result | Line | Rule | Why |\n|---|---|---|---|\n");
    for (int outcome = RULE_BROKEN; outcome >= RULE_PASS; outcome--)
        for (uint32_t i = 0; i < report->results->count; i++)
            if ((int)report->results->list[i].outcome == outcome)
                append_row(report, &page, i);
    fputs(page.data, output->stream);
    text_free(&page);
}
