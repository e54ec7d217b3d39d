/*
 * condition: the operators of the Condition element (ingest/policy/operators.h), evaluated on concrete values.
 *
 * Unknown keys are handled in decision.h and constraint.h: here a value is given or absent. Source:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
#ifndef ROLECHAIN_GRAPH_POLICY_CONDITION_H
#define ROLECHAIN_GRAPH_POLICY_CONDITION_H

#include "ingest/policy/operands.h"
#include "ingest/policy/operators.h"
#include <stddef.h>

/* Whether a request's value matches a policy's value; for a negated operator, what it negates. Not for
 * CONDITION_NULL. */
bool condition_matches(const struct condition_operator *op, const char *request, const char *policy);

/* Evaluates on concrete values: values/count are the request's (count 0 = the key is absent),
 * policy_values/policy_count the policy's, after substitution; a NULL policy value is a variable without value and
 * default: it matches nothing. A single-valued operator on several request values holds like ForAnyValue (negated: none
 * matches). */
bool condition_holds(const struct condition_name *name, const char *const *values, size_t count,
                     const char *const *policy_values, size_t policy_count);

#endif
