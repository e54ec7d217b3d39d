/*
 * statement_place: one value of an element (Resource, Principal) of one statement of a document: the result of policy
 * indexes.
 */
#ifndef ROLECHAIN_GRAPH_POLICY_STATEMENT_PLACE_H
#define ROLECHAIN_GRAPH_POLICY_STATEMENT_PLACE_H

#include "graph/policy/statement.h"

struct statement_place {
    uint32_t statement,
        part; /* index of the statement in the document; index of the value in the element, or STATEMENT_WHOLE */
};

/* The whole statement must be checked, whatever its values. */
#define STATEMENT_WHOLE UINT32_MAX

/* Compares by statement, then by part; for qsort. */
int statement_place_compare(const void *a, const void *b);

#endif
