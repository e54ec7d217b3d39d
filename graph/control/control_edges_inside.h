/*
 * Internals of control_edges.h: control_edges.c (the whole), control_named.c (control over others as they are),
 * control_gained.c (through gained permissions, one's own or another's), admissions.c (whom trust policies
 * distinguish).
 */
#ifndef ROLECHAIN_GRAPH_CONTROL_CONTROL_EDGES_INSIDE_H
#define ROLECHAIN_GRAPH_CONTROL_CONTROL_EDGES_INSIDE_H

#include "graph/control/control_edges.h"
#include "graph/control/control_rights.h"
#include "ingest/support/text.h"

/* What the current principal, and others like it, can do to another principal as they are. */
struct named_edge {
    uint32_t to;
    enum edge_kind kind;
    constraint formula;
    const char *how;
};
struct named_list {
    struct named_edge *edges; /* by target, except for SAML providers, which come last */
    uint32_t count, room;
};

struct named;
struct gained;

struct adding {
    struct edges *edges;
    const struct model *model;
    struct evaluator *evaluator;
    struct control *control;
    struct constraint_pool *pool;
    uint32_t room;
    uint8_t *verdicts; /* per formula: its enum verdict + 1; 0: not computed */
    uint32_t verdict_room;
    struct named *named;
    struct named_list *now; /* for the current principal */
    struct intern words;
    const char **kept; /* by number of words */
    uint32_t kept_room;
    struct gained *gained;
};

/* A copy of the text that lives as long as the edges. */
const char *control_edges_keep(struct adding *work, const char *text);

/* Adds an edge, if the formula can be true. */
void control_edges_put(struct adding *work, uint32_t from, uint32_t to, enum edge_kind kind, constraint formula,
                       const char *how);

/* Sets work->now for the principal. Principals must come account by account. */
struct named *control_named_new(const struct adding *work);
void control_named_free(struct named *named);
void control_named_find(struct adding *work, struct control_rights *rights);

/* EDGE_EDIT_PERMISSIONS. Principals must come account by account; alike: the previous one had the same rights. */
struct gained *control_gained_new(struct adding *work);
void control_gained_free(struct adding *work);
void control_gained_add(struct adding *work, struct control_rights *rights, bool alike);

/* Whether something distinguishes callers. */
enum admission_look { LOOK_NOT_ASKED, LOOKS_NOT, LOOKS };

/* A role whose trust policy might admit somebody of the account; MODEL_NONE: of any account. */
struct admission {
    uint32_t account, role;
};

struct admissions {
    const struct model *model;
    struct admission *list; /* sorted by account, then role */
    uint32_t count, room;
    struct intern patterns; /* patterns that conditions compare the caller's ARN with */
    uint32_t *compared;     /* those that may distinguish principals of the current account */
    uint32_t compared_count;
    bool *trusts;        /* per document: it is a trust policy */
    uint8_t (*sorts)[2]; /* per document: results of admissions_sorts, for all and for denies only; 0: none */
    struct intern tags;  /* keys of the caller's tags in conditions of other policies, as written */
    enum admission_look *documents, *scps, *rcps; /* whether they distinguish callers, per document and account */
    struct intern names, ids;                     /* of principals in the current account */
    uint32_t *with_name, *with_id; /* per number in names and ids: the last principal with it; and per principal of */
    uint32_t *same_name, *same_id; /* the account the previous one; MODEL_NONE ends the list */
    uint32_t name_room, id_room, account;
};

void admissions_find(struct admissions *admissions, const struct model *model);
void admissions_free(struct admissions *admissions);
/* Sets the current account: the following functions are about callers in it. */
void admissions_begin(struct admissions *admissions, uint32_t account);
/* The index of the first admission of an account. */
uint32_t admissions_first(const struct admissions *admissions, uint32_t account);

/* Appends what conditions can distinguish the principal of the current account by: the patterns that match its ARN, its
 * tags. */
void admissions_mark(const struct admissions *admissions, const struct model_principal *who, struct text *words);

/* Whether conditions of the role's trust policy or of the organization distinguish callers of the account beyond
 * that. */
bool admissions_look(struct admissions *admissions, uint32_t role);
/* Calls `each` with every principal of the current account whose name or unique ID is in the role's trust policy. */
void admissions_each_named(const struct admissions *admissions, uint32_t role,
                           void (*each)(uint32_t principal, void *context), void *context);

/* Whether the document affects questions with gained permissions (only by its denies, or at all); *looks is set if it
 * distinguishes callers. */
bool admissions_sorts(struct admissions *admissions, uint32_t document, bool denies_only, bool *looks);

#endif
