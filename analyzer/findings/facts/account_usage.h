/*
 * account_usage: how many principals of a wholly trusted account can use the trust, and how many could.
 *
 * Counted from the edges that lead to the role, and once for all roles of a role set with one trust document
 * (graph/edges/classes.h) of which nobody in the account has an edge of its own: an organization has more trusted
 * accounts × principals than it has edges.
 */
#ifndef ROLECHAIN_ANALYZER_FINDINGS_FACTS_ACCOUNT_USAGE_H
#define ROLECHAIN_ANALYZER_FINDINGS_FACTS_ACCOUNT_USAGE_H

#include "analyzer/findings/facts/trust_walk.h"

#define USAGE_FIRST 8u

struct usage {
    uint32_t principals;         /* users and roles of the account, the role itself apart */
    uint32_t admitted;           /* for whom the statement speaks; 0 where able is */
    uint32_t able, sure;         /* who get in by it, the role itself apart; of these, whatever the unknown keys are */
    uint32_t first[USAGE_FIRST]; /* of those able, ascending */
    bool itself;                 /* the role gets into itself by it */
};

struct findings;

/* The statement must be one of the database (not of a model_trial) that names the account, an Allow with Principal; the
 * account exported whole. What was counted is kept in the findings' notes. */
void usage_count(struct analysis *analysis, struct findings *findings, const struct trust_statement *at,
                 uint32_t account, struct usage *usage);

/* Those who are able, ascending, with the conditions under which each is; the role itself, where it is, comes last and
 * is not counted. Arrays are malloc'ed. */
struct usage_list {
    uint32_t *able;
    constraint *conditions;
    constraint of_itself; /* with usage.itself: under which the role gets in */
    struct usage usage;
};
void usage_list_open(struct analysis *analysis, struct findings *findings, const struct trust_statement *at,
                     uint32_t account, struct usage_list *list);
void usage_list_close(struct usage_list *list);

/* Marks those of the account, from its first principal on, who have an edge to the role. enters: one a principal, all
 * false. */
void usage_mark_callers(const struct analysis *analysis, struct findings *findings, uint32_t role, uint32_t account,
                        bool *enters);

/* Whether the statement speaks for a user or role that somebody makes in the account tomorrow. */
bool usage_admits_newcomers(struct analysis *analysis, struct findings *findings, const struct trust_statement *at,
                            uint32_t account);

#endif
