/*
 * rule_names: whom a selector that has a name stands for. Errors begin with the place in the file of rules.
 */
#ifndef ROLECHAIN_ANALYZER_RULES_RULE_NAMES_H
#define ROLECHAIN_ANALYZER_RULES_RULE_NAMES_H

#include "analyzer/rules/rule_sets.h"

struct rule_callers {
    struct caller *list;
    uint32_t count, room;
};

/* Adds those that the selector names without a `*`: their edges must be asked for, since no policy need name them.
 * False: the name is unknown or ambiguous; an error was printed. Strings live as long as the model. */
bool rule_names_callers(struct analysis *analysis, const char *path, const struct selector *selector,
                        struct rule_callers *callers);

/* Adds the nodes below `known` that the selector matches. */
void rule_names_members(struct analysis *analysis, uint32_t known, const struct selector *selector,
                        struct selected *selected);

/* Prints that the selector matches nothing; false. */
bool rule_names_nothing(const char *path, const struct selector *selector);

#endif
