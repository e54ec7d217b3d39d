/*
 * outsiders: accounts that are neither in the exports nor known members of the organization, and how a trust statement
 * trusts each.
 */
#ifndef ROLECHAIN_ANALYZER_FINDINGS_FACTS_OUTSIDERS_H
#define ROLECHAIN_ANALYZER_FINDINGS_FACTS_OUTSIDERS_H

#include "analyzer/findings/facts/account_lists.h"
#include "analyzer/findings/findings.h"

/* What one statement says about one outside account. */
struct outsider {
    const char *account;
    const char *first; /* the first principal of it that gets in, as written */
    uint32_t principals;
    bool whole;         /* the account as such is trusted */
    bool only_services; /* all of them are service-linked roles: AWS acts, for the account itself */
    constraint admits;  /* any of its principals */
    struct caller caller;
    bool listed; /* in the list of known accounts: `known` */
    struct known_account known;
    bool vouched_for; /* in the list of trusted accounts: `trusted` */
    struct trusted_account trusted;
};

/* Calls judge for every Allow statement and outside account that gets in by it. */
typedef void (*outsider_judge)(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                               const struct trust_statement *at, const struct outsider *outsider, void *context);
void outsiders_each(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                    outsider_judge judge, void *context);

/* The same for every unique id of a user or role that nobody exported, and for accounts of whose numbers only a part is
 * told: nothing tells whose they are. */
typedef void (*outsider_id_judge)(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                                  const struct trust_statement *at, const struct caller *caller, constraint admits);
void outsiders_each_id(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                       outsider_id_judge judge);

/* On the list of trusted accounts, and not expired. */
bool outsider_is_trusted(const struct outsider *outsider);

/* Nothing was exported that tells whose the account is. */
bool outsider_may_be_ours(const struct model *model, const struct outsider *outsider);

/* The role that Organizations makes for the management account, and what AWS services do for an organization. */
bool outsider_is_of_the_organization(const struct trust_statement *at, const struct outsider *outsider);

/* "Every principal of account N that …", the principal, or the first and how many more. */
const char *outsider_words(struct findings *findings, const struct outsider *outsider);

/* A finding about the account. */
struct finding *outsider_report(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                                const struct trust_statement *at, const struct outsider *outsider, constraint formula);

#endif
