#include "analyzer/analysis/administrators.h"
#include "analyzer/analysis/targets.h"
#include "analyzer/analysis/wording.h"
#include "analyzer/report/json_answer.h"
#include "analyzer/report/lines.h"
#include "graph/chains/exposure_settle.h"
#include "graph/chains/widest_callers.h"
#include "graph/edges/edges_people.h"

#include "ingest/support/json_build.h"
#include "ingest/support/memory.h"
#include <stdlib.h>
#include <string.h>

#define DEFAULT_TOP 25
/* Exact numbers are computed for this many roles. */
#define SETTLED_ROLES 1000

struct row {
    uint32_t role;
    uint32_t widest;    /* node; MODEL_NONE: only users and roles can become it */
    bool through_chain; /* the widest caller becomes other roles first */
    struct exposure exposure;
};

struct rows {
    struct row *list;
    size_t count;
    size_t shown;
};

/* The roles with the most callers first. */
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

static void count_roles(struct analysis *analysis, const bool *wanted, struct rows *rows)
{
    const struct edges *edges = analysis->edges;
    struct exposure *exposure = memory_zeroed(edges->node_count, sizeof *exposure);
    uint32_t *widest = memory_zeroed(edges->node_count, sizeof *widest);
    bool *through_chain = memory_zeroed(edges->node_count, sizeof *through_chain);
    rows->list = memory_zeroed(edges->node_count, sizeof *rows->list);
    progress_work(analysis->progress, "counting principals");
    exposure_count(edges, wanted, exposure);
    widest_callers_find(edges, widest, through_chain);
    for (uint32_t i = 0; i < edges->model->principal_count; i++)
        if (wanted[i])
            rows->list[rows->count++] = (struct row){i, widest[i], through_chain[i], exposure[i]};
    qsort(rows->list, rows->count, sizeof *rows->list, compare_rows);
    free(exposure);
    free(widest);
    free(through_chain);
}

static void settle(struct analysis *analysis, struct rows *rows, bool numbers_alone)
{
    const struct edges *edges = analysis->edges;
    struct exposure_settling settling = {
        .edges = edges, .numbers_alone = numbers_alone, .most_steps = exposure_most_steps(edges)};
    for (size_t i = 0; i < rows->shown && settling.looked < SETTLED_ROLES; i++) {
        progress_step(analysis->progress, "trying conditions together", i, rows->shown);
        exposure_settle(&settling, rows->list[i].role, &rows->list[i].exposure);
    }
    exposure_settling_free(&settling);
}

/* "12", or "8 to 12" if it was not decided whether the conditions of several hops can hold together. Returns the
 * columns used. */
static int spell_count(const struct exposure *exposure, char *counts, size_t size)
{
    return exposure->certain == exposure->at_most
               ? snprintf(counts, size, "%u", exposure->at_most)
               : snprintf(counts, size, "%u to %u", exposure->certain, exposure->at_most);
}

/* For more rows than this, all roles are asked at once. */
#define FEW_ROWS 100

static const char *spell_administrator(struct analysis *analysis, const struct rows *rows, uint32_t role)
{
    bool leads = rows->shown <= FEW_ROWS ? administrators_reached_by_few(analysis, role)
                                         : administrators_reached(analysis, role);
    return leads ? "leads" : "";
}

/* "deploy in 111122223333 (production)". Returns the columns used. */
static int spell_role(const struct model *model, uint32_t role, struct text *text)
{
    const struct model_principal *principal = &model->principals[role];
    text_format(text, "%s in ", principal->name);
    model_append_account(text, model, model->accounts[principal->account].id);
    return (int)styled_columns(text->data, text->length);
}

static int spell_widest(const struct analysis *analysis, const struct row *row, struct text *text)
{
    if (row->widest == MODEL_NONE)
        return 0;
    wording_caller_at_home(analysis->model, &analysis->edges->nodes[row->widest], text);
    if (row->through_chain)
        text_append_string(text, ", through a chain");
    return (int)styled_columns(text->data, text->length);
}

/* Columns of the table; people add some. */
#define PEOPLE 8
struct columns {
    int counts; /* of the count with chains */
    int role;   /* where the role begins */
    int widest; /* where the widest caller begins; 0: on a line of its own, or two columns after the role */
};

/* The widest callers are printed beside the roles if there is room for all of them. */
static struct columns measure(const struct analysis *analysis, const struct output *output, const struct rows *rows)
{
    struct columns columns = {.counts = 7};
    int roles = 0, widest = 0;
    for (size_t i = 0; i < rows->shown; i++) {
        char counts[64];
        struct text role = {0}, caller = {0};
        int columns_of_counts = spell_count(&rows->list[i].exposure, counts, sizeof counts);
        int columns_of_role = spell_role(analysis->model, rows->list[i].role, &role);
        int columns_of_widest = spell_widest(analysis, &rows->list[i], &caller);
        columns.counts = columns_of_counts > columns.counts ? columns_of_counts : columns.counts;
        roles = columns_of_role > roles ? columns_of_role : roles;
        widest = columns_of_widest > widest ? columns_of_widest : widest;
        text_free(&role);
        text_free(&caller);
    }
    columns.role = columns.counts + 26 + (edges_has_people(analysis->edges) ? PEOPLE : 0);
    if (columns.role + roles + 2 + widest <= output->width)
        columns.widest = columns.role + roles + 2;
    return columns;
}

static void print_row(struct analysis *analysis, struct output *output, const struct rows *rows, size_t index,
                      const struct columns *columns)
{
    const struct row *row = &rows->list[index];
    const struct exposure *exposure = &row->exposure;
    char counts[64];
    spell_count(exposure, counts, sizeof counts);
    const struct model_principal *role = &analysis->model->principals[row->role];
    struct styled line = {0};
    struct text named = {0}, widest = {0};
    int end = columns->role + spell_role(analysis->model, row->role, &named);
    spell_widest(analysis, row, &widest);
    styled_add(&line, STYLE_PLAIN, "%7u %*s %8u  ", exposure->direct, columns->counts, counts, exposure->outside);
    if (edges_has_people(analysis->edges))
        styled_add(&line, STYLE_PLAIN, "%6u  ", exposure->people);
    if (administrators_has(analysis, row->role))
        styled_add(&line, STYLE_BAD, "%5s", "yes");
    else
        styled_add(&line, STYLE_MAYBE, "%5s", spell_administrator(analysis, rows, row->role));
    styled_add(&line, STYLE_PLAIN, "  ");
    styled_add(&line, STYLE_BOLD, "%s", role->name);
    styled_add(&line, STYLE_PLAIN, "%s", named.data + strlen(role->name));
    bool below = output->width > 0 && columns->widest == 0;
    if (widest.length > 0 && columns->widest > 0)
        styled_add(&line, STYLE_FAINT, "%*s%s", columns->widest - end, "", widest.data);
    styled_print(&line, output, 0, columns->role, output->width == 0 && widest.length > 0 ? widest.data : NULL);
    if (widest.length > 0 && below) {
        styled_add(&line, STYLE_FAINT, "%s", widest.data);
        styled_print(&line, output, columns->role, columns->role + 2, NULL);
    }
    text_free(&named);
    text_free(&widest);
}

static void print_text(struct analysis *analysis, struct output *output, const struct rows *rows)
{
    bool inexact = false;
    if (rows->count == 0) {
        line_print(output, STYLE_BOLD, "No roles in the export\n");
        return;
    }
    const struct columns columns = measure(analysis, output, rows);
    line_print(output, STYLE_BOLD, "How many principals can become each role\n\n");
    line_print(output, STYLE_FAINT, "%7s %*s %8s  %s%5s  %-*s%s\n", "direct", columns.counts, "in all", "outside",
               edges_has_people(analysis->edges) ? "people  " : "", "admin",
               columns.widest > 0 ? columns.widest - columns.role : 0, columns.widest > 0 ? "role" : "role, ",
               columns.widest > 0 ? "widest caller from outside" : "and the widest caller from outside");
    for (size_t i = 0; i < rows->shown; i++) {
        print_row(analysis, output, rows, i, &columns);
        inexact = inexact || rows->list[i].exposure.certain != rows->list[i].exposure.at_most;
    }
    if (rows->shown < rows->count)
        line_print(output, STYLE_FAINT, "\n%zu more roles; --top 0 lists them\n", rows->count - rows->shown);
    fputc('\n', output->stream);
    line_paragraph(
        output, 0,
        "in all: through chains too. outside: callers that are no exported users or roles, such as accounts, "
        "services and identity providers, those of the role's own account included. admin: yes, the role "
        "is an administrator; leads, it can become one.");
    if (inexact)
        line_paragraph(output, 0,
                       "A to B: at least A principals can, and up to B if the conditions of several hops can be met "
                       "together. `rolechain who-can ROLE` decides that.");
}

static json_t *row_json(struct analysis *analysis, const struct row *row)
{
    const struct exposure *exposure = &row->exposure;
    json_t *object = json_object();
    json_put(object, "role", json_text(analysis->model->principals[row->role].arn));
    json_put(object, "direct", json_integer(exposure->direct));
    json_put(object, "certain", json_integer(exposure->certain));
    json_put(object, "at_most", json_integer(exposure->at_most));
    json_put(object, "unconditional", json_integer(exposure->always));
    json_put(object, "exact", json_boolean(exposure->certain == exposure->at_most));
    json_put(object, "stopped_early", json_boolean(false)); /* stopped searches; there are none */
    json_put(object, "outside", json_integer(exposure->outside));
    if (edges_has_people(analysis->edges))
        json_put(object, "people", json_integer(exposure->people));
    json_put(object, "widest",
             row->widest != MODEL_NONE ? json_text(analysis->edges->nodes[row->widest].text) : json_null());
    json_put(object, "widest_through_chain", json_boolean(row->through_chain));
    json_put(object, "administrator", json_boolean(administrators_has(analysis, row->role)));
    json_put(object, "leads_to_administrator", json_boolean(administrators_reached(analysis, row->role)));
    return object;
}

static void print_json(struct analysis *analysis, struct output *output, const struct rows *rows)
{
    json_t *document = json_answer("exposure", 1), *list = json_array();
    for (size_t i = 0; i < rows->shown; i++)
        json_add(list, row_json(analysis, &rows->list[i]));
    json_put(document, "roles", json_integer((json_int_t)rows->count));
    json_put(document, "results", list);
    json_print(analysis, output, document);
}

static int answer(struct analysis *analysis, const struct command_line *line, struct output *output, uint32_t top)
{
    struct rows rows = {0};
    bool *wanted = memory_zeroed(analysis->edges->node_count, sizeof *wanted);
    int status = EXIT_USAGE;
    if (select_roles(analysis, line, wanted)) {
        count_roles(analysis, wanted, &rows);
        rows.shown = top == 0 || top > rows.count ? rows.count : top;
        settle(analysis, &rows, strcmp(output->format, "json") != 0);
        status = analysis_can_answer(analysis) ? EXIT_YES : EXIT_INTERNAL;
    }
    if (status == EXIT_YES && strcmp(output->format, "json") == 0) {
        print_json(analysis, output, &rows);
    } else if (status == EXIT_YES) {
        print_text(analysis, output, &rows);
        line_gaps(analysis, output);
    }
    free(wanted);
    free(rows.list);
    return status;
}

static int run(const struct command_line *line, struct output *output)
{
    struct analysis analysis;
    uint32_t top = strcmp(output->format, "json") == 0 ? 0 : DEFAULT_TOP;
    command_line_number(line, "top", &top);
    int status = analysis_open(line, output, &analysis);
    if (status != EXIT_YES)
        return status;
    analysis_edges_for(&analysis, line);
    return analysis_end(&analysis, answer(&analysis, line, output, top));
}

static const struct command_option options[] = {
    {.name = "target",
     .value = "NAME",
     .help = "only this role, or the roles of this account or organizational unit",
     .repeatable = true},
    {.name = "top",
     .value = "N",
     .help = "show at most N roles; 0: all (default: 25, in JSON all)",
     .kind = OPTION_NUMBER,
     .most = 1000000},
    {.name = "control",
     .help = "also count principals that can become the role without assuming one (see administrators --ways)"},
    {.name = NULL},
};

const struct command command_exposure = {
    .name = "exposure",
    .arguments = "",
    .minimum_arguments = 0,
    .maximum_arguments = 0,
    .summary = "how many principals can become each role, the most exposed roles first",
    .help =
        "Counts the users, roles and outside parties that can become each role, directly and through chains. An "
        "account that was not exported counts as one outside party, and so does anyone. A count \"A to B\" means that "
        "at least A can, and up to B if the conditions of several hops can be met together; `rolechain who-can ROLE` "
        "decides that. Outside callers are all but the exported users and roles: accounts, services, identity "
        "providers, anyone. Admin: the role is an administrator of its account, or leads to one. The widest caller is "
        "the outside caller that stands for the most others: anyone, then organizations, accounts, identity providers "
        "and services.\n\nExample:\n  rolechain exposure --target 444455556666 --from exports/",
    .options = options,
    .formats = "text,json",
    .reads_database = true,
    .run = run,
};
