#include "analyzer/rules/rule_inside.h"

#include "analyzer/analysis/targets.h"
#include "graph/model/people.h"
#include <stdlib.h>

/* ---- who may enter */

/* An account of the organization that was not exported: its roles may admit anyone. */
static bool is_unknown_member(const struct model *model, const struct caller *caller)
{
    if (caller->kind != CALLER_ACCOUNT || caller->account_index == MODEL_NONE)
        return false;
    const struct model_account *account = &model->accounts[caller->account_index];
    return account->in_organization == FACT_YES && account->detail == ACCOUNT_NOT_EXPORTED;
}

struct entering {
    struct judging *judging;
    uint32_t at;
    bool breaks;
};

/* Whether a chain from the unknown node leads on to the right set. */
static bool leads_on(const struct chain *chain, void *context)
{
    struct entering *entering = context;
    const struct rule *rule = entering->judging->rule;
    uint32_t to = chain->hops[chain->hop_count - 1].to;
    bool near = rule->max_hops == 0 || chain->hop_count < rule->max_hops;
    entering->breaks = near && to < entering->judging->edges->model->principal_count && entering->judging->to[to] != 0;
    return !entering->breaks;
}

/* A role of Identity Center whose callers are not all in the exports. */
static bool is_open_to_people(const struct edges *edges, uint32_t node)
{
    return people_role_known(edges->people, node) == FACT_NO;
}

/* people: the rule is about people. */
static bool is_unknown(const struct edges *edges, uint32_t node, bool people)
{
    if (node >= edges->model->principal_count)
        return is_unknown_member(edges->model, &edges->nodes[node]);
    return edges->model->principals[node].is_role &&
           (targets_trust_is_unknown(edges->model, node) || (people && is_open_to_people(edges, node)));
}

static void note_unknown(struct judging *judging, uint32_t node)
{
    const struct edges *edges = judging->edges;
    struct text gap = {0};
    if (node < edges->model->principal_count) {
        text_format(&gap,
                    targets_trust_is_unknown(edges->model, node)
                        ? "the trust policy of %s is not known"
                        : "people who can become %s may be missing from the exports",
                    edges->nodes[node].text);
    } else {
        text_append_string(&gap, "account ");
        model_append_account(&gap, edges->model, edges->nodes[node].text);
        text_append_string(&gap, " of the organization is not in the export");
    }
    judging_note_gap(judging, gap.data);
    text_free(&gap);
}

void judge_unknown_callers(struct judging *judging)
{
    const struct edges *edges = judging->edges;
    const struct chain_limits limits = {.max_hops = judging->rule->max_hops, .within = judging->within};
    uint32_t callers = judging_members(judging->from, edges->node_count);
    bool people =
        edges->people != NULL && judging_members(judging->from + edges->first_person, edges->person_count) > 0;
    struct chains_search *search = NULL;
    for (uint32_t i = 0; i < edges->node_count && judging->result->gap_count < RULE_EXAMPLES; i++) {
        struct entering entering = {judging, i, false};
        bool others = callers > (judging->from[i] != 0 ? 1u : 0u);
        if (!others || !judging->within[i] || !is_unknown(edges, i, people))
            continue;
        entering.breaks = i < edges->model->principal_count && judging->to[i] != 0;
        if (!entering.breaks && search == NULL)
            search = chains_search_open(edges, &limits);
        if (!entering.breaks)
            chains_search_from(search, i, leads_on, &entering);
        if (entering.breaks)
            note_unknown(judging, i);
    }
    chains_search_close(search);
}

/* ---- who may be kept out */

static bool are_unknown(const struct model_guardrails *guardrails)
{
    bool unknown = guardrails->apply == FACT_UNKNOWN;
    for (uint32_t i = 0; i < guardrails->level_count && guardrails->apply == FACT_YES && !unknown; i++)
        unknown = guardrails->levels[i].missing || !guardrails->levels[i].complete;
    return unknown;
}

static void note_guardrails(struct judging *judging, const char *what, uint32_t account)
{
    const struct model *model = judging->edges->model;
    struct text gap = {0};
    text_format(&gap, "%s of account ", what);
    model_append_account(&gap, model, model->accounts[account].id);
    text_append_string(&gap, " are not all in the export");
    judging_note_gap(judging, gap.data);
    text_free(&gap);
}

void judge_unknown_guardrails(struct judging *judging, const struct chain *chain)
{
    const struct edges *edges = judging->edges;
    const struct model *model = edges->model;
    for (uint32_t i = 0; i < chain->hop_count; i++) {
        uint32_t caller = edges->nodes[chain->hops[i].from].account_index, to = chain->hops[i].to;
        bool member = chain->hops[i].from < model->principal_count;
        if (member && caller != MODEL_NONE && are_unknown(&model->scps[caller]))
            note_guardrails(judging, "SCPs", caller);
        if (to < model->principal_count && are_unknown(&model->rcps[model->principals[to].account]))
            note_guardrails(judging, "RCPs", model->principals[to].account);
    }
}
