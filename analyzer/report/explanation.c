#include "analyzer/report/explanation.h"

#include "analyzer/analysis/person_explained.h"

struct found_chain {
    struct chain_rows rows;
    uint32_t role;
};

static bool keep_chain_to_role(const struct chain *chain, void *context)
{
    struct found_chain *work = context;
    if (chain->hops[chain->hop_count - 1].to != work->role)
        return true;
    if (chain->hop_count > 1)
        chain_rows_add(chain, &work->rows);
    return false;
}

/* The chain to the role, where the direct call is denied, and one without conditions where that has some. */
static void find_chain(struct analysis *analysis, const struct decision_question *question,
                       const struct decision *decision, struct found_chain *work)
{
    *work = (struct found_chain){.role = question->role};
    bool conditional = decision->verdict == VERDICT_CONDITIONAL && question->fixed_count == 0;
    if ((decision->verdict != VERDICT_DENIED && !conditional) || question->action_count > 0)
        return;
    analysis_edges(analysis);
    chains_reach(analysis->edges, analysis_node(analysis, &question->caller), &(struct chain_limits){0},
                 keep_chain_to_role, work);
    if (conditional && work->rows.count > 0 && work->rows.list[0].verdict != VERDICT_ALLOWED)
        work->rows.count = 0;
}

void explanation_find(struct analysis *analysis, const struct decision_question *question, struct arena *arena,
                      struct explanation *explanation)
{
    struct decision *decision = arena_allocate(arena, sizeof *decision);
    struct remedy *remedies = NULL;
    struct found_chain found;
    *explanation = (struct explanation){.question = question, .decision = decision};
    if (question->caller.kind == CALLER_PERSON) {
        person_explain(analysis, question, arena, decision);
    } else {
        decision_explain(analysis->evaluator, question, arena, decision);
        remedy_propose(analysis->evaluator, question, decision, arena, &remedies, &explanation->remedy_count);
    }
    find_chain(analysis, question, decision, &found);
    explanation->remedies = remedies;
    explanation->rows = found.rows;
    explanation->chain = found.rows.count > 0 ? explanation->rows.list : NULL;
}

void explanation_free(struct explanation *explanation)
{
    for (uint32_t i = 0; i < explanation->remedy_count; i++)
        json_decref(explanation->remedies[i].policy);
    chain_rows_free(&explanation->rows);
}
