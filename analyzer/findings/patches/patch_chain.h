/*
 * patch_chain: cuts of chains: the trust policy of one role on the chain, without the principals through which the
 * chain leads.
 *
 * A cut is proved by deciding these principals again with the new policy and following all edges that are left: no
 * principal at which such chains begin may still reach the end of the chain.
 */
#ifndef ROLECHAIN_ANALYZER_FINDINGS_PATCHES_PATCH_CHAIN_H
#define ROLECHAIN_ANALYZER_FINDINGS_PATCHES_PATCH_CHAIN_H

#include "analyzer/findings/patches/patches.h"

struct chain_cut {
    const struct hop *hops; /* the chain that the finding shows */
    uint32_t count;
    const bool *sources;                                     /* per node: where such chains begin */
    const bool *stops;                                       /* per node: is reached, but not left; NULL: none */
    bool (*follows)(const struct edge *edge, void *context); /* edges that chains lead over; NULL: all */
    void *context;
    bool shared; /* follows is NULL; sources and stops are the same arrays, and say the same, in each cut that has them,
                    as long as the findings live: what they reach is found once */
    bool indirect; /* who is a source and enters the last role itself makes no chain */
    /* Another way to cut than to take those away through whom the chain leads: the role's trust policy mended, NULL:
     * not there; entering: per node, who of them enters it. What the patch's style is. Who still passes, by when it
     * gets in. NULL, all of them: none. */
    json_t *(*mended)(struct analysis *analysis, uint32_t role, const bool *entering);
    enum patch_style style;
    bool (*passes)(struct analysis *analysis, constraint access);
    bool circle; /* the chain ends where it begins; each of its roles must be out of reach of itself; no sources */
};

/* Whether the finding's cut is looked for: not where patches are not shown; nor once the cuts of the findings before
 * it, which are worse, took as much work as there is for all of them; finding->fix says so then, and how to ask for it.
 */
bool chain_can_be_cut(struct findings *findings, struct finding *finding);

/* Of how many findings that was said. */
size_t chain_cuts_left_out(struct findings *findings);

/* So many nodes and edges may be walked over; for tests. */
void chain_cut_limit(struct findings *findings, uint64_t work);

/* Offers the cut at the role of the chain that takes away least, of those that are proved; one that leaves nobody a way
 * into the role is tried only if no other is, for the words that say why it is not offered. */
bool chain_cut_offer(struct analysis *analysis, struct findings *findings, struct finding *finding,
                     const struct chain_cut *cut);

#endif
