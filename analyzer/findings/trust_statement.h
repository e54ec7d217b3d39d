/*
 * trust_statement: a readable statement of a role's trust policy: what most rules look at. facts/trust_walk.h finds
 * them.
 */
#ifndef ROLECHAIN_ANALYZER_FINDINGS_TRUST_STATEMENT_H
#define ROLECHAIN_ANALYZER_FINDINGS_TRUST_STATEMENT_H

#include "graph/model/model.h"

struct trust_statement {
    uint32_t role;
    const struct model_principal *who;
    const struct policy_use *use;
    const struct statement *statement;
    uint32_t next;          /* where to go on */
    const void *list;       /* of trust_walk: in what */
    unsigned allowed_forms; /* 1 << enum principal_form of those that it allows by Principal, where trust_walk met it */
    bool outside;           /* trust_is_outside for one of them */
};

#endif
