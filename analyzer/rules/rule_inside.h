/*
 * Internals of rule_verdicts.h: rule_verdicts.c (never and only), rule_musts.c (must), rule_unknowns.c (data missing
 * from the exports that could break a rule).
 */
#ifndef ROLECHAIN_ANALYZER_RULES_RULE_INSIDE_H
#define ROLECHAIN_ANALYZER_RULES_RULE_INSIDE_H

#include "analyzer/rules/rule_verdicts.h"

/* The limit of hops when chains_all looks for a chain without the condition. */
#define MANY_HOPS 1000u

/* A rule being judged. */
struct judging {
    struct analysis *analysis;
    const struct edges *edges;
    const struct rule_sets *sets;
    const struct rule *rule;
    struct rule_result *result;
    uint8_t *from, *to; /* SET_… per node; for an `only`, `from` holds those that are not on its left side */
    uint32_t *distance; /* hops to the nearest member of the right side; NULL: not measured */
    bool *within;       /* likewise: whether hops lead there */
};

/* Computes distances, so that searches can skip what does not lead to the right side. */
void judging_measure(struct judging *judging);

/* The number of members among the first `count` nodes. */
uint32_t judging_members(const uint8_t *set, uint32_t count);

/* Whether the rule applies to the pair. */
bool judging_is_pair(const struct judging *judging, uint32_t from, uint32_t to);

/* Notes something that could break the rule, which is then undecidable unless it is broken. */
void judging_note_gap(struct judging *judging, const char *gap);
/* The same for everything that the exports leave open in the formula. */
void judging_note_formula(struct judging *judging, constraint formula);

void judge_must(struct judging *judging);

/* For a `never` that is not broken: finds roles on the right side, or leading to it, whose callers are not all
 * known. */
void judge_unknown_callers(struct judging *judging);

/* For a `must`: finds SCPs and RCPs that are unknown on the hops of a chain. */
void judge_unknown_guardrails(struct judging *judging, const struct chain *chain);

#endif
