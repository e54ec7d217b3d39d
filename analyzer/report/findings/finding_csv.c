/*
 * Findings as CSV (RFC 4180), one row each; including suppressed ones, with the reason.
 */
#include "analyzer/findings/suppressions.h"
#include "analyzer/report/escape.h"
#include "analyzer/report/findings/finding_words.h"

#include <stdlib.h>

static void print_row(struct output *output, const char *const *cells, size_t count)
{
    struct text row = {0};
    for (size_t i = 0; i < count; i++) {
        text_append_string(&row, i > 0 ? "," : "");
        text_append_csv(&row, cells[i]);
    }
    text_append_string(&row, "\r\n");
    fputs(row.data, output->stream);
    text_free(&row);
}

void finding_csv_print(const struct finding_report *report, struct output *output)
{
    static const char *const header[] = {"severity",    "id",         "account", "resource", "subject", "title",
                                         "detail",      "conditions", "file",    "line",     "place",   "fix",
                                         "fingerprint", "suppressed", "who",     "leads_to", "sure"};
    print_row(output, header, sizeof header / sizeof header[0]);
    for (size_t i = 0; i < report->standing + report->suppressed; i++) {
        struct finding *finding = finding_report_at(report, i);
        const struct finding_evidence *evidence = finding->evidence_count > 0 ? &finding->evidence[0] : NULL;
        bool placed = evidence != NULL && evidence->file[0] != '\0';
        char *conditions = finding_conditions(finding), line[16] = "", accounts[16];
        struct text place = {0};
        if (placed)
            snprintf(line, sizeof line, "%u", evidence->line);
        snprintf(accounts, sizeof accounts, "%u", finding->danger.leads_to);
        if (evidence != NULL)
            finding_place(&place, evidence);
        const char *cells[] = {severity_word(finding->severity),
                               finding_report_id(report, finding),
                               finding->account,
                               finding->resource,
                               finding->subject,
                               finding->rule->title,
                               finding->detail,
                               conditions,
                               placed ? evidence->file : "",
                               line,
                               place.data != NULL ? place.data : "",
                               finding->fix,
                               finding->fingerprint,
                               finding->suppression != NULL ? finding->suppression->reason : "",
                               danger_word(finding->danger.who),
                               accounts,
                               finding->danger.sure ? "yes" : "no"};
        print_row(output, cells, sizeof cells / sizeof cells[0]);
        free(conditions);
        text_free(&place);
        finding_release(finding);
    }
}
