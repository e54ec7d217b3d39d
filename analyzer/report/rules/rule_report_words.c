#include "analyzer/report/rules/rule_report_words.h"

#include "analyzer/analysis/hops.h"
#include "analyzer/analysis/wording.h"
#include <stdlib.h>

void rule_append_summary(const struct rule_report *report, struct text *text)
{
    const struct rule_results *results = report->results;
    uint32_t passed = results->count - results->undecidable;
    if (results->broken > 0)
        text_format(text, "%u of %u rule%s %s broken", results->broken, results->count, text_plural(results->count),
                    results->broken == 1 ? "is" : "are");
    else
        text_format(text, "%s%u rule%s", results->undecidable == 0 && passed > 1 ? "All " : "", passed,
                    passed == 1 ? " passes" : "s pass");
    if (results->undecidable > 0)
        text_format(text, ", %u cannot be decided", results->undecidable);
}

struct chain_row rule_chain_row(const struct rule_chain *chain)
{
    return (struct chain_row){.hop_count = chain->hop_count,
                              .hops = chain->hops,
                              .verdict = chain->own == CONSTRAINT_TRUE ? VERDICT_ALLOWED : VERDICT_CONDITIONAL,
                              .residual = chain->own,
                              .own = chain->own};
}

static void append_node(const struct rule_report *report, uint32_t node, struct text *text)
{
    wording_caller_at_home(report->analysis->model, &report->analysis->edges->nodes[node], text);
}

void rule_append_missing(const struct rule_report *report, const struct rule_pair *pair, struct text *text)
{
    if (pair->from == MODEL_NONE)
        text_append_string(text, "none of the left side");
    else
        append_node(report, pair->from, text);
    text_append_string(text, pair->from == MODEL_NONE ? " can become " : " cannot become ");
    append_node(report, pair->to, text);
    if (pair->surely)
        text_append_string(text, " without conditions");
}

static void append_chain(const struct rule_report *report, const struct rule_chain *chain, struct text *text)
{
    char *conditions = wording_conditions(report->analysis, chain->own);
    append_node(report, chain->hops[0].from, text);
    for (uint32_t i = 0; i < chain->hop_count; i++) {
        text_append_string(text, i == 0 ? " becomes " : ", then ");
        append_node(report, chain->hops[i].to, text);
    }
    if (conditions[0] != '\0')
        text_format(text, ", if %s", conditions);
    free(conditions);
}

void rule_each_reason(const struct rule_report *report, const struct rule_result *result,
                      void (*each)(const char *reason, void *context), void *context)
{
    struct text text = {0};
    for (uint32_t i = 0; i < result->chain_count; i++) {
        text.length = 0;
        append_chain(report, &result->chains[i], &text);
        each(text.data, context);
    }
    for (uint32_t i = 0; i < result->missing_count; i++) {
        text.length = 0;
        rule_append_missing(report, &result->missing[i], &text);
        each(text.data, context);
    }
    for (uint32_t i = 0; i < result->gap_count && result->outcome == RULE_UNDECIDABLE; i++)
        each(result->gaps[i], context);
    text_free(&text);
}

void rule_each_place(const struct rule_report *report, const struct rule_chain *chain,
                     void (*each)(const char *file, uint32_t line, const char *words, void *context), void *context)
{
    const struct model *model = report->analysis->model;
    struct arena arena = {0};
    for (uint32_t i = 0; i < chain->hop_count; i++) {
        struct explained_hop hop;
        struct text words = {0};
        const char *file = "";
        uint32_t line = 0;
        explain_hop(report->analysis, &arena, chain->hops[i], &hop);
        const struct decision_layer *trust = &hop.decision.layers[LAYER_TRUST];
        if (trust->statement_count > 0)
            model_locate(model, trust->statements[0].use, trust->statements[0].statement->position, &file, &line);
        append_node(report, chain->hops[i].from, &words);
        text_append_string(&words, " becomes ");
        append_node(report, chain->hops[i].to, &words);
        each(file, line, words.data, context);
        text_free(&words);
    }
    arena_free(&arena);
}
