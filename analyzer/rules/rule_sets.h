/*
 * rule_sets: the users, roles and outside parties that the selections of a file of rules stand for.
 *
 * Names mean what they mean on the command line (analyzer/analysis/names.h); with a `*` they match. `outside` is what
 * --from-outside counts (analyzer/analysis/outsiders.h) and so a matter of two: a party is outside of a role, not by
 * itself. A set therefore says of each node whether it is a member towards somebody it is not outside of, and whether
 * it is towards somebody it is outside of. `administrators` are those whom the command of that name lists by
 * themselves, by policy or by control; who gets to one by a chain is found by the rules' own chains.
 */
#ifndef ROLECHAIN_ANALYZER_RULES_RULE_SETS_H
#define ROLECHAIN_ANALYZER_RULES_RULE_SETS_H

#include "analyzer/analysis/analysis.h"
#include "analyzer/rules/rule.h"

/* Per node: a member towards whom it is not outside of, and towards whom it is. */
enum { SET_WITHIN = 1, SET_OUTSIDE = 2, SET_ALWAYS = 3 };

/* What one selector stands for. */
struct selected {
    bool all, outside; /* every node; those outside */
    uint32_t *nodes;   /* else: ascending, each once */
    uint32_t count, room;
    bool asked;        /* it names one who may be named nowhere; or an error about it was printed */
    bool unknown_tags; /* a tag of users or roles whose tags were not exported */
};

struct rule_sets {
    struct analysis *analysis;
    const struct rule_file *file;
    uint32_t known;            /* nodes that the exports tell of; behind them are those that rules ask about by name */
    struct selected *selected; /* by number of the selector */
};

/* Looks up every name of the file. False: something is unknown, ambiguous, or matches nothing; errors with line and
 * column were printed. Edges must not be renumbered afterwards (analysis_node), but control edges may be added. */
bool rule_sets_open(struct rule_sets *sets, struct analysis *analysis, const struct rule_file *file);
void rule_sets_close(struct rule_sets *sets);

/* The members: SET_… per node. The caller frees it. unknown_tags (may be NULL): whether tags that were not exported
 * could make others members. */
uint8_t *rule_set_make(const struct rule_sets *sets, const struct selection *selection, bool *unknown_tags);

#endif
