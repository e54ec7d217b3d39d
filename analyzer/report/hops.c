#include "analyzer/report/hops.h"

#include "analyzer/report/lines.h"
#include "graph/control/control_edges.h"

bool explain_hop(struct analysis *analysis, struct arena *arena, struct hop step, struct explained_hop *hop)
{
    struct decision_question question = {
        .caller = analysis->edges->nodes[step.from], .role = step.to, .now = analysis->now};
    *hop = (struct explained_hop){.hop = step, .edge = &analysis->edges->edges[step.edge]};
    if (hop->edge->kind != EDGE_ASSUME)
        return true;
    return decision_explain(analysis->evaluator, &question, arena, &hop->decision);
}

json_t *hop_json(struct analysis *analysis, const struct explained_hop *hop)
{
    const struct edges *edges = analysis->edges;
    json_t *statements = json_array();
    for (int layer = 0; layer < LAYER_COUNT; layer++)
        for (uint32_t i = 0; i < hop->decision.layers[layer].statement_count; i++)
            json_array_append_new(statements,
                                  json_statement(analysis->model, &hop->decision.layers[layer].statements[i]));
    json_t *object = json_pack("{s:s, s:s, s:s, s:s, s:o, s:o}", "from", edges->nodes[hop->hop.from].text, "to",
                               edges->nodes[hop->hop.to].text, "kind", edge_kind_word(hop->edge->kind), "verdict",
                               verdict_word(hop->edge->verdict), "conditions",
                               constraint_words(analysis->pool, hop->edge->residual), "statements", statements);
    if (hop->edge->how != NULL)
        json_object_set_new(object, "actions", json_string(hop->edge->how));
    return object;
}
