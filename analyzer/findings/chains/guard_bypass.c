/*
 * What a role requires of its callers (MFA, an external ID, a network, a tag), and paths to it that avoid that.
 */
#include "analyzer/findings/facts/chain_facts.h"
#include "analyzer/findings/facts/reachability.h"
#include "analyzer/findings/patches/patch_chain.h"
#include "analyzer/findings/rules.h"
#include "ingest/support/memory.h"

#include <stdlib.h>
#include <string.h>

static const struct guard {
    const char *code, *name, *former_name, *keys[4];
} guards[] = {
    {"mfa", "MFA", "MFA", {"aws:MultiFactorAuthPresent", "aws:MultiFactorAuthAge"}},
    {"external-id", "an external ID", "an external id", {"sts:ExternalId"}},
    {"network",
     "a network location",
     "a place in the network",
     {"aws:SourceIp", "aws:SourceVpc", "aws:SourceVpce", "aws:VpcSourceIp"}},
    {"session-tag", "a session tag", "a tag of the session", {"aws:RequestTag/*"}},
};

enum { UNASKED, NO, YES };

struct guarding {
    struct analysis *analysis;
    const struct guard *guard;
    uint8_t *demands; /* per residual: whether it forces one of the guard's keys */
    bool *sources;    /* per node */
    uint32_t *marked; /* the nodes set in sources */
    uint32_t marked_count;
    struct reach_rooms rooms;
};

static bool is_guarded(const struct edge *edge, struct guarding *guarding)
{
    uint8_t *answer = &guarding->demands[edge->residual];
    if (*answer == UNASKED) {
        *answer = NO;
        for (size_t i = 0; i < 4 && guarding->guard->keys[i] != NULL && *answer == NO; i++)
            if (constraint_forces_presence(guarding->analysis->pool, edge->residual, guarding->guard->keys[i]))
                *answer = YES;
    }
    return *answer == YES;
}

static bool is_open(const struct edge *edge, void *context)
{
    return !is_guarded(edge, context);
}

/* Sets sources to those who can assume the role only under the guard. */
static bool mark_guarded(struct guarding *guarding, uint32_t role)
{
    const struct edges *edges = guarding->analysis->edges;
    edge_end ends[EDGES_ENDS];
    uint32_t end_count = edges_targets(edges, role, ends);
    while (guarding->marked_count > 0)
        guarding->sources[guarding->marked[--guarding->marked_count]] = false;
    for (uint32_t i = 0; i < end_count; i++) {
        uint32_t first, last, count;
        edges_in(edges, ends[i], &first, &last);
        for (uint32_t j = first; j < last; j++) {
            const struct edge *edge = &edges->edges[edges->in_edges[j]];
            if (!is_guarded(edge, guarding))
                continue;
            const uint32_t *members = edges_members(edges, &edge->from, &count);
            for (uint32_t k = 0; k < count; k++) {
                const struct edge *exact =
                    !guarding->sources[members[k]] ? edges_between(edges, members[k], role) : NULL;
                if (members[k] == role || exact == NULL || !is_guarded(exact, guarding))
                    continue;
                guarding->sources[members[k]] = true;
                guarding->marked[guarding->marked_count++] = members[k];
            }
        }
    }
    return guarding->marked_count > 0;
}

static bool goes_round(struct guarding *guarding, const struct hop *hops, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (is_guarded(&guarding->analysis->edges->edges[hops[i].edge], guarding))
            return false;
    return count > 1;
}

static void close_guarding(struct guarding *guarding)
{
    free(guarding->demands);
    free(guarding->sources);
    free(guarding->marked);
    reach_rooms_free(&guarding->rooms);
}

/* *residuals: the number of demands. */
static void open_guarding(struct analysis *analysis, struct guarding *guarding, size_t *residuals)
{
    const struct edges *edges = analysis->edges;
    *residuals = 1;
    for (uint32_t i = 0; i < edges->edge_count; i++)
        if (edges->edges[i].residual >= *residuals)
            *residuals = (size_t)edges->edges[i].residual + 1;
    *guarding = (struct guarding){.analysis = analysis,
                                  .demands = memory_zeroed(*residuals, 1),
                                  .sources = memory_zeroed((size_t)edges->node_count + 1, sizeof(bool)),
                                  .marked = memory_zeroed((size_t)edges->node_count + 1, sizeof(uint32_t))};
}

/* Shows the trust of the roles in between, or of the last one, for callers that get there without the guard. */
static void elaborate_bypass(struct analysis *analysis, struct findings *findings, struct finding *finding)
{
    struct guarding guarding;
    size_t residuals;
    struct chain_cut cut = {.follows = is_open, .context = &guarding, .indirect = true};
    chain_elaborate(analysis, findings, finding);
    if (!chain_can_be_cut(findings, finding))
        return;
    cut.hops = chain_hops(finding, &cut.count);
    open_guarding(analysis, &guarding, &residuals);
    cut.sources = guarding.sources;
    for (size_t i = 0; i < sizeof guards / sizeof guards[0]; i++)
        if (guards[i].code == finding->subject_code)
            guarding.guard = &guards[i];
    if (guarding.guard != NULL && mark_guarded(&guarding, cut.hops[cut.count - 1].to))
        chain_cut_offer(analysis, findings, finding, &cut);
    close_guarding(&guarding);
}

static void report_bypass(struct guarding *guarding, const struct finding_rule *rule, struct findings *findings,
                          uint32_t role, const struct hop *hops, uint32_t count)
{
    struct analysis *analysis = guarding->analysis;
    const struct model_principal *who = &analysis->model->principals[role];
    const struct caller *from = &analysis->edges->nodes[hops[0].from];
    struct finding *finding = finding_add_principal(findings, analysis, rule, role, guarding->guard->name);
    finding->subject_code = guarding->guard->code;
    finding->former_subject = guarding->guard->former_name;
    const char *administrator = finding_raise_for_administrator(finding, analysis, role);
    finding->detail =
        finding_text(findings, "%s requires %s from %s, which can get around it through a chain: %s.%s", who->name,
                     guarding->guard->name, from->text, chain_words(findings, analysis, hops, count), administrator);
    chain_attach(analysis, findings, finding, hops, count, NULL);
    finding->elaborate = elaborate_bypass;
}

/* Whether somebody who must meet the role's guard gets there without it. `everybody`: a walk from everyone that any
 * role asks, which may have started at others; if it arrives, a walk from the role's own callers decides. */
static void judge_bypass(struct guarding *guarding, const struct finding_rule *rule, struct findings *findings,
                         const struct reachability *everybody, uint32_t role)
{
    const struct edges *edges = guarding->analysis->edges;
    struct hop *hops;
    if (!mark_guarded(guarding, role))
        return;
    uint32_t count = reachability_chain(everybody, role, &hops);
    if (count > 0 && guarding->sources[hops[0].from] && goes_round(guarding, hops, count)) {
        report_bypass(guarding, rule, findings, role, hops, count);
        free(hops);
        return;
    }
    free(hops);
    if (!reachability_has(everybody, role))
        return;
    if (!findings_spend(findings, 0))
        return;
    struct reachability reach = {
        .edges = edges, .goal = &role, .follows = is_open, .context = guarding, .rooms = &guarding->rooms};
    reachability_run(&reach, guarding->sources);
    findings_spend(findings, reach.steps);
    count = reachability_chain(&reach, role, &hops);
    if (count > 0 && goes_round(guarding, hops, count))
        report_bypass(guarding, rule, findings, role, hops, count);
    free(hops);
    reachability_close(&reach);
}

/* Roles that some enter under the guard and some without it. */
static bool *mark_mixed(struct guarding *guarding, bool *asked)
{
    const struct edges *edges = guarding->analysis->edges;
    uint8_t *flags = memory_zeroed((size_t)edges->node_count + edges->group_count + 1, 1);
    bool *mixed = memory_zeroed((size_t)edges->node_count + 1, sizeof *mixed);
    for (uint32_t i = 0; i < edges->edge_count; i++) {
        const struct edge *edge = &edges->edges[i];
        bool guarded = is_guarded(edge, guarding);
        flags[edges_place(edges, edge->to)] |= guarded ? 2 : 1;
        uint32_t count = 0;
        const uint32_t *members = guarded ? edges_members(edges, &edge->from, &count) : NULL;
        for (uint32_t j = 0; j < count; j++)
            asked[members[j]] = true;
    }
    for (uint32_t i = 0; i < edges->model->principal_count; i++) {
        edge_end ends[EDGES_ENDS];
        uint8_t both = 0;
        uint32_t count = edges->model->principals[i].is_role ? edges_targets(edges, i, ends) : 0;
        for (uint32_t j = 0; j < count; j++)
            both |= flags[edges_place(edges, ends[j])];
        mixed[i] = both == 3;
    }
    free(flags);
    return mixed;
}

static void judge_guard(struct guarding *guarding, const struct finding_rule *rule, struct findings *findings,
                        size_t residuals)
{
    const struct edges *edges = guarding->analysis->edges;
    bool *asked = memory_zeroed((size_t)edges->node_count + 1, sizeof *asked);
    memset(guarding->demands, UNASKED, residuals);
    bool *mixed = mark_mixed(guarding, asked);
    struct reachability everybody = {.edges = edges, .follows = is_open, .context = guarding};
    reachability_run(&everybody, asked);
    for (uint32_t i = 0; i < edges->model->principal_count; i++)
        if (mixed[i])
            judge_bypass(guarding, rule, findings, &everybody, i);
    reachability_close(&everybody);
    free(asked);
    free(mixed);
}

void find_guard_bypassed(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings)
{
    struct guarding guarding;
    size_t residuals;
    open_guarding(analysis, &guarding, &residuals);
    for (size_t i = 0; i < sizeof guards / sizeof guards[0]; i++) {
        guarding.guard = &guards[i];
        judge_guard(&guarding, rule, findings, residuals);
    }
    close_guarding(&guarding);
    report_scp_bypassed(analysis, rule, findings);
}
