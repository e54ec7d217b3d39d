/*
 * rule_verdicts: whether the rules of a file hold, and what breaks them.
 *
 * A rule is about pairs: a member of the left set and a different user or role of the right set. The conditions of all
 * chains of a pair are one formula (chains.h), which decides:
 *
 *   never, only  the pair breaks the rule if some call satisfies the formula; with `unless`, if some call satisfies it
 *                without meeting the condition in any hop. `only` is `never` for everyone who is not on the left.
 *   must         each pair must have such a call; with `some`: at least one member of the left set for each member of
 *                the right set; with `surely`: without conditions.
 *
 * A rule is broken if it is broken whatever the exports leave open; undecidable if what they leave open could break it.
 * The search does only the work needed for the shortest chains that break a rule: nodes from which no hops lead to the
 * right set are skipped, the others are visited nearest first, in one search for all.
 */
#ifndef ROLECHAIN_ANALYZER_RULES_RULE_VERDICTS_H
#define ROLECHAIN_ANALYZER_RULES_RULE_VERDICTS_H

#include "analyzer/rules/rule_sets.h"

enum rule_outcome { RULE_PASS, RULE_UNDECIDABLE, RULE_BROKEN };
const char *rule_outcome_word(enum rule_outcome outcome);

/* For each rule at most this many chains, pairs and gaps are kept. */
#define RULE_EXAMPLES 5u

struct rule_chain {
    struct hop *hops;
    uint32_t hop_count;
    constraint own; /* its conditions */
};

/* A pair without the access that a `must` requires; from MODEL_NONE: no member of the left set has it. */
struct rule_pair {
    uint32_t from, to;
    bool surely; /* it has access, but only under conditions, and the rule requires more */
};

struct rule_result {
    enum rule_outcome outcome;
    struct rule_chain chains[RULE_EXAMPLES]; /* never, only: chains that break the rule, shortest first */
    struct rule_pair missing[RULE_EXAMPLES]; /* must: pairs that break the rule */
    uint32_t chain_count, missing_count;
    bool more;                 /* other chains or pairs break it too, or may */
    char *gaps[RULE_EXAMPLES]; /* missing data that could break it, in words */
    uint32_t gap_count;
};

struct rule_results {
    struct rule_result *list; /* one for each rule of the file */
    uint32_t count, broken, undecidable;
};

/* Judges all rules over the edges of the analysis; control edges are added to them if a rule requires it. The hops of
 * all chains refer to the edges as they are afterwards. */
void rules_judge(struct analysis *analysis, const struct rule_file *file, const struct rule_sets *sets,
                 struct rule_results *results);
void rule_results_free(struct rule_results *results);

#endif
