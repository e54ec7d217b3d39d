#include "analyzer/report/findings/finding_report.h"

#include "analyzer/report/findings/patch_files.h"
#include <string.h>

static const struct finding_format formats[] = {
    {"text", finding_text_print, .brief = true},
    {"json", finding_json_print, .brief = false, .lists = true},
    {"sarif", finding_sarif_print, .silent = true},
    {"csv", finding_csv_print, .brief = true, .silent = true},
    {"junit", finding_junit_print, .brief = true, .silent = true},
    {"markdown", finding_markdown_print, .brief = false},
};

const struct finding_format *finding_format_find(const char *name)
{
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++)
        if (strcmp(formats[i].name, name) == 0)
            return &formats[i];
    return NULL;
}

struct finding *finding_report_place(const struct finding_report *report, size_t index)
{
    struct finding *finding = &report->findings->list[index];
    finding_locate(report->analysis, finding);
    return finding;
}

struct finding *finding_report_at(const struct finding_report *report, size_t index)
{
    struct finding *finding = &report->findings->list[index];
    finding_elaborate(report->analysis, report->findings, finding);
    if (report->files != NULL && index < report->standing)
        patch_files_take(report->files, report, index);
    return finding;
}

void finding_report_count(const struct finding_report *report, size_t counts[SEVERITY_CRITICAL + 1])
{
    memset(counts, 0, (SEVERITY_CRITICAL + 1) * sizeof *counts);
    for (size_t i = 0; i < report->standing; i++)
        counts[report->findings->list[i].severity]++;
}

const char *finding_report_id(const struct finding_report *report, const struct finding *finding)
{
    return finding->code[0] == '\0' ? finding->rule->id
                                    : finding_text(report->findings, "%s/%s", finding->rule->id, finding->code);
}
