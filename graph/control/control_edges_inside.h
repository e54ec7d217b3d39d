/*
 * The inside of control_edges.h: control_edges.c (all), control_named.c (who controls another as it is),
 * control_gained.c (who gives itself, or another, more than it has), admissions.c (whom trust policies tell apart).
 */
#ifndef ROLECHAIN_GRAPH_CONTROL_CONTROL_EDGES_INSIDE_H
#define ROLECHAIN_GRAPH_CONTROL_CONTROL_EDGES_INSIDE_H

#include "graph/control/control_edges.h"
#include "graph/control/control_rights.h"
#include "ingest/support/text.h"

/* What the principal at hand, and others like it, can do to somebody as they are. */
struct named_edge {
    uint32_t to;
    enum edge_kind kind;
    constraint formula;
    const char *how;
};
struct named_list {
    struct named_edge *edges; /* by target, but for SAML providers, which come last */
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
    uint8_t *verdicts; /* per formula: one more than its enum verdict; 0: not asked */
    uint32_t verdict_room;
    struct named *named;
    struct named_list *now; /* of the principal at hand */
    struct intern words;
    const char **kept; /* by number of words */
    uint32_t kept_room;
    struct gained *gained;
};

/* The text for as long as the edges live. */
const char *control_edges_keep(struct adding *work, const char *text);

/* An edge, if the formula can hold. */
void control_edges_put(struct adding *work, uint32_t from, uint32_t to, enum edge_kind kind, constraint formula,
                       const char *how);

/* Makes work->now that of the principal. Principals come account by account. */
struct named *control_named_new(const struct adding *work);
void control_named_free(struct named *named);
void control_named_find(struct adding *work, struct control_rights *rights);

/* EDGE_EDIT_PERMISSIONS. Principals come account by account; alike: the one before had the same rights. */
struct gained *control_gained_new(struct adding *work);
void control_gained_free(struct adding *work);
void control_gained_add(struct adding *work, struct control_rights *rights, bool alike);

/* Whether something looks at who calls. */
enum admission_look { LOOK_NOT_ASKED, LOOKS_NOT, LOOKS };

/* A role whose trust policy might let in somebody of the account; MODEL_NONE: of any account. */
struct admission {
    uint32_t account, role;
};

struct admissions {
    const struct model *model;
    struct admission *list; /* by account, then role */
    uint32_t count, room;
    struct intern patterns; /* with which conditions compare the caller's ARN */
    uint32_t *compared;     /* those that may tell apart whoever is of the account at hand */
    uint32_t compared_count;
    bool *trusts;        /* per document: it is a trust policy */
    uint8_t (*sorts)[2]; /* per document: what admissions_sorts says, of all and of denies only; 0: not asked */
    struct intern tags;  /* keys of the caller's tags at which conditions of other policies look, as they are written */
    enum admission_look *documents, *scps, *rcps; /* at who calls, per document and account */
    struct intern names, ids;                     /* of principals of the account at hand */
    uint32_t *with_name, *with_id; /* per number of these: the last principal of it, and for each principal of */
    uint32_t *same_name, *same_id; /* the account the one before; MODEL_NONE ends */
    uint32_t name_room, id_room, account;
};

void admissions_find(struct admissions *admissions, const struct model *model);
void admissions_free(struct admissions *admissions);
/* From here on it is about callers of this account. */
void admissions_begin(struct admissions *admissions, uint32_t account);
/* Where those of an account begin. */
uint32_t admissions_first(const struct admissions *admissions, uint32_t account);

/* Appends what conditions can tell the principal of the account at hand by: the patterns that match its ARN, its tags.
 */
void admissions_mark(const struct admissions *admissions, const struct model_principal *who, struct text *words);

/* Whether conditions of the role's trust policy or of the organization look at who of the account calls, beyond that.
 */
bool admissions_look(struct admissions *admissions, uint32_t role);
/* Calls `each` with every principal of the account at hand of which the role's trust policy has the name or the unique
 * ID. */
void admissions_each_named(const struct admissions *admissions, uint32_t role,
                           void (*each)(uint32_t principal, void *context), void *context);

/* Whether the document bears on what is asked with more permissions than one has (by its denies alone, or at all);
 * *looks becomes true if it looks at who calls. */
bool admissions_sorts(struct admissions *admissions, uint32_t document, bool denies_only, bool *looks);

#endif
