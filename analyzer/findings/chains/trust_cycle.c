/*
 * Roles that can assume each other in a circle.
 */
#include "analyzer/findings/facts/chain_facts.h"
#include "analyzer/findings/facts/reachability.h"
#include "analyzer/findings/patches/patch_chain.h"
#include "analyzer/findings/rules.h"
#include "ingest/support/json_build.h"
#include "ingest/support/memory.h"

#include <stdlib.h>

/* The hop into the role that fewest can assume: removing it removes the least access. */
static uint32_t cheapest(const struct edges *edges, const struct hop *hops, uint32_t count, uint32_t *callers)
{
    uint32_t best = 0;
    *callers = UINT32_MAX;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t others = edges_count_callers(edges, hops[i].to);
        if (others < *callers) {
            *callers = others;
            best = i;
        }
    }
    return best;
}

static void elaborate(struct analysis *analysis, struct findings *findings, struct finding *finding)
{
    struct chain_cut cut = {.circle = true};
    cut.hops = chain_hops(finding, &cut.count);
    chain_elaborate(analysis, findings, finding);
    chain_cut_offer(analysis, findings, finding, &cut);
}

static void report(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                   uint32_t first, uint32_t members, const struct hop *hops, uint32_t count)
{
    const struct model *model = analysis->model;
    const struct model_principal *who = &model->principals[first];
    uint32_t callers, cut = cheapest(analysis->edges, hops, count, &callers);
    bool together = chain_holds_together(analysis->edges, hops, count), accounts = false;
    for (uint32_t i = 0; i < count; i++)
        accounts = accounts || model->principals[hops[i].to].account != who->account;
    struct finding *finding = finding_add_principal(findings, analysis, rule, first, "");
    finding_raise(finding, !together ? -1 : accounts ? 1 : 0);
    finding->detail = finding_text(
        findings,
        "%u roles can become each other%s; the shortest circle: %s.%s %s can be assumed by the fewest principals (%u), "
        "so cutting there breaks least.",
        members, accounts ? ", across accounts" : "", chain_words(findings, analysis, hops, count),
        together ? "" : " Each hop is possible alone, but the conditions of all hops cannot be met together.",
        model->principals[hops[cut].to].name, callers);
    json_t *facts = json_object(), *hop = json_object();
    json_put(hop, "from", json_text(analysis->edges->nodes[hops[cut].from].text));
    json_put(hop, "to", json_text(analysis->edges->nodes[hops[cut].to].text));
    json_put(facts, "members", json_integer(members));
    json_put(facts, "cut", hop);
    chain_attach(analysis, findings, finding, hops, count, facts);
    finding->elaborate = elaborate;
}

/* A shortest circle through the role. */
static void judge(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings, uint32_t first,
                  uint32_t members)
{
    const struct edges *edges = analysis->edges;
    uint32_t length = 0, *cycle = chains_shortest_cycle(edges, first, &length);
    struct hop *hops = memory_zeroed(length, sizeof *hops);
    for (uint32_t i = 0; i + 1 < length; i++) {
        const struct edge *edge = edges_between(edges, cycle[i], cycle[i + 1]);
        hops[i] = (struct hop){cycle[i], cycle[i + 1], edge != NULL ? (uint32_t)(edge - edges->edges) : 0};
    }
    if (length > 1)
        report(analysis, rule, findings, first, members, hops, length - 1);
    free(hops);
    free(cycle);
}

void find_trust_cycle(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings)
{
    const struct edges *edges = analysis->edges;
    uint32_t *component = memory_zeroed((size_t)edges->node_count + 1, sizeof *component), count = 0;
    chains_components(edges, component, &count);
    uint32_t *first = memory_zeroed(count, sizeof *first), *members = memory_zeroed(count, sizeof *members);
    for (uint32_t i = edges->node_count; i > 0; i--)
        if (component[i - 1] != MODEL_NONE) {
            first[component[i - 1]] = i - 1;
            members[component[i - 1]]++;
        }
    /* A role that may assume itself only renews a session; trust-self reports that. */
    for (uint32_t i = 0; i < count; i++)
        if (members[i] > 1)
            judge(analysis, rule, findings, first[i], members[i]);
    free(component);
    free(first);
    free(members);
}
