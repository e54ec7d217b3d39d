/*
 * trust_statement: a readable statement of a role's trust policy, which is what most rules look at. facts/trust_walk.h
 * finds them.
 */
#ifndef ROLECHAIN_ANALYZER_FINDINGS_TRUST_STATEMENT_H
#define ROLECHAIN_ANALYZER_FINDINGS_TRUST_STATEMENT_H

#include "graph/model/model.h"

struct trust_statement {
    uint32_t role;
    const struct model_principal *who;
    const struct policy_use *use;
    const struct statement *statement;
    uint32_t next;          /* position of the walk */
    const void *list;       /* private to trust_walk: the list it walks */
    unsigned allowed_forms; /* from trust_walk: bits 1 << enum principal_form of the principals in its Principal, if it
                               is an Allow */
    bool outside;           /* trust_is_outside for one of them */
};

#endif
