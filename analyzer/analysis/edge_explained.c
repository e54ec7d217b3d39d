#include "analyzer/analysis/edge_explained.h"

struct edge_explaining edge_explaining_begin(struct analysis *analysis, const struct decision_question *question,
                                             struct arena *arena, struct decision *decision)
{
    uint32_t node = analysis_node(analysis, &question->caller);
    struct edge_explaining work = {.analysis = analysis,
                                   .question = question,
                                   .role = &analysis->model->principals[question->role],
                                   .arena = arena,
                                   .decision = decision,
                                   .edge = edges_between(analysis->edges, node, question->role)};
    *decision = (struct decision){.reason = REASON_GRANTED};
    for (int i = 0; i < LAYER_COUNT; i++)
        decision->layers[i] = (struct decision_layer){.result = LAYER_ABSENT};
    if (work.edge != NULL) {
        decision->verdict = work.edge->verdict;
        decision->residual = work.edge->residual;
    }
    return work;
}

void edge_explaining_set_layer(struct edge_explaining *work, enum decision_layer_kind kind, enum layer_result result,
                               const char *note)
{
    work->decision->layers[kind].result = result;
    work->decision->layers[kind].note = note;
}

void edge_explaining_deny(struct edge_explaining *work, enum decision_layer_kind layer, const char *text)
{
    struct decision *decision = work->decision;
    decision->verdict = VERDICT_DENIED;
    decision->residual = CONSTRAINT_FALSE;
    decision->reason = layer == LAYER_TRUST ? REASON_NO_TRUST : REASON_NOT_ASSIGNED;
    decision->gaps = arena_allocate_array(work->arena, 1, sizeof *decision->gaps);
    decision->gaps[0] = (struct decision_gap){.layer = layer, .text = text};
    decision->gap_count = 1;
}
