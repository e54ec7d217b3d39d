/*
 * finding_mermaid: findings as a Mermaid picture: who becomes whom in their chains and witnesses, with accounts as
 * boxes.
 */
#ifndef ROLECHAIN_ANALYZER_REPORT_FINDINGS_FINDING_MERMAID_H
#define ROLECHAIN_ANALYZER_REPORT_FINDINGS_FINDING_MERMAID_H

#include "analyzer/report/findings/finding_groups.h"
#include "ingest/support/text.h"

/* Draws the first finding of each of these groups; nothing if none of them has a chain or witness. */
void finding_mermaid(struct text *page, const struct finding_report *report, const struct finding_group *groups,
                     size_t count);

#endif
