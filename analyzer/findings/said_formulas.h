/*
 * said_formulas: the conditions under which findings hold, in words and as an example. Both are costly, and many
 * findings of an organization share a condition: each formula is put into words once.
 */
#ifndef ROLECHAIN_ANALYZER_FINDINGS_SAID_FORMULAS_H
#define ROLECHAIN_ANALYZER_FINDINGS_SAID_FORMULAS_H

#include "analyzer/findings/findings.h"

/* The results of constraint_words and constraint_witness, {} if there is no example. The formula must live as long as
 * the findings (finding_holds_if). New references to shared values: do not change them. */
json_t *said_conditions(struct analysis *analysis, struct findings *findings, constraint formula);
json_t *said_example(struct analysis *analysis, struct findings *findings, constraint formula);

#endif
