/*
 * subject_forms: guesses the exact subject that was meant by a pattern in a trust policy, from the pattern and the form
 * of such subjects.
 */
#ifndef ROLECHAIN_ANALYZER_FINDINGS_FACTS_SUBJECT_FORMS_H
#define ROLECHAIN_ANALYZER_FINDINGS_FACTS_SUBJECT_FORMS_H

#include "ingest/support/text.h"

/* form: what subjects look like, "repo:OWNER/REPOSITORY:ref:refs/heads/BRANCH": words in capitals are placeholders for
 * names, a wildcard stands for a part that is not needed. The result is the pattern ("repo:org/app*") without its
 * wildcards, completed from the form. The placeholders in the result are added to *words, each once, separated by ", ".
 * malloc'ed. */
char *subject_fill(const char *form, char separator, const char *pattern, struct text *words);

#endif
