#include "analyzer/report/chain_hops.h"

#include "analyzer/analysis/hops.h"
#include "analyzer/analysis/wording.h"
#include "analyzer/report/lines.h"
#include "graph/control/control_edges.h"
#include "ingest/support/text.h"

#include <stdlib.h>

enum verdict chain_own_verdict(const struct chain_row *row)
{
    return row->own == CONSTRAINT_TRUE ? VERDICT_ALLOWED : VERDICT_CONDITIONAL;
}

static void print_hop(struct analysis *analysis, struct output *output, const struct explained_hop *hop,
                      uint32_t number)
{
    const struct edges *edges = analysis->edges;
    char *from = wording_caller(analysis, &edges->nodes[hop->hop.from]),
         *conditions = wording_conditions(analysis, hop->edge->residual);
    line_print(output, STYLE_PLAIN, "  %u. %s\n", number, from);
    fputs("     -> ", output->stream);
    line_print(output, hop->edge->verdict == VERDICT_ALLOWED ? STYLE_GOOD : STYLE_MAYBE, "%s",
               edges->nodes[hop->hop.to].text);
    fputc('\n', output->stream);
    if (hop->edge->kind != EDGE_ASSUME)
        line_print(output, STYLE_BAD, "        %s: %s\n", edge_kind_word(hop->edge->kind), hop->edge->how);
    if (conditions[0] != '\0')
        line_print(output, STYLE_PLAIN, "        if %s\n", conditions);
    for (int layer = 0; layer < LAYER_SCP; layer++)
        for (uint32_t i = 0; i < hop->decision.layers[layer].statement_count; i++) {
            const struct decision_statement *statement = &hop->decision.layers[layer].statements[i];
            char *text = wording_statement(analysis->model, statement);
            if (statement->statement->allow)
                line_print(output, STYLE_FAINT, "        %s: %s\n",
                           decision_layer_word((enum decision_layer_kind)layer), text);
            free(text);
        }
    free(from);
    free(conditions);
}

/* What the hops demand together: a session is called in one hop what it was called in the one before. */
static void print_together(struct analysis *analysis, struct output *output, constraint residual)
{
    char *conditions = wording_conditions(analysis, residual);
    const char *label = wording_condition_label(analysis, residual);
    if (conditions[0] != '\0')
        line_print(output, STYLE_PLAIN, "  All hops together: if %s%s%s%s\n", conditions, label != NULL ? "  (" : "",
                   label != NULL ? label : "", label != NULL ? ")" : "");
    free(conditions);
}

/* One chain is shown of several that say more together. */
static void print_others(struct analysis *analysis, struct output *output, constraint residual)
{
    char *conditions = wording_conditions(analysis, residual);
    if (residual == CONSTRAINT_TRUE)
        line_print(output, STYLE_GOOD, "  Allowed in every other case too, over other chains: see --all\n");
    else
        line_print(output, STYLE_PLAIN, "  All chains together: if %s: see --all\n", conditions);
    free(conditions);
}

void chain_hops_print(struct analysis *analysis, struct output *output, const struct chain_row *row)
{
    struct arena arena = {0};
    line_print(output, STYLE_BOLD, "Chain of %u hop%s (%s):\n", row->hop_count, text_plural(row->hop_count),
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
