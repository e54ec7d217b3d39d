/*
 * service_sources: the accounts that trust statements name as those for whose resources a service may act.
 */
#ifndef ROLECHAIN_ANALYZER_FINDINGS_FACTS_SERVICE_SOURCES_H
#define ROLECHAIN_ANALYZER_FINDINGS_FACTS_SERVICE_SOURCES_H

#include "analyzer/analysis/analysis.h"

/* Where the twelve digits begin in a value of aws:SourceAccount, or of aws:SourceArn; NULL: it is another key, or the
 * value names no account. */
const char *source_account(const char *key, const char *value);

/* Whether the account (of which only twelve digits are read) is nobody's of the exports, the organization or the user's
 * list. */
bool source_is_foreign(const struct analysis *analysis, const char *account);

#endif
