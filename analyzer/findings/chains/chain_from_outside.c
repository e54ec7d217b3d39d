/*
 * Chains from outside the accounts to administrators, to roles that can make themselves one, and to roles marked as
 * sensitive; each is reported once, for the role that is reached.
 */
#include "analyzer/analysis/administrators.h"
#include "analyzer/findings/facts/chain_ends.h"
#include "analyzer/findings/facts/chain_facts.h"
#include "analyzer/findings/facts/control_hops.h"
#include "analyzer/findings/facts/strangers.h"
#include "analyzer/findings/facts/surest_chains.h"
#include "analyzer/findings/patches/patch_chain.h"
#include "analyzer/findings/rules.h"
#include "ingest/support/json_build.h"
#include "ingest/support/memory.h"

#include <stdlib.h>
#include <string.h>

/* How the first callers of a chain get in. */
static const char *way_in(const struct model *model, struct findings *findings, const struct policy_use *trust,
                          const struct caller *from)
{
    if (standing_of(model, trust, from) != STANDING_SIGNS_IN)
        return "from outside";
    return from->kind == CALLER_SAML_PROVIDER
               ? finding_text(findings, "by anyone who signs in through SAML provider %s", from->name)
               : finding_text(findings, "with a token of %s", from->name);
}

static bool *mark_outside(const struct edges *edges)
{
    bool *sources = memory_zeroed((size_t)edges->node_count + 1, sizeof *sources);
    for (uint32_t i = 0; i < edges->node_count; i++)
        sources[i] = danger_is_outside(edges, i);
    return sources;
}

/* Per node; shared by all findings. */
struct outside_marks {
    bool *outside, *ends;
};

static void free_marks(void *notes)
{
    struct outside_marks *marks = notes;
    free(marks->outside);
    free(marks->ends);
}

static const struct notes_kind marks_notes = {sizeof(struct outside_marks), free_marks, false};

static const struct outside_marks *marks_of(struct analysis *analysis, struct findings *findings)
{
    struct outside_marks *marks = findings_notes(findings, &marks_notes);
    if (marks->outside == NULL) {
        marks->outside = mark_outside(analysis->edges);
        marks->ends = chain_ends_mark(analysis, true);
    }
    return marks;
}

static void elaborate_outside(struct analysis *analysis, struct findings *findings, struct finding *finding)
{
    chain_elaborate(analysis, findings, finding);
    if (chain_is_of_control(finding) || !chain_can_be_cut(findings, finding))
        return;
    const struct outside_marks *marks = marks_of(analysis, findings);
    struct chain_cut cut = {.sources = marks->outside, .stops = marks->ends, .shared = true};
    cut.hops = chain_hops(finding, &cut.count);
    uint32_t role = cut.hops[cut.count - 1].to;
    cut.indirect = !chain_end_is_perhaps(analysis, role);
    bool *stops = NULL;
    if (!marks->ends[role]) {
        stops = memory_copy(marks->ends, (size_t)analysis->edges->node_count + 1, sizeof *stops);
        stops[role] = true;
        cut.stops = stops;
        cut.shared = false;
    }
    chain_cut_offer(analysis, findings, finding, &cut);
    free(stops);
}

static struct finding *add_outside(struct analysis *analysis, const struct finding_rule *rule,
                                   struct findings *findings, uint32_t role, const struct edges *plain,
                                   const struct hop *hops, uint32_t count)
{
    const struct model *model = analysis->model;
    const struct caller *from = &analysis->edges->nodes[hops[0].from];
    const struct policy_use *trust = model->principals[hops[0].to].trust;
    struct finding *finding = finding_add_principal(findings, analysis, rule, role, from->text);
    if (chain_depends_on_others(analysis, hops, count))
        finding_raise(finding, -1);
    json_t *facts = json_object();
    const char *through = "";
    bool users = false;
    for (uint32_t i = 1; i < count; i++)
        users = users || !model->principals[hops[i].from].is_role;
    if (count > 1)
        through =
            finding_text(findings, " through %u %srole%s", count - 1, users ? "users and " : "", count == 2 ? "" : "s");
    if (standing_of(model, trust, from) == STANDING_SIGNS_IN)
        finding_raise(finding, -1);
    finding->detail = finding_text(findings, "%s is %s, and can be reached %s%s: %s.", model->principals[role].name,
                                   chain_end_words(analysis, findings, role), way_in(model, findings, trust, from),
                                   through, chain_words(findings, analysis, hops, count));
    chain_end_tell(analysis, role, facts);
    chain_attach_wide(analysis, findings, finding, plain, hops, count, facts);
    finding->elaborate = elaborate_outside;
    return finding;
}

static void report_outside(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                           const struct sweeps *sweeps, uint32_t role)
{
    struct hop *hops;
    uint32_t count = surest_chain(sweeps, role, &hops);
    if (count > 1)
        add_outside(analysis, rule, findings, role, analysis->edges, hops, count);
    free(hops);
}

/* The same for chains that need control over somebody in between. */
static void report_over_control(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                                const struct edges *plain, const struct sweeps *sweeps, uint32_t role)
{
    struct hop *hops;
    uint32_t count = surest_chain(sweeps, role, &hops);
    const struct hop *last = control_hops_last(analysis->edges, hops, count);
    if (last != NULL) {
        struct finding *finding = add_outside(analysis, rule, findings, role, plain, hops, count);
        const char *first = analysis->edges->edges[last->edge].how;
        finding_set_fix(
            finding, finding_text(findings, "Cut the chain at the role that outsiders enter, or remove %.*s from %s.",
                                  (int)strcspn(first, " ,"), first, analysis->model->principals[last->from].name));
    }
    free(hops);
}

static void find_over_control(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                              const bool *targets, const bool *sources, const struct sweeps *told)
{
    struct edges *plain = analysis->edges;
    struct sweeps sweeps;
    bool *entered = memory_zeroed(plain->node_count, sizeof *entered);
    for (uint32_t i = 0; i < plain->node_count; i++)
        entered[i] = reachability_has(&told->of[CHAINS_ANY], i);
    struct edges *wide = control_hops_add(analysis, findings, entered, targets);
    free(entered);
    if (wide == NULL)
        return;
    analysis->edges = wide;
    sweeps_run(&sweeps, analysis, targets, sources);
    for (uint32_t i = 0; i < analysis->model->principal_count; i++)
        if (targets[i] && !reachability_has(&told->of[CHAINS_ANY], i) && reachability_has(&sweeps.of[CHAINS_ANY], i))
            report_over_control(analysis, rule, findings, plain, &sweeps, i);
    sweeps_close(&sweeps);
    analysis->edges = plain;
}

/* For a role that can make itself administrator under conditions: of those who get in, people who sign in as our own do
 * not count as outside. */
static void report_perhaps(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                           const struct sweeps *sweeps, uint32_t role)
{
    struct hop *hops;
    uint32_t count = surest_chain(sweeps, role, &hops);
    const struct caller *from = count > 0 ? &analysis->edges->nodes[hops[0].from] : NULL;
    if (count > 0 &&
        standing_of(analysis->model, analysis->model->principals[hops[0].to].trust, from) != STANDING_SIGNS_IN) {
        const struct administrator *itself = administrators_get(analysis, role);
        struct finding *finding = add_outside(analysis, rule, findings, role, analysis->edges, hops, count);
        finding_raise(finding, -1);
        finding_holds_if(findings, finding, NULL, itself->residual);
        finding->in_doubt = true;
        finding_set_fix(finding, finding_text(findings,
                                              "Cut the chain at the role that outsiders enter, or remove %s%s%s from "
                                              "%s; privilege-escalation shows how.",
                                              itself->by->first, itself->by->service != NULL ? " to " : "",
                                              itself->by->service != NULL ? itself->by->service : "",
                                              analysis->model->principals[role].name));
    }
    free(hops);
}

void find_chain_from_outside(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings)
{
    const struct edges *edges = analysis->edges;
    bool *targets = chain_ends_mark(analysis, true);
    bool *sources = mark_outside(edges);
    struct sweeps sweeps, perhaps;
    sweeps_run(&sweeps, analysis, targets, sources);
    for (uint32_t i = 0; i < analysis->model->principal_count; i++)
        if (targets[i] && reachability_has(&sweeps.of[CHAINS_ANY], i))
            report_outside(analysis, rule, findings, &sweeps, i);
    find_over_control(analysis, rule, findings, targets, sources, &sweeps);
    sweeps_close(&sweeps);
    for (uint32_t i = 0; i < edges->node_count; i++)
        sources[i] = sources[i] && edges->nodes[i].kind != CALLER_SAML_PROVIDER;
    sweeps_run(&perhaps, analysis, targets, sources);
    for (uint32_t i = 0; i < analysis->model->principal_count; i++)
        if (!targets[i] && reachability_has(&perhaps.of[CHAINS_ANY], i) && chain_end_is_perhaps(analysis, i))
            report_perhaps(analysis, rule, findings, &perhaps, i);
    sweeps_close(&perhaps);
    free(targets);
    free(sources);
}
