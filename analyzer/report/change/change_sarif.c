/*
 * The findings that are in NEW but not in OLD, as SARIF.
 */
#include "analyzer/report/change/change_report.h"
#include "analyzer/report/change/change_words.h"
#include "analyzer/report/findings/finding_report.h"

void change_sarif_print(const struct change_report *report, struct output *output)
{
    struct finding_report opened;
    change_report_opened(report->change, &opened);
    finding_sarif_print(&opened, output);
}
