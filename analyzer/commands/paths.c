#include "analyzer/analysis/question.h"
#include "analyzer/report/chain_rows.h"
#include "analyzer/report/hops.h"
#include "analyzer/report/lines.h"
#include "graph/control/control_edges.h"

#include <stdlib.h>
#include <string.h>

static void print_hop(struct analysis *analysis, struct output *output, const struct explained_hop *hop,
                      uint32_t number)
{
    const struct edges *edges = analysis->edges;
    char *from = line_caller(analysis, &edges->nodes[hop->hop.from]),
         *conditions = line_conditions(analysis, hop->edge->residual);
    line_print(output, STYLE_PLAIN, "  %u. %s\n", number, from != NULL ? from : "");
    fputs("     -> ", output->stream);
    line_print(output, hop->edge->verdict == VERDICT_ALLOWED ? STYLE_GOOD : STYLE_MAYBE, "%s",
               edges->nodes[hop->hop.to].text);
    fputc('\n', output->stream);
    if (hop->edge->kind != EDGE_ASSUME)
        line_print(output, STYLE_BAD, "        %s: %s\n", edge_kind_word(hop->edge->kind), hop->edge->how);
    if (conditions != NULL && conditions[0] != '\0')
        line_print(output, STYLE_PLAIN, "        if %s\n", conditions);
    for (int layer = 0; layer < LAYER_SCP; layer++)
        for (uint32_t i = 0; i < hop->decision.layers[layer].statement_count; i++) {
            const struct decision_statement *statement = &hop->decision.layers[layer].statements[i];
            char *text = line_statement(analysis->model, statement);
            if (statement->statement->allow)
                line_print(output, STYLE_FAINT, "        %s: %s\n",
                           decision_layer_word((enum decision_layer_kind)layer), text != NULL ? text : "");
            free(text);
        }
    free(from);
    free(conditions);
}

/* What the hops demand together: a session is called in one hop what it was called in the one before. */
static void print_together(struct analysis *analysis, struct output *output, constraint residual)
{
    char *conditions = line_conditions(analysis, residual);
    const char *label = line_condition_label(analysis, residual);
    if (conditions != NULL && conditions[0] != '\0')
        line_print(output, STYLE_PLAIN, "  All hops together: if %s%s%s%s\n", conditions, label != NULL ? "  (" : "",
                   label != NULL ? label : "", label != NULL ? ")" : "");
    free(conditions);
}

static int print_paths(struct analysis *analysis, struct output *output, const struct caller *from, uint32_t to,
                       const struct chain_rows *rows, bool complete)
{
    bool json = strcmp(output->format, "json") == 0;
    json_t *paths = json_array();
    struct arena arena = {0};
    int status = rows->count > 0 ? EXIT_YES : EXIT_NO;
    char *who = line_caller(analysis, from);
    if (!json && rows->count == 0)
        line_print(output, STYLE_BOLD, "There is no chain from %s to %s.\n", who != NULL ? who : "",
                   analysis->model->principals[to].arn);
    for (size_t i = 0; i < rows->count && status != EXIT_INTERNAL; i++) {
        json_t *hops = json_array();
        if (!json)
            line_print(output, STYLE_BOLD, "Chain of %u hop%s (%s):\n", rows->list[i].hop_count,
                       rows->list[i].hop_count == 1 ? "" : "s", verdict_word(rows->list[i].verdict));
        for (uint32_t j = 0; j < rows->list[i].hop_count; j++) {
            struct explained_hop hop;
            if (!explain_hop(analysis, &arena, rows->list[i].hops[j], &hop)) {
                status = EXIT_INTERNAL;
                break;
            }
            if (json)
                json_array_append_new(hops, hop_json(analysis, &hop));
            else
                print_hop(analysis, output, &hop, j + 1);
        }
        if (!json && rows->list[i].hop_count > 1)
            print_together(analysis, output, rows->list[i].residual);
        json_array_append_new(paths,
                              json_pack("{s:o, s:s, s:o}", "hops", hops, "verdict", verdict_word(rows->list[i].verdict),
                                        "conditions", constraint_words(analysis->pool, rows->list[i].residual)));
    }
    if (!complete)
        command_error("not all chains are shown: there are more than the limits allow");
    if (json && status != EXIT_INTERNAL) {
        json_t *document = json_answer("paths");
        json_object_set_new(document, "from", json_string(caller_json_name(from)));
        json_object_set_new(document, "to", json_string(analysis->model->principals[to].arn));
        json_object_set(document, "paths", paths);
        json_object_set_new(document, "complete", json_boolean(complete));
        status = json_print(analysis, output, document, status);
    } else {
        line_gaps(analysis, output);
    }
    json_decref(paths);
    arena_free(&arena);
    free(who);
    return status;
}

/* Keeps the first chain that ends at the goal. */
struct first_chain {
    struct chain_rows *rows;
    uint32_t to;
};

static bool keep_if_goal(const struct chain *chain, void *context)
{
    struct first_chain *work = context;
    if (chain->hops[chain->hop_count - 1].to != work->to)
        return true;
    chain_rows_add(chain, work->rows);
    return false;
}

static int run(const struct command_line *line, struct output *output)
{
    struct analysis analysis;
    struct chain_rows rows = {0};
    struct caller from;
    uint32_t to, node;
    const char *const *arguments;
    bool good, complete = true;
    command_line_arguments(line, &arguments);
    struct chain_limits limits = chain_options_limits(line, &good);
    const char *names[2] = {arguments[0], arguments[1]};
    int status = good ? question_open(line, output, QUESTION_PATHS, names, &analysis) : EXIT_USAGE;
    if (status != EXIT_YES)
        return status;
    if (!analysis_resolve_caller(&analysis, names[0], &from) || !analysis_resolve_role(&analysis, names[1], &to)) {
        status = EXIT_USAGE;
    } else if (analysis_edges_for(&analysis, line) == NULL || (node = analysis_node(&analysis, &from)) == MODEL_NONE) {
        status = EXIT_INTERNAL;
    } else {
        struct first_chain first = {&rows, to};
        if (command_line_has(line, "all"))
            good = chains_all(analysis.edges, node, to, &limits, chain_rows_add, &rows, &complete);
        else
            good = chains_reach(analysis.edges, node, &limits, keep_if_goal, &first);
        status = good && !rows.failed ? print_paths(&analysis, output, &from, to, &rows, complete) : EXIT_INTERNAL;
    }
    chain_rows_free(&rows);
    analysis_close(&analysis);
    return status;
}

static const struct command_option options[] = {
    {"shortest", 0, NULL, "one shortest chain (the default)", false},
    {"all", 0, NULL, "every chain without repeated roles, up to --max-hops (default: 8)", false},
    {"max-hops", 0, "N", "chains of at most N hops", false},
    {"control", 0, NULL, "also through control over IAM: edit-trust, edit-permissions, take-credentials, pass-role",
     false},
    {NULL, 0, NULL, NULL, false},
};

const struct command command_paths = {
    .name = "paths",
    .arguments = "FROM TO",
    .minimum_arguments = 2,
    .maximum_arguments = 2,
    .summary = "the chains of roles from FROM to TO, each hop with the statements that allow it",
    .help =
        "FROM is a user or role, \"*\" for anyone, an account id, a service or an identity provider; TO is a role.\n"
        "Exit status 1: there is none.\n\n"
        "Example:\n  rolechain paths alice 444455556666/admin --all --max-hops 4 --from exports/",
    .options = options,
    .formats = "text,json",
    .reads_database = true,
    .run = run,
};
