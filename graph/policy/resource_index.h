/*
 * resource_index: finds the Resource patterns of a document that can match an ARN.
 *
 * A policy may have thousands of statements or resources, and is asked about thousands of roles. A pattern only matches
 * texts that begin with its part before the first wildcard and end with its part after the last one: whichever of the
 * two fewer patterns share is looked up, and the pattern still has to be matched. Patterns without either part,
 * patterns with variables, and NotResource are always returned.
 */
#ifndef ROLECHAIN_GRAPH_POLICY_RESOURCE_INDEX_H
#define ROLECHAIN_GRAPH_POLICY_RESOURCE_INDEX_H

#include "graph/policy/statement_place.h"

struct resource_index;

/* For the statements of a document; NULL if there are so few that checking all is cheaper. Lives in the arena and keeps
 * pointers to their texts. */
const struct resource_index *resource_index_make(struct arena *arena, const struct statement *statements,
                                                 uint32_t count);

/* The Resource patterns that can match the ARN, ascending; in the scratch arena. */
const struct statement_place *resource_index_find(const struct resource_index *index, const char *arn,
                                                  struct arena *scratch, uint32_t *count);

#endif
