/*
 * trust_index: the inverse of trust policies: which roles may trust a caller.
 *
 * Lists contain role sets (classes.h), or roles in the order of arn_order.h.
 */
#ifndef ROLECHAIN_GRAPH_EDGES_TRUST_INDEX_H
#define ROLECHAIN_GRAPH_EDGES_TRUST_INDEX_H

#include "graph/decision/decision.h"
#include "graph/edges/classes.h"

struct trust_index {
    const struct model *model;
    const struct classes *classes;
    uint32_t *anyone; /* role sets that admit anyone, or anyone with exceptions */
    uint32_t anyone_count;
    uint32_t *account_first, *account_sets; /* per model account: offsets, and the role sets that trust it as a whole */
    uint32_t *anyone_roles;                 /* the roles of `anyone`, by name */
    uint32_t anyone_role_count;
    uint32_t *account_role_first, *account_roles; /* the roles of account_sets, by name */
    uint32_t *named_first, *named; /* per role set: offsets, and the exported principals that it names, ascending */
    bool colons_in_paths;          /* see arn_order_match */
};

/* Model and classes must outlive it. */
struct trust_index *trust_index_new(const struct model *model, const struct classes *classes);
void trust_index_free(struct trust_index *index);

/* The trust document of one of the set's roles; the others mean the same, except for names in conditions. */
const struct model_document *trust_index_document(const struct trust_index *index, uint32_t set);

/* The member of a block of callers that represents the block towards roles of the set: not one that their trust policy
 * names, since that one has edges of its own. The member must be outside `account` (MODEL_NONE: anywhere); members of
 * an account are adjacent. MODEL_NONE: there is none. */
uint32_t trust_index_speaker(const struct trust_index *index, const struct partition *callers, uint32_t block,
                             uint32_t set, uint32_t account);

/* Whether an Allow statement of the set's trust policy might match the caller: by account, name or kind. */
bool trust_index_may_admit(const struct trust_index *index, uint32_t set, const struct caller *caller);

#endif
