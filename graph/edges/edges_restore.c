/*
 * All stored edges over the whole model. Parties have the numbers that edges_store.c gave them, if everything stored
 * was derived at once.
 */
#include "graph/edges/edges_inside.h"
#include "graph/edges/edges_read.h"

#include "ingest/store/query.h"
#include "ingest/support/array.h"
#include "ingest/support/order.h"
#include <stdlib.h>

struct restoring {
    struct edges *edges;
    struct store *store;
    struct id_map principals; /* database ids → nodes */
    int64_t least;            /* the number of the first group */
    struct edge *demands;     /* per row of table residual: its verdict and formula; VERDICT_DENIED: none */
    uint32_t demand_room;
    bool broken; /* the rows do not fit the model */
};

static void number_principals(struct restoring *work)
{
    const struct model *model = work->edges->model;
    bool fresh;
    for (uint32_t i = 0; i < model->principal_count; i++)
        *id_map_add(&work->principals, model->principals[i].id, &fresh) = i;
}

/* Outside parties are numbered after the groups, in the order of nodes. */
static void restore_outside(struct restoring *work)
{
    struct edges *edges = work->edges;
    struct query *rows =
        query_open(work->store, "SELECT party, kind, caller, partition FROM outside_party ORDER BY party");
    int64_t next = work->least + edges->group_count;
    while (!work->broken && query_next(rows)) {
        struct caller *caller = &edges->nodes[edges->node_count];
        work->broken = query_integer(rows, 0) != next++ ||
                       !edges_read_caller(edges, query_text(rows, 1), query_text(rows, 2), query_text(rows, 3), caller);
        edges->node_count += !work->broken;
    }
    query_close(rows);
    edges->sorted_nodes = edges->node_count;
}

/* The end that the party represents. */
static edge_end restore_end(struct restoring *work, int64_t party)
{
    const struct edges *edges = work->edges;
    int64_t place = party - work->least;
    const uint32_t *principal = party > 0 ? id_map_find(&work->principals, party) : NULL;
    work->broken = work->broken || (party > 0 ? principal == NULL : place < 0);
    if (work->broken)
        return 0;
    if (principal != NULL)
        return *principal;
    return place < edges->group_count ? EDGE_GROUP | (uint32_t)place
                                      : (uint32_t)(place - edges->group_count + edges->model->principal_count);
}

/* Whether edges can leave the end, or enter it. */
static bool is_end(const struct edges *edges, edge_end end, bool leaves)
{
    uint32_t callers = edges->classes.permissions.count + edges->classes.profiles.count;
    if ((end & EDGE_GROUP) != 0)
        return ((end & ~EDGE_GROUP) < callers) == leaves;
    return end < (leaves ? edges->node_count : edges->model->principal_count);
}

/* Whether the groups still have the same members. */
static void compare_members(struct restoring *work)
{
    struct query *rows = query_open(work->store, "SELECT party, principal FROM party_member ORDER BY party, principal");
    edge_end group = 0;
    uint32_t count = 0, met = 0;
    const uint32_t *members = NULL;
    while (!work->broken && query_next(rows)) {
        edge_end next = restore_end(work, query_integer(rows, 0)), member = restore_end(work, query_integer(rows, 1));
        work->broken =
            work->broken || (next & EDGE_GROUP) == 0 || (member & EDGE_GROUP) != 0 || (next != group && met != count);
        if (!work->broken && next != group) {
            members = edges_members(work->edges, &next, &count);
            group = next;
            met = 0;
        }
        work->broken =
            work->broken || met++ == count || bsearch(&member, members, count, sizeof *members, order_numbers) == NULL;
    }
    work->broken = work->broken || met != count;
    query_close(rows);
}

static void restore_demands(struct restoring *work)
{
    struct query *rows = query_open(work->store, "SELECT id, verdict = 'allowed', formula FROM residual");
    while (!work->broken && query_next(rows)) {
        int64_t id = query_integer(rows, 0);
        const char *formula = query_text(rows, 2);
        work->broken = id <= 0 || id > UINT32_MAX / 2 || formula == NULL;
        if (work->broken)
            break;
        ARRAY_REACH(work->demands, (uint32_t)id, work->demand_room);
        struct edge *demand = &work->demands[id];
        /* Skips residuals of control edges: a form of one is not a formula. */
        if (constraint_unpack(work->edges->pool, formula, &demand->residual))
            demand->verdict = query_integer(rows, 1) != 0 ? VERDICT_ALLOWED : VERDICT_CONDITIONAL;
    }
    query_close(rows);
}

static void restore_edges(struct restoring *work)
{
    struct edges *edges = work->edges;
    struct query *rows = query_open(work->store, "SELECT source, target, breadth, residual FROM edge");
    uint32_t room = 0;
    while (!work->broken && query_next(rows)) {
        int64_t residual = query_integer(rows, 3);
        struct edge edge = {.from = restore_end(work, query_integer(rows, 0)),
                            .to = restore_end(work, query_integer(rows, 1))};
        work->broken = work->broken || residual <= 0 || residual >= work->demand_room ||
                       work->demands[residual].verdict == VERDICT_DENIED || !is_end(edges, edge.from, true) ||
                       !is_end(edges, edge.to, false) || edges_breadth(edges, &edge) != query_integer(rows, 2);
        if (work->broken)
            break;
        edge.verdict = work->demands[residual].verdict;
        edge.residual = work->demands[residual].residual;
        ARRAY_ADD(edges->edges, edges->edge_count, room, edge);
    }
    query_close(rows);
}

struct edges *edges_restore(const struct model *model, struct constraint_pool *pool, double now, struct store *store)
{
    if (store_number(store, "SELECT refreshed FROM derivation") != 0)
        return NULL;
    uint32_t outside = (uint32_t)store_number(store, "SELECT count(*) FROM outside_party");
    struct edges *edges = edges_new(model, pool, now);
    struct restoring work = {.edges = edges, .store = store};
    edges_prepare(edges, outside);
    work.least = -(int64_t)edges->group_count - (int64_t)outside;
    number_principals(&work);
    restore_outside(&work);
    compare_members(&work);
    restore_demands(&work);
    restore_edges(&work);
    edges_index(edges);
    id_map_free(&work.principals);
    free(work.demands);
    if (!work.broken && store_error(store) == NULL)
        return edges;
    edges_free(edges);
    return NULL;
}
