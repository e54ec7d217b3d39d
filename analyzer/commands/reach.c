#include "analyzer/analysis/outsiders.h"
#include "analyzer/analysis/question.h"
#include "analyzer/analysis/wording.h"
#include "analyzer/picture/answer_view.h"
#include "analyzer/report/chain_rows.h"
#include "analyzer/report/json_answer.h"
#include "analyzer/report/lines.h"
#include "ingest/support/json_build.h"
#include "ingest/support/text.h"

#include <stdlib.h>
#include <string.h>

/* With --from-outside: roles that the caller is outside of. */
static void keep_outside(const struct analysis *analysis, struct chain_rows *rows, const struct caller *caller)
{
    size_t kept = 0;
    for (size_t i = 0; i < rows->count; i++) {
        const struct chain_row *row = &rows->list[i];
        const struct caller *role = &analysis->edges->nodes[row->hops[row->hop_count - 1].to];
        if (caller_is_outside(analysis->model, caller, role->principal))
            rows->list[kept++] = *row;
    }
    rows->count = kept;
}

static void print(struct analysis *analysis, const struct command_line *line, struct output *output,
                  const struct caller *caller, const struct chain_rows *rows, uint32_t left_out_beyond)
{
    struct text limit = {0};
    bool control = command_line_has(line, "control");
    if (strcmp(output->format, "json") == 0) {
        struct json_stream stream;
        json_stream_begin(&stream, output, "reach", 2);
        json_stream_put(&stream, "principal", json_text(caller->text));
        chain_rows_stream(analysis, &stream, rows, false);
        json_stream_put(&stream, "complete", json_boolean(left_out_beyond == 0));
        json_stream_end(&stream, analysis);
        return;
    }
    struct text who = {0};
    wording_caller_at_home(analysis->model, caller, &who);
    text_append_string(&limit, "");
    chain_options_append_limit(left_out_beyond, &limit);
    const char *things = rows->count == 1 ? control ? "user or role" : "role" : control ? "users and roles" : "roles";
    if (rows->count == 0)
        line_head(output, "%s cannot become any role in the export%s", who.data, limit.data);
    else
        line_head(output, "%s can become %zu %s", who.data, rows->count, things);
    text_free(&limit);
    text_free(&who);
    chain_rows_print(analysis, output, rows, false);
    line_gaps(analysis, output);
}

static int answer(struct analysis *analysis, const struct command_line *line, struct output *output, const char *name)
{
    struct chain_limits limits = chain_options_limits(line);
    struct chain_rows rows = {0};
    struct caller caller;
    if (!analysis_resolve_caller(analysis, name, &caller))
        return EXIT_USAGE;
    analysis_edges_for(analysis, line);
    uint32_t node = analysis_node(analysis, &caller);
    bool complete = chains_reach(analysis->edges, node, &limits, chain_rows_add, &rows);
    if (command_line_has(line, "from-outside"))
        keep_outside(analysis, &rows, &caller);
    int status = rows.count > 0 ? EXIT_YES : EXIT_NO;
    const struct answer_picture picture = {ANSWER_REACH, node, MODEL_NONE, &rows};
    if (answer_is_picture(output))
        status = answer_print_picture(analysis, &picture, output) ? status : EXIT_INTERNAL;
    else if (analysis_can_answer(analysis))
        print(analysis, line, output, &caller, &rows, complete ? 0 : limits.max_hops);
    if (!complete)
        chain_options_say_limit(line, &limits);
    chain_rows_free(&rows);
    return status;
}

static int run(const struct command_line *line, struct output *output)
{
    struct analysis analysis;
    const char *const *arguments;
    command_line_arguments(line, &arguments);
    const char *names[2] = {arguments[0], NULL};
    int status = answer_is_picture(output) ? analysis_open(line, output, &analysis)
                                           : question_open(line, output, QUESTION_REACH, names, &analysis);
    return status == EXIT_YES ? analysis_end(&analysis, answer(&analysis, line, output, names[0])) : status;
}

const struct command command_reach = {
    .name = "reach",
    .arguments = "PRINCIPAL",
    .minimum_arguments = 1,
    .maximum_arguments = 1,
    .summary = "every role that PRINCIPAL can become",
    .help = "PRINCIPAL is a user or role (ARN, ACCOUNT/NAME, or a unique name), a role session, an account ID, a "
            "service\n(ec2.amazonaws.com), an identity provider, a person of IAM Identity Center (by name), or \"*\" "
            "for anyone. Exit\nstatus 1: PRINCIPAL can become no role.\n\nExample:\n  rolechain reach "
            "111122223333/alice --from exports/",
    .options = chain_options,
    .formats = "text,json,svg,dot,png,pdf,mermaid",
    .reads_database = true,
    .run = run,
};
