/*
 * joining: who of a trusted account cannot use a trust today, but could make itself able to: by changing what it is
 * allowed (graph/control/control_rights.h), or by taking over somebody who is able. For findings that are shown: costs
 * questions for each principal of the account that controls anything.
 */
#ifndef ROLECHAIN_ANALYZER_FINDINGS_FACTS_COULD_JOIN_H
#define ROLECHAIN_ANALYZER_FINDINGS_FACTS_COULD_JOIN_H

#include "analyzer/findings/facts/account_usage.h"

/* So many questions about pairs of principals are asked anew for one trust; beyond, the answer is a part. */
#define JOINING_QUESTIONS 2000u

/* What was asked so far. Zero-initialise ({0}). */
struct joinings {
    struct arena arena;
    struct joining_account *accounts;
    struct intern pairs; /* of a principal and one that it may take over */
    const char **takes;  /* of a pair: how; NULL: it cannot */
    uint32_t room;
};

/* [{"principal": ARN, "how": action}], sorted by ARN; *complete: nobody was left out. list: who is able. NULL: out of
 * memory. New reference. */
json_t *joining_principals(struct analysis *analysis, struct joinings *joinings, const struct trust_statement *at,
                           uint32_t account, const struct usage_list *list, bool *complete);

void joinings_free(struct joinings *joinings);

#endif
