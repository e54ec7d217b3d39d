/*
 * principal_index: finds the principals of a trust policy that can match a caller.
 *
 * A trust policy may name thousands of principals. A principal can only match a caller with the same text or the same
 * account, so these are looked up. What is found still has to be matched; what is not found cannot match.
 */
#ifndef ROLECHAIN_GRAPH_POLICY_PRINCIPAL_INDEX_H
#define ROLECHAIN_GRAPH_POLICY_PRINCIPAL_INDEX_H

#include "graph/policy/statement_place.h"

/* How a caller may be named; NULL: not so. */
struct principal_names {
    const char *text;      /* its ARN, or the name of the service, provider or federated user */
    const char *unique_id; /* AIDA…, AROA… */
    const char *account;   /* 12 digits */
    const char *name;      /* of the user or role, in that account */
    bool whole_account;    /* it stands for any user or role of the account */
};

/* Fewer principals than that are gone through. */
#define PRINCIPAL_INDEX_FEWEST 24u

struct principal_index;

/* Of the statements of a document; NULL if they name so few that looking at all is cheaper. Lives in the arena. */
const struct principal_index *principal_index_make(struct arena *arena, const struct statement *statements,
                                                   uint32_t count);

/* The values of Principal and NotPrincipal that can be about the caller, ascending; of a statement that is to be looked
 * at whoever calls (it cannot be read, or has NotPrincipal) also the whole, behind its others; in the scratch arena. */
const struct statement_place *principal_index_find(const struct principal_index *index,
                                                   const struct principal_names *names, struct arena *scratch,
                                                   uint32_t *count);

#endif
