/*
 * rule_names: finds the principals and parties that a selector with a name stands for. Errors begin with the location
 * in the rules file.
 */
#ifndef ROLECHAIN_ANALYZER_RULES_RULE_NAMES_H
#define ROLECHAIN_ANALYZER_RULES_RULE_NAMES_H

#include "analyzer/rules/rule_sets.h"

struct rule_callers {
    struct caller *list;
    uint32_t count, room;
};

/* Adds the callers that the selector names without a `*`: their edges must be requested, since policies may not name
 * them. False: the name is unknown or ambiguous; an error was printed. Strings live as long as the model. */
bool rule_names_callers(struct analysis *analysis, const char *path, const struct selector *selector,
                        struct rule_callers *callers);

/* Adds the nodes below `known` that the selector matches. */
void rule_names_members(struct analysis *analysis, uint32_t known, const struct selector *selector,
                        struct selected *selected);

/* Prints that the selector matches nothing; returns false. */
bool rule_names_nothing(const char *path, const struct selector *selector);

#endif
