/*
 * access_changes: who can become which role in one of two states and cannot, or only under stricter conditions, in the
 * other: directly and through chains.
 *
 * Only callers with chains to a direct edge that differs (hop_changes.h) are looked at, or only the roles that chains
 * reach from one, whichever are fewer. One caller stands for all that are interchangeable with it. So the work and the
 * answer grow with what changed, not with the number of pairs.
 */
#ifndef ROLECHAIN_GRAPH_CHANGE_ACCESS_CHANGES_H
#define ROLECHAIN_GRAPH_CHANGE_ACCESS_CHANGES_H

#include "graph/chains/chains.h"
#include "graph/change/hop_changes.h"

/* How access moved: gained, some call that was refused now succeeds; lost, the other way round. */
struct access_move {
    bool gained, lost;
};

/* Compares the conditions, in the two states, under which one party can become another; CONSTRAINT_FALSE: it cannot.
 * The same condition counts as the same in whatever hop of the chain it stands. If it cannot be decided, both are
 * true. */
struct access_move access_move(struct constraint_pool *pool, constraint old, constraint new);

/* A party and a role to which its access changed. It stands for all members of the group; the party is the first. If
 * the role is in the group too: for that member, swap the party and the role. */
struct access_change {
    uint32_t group;         /* in hop_changes.alike */
    uint32_t party, target; /* parties */
    struct access_move move;
    constraint residual[STATES];    /* over all chains */
    uint32_t hop_count[STATES];     /* of the chain to show; 0: there is no chain */
    const struct hop *hops[STATES]; /* in the state's nodes */
};

typedef void access_change_visit(const struct access_change *change, void *context);

/* Sets parties[i] for each party whose chains may have changed; touched as below. */
void access_changes_begin(const struct hop_changes *changes, const uint32_t *touched, bool *parties);

struct access_watcher {
    void (*step)(void *context, uint64_t done, uint64_t total);
    void *context;
};

/* Calls `each` for every pair that changed, in an order that depends only on the two worlds; its argument lives during
 * the call. touched: per party, nonzero if decisions about it may have changed in a way that no direct edge shows (what
 * is passed on from hop to hop). watcher may be NULL. */
void access_changes_each(const struct hop_changes *changes, const uint32_t *touched,
                         const struct access_watcher *watcher, access_change_visit *each, void *context);

#endif
