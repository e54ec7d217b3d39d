/*
 * The inside of rule_verdicts.h: rule_verdicts.c (never and only), rule_musts.c (must), rule_unknowns.c (what is not in
 * the exports and could break a rule).
 */
#ifndef ROLECHAIN_ANALYZER_RULES_RULE_INSIDE_H
#define ROLECHAIN_ANALYZER_RULES_RULE_INSIDE_H

#include "analyzer/rules/rule_verdicts.h"

/* chains_all looks for a chain without the condition among those of so many hops. */
#define MANY_HOPS 1000u

/* One rule while it is judged. */
struct judging {
    struct analysis *analysis;
    const struct edges *edges;
    const struct rule_sets *sets;
    const struct rule *rule;
    struct rule_result *result;
    uint8_t *from, *to; /* SET_… per node; of an `only`, from are those who are not on its left */
    uint32_t *distance; /* hops to the nearest of the right set; NULL: not measured */
    bool *within;       /* the same: whether hops lead there */
};

/* Finds distances, with which searches leave out what does not lead to the right set. */
void judging_measure(struct judging *judging);

/* How many of so many nodes are in the set. */
uint32_t judging_members(const uint8_t *set, uint32_t count);

/* Whether the rule is about the pair. */
bool judging_is_pair(const struct judging *judging, uint32_t from, uint32_t to);

/* What could break the rule: the rule is undecidable if it is not broken. */
void judging_note_gap(struct judging *judging, const char *gap);
/* The same for all that the exports leave open in the formula. */
void judging_note_formula(struct judging *judging, constraint formula);

void judge_must(struct judging *judging);

/* Of a never that nothing breaks: roles that lead to the right set, or are of it, whose callers are not all known. */
void judge_unknown_callers(struct judging *judging);

/* Of a must: SCPs and RCPs that are not known on the hops of a chain. */
void judge_unknown_guardrails(struct judging *judging, const struct chain *chain);

#endif
