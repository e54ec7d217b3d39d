/*
 * Internals of classes.h: classes_distinctions.c (what policies distinguish), classes.c (the resulting partitions;
 * edges_read.c makes some, too).
 */
#ifndef ROLECHAIN_GRAPH_EDGES_CLASSES_INSIDE_H
#define ROLECHAIN_GRAPH_EDGES_CLASSES_INSIDE_H

#include "graph/edges/classes.h"
#include "graph/edges/trust_contents.h"

/* What the role-related statements of a document look at, besides what classes always distinguish. */
enum {
    LOOKS_NAME = 1,         /* the caller's name or ARN, in more detail than name_matches.h covers */
    LOOKS_ACCOUNT = 2,      /* the caller's account */
    LOOKS_ROLE_ACCOUNT = 4, /* the account of the role */
    LOOKS_ROLE_TAGS = 8,
    LOOKS_ROLE_NAME = 16,  /* some Resource matches only some of all roles */
    LOOKS_UNREADABLE = 32, /* parts of it are facts about this particular policy */
    BEARS = 64,            /* some statement is about assuming roles */
    LOOKS_MATCHES = 128    /* which patterns the caller's name matches, see name_matches.h */
};

struct making {
    struct classes *classes;
    const struct model *model;
    uint8_t *looks;            /* per document */
    bool *single;              /* per principal: some Deny or NotPrincipal names it */
    bool *single_account;      /* per account: likewise, or some condition on the caller's account names it */
    bool *single_role_account; /* per account: some condition on the role's account names it */
    bool org_paths;            /* some statement looks at the position of accounts in the organization */
    struct intern tag_keys;    /* caller tags that any statement looks at, lower case */
    struct intern role_tags;   /* role tags likewise */
    /* For SCPs and RCPs, which apply to whole accounts: */
    struct intern patterns;                  /* Resource patterns that match only some of all roles */
    bool all_by_name;                        /* some condition on the caller's name cannot be evaluated in advance */
    bool role_by_role;                       /* some Resource in them has a variable */
    uint32_t *scp_signature, *rcp_signature; /* per account: equal numbers mean equal policies */
    struct name_matches matches;
    struct trust_contents contents;
    uint32_t *said; /* per role set: the exact content of the first role's trust policy */
};

#define LONGEST_TAG_KEY 300u

/* Making a partition: of[] is MODEL_NONE at first, and is filled in with blocks between the two, which the caller
 * counts. */
void partition_open(struct partition *partition, uint32_t principals);
void partition_close(struct partition *partition, uint32_t principals);

/* The key in lower case, as far as there is room; returns its length. */
size_t classes_fold_tag(const char *key, char folded[LONGEST_TAG_KEY]);

/* What each document looks at; numbers for the guardrails of each account. */
void classes_look_at_documents(struct making *work);
void classes_sign_guardrails(struct making *work);
/* Everything that the guardrails look at. */
uint8_t classes_looks_of(const struct making *work, const struct model_guardrails *guardrails);

#endif
