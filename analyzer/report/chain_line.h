/*
 * chain_line: a chain in one sentence: "build-runner ─▶ shared/automation-hub ─▶ production/administrator". A role is
 * prefixed with its account's name (its number if it has none) wherever the account changes. Hops with conditions have
 * a different arrow; a hop that does not assume a role says what it is.
 */
#ifndef ROLECHAIN_ANALYZER_REPORT_CHAIN_LINE_H
#define ROLECHAIN_ANALYZER_REPORT_CHAIN_LINE_H

#include "analyzer/analysis/analysis.h"
#include "analyzer/command_line/styled.h"

/* Appends the hops (one or more), starting with the first hop's caller. */
void chain_line_add(struct styled *line, struct analysis *analysis, const struct output *output, const struct hop *hops,
                    uint32_t count);

/* The same without that caller, for lines below its name: it starts with an arrow. */
void chain_line_add_steps(struct styled *line, struct analysis *analysis, const struct output *output,
                          const struct hop *hops, uint32_t count);

/* Says once, below lines with chains, what the two arrows mean. */
void chain_line_print_legend(struct output *output);

/* Whether one of the hops has conditions, so that the legend is needed. */
bool chain_line_has_conditions(const struct edges *edges, const struct hop *hops, uint32_t count);

#endif
