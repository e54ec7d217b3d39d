/*
 * subject_forms: the exact subject that was meant where a trust policy has a pattern, as far as the pattern and the
 * form of such subjects tell.
 */
#ifndef ROLECHAIN_ANALYZER_FINDINGS_FACTS_SUBJECT_FORMS_H
#define ROLECHAIN_ANALYZER_FINDINGS_FACTS_SUBJECT_FORMS_H

#include "ingest/support/text.h"

/* form: what subjects look like, "repo:OWNER/REPOSITORY:ref:refs/heads/BRANCH": words in capitals stand for names, a
 * wildcard for what need not be said. The result is the pattern ("repo:org/app*") without its wildcards, what it does
 * not say taken from the form. Words in capitals that are left are added to *words, each once, separated by ", ".
 * malloc'ed. */
char *subject_fill(const char *form, char separator, const char *pattern, struct text *words);

#endif
