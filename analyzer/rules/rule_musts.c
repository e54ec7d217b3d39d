#include "analyzer/rules/rule_inside.h"

#include "analyzer/analysis/targets.h"
#include "analyzer/rules/rule_formulas.h"
#include <stdlib.h>

/* Pairs are searched from the side with fewer members. */
struct musts {
    struct judging *judging;
    bool towards;    /* from each member of the right set, towards its callers */
    uint8_t *has;    /* per node of the other side: enum constraint_answer of the last search */
    uint32_t *noted; /* the nodes where that is not NO */
    uint32_t noted_count;
    uint8_t *best;  /* `some`: per node of the right set: the best answer of any pair */
    bool *has_pair; /* likewise: whether there is a pair */
};

/* YES is best, then UNDECIDED. */
static int rank(uint8_t answer)
{
    return answer == CONSTRAINT_YES ? 2 : answer == CONSTRAINT_UNDECIDED ? 1 : 0;
}

static bool take_chain(const struct chain *chain, void *context)
{
    struct musts *musts = context;
    struct judging *judging = musts->judging;
    uint32_t from = chain->hops[0].from, to = chain->hops[chain->hop_count - 1].to;
    if (!judging_is_pair(judging, from, to))
        return true;
    bool surely = judging->rule->kind == RULE_MUST_SURELY;
    struct constraint_pool *pool = judging->edges->pool;
    enum constraint_answer answer =
        surely ? rule_formula_certain(pool, chain->residual) : rule_formula_possible(pool, chain->residual);
    uint32_t other = musts->towards ? from : to;
    if (answer == CONSTRAINT_NO)
        return true;
    musts->has[other] = (uint8_t)answer;
    musts->noted[musts->noted_count++] = other;
    if (judging->rule->kind == RULE_MUST_SOME)
        return true;
    if (answer == CONSTRAINT_UNDECIDED)
        judging_note_formula(judging, chain->residual);
    else
        judge_unknown_guardrails(judging, chain);
    return true;
}

/* A pair without the access breaks the rule, unless the trust policy that could give it is unknown. */
static void note_missing(struct judging *judging, uint32_t from, uint32_t to)
{
    struct rule_result *result = judging->result;
    const struct model_principal *role = &judging->edges->model->principals[to];
    if (role->is_role && targets_trust_is_unknown(judging->edges->model, to)) {
        char *gap = memory_print("the trust policy of %s is not known", role->arn);
        judging_note_gap(judging, gap);
        free(gap);
        return;
    }
    result->outcome = RULE_BROKEN;
    result->more = result->more || result->missing_count == RULE_EXAMPLES;
    if (result->missing_count < RULE_EXAMPLES)
        result->missing[result->missing_count++] =
            (struct rule_pair){from, to, judging->rule->kind == RULE_MUST_SURELY};
}

static void judge_pair(struct musts *musts, uint32_t from, uint32_t to)
{
    struct judging *judging = musts->judging;
    uint8_t answer = musts->has[musts->towards ? from : to];
    if (!judging_is_pair(judging, from, to))
        return;
    if (judging->rule->kind == RULE_MUST_SOME) {
        musts->has_pair[to] = true;
        if (rank(answer) > rank(musts->best[to]))
            musts->best[to] = answer;
    } else if (answer == CONSTRAINT_NO) {
        note_missing(judging, from, to);
    }
}

static void search_one(struct musts *musts, struct chains_search *search, uint32_t one)
{
    struct judging *judging = musts->judging;
    const struct edges *edges = judging->edges;
    const struct chain_limits limits = {.max_hops = judging->rule->max_hops};
    const uint8_t *others = musts->towards ? judging->from : judging->to;
    if (musts->towards)
        chains_who_can(edges, one, &limits, take_chain, musts);
    else
        chains_search_from(search, one, take_chain, musts);
    for (uint32_t i = 0; i < edges->node_count; i++)
        if (others[i] != 0)
            judge_pair(musts, musts->towards ? i : one, musts->towards ? one : i);
    for (uint32_t i = 0; i < musts->noted_count; i++)
        musts->has[musts->noted[i]] = CONSTRAINT_NO;
    musts->noted_count = 0;
}

/* Judges each member of the right set by the best answer for any member of the left set. */
static void judge_some(struct musts *musts)
{
    struct judging *judging = musts->judging;
    for (uint32_t i = 0; i < judging->edges->model->principal_count; i++) {
        if (!musts->has_pair[i] || musts->best[i] == CONSTRAINT_YES)
            continue;
        if (musts->best[i] == CONSTRAINT_NO)
            note_missing(judging, MODEL_NONE, i);
        else
            judging_note_gap(judging, "whether anyone on the left can, depends on what is not in the export");
    }
}

void judge_must(struct judging *judging)
{
    const struct edges *edges = judging->edges;
    uint32_t left = judging_members(judging->from, edges->node_count);
    uint32_t right = judging_members(judging->to, edges->model->principal_count);
    struct chain_limits limits = {.max_hops = judging->rule->max_hops};
    struct musts musts = {.judging = judging,
                          .towards = right < left,
                          .has = memory_zeroed((size_t)edges->node_count + 1, sizeof *musts.has),
                          .noted = memory_zeroed((size_t)edges->node_count + 1, sizeof *musts.noted),
                          .best = memory_zeroed((size_t)edges->node_count + 1, sizeof *musts.best),
                          .has_pair = memory_zeroed((size_t)edges->node_count + 1, sizeof *musts.has_pair)};
    if (!musts.towards)
        judging_measure(judging);
    limits.within = judging->within;
    struct chains_search *search = musts.towards ? NULL : chains_search_open(edges, &limits);
    const uint8_t *ones = musts.towards ? judging->to : judging->from;
    for (uint32_t i = 0; i < (musts.towards ? edges->model->principal_count : edges->node_count); i++)
        if (ones[i] != 0)
            search_one(&musts, search, i);
    if (judging->rule->kind == RULE_MUST_SOME)
        judge_some(&musts);
    chains_search_close(search);
    free(musts.has);
    free(musts.noted);
    free(musts.best);
    free(musts.has_pair);
}
