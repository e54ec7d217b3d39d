/*
 * said_formulas: the conditions under which findings hold, in words and by an example. Both are costly, and in an
 * organization many findings hold under the same: each formula is put into words once.
 */
#ifndef ROLECHAIN_ANALYZER_FINDINGS_SAID_FORMULAS_H
#define ROLECHAIN_ANALYZER_FINDINGS_SAID_FORMULAS_H

#include "analyzer/findings/findings.h"

/* As constraint_words and constraint_witness have it, {} where there is no example. The formula stands as long as the
 * findings (finding_holds_if). New references to values that all share: they must not be changed. */
json_t *said_conditions(struct analysis *analysis, struct findings *findings, constraint formula);
json_t *said_example(struct analysis *analysis, struct findings *findings, constraint formula);

#endif
