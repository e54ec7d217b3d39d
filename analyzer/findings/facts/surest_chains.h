/*
 * surest_chains: walks from many nodes at once that prefer chains that require little of the caller.
 */
#ifndef ROLECHAIN_ANALYZER_FINDINGS_FACTS_SUREST_CHAINS_H
#define ROLECHAIN_ANALYZER_FINDINGS_FACTS_SUREST_CHAINS_H

#include "analyzer/findings/facts/reachability.h"

/* Chains without conditions; chains whose conditions the caller can meet alone; all chains. */
enum { CHAINS_SURE, CHAINS_CHOSEN, CHAINS_ANY, CHAINS_SURENESSES };

struct sweeps {
    struct reachability of[CHAINS_SURENESSES];
};

/* Walks from the sources; stops as in struct reachability. */
void sweeps_run(struct sweeps *sweeps, struct analysis *analysis, const bool *stops, const bool *sources);
void sweeps_close(struct sweeps *sweeps);

/* As reachability_chain: the surest chain, and a shortest of those. */
uint32_t surest_chain(const struct sweeps *sweeps, uint32_t role, struct hop **hops);

/* Whether some hop depends on something that the caller cannot choose: MFA, the network, claims of a token. */
bool chain_depends_on_others(const struct analysis *analysis, const struct hop *hops, uint32_t count);

#endif
