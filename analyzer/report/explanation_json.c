#include "analyzer/analysis/person_explained.h"
#include "analyzer/analysis/wording.h"
#include "analyzer/analysis/workload_explained.h"
#include "analyzer/report/explanation.h"
#include "analyzer/report/json_answer.h"
#include "ingest/support/json_build.h"

static json_t *reachable_json(struct analysis *analysis, const struct chain_row *row)
{
    json_t *object = json_object();
    chain_row_put(analysis, object, row);
    return object;
}

static json_t *layer_json(struct analysis *analysis, const struct decision *decision, enum decision_layer_kind kind)
{
    const struct decision_layer *layer = &decision->layers[kind];
    json_t *object = json_object(), *statements = json_array();
    for (uint32_t i = 0; i < layer->statement_count; i++) {
        json_t *statement = wording_statement_json(analysis->model, &layer->statements[i]);
        json_put(statement, "action", json_text(layer->statements[i].action));
        json_put(statement, "conditions", constraint_words(analysis->pool, layer->statements[i].condition));
        json_add(statements, statement);
    }
    json_put(object, "layer", json_text(decision_layer_word(kind)));
    json_put(object, "result", json_text(layer_result_word(layer->result)));
    json_put(object, "statements", statements);
    json_put_text(object, "note", layer->note);
    return object;
}

static json_t *missing_json(const struct decision *decision)
{
    json_t *list = json_array();
    for (uint32_t i = 0; i < decision->gap_count; i++) {
        json_t *object = json_object();
        json_put(object, "layer", json_text(decision_layer_word(decision->gaps[i].layer)));
        json_put(object, "action", json_text(decision->gaps[i].action != NULL ? decision->gaps[i].action : ""));
        json_put(object, "denied", json_boolean(decision->gaps[i].denied));
        json_put(object, "text", json_text(decision->gaps[i].text));
        json_add(list, object);
    }
    return list;
}

static json_t *remedies_json(const struct remedy *remedies, uint32_t count)
{
    json_t *list = json_array();
    for (uint32_t i = 0; i < count; i++) {
        const struct remedy *remedy = &remedies[i];
        json_t *object = json_object();
        json_put(object, "account", json_text(remedy->account != NULL ? remedy->account : ""));
        json_put(object, "attach_to", json_text(remedy->attach_to != NULL ? remedy->attach_to : ""));
        json_put(object, "kind", json_text(remedy_kind_word(remedy->kind)));
        json_put(object, "text", json_text(remedy->text));
        json_put(object, "policy", remedy->policy != NULL ? json_incref(remedy->policy) : json_null());
        json_add(list, object);
    }
    return list;
}

static json_t *texts_json(const char *const *texts, uint32_t count)
{
    json_t *list = json_array();
    for (uint32_t i = 0; i < count; i++)
        json_add(list, json_text(texts[i]));
    return list;
}

void explanation_put(struct analysis *analysis, json_t *document, const struct explanation *explanation)
{
    const struct decision_question *question = explanation->question;
    const struct decision *decision = explanation->decision;
    const struct chain_row *chain = decision->verdict == VERDICT_DENIED ? explanation->chain : NULL;
    json_t *layers = json_array();
    for (int i = 0; i < LAYER_COUNT; i++)
        json_add(layers, layer_json(analysis, decision, (enum decision_layer_kind)i));
    json_put(document, "principal", json_text(question->caller.text));
    json_put(document, "role", json_text(analysis->model->principals[question->role].arn));
    json_put(document, "action",
             json_text(question->action_count > 0 ? question->actions[0]
                                                  : sts_actions[caller_action(&question->caller)].name));
    if (question->action_count > 1)
        json_put(document, "actions", texts_json(question->actions, question->action_count));
    json_put(document, "verdict", json_text(verdict_word(decision->verdict)));
    json_put(document, "conditions",
             decision->verdict == VERDICT_DENIED ? json_array() : constraint_words(analysis->pool, decision->residual));
    json_put(document, "constraint", constraint_json(analysis->pool, decision->residual));
    json_put(document, "reason", json_text(decision_reason_word(decision->reason)));
    json_put(document, "reachable", chain != NULL ? reachable_json(analysis, chain) : json_null());
    json_t *session = question->caller.kind == CALLER_PERSON      ? person_session_json(analysis, question)
                      : caller_is_before_roles(&question->caller) ? workload_session_json(analysis, question)
                                                                  : NULL;
    if (session != NULL)
        json_put(document, "session", session);
    json_put(document, "layers", layers);
    json_put(document, "missing", missing_json(decision));
    json_put(document, "remedy", remedies_json(explanation->remedies, explanation->remedy_count));
    json_put(document, "notes", texts_json(decision->notes, decision->note_count));
}

void explanation_print_json(struct analysis *analysis, struct output *output, const struct explanation *explanation)
{
    json_t *document = json_answer("explain", 2);
    explanation_put(analysis, document, explanation);
    json_print(analysis, output, document);
}
