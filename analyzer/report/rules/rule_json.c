#include "analyzer/report/rules/rule_report_words.h"

#include "analyzer/report/json_answer.h"
#include "ingest/support/json_build.h"

static json_t *missing_json(const struct rule_report *report, const struct rule_pair *pair)
{
    const struct caller *nodes = report->analysis->edges->nodes;
    json_t *object = json_object();
    json_put(object, "from", json_text(pair->from != MODEL_NONE ? nodes[pair->from].text : NULL));
    json_put(object, "to", json_text(nodes[pair->to].text));
    return object;
}

static json_t *gap_json(const struct rule_result *result)
{
    struct text gap = {0};
    for (uint32_t i = 0; i < result->gap_count && result->outcome == RULE_UNDECIDABLE; i++)
        text_format(&gap, "%s%s", i > 0 ? "; " : "", result->gaps[i]);
    json_t *text = json_text(gap.data);
    text_free(&gap);
    return text;
}

static json_t *rule_json(const struct rule_report *report, uint32_t at)
{
    const struct rule *rule = &report->file->rules[at];
    const struct rule_result *result = &report->results->list[at];
    json_t *object = json_object(), *chains = json_array(), *missing = json_array();
    for (uint32_t i = 0; i < result->chain_count; i++) {
        const struct chain_row row = rule_chain_row(&result->chains[i]);
        json_add(chains, chain_path_json(report->analysis, &row));
    }
    for (uint32_t i = 0; i < result->missing_count; i++)
        json_add(missing, missing_json(report, &result->missing[i]));
    json_put(object, "line", json_integer(rule->place.line));
    json_put(object, "text", json_text(rule->text));
    json_put(object, "result", json_text(rule_outcome_word(result->outcome)));
    json_put(object, "chains", chains);
    json_put(object, "missing", missing);
    json_put(object, "more", json_boolean(result->more));
    json_put(object, "gap", gap_json(result));
    return object;
}

void rule_json_print(const struct rule_report *report, struct output *output)
{
    json_t *answer = json_answer("check", 1), *rules = json_array();
    for (uint32_t i = 0; i < report->results->count; i++)
        json_add(rules, rule_json(report, i));
    json_put(answer, "file", json_text(report->file->path));
    json_put(answer, "broken", json_integer(report->results->broken));
    json_put(answer, "undecidable", json_integer(report->results->undecidable));
    json_put(answer, "rules", rules);
    json_print(report->analysis, output, answer);
}
