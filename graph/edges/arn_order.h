/*
 * arn_order: principals in the order of the part of their ARN after the account ("role/path/name"), so that a pattern
 * which tells the beginning of that part finds those that it matches without trying all.
 */
#ifndef ROLECHAIN_GRAPH_EDGES_ARN_ORDER_H
#define ROLECHAIN_GRAPH_EDGES_ARN_ORDER_H

#include "graph/model/model.h"

/* Whether that part has a colon in some ARN: a star in front of it may run over those. */
bool arn_order_has_colons(const struct model *model);

void arn_order_sort(const struct model *model, uint32_t *principals, uint32_t count);

/* Calls each for the principals of the list (in that order) whose ARN the Resource pattern matches, until it returns
 * false. colons: of arn_order_has_colons. */
void arn_order_match(const struct model *model, bool colons, const uint32_t *principals, uint32_t count,
                     const char *pattern, bool (*each)(uint32_t principal, void *context), void *context);

#endif
