/*
 * finding_words: the parts of a finding in words, for all formats that people read. Not escaped.
 */
#ifndef ROLECHAIN_ANALYZER_REPORT_FINDINGS_FINDING_WORDS_H
#define ROLECHAIN_ANALYZER_REPORT_FINDINGS_FINDING_WORDS_H

#include "analyzer/report/findings/finding_groups.h"
#include "analyzer/report/lines.h"
#include "ingest/support/text.h"

enum line_style severity_style(enum severity severity);

/* The name of what the finding is about, as everywhere: "role deploy in 111122223333 (production)"; the plain resource
 * if it is not a user, role, group or policy. Appended. */
void finding_resource_words(struct text *text, const struct finding_report *report, const struct finding *finding);

/* The conditions, joined by " and "; "" for none. malloc'ed. */
char *finding_conditions(const struct finding *finding);

/* Policy and statement: trust policy, statement "Sid". */
void finding_place(struct text *text, const struct finding_evidence *evidence);

/* A title for the patch with that style: "The trust policy with the list of principals"; and what to know before
 * pasting it, "" for nothing. malloc'ed. */
char *finding_patch_words(const struct finding *finding, const char *style);
char *finding_patch_cautions(const struct finding *finding, const char *style);

/* "3 findings in 2 accounts: 1 high, 2 low" */
void finding_totals(struct text *text, const struct finding_report *report);

#endif
