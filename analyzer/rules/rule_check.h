/*
 * rule_check: checks the rules of a file against an analysis; what commands call. The same file can be checked against
 * several analyses in turn (before and after a change).
 */
#ifndef ROLECHAIN_ANALYZER_RULES_RULE_CHECK_H
#define ROLECHAIN_ANALYZER_RULES_RULE_CHECK_H

#include "analyzer/rules/rule_verdicts.h"

/* Reads the file ("-": standard input). False: it cannot be read, or has errors, which were printed with line and
 * column; nothing needs to be freed then. The path must outlive the file. */
bool rules_read(const char *path, struct rule_file *file);

/* Looks up the names in the file and judges all rules; prints only errors. False: a name is unknown, ambiguous or
 * matches nothing; an error was printed. The caller frees the results in any case. Formulas and hops belong to the
 * analysis, whose edges must not be renumbered before the results are reported. */
bool rules_check(struct analysis *analysis, const struct rule_file *file, struct rule_results *results);

#endif
