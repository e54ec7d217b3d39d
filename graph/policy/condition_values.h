/*
 * condition_values: looks up the values of one condition by their text. A trust policy may name thousands of accounts
 * or principals in a condition, and every caller is compared with them.
 *
 * Only for operators under which a value without wildcards matches only itself: strings and ARNs, case-sensitive.
 */
#ifndef ROLECHAIN_GRAPH_POLICY_CONDITION_VALUES_H
#define ROLECHAIN_GRAPH_POLICY_CONDITION_VALUES_H

#include "graph/policy/statement.h"

/* The values belong to the condition. */
struct condition_values {
    const char *const *plain; /* sorted; without wildcards and variables */
    const char *const *others;
    uint32_t plain_count, other_count;
    bool variables; /* some contain a variable, and the policy supports variables */
};

/* Lives in the arena. NULL: there are few values, or the operator is another one. */
const struct condition_values *condition_values_make(struct arena *arena, const struct statement_condition *condition);

/* The plain value with this text; NULL: none. */
const char *condition_values_find(const struct condition_values *values, const char *text);

/* As condition_holds with all of them as written. */
bool condition_values_hold(const struct condition_values *policy, const struct condition_name *name,
                           const char *const *values, size_t count);

#endif
