/*
 * administrator_rows: who is, or can make themselves, administrator of which account: users and roles by their own
 * permissions (administrators.h), and everyone with a chain of roles to one of them.
 */
#ifndef ROLECHAIN_ANALYZER_ANALYSIS_ADMINISTRATOR_ROWS_H
#define ROLECHAIN_ANALYZER_ANALYSIS_ADMINISTRATOR_ROWS_H

#include "analyzer/analysis/administrators.h"

/* An administrator of an account. */
struct administrator_row {
    uint32_t account;                   /* model index */
    uint32_t node;                      /* in the edges */
    const struct administrator *itself; /* NULL: through a chain */
    /* For a chain: the surest one to a role that is an administrator. */
    const struct hop *hops;
    uint32_t hop_count;
    enum verdict verdict;                   /* ALLOWED or CONDITIONAL */
    constraint residual;                    /* the surest over all chains to administrators */
    uint32_t can_become, can_surely_become; /* for a role: how many others can become it; see exposure.h */
};

struct administrator_rows {
    struct arena arena;
    struct administrator_row *list; /* sorted by account; within one, first administrators by themselves (by policy,
                                       then by control), then through chains */
    uint32_t count, room;
    uint32_t roles; /* number of roles that are administrators by themselves */
    bool no_chains; /* chains were left out: there are more such roles than ADMINISTRATOR_ROLES, or too many chains over
                       control */
};

/* Chains are listed for at most this many roles. */
#define ADMINISTRATOR_ROLES 400u

/* For the wanted accounts (per model account; NULL: all), over the edges of the analysis (with or without control). */
void administrator_rows_find(struct analysis *analysis, const bool *wanted, struct administrator_rows *rows);
void administrator_rows_free(struct administrator_rows *rows);

#endif
