#include "analyzer/analysis/hops.h"
#include "analyzer/analysis/question.h"
#include "analyzer/analysis/wording.h"
#include "analyzer/report/chain_hops.h"
#include "analyzer/report/chain_rows.h"
#include "analyzer/report/json_answer.h"
#include "analyzer/report/lines.h"
#include "ingest/support/json_build.h"
#include "ingest/support/text.h"

#include <stdlib.h>
#include <string.h>

static void print_text(struct analysis *analysis, struct output *output, const struct caller *from, uint32_t to,
                       const struct chain_rows *rows, uint32_t left_out_beyond)
{
    if (rows->count == 0) {
        char *who = wording_caller(analysis, from);
        struct text limit = {0};
        text_append_string(&limit, "");
        chain_options_append_limit(left_out_beyond, &limit);
        line_print(output, STYLE_BOLD, "There is no chain%s from %s to %s.\n", limit.data, who,
                   analysis->model->principals[to].arn);
        text_free(&limit);
        free(who);
    }
    for (size_t i = 0; i < rows->count; i++)
        chain_hops_print(analysis, output, &rows->list[i]);
}

static json_t *all_chains_json(struct analysis *analysis, const struct chain_row *row)
{
    json_t *object = json_object();
    json_put(object, "verdict", json_text(verdict_word(row->verdict)));
    json_put(object, "conditions", constraint_words(analysis->pool, row->residual));
    return object;
}

static json_t *path_json(struct analysis *analysis, const struct chain_row *row)
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

static json_t *answer_json(struct analysis *analysis, const struct caller *from, uint32_t to,
                           const struct chain_rows *rows, bool complete)
{
    json_t *document = json_answer("paths"), *paths = json_array();
    for (size_t i = 0; i < rows->count; i++)
        json_add(paths, path_json(analysis, &rows->list[i]));
    json_put(document, "from", json_text(from->text));
    json_put(document, "to", json_text(analysis->model->principals[to].arn));
    json_put(document, "paths", paths);
    json_put(document, "complete", json_boolean(complete));
    return document;
}

static void print(struct analysis *analysis, const struct command_line *line, struct output *output,
                  const struct caller *from, uint32_t to, const struct chain_rows *rows, bool complete)
{
    struct chain_limits limits = chain_options_limits(line);
    uint32_t max_hops = limits.max_hops > 0 ? limits.max_hops : CHAINS_DEFAULT_HOPS;
    bool json = strcmp(output->format, "json") == 0;
    if (!json)
        print_text(analysis, output, from, to, rows, complete ? 0 : max_hops);
    if (!complete && command_line_has(line, "all"))
        command_error("not all chains are shown: at most %u are, of at most %u hops (--max-hops)", CHAINS_MOST,
                      max_hops);
    else if (!complete)
        chain_options_say_limit(line, &limits);
    if (json)
        json_print(analysis, output, answer_json(analysis, from, to, rows, complete));
    else
        line_gaps(analysis, output);
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

static int answer(struct analysis *analysis, const struct command_line *line, struct output *output,
                  const char *const names[2])
{
    struct chain_limits limits = chain_options_limits(line);
    struct chain_rows rows = {0};
    struct caller from;
    uint32_t to;
    bool complete = true;
    if (!analysis_resolve_caller(analysis, names[0], &from) || !analysis_resolve_role(analysis, names[1], &to))
        return EXIT_USAGE;
    analysis_edges_for(analysis, line);
    uint32_t node = analysis_node(analysis, &from);
    struct first_chain first = {&rows, to};
    if (command_line_has(line, "all")) {
        chains_all(analysis->edges, node, to, &limits, chain_rows_add, &rows, &complete);
        /* Whether there is a chain at all is not a question of how many hops are listed when nobody says so. */
        if (rows.count == 0 && !complete && limits.max_hops == 0)
            complete = chains_reach(analysis->edges, node, &limits, keep_if_goal, &first) && rows.count == 0;
    } else {
        complete = chains_reach(analysis->edges, node, &limits, keep_if_goal, &first) || rows.count > 0;
    }
    int status = rows.count > 0 ? EXIT_YES : EXIT_NO;
    if (analysis_healthy(analysis))
        print(analysis, line, output, &from, to, &rows, complete);
    chain_rows_free(&rows);
    return status;
}

static int run(const struct command_line *line, struct output *output)
{
    struct analysis analysis;
    const char *const *arguments;
    command_line_arguments(line, &arguments);
    const char *names[2] = {arguments[0], arguments[1]};
    int status = question_open(line, output, QUESTION_PATHS, names, &analysis);
    return status == EXIT_YES ? analysis_end(&analysis, answer(&analysis, line, output, names)) : status;
}

static const struct command_option options[] = {
    {.name = "shortest", .help = "one chain: the surest, of these a shortest (the default)"},
    {.name = "all", .help = "every chain without repeated roles, up to --max-hops"},
    {.name = "max-hops",
     .value = "N",
     .help = "chains of at most N hops (default with --all: 8; else any number)",
     .kind = OPTION_NUMBER,
     .least = 1,
     .most = 1000},
    {.name = "control",
     .help = "also through control: edit-trust, edit-permissions, take-credentials, pass-role, take-over"},
    {.name = NULL},
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
