/*
 * What only chains of roles show.
 */
#include "analyzer/findings/rules.h"
#include "ingest/support/text.h"

#include <stdlib.h>
#include <string.h>

/* The trust statements that make one hop possible. */
static void add_hop_evidence(struct analysis *analysis, struct findings *findings, struct finding *finding,
                             uint32_t from, uint32_t to)
{
    struct arena arena = {0};
    struct decision decision = {0};
    struct decision_question question = {.role = to, .now = analysis->now};
    caller_of_principal(analysis->model, from, &question.caller);
    if (decision_explain(analysis->evaluator, &question, &arena, &decision) &&
        decision.layers[LAYER_TRUST].statement_count > 0) {
        const struct decision_statement *statement = &decision.layers[LAYER_TRUST].statements[0];
        finding_evidence_add(findings, finding, statement->use, statement->statement);
    }
    arena_free(&arena);
}

static void report(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                   uint32_t first, uint32_t members, const uint32_t *cycle, uint32_t length)
{
    const struct model *model = analysis->model;
    struct text text = {0};
    bool accounts = false;
    for (uint32_t i = 0; i < length; i++) {
        const struct model_principal *who = &model->principals[cycle[i]];
        accounts = accounts || who->account != model->principals[cycle[0]].account;
        text_format(&text, "%s%s", i == 0 ? "" : " → ", who->arn);
    }
    const struct model_principal *who = &model->principals[first];
    struct finding *finding = finding_add(findings, analysis, rule, model->accounts[who->account].id, who->arn,
                                          finding_text(findings, "%s", text.data != NULL ? text.data : ""), NULL);
    if (accounts)
        finding_raise(finding, 1);
    for (uint32_t i = 0; i + 1 < length; i++)
        add_hop_evidence(analysis, findings, finding, cycle[i], cycle[i + 1]);
    finding->detail = finding_text(findings, "%u roles can become each other%s; a shortest circle: %s.", members,
                                   accounts ? ", across accounts" : "", text.data != NULL ? text.data : "");
    text_free(&text);
}

void find_trust_cycle(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings)
{
    const struct edges *edges = analysis->edges;
    uint32_t *component = calloc((size_t)edges->node_count + 1, sizeof *component), count = 0;
    uint32_t *first = NULL, *members = NULL;
    bool good = component != NULL && chains_components(edges, component, &count);
    if (good) {
        first = calloc((size_t)count + 1, sizeof *first);
        members = calloc((size_t)count + 1, sizeof *members);
        good = first != NULL && members != NULL;
    }
    for (uint32_t i = edges->node_count; good && i > 0; i--)
        if (component[i - 1] != MODEL_NONE) {
            first[component[i - 1]] = i - 1;
            members[component[i - 1]]++;
        }
    /* A role that may assume itself renews a session and gains nothing: trust-self is another matter. */
    for (uint32_t i = 0; good && i < count; i++) {
        uint32_t length = 0;
        uint32_t *cycle = members[i] > 1 ? chains_shortest_cycle(edges, first[i], &length) : NULL;
        if (cycle != NULL)
            report(analysis, rule, findings, first[i], members[i], cycle, length);
        free(cycle);
    }
    findings->failed = findings->failed || !good;
    free(component);
    free(first);
    free(members);
}
