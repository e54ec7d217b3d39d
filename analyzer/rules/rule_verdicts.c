#include "analyzer/rules/rule_inside.h"

#include "analyzer/analysis/outsiders.h"
#include "analyzer/rules/rule_formulas.h"
#include <stdlib.h>
#include <string.h>

const char *rule_outcome_word(enum rule_outcome outcome)
{
    static const char *const words[] = {
        [RULE_PASS] = "pass", [RULE_UNDECIDABLE] = "undecidable", [RULE_BROKEN] = "broken"};
    return words[outcome];
}

/* ---- pairs */

uint32_t judging_members(const uint8_t *set, uint32_t count)
{
    uint32_t members = 0;
    for (uint32_t i = 0; i < count; i++)
        members += set[i] != 0;
    return members;
}

bool judging_is_pair(const struct judging *judging, uint32_t from, uint32_t to)
{
    const struct edges *edges = judging->edges;
    if (from == to || to >= edges->model->principal_count || judging->from[from] == 0 || judging->to[to] == 0)
        return false;
    if (judging->from[from] == SET_ALWAYS && judging->to[to] == SET_ALWAYS)
        return true;
    int where = caller_is_outside(edges->model, &edges->nodes[from], to) ? SET_OUTSIDE : SET_WITHIN;
    return (judging->from[from] & where) != 0 && (judging->to[to] & where) != 0;
}

void judging_note_gap(struct judging *judging, const char *gap)
{
    struct rule_result *result = judging->result;
    for (uint32_t i = 0; i < result->gap_count; i++)
        if (strcmp(result->gaps[i], gap) == 0)
            return;
    if (result->outcome == RULE_PASS)
        result->outcome = RULE_UNDECIDABLE;
    if (result->gap_count < RULE_EXAMPLES)
        result->gaps[result->gap_count++] = memory_text(gap);
}

static void note_gap(const char *gap, void *context)
{
    judging_note_gap(context, gap);
}

void judging_note_formula(struct judging *judging, constraint formula)
{
    rule_formula_gaps(judging->edges->pool, formula, note_gap, judging);
}

/* ---- chains that break a never */

static void keep_chain(struct judging *judging, const struct chain *chain, const struct hop *hops, uint32_t count)
{
    struct rule_result *result = judging->result;
    uint32_t at = result->chain_count;
    result->outcome = RULE_BROKEN;
    while (at > 0 && result->chains[at - 1].hop_count > count)
        at--;
    if (result->chain_count == RULE_EXAMPLES) {
        result->more = true;
        if (at == RULE_EXAMPLES)
            return;
        free(result->chains[--result->chain_count].hops);
    }
    memmove(&result->chains[at + 1], &result->chains[at], (result->chain_count - at) * sizeof result->chains[0]);
    result->chains[at] = (struct rule_chain){memory_copy(hops, count, sizeof *hops), count, chain->own};
    result->chain_count++;
}

/* What decides about a chain: its conditions, restricted to calls that do not meet the condition of the rule. */
static constraint breaking(const struct judging *judging, const struct chain *chain, constraint demands)
{
    const struct edges *edges = judging->edges;
    if (chain->hops[0].from >= edges->model->principal_count)
        demands = rule_formula_of_outsider(edges->pool, demands, edges->edges[chain->hops[0].edge].residual);
    return rule_formula_without(edges->pool, demands, &judging->rule->unless);
}

/* The first of a pair's chains that does not need the condition. */
struct evading {
    struct judging *judging;
    bool found;
};

static bool take_evading(const struct chain *chain, void *context)
{
    struct evading *evading = context;
    constraint formula = breaking(evading->judging, chain, chain->own);
    if (rule_formula_possible(evading->judging->edges->pool, formula) != CONSTRAINT_YES)
        return true;
    keep_chain(evading->judging, chain, chain->hops, chain->hop_count);
    evading->found = true;
    return false;
}

/* The chain shown must be one that breaks the rule, not the surest one, which may require the condition. */
static void keep_evading(struct judging *judging, const struct chain *chain)
{
    struct evading evading = {judging, false};
    struct chain_limits limits = {.max_hops = judging->rule->max_hops > 0 ? judging->rule->max_hops : MANY_HOPS};
    if (rule_formula_possible(judging->edges->pool, breaking(judging, chain, chain->own)) == CONSTRAINT_YES) {
        keep_chain(judging, chain, chain->hops, chain->hop_count);
        return;
    }
    chains_all(judging->edges, chain->hops[0].from, chain->hops[chain->hop_count - 1].to, &limits, take_evading,
               &evading);
    if (!evading.found)
        judging_note_gap(judging, "not every chain was examined for the condition");
}

static bool judge_chain(const struct chain *chain, void *context)
{
    struct judging *judging = context;
    if (!judging_is_pair(judging, chain->hops[0].from, chain->hops[chain->hop_count - 1].to))
        return true;
    constraint formula = breaking(judging, chain, chain->residual);
    enum constraint_answer answer = rule_formula_possible(judging->edges->pool, formula);
    if (answer == CONSTRAINT_YES)
        keep_evading(judging, chain);
    else if (answer == CONSTRAINT_UNDECIDED)
        judging_note_formula(judging, formula);
    return true;
}

/* ---- never and only */

/* Nodes sorted by distance from the right set. */
struct near {
    uint32_t distance, node;
};

static int compare_near(const void *a, const void *b)
{
    const struct near *x = a, *y = b;
    if (x->distance != y->distance)
        return x->distance < y->distance ? -1 : 1;
    return (x->node > y->node) - (x->node < y->node);
}

/* Nodes farther away cannot have shorter chains than those that are kept. */
static bool is_enough(const struct judging *judging, uint32_t distance)
{
    const struct rule_result *result = judging->result;
    return result->chain_count == RULE_EXAMPLES && result->chains[RULE_EXAMPLES - 1].hop_count <= distance;
}

/* For users and roles, who is outside of whom depends only on their accounts: one member of the right set per account
 * is enough. */
struct outward {
    uint32_t *targets, count;
    uint32_t account; /* the account for which `some` is known; MODEL_NONE: none */
    bool some;
};

static void outward_open(struct outward *outward, const struct judging *judging)
{
    const struct model *model = judging->edges->model;
    *outward = (struct outward){.account = MODEL_NONE};
    outward->targets = memory_zeroed((size_t)model->account_count + 1, sizeof *outward->targets);
    for (uint32_t i = 0, last = MODEL_NONE; i < model->principal_count; i++)
        if ((judging->to[i] & SET_OUTSIDE) != 0 && model->principals[i].account != last) {
            last = model->principals[i].account;
            outward->targets[outward->count++] = i;
        }
}

/* Whether a node that is on the left only towards roles that it is outside of, is outside of any member of the right
 * set. */
static bool is_outside_of_any(struct outward *outward, const struct judging *judging, uint32_t node)
{
    const struct model *model = judging->edges->model;
    if (judging->from[node] != SET_OUTSIDE || node >= model->principal_count)
        return true;
    if (outward->account != model->principals[node].account) {
        outward->account = model->principals[node].account;
        outward->some = false;
        for (uint32_t i = 0; i < outward->count && !outward->some; i++)
            outward->some = caller_is_outside(model, &judging->edges->nodes[node], outward->targets[i]);
    }
    return outward->some;
}

static void look_for_chains(struct judging *judging)
{
    const struct edges *edges = judging->edges;
    struct near *list = memory_zeroed((size_t)edges->node_count + 1, sizeof *list);
    uint32_t count = 0, most = judging->rule->max_hops > 0 ? judging->rule->max_hops : MODEL_NONE - 1;
    const struct chain_limits limits = {.max_hops = judging->rule->max_hops, .within = judging->within};
    struct outward outward;
    outward_open(&outward, judging);
    for (uint32_t i = 0; i < edges->node_count; i++) {
        uint32_t distance = judging->distance[i] == 0 ? 1 : judging->distance[i];
        if (judging->from[i] != 0 && distance <= most && is_outside_of_any(&outward, judging, i))
            list[count++] = (struct near){distance, i};
    }
    free(outward.targets);
    if (count > 1)
        qsort(list, count, sizeof *list, compare_near);
    struct chains_search *search = count > 0 ? chains_search_open(edges, &limits) : NULL;
    for (uint32_t i = 0; i < count; i++) {
        if (is_enough(judging, list[i].distance)) {
            judging->result->more = true;
            break;
        }
        chains_search_from(search, list[i].node, judge_chain, judging);
    }
    chains_search_close(search);
    free(list);
}

void judging_measure(struct judging *judging)
{
    const struct edges *edges = judging->edges;
    bool *goals = memory_zeroed((size_t)edges->node_count + 1, sizeof *goals);
    judging->distance = memory_zeroed((size_t)edges->node_count + 1, sizeof *judging->distance);
    judging->within = memory_zeroed((size_t)edges->node_count + 1, sizeof *judging->within);
    for (uint32_t i = 0; i < edges->model->principal_count; i++)
        goals[i] = judging->to[i] != 0;
    chains_distances(edges, goals, judging->distance);
    for (uint32_t i = 0; i < edges->node_count; i++)
        judging->within[i] = judging->distance[i] != MODEL_NONE;
    free(goals);
}

static void judge_never(struct judging *judging)
{
    judging_measure(judging);
    look_for_chains(judging);
    if (judging->result->outcome != RULE_BROKEN)
        judge_unknown_callers(judging);
}

/* Everyone in the exports who is not on the left. */
static void turn_round(struct judging *judging)
{
    for (uint32_t i = 0; i < judging->edges->node_count; i++)
        judging->from[i] = i < judging->sets->known ? (uint8_t)(SET_ALWAYS & ~judging->from[i]) : 0;
}

/* ---- all */

static void judge_rule(struct analysis *analysis, const struct rule_sets *sets, const struct rule *rule,
                       struct rule_result *result)
{
    bool unknown_tags = false;
    struct judging judging = {
        .analysis = analysis, .edges = analysis->edges, .sets = sets, .rule = rule, .result = result};
    judging.from = rule_set_make(sets, &rule->from, &unknown_tags);
    judging.to = rule_set_make(sets, &rule->to, &unknown_tags);
    if (rule->kind == RULE_ONLY)
        turn_round(&judging);
    if (rule->kind == RULE_NEVER || rule->kind == RULE_ONLY)
        judge_never(&judging);
    else
        judge_must(&judging);
    if (unknown_tags && result->outcome != RULE_BROKEN)
        judging_note_gap(&judging, "tags of users and roles of some accounts are not in the export");
    free(judging.from);
    free(judging.to);
    free(judging.distance);
    free(judging.within);
}

/* Renumbers hops over edges that were numbered before control edges were added. */
static void number_again(const struct edges *edges, struct rule_result *result)
{
    for (uint32_t i = 0; i < result->chain_count; i++)
        for (uint32_t j = 0; j < result->chains[i].hop_count; j++) {
            struct hop *hop = &result->chains[i].hops[j];
            const struct edge *edge = edges_between(edges, hop->from, hop->to);
            if (edge != NULL)
                hop->edge = (uint32_t)(edge - edges->edges);
        }
}

static void judge_all(struct analysis *analysis, const struct rule_file *file, const struct rule_sets *sets,
                      struct rule_results *results, bool control)
{
    progress_work(analysis->progress, "checking the rules");
    for (uint32_t i = 0; i < file->rule_count; i++)
        if (file->rules[i].control == control)
            judge_rule(analysis, sets, &file->rules[i], &results->list[i]);
}

void rules_judge(struct analysis *analysis, const struct rule_file *file, const struct rule_sets *sets,
                 struct rule_results *results)
{
    bool control = false;
    *results = (struct rule_results){.list = memory_zeroed((size_t)file->rule_count + 1, sizeof *results->list),
                                     .count = file->rule_count};
    judge_all(analysis, file, sets, results, false);
    for (uint32_t i = 0; i < file->rule_count; i++)
        control = control || file->rules[i].control;
    if (control) {
        analysis_edges_with_control(analysis);
        for (uint32_t i = 0; i < file->rule_count; i++)
            number_again(analysis->edges, &results->list[i]);
        judge_all(analysis, file, sets, results, true);
    }
    for (uint32_t i = 0; i < results->count; i++) {
        results->broken += results->list[i].outcome == RULE_BROKEN;
        results->undecidable += results->list[i].outcome == RULE_UNDECIDABLE;
    }
}

void rule_results_free(struct rule_results *results)
{
    for (uint32_t i = 0; i < results->count; i++) {
        for (uint32_t j = 0; j < results->list[i].chain_count; j++)
            free(results->list[i].chains[j].hops);
        for (uint32_t j = 0; j < results->list[i].gap_count; j++)
            free(results->list[i].gaps[j]);
    }
    free(results->list);
    *results = (struct rule_results){0};
}
