/*
 * usage: who of an account that a trust statement names as a whole gets how far.
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

/* What was counted so far. Zero-initialise ({0}). */
struct usages {
    struct intern keys; /* of a role set, a statement of a trust document and an account */
    struct usage_answers *answers;
    uint32_t room;
    struct usage_marks {
        uint32_t *of, mark;
        constraint *residuals;
    } marks; /* per principal: the marked ones have an edge */
};

/* The statement must be one of the database (not of a model_trial) that names the account, an Allow with Principal; the
 * account exported whole. False: out of memory. */
bool usage_count(struct analysis *analysis, struct usages *usages, const struct trust_statement *at, uint32_t account,
                 struct usage *usage);

/* Those who are able, ascending, with the conditions under which each is; the role itself, where it is, comes last and
 * is not counted. Arrays are malloc'ed. */
struct usage_list {
    uint32_t *able;
    constraint *conditions;
    struct usage usage;
};
bool usage_list_open(struct analysis *analysis, struct usages *usages, const struct trust_statement *at,
                     uint32_t account, struct usage_list *list);
void usage_list_close(struct usage_list *list);

/* Whether the statement speaks for a user or role that somebody makes in the account tomorrow. */
bool usage_admits_newcomers(struct analysis *analysis, struct usages *usages, const struct trust_statement *at,
                            uint32_t account);

void usages_free(struct usages *usages);

#endif
