/*
 * catalogue: the kinds of findings, from the registry alone: no database is needed.
 */
#ifndef ROLECHAIN_ANALYZER_REPORT_FINDINGS_CATALOGUE_H
#define ROLECHAIN_ANALYZER_REPORT_FINDINGS_CATALOGUE_H

#include "analyzer/findings/findings.h"

/* All kinds or, if `one` is not NULL, everything about that kind. As text, JSON, or the page
 * analyzer/findings/README.md in Markdown. Returns an exit status. */
int catalogue_print(struct output *output, const struct finding_rule *one);

#endif
