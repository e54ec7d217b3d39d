/*
 * key_values: whether a condition's value can be a value of its key at all, by the shapes of context_key.h and what the
 * operator compares (operators.h). What is not certain is no fault: variables, values that only a deployment knows, and
 * wildcards under an operator that does not know them, which are condition-pitfall's business.
 */
#ifndef ROLECHAIN_INGEST_POLICY_KEY_VALUES_H
#define ROLECHAIN_INGEST_POLICY_KEY_VALUES_H

#include "ingest/policy/operators.h"
#include <stdbool.h>

/* False: no call has a value that this one matches; `why` then says what is wrong or what was expected. */
bool key_value_possible(const char *key, const struct condition_operator *op, const char *value, char *why, int size);

#endif
