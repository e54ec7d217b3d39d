/*
 * causes: why a direct edge exists, or is wider, in only one of two states: the statement, attachment, membership, SCP
 * … that differs and decides it.
 */
#ifndef ROLECHAIN_ANALYZER_CHANGE_CAUSES_H
#define ROLECHAIN_ANALYZER_CHANGE_CAUSES_H

#include "analyzer/analysis/analysis.h"
#include "graph/change/comparison.h"

enum cause_kind {
    CAUSE_STATEMENT,  /* in a trust policy, or in one of the caller's policies */
    CAUSE_DENY,       /* the same for a Deny, which is in the state with less access */
    CAUSE_ATTACHMENT, /* a managed policy is attached to the caller or to one of its groups */
    CAUSE_MEMBERSHIP, /* the caller is in a group, or a person is in a group of Identity Center */
    CAUSE_ASSIGNMENT, /* in Identity Center */
    CAUSE_BOUNDARY,
    CAUSE_SCP,
    CAUSE_RCP,
    CAUSE_PRINCIPAL, /* the caller or the role exists at all */
    CAUSE_ACCOUNT,   /* its whole account exists */
    CAUSE_RECREATED, /* a user or role was deleted and created again */
    CAUSE_RENAMED,
    CAUSE_TAGS,
    CAUSE_ORGANIZATION,  /* an account joined, left or moved within the organization */
    CAUSE_ACCOUNT_STATE, /* an account was closed, suspended or reopened */
    CAUSE_SESSION,       /* what sessions can pass on along a chain */
    CAUSE_OTHER
};

/* The kind as a word for JSON; it never changes. */
const char *cause_kind_word(enum cause_kind kind);

#define CAUSE_NO_STATEMENT UINT32_MAX

/* Texts live with the changes. */
struct cause {
    enum cause_kind kind;
    const char *holder; /* ARN of the user, role, group or managed policy; account; or id of a root, unit or account */
    const char *policy; /* its name, "trust policy", or "": none. For an assignment, the permission set */
    const char *sid;    /* "": none */
    const char *file;   /* "": unknown */
    uint32_t statement, line;
    bool before; /* it exists in OLD and was removed; false: it exists in NEW and was added */
};

/* A direct edge has at most one cause for each policy layer. */
#define CAUSE_ROOM 5u
struct causes {
    struct cause list[CAUSE_ROOM];
    uint32_t count;
};

/* What the search needs. */
struct cause_search {
    struct analysis *states[STATES];
    const struct counterparts *counterparts;
    struct policy_contents *contents;
    const uint32_t *touched; /* per party: see party_changes.h */
    struct arena *arena;     /* for texts */
    struct arena scratch;
};

/* Why the party `from` can assume the role `to` more freely in the state `more` than in the other state. */
void causes_find(struct cause_search *search, int more, uint32_t from, uint32_t to, struct causes *causes);

#endif
