/*
 * danger: how much a finding matters within its severity: who can use it, what it leads to, and how certain it is.
 * Findings are sorted by it. It is computed from facts (who is let in, the edges, the administrators), never from
 * words.
 */
#ifndef ROLECHAIN_ANALYZER_FINDINGS_DANGER_H
#define ROLECHAIN_ANALYZER_FINDINGS_DANGER_H

#include "analyzer/analysis/analysis.h"

/* Who can use it. */
enum danger_who {
    DANGER_BY_FACTS, /* the registry does not say: computed */
    DANGER_NOBODY,   /* nobody can today */
    DANGER_FEW,      /* some of our own users and roles, or services that act for them */
    DANGER_MANY, /* more than DANGER_FEW_MOST of those, a whole account, or everyone who signs in through an identity
                    provider */
    DANGER_OUTSIDERS, /* accounts outside the organization, or anyone with a token of a shared platform */
    DANGER_ANYONE,    /* every AWS customer */
};
#define DANGER_FEW_MOST 10u

struct danger {
    enum danger_who who;
    uint32_t leads_to; /* number of accounts in which that somebody is, or can become, administrator */
    bool sure;         /* true whatever the caller cannot choose (MFA, network, time, data that was not exported) */
};

struct finding;
struct findings;

/* Sets the danger of all findings. */
void findings_weigh(struct analysis *analysis, struct findings *findings);

/* Sets only who can use each finding. callers: caches what is known about users and roles; get it from
 * danger_nobody_asked and free it. */
enum danger_who *danger_nobody_asked(const struct analysis *analysis);
void findings_weigh_users(struct analysis *analysis, struct findings *findings, enum danger_who *callers);

/* A greater value is more dangerous: who × (1 + leads_to) × sure. */
uint64_t danger_weight(const struct danger *danger);

/* "anyone" */
const char *danger_word(enum danger_who who);

/* Whether the formula requires nothing that the caller cannot choose or does not already have. */
bool danger_is_sure(const struct constraint_pool *pool, constraint formula);

/* Whether the node is outside the organization: an account that is not a member, the holder of a token of an identity
 * provider (except Identity Center, where our own people sign in), or anyone. Services are not. */
bool danger_is_outside(const struct edges *edges, uint32_t node);

#endif
