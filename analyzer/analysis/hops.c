#include "analyzer/analysis/hops.h"

#include "analyzer/analysis/wording.h"
#include "graph/control/control_edges.h"
#include "ingest/support/json_build.h"

void explain_hop(struct analysis *analysis, struct arena *arena, struct hop step, struct explained_hop *hop)
{
    struct decision_question question = {
        .caller = analysis->edges->nodes[step.from], .role = step.to, .now = analysis->now};
    *hop = (struct explained_hop){.hop = step, .edge = &analysis->edges->edges[step.edge]};
    if (hop->edge->kind == EDGE_ASSUME)
        decision_explain(analysis->evaluator, &question, arena, &hop->decision);
}

json_t *hop_json(struct analysis *analysis, const struct explained_hop *hop)
{
    const struct edges *edges = analysis->edges;
    json_t *object = json_object(), *statements = json_array();
    for (int layer = 0; layer < LAYER_COUNT; layer++)
        for (uint32_t i = 0; i < hop->decision.layers[layer].statement_count; i++)
            json_add(statements, wording_statement_json(analysis->model, &hop->decision.layers[layer].statements[i]));
    json_put(object, "from", json_text(edges->nodes[hop->hop.from].text));
    json_put(object, "to", json_text(edges->nodes[hop->hop.to].text));
    json_put(object, "kind", json_text(edge_word(hop->edge)));
    json_put(object, "verdict", json_text(verdict_word(hop->edge->verdict)));
    json_put(object, "conditions", constraint_words(analysis->pool, hop->edge->residual));
    json_put(object, "statements", statements);
    json_put_text(object, "actions", hop->edge->kind != EDGE_ASSUME ? hop->edge->how : NULL);
    return object;
}
