/*
 * remedy: what to add, and where, so that a denied call is allowed: the two sides in AWS's guide on cross-account
 * access. Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/tutorial_cross-account-with-roles.html
 */
#ifndef ROLECHAIN_GRAPH_DECISION_REMEDY_H
#define ROLECHAIN_GRAPH_DECISION_REMEDY_H

#include "graph/decision/decision.h"
#include <jansson.h>

/* The kind of change. */
enum remedy_kind {
    REMEDY_IDENTITY, /* add to the identity policies */
    REMEDY_TRUST,    /* add to the trust policy, or replace it */
    REMEDY_BOUNDARY, /* add to the permissions boundary */
    REMEDY_CALL,     /* nothing to add: the call itself must change */
    REMEDY_SCP,      /* this and the next two: change something that exists */
    REMEDY_RCP,
    REMEDY_DENY,
    REMEDY_CONDITION,  /* a condition that somebody wrote on purpose: no statement around it is proposed */
    REMEDY_CORRECTION, /* correct or create something first */
    REMEDY_NONE,       /* no policy can allow it */
};
/* As a word: identity, trust, boundary, call, scp, rcp, deny, condition, correction, none. */
const char *remedy_kind_word(enum remedy_kind kind);

struct remedy {
    const char *account;   /* the account whose administrators must act */
    const char *attach_to; /* ARN of the user, role or boundary policy; id of the organization node */
    enum remedy_kind kind;
    json_t *policy;   /* a policy document to add (identity, boundary), a statement to add (trust) or a document to
                         replace one that cannot be read (trust, it has a member Statement); NULL if there is none. The
                         caller owns the reference. */
    const char *text; /* a sentence without its full stop, starting with a verb; it names the account */
};

/* The remedies for a denied decision that decision_explain filled in. *count is 0 if it is not denied, and for callers
 * to whom nobody should open a role on a tool's advice: anyone, and principals of accounts that are neither exported
 * nor in the organization. list and texts live in the arena. */
void remedy_propose(struct evaluator *evaluator, const struct decision_question *question,
                    const struct decision *decision, struct arena *arena, struct remedy **list, uint32_t *count);

#endif
