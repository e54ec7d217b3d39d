/*
 * access_changes: who can become which role in one of two states and cannot, or only under stricter conditions, in the
 * other: directly and through chains.
 *
 * Only those are looked at from whom chains lead to a direct edge that differs (hop_changes.h), or only the roles to
 * which chains lead from one, whichever are fewer; and of callers that can be exchanged without any difference one for
 * all. So the work and the answer grow with what changed, not with the pairs.
 */
#ifndef ROLECHAIN_GRAPH_CHANGE_ACCESS_CHANGES_H
#define ROLECHAIN_GRAPH_CHANGE_ACCESS_CHANGES_H

#include "graph/chains/chains.h"
#include "graph/change/hop_changes.h"

/* What became of access: whether some call that was refused succeeds now, and the other way round. */
struct access_move {
    bool gained, lost;
};

/* Of the two demands under which one can become the other, CONSTRAINT_FALSE: it cannot. Demands in other hops of a
 * chain count as the same. What cannot be told counts as both. */
struct access_move access_move(struct constraint_pool *pool, constraint old, constraint new);

/* One party and a role that it can become otherwise than before. It says the same of all members of its group, the
 * party being the first: where the role is one of them, with the role and the member exchanged. */
struct access_change {
    uint32_t group;         /* of hop_changes.alike */
    uint32_t party, target; /* parties */
    struct access_move move;
    constraint residual[STATES];    /* of all chains */
    uint32_t hop_count[STATES];     /* of the chain to show; 0: there is none */
    const struct hop *hops[STATES]; /* in nodes of the state */
};

typedef void access_change_visit(const struct access_change *change, void *context);

/* Sets a flag a party of those from whom chains may have changed; touched as below. */
void access_changes_begin(const struct hop_changes *changes, const uint32_t *touched, bool *parties);

struct access_watcher {
    void (*step)(void *context, uint64_t done, uint64_t total);
    void *context;
};

/* Calls each for every pair that changed, in an order that depends on the worlds alone; what it gets lives during the
 * call.
 * touched: per party a number that is not 0 if decisions about it may have changed that no direct edge shows (what may
 * be passed on from hop to hop); watcher NULL: nobody. */
void access_changes_each(const struct hop_changes *changes, const uint32_t *touched,
                         const struct access_watcher *watcher, access_change_visit *each, void *context);

#endif
