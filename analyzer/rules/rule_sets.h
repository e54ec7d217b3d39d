/*
 * rule_sets: the users, roles and outside parties that the selections of a rules file stand for.
 *
 * Names mean what they mean on the command line (analyzer/analysis/names.h); with a `*` they match. `outside` means
 * what --from-outside counts (analyzer/analysis/outsiders.h), so it depends on both ends: a party is outside of a role,
 * not outside by itself. A set therefore says for each node whether it is a member with respect to roles that it is not
 * outside of, and whether it is a member with respect to roles that it is outside of. `administrators` are those that
 * the command of that name lists by themselves, by policy or by control; those that reach one by a chain are found by
 * the rules' own chains.
 */
#ifndef ROLECHAIN_ANALYZER_RULES_RULE_SETS_H
#define ROLECHAIN_ANALYZER_RULES_RULE_SETS_H

#include "analyzer/analysis/analysis.h"
#include "analyzer/rules/rule.h"

/* Per node: a member with respect to roles that it is inside of, and that it is outside of. */
enum { SET_WITHIN = 1, SET_OUTSIDE = 2, SET_ALWAYS = 3 };

/* The nodes of one selector. */
struct selected {
    bool all, outside; /* every node; every node that is outside */
    uint32_t *nodes;   /* else: ascending, without duplicates */
    uint32_t count, room;
    bool asked;        /* it names a caller that may not be named in any policy; or an error about it was printed */
    bool unknown_tags; /* it is a tag, and tags of some users or roles were not exported */
};

struct rule_sets {
    struct analysis *analysis;
    const struct rule_file *file;
    uint32_t known; /* number of nodes from the exports; later nodes are those that rules ask about by name */
    struct selected *selected; /* by the selector's number */
};

/* Looks up every name in the file. False: something is unknown, ambiguous, or matches nothing; errors with line and
 * column were printed. Afterwards edges must not be renumbered (analysis_node), but control edges may be added. */
bool rule_sets_open(struct rule_sets *sets, struct analysis *analysis, const struct rule_file *file);
void rule_sets_close(struct rule_sets *sets);

/* The members: SET_… per node. The caller frees it. *unknown_tags (may be NULL): whether tags that were not exported
 * could make others members. */
uint8_t *rule_set_make(const struct rule_sets *sets, const struct selection *selection, bool *unknown_tags);

#endif
