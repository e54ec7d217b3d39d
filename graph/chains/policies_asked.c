#include "graph/chains/policies_asked.h"

#include "graph/chains/digraph.h"
#include "graph/chains/role_chaining.h"
#include "graph/policy/service_sessions.h"
#include "ingest/support/memory.h"
#include "ingest/support/order.h"
#include <stdlib.h>

/* Parties as vertices. A group stands for any of its members as a caller, and for all of them as a target: two
 * vertices. */
struct parties {
    const struct edges_reading *reading;
    struct id_map callers, targets; /* for principals, the same vertex in both */
    struct digraph graph;
    uint32_t vertex_count;
    int64_t *of_vertex;         /* principal, or 0 */
    bool *asks;                 /* per residual of the reading */
    uint32_t *befores, *afters; /* roots: callers and targets of edges that ask */
    uint32_t before_count, after_count;
};

static uint32_t vertex_of(struct parties *parties, int64_t party, bool called)
{
    bool fresh = false;
    uint32_t *vertex = id_map_add(party < 0 && called ? &parties->targets : &parties->callers, party, &fresh);
    if (fresh) {
        *vertex = parties->vertex_count;
        parties->of_vertex[parties->vertex_count++] = party > 0 ? party : 0;
    }
    return *vertex;
}

static void find_asking(struct parties *parties)
{
    const struct edges_reading *reading = parties->reading;
    parties->asks = memory_zeroed((size_t)reading->residual_count + 1, sizeof *parties->asks);
    for (uint32_t i = 0; i < reading->residual_count; i++)
        parties->asks[i] = chaining_residual_asks_policies(reading->pool, reading->residuals[i].formula);
}

/* Services whose sessions keep what they were passed. */
static void find_laden(const struct edges_reading *reading, struct id_map *laden)
{
    for (uint32_t i = 0; i < reading->party_count; i++) {
        const struct service_session *session = service_session_find(reading->parties[i].caller);
        bool fresh = false;
        if (session != NULL && session->lasts)
            id_map_add(laden, reading->parties[i].party, &fresh);
    }
}

static void connect(struct parties *parties)
{
    const struct slice *slice = parties->reading->slice;
    struct id_map laden = {.count = 0};
    find_laden(parties->reading, &laden);
    for (size_t i = 0; i < slice->edge_count; i++) {
        const struct slice_edge *edge = &slice->edges[i];
        const uint32_t *row = id_map_find(&parties->reading->rows, edge->residual);
        uint32_t from = vertex_of(parties, edge->source, false), to = vertex_of(parties, edge->target, true);
        digraph_add(&parties->graph, from, to);
        bool asks = row != NULL && parties->asks[*row];
        if (asks)
            parties->befores[parties->before_count++] = from;
        if (asks || id_map_find(&laden, edge->source) != NULL)
            parties->afters[parties->after_count++] = to;
    }
    for (size_t i = 0; i < slice->member_count; i++) {
        const struct slice_member *member = &slice->members[i];
        uint32_t principal = vertex_of(parties, member->principal, false);
        digraph_add(&parties->graph, principal, vertex_of(parties, member->party, false));
        digraph_add(&parties->graph, vertex_of(parties, member->party, true), principal);
    }
    digraph_index(&parties->graph, parties->vertex_count);
    id_map_free(&laden);
}

static void mark(const struct parties *parties, bool backwards, const uint32_t *roots, uint32_t count, bool *asked)
{
    struct support support;
    support_open(&support, &parties->graph, backwards, roots, count);
    for (uint32_t i = 0; i < support.count; i++)
        asked[support.order[i]] = true;
    support_close(&support);
}

int64_t *policies_asked(const struct edges_reading *reading, size_t *count)
{
    const struct slice *slice = reading->slice;
    size_t most = 2 * slice->edge_count + 3 * slice->member_count;
    struct parties parties = {.reading = reading,
                              .of_vertex = memory_zeroed(most + 1, sizeof *parties.of_vertex),
                              .befores = memory_zeroed(slice->edge_count + 1, sizeof *parties.befores),
                              .afters = memory_zeroed(slice->edge_count + 1, sizeof *parties.afters)};
    find_asking(&parties);
    connect(&parties);
    bool *asked = memory_zeroed((size_t)parties.vertex_count + 1, sizeof *asked);
    mark(&parties, true, parties.befores, parties.before_count, asked);
    mark(&parties, false, parties.afters, parties.after_count, asked);
    int64_t *ids = memory_zeroed((size_t)parties.vertex_count + 1, sizeof *ids);
    *count = 0;
    for (uint32_t i = 0; i < parties.vertex_count; i++)
        if (asked[i] && parties.of_vertex[i] != 0)
            ids[(*count)++] = parties.of_vertex[i];
    if (*count > 1)
        qsort(ids, *count, sizeof *ids, order_ids);
    id_map_free(&parties.callers);
    id_map_free(&parties.targets);
    digraph_free(&parties.graph);
    free(parties.of_vertex);
    free(parties.befores);
    free(parties.afters);
    free(parties.asks);
    free(asked);
    return ids;
}
