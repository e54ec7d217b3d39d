/*
 * exposure_settle: exact numbers for exposure.h, for roles that few principals can become.
 *
 * Roles with the same ends are entered over the same edges, so whoever can become one of them can become all, except
 * the role itself. The chains to the first are searched, and those to the second, which show whether the first is among
 * its callers; the others are counted from that.
 */
#ifndef ROLECHAIN_GRAPH_CHAINS_EXPOSURE_SETTLE_H
#define ROLECHAIN_GRAPH_CHAINS_EXPOSURE_SETTLE_H

#include "graph/chains/exposure.h"
#include "ingest/support/hash_index.h"
#include <stddef.h>

/* The limit of steps for the searches of all chains over the edges (some seconds); 0: no limit. Only edges of control
 * can need very many. */
uint64_t exposure_most_steps(const struct edges *edges);

/* Zero-initialise except for the edges and the settings. */
struct exposure_settling {
    const struct edges *edges;
    bool numbers_alone;  /* exposure.always is not needed */
    size_t looked;       /* number of roles searched */
    uint64_t steps;      /* taken by the searches for their chains */
    uint64_t most_steps; /* 0: no limit; roles after it are left unchanged */
    struct settled_set *sets;
    uint32_t count, room;
    struct hash_index by_ends;
};

/* Makes certain, at_most, outside and always (including principals whose chains together cover every case) exact, if
 * at_most is small enough for this to be cheap. */
void exposure_settle(struct exposure_settling *settling, uint32_t role, struct exposure *exposure);
void exposure_settling_free(struct exposure_settling *settling);

#endif
