/*
 * change_report: what `diff` prints, with one table of formats.
 *
 *   text      for people
 *   json      everything; analyzer/report/schema/diff.schema.json describes it
 *   markdown  for a pull request
 *   sarif     the opened findings, for code scanning
 */
#ifndef ROLECHAIN_ANALYZER_REPORT_CHANGE_CHANGE_REPORT_H
#define ROLECHAIN_ANALYZER_REPORT_CHANGE_CHANGE_REPORT_H

#include "analyzer/change/change.h"

struct change_report {
    struct change *change;
    const char *paths[STATES]; /* as given on the command line */
    bool all_pairs;            /* list all pairs of each entry */
    bool with_findings;
};

/* Limits of pairs per entry: in JSON; in text and Markdown. */
#define CHANGE_PAIRS 20u
#define CHANGE_FEW_PAIRS 5u

void change_text_print(const struct change_report *report, struct output *output);
void change_json_print(const struct change_report *report, struct output *output);
void change_markdown_print(const struct change_report *report, struct output *output);
void change_sarif_print(const struct change_report *report, struct output *output);

#endif
