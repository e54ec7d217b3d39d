/*
 * People who can become administrators without MFA, and conditions on MFA that do not work as intended.
 */
#include "analyzer/analysis/administrators.h"
#include "analyzer/findings/conditions/pitfalls.h"
#include "analyzer/findings/facts/chain_facts.h"
#include "analyzer/findings/facts/reachability.h"
#include "analyzer/findings/patches/patch_chain.h"
#include "analyzer/findings/rules.h"
#include "ingest/support/memory.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ---- conditions */

/* Callers that can have MFA at all. */
static bool may_have_mfa(const struct caller *caller)
{
    return caller->kind == CALLER_USER || caller->kind == CALLER_ACCOUNT || caller_is_stranger(caller);
}

static bool passes_without_mfa(const struct condition_reading *reading, const struct caller *caller)
{
    return may_have_mfa(caller) && reading_holds_without_key(reading, caller, true);
}

static bool comes_without_mfa(const struct condition_reading *reading, const struct caller *caller)
{
    return may_have_mfa(caller) && reading_holds_without_key(reading, caller, false);
}

static bool is_about_mfa(const struct condition_reading *reading)
{
    return strcmp(reading->about->name, "aws:MultiFactorAuthPresent") == 0 &&
           reading->condition->name.op->family == CONDITION_BOOL;
}

static bool mfa_if_exists(struct condition_reading *reading)
{
    return reading->statement->allow && is_about_mfa(reading) && reading->condition->name.if_exists &&
           reading_some_caller(reading, passes_without_mfa);
}

static bool mfa_deny_false(struct condition_reading *reading)
{
    return !reading->statement->allow && is_about_mfa(reading) && !reading->condition->name.if_exists &&
           reading->condition->value_count == 1 && strcasecmp(reading->condition->values[0], "false") == 0 &&
           reading_some_caller(reading, comes_without_mfa);
}

/* Whether all conditions hold for a caller whose MFA was years ago. */
static bool passes_with_old_mfa(const struct condition_reading *reading, const struct caller *caller)
{
    static const char *const old[] = {"1000000000"};
    struct request request = reading_request(reading, caller);
    constraint formula = reading_holds(reading, &request, NULL);
    formula = constraint_fix(reading->analysis->pool, formula, "aws:MultiFactorAuthAge", old, 1);
    return may_have_mfa(caller) && constraint_satisfiable(reading->analysis->pool, formula) == CONSTRAINT_YES;
}

static bool mfa_age(struct condition_reading *reading)
{
    return reading->statement->allow && strcmp(reading->about->name, "aws:MultiFactorAuthAge") == 0 &&
           reading->condition->name.op->family == CONDITION_NUMERIC &&
           reading_some_caller(reading, passes_with_old_mfa);
}

static const struct pitfall list[] = {
    {CODE_MFA_BOOLIFEXISTS_TRUE, mfa_if_exists, 0, true,
     "calls with long-term access keys lack this key, so they pass without MFA", NULL,
     "Use Bool instead of BoolIfExists, so that calls without the key are not allowed.", MEND_DROP_IF_EXISTS},
    {CODE_MFA_DENY_BOOL_FALSE, mfa_deny_false, 0, false,
     "calls with long-term access keys lack this key, so the Deny does not apply to these calls without MFA", NULL,
     "Use BoolIfExists in the Deny, so that it applies to calls without the key too.", MEND_ADD_IF_EXISTS},
    {CODE_MFA_AGE_WITHOUT_LIMIT, mfa_age, 0, false, "it sets no upper limit, so MFA from long ago counts", NULL,
     "Use NumericLessThan with the number of seconds for which MFA counts.", MEND_NONE},
};

static const struct pitfalls table = {list, sizeof list / sizeof list[0], NULL};

/* ---- who becomes administrator without MFA */

/* Whether a call without MFA can take the edge. */
static bool needs_no_mfa(const struct edge *edge, void *context)
{
    struct analysis *analysis = context;
    constraint without = constraint_fix(analysis->pool, edge->residual, "aws:MultiFactorAuthPresent", NULL, 0);
    without = constraint_fix(analysis->pool, without, "aws:MultiFactorAuthAge", NULL, 0);
    return constraint_satisfiable(analysis->pool, without) != CONSTRAINT_NO;
}

/* A user with a password; nobody, if no credential report was loaded. */
static bool is_human(const struct model_principal *who)
{
    return !who->is_role && who->credential != NULL && who->credential->password == FACT_YES;
}

static bool is_source_without_mfa(struct analysis *analysis, uint32_t principal)
{
    return is_human(&analysis->model->principals[principal]) && !administrators_has(analysis, principal);
}

static void mark_without_mfa(struct analysis *analysis, bool *targets, bool *sources)
{
    const struct model *model = analysis->model;
    for (uint32_t i = 0; i < model->principal_count; i++) {
        targets[i] = model->principals[i].is_role && administrators_has(analysis, i);
        sources[i] = is_source_without_mfa(analysis, i);
    }
}

static bool access_needs_no_mfa(struct analysis *analysis, constraint access)
{
    const struct edge edge = {.residual = access};
    return needs_no_mfa(&edge, analysis);
}

static void elaborate_without_mfa(struct analysis *analysis, struct findings *findings, struct finding *finding)
{
    size_t nodes = (size_t)analysis->edges->node_count + 1;
    bool *targets = memory_zeroed(nodes, sizeof *targets), *sources = memory_zeroed(nodes, sizeof *sources);
    struct chain_cut cut = {.sources = sources,
                            .stops = targets,
                            .follows = needs_no_mfa,
                            .context = analysis,
                            .mended = patch_mfa_demanded,
                            .style = PATCH_MFA,
                            .passes = access_needs_no_mfa};
    chain_elaborate(analysis, findings, finding);
    cut.hops = chain_hops(finding, &cut.count);
    mark_without_mfa(analysis, targets, sources);
    if (cut.count > 0)
        chain_cut_offer(analysis, findings, finding, &cut);
    free(targets);
    free(sources);
}

static void report_without_mfa(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                               const struct reachability *reach, uint32_t role)
{
    const struct model *model = analysis->model;
    const struct model_principal *who = &model->principals[role];
    struct hop *hops;
    uint32_t count = reachability_chain(reach, role, &hops);
    for (uint32_t i = 0; i < count; i++)
        count = needs_no_mfa(&analysis->edges->edges[hops[i].edge], analysis) ? count : 0;
    if (count > 0) {
        struct finding *finding = finding_add_principal(findings, analysis, rule, role, "");
        finding->detail =
            finding_text(findings, "%s is an administrator of its account, and a user without MFA can become it: %s.",
                         who->name, chain_words(findings, analysis, hops, count));
        chain_attach(analysis, findings, finding, hops, count, NULL);
        finding->elaborate = elaborate_without_mfa;
    }
    free(hops);
}

void find_mfa_missing(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings)
{
    const struct model *model = analysis->model;
    bool *targets = memory_zeroed((size_t)analysis->edges->node_count + 1, sizeof *targets);
    bool *sources = memory_zeroed((size_t)analysis->edges->node_count + 1, sizeof *sources);
    struct reachability reach = {
        .edges = analysis->edges, .stops = targets, .follows = needs_no_mfa, .context = analysis};
    mark_without_mfa(analysis, targets, sources);
    reachability_run(&reach, sources);
    for (uint32_t i = 0; i < model->principal_count; i++)
        if (targets[i] && reachability_has(&reach, i))
            report_without_mfa(analysis, rule, findings, &reach, i);
    pitfalls_find(analysis, rule, findings, &table);
    reachability_close(&reach);
    free(targets);
    free(sources);
}
