/*
 * trust_contents: the meaning of trust policies, regardless of how they are written (Sid, white space, the order of
 * members and values). The spelling of condition keys counts, since answers print it.
 *
 * Policies with the same content give every caller the same answer, under the same conditions, and their statements
 * correspond by position. The evidence of an answer is still the role's own document.
 */
#ifndef ROLECHAIN_GRAPH_EDGES_TRUST_CONTENTS_H
#define ROLECHAIN_GRAPH_EDGES_TRUST_CONTENTS_H

#include "graph/edges/name_matches.h"

/* Per document; MODEL_NONE: not a trust policy of any role. */
struct trust_contents {
    uint32_t *exact; /* equal numbers: they give everyone the same answer */
    uint32_t *
        alike; /* they give every exported user and role the same answer: the names in them match the same principals */
};

/* Adds the principals that the policies' conditions on names match: of all accounts if a policy may admit anyone, else
 * of those whose principals it names. */
void trust_contents_make(struct trust_contents *contents, struct name_matches *matches);
void trust_contents_free(struct trust_contents *contents);

#endif
