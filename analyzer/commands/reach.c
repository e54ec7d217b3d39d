#include "analyzer/analysis/question.h"
#include "analyzer/report/chain_rows.h"
#include "analyzer/report/lines.h"

#include <stdlib.h>
#include <string.h>

/* With --from-outside: roles for which the caller is outside. */
static void keep_outside(const struct analysis *analysis, struct chain_rows *rows, const struct caller *caller)
{
    size_t kept = 0;
    for (size_t i = 0; i < rows->count; i++) {
        const struct chain_row *row = &rows->list[i];
        const struct caller *role = &analysis->edges->nodes[row->hops[row->hop_count - 1].to];
        if (chain_caller_is_outside(analysis->model, caller, role->principal))
            rows->list[kept++] = *row;
    }
    rows->count = kept;
}

static int answer(struct analysis *analysis, const struct command_line *line, struct output *output,
                  const struct caller *caller, struct chain_rows *rows)
{
    if (command_line_has(line, "from-outside"))
        keep_outside(analysis, rows, caller);
    int status = rows->count > 0 ? EXIT_YES : EXIT_NO;
    if (strcmp(output->format, "json") == 0) {
        json_t *document = json_answer("reach");
        json_object_set_new(document, "principal", json_string(caller_json_name(caller)));
        json_object_set_new(document, "results", chain_rows_json(analysis, rows, false));
        return json_print(analysis, output, document, status);
    }
    char *who = line_caller(analysis, caller);
    if (rows->count == 0)
        line_print(output, STYLE_BOLD, "%s cannot end up as any role of the export.\n", who != NULL ? who : "");
    else
        line_print(output, STYLE_BOLD, "%s can end up as %zu %s:\n", who != NULL ? who : "", rows->count,
                   rows->count == 1                    ? command_line_has(line, "control") ? "user or role" : "role"
                   : command_line_has(line, "control") ? "users and roles"
                                                       : "roles");
    free(who);
    chain_rows_print(analysis, output, rows, false);
    line_gaps(analysis, output);
    return status;
}

static int run(const struct command_line *line, struct output *output)
{
    struct analysis analysis;
    struct chain_rows rows = {0};
    struct caller caller;
    const char *const *arguments;
    bool good;
    command_line_arguments(line, &arguments);
    struct chain_limits limits = chain_options_limits(line, &good);
    const char *names[2] = {arguments[0], NULL};
    int status = good ? question_open(line, output, QUESTION_REACH, names, &analysis) : EXIT_USAGE;
    if (status != EXIT_YES)
        return status;
    uint32_t node;
    if (!analysis_resolve_caller(&analysis, names[0], &caller))
        status = EXIT_USAGE;
    else if (analysis_edges_for(&analysis, line) == NULL || (node = analysis_node(&analysis, &caller)) == MODEL_NONE ||
             !chains_reach(analysis.edges, node, &limits, chain_rows_add, &rows) || rows.failed)
        status = EXIT_INTERNAL;
    else
        status = answer(&analysis, line, output, &caller, &rows);
    chain_rows_free(&rows);
    analysis_close(&analysis);
    return status;
}

const struct command command_reach = {
    .name = "reach",
    .arguments = "PRINCIPAL",
    .minimum_arguments = 1,
    .maximum_arguments = 1,
    .summary = "every role that PRINCIPAL can end up as",
    .help =
        "PRINCIPAL is a user or role (ARN, ACCOUNT/NAME, or a unique name), a role session, an account id, a service\n"
        "(ec2.amazonaws.com), an identity provider, or \"*\" for anyone. Exit status 1: none.\n\n"
        "Example:\n  rolechain reach 111122223333/alice --from exports/",
    .options = chain_options,
    .formats = "text,json",
    .reads_database = true,
    .run = run,
};
