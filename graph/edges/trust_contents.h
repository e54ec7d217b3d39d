/*
 * trust_contents: the meaning of trust policies, regardless of how they are written (Sid, white space, the order of
 * members and values). Condition keys count as they are spelled, since answers print them so.
 *
 * Policies of one content answer every caller the same, under the same conditions, and position by position their
 * statements correspond. The evidence of an answer is still the role's own document.
 */
#ifndef ROLECHAIN_GRAPH_EDGES_TRUST_CONTENTS_H
#define ROLECHAIN_GRAPH_EDGES_TRUST_CONTENTS_H

#include "graph/edges/name_matches.h"

/* Per document; MODEL_NONE: no role has it for its trust policy. */
struct trust_contents {
    uint32_t *exact; /* equal numbers: they say the same to everyone */
    uint32_t *alike; /* they say the same to every exported user and role: names that they mention match the same */
};

/* Adds whom the policies' conditions on names match: of all accounts if a policy may let in anyone, else of those
 * whose principals it names. */
void trust_contents_make(struct trust_contents *contents, struct name_matches *matches);
void trust_contents_free(struct trust_contents *contents);

#endif
