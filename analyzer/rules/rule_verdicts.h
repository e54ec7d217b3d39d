/*
 * rule_verdicts: whether the rules of a file hold, and what breaks them.
 *
 * A pair is a member of the left set and a user or role of the right set, another one. What a pair's chains demand is
 * one formula (chains.h), and that decides:
 *
 *   never, only    the pair breaks the rule if some call meets what the chains demand, and, with `unless`, meets it
 *                  without the condition in any hop: the formula with the condition forbidden can be satisfied. `only`
 *                  is `never` of everybody who is not on the left.
 *   must           each pair must have such a call; `some`: each member of the right set from one of the left at least;
 *                  `surely`: without conditions.
 *
 * A rule is broken if it is whatever the exports leave open; undecidable if what they leave open could break it. The
 * least work is done that shows the shortest breaking chains: nodes from which no hops lead to the right set are never
 * looked at, the others nearest first, over one search that all share.
 */
#ifndef ROLECHAIN_ANALYZER_RULES_RULE_VERDICTS_H
#define ROLECHAIN_ANALYZER_RULES_RULE_VERDICTS_H

#include "analyzer/rules/rule_sets.h"

enum rule_outcome { RULE_PASS, RULE_UNDECIDABLE, RULE_BROKEN };
const char *rule_outcome_word(enum rule_outcome outcome);

/* So many breaking chains, pairs and gaps are kept of a rule. */
#define RULE_EXAMPLES 5u

struct rule_chain {
    struct hop *hops;
    uint32_t hop_count;
    constraint own; /* what it demands */
};

/* A pair without the access that a `must` wants; from MODEL_NONE: nobody of the left set has it. */
struct rule_pair {
    uint32_t from, to;
    bool surely; /* without conditions, as the rule wants it */
};

struct rule_result {
    enum rule_outcome outcome;
    struct rule_chain chains[RULE_EXAMPLES]; /* never, only: that break it, shortest first */
    struct rule_pair missing[RULE_EXAMPLES]; /* must: which pairs break it */
    uint32_t chain_count, missing_count;
    bool more;                 /* others break it too, or may */
    char *gaps[RULE_EXAMPLES]; /* what is not in the exports and could break it, in words */
    uint32_t gap_count;
};

struct rule_results {
    struct rule_result *list; /* as many as the file has rules */
    uint32_t count, broken, undecidable;
};

/* Judges all rules over the analysis's edges; to those, control edges are added if some rule wants them. The hops of
 * all chains are of the edges as they are then. */
void rules_judge(struct analysis *analysis, const struct rule_file *file, const struct rule_sets *sets,
                 struct rule_results *results);
void rule_results_free(struct rule_results *results);

#endif
