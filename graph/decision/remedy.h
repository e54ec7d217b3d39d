/*
 * remedy: what to add, where, so that a denied call is allowed: the two sides of AWS's guide on cross-account access.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/tutorial_cross-account-with-roles.html
 */
#ifndef ROLECHAIN_GRAPH_DECISION_REMEDY_H
#define ROLECHAIN_GRAPH_DECISION_REMEDY_H

#include "graph/decision/decision.h"
#include <jansson.h>

/* What is to be done. */
enum remedy_kind {
    REMEDY_IDENTITY, /* add to the identity policies */
    REMEDY_TRUST,    /* add to the trust policy, or put another in its place */
    REMEDY_BOUNDARY, /* add to the permissions boundary */
    REMEDY_CALL,     /* nothing to add: the call itself must change */
    REMEDY_SCP,      /* this and the next two: nothing to add, something to change */
    REMEDY_RCP,
    REMEDY_DENY,
    REMEDY_CONDITION,  /* a condition that somebody wrote on purpose: no statement is proposed that steps around it */
    REMEDY_CORRECTION, /* nothing to add: something to correct or to create first */
    REMEDY_NONE,       /* it cannot be done by a policy */
};
/* As a word: identity, trust, boundary, call, scp, rcp, deny, condition, correction, none. */
const char *remedy_kind_word(enum remedy_kind kind);

struct remedy {
    const char *account;   /* whose administrators must act */
    const char *attach_to; /* ARN of the user, role or boundary policy; id of the organization node */
    enum remedy_kind kind;
    json_t *policy; /* a policy document to add (identity, boundary), a statement to add (trust) or a document to put in
                       place of one that cannot be read (trust, it has a member Statement); NULL if there is none. The
                       caller's reference. */
    const char *text; /* a sentence without its full stop that begins with a verb; it names the account */
};

/* The remedies of a denied decision that decision_explain filled in; *count is 0 if it is not denied, and for callers
 * to whom nobody should open a role by a tool's advice: anyone, and principals of accounts that are neither exported
 * nor of the organization. list and texts live in the arena. */
void remedy_propose(struct evaluator *evaluator, const struct decision_question *question,
                    const struct decision *decision, struct arena *arena, struct remedy **list, uint32_t *count);

#endif
