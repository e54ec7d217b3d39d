/*
 * The most important statements: without one of them, many principals can no longer become an administrator role.
 */
#include "analyzer/analysis/removable_words.h"
#include "analyzer/analysis/targets.h"
#include "analyzer/findings/facts/policies.h"
#include "analyzer/findings/rules.h"
#include "graph/chains/chokepoints.h"
#include "ingest/policy/arn.h"
#include "ingest/support/memory.h"

#include <stdlib.h>
#include <string.h>

#define SHOWN 5u
#define PRINCIPALS 3u /* fewer need no list */

static const char *account_of(struct findings *findings, const struct policy_use *use)
{
    const char *text = use->kind == USE_MANAGED && use->arn != NULL ? use->arn : use->holder;
    struct arn arn;
    return arn_parse(text, strlen(text), &arn) ? finding_text(findings, "%.*s", (int)arn.account.length, arn.account.at)
                                               : "";
}

static void report(const struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                   const struct chokepoint *point, uint32_t all)
{
    const struct policy_use *use = point->statement.use;
    bool attachment = point->statement.statement == NULL;
    struct finding *finding =
        finding_add(findings, rule, account_of(findings, use), attachment ? use->holder : policy_resource(use),
                    use->name, point->statement.statement);
    if (use->document != MODEL_NONE && !use->built_in)
        finding_evidence_add(findings, finding, use, point->statement.statement);
    struct text place = {0};
    char *words = removable_words(analysis->model, &point->statement, &place);
    finding->detail =
        point->principals == all
            ? finding_text(findings, "Without %s, all %u principals that can become administrator are cut off.", words,
                           all)
            : finding_text(findings, "Without %s, %u of the %u principals that can become administrator are cut off.",
                           words, point->principals, all);
    text_free(&place);
    free(words);
}

void find_choke_point(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings)
{
    size_t nodes = (size_t)analysis->edges->node_count + 1;
    bool *targets = memory_zeroed(nodes, sizeof *targets), *sources = memory_zeroed(nodes, sizeof *sources),
         *excluded = memory_zeroed(nodes, sizeof *excluded);
    struct chokepoints points = {0};
    const struct chokepoints_question question = {targets, sources, excluded, SHOWN};
    targets_mark_administrators(analysis, targets, excluded);
    targets_mark_sources(analysis->edges, TARGETS_FROM_USERS | TARGETS_FROM_OUTSIDE | TARGETS_FROM_SERVICES, targets,
                         sources);
    chokepoints_find(analysis->edges, &question, &points);
    for (uint32_t i = 0; i < points.ranked; i++)
        if (points.ranking[i].principals >= PRINCIPALS)
            report(analysis, rule, findings, &points.ranking[i], points.principals);
    chokepoints_free(&points);
    free(targets);
    free(sources);
    free(excluded);
}
