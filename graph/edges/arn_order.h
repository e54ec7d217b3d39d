/*
 * arn_order: principals in the order of the part of their ARN after the account ("role/path/name"), so that a pattern
 * which tells the beginning of that part finds those that it matches without trying all; and in the order of ARNs read
 * backwards, for patterns that tell their end.
 */
#ifndef ROLECHAIN_GRAPH_EDGES_ARN_ORDER_H
#define ROLECHAIN_GRAPH_EDGES_ARN_ORDER_H

#include "graph/model/model.h"

/* Whether that part has a colon in some ARN: a star in front of it may run over those. */
bool arn_order_has_colons(const struct model *model);

void arn_order_sort(const struct model *model, uint32_t *principals, uint32_t count);

/* The list that was searched last, by ARNs read backwards once that pays. Zero-initialise. */
struct arn_ends {
    const uint32_t *of; /* the list */
    uint32_t count, searches;
    uint32_t *backwards, room; /* of the list, if sorted */
    bool sorted;
};
void arn_ends_free(struct arn_ends *ends);

/* Calls each for the principals of the list (in that order) whose ARN the Resource pattern matches, in any order, until
 * it returns false. colons: of arn_order_has_colons. The list must stay as it is while `ends` is used. */
void arn_order_match(const struct model *model, bool colons, const uint32_t *principals, uint32_t count,
                     struct arn_ends *ends, const char *pattern, bool (*each)(uint32_t principal, void *context),
                     void *context);

#endif
