#include "analyzer/report/explanation.h"

#include "analyzer/analysis/person_explained.h"
#include "analyzer/analysis/workload_explained.h"

static bool keep_chain(const struct chain *chain, void *context)
{
    if (chain->hop_count > 1)
        chain_rows_add(chain, context);
    return true;
}

/* The chain to the role, if the direct call is denied; and if that chain has conditions, one without. */
static void find_chain(struct analysis *analysis, const struct decision_question *question,
                       const struct decision *decision, struct chain_rows *rows)
{
    bool conditional = decision->verdict == VERDICT_CONDITIONAL && question->fixed_count == 0;
    if ((decision->verdict != VERDICT_DENIED && !conditional) || question->action_count > 0)
        return;
    analysis_edges(analysis);
    uint32_t from = analysis_node(analysis, &question->caller);
    chains_of_pair(analysis->edges, from, question->role, 0, keep_chain, rows);
    if (conditional && rows->count > 0 && rows->list[0].verdict != VERDICT_ALLOWED)
        rows->count = 0;
}

void explanation_find(struct analysis *analysis, const struct decision_question *question, struct arena *arena,
                      struct explanation *explanation)
{
    struct decision *decision = arena_allocate(arena, sizeof *decision);
    struct remedy *remedies = NULL;
    *explanation = (struct explanation){.question = question, .decision = decision};
    if (question->caller.kind == CALLER_PERSON) {
        person_explain(analysis, question, arena, decision);
    } else if (caller_is_before_roles(&question->caller)) {
        workload_explain(analysis, question, arena, decision);
    } else {
        decision_explain(analysis->evaluator, question, arena, decision);
        remedy_propose(analysis->evaluator, question, decision, arena, &remedies, &explanation->remedy_count);
    }
    find_chain(analysis, question, decision, &explanation->rows);
    explanation->remedies = remedies;
    explanation->chain = explanation->rows.count > 0 ? explanation->rows.list : NULL;
}

void explanation_free(struct explanation *explanation)
{
    for (uint32_t i = 0; i < explanation->remedy_count; i++)
        json_decref(explanation->remedies[i].policy);
    chain_rows_free(&explanation->rows);
}
