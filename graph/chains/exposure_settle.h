/*
 * exposure_settle: exact numbers for exposure.h, for roles that few principals can become.
 *
 * Roles with the same ends are entered over the same edges, so whoever can become one of them can become all, except
 * for the role itself. The chains of the first are searched, and those of the second, which show whether the first is
 * among its callers; the others are counted from that.
 */
#ifndef ROLECHAIN_GRAPH_CHAINS_EXPOSURE_SETTLE_H
#define ROLECHAIN_GRAPH_CHAINS_EXPOSURE_SETTLE_H

#include "graph/chains/exposure.h"
#include "ingest/support/hash_index.h"
#include <stddef.h>

/* How many steps the searches for all chains over the edges may take (some seconds); 0: any number. Only over control
 * can they take very many. */
uint64_t exposure_most_steps(const struct edges *edges);

/* Zero-initialise but for the edges and what is asked. */
struct exposure_settling {
    const struct edges *edges;
    bool numbers_alone;  /* exposure.always is not needed */
    size_t looked;       /* at how many roles */
    uint64_t steps;      /* that the searches for their chains took */
    uint64_t most_steps; /* 0: no limit; roles that come after stay as they are */
    struct settled_set *sets;
    uint32_t count, room;
    struct hash_index by_ends;
};

/* Makes certain, at_most, outside and always (which includes those whose chains together cover every case) exact, if
 * at_most is small enough for this to be cheap. */
void exposure_settle(struct exposure_settling *settling, uint32_t role, struct exposure *exposure);
void exposure_settling_free(struct exposure_settling *settling);

#endif
