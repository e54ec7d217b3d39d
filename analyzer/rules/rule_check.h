/*
 * rule_check: the rules of a file judged over an analysis: the one way in for commands. A file that was read can be
 * judged over several analyses, one after the other (before a change, and after it).
 */
#ifndef ROLECHAIN_ANALYZER_RULES_RULE_CHECK_H
#define ROLECHAIN_ANALYZER_RULES_RULE_CHECK_H

#include "analyzer/rules/rule_verdicts.h"

/* Reads the file ("-": standard input). False: it cannot be read, or has errors, which were printed with line and
 * column; nothing needs to be freed then. The path must outlive the file. */
bool rules_read(const char *path, struct rule_file *file);

/* Looks up its names and judges all rules; nothing is printed but errors. False: a name is unknown, ambiguous or
 * matches nothing, as was printed. The caller frees the results in any case. Formulas and hops are those of the
 * analysis, whose edges may not be renumbered before they are reported. */
bool rules_check(struct analysis *analysis, const struct rule_file *file, struct rule_results *results);

#endif
