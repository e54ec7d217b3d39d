/*
 * The answers of who-can and reach as text.
 */
#include "analyzer/analysis/wording.h"
#include "analyzer/report/chain_line.h"
#include "analyzer/report/chain_rows.h"
#include "analyzer/report/lines.h"
#include "graph/chains/widest_callers.h"
#include "graph/edges/edges_people.h"
#include "graph/edges/edges_workloads.h"
#include "ingest/support/text.h"

#include <stdlib.h>
#include <string.h>

enum { NAME = 2, REST = 6 }; /* columns of a caller, and of the lines about it */

/* A row and what it is sorted by. */
struct placed_row {
    const struct chain_row *row;
    uint32_t width;
    size_t place;
};

static int compare_placed(const void *a, const void *b)
{
    const struct placed_row *x = a, *y = b;
    if (x->row->hop_count != y->row->hop_count)
        return x->row->hop_count < y->row->hop_count ? -1 : 1;
    if (x->width != y->width)
        return x->width < y->width ? -1 : 1;
    return x->place < y->place ? -1 : x->place > y->place;
}

bool chain_rows_name_anyone(const struct analysis *analysis, const struct chain_rows *rows)
{
    for (size_t i = 0; i < rows->count; i++)
        if (analysis->edges->nodes[rows->list[i].hops[0].from].kind == CALLER_ANYONE &&
            rows->list[i].verdict == VERDICT_ALLOWED)
            return true;
    return false;
}

static bool uses_control(const struct edges *edges, const struct chain_row *row)
{
    for (uint32_t i = 0; i < row->hop_count; i++)
        if (edges->edges[row->hops[i].edge].kind != EDGE_ASSUME)
            return true;
    return false;
}

static void print_conditions(struct analysis *analysis, struct output *output, const char *before, constraint demands)
{
    char *conditions = wording_conditions(analysis, demands);
    const char *label = wording_condition_label(analysis, demands);
    struct styled line = {0};
    styled_add(&line, STYLE_PLAIN, "%sif %s", before, conditions);
    if (label != NULL)
        styled_add(&line, STYLE_FAINT, "  (%s)", label);
    styled_print(&line, output, REST, REST, NULL);
    free(conditions);
}

/* The groups through which a person becomes the first role: in who-can after the person's name; in reach after a role
 * that is reached directly. */
static void add_ways(const struct edges *edges, const struct chain_row *row, bool towards, struct text *text)
{
    const struct person *person = edges_person(edges, row->hops[0].from);
    struct text ways = {0};
    if (person != NULL && (towards || row->hop_count == 1))
        edges_append_ways(edges, person, row->hops[0].to, &ways);
    const char *limit = edges_workload_limit(edges, &edges->edges[row->hops[0].edge]);
    if (limit != NULL && (towards || row->hop_count == 1))
        text_format(text, " (%s)", limit);
    if (ways.length > 0)
        text_format(text, towards ? " (%s)" : ", through %s", ways.data);
    text_free(&ways);
}

/* Whether its chain is printed as a line of arrows. */
static bool shows_chain(const struct edges *edges, const struct chain_row *row)
{
    return row->hop_count > 1 || uses_control(edges, row);
}

static void print_row(struct analysis *analysis, struct output *output, const struct chain_row *row, bool towards)
{
    const struct edges *edges = analysis->edges;
    struct text who = {0};
    struct styled line = {0};
    wording_caller_at_home(analysis->model, chain_row_end(edges, row, towards), &who);
    add_ways(edges, row, towards, &who);
    styled_add(&line, row->verdict == VERDICT_CONDITIONAL ? STYLE_MAYBE : STYLE_PLAIN, "%s", who.data);
    styled_print(&line, output, NAME, REST, NULL);
    if (shows_chain(edges, row)) {
        chain_line_add_steps(&line, analysis, output, row->hops, row->hop_count);
        styled_print(&line, output, REST, REST, NULL);
    }
    if (row->verdict == VERDICT_CONDITIONAL)
        print_conditions(analysis, output, "", row->residual);
    if (row->own != row->residual)
        print_conditions(analysis, output,
                         row->verdict == VERDICT_ALLOWED ? "other chains cover all other cases; this one works "
                                                         : "or through other chains; this one works ",
                         row->own);
    text_free(&who);
}

void chain_rows_print(struct analysis *analysis, struct output *output, const struct chain_rows *rows, bool towards)
{
    struct placed_row *sorted = memory_zeroed(rows->count, sizeof *sorted);
    uint32_t last = 0;
    bool legend = false;
    for (size_t i = 0; i < rows->count; i++) {
        const struct chain_row *row = &rows->list[i];
        const struct caller *end = chain_row_end(analysis->edges, row, towards);
        uint32_t width = !towards || end->kind == CALLER_PERSON ? 0 : 1 + caller_kind_width(end->kind);
        sorted[i] = (struct placed_row){row, width, i};
    }
    qsort(sorted, rows->count, sizeof *sorted, compare_placed);
    for (size_t i = 0; i < rows->count; i++) {
        const struct chain_row *row = sorted[i].row;
        if (row->hop_count != last) {
            last = row->hop_count;
            if (last == 1)
                line_print(output, STYLE_BOLD, "\nDirectly\n");
            else
                line_print(output, STYLE_BOLD, "\nThrough a chain of %u hops\n", last);
        }
        print_row(analysis, output, row, towards);
        legend = legend || (shows_chain(analysis->edges, row) &&
                            chain_line_has_conditions(analysis->edges, row->hops, row->hop_count));
    }
    if (legend)
        chain_line_print_legend(output);
    free(sorted);
}
