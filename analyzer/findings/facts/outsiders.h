/*
 * outsiders: accounts that are neither in the export nor known members of the organization, and how a trust statement
 * trusts each.
 */
#ifndef ROLECHAIN_ANALYZER_FINDINGS_FACTS_OUTSIDERS_H
#define ROLECHAIN_ANALYZER_FINDINGS_FACTS_OUTSIDERS_H

#include "analyzer/findings/facts/account_lists.h"
#include "analyzer/findings/findings.h"

/* What one statement says about one outside account. */
struct outsider {
    const char *account;
    const char *first; /* its first principal that gets in, as written */
    uint32_t principals;
    bool whole;         /* the account as a whole is trusted */
    bool only_services; /* all of them are service-linked roles: AWS acts there, for the account itself */
    constraint admits;  /* for any of its principals */
    struct caller caller;
    bool listed; /* in the list of known accounts: `known` */
    struct known_account known;
    bool vouched_for; /* in the list of trusted accounts: `trusted` */
    struct trusted_account trusted;
};

/* Calls judge for every Allow statement and every outside account that gets in by it. */
typedef void (*outsider_judge)(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                               const struct trust_statement *at, const struct outsider *outsider, void *context);
void outsiders_each(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                    outsider_judge judge, void *context);

/* The same for every unique id of a user or role that is not in the export, and for accounts with a partly masked
 * number: nothing says whose they are. */
typedef void (*outsider_id_judge)(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                                  const struct trust_statement *at, const struct caller *caller, constraint admits);
void outsiders_each_id(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                       outsider_id_judge judge);

/* On the list of trusted accounts, and not expired. */
bool outsider_is_trusted(const struct outsider *outsider);

/* Nothing in the export says whose the account is. */
bool outsider_may_be_ours(const struct model *model, const struct outsider *outsider);

/* Whether the trust belongs to the organization: the role that Organizations creates for the management account, or
 * what AWS services do for an organization. */
bool outsider_is_of_the_organization(const struct trust_statement *at, const struct outsider *outsider);

/* "Every principal of account N that …", the one principal, or the first and the number of others. */
const char *outsider_words(struct findings *findings, const struct outsider *outsider);

/* A finding about the account. */
struct finding *outsider_report(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                                const struct trust_statement *at, const struct outsider *outsider, constraint formula);

#endif
