#include "analyzer/analysis/question.h"
#include "analyzer/analysis/wording.h"
#include "analyzer/picture/answer_view.h"
#include "analyzer/report/chain_hops.h"
#include "analyzer/report/chain_rows.h"
#include "analyzer/report/json_answer.h"
#include "analyzer/report/lines.h"
#include "ingest/support/json_build.h"
#include "ingest/support/text.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* An answer that is printed while chains are found: there can be more of them than fit into memory. */
struct answer {
    struct analysis *analysis;
    const struct command_line *line;
    struct output *output;
    const struct caller *from;
    uint32_t to;
    struct chain_limits limits;
    uint64_t count; /* chains printed */
    bool picture;   /* for pictures, chains are kept and drawn when all are found */
    struct chain_rows rows;
    bool json;
    struct json_stream stream;
};

/* ---- one chain */

static bool print_chain(const struct chain *chain, void *context)
{
    struct answer *answer = context;
    const struct chain_row row = chain_row_of(chain);
    if (answer->picture) {
        chain_rows_add(chain, &answer->rows);
    } else if (answer->json) {
        json_stream_add(&answer->stream, chain_path_json(answer->analysis, &row));
    } else {
        chain_hops_print(answer->analysis, answer->output, &row);
    }
    answer->count++;
    return !ferror(answer->output->stream);
}

/* ---- the whole */

static void print_head(struct answer *answer)
{
    if (!answer->json)
        return;
    json_stream_begin(&answer->stream, answer->output, "paths", 2);
    json_stream_put(&answer->stream, "from", json_text(answer->from->text));
    json_stream_put(&answer->stream, "to", json_text(answer->analysis->model->principals[answer->to].arn));
    json_stream_list(&answer->stream, "paths");
}

static void print_none(const struct answer *answer, uint32_t left_out_beyond)
{
    char *who = wording_caller(answer->analysis, answer->from);
    struct text limit = {0};
    text_append_string(&limit, "");
    chain_options_append_limit(left_out_beyond, &limit);
    const struct model *model = answer->analysis->model;
    const struct model_principal *to = &model->principals[answer->to];
    struct text role = {0};
    text_format(&role, "role %s in ", to->name);
    model_append_account(&role, model, model->accounts[to->account].id);
    line_head(answer->output, "No chain%s leads from %s to %s", limit.data, who, role.data);
    text_free(&role);
    text_free(&limit);
    free(who);
}

static void print_tail(struct answer *answer, bool complete)
{
    if (!answer->json) {
        line_gaps(answer->analysis, answer->output);
        return;
    }
    json_stream_list_end(&answer->stream);
    json_stream_put(&answer->stream, "complete", json_boolean(complete));
    json_stream_end(&answer->stream, answer->analysis);
}

static void say_limit(const struct answer *answer, enum chains_end end)
{
    fflush(answer->output->stream);
    if (end == CHAINS_END_CHAINS)
        command_error("the first %" PRIu64 " chains are shown, and there are more: raise --max-chains to see them",
                      answer->limits.max_chains);
    else if (end == CHAINS_END_STEPS)
        command_error("the search was stopped, so chains may be missing: raise --max-chains to continue it");
    else
        chain_options_say_limit(answer->line, &answer->limits);
}

/* Returns why there may be more chains. */
static enum chains_end find_chains(struct answer *answer, uint32_t node)
{
    const struct edges *edges = answer->analysis->edges;
    struct chain_limits limits = answer->limits;
    enum chains_end end = CHAINS_END_STEPS;
    if (command_line_has(answer->line, "all")) {
        if (limits.max_hops == 0)
            answer->limits.max_hops = CHAINS_DEFAULT_HOPS;
        end = chains_all(edges, node, answer->to, &limits, print_chain, answer);
        if (answer->count > 0 || end == CHAINS_END_COMPLETE || (end == CHAINS_END_HOPS && limits.max_hops > 0))
            return end;
    }
    /* Whether there is any chain does not depend on how many are listed, nor on a limit of hops that the user did not
     * ask for. */
    bool found_all = chains_of_pair(edges, node, answer->to, limits.max_hops, print_chain, answer);
    if (command_line_has(answer->line, "all") && answer->count > 0)
        return end;
    return found_all || answer->count > 0 ? CHAINS_END_COMPLETE : CHAINS_END_HOPS;
}

static int draw_chains(struct answer *answer, uint32_t node, enum chains_end end)
{
    const struct answer_picture picture = {ANSWER_PATHS, node, answer->to, &answer->rows};
    int status = answer->count > 0 ? EXIT_YES : EXIT_NO;
    if (end != CHAINS_END_COMPLETE)
        say_limit(answer, end);
    if (!answer_print_picture(answer->analysis, &picture, answer->output))
        status = EXIT_INTERNAL;
    chain_rows_free(&answer->rows);
    return status;
}

static int answer(struct analysis *analysis, const struct command_line *line, struct output *output,
                  const char *const names[2])
{
    struct caller from;
    struct answer answer = {.analysis = analysis,
                            .line = line,
                            .output = output,
                            .from = &from,
                            .limits = chain_options_limits(line),
                            .picture = answer_is_picture(output),
                            .json = strcmp(output->format, "json") == 0};
    uint32_t most = CHAINS_MOST;
    if (!analysis_resolve_caller(analysis, names[0], &from) || !analysis_resolve_role(analysis, names[1], &answer.to))
        return EXIT_USAGE;
    command_line_number(line, "max-chains", &most);
    answer.limits.max_chains = most;
    answer.limits.passing = true;
    analysis_edges_for(analysis, line);
    uint32_t node = analysis_node(analysis, &from);
    if (!analysis_can_answer(analysis))
        return EXIT_INTERNAL;
    print_head(&answer);
    enum chains_end end = find_chains(&answer, node);
    if (answer.picture)
        return draw_chains(&answer, node, end);
    if (answer.count == 0 && !answer.json)
        print_none(&answer, end == CHAINS_END_COMPLETE ? 0 : answer.limits.max_hops);
    if (end != CHAINS_END_COMPLETE)
        say_limit(&answer, end);
    print_tail(&answer, end == CHAINS_END_COMPLETE);
    return answer.count > 0 ? EXIT_YES : EXIT_NO;
}

static int run(const struct command_line *line, struct output *output)
{
    struct analysis analysis;
    const char *const *arguments;
    command_line_arguments(line, &arguments);
    const char *names[2] = {arguments[0], arguments[1]};
    if (command_line_has(line, "all") && command_line_has(line, "shortest")) {
        command_error("--shortest is one chain, --all is all of them; choose one");
        return EXIT_USAGE;
    }
    int status = answer_is_picture(output) ? analysis_open(line, output, &analysis)
                                           : question_open(line, output, QUESTION_PATHS, names, &analysis);
    return status == EXIT_YES ? analysis_end(&analysis, answer(&analysis, line, output, names)) : status;
}

static const struct command_option options[] = {
    {.name = "shortest", .help = "only one chain: the most certain, and of those the shortest (the default)"},
    {.name = "all", .help = "every chain without repeated roles, up to --max-hops"},
    {.name = "max-hops",
     .value = "N",
     .help = "chains of at most N hops (default: any number; with --all 8)",
     .kind = OPTION_NUMBER,
     .least = 1,
     .most = 1000},
    {.name = "max-chains",
     .value = "N",
     .help = "with --all: at most N chains, shortest first (default: 10000)",
     .kind = OPTION_NUMBER,
     .least = 1,
     .most = UINT32_MAX},
    {.name = "control",
     .help = "also follow hops other than assuming a role: edit-trust, edit-permissions, take-credentials, pass-role, "
             "take-over"},
    {.name = NULL},
};

const struct command command_paths = {
    .name = "paths",
    .arguments = "FROM TO",
    .minimum_arguments = 2,
    .maximum_arguments = 2,
    .summary = "the chains of roles from FROM to TO, each hop with the statements that allow it",
    .help = "FROM is a user or role, \"*\" for anyone, an account ID, a service or an identity provider; TO is a "
            "role.\nExit status 1: no chain leads there.\n\nExample:\n  rolechain paths alice 444455556666/admin --all "
            "--max-hops 4 --from exports/",
    .options = options,
    .formats = "text,json,svg,dot,png,pdf,mermaid",
    .reads_database = true,
    .run = run,
};
