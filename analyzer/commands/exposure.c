#include "graph/chains/exposure.h"
#include "analyzer/analysis/administrators.h"
#include "analyzer/analysis/targets.h"
#include "analyzer/report/lines.h"

#include <stdlib.h>
#include <string.h>

#define DEFAULT_TOP 25
/* Numbers are made exact for so many roles. */
#define SETTLED_ROLES 1000

struct row {
    uint32_t role;
    struct exposure exposure;
};

struct rows {
    struct row *list;
    size_t count;
    size_t shown;
};

/* Most callers first. */
static int compare_rows(const void *a, const void *b)
{
    const struct row *x = a, *y = b;
    if (x->exposure.at_most != y->exposure.at_most)
        return x->exposure.at_most > y->exposure.at_most ? -1 : 1;
    if (x->exposure.certain != y->exposure.certain)
        return x->exposure.certain > y->exposure.certain ? -1 : 1;
    return (x->role > y->role) - (x->role < y->role);
}

/* The roles named with --target, or all. */
static bool select_roles(struct analysis *analysis, const struct command_line *line, bool *wanted)
{
    const char *const *names;
    size_t count = command_line_values(line, "target", &names);
    for (size_t i = 0; i < count; i++)
        if (!targets_mark(analysis, names[i], wanted))
            return false;
    for (uint32_t i = 0; count == 0 && i < analysis->model->principal_count; i++)
        wanted[i] = analysis->model->principals[i].is_role;
    return true;
}

static bool count_roles(struct analysis *analysis, const bool *wanted, struct rows *rows)
{
    const struct edges *edges = analysis->edges;
    struct exposure *exposure = calloc((size_t)edges->node_count + 1, sizeof *exposure);
    rows->list = calloc((size_t)edges->node_count + 1, sizeof *rows->list);
    bool good = exposure != NULL && rows->list != NULL && exposure_count(edges, wanted, 0, exposure);
    for (uint32_t i = 0; good && i < edges->model->principal_count; i++)
        if (wanted[i])
            rows->list[rows->count++] = (struct row){i, exposure[i]};
    if (rows->count > 1)
        qsort(rows->list, rows->count, sizeof *rows->list, compare_rows);
    free(exposure);
    return good;
}

static bool settle(const struct edges *edges, struct rows *rows)
{
    size_t looked = 0;
    for (size_t i = 0; i < rows->shown && looked < SETTLED_ROLES; i++)
        if (!exposure_settle(edges, rows->list[i].role, &rows->list[i].exposure, &looked))
            return false;
    return true;
}

static void print_row(struct analysis *analysis, struct output *output, const struct row *row)
{
    const struct exposure *exposure = &row->exposure;
    bool exact = exposure->certain == exposure->at_most;
    char counts[64];
    if (exact)
        snprintf(counts, sizeof counts, "%u", exposure->at_most);
    else
        snprintf(counts, sizeof counts, "%u to %u", exposure->certain, exposure->at_most);
    line_print(output, STYLE_PLAIN, "%9u %18s %9u  ", exposure->direct, counts, exposure->outside);
    line_print(output, STYLE_BOLD, "%s", analysis->model->principals[row->role].arn);
    if (administrators_has(analysis, row->role))
        line_print(output, STYLE_BAD, "  administrator");
    else if (administrators_reached(analysis, row->role))
        line_print(output, STYLE_MAYBE, "  leads to an administrator");
    line_print(output, STYLE_PLAIN, "\n");
}

static void print_text(struct analysis *analysis, struct output *output, const struct rows *rows)
{
    bool inexact = false, cut_off = false;
    if (rows->count == 0) {
        line_print(output, STYLE_BOLD, "There are no roles in the export.\n");
        return;
    }
    line_print(output, STYLE_BOLD, "%9s %18s %9s  %s\n", "direct", "with chains", "outside", "role");
    for (size_t i = 0; i < rows->shown; i++) {
        print_row(analysis, output, &rows->list[i]);
        inexact = inexact || rows->list[i].exposure.certain != rows->list[i].exposure.at_most;
        cut_off = cut_off || rows->list[i].exposure.cut_off;
    }
    if (rows->shown < rows->count)
        line_print(output, STYLE_FAINT, "and %zu more roles, with --top 0 or --format json\n",
                   rows->count - rows->shown);
    if (inexact)
        line_paragraph(
            output, 0,
            "A to B: A surely can, in one hop or by hops without conditions; B is the most there can be: for "
            "the others it was not asked whether the conditions of several hops can hold together. "
            "`rolechain who-can ROLE` asks that.");
    if (cut_off)
        line_paragraph(output, 0, "The search was cut off for some: their B counts all who can assume anything.");
}

static json_t *rows_json(struct analysis *analysis, const struct rows *rows)
{
    json_t *list = json_array();
    for (size_t i = 0; i < rows->shown; i++) {
        const struct row *row = &rows->list[i];
        const struct exposure *exposure = &row->exposure;
        json_array_append_new(list,
                              json_pack("{s:s, s:i, s:i, s:i, s:b, s:i, s:b, s:b}", "role",
                                        analysis->model->principals[row->role].arn, "direct", (int)exposure->direct,
                                        "certain", (int)exposure->certain, "at_most", (int)exposure->at_most, "exact",
                                        exposure->certain == exposure->at_most, "outside", (int)exposure->outside,
                                        "administrator", administrators_has(analysis, row->role),
                                        "leads_to_administrator", administrators_reached(analysis, row->role)));
    }
    return list;
}

static bool read_top(const struct command_line *line, const struct output *output, uint32_t *top)
{
    *top = strcmp(output->format, "json") == 0 ? 0 : DEFAULT_TOP;
    return command_line_top(line, top);
}

static int print(struct analysis *analysis, struct output *output, const struct rows *rows)
{
    if (strcmp(output->format, "json") == 0) {
        json_t *document = json_answer("exposure");
        json_object_set_new(document, "roles", json_integer((json_int_t)rows->count));
        json_object_set_new(document, "results", rows_json(analysis, rows));
        return json_print(analysis, output, document, EXIT_YES);
    }
    print_text(analysis, output, rows);
    line_gaps(analysis, output);
    return EXIT_YES;
}

static int answer(struct analysis *analysis, const struct command_line *line, struct output *output, uint32_t top)
{
    struct rows rows = {0};
    bool *wanted = calloc((size_t)analysis->edges->node_count + 1, sizeof *wanted);
    int status = EXIT_YES;
    if (wanted != NULL && !select_roles(analysis, line, wanted)) {
        status = EXIT_USAGE;
    } else {
        bool good = wanted != NULL && count_roles(analysis, wanted, &rows);
        rows.shown = top == 0 || top > rows.count ? rows.count : top;
        good = good && settle(analysis->edges, &rows);
        if (!good)
            command_error("out of memory");
        status = good ? print(analysis, output, &rows) : EXIT_INTERNAL;
    }
    free(wanted);
    free(rows.list);
    return status;
}

static int run(const struct command_line *line, struct output *output)
{
    struct analysis analysis;
    uint32_t top;
    int status = read_top(line, output, &top) ? analysis_open(line, output, &analysis) : EXIT_USAGE;
    if (status != EXIT_YES)
        return status;
    status = analysis_edges_for(&analysis, line) != NULL ? answer(&analysis, line, output, top) : EXIT_INTERNAL;
    analysis_close(&analysis);
    return status;
}

static const struct command_option options[] = {
    {"target", 0, "NAME", "only a role, or the roles of an account or organizational unit", true},
    {"top", 0, "N", "show so many roles (default: 25, in JSON all; 0: all)", false},
    {"control", 0, NULL, "count those too who can get there through IAM itself", false},
    {NULL, 0, NULL, NULL, false},
};

const struct command command_exposure = {
    .name = "exposure",
    .arguments = "",
    .minimum_arguments = 0,
    .maximum_arguments = 0,
    .summary = "every role with how many can end up as it, most first",
    .help =
        "Counted are users, roles and outside parties (an account that was not exported is one, and so is anyone), "
        "the\n"
        "role itself apart: those that need one hop, and all with chains. The first number is exact. The second is\n"
        "exact where few can, else given as A to B: A surely can, B is the most there can be, since for the others it "
        "is\n"
        "not asked here whether the conditions of several hops can hold together; `rolechain who-can ROLE` does.\n\n"
        "Example:\n  rolechain exposure --target 444455556666 --from exports/",
    .options = options,
    .formats = "text,json",
    .reads_database = true,
    .run = run,
};
