/*
 * service_sources: the accounts named in trust statements whose resources a service may act for.
 */
#ifndef ROLECHAIN_ANALYZER_FINDINGS_FACTS_SERVICE_SOURCES_H
#define ROLECHAIN_ANALYZER_FINDINGS_FACTS_SERVICE_SOURCES_H

#include "analyzer/analysis/analysis.h"

/* Where the twelve digits begin in a value of aws:SourceAccount or aws:SourceArn; NULL: another key, or the value names
 * no account. */
const char *source_account(const char *key, const char *value);

/* Whether the account (only its twelve digits are read) is not in the export, the organization or the user's list. */
bool source_is_foreign(const struct analysis *analysis, const char *account);

#endif
