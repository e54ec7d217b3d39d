/*
 * entrants: the exported users and roles that can assume a role by one statement of its trust policy, if they are few
 * enough to be named in it.
 */
#ifndef ROLECHAIN_ANALYZER_FINDINGS_FACTS_ENTRANTS_H
#define ROLECHAIN_ANALYZER_FINDINGS_FACTS_ENTRANTS_H

#include "analyzer/findings/findings.h"

#define ENTRANTS_MOST 10u

struct entrants {
    uint32_t who[ENTRANTS_MOST]; /* ascending; the role itself is left out */
    uint32_t count;
    bool more;    /* there are others, or too many to check */
    bool unasked; /* too many to check */
};

/* Everyone who can, according to the edges. The statement must come from the database. */
void entrants_find(struct analysis *analysis, const struct trust_statement *at, struct entrants *entrants);

/* Of those who can: the callers in the loaded CloudTrail events and the principals named by --keep. `more` is set if
 * the events hold callers that are not in the export. */
void entrants_in_use(struct analysis *analysis, struct findings *findings, const struct trust_statement *at,
                     struct entrants *entrants);

/* Their ARNs. New reference. */
json_t *entrants_json(const struct model *model, const struct entrants *entrants);

/* The ids of the accounts with IAM credentials that get into the role by the statement, ascending. An account with a
 * principal in `spared` (per node; NULL: none) goes to `left_out` instead. Anyone belongs to no account. NULL: more
 * than ENTRANTS_MOST, too many to check, or a caller whose account is unknown. New reference. */
json_t *entrants_accounts(struct analysis *analysis, const struct trust_statement *at, const bool *spared,
                          json_t *left_out);

/* The longest path of organizational units ("o-x/r-x/ou-x/") that contains the role's account and the accounts of
 * everyone who can enter the role. malloc'ed. NULL: there is none below the root, or the units are unknown. */
char *entrants_unit(const struct analysis *analysis, uint32_t role);

#endif
