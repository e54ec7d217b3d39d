/*
 * patch_chain: cuts of chains: the trust policy of one role on the chain without the principals through which the chain
 * leads.
 *
 * A cut is proved by deciding these principals again with the new policy and following all remaining edges: no
 * principal at which such chains begin may still reach the end of the chain.
 */
#ifndef ROLECHAIN_ANALYZER_FINDINGS_PATCHES_PATCH_CHAIN_H
#define ROLECHAIN_ANALYZER_FINDINGS_PATCHES_PATCH_CHAIN_H

#include "analyzer/findings/patches/patches.h"

struct chain_cut {
    const struct hop *hops; /* the chain that the finding shows */
    uint32_t count;
    const bool *sources;                                     /* per node: where such chains begin */
    const bool *stops;                                       /* per node: reached, but not left; NULL: none */
    bool (*follows)(const struct edge *edge, void *context); /* edges that chains may use; NULL: all */
    void *context;
    bool shared; /* follows is NULL; sources and stops are arrays that all cuts with them share unchanged as long as the
                    findings live: what they reach is computed once */
    bool indirect; /* a source that enters the last role directly is not a chain */
    /* An alternative to removing principals. mended: the role's trust policy with a condition added, NULL: not possible
     * there; entering: per node, which of those principals enter it. style: the style of that patch. passes: whether
     * somebody with this access still passes. All NULL: no alternative. */
    json_t *(*mended)(struct analysis *analysis, uint32_t role, const bool *entering);
    enum patch_style style;
    bool (*passes)(struct analysis *analysis, constraint access);
    bool circle; /* the chain ends where it begins; none of its roles may reach itself; no sources */
};

/* Whether to look for the finding's cut: not if patches are not shown, nor once the worse findings before it have used
 * up the work allowed for all cuts. In that case finding->fix says so and how to ask for it. */
bool chain_can_be_cut(struct findings *findings, struct finding *finding);

/* For how many findings the cut was left out. */
size_t chain_cuts_left_out(struct findings *findings);

/* Sets the limit of nodes and edges to visit; for tests. */
void chain_cut_limit(struct findings *findings, uint64_t work);

/* Offers, of the proved cuts along the chain, the one that removes the least access. A cut that leaves nobody a way
 * into the role is tried only if there is no other, to explain why it is not offered. */
bool chain_cut_offer(struct analysis *analysis, struct findings *findings, struct finding *finding,
                     const struct chain_cut *cut);

#endif
