/*
 * rule_report_words: texts shared by the formats of rule_report.h.
 */
#ifndef ROLECHAIN_ANALYZER_REPORT_RULES_RULE_REPORT_WORDS_H
#define ROLECHAIN_ANALYZER_REPORT_RULES_RULE_REPORT_WORDS_H

#include "analyzer/report/chain_hops.h"
#include "analyzer/report/rules/rule_report.h"

/* "3 of 8 rules are broken, 1 cannot be decided". Appended. */
void rule_append_summary(const struct rule_report *report, struct text *text);

/* A chain that breaks a rule as a row, which lives as long as the chain. */
struct chain_row rule_chain_row(const struct rule_chain *chain);

/* Why the rule does not pass: calls `each` for each sentence: "A becomes B becomes C, if …", "A cannot become B", what
 * is not in the export. */
void rule_each_reason(const struct rule_report *report, const struct rule_result *result,
                      void (*each)(const char *reason, void *context), void *context);

/* "user carol in 033344445555 (tooling) cannot become role audit in …". Appended. */
void rule_append_missing(const struct rule_report *report, const struct rule_pair *pair, struct text *text);

/* Calls `each` for the trust statement of each hop: file and line, and who becomes whom; file "": unknown. */
void rule_each_place(const struct rule_report *report, const struct rule_chain *chain,
                     void (*each)(const char *file, uint32_t line, const char *words, void *context), void *context);

#endif
