/*
 * key_values: whether a value in a condition can be a value of its key at all, according to context_key.h and the type
 * that the operator compares (operators.h). Whatever is uncertain is accepted: variables, values known only after
 * deployment, and wildcards under an operator without wildcards (condition-pitfall reports those).
 */
#ifndef ROLECHAIN_INGEST_POLICY_KEY_VALUES_H
#define ROLECHAIN_INGEST_POLICY_KEY_VALUES_H

#include "ingest/policy/operators.h"
#include <stdbool.h>

/* False: no call has a value that matches; `why` then says what is wrong or was expected. */
bool key_value_possible(const char *key, const struct condition_operator *op, const char *value, char *why, int size);

#endif
