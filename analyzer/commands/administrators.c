#include "analyzer/analysis/administrator_rows.h"
#include "analyzer/analysis/targets.h"
#include "analyzer/analysis/wording.h"
#include "analyzer/report/chain_line.h"
#include "analyzer/report/json_answer.h"
#include "analyzer/report/lines.h"
#include "analyzer/report/way_table.h"
#include "graph/control/control_edges.h"

#include "ingest/support/json_build.h"
#include "ingest/support/memory.h"
#include "ingest/support/text.h"
#include <stdlib.h>
#include <string.h>

#define DEFAULT_TOP 5

/* ---- words */

/* "role deploy -> role admin in 111122223333 (production)": the chain without its first principal, whose row this is.
 */
static void tell_chain(const struct analysis *analysis, const struct administrator_row *row, struct text *text)
{
    const struct edges *edges = analysis->edges;
    for (uint32_t i = 0; i < row->hop_count; i++) {
        const struct caller *to = &edges->nodes[row->hops[i].to];
        const struct edge *edge = &edges->edges[row->hops[i].edge];
        text_append_string(text, i > 0 ? " -> " : "");
        caller_append_name(text, to);
        if (edge->kind != EDGE_ASSUME)
            text_format(text, " (%s)", edge->how);
        if (i == 0 || edges->nodes[row->hops[i].from].account_index != to->account_index) {
            text_append_string(text, " in ");
            model_append_account(text, analysis->model, to->account);
        }
    }
}

static void print_conditions(struct analysis *analysis, struct output *output, constraint residual)
{
    if (residual == CONSTRAINT_TRUE)
        return;
    char *conditions = wording_conditions(analysis, residual);
    line_item(output, 6, "if ", conditions);
    free(conditions);
}

/* "8 principals can become it" */
static void tell_crowd(const struct administrator_row *row, struct text *text)
{
    if (row->can_become == 0)
        return;
    if (row->can_become == row->can_surely_become)
        text_format(text, "%u principal%s can become it", row->can_become, text_plural(row->can_become));
    else
        text_format(text, "%u to %u principals can become it", row->can_surely_become, row->can_become);
}

static void print_itself(struct analysis *analysis, struct output *output, const struct administrator_row *row)
{
    const struct caller *who = &analysis->edges->nodes[row->node];
    struct styled line = {0};
    struct text reason = {0}, crowd = {0};
    administrators_tell(analysis->model, row->itself, &reason);
    tell_crowd(row, &crowd);
    styled_add(&line, row->verdict == VERDICT_ALLOWED ? STYLE_BAD : STYLE_MAYBE, "%s %s",
               who->kind == CALLER_USER ? "user" : "role", who->name);
    styled_print(&line, output, 2, 6, crowd.length > 0 ? crowd.data : NULL);
    line_item(output, 6,
              row->itself->how == ADMINISTRATOR_BY_POLICY ? "by " : "can make itself administrator: ", reason.data);
    print_conditions(analysis, output, row->residual);
    text_free(&reason);
    text_free(&crowd);
}

static void print_chain(struct analysis *analysis, struct output *output, const struct administrator_row *row)
{
    struct styled line = {0};
    char *name = wording_caller(analysis, &analysis->edges->nodes[row->node]);
    styled_add(&line, row->verdict == VERDICT_ALLOWED ? STYLE_BAD : STYLE_MAYBE, "%s", name);
    styled_print(&line, output, 2, 6, NULL);
    chain_line_add_steps(&line, analysis, output, row->hops, row->hop_count);
    styled_print(&line, output, 6, 6, NULL);
    print_conditions(analysis, output, row->residual);
    free(name);
}

/* ---- text */

struct account_rows {
    const struct administrator_row *list;
    uint32_t count, itself;
};

static void print_heading(struct analysis *analysis, struct output *output, const struct account_rows *rows)
{
    struct text text = {0};
    model_append_account(&text, analysis->model, analysis->model->accounts[rows->list[0].account].id);
    text_format(&text, ": %u administrator%s", rows->itself, text_plural(rows->itself));
    if (rows->count > rows->itself)
        text_format(&text, ", %u more through chains", rows->count - rows->itself);
    fputc('\n', output->stream);
    line_head(output, "%s", text.data);
    text_free(&text);
}

static void print_account(struct analysis *analysis, struct output *output, const struct account_rows *rows,
                          uint32_t top)
{
    uint32_t shown = 0;
    print_heading(analysis, output, rows);
    for (uint32_t i = 0; i < rows->count; i++) {
        const struct administrator_row *row = &rows->list[i];
        if (row->itself != NULL)
            print_itself(analysis, output, row);
        else if (top == 0 || shown++ < top)
            print_chain(analysis, output, row);
    }
    if (top > 0 && shown > top)
        line_print(output, STYLE_FAINT, "  %u more through chains; --top 0 lists them\n", shown - top);
}

/* Whether a line with a chain is printed that has a hop with conditions; the first ones of each account are. */
static bool needs_legend(const struct analysis *analysis, const struct administrator_rows *rows, uint32_t top)
{
    uint32_t shown = 0;
    for (uint32_t i = 0; i < rows->count; i++) {
        const struct administrator_row *row = &rows->list[i];
        if (i == 0 || row->account != rows->list[i - 1].account)
            shown = 0;
        if (row->itself == NULL && (top == 0 || shown++ < top) &&
            chain_line_has_conditions(analysis->edges, row->hops, row->hop_count))
            return true;
    }
    return false;
}

static void print_text(struct analysis *analysis, struct output *output, const struct administrator_rows *rows,
                       uint32_t top)
{
    uint32_t itself = 0, control = 0, accounts = 0;
    for (uint32_t i = 0; i < rows->count; i++) {
        itself += rows->list[i].itself != NULL;
        control += rows->list[i].itself != NULL && rows->list[i].itself->how == ADMINISTRATOR_BY_CONTROL;
        accounts += i == 0 || rows->list[i].account != rows->list[i - 1].account;
    }
    if (rows->count == 0) {
        line_head(output, "No user or role in the export is an administrator or can make itself one");
        return;
    }
    line_head(output, "%u administrator%s of %u account%s: %u by policy, %u can make themselves administrator%s",
              itself, text_plural(itself), accounts, text_plural(accounts), itself - control, control,
              rows->no_chains || rows->count > itself ? "; more through chains" : "");
    if (rows->no_chains)
        line_paragraph(
            output, 0,
            "Principals that become administrator through chains are counted, not listed: there are too many. "
            "Narrow with --account.");
    for (uint32_t i = 0; i < rows->count;) {
        struct account_rows of = {.list = &rows->list[i]};
        for (; i < rows->count && rows->list[i].account == of.list->account; i++) {
            of.count++;
            of.itself += rows->list[i].itself != NULL;
        }
        print_account(analysis, output, &of, top);
    }
    if (needs_legend(analysis, rows, top))
        chain_line_print_legend(output);
}

/* ---- JSON */

static json_t *path_of(struct analysis *analysis, const struct administrator_row *row)
{
    const struct edges *edges = analysis->edges;
    json_t *path = json_array();
    json_add(path, json_text(edges->nodes[row->node].text));
    if (row->itself != NULL && row->itself->through != MODEL_NONE)
        json_add(path, json_text(analysis->model->principals[row->itself->through].arn));
    for (uint32_t i = 0; i < row->hop_count; i++)
        json_add(path, json_text(edges->nodes[row->hops[i].to].text));
    return path;
}

static json_t *row_json(struct analysis *analysis, const struct administrator_row *row)
{
    const struct edges *edges = analysis->edges;
    const struct caller *who = &edges->nodes[row->node];
    struct text reason = {0};
    json_t *object = json_object(), *kinds = json_array();
    bool control = row->itself != NULL && row->itself->how == ADMINISTRATOR_BY_CONTROL;
    if (row->itself != NULL)
        administrators_tell(analysis->model, row->itself, &reason);
    else
        tell_chain(analysis, row, &reason);
    for (uint32_t i = 0; i < row->hop_count; i++)
        json_add(kinds, json_text(edge_word(&edges->edges[row->hops[i].edge])));
    json_put(object, "principal", json_text(who->text));
    json_put(object, "kind", json_text(caller_kind_word(who->kind)));
    json_put(object, "account", json_text(analysis->model->accounts[row->account].id));
    json_put(object, "how", json_text(row->itself == NULL ? "chain" : control ? "control" : "policy"));
    json_put(object, "verdict", json_text(verdict_word(row->verdict)));
    json_put(object, "reason", json_text(reason.data));
    json_put(object, "path", path_of(analysis, row));
    json_put(object, "kinds", kinds);
    json_put(object, "conditions", constraint_words(analysis->pool, row->residual));
    json_put(object, "can_become", row->itself != NULL ? json_integer(row->can_become) : json_null());
    json_put(object, "can_surely_become", row->itself != NULL ? json_integer(row->can_surely_become) : json_null());
    text_free(&reason);
    return object;
}

static void print_json(struct analysis *analysis, struct output *output, const struct administrator_rows *rows)
{
    json_t *document = json_answer("administrators", 1), *list = json_array();
    for (uint32_t i = 0; i < rows->count; i++)
        json_add(list, row_json(analysis, &rows->list[i]));
    json_put(document, "chains_listed", json_boolean(!rows->no_chains));
    json_put(document, "administrators", list);
    json_print(analysis, output, document);
}

/* ---- the command */

/* The accounts of --account and --ou. False: one is unknown; an error was printed. */
static bool select_accounts(struct analysis *analysis, const struct command_line *line, bool *wanted)
{
    static const char *const options[] = {"account", "ou"};
    const struct model *model = analysis->model;
    bool *roles = memory_zeroed((size_t)analysis->edges->node_count + 1, sizeof *roles), good = true;
    for (size_t which = 0; which < 2; which++) {
        const char *const *names;
        size_t count = command_line_values(line, options[which], &names);
        for (size_t i = 0; i < count && good; i++)
            good = targets_mark(analysis, names[i], roles);
    }
    for (uint32_t i = 0; i < model->principal_count; i++)
        if (roles[i])
            wanted[model->principals[i].account] = true;
    free(roles);
    return good;
}

static int answer(struct analysis *analysis, const struct command_line *line, struct output *output)
{
    struct administrator_rows rows = {0};
    bool narrowed = command_line_has(line, "account") || command_line_has(line, "ou");
    bool *wanted = memory_zeroed((size_t)analysis->model->account_count + 1, sizeof *wanted);
    uint32_t top = DEFAULT_TOP;
    command_line_number(line, "top", &top);
    int status = select_accounts(analysis, line, wanted) ? EXIT_YES : EXIT_USAGE;
    if (status == EXIT_YES) {
        progress_work(analysis->progress, "finding administrators");
        administrator_rows_find(analysis, narrowed ? wanted : NULL, &rows);
    }
    if (status == EXIT_YES && !analysis_can_answer(analysis))
        status = EXIT_INTERNAL;
    if (status == EXIT_YES && strcmp(output->format, "json") == 0) {
        print_json(analysis, output, &rows);
    } else if (status == EXIT_YES) {
        print_text(analysis, output, &rows, top);
        line_gaps(analysis, output);
    }
    administrator_rows_free(&rows);
    free(wanted);
    return status;
}

static int run(const struct command_line *line, struct output *output)
{
    struct analysis analysis;
    if (command_line_has(line, "ways")) {
        way_table_print(output);
        return EXIT_YES;
    }
    if (strcmp(output->format, "markdown") == 0) {
        command_error("markdown works only with --ways");
        return EXIT_USAGE;
    }
    int status = analysis_open(line, output, &analysis);
    if (status != EXIT_YES)
        return status;
    analysis_edges_for(&analysis, line);
    return analysis_end(&analysis, answer(&analysis, line, output));
}

static const struct command_option options[] = {
    {.name = "account",
     .value = "A",
     .help = "only administrators of this account (number, alias, name)",
     .repeatable = true},
    {.name = "ou",
     .value = "OU",
     .help = "only administrators of accounts below this organizational unit",
     .repeatable = true},
    {.name = "top",
     .value = "N",
     .help = "show at most N principals per account that become administrator through chains; 0: all (default: 5)",
     .kind = OPTION_NUMBER,
     .most = 1000000},
    {.name = "control",
     .help = "also follow hops other than assuming a role: edited policies, passed roles, workloads taken over"},
    {.name = "ways", .help = "list the ways of --control to become a role without assuming it"},
    {.name = NULL},
};

const struct command command_administrators = {
    .name = "administrators",
    .arguments = "",
    .minimum_arguments = 0,
    .maximum_arguments = 0,
    .summary = "who is, or can make themselves, administrator of which account",
    .help = "Administrators can give themselves any permission in their account: their policies allow it, or they can "
            "change IAM (their own policies, groups or boundary), take over somebody who can, or become an "
            "administrator through a chain of roles. Each is shown with the policy or the path, and with how many "
            "principals can become it.\n\nExample:\n  rolechain administrators --account production --from exports/",
    .options = options,
    .formats = "text,json,markdown",
    .reads_database = true,
    .run = run,
};
