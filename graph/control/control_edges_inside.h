/*
 * The inside of control_edges.h: control_edges.c (who controls another as it is), control_gained.c (who gives itself,
 * or another, more than it has), admissions.c (whom trust policies tell apart).
 */
#ifndef ROLECHAIN_GRAPH_CONTROL_CONTROL_EDGES_INSIDE_H
#define ROLECHAIN_GRAPH_CONTROL_CONTROL_EDGES_INSIDE_H

#include "graph/control/control_edges.h"
#include "graph/control/control_rights.h"
#include "ingest/support/text.h"

/* What the principal at hand, and all with the same policies, can do to another. */
struct named_edge {
    uint32_t to;
    enum edge_kind kind;
    constraint formula;
    const char *how;
};

struct gained;

struct adding {
    struct edges *edges;
    const struct model *model;
    struct evaluator *evaluator;
    struct control *control;
    struct constraint_pool *pool;
    uint32_t room;
    struct named_edge *named; /* by target, but for SAML providers, which come last */
    uint32_t named_count, named_room;
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

/* EDGE_EDIT_PERMISSIONS. Principals come account by account; alike: the one before had the same rights. */
struct gained *control_gained_new(struct adding *work);
void control_gained_free(struct adding *work);
void control_gained_add(struct adding *work, struct control_rights *rights, bool alike);

/* A role whose trust policy might let in somebody of the account; MODEL_NONE: of any account. */
struct admission {
    uint32_t account, role;
};

struct admissions {
    struct admission *list; /* by account, then role */
    uint32_t count, room;
    struct intern patterns; /* with which conditions compare the caller's ARN */
    bool tags;              /* conditions look at the caller's tags */
};

void admissions_find(struct admissions *admissions, const struct model *model);
void admissions_free(struct admissions *admissions);
/* Where those of the account begin. */
uint32_t admissions_first(const struct admissions *admissions, uint32_t account);

/* Appends what conditions can tell the principal by: the patterns that match its ARN, its tags. */
void admissions_mark(const struct admissions *admissions, const struct model_principal *who, struct text *words);

/* Whether conditions of the role's trust policy or of the organization look at who of the account calls, beyond that.
 */
bool admissions_look(const struct model *model, uint32_t account, uint32_t role);
/* Whether the role's trust policy names any user or role; whether it may name the user or role itself: something of its
 * name. */
bool admissions_name_any(const struct model *model, uint32_t role);
bool admissions_name(const struct model *model, uint32_t role, uint32_t principal);

/* Whether the document bears on what is asked with more permissions than one has (by its denies alone, or at all);
 * *looks becomes true if it looks at who calls. */
bool admissions_sorts(const struct model *model, uint32_t document, bool denies_only, bool *looks);

#endif
