#include "analyzer/report/chain_hops.h"

#include "analyzer/analysis/hops.h"
#include "analyzer/analysis/wording.h"
#include "analyzer/report/chain_line.h"
#include "analyzer/report/lines.h"
#include "ingest/support/json_build.h"
#include "ingest/support/text.h"

#include <stdlib.h>

enum { NUMBER = 2, BODY = 5 }; /* columns of a hop's number, and of the lines about it */

enum verdict chain_own_verdict(const struct chain_row *row)
{
    return row->own == CONSTRAINT_TRUE ? VERDICT_ALLOWED : VERDICT_CONDITIONAL;
}

static void print_statement(struct analysis *analysis, struct output *output, enum decision_layer_kind layer,
                            const struct decision_statement *statement)
{
    struct styled line = {0};
    struct text words = {0}, place = {0};
    wording_statement_words(statement, &words);
    wording_statement_place(analysis->model, statement, &place);
    styled_add(&line, STYLE_FAINT, "%-9s %s", decision_layer_word(layer), words.data);
    styled_print(&line, output, BODY, BODY + 10, place.data);
    text_free(&words);
    text_free(&place);
}

static void print_hop(struct analysis *analysis, struct output *output, const struct explained_hop *hop,
                      uint32_t number)
{
    char *conditions = wording_conditions(analysis, hop->edge->residual);
    struct styled line = {0};
    styled_add(&line, STYLE_PLAIN, "%u. ", number);
    chain_line_add(&line, analysis, output, &hop->hop, 1);
    styled_print(&line, output, NUMBER, BODY, NULL);
    if (conditions[0] != '\0')
        line_item(output, BODY, "if ", conditions);
    for (int layer = 0; layer < LAYER_SCP; layer++)
        for (uint32_t i = 0; i < hop->decision.layers[layer].statement_count; i++)
            if (hop->decision.layers[layer].statements[i].statement->allow)
                print_statement(analysis, output, (enum decision_layer_kind)layer,
                                &hop->decision.layers[layer].statements[i]);
    free(conditions);
}

/* The conditions of all hops together: a session has the same name in a hop as in the one before. */
static void print_together(struct analysis *analysis, struct output *output, constraint residual)
{
    char *conditions = wording_conditions(analysis, residual);
    const char *label = wording_condition_label(analysis, residual);
    struct text text = {0};
    text_format(&text, "%s%s%s%s", conditions, label != NULL ? "  (" : "", label != NULL ? label : "",
                label != NULL ? ")" : "");
    if (conditions[0] != '\0')
        line_item(output, NUMBER, "All hops together: if ", text.data);
    text_free(&text);
    free(conditions);
}

/* Only one chain is shown, but all together have other conditions. */
static void print_others(struct analysis *analysis, struct output *output, constraint residual)
{
    char *conditions = wording_conditions(analysis, residual);
    struct text text = {0};
    if (residual == CONSTRAINT_TRUE)
        text_append_string(&text, "Other chains cover all other cases (--all lists them).");
    else
        text_format(&text, "All chains together: if %s (--all lists them).", conditions);
    line_paragraph(output, NUMBER, text.data);
    text_free(&text);
    free(conditions);
}

void chain_hops_print(struct analysis *analysis, struct output *output, const struct chain_row *row)
{
    struct arena arena = {0};
    line_print(output, STYLE_BOLD, "Chain of %u hop%s (%s)\n", row->hop_count, text_plural(row->hop_count),
               verdict_word(chain_own_verdict(row)));
    for (uint32_t i = 0; i < row->hop_count; i++) {
        struct explained_hop hop;
        explain_hop(analysis, &arena, row->hops[i], &hop);
        print_hop(analysis, output, &hop, i + 1);
    }
    if (row->hop_count > 1)
        print_together(analysis, output, row->own);
    if (row->own != row->residual)
        print_others(analysis, output, row->residual);
    arena_free(&arena);
}

static json_t *all_chains_json(struct analysis *analysis, const struct chain_row *row)
{
    json_t *object = json_object();
    json_put(object, "verdict", json_text(verdict_word(row->verdict)));
    json_put(object, "conditions", constraint_words(analysis->pool, row->residual));
    return object;
}

json_t *chain_path_json(struct analysis *analysis, const struct chain_row *row)
{
    struct arena arena = {0};
    json_t *path = json_object(), *hops = json_array();
    for (uint32_t i = 0; i < row->hop_count; i++) {
        struct explained_hop hop;
        explain_hop(analysis, &arena, row->hops[i], &hop);
        json_add(hops, hop_json(analysis, &hop));
    }
    json_put(path, "hops", hops);
    json_put(path, "verdict", json_text(verdict_word(chain_own_verdict(row))));
    json_put(path, "conditions", constraint_words(analysis->pool, row->own));
    if (row->own != row->residual)
        json_put(path, "all_chains", all_chains_json(analysis, row));
    arena_free(&arena);
    return path;
}
