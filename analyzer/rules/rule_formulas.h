/*
 * rule_formulas: questions about the conditions of chains that decide a rule.
 */
#ifndef ROLECHAIN_ANALYZER_RULES_RULE_FORMULAS_H
#define ROLECHAIN_ANALYZER_RULES_RULE_FORMULAS_H

#include "analyzer/rules/rule.h"
#include "graph/constraint/constraint.h"

/* The chains' conditions, restricted to calls that do not meet the condition of `unless` in any hop. DEMAND_NONE:
 * unchanged. */
constraint rule_formula_without(struct constraint_pool *pool, constraint demands, const struct demand *unless);

/* Whether some call satisfies it. NO; YES: whatever the exports leave open; UNDECIDED: it depends on what they leave
 * open. */
enum constraint_answer rule_formula_possible(struct constraint_pool *pool, constraint formula);

/* Whether all calls satisfy it, with the same answers. */
enum constraint_answer rule_formula_certain(struct constraint_pool *pool, constraint formula);

/* The formula for a caller who is not in the exports: what their own account allows them is up to them. `first`: the
 * conditions of their first hop. */
constraint rule_formula_of_outsider(struct constraint_pool *pool, constraint formula, constraint first);

/* Calls each for everything that the exports leave open in the formula, as a sentence without initial capital. */
void rule_formula_gaps(struct constraint_pool *pool, constraint formula, void (*each)(const char *gap, void *context),
                       void *context);

#endif
