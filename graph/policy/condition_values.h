/*
 * condition_values: the values of one condition, found by their text. A trust policy may name thousands of accounts or
 * principals in a condition, and each of those who call is looked for among them.
 *
 * Only of operators for which a value without wildcards matches nothing but itself: of texts and ARNs, letters not
 * folded.
 */
#ifndef ROLECHAIN_GRAPH_POLICY_CONDITION_VALUES_H
#define ROLECHAIN_GRAPH_POLICY_CONDITION_VALUES_H

#include "graph/policy/statement.h"

/* Values are the condition's own. */
struct condition_values {
    const char *const *plain; /* sorted; without wildcards and variables */
    const char *const *others;
    uint32_t plain_count, other_count;
    bool variables; /* some hold a variable, where the policy has variables */
};

/* Lives in the arena. NULL: values are few, or of another operator. */
const struct condition_values *condition_values_make(struct arena *arena, const struct statement_condition *condition);

/* The plain value that is this text; NULL: none is. */
const char *condition_values_find(const struct condition_values *values, const char *text);

/* As condition_holds for all of them as they are written. */
bool condition_values_hold(const struct condition_values *policy, const struct condition_name *name,
                           const char *const *values, size_t count);

#endif
