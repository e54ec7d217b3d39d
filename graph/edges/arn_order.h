/*
 * arn_order: principals sorted by the part of their ARN after the account ("role/path/name"), so that the matches of a
 * pattern with a fixed beginning of that part are found without trying all; also sorted by reversed ARNs, for patterns
 * with a fixed end.
 */
#ifndef ROLECHAIN_GRAPH_EDGES_ARN_ORDER_H
#define ROLECHAIN_GRAPH_EDGES_ARN_ORDER_H

#include "graph/model/model.h"

/* Whether that part contains a colon in some ARN: a star before it may then match across colons. */
bool arn_order_has_colons(const struct model *model);

void arn_order_sort(const struct model *model, uint32_t *principals, uint32_t count);

/* The list searched last, sorted by reversed ARNs once that pays. Zero-initialise. */
struct arn_ends {
    const uint32_t *of; /* the list */
    uint32_t count, searches;
    uint32_t *backwards, room; /* of the list, if sorted */
    bool sorted;
};
void arn_ends_free(struct arn_ends *ends);

/* Calls each for the principals of the list (sorted by arn_order_sort) whose ARN the Resource pattern matches, in any
 * order, until it returns false. colons: from arn_order_has_colons. The list must not change while `ends` is used. */
void arn_order_match(const struct model *model, bool colons, const uint32_t *principals, uint32_t count,
                     struct arn_ends *ends, const char *pattern, bool (*each)(uint32_t principal, void *context),
                     void *context);

#endif
