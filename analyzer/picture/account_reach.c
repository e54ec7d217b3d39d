#include "analyzer/picture/account_reach.h"

#include "analyzer/picture/blocks.h"
#include "analyzer/picture/parts.h"
#include "ingest/support/memory.h"
#include <stdlib.h>
#include <string.h>

struct search {
    struct view *view;
    struct account_reach *reach;
    uint32_t row;
    uint32_t *seen;   /* per node: the last row (+ 1) that met it */
    uint32_t *passed; /* per end: likewise */
    uint32_t *queue, queued;
    bool chains;
};

static bool is_exported(const struct model *model, uint32_t account)
{
    return model->accounts[account].detail != ACCOUNT_NOT_EXPORTED;
}

static uint32_t line_of_node(const struct search *search, uint32_t node)
{
    uint32_t account = search->view->edges->nodes[node].account_index;
    return account == MODEL_NONE ? MODEL_NONE : search->reach->line_of[account];
}

static void meet(struct search *search, uint32_t node)
{
    const struct model *model = search->view->model;
    if (node >= model->principal_count || search->seen[node] == search->row + 1)
        return;
    search->seen[node] = search->row + 1;
    if (search->chains)
        search->queue[search->queued++] = node;
    uint32_t line = line_of_node(search, node);
    if (line == search->row || line == MODEL_NONE || !model->principals[node].is_role)
        return;
    struct reach_cell *cell = &search->reach->cells[(size_t)search->row * search->reach->count + line];
    cell->roles++;
    cell->administrators += search->view->administrators[node];
}

static void pass(struct search *search, uint32_t node)
{
    const struct edges *edges = search->view->edges;
    edge_end sources[EDGES_ENDS];
    uint32_t count = edges_sources(edges, node, sources);
    for (uint32_t s = 0; s < count; s++) {
        uint32_t first, last, member_count;
        if (search->passed[edges_place(edges, sources[s])] == search->row + 1)
            continue;
        search->passed[edges_place(edges, sources[s])] = search->row + 1;
        edges_out(edges, sources[s], &first, &last);
        for (uint32_t e = first; e < last; e++) {
            const uint32_t *members = edges_members(edges, &edges->edges[e].to, &member_count);
            for (uint32_t i = 0; i < member_count; i++)
                meet(search, members[i]);
        }
    }
}

/* Sessions that policies name stand for their roles. */
static uint32_t row_of(const struct search *search, uint32_t node)
{
    uint32_t vertex = blocks_vertex(search->view->edges, node);
    return vertex == MODEL_NONE || vertex >= search->view->model->principal_count ? MODEL_NONE
                                                                                  : line_of_node(search, vertex);
}

/* The nodes of each row, one after the other; first has one more than there are rows. */
static uint32_t *nodes_by_row(const struct search *search, uint32_t *first)
{
    const struct edges *edges = search->view->edges;
    uint32_t rows = search->reach->count, *next = memory_zeroed(rows, sizeof *next);
    uint32_t *list = memory_get(edges->node_count * sizeof *list);
    for (uint32_t i = 0; i < edges->node_count; i++)
        if (row_of(search, i) != MODEL_NONE)
            first[row_of(search, i) + 1]++;
    for (uint32_t row = 0; row < rows; row++)
        first[row + 1] += first[row];
    for (uint32_t i = 0; i < edges->node_count; i++) {
        uint32_t row = row_of(search, i);
        if (row != MODEL_NONE)
            list[first[row] + next[row]++] = i;
    }
    free(next);
    return list;
}

static void find_cells(struct search *search)
{
    uint32_t rows = search->reach->count, *first = memory_zeroed((size_t)rows + 1, sizeof *first);
    uint32_t *nodes = nodes_by_row(search, first);
    for (uint32_t row = 0; row < rows; row++) {
        search->row = row;
        search->queued = 0;
        for (uint32_t i = first[row]; i < first[row + 1]; i++)
            pass(search, nodes[i]);
        for (uint32_t i = 0; i < search->queued; i++)
            pass(search, search->queue[i]);
    }
    free(first);
    free(nodes);
}

/* ---- lines */

static int compare_lines(const void *a, const void *b)
{
    const struct reach_line *left = a, *right = b;
    int units = strcmp(left->unit, right->unit);
    if (left->management != right->management)
        return left->management ? -1 : 1;
    if (units != 0)
        return units;
    return left->account < right->account ? -1 : left->account > right->account;
}

static void add_account(struct account_reach *reach, struct view *view, uint32_t account)
{
    const struct model *model = view->model;
    const char *unit = view_unit(view, account);
    struct reach_line *line = &reach->lines[reach->count];
    if (reach->by_unit)
        for (uint32_t i = 0; i < reach->count; i++)
            if (strcmp(reach->lines[i].unit, unit) == 0) {
                reach->lines[i].accounts++;
                return;
            }
    *line = (struct reach_line){.unit = unit, .accounts = 1, .account = MODEL_NONE};
    line->management = model->accounts[account].management;
    line->name = reach->by_unit ? (unit[0] != '\0' ? unit : "No unit") : account_short_name(model, account);
    if (!reach->by_unit)
        line->account = account;
    reach->count++;
}

static void find_lines(struct account_reach *reach, struct view *view, uint32_t most)
{
    const struct model *model = view->model;
    uint32_t exported = 0;
    for (uint32_t i = 0; i < model->account_count; i++)
        exported += is_exported(model, i);
    reach->by_unit = exported > most;
    reach->lines = memory_zeroed(exported, sizeof *reach->lines);
    for (uint32_t i = 0; i < model->account_count; i++)
        if (is_exported(model, i))
            add_account(reach, view, i);
    qsort(reach->lines, reach->count, sizeof *reach->lines, compare_lines);
}

static void assign_lines(struct account_reach *reach, struct view *view)
{
    const struct model *model = view->model;
    for (uint32_t i = 0; i < model->account_count; i++) {
        reach->line_of[i] = MODEL_NONE;
        for (uint32_t l = 0; is_exported(model, i) && l < reach->count; l++)
            if (reach->by_unit ? strcmp(reach->lines[l].unit, view_unit(view, i)) == 0 : reach->lines[l].account == i) {
                reach->line_of[i] = l;
                break;
            }
    }
    for (uint32_t i = 0; i < reach->count; i++)
        reach->lines[i].roles = reach->lines[i].administrators = 0;
    for (uint32_t i = 0; i < model->principal_count; i++) {
        uint32_t line = reach->line_of[model->principals[i].account];
        if (line == MODEL_NONE || !model->principals[i].is_role)
            continue;
        reach->lines[line].roles++;
        reach->lines[line].administrators += view->administrators[i];
    }
}

static void add_up(struct account_reach *reach)
{
    for (uint32_t row = 0; row < reach->count; row++)
        for (uint32_t column = 0; column < reach->count; column++) {
            const struct reach_cell *cell = account_reach_cell(reach, row, column);
            reach->lines[row].reached += cell->roles;
            reach->lines[row].reached_administrators += cell->administrators;
            reach->lines[row].reached_lines += cell->roles > 0;
            reach->lines[column].given += cell->roles;
        }
}

static void weigh_units(struct account_reach *reach)
{
    for (uint32_t first = 0; first < reach->count;) {
        uint32_t end = first;
        uint64_t reached = 0;
        for (; end < reach->count && strcmp(reach->lines[end].unit, reach->lines[first].unit) == 0; end++)
            reached += reach->lines[end].reached_administrators;
        for (uint32_t i = first; i < end; i++) {
            reach->lines[i].unit_size = end - first;
            reach->lines[i].unit_weight = reached * 1000 / (end - first);
        }
        first = end;
    }
}

int reach_line_compare(const struct reach_line *left, const struct reach_line *right)
{
    if (left->reached_administrators != right->reached_administrators)
        return left->reached_administrators > right->reached_administrators ? -1 : 1;
    if (left->reached != right->reached)
        return left->reached > right->reached ? -1 : 1;
    return (left > right) - (left < right);
}

static int compare_reached(const void *a, const void *b, void *context)
{
    const struct account_reach *reach = context;
    const struct reach_line *left = &reach->lines[*(const uint32_t *)a], *right = &reach->lines[*(const uint32_t *)b];
    if (left->management != right->management)
        return left->management ? -1 : 1;
    if (left->unit_weight != right->unit_weight)
        return left->unit_weight > right->unit_weight ? -1 : 1;
    if (left->unit_size != right->unit_size)
        return left->unit_size > right->unit_size ? -1 : 1;
    int units = strcmp(left->unit, right->unit);
    if (units != 0)
        return units;
    return reach_line_compare(left, right);
}

/* Within each unit, accounts that reach most come first. */
static void sort_lines(struct account_reach *reach, const struct model *model)
{
    uint32_t count = reach->count, *order = memory_zeroed(count, sizeof *order),
             *place = memory_zeroed(count, sizeof *place);
    struct reach_line *lines = memory_zeroed(count, sizeof *lines);
    struct reach_cell *cells = memory_zeroed((size_t)count * count, sizeof *cells);
    for (uint32_t i = 0; i < count; i++)
        order[i] = i;
    qsort_r(order, count, sizeof *order, compare_reached, reach);
    for (uint32_t i = 0; i < count; i++) {
        lines[i] = reach->lines[order[i]];
        place[order[i]] = i;
        for (uint32_t j = 0; j < count; j++)
            cells[(size_t)i * count + j] = *account_reach_cell(reach, order[i], order[j]);
    }
    for (uint32_t i = 0; i < model->account_count; i++)
        if (reach->line_of[i] != MODEL_NONE)
            reach->line_of[i] = place[reach->line_of[i]];
    free(reach->lines);
    free(reach->cells);
    free(order);
    free(place);
    reach->lines = lines;
    reach->cells = cells;
}

void account_reach_find(struct account_reach *reach, struct view *view, uint32_t most, bool chains)
{
    const struct edges *edges = view->edges;
    struct search search = {.view = view, .reach = reach, .chains = chains};
    *reach = (struct account_reach){.line_of = memory_zeroed(view->model->account_count, sizeof *reach->line_of)};
    find_lines(reach, view, most);
    assign_lines(reach, view);
    reach->cells = memory_zeroed((size_t)reach->count * reach->count, sizeof *reach->cells);
    search.seen = memory_zeroed(edges->node_count, sizeof *search.seen);
    search.passed = memory_zeroed(edges->node_count + edges->group_count, sizeof *search.passed);
    search.queue = memory_zeroed(edges->node_count, sizeof *search.queue);
    find_cells(&search);
    add_up(reach);
    weigh_units(reach);
    sort_lines(reach, view->model);
    free(search.seen);
    free(search.passed);
    free(search.queue);
}

void account_reach_free(struct account_reach *reach)
{
    free(reach->lines);
    free(reach->line_of);
    free(reach->cells);
    *reach = (struct account_reach){0};
}
