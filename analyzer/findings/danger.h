/*
 * danger: how much a finding matters within its severity: who can use it, what that leads to, and how sure it is.
 * Findings are sorted by it. It is computed from facts (who is let in, the edges, the administrators), never from
 * words.
 */
#ifndef ROLECHAIN_ANALYZER_FINDINGS_DANGER_H
#define ROLECHAIN_ANALYZER_FINDINGS_DANGER_H

#include "analyzer/analysis/analysis.h"

/* Who can use it. */
enum danger_who {
    DANGER_BY_FACTS,  /* not said by the registry: looked up */
    DANGER_NOBODY,    /* nobody can today */
    DANGER_FEW,       /* some of our own users and roles, or services that act for them */
    DANGER_MANY,      /* more than DANGER_FEW_MOST of those, a whole account, or all people of an identity provider */
    DANGER_OUTSIDERS, /* accounts outside the organization, or anyone with a token of a shared platform */
    DANGER_ANYONE,    /* every AWS customer */
};
#define DANGER_FEW_MOST 10u

struct danger {
    enum danger_who who;
    uint32_t leads_to; /* in how many accounts its user is, or can become, administrator */
    bool sure;         /* whatever the caller cannot choose (MFA, network, time, what was not exported) */
};

struct finding;
struct findings;

/* Weighs all findings. */
void findings_weigh(struct analysis *analysis, struct findings *findings);

/* Only who can use what each is about; callers: what is known of users and roles since danger_nobody_asked, which is
 * the caller's to free. */
enum danger_who *danger_nobody_asked(const struct analysis *analysis);
void findings_weigh_users(struct analysis *analysis, struct findings *findings, enum danger_who *callers);

/* The more dangerous, the greater: who × (1 + leads_to) × sure. */
uint64_t danger_weight(const struct danger *danger);

/* "anyone" */
const char *danger_word(enum danger_who who);

/* Whether the formula asks for nothing that the caller cannot choose or does not bring along. */
bool danger_is_sure(const struct constraint_pool *pool, constraint formula);

/* Whether the node is neither one's own nor a service: an account that is not of the organization, whoever holds a
 * token of an identity provider (but Identity Center, which signs in one's own people), anyone. */
bool danger_is_outside(const struct edges *edges, uint32_t node);

#endif
