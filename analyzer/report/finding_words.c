#include "analyzer/report/finding_words.h"

#include <string.h>

enum line_style severity_style(enum severity severity)
{
    if (severity >= SEVERITY_HIGH)
        return STYLE_BAD;
    return severity == SEVERITY_INFO ? STYLE_FAINT : STYLE_MAYBE;
}

char *finding_conditions(const struct finding *finding)
{
    struct text text = {0};
    size_t i;
    json_t *word;
    json_array_foreach(finding->conditions, i, word)
        text_format(&text, "%s%s", i > 0 ? " and " : "", json_string_value(word));
    return text_release(&text);
}

void finding_place(struct text *text, const struct finding_evidence *evidence)
{
    text_append_string(text, evidence->policy);
    if (evidence->sid[0] != '\0')
        text_format(text, ", statement \"%s\"", evidence->sid);
    else if (evidence->statement != UINT32_MAX)
        text_format(text, ", statement %u", evidence->statement);
}

const char *finding_patched(const struct finding *finding)
{
    bool trust = finding->evidence_count > 0 && strcmp(finding->evidence[0].policy, "trust policy") == 0;
    return trust ? "trust policy" : "policy";
}

const char *finding_patch_words(const char *style)
{
    static const struct {
        const char *style, *words;
    } styles[] = {
        {"principals", "with the list of principals"},
        {"condition", "with the account and a condition on who may use it"},
        {"pattern", "with the account and a pattern"},
        {"organization", "with your organization demanded"},
        {"externalId", "with an external id demanded"},
        {"corrected", "with the condition put right"},
        {"removed", "without the statement"},
    };
    for (size_t i = 0; i < sizeof styles / sizeof styles[0]; i++)
        if (strcmp(styles[i].style, style) == 0)
            return styles[i].words;
    return "as it should be";
}

void finding_totals(struct text *text, const struct finding_report *report)
{
    size_t counts[SEVERITY_CRITICAL + 1];
    const char *separator = ": ";
    finding_report_count(report, counts);
    text_format(text, "%zu finding%s", report->standing, report->standing == 1 ? "" : "s");
    for (int severity = SEVERITY_CRITICAL; severity >= SEVERITY_INFO; severity--)
        if (counts[severity] > 0) {
            text_format(text, "%s%zu %s", separator, counts[severity], severity_word((enum severity)severity));
            separator = ", ";
        }
}
