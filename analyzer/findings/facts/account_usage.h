/*
 * account_usage: how many principals of an account that is trusted as a whole can use the trust, and how many could if
 * their own policies allowed it.
 *
 * The count comes from the edges to the role. Roles of one role set that share a trust document (graph/edges/classes.h)
 * are counted once, unless somebody in the account has an edge to one of them alone: an organization has more pairs of
 * trusted account and principal than it has edges.
 */
#ifndef ROLECHAIN_ANALYZER_FINDINGS_FACTS_ACCOUNT_USAGE_H
#define ROLECHAIN_ANALYZER_FINDINGS_FACTS_ACCOUNT_USAGE_H

#include "analyzer/findings/facts/trust_walk.h"

#define USAGE_FIRST 8u

struct usage {
    uint32_t principals; /* users and roles of the account, without the role itself */
    uint32_t admitted;   /* principals that the statement admits; 0 where able is 0 */
    uint32_t able, sure; /* principals that get in by it, without the role itself; those of them that get in whatever
                            the unknown keys are */
    uint32_t first[USAGE_FIRST]; /* the first of the able, ascending */
    bool itself;                 /* the role can assume itself by it */
};

struct findings;

/* The statement must come from the database (not from a model_trial), be an Allow with Principal, and name the account,
 * which must be exported whole. Results are cached in the findings' notes. */
void usage_count(struct analysis *analysis, struct findings *findings, const struct trust_statement *at,
                 uint32_t account, struct usage *usage);

/* The principals that are able, ascending, each with its condition. If the role can assume itself, it comes last and is
 * not counted. Arrays are malloc'ed. */
struct usage_list {
    uint32_t *able;
    constraint *conditions;
    constraint of_itself; /* if usage.itself: the condition under which the role gets in */
    struct usage usage;
};
void usage_list_open(struct analysis *analysis, struct findings *findings, const struct trust_statement *at,
                     uint32_t account, struct usage_list *list);
void usage_list_close(struct usage_list *list);

/* Marks the account's principals that have an edge to the role. enters: one per principal of the account, starting at
 * its first, all false. */
void usage_mark_callers(const struct analysis *analysis, struct findings *findings, uint32_t role, uint32_t account,
                        bool *enters);

/* Whether the statement would admit a user or role created in the account tomorrow. */
bool usage_admits_newcomers(struct analysis *analysis, struct findings *findings, const struct trust_statement *at,
                            uint32_t account);

#endif
