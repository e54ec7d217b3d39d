#include "analyzer/analysis/outsiders.h"
#include "analyzer/analysis/question.h"
#include "analyzer/picture/answer_view.h"
#include "analyzer/report/chain_rows.h"
#include "analyzer/report/json_answer.h"
#include "analyzer/report/lines.h"
#include "ingest/support/json_build.h"
#include "ingest/support/text.h"

#include <string.h>

static void keep_outside(const struct analysis *analysis, struct chain_rows *rows, uint32_t role)
{
    size_t kept = 0;
    for (size_t i = 0; i < rows->count; i++) {
        const struct caller *caller = &analysis->edges->nodes[rows->list[i].hops[0].from];
        if (caller_is_outside(analysis->model, caller, role))
            rows->list[kept++] = rows->list[i];
    }
    rows->count = kept;
}

/* If its trust policy is unknown, finding nobody proves nothing. */
static bool is_trust_known(const struct analysis *analysis, uint32_t role)
{
    const struct policy_use *trust = analysis->model->principals[role].trust;
    return trust != NULL && trust->document != MODEL_NONE;
}

static void print(struct analysis *analysis, const struct command_line *line, struct output *output, uint32_t role,
                  const struct chain_rows *rows, uint32_t left_out_beyond)
{
    const struct model_principal *target = &analysis->model->principals[role];
    if (strcmp(output->format, "json") == 0) {
        struct json_stream stream;
        json_stream_begin(&stream, output, "who-can", 2);
        json_stream_put(&stream, "role", json_text(target->arn));
        chain_rows_stream(analysis, &stream, rows, true);
        json_stream_put(&stream, "complete", json_boolean(left_out_beyond == 0 && is_trust_known(analysis, role)));
        json_stream_end(&stream, analysis);
        return;
    }
    struct text limit = {0};
    text_append_string(&limit, "");
    chain_options_append_limit(left_out_beyond, &limit);
    struct text name = {0};
    const char *outside = command_line_has(line, "from-outside") ? " from outside" : "";
    text_format(&name, "role %s in ", target->name);
    model_append_account(&name, analysis->model, analysis->model->accounts[target->account].id);
    if (rows->count == 0 && !is_trust_known(analysis, role))
        line_head(output, "Unknown who%s can become %s: its trust policy is not in the export", outside, name.data);
    else if (rows->count == 0)
        line_head(output, "Nobody%s can become %s%s", outside, name.data, limit.data);
    else if (chain_rows_name_anyone(analysis, rows))
        line_head(output, "Anyone with an AWS account can become %s", name.data);
    else
        line_head(output, "%zu principal%s%s can become %s", rows->count, text_plural(rows->count), outside, name.data);
    text_free(&limit);
    text_free(&name);
    chain_rows_print(analysis, output, rows, true);
    line_gaps(analysis, output);
}

static int answer(struct analysis *analysis, const struct command_line *line, struct output *output, const char *name)
{
    struct chain_limits limits = chain_options_limits(line);
    struct chain_rows rows = {0};
    uint32_t role;
    if (!analysis_resolve_role(analysis, name, &role))
        return EXIT_USAGE;
    bool complete = chains_who_can(analysis_edges_for(analysis, line), role, &limits, chain_rows_add, &rows);
    if (command_line_has(line, "from-outside"))
        keep_outside(analysis, &rows, role);
    int status = rows.count > 0 || !is_trust_known(analysis, role) ? EXIT_YES : EXIT_NO;
    const struct answer_picture picture = {ANSWER_WHO_CAN, MODEL_NONE, role, &rows};
    if (answer_is_picture(output))
        status = answer_print_picture(analysis, &picture, output) ? status : EXIT_INTERNAL;
    else if (analysis_can_answer(analysis))
        print(analysis, line, output, role, &rows, complete ? 0 : limits.max_hops);
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
                                           : question_open(line, output, QUESTION_WHO_CAN, names, &analysis);
    return status == EXIT_YES ? analysis_end(&analysis, answer(&analysis, line, output, names[0])) : status;
}

const struct command command_who_can = {
    .name = "who-can",
    .arguments = "ROLE",
    .minimum_arguments = 1,
    .maximum_arguments = 1,
    .summary = "every principal that can become ROLE, directly or through a chain of roles",
    .help = "People of IAM Identity Center come first, then the widest callers: anyone, organizations, accounts, "
            "identity providers, services, then users and roles. Each is shown with its shortest chain. The conditions "
            "after \"if\" cover all its chains: if they are met, at least one of them works.\nROLE is an ARN, "
            "ACCOUNT/NAME, or a unique name. Exit status 1: nobody can become it.\n\nExample:\n  rolechain who-can "
            "111122223333/deploy --from exports/",
    .options = chain_options,
    .formats = "text,json,svg,dot,png,pdf,mermaid",
    .reads_database = true,
    .run = run,
};
