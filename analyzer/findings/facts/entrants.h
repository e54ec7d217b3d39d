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
    bool more;    /* others too, or too many to ask */
    bool unasked; /* too many to ask */
};

/* Everybody who can, by the edges. The statement must be one of the database. */
void entrants_find(struct analysis *analysis, const struct trust_statement *at, struct entrants *entrants);

/* Those who do, as the loaded CloudTrail events say, and those whom --keep names, of those who can; `more` if the
 * events hold callers who are not in the exports. */
void entrants_in_use(struct analysis *analysis, struct findings *findings, const struct trust_statement *at,
                     struct entrants *entrants);

/* Their ARNs. New reference. */
json_t *entrants_json(const struct model *model, const struct entrants *entrants);

/* The account ids of all with IAM credentials who get into the role by the statement, ascending, but those of which
 * somebody is one of `spared` (per node; NULL: nobody): these are added to `left_out`. Anyone is of no account. NULL:
 * more than ENTRANTS_MOST, too many to ask, or some whose account is not known. New reference. */
json_t *entrants_accounts(struct analysis *analysis, const struct trust_statement *at, const bool *spared,
                          json_t *left_out);

/* The longest path ("o-x/r-x/ou-x/") of organizational units in which the role's account and the accounts of all who
 * can enter the role are. malloc'ed; NULL: none below the root, they are not known, or too many to ask. */
char *entrants_unit(const struct analysis *analysis, uint32_t role);

#endif
