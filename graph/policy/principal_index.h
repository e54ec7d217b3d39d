/*
 * principal_index: finds the principals of a trust policy that can match a caller.
 *
 * A trust policy may name thousands of principals. A principal can only match a caller with the same text or the same
 * account, so these are looked up. The results still have to be matched; nothing else can match.
 */
#ifndef ROLECHAIN_GRAPH_POLICY_PRINCIPAL_INDEX_H
#define ROLECHAIN_GRAPH_POLICY_PRINCIPAL_INDEX_H

#include "graph/policy/statement_place.h"

/* The names that a caller may be given; NULL: none of that kind. */
struct principal_names {
    const char *text;      /* its ARN, or the name of the service, provider or federated user */
    const char *unique_id; /* AIDA…, AROA… */
    const char *account;   /* 12 digits */
    const char *name;      /* of the user or role, in that account */
    bool whole_account;    /* it stands for any user or role of the account */
};

/* With fewer principals than this, all are checked. */
#define PRINCIPAL_INDEX_FEWEST 24u

struct principal_index;

/* For the statements of a document; NULL if they name so few principals that checking all is cheaper. Lives in the
 * arena. */
const struct principal_index *principal_index_make(struct arena *arena, const struct statement *statements,
                                                   uint32_t count);

/* The values of Principal and NotPrincipal that can match the caller, ascending. A statement that must be checked for
 * every caller (it cannot be read, or has NotPrincipal) is also returned as a whole, after its values. In the scratch
 * arena. */
const struct statement_place *principal_index_find(const struct principal_index *index,
                                                   const struct principal_names *names, struct arena *scratch,
                                                   uint32_t *count);

#endif
