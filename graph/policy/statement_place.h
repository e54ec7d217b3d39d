/*
 * statement_place: one value of an element (Resource, Principal) of one statement of a document: what the indexes of
 * policies find.
 */
#ifndef ROLECHAIN_GRAPH_POLICY_STATEMENT_PLACE_H
#define ROLECHAIN_GRAPH_POLICY_STATEMENT_PLACE_H

#include "graph/policy/statement.h"

struct statement_place {
    uint32_t statement, part; /* index among the document's; index in the element, or STATEMENT_WHOLE */
};

/* The statement is to be looked at as a whole, whatever its values. */
#define STATEMENT_WHOLE UINT32_MAX

/* By statement, then by part. Fits qsort. */
int statement_place_compare(const void *a, const void *b);

#endif
