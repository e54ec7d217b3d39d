/*
 * Whole accounts that many can use.
 */
#include "analyzer/analysis/administrators.h"
#include "analyzer/findings/facts/outside_parties.h"
#include "analyzer/findings/facts/trust_walk.h"
#include "analyzer/findings/rules.h"
#include "graph/chains/exposure_settle.h"
#include "ingest/support/json_build.h"
#include "ingest/support/memory.h"

#include <math.h>
#include <stdlib.h>

/* ---- trust-account-many */

/* What counts as a crowd in any organization, and one that stands out: at least this many, and three deviations above
 * the mean. */
#define CROWD 250
#define SMALL_CROWD 25

/* Bounds on counting who can become the role through chains. */
#define SETTLED 200u

/* Roles that trust whole accounts, administrators and others apart. */
struct crowds {
    uint32_t *callers; /* per role; 0: trusts no whole account, or nobody uses it */
    double sum[2], squares[2], count[2];
};

static bool trusts_account(const struct trust_statement *at)
{
    return (at->allowed_forms & 1u << PRINCIPAL_ACCOUNT) != 0;
}

/* A caller with two edges counts twice, which is exact enough to find roles with few. */
static uint32_t count_roughly(const struct edges *edges, uint32_t role)
{
    edge_end targets[EDGES_ENDS];
    uint32_t target_count = edges_targets(edges, role, targets), first, last, members, count = 0;
    for (uint32_t i = 0; i < target_count; i++) {
        edges_in(edges, targets[i], &first, &last);
        for (uint32_t j = first; j < last && count < SMALL_CROWD; j++)
            if (edges->edges[edges->in_edges[j]].kind == EDGE_ASSUME) {
                edges_members(edges, &edges->edges[edges->in_edges[j]].from, &members);
                count += members;
            }
    }
    return count;
}

static void count_crowds(struct analysis *analysis, struct findings *findings, struct crowds *crowds)
{
    struct trust_statement at = {0};
    while (trust_walk(analysis, findings, &at)) {
        if (crowds->callers[at.role] != 0 || !trusts_account(&at))
            continue;
        uint32_t count = count_roughly(analysis->edges, at.role);
        if (count >= SMALL_CROWD)
            count = edges_count_callers(analysis->edges, at.role);
        crowds->callers[at.role] = count;
        bool class = administrators_has(analysis, at.role);
        crowds->sum[class] += count;
        crowds->squares[class] += (double)count * count;
        crowds->count[class] += count > 0;
    }
}

static bool stands_out(const struct crowds *crowds, bool class, uint32_t callers)
{
    double mean = crowds->count[class] > 0 ? crowds->sum[class] / crowds->count[class] : 0;
    double variance = crowds->count[class] > 0 ? crowds->squares[class] / crowds->count[class] - mean * mean : 0;
    return callers >= CROWD || (callers >= SMALL_CROWD && callers > mean + 3 * sqrt(variance > 0 ? variance : 0));
}

/* Chains to all crowded roles. */
struct crowd_reach {
    struct exposure *of;               /* per node; NULL: not counted yet */
    struct exposure_settling settling; /* how many of them were counted exactly */
};

static void reach_free(void *notes)
{
    struct crowd_reach *reach = notes;
    free(reach->of);
    exposure_settling_free(&reach->settling);
}

static const struct notes_kind reach_notes = {sizeof(struct crowd_reach), reach_free, false};

/* Called when the first of these findings is shown. */
static void count_reach(struct analysis *analysis, const struct findings *findings, const struct finding_rule *rule,
                        struct crowd_reach *reach)
{
    const struct edges *edges = analysis->edges;
    bool *wanted = memory_zeroed(edges->node_count, sizeof *wanted);
    reach->of = memory_zeroed(edges->node_count, sizeof *reach->of);
    for (size_t i = 0; i < findings->count; i++)
        if (findings->list[i].rule == rule)
            wanted[findings->list[i].at.role] = true;
    exposure_count(edges, wanted, reach->of);
    reach->settling.edges = edges;
    reach->settling.numbers_alone = true;
    free(wanted);
}

/* Adds how many more can become the role through chains than directly. */
static void add_reach(struct analysis *analysis, struct findings *findings, struct finding *finding)
{
    struct crowd_reach *known = findings_notes(findings, &reach_notes);
    if (known->of == NULL)
        count_reach(analysis, findings, finding->rule, known);
    struct exposure *reach = &known->of[finding->at.role];
    if (known->settling.looked < SETTLED)
        exposure_settle(&known->settling, finding->at.role, reach);
    uint32_t least = reach->certain > reach->direct ? reach->certain : reach->direct;
    const char *words = "";
    if (least < reach->at_most)
        words = finding_text(findings, " Through chains %u to %u can.", least, reach->at_most);
    else if (least > reach->direct)
        words = finding_text(findings, " Through chains %u can.", least);
    party_detail_add(findings, finding, words);
    if (findings->brief)
        return;
    json_t *range = json_object();
    json_put(range, "least", json_integer(least));
    json_put(range, "most", json_integer(reach->at_most));
    finding->facts = json_object();
    json_put(finding->facts, "callers", json_integer(reach->direct));
    json_put(finding->facts, "reach", range);
}

void find_crowded_account(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings)
{
    struct crowds crowds = {.callers = memory_zeroed(analysis->model->principal_count, sizeof *crowds.callers)};
    struct trust_statement at = {0};
    uint32_t last = MODEL_NONE;
    count_crowds(analysis, findings, &crowds);
    while (trust_walk(analysis, findings, &at)) {
        uint32_t callers = crowds.callers[at.role];
        bool class = callers >= SMALL_CROWD && administrators_has(analysis, at.role);
        if (at.role == last || !trusts_account(&at) || !stands_out(&crowds, class, callers))
            continue;
        last = at.role;
        struct finding *finding = finding_add_trust(findings, analysis, rule, &at, "");
        finding->elaborate = add_reach;
        const char *administrator = finding_raise_for_administrator(finding, analysis, at.role);
        finding->detail = finding_text(findings,
                                       "%u users, roles and outside parties can assume %s directly; %s that trust "
                                       "whole accounts have %.0f on average.%s",
                                       callers, at.who->name, class ? "administrator roles" : "roles",
                                       crowds.sum[class] / crowds.count[class], administrator);
    }
    free(crowds.callers);
}
