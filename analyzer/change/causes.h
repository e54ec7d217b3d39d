/*
 * causes: why a direct edge is there, or is wider, in one of two states: which statement, attachment, membership, SCP …
 * differs that decides it.
 */
#ifndef ROLECHAIN_ANALYZER_CHANGE_CAUSES_H
#define ROLECHAIN_ANALYZER_CHANGE_CAUSES_H

#include "analyzer/analysis/analysis.h"
#include "graph/change/comparison.h"

enum cause_kind {
    CAUSE_STATEMENT,  /* of a trust policy, or of one of the caller's policies */
    CAUSE_DENY,       /* the same of a Deny, which is in the state that has less access */
    CAUSE_ATTACHMENT, /* a managed policy that is attached to the caller or a group of it */
    CAUSE_MEMBERSHIP, /* the caller is in a group; a person is in one of Identity Center */
    CAUSE_ASSIGNMENT, /* of Identity Center */
    CAUSE_BOUNDARY,
    CAUSE_SCP,
    CAUSE_RCP,
    CAUSE_PRINCIPAL, /* the caller or the role is there at all */
    CAUSE_ACCOUNT,   /* all of its account is */
    CAUSE_RECREATED, /* a user or role was deleted and created again */
    CAUSE_RENAMED,
    CAUSE_TAGS,
    CAUSE_ORGANIZATION,  /* an account joined or left the organization, or stands elsewhere in it */
    CAUSE_ACCOUNT_STATE, /* an account was closed, suspended, or opened again */
    CAUSE_SESSION,       /* what sessions may pass on along a chain */
    CAUSE_OTHER
};

/* The kind as a word, the same in every version. */
const char *cause_kind_word(enum cause_kind kind);

#define CAUSE_NO_STATEMENT UINT32_MAX

/* Texts live with the changes. */
struct cause {
    enum cause_kind kind;
    const char *holder; /* ARN of the user, role, group or managed policy; account; id of a root, unit or account */
    const char *policy; /* its name, "trust policy"; "": none. Of an assignment the permission set */
    const char *sid;    /* "" none */
    const char *file;   /* "" unknown */
    uint32_t statement, line;
    bool before; /* it stands in OLD, and was taken away; false: it stands in NEW, and was added */
};

/* A direct edge has at most one for each layer of policies. */
#define CAUSE_ROOM 5u
struct causes {
    struct cause list[CAUSE_ROOM];
    uint32_t count;
};

/* What it takes to tell. */
struct cause_search {
    struct analysis *states[STATES];
    const struct counterparts *counterparts;
    struct policy_contents *contents;
    const uint32_t *touched; /* per party: see party_changes.h */
    struct arena *arena;     /* of texts */
    struct arena scratch;
};

/* Why the party `from` can assume the role more freely in the state `more` than in the other. */
void causes_find(struct cause_search *search, int more, uint32_t from, uint32_t to, struct causes *causes);

#endif
