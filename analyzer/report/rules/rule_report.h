/*
 * rule_report: the verdicts on rules, in every format of `check`.
 */
#ifndef ROLECHAIN_ANALYZER_REPORT_RULES_RULE_REPORT_H
#define ROLECHAIN_ANALYZER_REPORT_RULES_RULE_REPORT_H

#include "analyzer/rules/rule_check.h"

struct rule_report {
    struct analysis *analysis;
    const struct rule_file *file;
    const struct rule_results *results;
    bool strict; /* undecidable rules fail, too */
};

void rule_text_print(const struct rule_report *report, struct output *output);
void rule_json_print(const struct rule_report *report, struct output *output);
void rule_junit_print(const struct rule_report *report, struct output *output);
void rule_sarif_print(const struct rule_report *report, struct output *output);
void rule_markdown_print(const struct rule_report *report, struct output *output);

#endif
