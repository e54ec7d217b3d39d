/*
 * rule_formulas: what the demands of chains say about a rule.
 */
#ifndef ROLECHAIN_ANALYZER_RULES_RULE_FORMULAS_H
#define ROLECHAIN_ANALYZER_RULES_RULE_FORMULAS_H

#include "analyzer/rules/rule.h"
#include "graph/constraint/constraint.h"

/* The demands where the condition is met in no hop. DEMAND_NONE: the demands themselves. */
constraint rule_formula_without(struct constraint_pool *pool, constraint demands, const struct demand *unless);

/* Whether calls satisfy it: NO; YES whatever it is that the exports leave open; UNDECIDED: that decides. */
enum constraint_answer rule_formula_possible(struct constraint_pool *pool, constraint formula);

/* Whether all calls do, in the same way. */
enum constraint_answer rule_formula_certain(struct constraint_pool *pool, constraint formula);

/* The formula of a caller who is nobody of the exports: what their own account may allow them is theirs to decide.
 * `first` is what their first hop demands. */
constraint rule_formula_of_outsider(struct constraint_pool *pool, constraint formula, constraint first);

/* Calls each with what the exports leave open in it, as a sentence without a capital. */
void rule_formula_gaps(struct constraint_pool *pool, constraint formula, void (*each)(const char *gap, void *context),
                       void *context);

#endif
