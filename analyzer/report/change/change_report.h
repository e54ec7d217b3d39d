/*
 * change_report: what `diff` prints, in one table of formats.
 *
 *   text      for people
 *   json      everything; analyzer/report/schema/diff.schema.json describes it
 *   markdown  for a pull request
 *   sarif     the findings that were opened, as code scanning reads them
 */
#ifndef ROLECHAIN_ANALYZER_REPORT_CHANGE_CHANGE_REPORT_H
#define ROLECHAIN_ANALYZER_REPORT_CHANGE_CHANGE_REPORT_H

#include "analyzer/change/change.h"

struct change_report {
    struct change *change;
    const char *paths[STATES]; /* as they were named */
    bool all_pairs;            /* no entry leaves out pairs */
    bool with_findings;
};

/* So many pairs of an entry in JSON; in text and Markdown. */
#define CHANGE_PAIRS 20u
#define CHANGE_FEW_PAIRS 5u

void change_text_print(const struct change_report *report, struct output *output);
void change_json_print(const struct change_report *report, struct output *output);
void change_markdown_print(const struct change_report *report, struct output *output);
void change_sarif_print(const struct change_report *report, struct output *output);

#endif
