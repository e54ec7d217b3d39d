#include "analyzer/analysis/administrator_rows.h"

#include "graph/chains/exposure_settle.h"
#include "ingest/support/array.h"
#include <stdlib.h>
#include <string.h>

/* Exact numbers are computed for this many roles. */
#define SETTLED_ROLES 200

static bool is_wanted(const bool *wanted, uint32_t account)
{
    return wanted == NULL || wanted[account];
}

/* ---- by themselves */

static void add_itself(struct analysis *analysis, struct administrator_rows *rows, uint32_t principal)
{
    const struct model_principal *who = &analysis->model->principals[principal];
    const struct administrator *itself = administrators_get(analysis, principal);
    if (itself->verdict == VERDICT_DENIED)
        return;
    ARRAY_ADD(rows->list, rows->count, rows->room,
              (struct administrator_row){.account = who->account,
                                         .node = principal,
                                         .itself = itself,
                                         .verdict = itself->verdict,
                                         .residual = itself->residual});
    rows->roles += who->is_role;
}

static void count_callers(struct analysis *analysis, struct administrator_rows *rows)
{
    const struct edges *edges = analysis->edges;
    struct exposure *exposure = memory_zeroed((size_t)edges->node_count + 1, sizeof *exposure);
    bool *wanted = memory_zeroed((size_t)edges->node_count + 1, sizeof *wanted);
    struct exposure_settling settling = {
        .edges = edges, .numbers_alone = true, .most_steps = exposure_most_steps(edges)};
    for (uint32_t i = 0; i < rows->count; i++)
        wanted[rows->list[i].node] = true;
    exposure_count(edges, wanted, exposure);
    for (uint32_t i = 0; i < rows->count; i++) {
        struct administrator_row *row = &rows->list[i];
        if (settling.looked < SETTLED_ROLES)
            exposure_settle(&settling, row->node, &exposure[row->node]);
        row->can_become = exposure[row->node].at_most;
        row->can_surely_become = exposure[row->node].certain;
    }
    exposure_settling_free(&settling);
    free(exposure);
    free(wanted);
}

/* ---- through chains */

struct reaching {
    struct analysis *analysis;
    struct administrator_rows *rows;
    uint32_t account, first; /* rows of chains to this account begin there */
    uint32_t *row_of;        /* per node: 1 + its row; 0: none */
    const struct administrator *end;
};

static bool is_surer(const struct administrator_row *row, const struct chain *chain, enum verdict verdict)
{
    if (row->verdict != verdict)
        return verdict == VERDICT_ALLOWED;
    return chain->hop_count < row->hop_count;
}

/* An administrator of the account by itself needs no chain. */
static bool needs_chain(struct reaching *reaching, uint32_t node)
{
    const struct model *model = reaching->analysis->model;
    return node >= model->principal_count || model->principals[node].account != reaching->account ||
           administrators_get(reaching->analysis, node)->verdict == VERDICT_DENIED;
}

static bool add_chain(const struct chain *chain, void *context)
{
    struct reaching *reaching = context;
    struct administrator_rows *rows = reaching->rows;
    struct constraint_pool *pool = reaching->analysis->pool;
    uint32_t node = chain->hops[0].from, *at = &reaching->row_of[node];
    constraint residual = constraint_and(pool, chain->residual, reaching->end->residual);
    enum verdict verdict = residual == CONSTRAINT_TRUE ? VERDICT_ALLOWED : VERDICT_CONDITIONAL;
    if (!needs_chain(reaching, node) || (*at != 0 && !is_surer(&rows->list[*at - 1], chain, verdict)))
        return true;
    if (*at == 0) {
        ARRAY_ADD(rows->list, rows->count, rows->room, (struct administrator_row){.account = reaching->account});
        *at = rows->count;
    }
    struct administrator_row *row = &rows->list[*at - 1];
    row->node = node;
    row->hops = arena_copy(&rows->arena, chain->hops, chain->hop_count, sizeof *chain->hops);
    row->hop_count = chain->hop_count;
    row->verdict = verdict;
    row->residual = residual;
    return true;
}

static void add_chains(struct analysis *analysis, struct administrator_rows *rows)
{
    const struct edges *edges = analysis->edges;
    uint32_t itself = rows->count;
    uint64_t steps = 0, most = exposure_most_steps(edges);
    const struct chain_limits limits = {.spent = &steps};
    struct reaching reaching = {analysis, rows, MODEL_NONE, 0, NULL, NULL};
    reaching.row_of = memory_zeroed((size_t)edges->node_count + 1, sizeof *reaching.row_of);
    for (uint32_t i = 0; i < itself && (most == 0 || steps <= most); i++) {
        const struct administrator_row row = rows->list[i];
        if (row.account != reaching.account) {
            for (uint32_t j = reaching.first; j < rows->count; j++)
                reaching.row_of[rows->list[j].node] = 0;
            reaching.account = row.account;
            reaching.first = rows->count;
        }
        reaching.end = row.itself;
        if (row.can_become > 0)
            chains_who_can(edges, row.node, &limits, add_chain, &reaching);
    }
    free(reaching.row_of);
    rows->no_chains = most > 0 && steps > most;
    rows->count = rows->no_chains ? itself : rows->count;
}

/* ---- all */

static int order_of(const struct administrator_row *row)
{
    return row->itself == NULL ? 2 : row->itself->how == ADMINISTRATOR_BY_CONTROL;
}

static int compare_rows(const void *a, const void *b)
{
    const struct administrator_row *x = a, *y = b;
    if (x->account != y->account)
        return x->account < y->account ? -1 : 1;
    if (order_of(x) != order_of(y))
        return order_of(x) - order_of(y);
    if (x->verdict != y->verdict)
        return x->verdict == VERDICT_ALLOWED ? -1 : 1;
    if (x->hop_count != y->hop_count)
        return x->hop_count < y->hop_count ? -1 : 1;
    return (x->node > y->node) - (x->node < y->node);
}

void administrator_rows_find(struct analysis *analysis, const bool *wanted, struct administrator_rows *rows)
{
    const struct model *model = analysis->model;
    for (uint32_t i = 0; i < model->principal_count; i++)
        if (is_wanted(wanted, model->principals[i].account))
            add_itself(analysis, rows, i);
    if (rows->count == 0)
        return;
    count_callers(analysis, rows);
    rows->no_chains = rows->roles > ADMINISTRATOR_ROLES;
    if (!rows->no_chains)
        add_chains(analysis, rows);
    qsort(rows->list, rows->count, sizeof *rows->list, compare_rows);
}

void administrator_rows_free(struct administrator_rows *rows)
{
    arena_free(&rows->arena);
    free(rows->list);
    *rows = (struct administrator_rows){0};
}
