/*
 * could_join: principals of a trusted account that cannot use a trust today, but could give themselves the permission
 * (graph/control/control_rights.h) or take over a principal that has it. Meant for findings that are shown: it asks
 * about each principal of the account that controls anything.
 */
#ifndef ROLECHAIN_ANALYZER_FINDINGS_FACTS_COULD_JOIN_H
#define ROLECHAIN_ANALYZER_FINDINGS_FACTS_COULD_JOIN_H

#include "analyzer/findings/facts/account_usage.h"
#include <jansson.h>

/* At most this many pairs of principals are decided for one trust; beyond that the answer is incomplete. */
#define COULD_JOIN_QUESTIONS 2000u

/* [{"principal": ARN, "how": action}], sorted by ARN. *complete: nobody was left out. list: the principals that can use
 * the trust today. Results are cached in the findings' notes. New reference. */
json_t *could_join_principals(struct analysis *analysis, struct findings *findings, const struct trust_statement *at,
                              uint32_t account, const struct usage_list *list, bool *complete);

#endif
