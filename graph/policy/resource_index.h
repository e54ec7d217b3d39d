/*
 * resource_index: finds the Resource patterns of a document that can match an ARN.
 *
 * A policy may hold thousands of statements or resources, and is asked about thousands of roles. A pattern matches only
 * what begins with its text before the first wildcard and ends with its text behind the last: the one that fewer
 * patterns share is looked up, and the pattern still has to be matched. Patterns of which neither says anything, or
 * that hold variables, and NotResource, are always among those that can match.
 */
#ifndef ROLECHAIN_GRAPH_POLICY_RESOURCE_INDEX_H
#define ROLECHAIN_GRAPH_POLICY_RESOURCE_INDEX_H

#include "graph/policy/statement_place.h"

struct resource_index;

/* Of the statements of a document; NULL if there are so few that looking at all is cheaper. Lives in the arena and
 * keeps pointers to their texts. */
const struct resource_index *resource_index_make(struct arena *arena, const struct statement *statements,
                                                 uint32_t count);

/* The Resource patterns that can match the ARN, ascending; in the scratch arena. */
const struct statement_place *resource_index_find(const struct resource_index *index, const char *arn,
                                                  struct arena *scratch, uint32_t *count);

#endif
