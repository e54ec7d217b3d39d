#include "graph/edges/edge_rows.h"

#include "graph/model/mentions.h"
#include "ingest/support/memory.h"
#include <stdlib.h>

/* The number of an end in the database: principals keep theirs; groups and outside parties have negative ones in their
 * order, so that rows are written in the order of the table. */
static int64_t number_of(const struct edges *edges, edge_end end)
{
    const struct model *model = edges->model;
    int64_t least = -(int64_t)edges->group_count - (int64_t)(edges->node_count - model->principal_count);
    if ((end & EDGE_GROUP) != 0)
        return least + (int64_t)(end & ~EDGE_GROUP);
    return end < model->principal_count ? model->principals[end].id
                                        : least + (int64_t)edges->group_count + (int64_t)(end - model->principal_count);
}

/* The members of the groups that are ends of edges. */
static void store_members(struct edge_rows *rows, const bool *used)
{
    const struct edges *edges = rows->edges;
    for (uint32_t i = 0; i < edges->group_count; i++) {
        edge_end group = EDGE_GROUP | i;
        uint32_t count;
        const uint32_t *members = edges_members(edges, &group, &count);
        for (uint32_t j = 0; used[i] && j < count; j++)
            edge_rows_add_member(rows, number_of(edges, group), edges->model->principals[members[j]].id);
    }
}

/* Writes edges [first, last); notes the groups that they use. */
static void store_range(struct edge_rows *rows, uint32_t first, uint32_t last, bool *used)
{
    const struct edges *edges = rows->edges;
    for (uint32_t i = first; i < last; i++) {
        const struct edge *edge = &edges->edges[i];
        if (edge->kind != EDGE_ASSUME)
            continue;
        edge_rows_add_edge(rows, edge, number_of(edges, edge->from), number_of(edges, edge->to));
        if ((edge->from & EDGE_GROUP) != 0)
            used[edge->from & ~EDGE_GROUP] = true;
        if ((edge->to & EDGE_GROUP) != 0)
            used[edge->to & ~EDGE_GROUP] = true;
    }
}

static void note_moment(double now, struct store *store)
{
    struct query *insert = query_open(store, "INSERT INTO derivation VALUES (?, 0, 0)");
    query_bind_real(insert, 1, now);
    query_run(insert);
    query_close(insert);
}

void edges_store(const struct edges *edges, struct store *store)
{
    struct edge_rows rows;
    uint32_t base = edges->model->principal_count, groups = edges->out_first[edges->node_count];
    bool *used = memory_zeroed(edges->group_count, sizeof *used);
    edge_rows_open(&rows, edges, store);
    /* Indexes are built after the rows: that is faster than maintaining them. */
    store_execute(store, "DELETE FROM party_member; DELETE FROM edge; DELETE FROM residual;"
                         "DELETE FROM outside_party; DELETE FROM mention; DELETE FROM derivation;"
                         "DELETE FROM control_edge; DELETE FROM control_way; DELETE FROM control_member;"
                         "DROP INDEX edge_target; DROP INDEX party_member_principal");
    for (uint32_t i = base; i < edges->node_count; i++)
        edge_rows_add_outside(&rows, number_of(edges, i), &edges->nodes[i]);
    /* In the order of the table. */
    store_range(&rows, groups, edges->edge_count, used);
    store_range(&rows, edges->out_first[base], groups, used);
    store_range(&rows, 0, edges->out_first[base], used);
    store_members(&rows, used);
    store_execute(store, "CREATE INDEX edge_target ON edge (target, source, breadth, residual);"
                         "CREATE INDEX party_member_principal ON party_member (principal)");
    edge_rows_close(&rows);
    free(used);
    note_moment(edges->now, store);
    mentions_store(edges->model, store);
}
