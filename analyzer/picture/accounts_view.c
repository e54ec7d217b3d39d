/*
 * The accounts view: on the left, as cards, the accounts that reach into most others, with a row per unit; on the right
 * every account once, in its unit, with what outsiders can assume. So no arrow needs a text, and none runs in a circle.
 */
#include "analyzer/picture/accounts_inside.h"
#include "analyzer/picture/frame.h"
#include "analyzer/picture/parts.h"
#include "ingest/support/array.h"
#include "ingest/support/text.h"

#include <stdlib.h>
#include <string.h>

#define ACCOUNTS_MOST 60u /* with more, units represent them */
#define ROWS_MOST 44u

/* ---- what outsiders can assume */

static const char *outsider_name(const struct edges *edges, uint32_t node)
{
    if (edges->nodes[node].kind == CALLER_ANYONE)
        return "anyone";
    const char *name = caller_is_federated(&edges->nodes[node]) ? node_short_name(edges, node) : "outside";
    return strcmp(name, "GitHub Actions") == 0 ? "GitHub" : name;
}

static void count_outsider(struct accounts *accounts, uint32_t role, const char *who)
{
    uint32_t line = accounts->reach.line_of[accounts->view->model->principals[role].account];
    if (line == MODEL_NONE)
        return;
    struct outsiders *outsiders = &accounts->outsiders[line];
    uint32_t i = 0;
    int severity = severities_of_role(view_severities(accounts->view), role, true);
    while (i < outsiders->count && strcmp(outsiders->list[i].who, who) != 0)
        i++;
    outsiders->severity = severity > outsiders->severity ? severity : outsiders->severity;
    if (i == OUTSIDERS_TOLD) {
        outsiders->more = true;
        return;
    }
    if (i == outsiders->count) {
        outsiders->list[i].who = who;
        outsiders->list[i].roles = 0;
        outsiders->count++;
    }
    outsiders->list[i].roles++;
}

/* Adds the roles that the node can assume, each once per name; `name` is its number. */
static void count_roles(struct accounts *accounts, uint32_t node, uint32_t name, const char *who, uint32_t *counted)
{
    const struct edges *edges = accounts->view->edges;
    uint32_t first, last, count;
    edges_out(edges, node, &first, &last);
    for (uint32_t e = first; e < last; e++) {
        const uint32_t *members = edges_members(edges, &edges->edges[e].to, &count);
        for (uint32_t m = 0; m < count; m++)
            if (members[m] < edges->model->principal_count && counted[members[m]] != name + 1) {
                counted[members[m]] = name + 1;
                count_outsider(accounts, members[m], who);
            }
    }
}

struct named_node {
    uint32_t name, node;
};

static int compare_named(const void *a, const void *b)
{
    const struct named_node *left = a, *right = b;
    if (left->name != right->name)
        return left->name < right->name ? -1 : 1;
    return (left->node > right->node) - (left->node < right->node);
}

/* Name by name, in the order of the first node of each. */
static void find_outsiders(struct accounts *accounts)
{
    const struct edges *edges = accounts->view->edges;
    struct intern names = {0};
    struct named_node *nodes = memory_zeroed(edges->node_count, sizeof *nodes);
    uint32_t *counted = memory_zeroed(edges->node_count, sizeof *counted), count = 0;
    for (uint32_t i = 0; i < accounts->reach.count; i++)
        accounts->outsiders[i].severity = NO_SEVERITY;
    for (uint32_t i = edges->model->principal_count; i < edges->node_count; i++) {
        const char *who = outsider_name(edges, i);
        if (danger_is_outside(edges, i))
            nodes[count++] = (struct named_node){intern_add(&names, who, strlen(who)), i};
    }
    qsort(nodes, count, sizeof *nodes, compare_named);
    for (uint32_t i = 0; i < edges->model->principal_count; i++) {
        uint32_t line = accounts->reach.line_of[edges->model->principals[i].account];
        if (line != MODEL_NONE && severities_of_role(view_severities(accounts->view), i, true) >= SEVERITY_CRITICAL)
            accounts->outsiders[line].critical++;
    }
    for (uint32_t i = 0; i < count; i++)
        count_roles(accounts, nodes[i].node, nodes[i].name, outsider_name(edges, nodes[i].node), counted);
    intern_free(&names);
    free(nodes);
    free(counted);
}

/* ---- cards and their rows */

static int reaches_more(const void *a, const void *b, void *context)
{
    const struct reach_line *lines = context;
    return reach_line_compare(&lines[*(const uint32_t *)a], &lines[*(const uint32_t *)b]);
}

static void find_units(struct accounts *accounts)
{
    const struct account_reach *reach = &accounts->reach;
    accounts->units = memory_zeroed(reach->count, sizeof *accounts->units);
    for (uint32_t i = 0; i < reach->count; i++) {
        struct unit *last = accounts->unit_count > 0 ? &accounts->units[accounts->unit_count - 1] : NULL;
        if (last != NULL && !reach->by_unit && strcmp(reach->lines[last->first].unit, reach->lines[i].unit) == 0) {
            last->last = i;
            continue;
        }
        const char *name = reach->lines[i].management ? "Management" : reach->lines[i].unit;
        accounts->units[accounts->unit_count++] =
            (struct unit){.first = i, .last = i, .name = name[0] != '\0' ? name : "No unit"};
    }
}

uint32_t accounts_in_unit(const struct accounts *accounts, const struct unit *unit)
{
    return accounts->reach.by_unit ? accounts->reach.lines[unit->first].accounts : unit->last - unit->first + 1;
}

static struct row row_of(struct accounts *accounts, uint32_t card, uint32_t unit)
{
    uint32_t from = accounts->cards[card];
    struct row row = {.card = card, .unit = unit, .severity = NO_SEVERITY};
    for (uint32_t into = accounts->units[unit].first; into <= accounts->units[unit].last; into++) {
        const struct reach_cell *cell = account_reach_cell(&accounts->reach, from, into);
        const struct block_arc *arc = blocks_arc(&accounts->blocks, from, into);
        if (cell->roles == 0 || arc == NULL)
            continue;
        row.accounts++;
        row.administrator_pairs += cell->administrators > 0;
        row.critical_pairs += arc->severity >= SEVERITY_CRITICAL;
        row.sum.roles += cell->roles;
        row.sum.administrators += cell->administrators;
        row.sure = row.sure || arc->sure;
        row.severity = arc->severity > row.severity ? arc->severity : row.severity;
    }
    return row;
}

static int worse_row(const void *a, const void *b)
{
    const struct row *left = a, *right = b;
    if (left->severity != right->severity)
        return left->severity > right->severity ? -1 : 1;
    if (left->sum.administrators != right->sum.administrators)
        return left->sum.administrators > right->sum.administrators ? -1 : 1;
    if (left->sum.roles != right->sum.roles)
        return left->sum.roles > right->sum.roles ? -1 : 1;
    return (left->unit > right->unit) - (left->unit < right->unit);
}

static int by_unit(const void *a, const void *b)
{
    const struct row *left = a, *right = b;
    return (left->unit > right->unit) - (left->unit < right->unit);
}

/* The worst, in the order of their units. */
static void add_rows(struct accounts *accounts, uint32_t card)
{
    struct row *rows = memory_zeroed(accounts->unit_count, sizeof *rows);
    uint32_t count = 0;
    for (uint32_t u = 0; u < accounts->unit_count; u++) {
        rows[count] = row_of(accounts, card, u);
        count += rows[count].accounts > 0;
    }
    if (count > ROWS_A_CARD) {
        qsort(rows, count, sizeof *rows, worse_row);
        for (uint32_t i = ROWS_A_CARD; i < count; i++) {
            accounts->pairs_left += rows[i].accounts;
            accounts->administrators_left += rows[i].administrator_pairs;
            accounts->critical_left += rows[i].critical_pairs;
        }
        count = ROWS_A_CARD;
        qsort(rows, count, sizeof *rows, by_unit);
    }
    for (uint32_t i = 0; i < count; i++)
        ARRAY_ADD(accounts->rows, accounts->row_count, accounts->row_room, rows[i]);
    free(rows);
}

static void choose_cards(struct accounts *accounts)
{
    const struct account_reach *reach = &accounts->reach;
    uint32_t *order = memory_zeroed(reach->count, sizeof *order);
    for (uint32_t i = 0; i < reach->count; i++)
        order[i] = i;
    qsort_r(order, reach->count, sizeof *order, reaches_more, reach->lines);
    for (uint32_t i = 0; i < reach->count && i < CARDS_MOST; i++) {
        const struct reach_line *line = &reach->lines[order[i]];
        bool much = line->reached_administrators > 0 || line->reached_lines * 2 > reach->count || i < 2;
        uint32_t more = accounts->unit_count < ROWS_A_CARD ? accounts->unit_count : ROWS_A_CARD;
        if (line->reached == 0 || !much || accounts->row_count + more > ROWS_MOST + 8)
            break;
        accounts->cards[accounts->card_count++] = order[i];
        add_rows(accounts, accounts->card_count - 1);
    }
    free(order);
}

static void count_left(struct accounts *accounts)
{
    const struct account_reach *reach = &accounts->reach;
    for (uint32_t i = 0; i < reach->count; i++) {
        bool card = false;
        for (uint32_t c = 0; c < accounts->card_count; c++)
            card = card || accounts->cards[c] == i;
        for (uint32_t j = 0; j < reach->count && !card; j++) {
            const struct block_arc *arc = blocks_arc(&accounts->blocks, i, j);
            accounts->pairs_left += account_reach_cell(reach, i, j)->roles > 0;
            accounts->administrators_left += account_reach_cell(reach, i, j)->administrators > 0;
            accounts->critical_left += arc != NULL && arc->severity >= SEVERITY_CRITICAL;
        }
    }
}

static uint32_t critical_in(const struct accounts *accounts, const struct unit *unit)
{
    uint32_t critical = 0;
    for (uint32_t i = unit->first; i <= unit->last; i++)
        critical += accounts->outsiders[i].critical;
    return critical;
}

static int more_critical(const void *a, const void *b, void *context)
{
    const struct accounts *accounts = context;
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    uint32_t left = critical_in(accounts, &accounts->units[x]), right = critical_in(accounts, &accounts->units[y]);
    return left != right ? (left > right ? -1 : 1) : (x > y) - (x < y);
}

/* Those that are reached, then those where most is critical. */
static void choose_units(struct accounts *accounts)
{
    uint32_t *order = memory_zeroed(accounts->unit_count, sizeof *order), drawn = 0;
    for (uint32_t i = 0; i < accounts->unit_count; i++)
        order[i] = i;
    qsort_r(order, accounts->unit_count, sizeof *order, more_critical, accounts);
    for (uint32_t i = 0; i < accounts->row_count; i++)
        accounts->units[accounts->rows[i].unit].drawn = true;
    for (uint32_t i = 0; i < accounts->unit_count; i++)
        drawn += accounts->units[i].drawn;
    for (uint32_t i = 0; i < accounts->unit_count && drawn < UNITS_MOST; i++)
        if (!accounts->units[order[i]].drawn) {
            accounts->units[order[i]].drawn = true;
            drawn++;
        }
    free(order);
}

static bool is_other(const void *context, uint32_t from, uint32_t to)
{
    (void)context;
    return from != to;
}

void accounts_open(struct accounts *accounts, struct view *view)
{
    const struct edges *edges = view->edges;
    uint32_t *of = memory_get(edges->node_count * sizeof *of);
    *accounts = (struct accounts){.view = view};
    account_reach_find(&accounts->reach, view, ACCOUNTS_MOST, false);
    for (uint32_t i = 0; i < edges->node_count; i++)
        of[i] = i < edges->model->principal_count ? accounts->reach.line_of[edges->model->principals[i].account]
                                                  : MODEL_NONE;
    uint32_t lines = accounts->reach.count < BLOCKS_MOST ? accounts->reach.count : BLOCKS_MOST;
    for (uint32_t i = 0; i < edges->node_count; i++)
        of[i] = of[i] < lines ? of[i] : MODEL_NONE;
    blocks_open(&accounts->blocks, edges, of, lines, is_other, NULL);
    severities_colour(view_severities(view), &accounts->blocks);
    accounts->outsiders = memory_zeroed(accounts->reach.count, sizeof *accounts->outsiders);
    find_outsiders(accounts);
    find_units(accounts);
    choose_cards(accounts);
    choose_units(accounts);
    count_left(accounts);
}

void accounts_close(struct accounts *accounts)
{
    account_reach_free(&accounts->reach);
    blocks_close(&accounts->blocks);
    flow_free(&accounts->words);
    free(accounts->outsiders);
    free(accounts->units);
    free(accounts->rows);
}

const char *accounts_left_out(struct accounts *accounts)
{
    struct flow *words = &accounts->words;
    if (accounts->pairs_left == 0)
        return NULL;
    const char *administrators =
        accounts->administrators_left == 0 ? "none" : flow_number(words, accounts->administrators_left);
    const char *critical = accounts->critical_left == 0 ? ""
                                                        : flow_text(words, " and %s with a critical trust finding",
                                                                    flow_number(words, accounts->critical_left));
    return flow_text(words,
                     "Not drawn: %s pair%s of %s, %s with an administrator role%s. --view matrix shows every pair.",
                     flow_number(words, accounts->pairs_left), text_plural(accounts->pairs_left),
                     accounts->reach.by_unit ? "units" : "accounts", administrators, critical);
}

const char *accounts_units_left_out(struct accounts *accounts)
{
    struct flow *words = &accounts->words;
    uint32_t left = 0, critical = 0;
    for (uint32_t i = 0; i < accounts->unit_count; i++)
        if (!accounts->units[i].drawn) {
            left++;
            critical += critical_in(accounts, &accounts->units[i]) > 0;
        }
    if (left == 0)
        return NULL;
    return flow_text(words, "Not drawn: %s unit%s, %s with critical findings about roles that are open to outsiders.",
                     flow_number(words, left), text_plural(left),
                     critical == 0 ? "none" : flow_number(words, critical));
}

/* ---- for graphs: cards and units as boxes */

static void add_box(struct flow *flow, const char *name, const char *count, uint32_t column)
{
    struct flow_box box = {.id = flow_text(flow, "b%u", flow->box_count),
                           .name = flow_text(flow, "%s", name),
                           .count = flow_text(flow, "%s", count),
                           .shape = FLOW_ROLE,
                           .column = column,
                           .ground = FLOW_NONE};
    ARRAY_ADD(flow->boxes, flow->box_count, flow->box_room, box);
}

void view_accounts_flow(struct view *view, struct flow *flow)
{
    struct accounts accounts;
    accounts_open(&accounts, view);
    flow->title = "Which accounts reach into which";
    flow->legend = "worst trust finding behind the arrow";
    flow->dashed = "only with MFA or another condition";
    flow->column_count = 2;
    flow->columns[0] = (struct flow_column){"FROM", 330};
    flow->columns[1] = (struct flow_column){"INTO", 330};
    flow_say(flow, frame_origin(&flow->arena, view->model));
    for (uint32_t c = 0; c < accounts.card_count; c++) {
        const struct reach_line *line = &accounts.reach.lines[accounts.cards[c]];
        add_box(flow, line->name, flow_text(flow, "reaches %u", line->reached_lines), 0);
    }
    uint32_t *box = memory_zeroed(accounts.unit_count, sizeof *box);
    for (uint32_t u = 0; u < accounts.unit_count; u++) {
        uint32_t count = accounts_in_unit(&accounts, &accounts.units[u]);
        box[u] = flow->box_count;
        if (accounts.units[u].drawn)
            add_box(flow, accounts.units[u].name, flow_text(flow, "%u account%s", count, text_plural(count)), 1);
    }
    for (uint32_t i = 0; i < accounts.row_count; i++) {
        const struct row *row = &accounts.rows[i];
        struct flow_arc arc = {
            .from = row->card, .to = box[row->unit], .severity = row->severity, .dashed = !row->sure};
        arc.tooltip = flow_text(flow, "%u roles, %u of them administrators", row->sum.roles, row->sum.administrators);
        flow_add_arc(flow, &arc);
    }
    const char *left[] = {accounts_left_out(&accounts), accounts_units_left_out(&accounts)};
    for (size_t i = 0; i < sizeof left / sizeof *left; i++)
        flow_leave_out(flow, left[i] != NULL ? flow_text(flow, "%s", left[i]) : NULL);
    free(box);
    flow_limit(flow, FLOW_MOST_ARCS);
    accounts_close(&accounts);
}
