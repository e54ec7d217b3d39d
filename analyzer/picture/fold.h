/*
 * fold: which nodes of the edges are drawn, and which are drawn as one.
 *
 * A fold is a partition of the vertices (nodes that can be drawn) into blocks, with the arcs between them. Each step
 * makes the partition coarser. Blocks are numbered in the order of their least vertex, so the result depends on the
 * edges alone.
 */
#ifndef ROLECHAIN_ANALYZER_PICTURE_FOLD_H
#define ROLECHAIN_ANALYZER_PICTURE_FOLD_H

#include "graph/edges/edges.h"

/* The residual of an arc that stands for edges with different conditions. */
#define FOLD_VARIOUS UINT32_MAX

struct arc {
    uint32_t from, to;
    uint32_t place;             /* where it stood before arcs were sorted */
    constraint residual;        /* of its conditional edges, or FOLD_VARIOUS */
    uint32_t sure, conditional; /* how many edges it stands for */
    uint32_t control;           /* how many of them are control over IAM rather than sts:AssumeRole */
    enum edge_kind kind;        /* of its first control edge */
    bool chained;               /* one of them is a hop among others, see picture_edge */
};

struct fold {
    const struct edges *edges;
    const bool *administrators; /* by principal; NULL: none */
    struct arc *base;           /* between vertices, sorted by from, then to; one a pair */
    uint32_t base_count, base_room;
    uint32_t *block; /* by node; MODEL_NONE: not drawn */
    bool *focused;   /* by node */
    uint32_t block_count;
    uint32_t *first;   /* by block: its least vertex */
    uint32_t *members; /* by block: how many vertices */
    uint32_t *account; /* by block: of all its vertices; MODEL_NONE: none, or several */
    struct arc *arcs;  /* between blocks, sorted by from, then to; one a pair; no loops */
    uint32_t arc_count;
    uint32_t loops, redundant;             /* edges left out: of a role to itself, into roles that anyone may assume */
    uint32_t administration;               /* … and what administrators control in their own account */
    uint32_t undrawn_users, undrawn_roles; /* principals that no edge touches */
};

/* Every vertex that an edge touches, one block each. `redundant`: keep edges into roles that anyone may assume, apart
 * from anyone's. */
void fold_open(struct fold *fold, const struct edges *edges, const bool *administrators, bool redundant);
void fold_close(struct fold *fold);

/* Keeps what is within so many hops of the given nodes, with the edges on the way. */
void fold_focus(struct fold *fold, const uint32_t *nodes, uint32_t count, uint32_t hops);

/* Takes apart what the steps below put together. */
void fold_reset(struct fold *fold);

/* Draws at least `least` users or roles of one account as one if they have the same callers and roles; `loose`: under
 * whatever conditions. */
void fold_twins(struct fold *fold, uint32_t least, bool loose);

/* Draws services of which each only leads to roles without other callers and without further steps as one, and those
 * roles as one an account; if there are at least `least` services. */
void fold_services(struct fold *fold, uint32_t least);

/* Roles of one name in at least `least` accounts. */
void fold_names(struct fold *fold, uint32_t least);

/* Roles of one account that lead nowhere; callers of one account that nobody becomes. */
void fold_ends(struct fold *fold, bool callers);

void fold_accounts(struct fold *fold);

/* Whatever the outside parties of one kind are, then all but the busiest blocks. */
void fold_outside(struct fold *fold);
void fold_rest(struct fold *fold, uint32_t maximum);

/* Puts blocks with equal keys together, if at least `least` have that key. A key of zeros stays alone. Every step is
 * made of this. */
struct fold_key {
    uint64_t words[2];
    uint32_t block;
};
void fold_regroup(struct fold *fold, struct fold_key *keys, uint32_t least);

/* Whether the model's principal was said to be an administrator. */
bool fold_is_administrator(const struct fold *fold, uint32_t principal);

#endif
