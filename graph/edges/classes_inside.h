/*
 * The inside of classes.h: classes_distinctions.c (what policies tell apart), classes.c (the partitions that follow;
 * edges_read.c makes some, too).
 */
#ifndef ROLECHAIN_GRAPH_EDGES_CLASSES_INSIDE_H
#define ROLECHAIN_GRAPH_EDGES_CLASSES_INSIDE_H

#include "graph/edges/classes.h"
#include "graph/edges/trust_contents.h"

/* What the statements of a document that bear on assuming roles look at, besides what classes always tell apart. */
enum {
    LOOKS_NAME = 1,         /* the caller's name or ARN, closer than name_matches.h tells */
    LOOKS_ACCOUNT = 2,      /* the caller's account */
    LOOKS_ROLE_ACCOUNT = 4, /* the account of the role */
    LOOKS_ROLE_TAGS = 8,
    LOOKS_ROLE_NAME = 16,  /* some Resource that only part of all roles match */
    LOOKS_UNREADABLE = 32, /* parts of it are facts about the very policy */
    BEARS = 64,            /* some statement is about assuming roles at all */
    LOOKS_MATCHES = 128    /* whether the caller's name matches patterns, see name_matches.h */
};

struct making {
    struct classes *classes;
    const struct model *model;
    uint8_t *looks;            /* per document */
    bool *single;              /* per principal: some Deny or NotPrincipal names it */
    bool *single_account;      /* per account: the same, or a condition on the caller's account does */
    bool *single_role_account; /* per account: some condition on the role's account does */
    bool org_paths;            /* some statement looks at where accounts stand in the organization */
    struct intern tag_keys;    /* caller tags that any statement looks at, lower case */
    struct intern role_tags;   /* role tags likewise */
    /* Of SCPs and RCPs, which bind whole accounts: */
    struct intern patterns;                  /* Resource patterns that only part of all roles match */
    bool all_by_name;                        /* some condition on the caller's name cannot be evaluated ahead */
    bool role_by_role;                       /* some Resource there has a variable */
    uint32_t *scp_signature, *rcp_signature; /* per account: equal numbers, equal policies */
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

/* What all documents look at; numbers for what SCPs and RCPs say to each account. */
void classes_look_at_documents(struct making *work);
void classes_sign_guardrails(struct making *work);
/* What the guardrails look at together. */
uint8_t classes_looks_of(const struct making *work, const struct model_guardrails *guardrails);

#endif
