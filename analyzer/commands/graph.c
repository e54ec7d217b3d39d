#include "analyzer/analysis/administrators.h"
#include "analyzer/analysis/targets.h"
#include "analyzer/picture/frame.h"
#include "analyzer/picture/image.h"
#include "analyzer/picture/view.h"
#include "analyzer/report/graph/graph_export.h"
#include "analyzer/report/graph/graph_tables.h"
#include "analyzer/report/lines.h"

#include "ingest/support/memory.h"
#include "ingest/support/text.h"
#include <stdlib.h>
#include <string.h>

extern const struct command command_graph;

enum view_kind { VIEW_PRINCIPALS, VIEW_PATHS, VIEW_ACCOUNTS, VIEW_MATRIX };
static const char *const view_words[] = {[VIEW_PRINCIPALS] = "principals",
                                         [VIEW_PATHS] = "paths",
                                         [VIEW_ACCOUNTS] = "accounts",
                                         [VIEW_MATRIX] = "matrix",
                                         NULL};

/* The nodes named on the command line. */
struct asked {
    struct view_focus *focus;
    uint32_t focus_count;
    bool *targets; /* per node; NULL: administrators */
    struct text names;
};

static bool is_view(const struct command_line *line, enum view_kind wanted)
{
    uint32_t kind = VIEW_PRINCIPALS;
    command_line_word(line, "view", &kind);
    return kind == wanted;
}

/* Whether the format writes the whole graph. */
static bool is_export(const char *format)
{
    return graph_export_has(format) || graph_tables_are(format);
}

static bool is_matrix(const struct command_line *line)
{
    return is_view(line, VIEW_MATRIX);
}

/* --control alone is a separate picture; with another view or a focus, its edges are added there. */
static bool is_control(const struct command_line *line)
{
    return command_line_has(line, "control") && !command_line_has(line, "view") && !command_line_has(line, "focus") &&
           !command_line_has(line, "target");
}

/* Whether the view supports the format. False: an error was printed. */
static bool check_format(const struct command_line *line, const struct output *output)
{
    bool csv = strcmp(output->format, "csv") == 0,
         text = strcmp(output->format, "dot") == 0 || strcmp(output->format, "mermaid") == 0;
    if (is_export(output->format)) {
        bool part =
            command_line_has(line, "view") || command_line_has(line, "focus") || command_line_has(line, "target");
        if (part)
            command_error("--format %s holds the whole graph; leave out --view, --focus and --target", output->format);
        return !part;
    }
    if (command_line_has(line, "folded")) {
        command_error("--folded is for the formats " GRAPH_EXPORT_FORMATS "; pictures are always folded");
        return false;
    }
    if (is_matrix(line) ? !text : !csv)
        return true;
    command_error(is_matrix(line) ? "--view matrix has the formats svg, png, pdf and csv, not %s"
                                  : "--format %s is for --view matrix; other views have dot, svg, png, pdf and mermaid",
                  output->format);
    return false;
}

/* Marks the targets; *names: in words. NULL: there is no --target, or (with *failed) an error was printed. */
static bool *mark_targets(struct analysis *analysis, const struct command_line *line, struct text *names, bool *failed)
{
    const char *const *values;
    size_t count = command_line_values(line, "target", &values);
    if (count == 0)
        return NULL;
    bool *targets = memory_zeroed(analysis->edges->node_count, sizeof *targets);
    for (size_t i = 0; i < count && !*failed; i++) {
        *failed = !targets_mark(analysis, values[i], targets);
        text_format(names, "%s%s", i > 0 ? ", " : "", values[i]);
    }
    return targets;
}

/* One node for each --focus. NULL: an error was printed. */
static struct view_focus *find_focus(struct analysis *analysis, const struct command_line *line, uint32_t *count)
{
    const char *const *names;
    *count = (uint32_t)command_line_values(line, "focus", &names);
    struct target_place *places = memory_zeroed(*count, sizeof *places);
    struct view_focus *focus = memory_zeroed(*count, sizeof *focus);
    bool good = true;
    for (uint32_t i = 0; i < *count && good; i++)
        good = targets_find(analysis, names[i], &places[i]);
    for (uint32_t i = 0; i < *count && good; i++) {
        focus[i].name = names[i];
        focus[i].several = places[i].node == MODEL_NONE;
        focus[i].members = memory_zeroed(analysis->edges->node_count, sizeof *focus[i].members);
        targets_mark_place(analysis->model, &places[i], focus[i].members);
    }
    free(places);
    if (good)
        return focus;
    free(focus);
    return NULL;
}

static void free_focus(struct view_focus *focus, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        free(focus[i].members);
    free(focus);
}

/* Views other than flows. */
static int draw_alone(struct view *view, const struct command_line *line, struct output *output)
{
    struct drawing drawing = {.upright = !drawing_turns(output->format)};
    const char *reason;
    progress_work(view->analysis->progress, "drawing");
    if (!analysis_can_answer(view->analysis))
        return EXIT_INTERNAL;
    if (strcmp(output->format, "csv") == 0) {
        view_matrix_csv(view, output->stream);
        return EXIT_YES;
    }
    if (is_matrix(line))
        view_matrix(view, &drawing);
    else
        view_accounts(view, &drawing);
    bool good = drawing_write(&drawing, output->format, output->stream, &reason);
    if (!good)
        command_error("%s", reason);
    drawing_free(&drawing);
    return good ? EXIT_YES : EXIT_INTERNAL;
}

static bool is_alone(const struct command_line *line, const struct output *output)
{
    bool text = strcmp(output->format, "dot") == 0 || strcmp(output->format, "mermaid") == 0;
    return is_matrix(line) || (is_view(line, VIEW_ACCOUNTS) && !text);
}

/* The flow of the requested view. */
static void fill(struct view *view, const struct command_line *line, const struct asked *asked, struct flow *flow)
{
    uint32_t kind = VIEW_PRINCIPALS, hops = 1;
    bool given = command_line_word(line, "view", &kind);
    command_line_number(line, "hops", &hops);
    if (asked->focus_count > 0)
        view_around(view, asked->focus, asked->focus_count, hops, flow);
    else if (is_control(line))
        view_control(view, flow);
    else if (kind == VIEW_ACCOUNTS)
        view_accounts_flow(view, flow);
    else if (asked->targets != NULL || kind == VIEW_PATHS || !view_principals(view, given, flow))
        view_paths(view, asked->targets, asked->names.data, flow);
}

static int answer(struct analysis *analysis, const struct command_line *line, struct output *output)
{
    struct view view;
    struct flow flow = {.report = command_line_value(line, "report")};
    struct asked asked = {0};
    bool failed = false;
    int status = EXIT_USAGE;
    if (is_control(line))
        analysis_edges(analysis);
    else
        analysis_edges_for(analysis, line);
    asked.focus = find_focus(analysis, line, &asked.focus_count);
    asked.targets = asked.focus != NULL ? mark_targets(analysis, line, &asked.names, &failed) : NULL;
    if (asked.focus != NULL && !failed) {
        if (asked.focus_count > 0 || is_control(line))
            administrators_want_whole(analysis);
        view_open(&view, analysis, analysis->edges);
        if (asked.focus_count == 0 && is_alone(line, output)) {
            status = draw_alone(&view, line, output);
        } else {
            fill(&view, line, &asked, &flow);
            status = flow_print(&flow, analysis, output) ? EXIT_YES : EXIT_INTERNAL;
        }
        flow_free(&flow);
        view_close(&view);
    }
    if (asked.focus != NULL)
        free_focus(asked.focus, asked.focus_count);
    free(asked.targets);
    text_free(&asked.names);
    return status;
}

static int export(const struct command_line *line, struct output *output, struct analysis *analysis,
                  const struct graph_tables *tables)
{
    bool folded = command_line_has(line, "folded");
    analysis_edges_for(analysis, line);
    if (!analysis_healthy(analysis))
        return EXIT_INTERNAL;
    if (graph_tables_are(output->format))
        return graph_tables_write(tables, analysis, output, folded) ? EXIT_YES : EXIT_INTERNAL;
    graph_export(analysis, output, folded);
    return EXIT_YES;
}

static int run(const struct command_line *line, struct output *output)
{
    struct analysis analysis;
    struct graph_tables tables = {0};
    if (output->terminal && (strcmp(output->format, "png") == 0 || strcmp(output->format, "pdf") == 0)) {
        command_error("this format cannot be shown in a terminal; use --output FILE");
        return EXIT_USAGE;
    }
    if (!check_format(line, output))
        return EXIT_USAGE;
    if (command_line_has(line, "hops") && !command_line_has(line, "focus")) {
        command_error("--hops counts from a --focus NODE");
        return EXIT_USAGE;
    }
    if (graph_tables_are(output->format) && !graph_tables_begin(&tables, line, &command_graph, output)) {
        graph_tables_end(&tables, output);
        return EXIT_USAGE;
    }
    int status = analysis_open(line, output, &analysis);
    if (status == EXIT_YES)
        status = analysis_end(&analysis, is_export(output->format) ? export(line, output, &analysis, &tables)
                                                                   : answer(&analysis, line, output));
    graph_tables_end(&tables, output);
    return status;
}

static const struct command_option options_of_graph[] = {
    {.name = "view",
     .value = "VIEW",
     .help = "principals (everything), paths (the ways that matter; default for large exports), accounts, matrix",
     .kind = OPTION_WORD,
     .words = view_words},
    {.name = "focus",
     .value = "NODE",
     .help = "only what is near this principal, role, provider, account or organizational unit",
     .repeatable = true},
    {.name = "hops",
     .value = "N",
     .help = "how many hops from the focus, each way (default: 1; at most 3 are drawn)",
     .kind = OPTION_NUMBER,
     .most = 1000000},
    {.name = "target",
     .value = "ROLE",
     .help = "draw the paths to this role, account or unit instead of those to administrators",
     .repeatable = true},
    {.name = "control",
     .help = "draw who can make themselves administrator, and by which permission; with --view or --focus, draw these "
             "ways too"},
    {.name = "report",
     .value = "FILE",
     .help = "SVG: link boxes to this report (rolechain report -o FILE): a box of one user, role or outsider to its "
             "page, a box of several to their list"},
    {.name = "folded", .help = "formats for other tools: groups of similar principals and roles instead of pairs"},
    {.name = NULL},
};

const struct command command_graph = {
    .name = "graph",
    .arguments = "",
    .minimum_arguments = 0,
    .maximum_arguments = 0,
    .summary = "a picture of who can become whom",
    .help = "Similar users, roles and providers share a box with a count, so that large organizations stay "
            "readable;\nwhat is left out is listed below the picture. Colour shows the worst trust finding on the way, "
            "a dashed line a condition, and a dark bar an administrator.\n\nThe formats json, graphml (yEd, Gephi, "
            "NetworkX), opengraph (BloodHound) and neo4j (two tables and\nthe command that imports them) hold the "
            "whole graph, one edge for each pair; with --folded, one for each pair of groups.\n\nExamples:\n  "
            "rolechain graph --from exports/ -o roles.svg\n  rolechain graph --from exports/ --view paths --target "
            "production/admin -o admin.svg\n  rolechain graph --from exports/ --view matrix -o matrix.svg\n  rolechain "
            "graph --from exports/ --focus 111122223333/deploy --hops 2 | dot -Tpdf > deploy.pdf",
    .options = options_of_graph,
    .formats = "dot,svg,png,pdf,mermaid,csv," GRAPH_EXPORT_FORMATS,
    .reads_database = true,
    .run = run,
};
