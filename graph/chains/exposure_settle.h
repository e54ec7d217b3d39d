/*
 * exposure_settle: exact numbers for exposure.h, where few principals can become a role.
 *
 * Roles with the same ends are entered over the same edges, so who ends up as one of them ends up as all, the role
 * itself apart. The chains of the first are looked at, and those of the second, which tell whether the first is among
 * them; the others are counted by that.
 */
#ifndef ROLECHAIN_GRAPH_CHAINS_EXPOSURE_SETTLE_H
#define ROLECHAIN_GRAPH_CHAINS_EXPOSURE_SETTLE_H

#include "graph/chains/exposure.h"
#include "ingest/support/hash_index.h"
#include <stddef.h>

/* How many steps searches for all chains over the edges may take, some seconds; 0: any number. Only over control they
 * can take very many. */
uint64_t exposure_most_steps(const struct edges *edges);

/* Zero-initialise but for the edges and what is asked. */
struct exposure_settling {
    const struct edges *edges;
    bool numbers_alone;  /* nobody asks for exposure.always */
    size_t looked;       /* at so many roles */
    uint64_t steps;      /* that the searches for their chains took */
    uint64_t most_steps; /* 0: no limit; roles that come after stay as they are */
    struct settled_set *sets;
    uint32_t count, room;
    struct hash_index by_ends;
};

/* Makes certain, at_most, outside and always (also of those whose chains together cover every case) exact, if at_most
 * is small enough that it is cheap. */
void exposure_settle(struct exposure_settling *settling, uint32_t role, struct exposure *exposure);
void exposure_settling_free(struct exposure_settling *settling);

#endif
