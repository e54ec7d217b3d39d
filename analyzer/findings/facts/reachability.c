#include "analyzer/findings/facts/reachability.h"

#include "graph/chains/role_chaining.h"
#include "ingest/support/memory.h"
#include <stdlib.h>

bool reachability_has(const struct reachability *reach, uint32_t node)
{
    return reach->last[node].from != MODEL_NONE;
}

static bool is_there(const struct reachability *reach)
{
    return reach->goal != NULL && reachability_has(reach, *reach->goal);
}

static void enter(struct reachability *reach, uint32_t from, uint32_t to, uint32_t edge)
{
    if (reachability_has(reach, to))
        return;
    reach->last[to] = (struct hop){.from = from, .to = to, .edge = edge};
    reach->order[reach->count++] = to;
}

/* Everything that one end leads to, computed once. */
static void leave(struct reachability *reach, uint32_t node, edge_end end, bool *entered)
{
    const struct edges *edges = reach->edges;
    uint32_t first, last, count;
    edges_out(edges, end, &first, &last);
    reach->steps += last - first + 1;
    for (uint32_t i = first; i < last; i++) {
        const struct edge *edge = &edges->edges[i];
        if (reach->follows != NULL && !reach->follows(edge, reach->context))
            continue;
        if ((edge->to & EDGE_GROUP) != 0) {
            if (entered[edge->to & ~EDGE_GROUP])
                continue;
            entered[edge->to & ~EDGE_GROUP] = true;
        }
        const uint32_t *members = edges_members(edges, &edge->to, &count);
        reach->steps += count;
        for (uint32_t j = 0; j < count; j++)
            if (reach->closed == NULL || !reach->closed[members[j]])
                enter(reach, node, members[j], i);
    }
}

void reachability_run(struct reachability *reach, const bool *sources)
{
    const struct edges *edges = reach->edges;
    bool *entered = memory_zeroed(edges->group_count, sizeof *entered);
    bool *left = memory_zeroed(edges->group_count, sizeof *left);
    reach->last = memory_resize(NULL, edges->node_count, sizeof *reach->last);
    reach->order = memory_resize(NULL, edges->node_count, sizeof *reach->order);
    for (uint32_t i = 0; i < edges->node_count; i++)
        reach->last[i] = (struct hop){.from = MODEL_NONE};
    for (uint32_t i = 0; i < edges->node_count; i++)
        if (sources[i])
            enter(reach, i, i, 0);
    reach->steps += edges->node_count / 4;
    for (uint32_t head = 0; head < reach->count && !is_there(reach); head++) {
        edge_end ends[EDGES_ENDS];
        uint32_t node = reach->order[head], end_count = edges_sources(edges, node, ends);
        for (uint32_t i = 0; i < end_count && (reach->stops == NULL || !reach->stops[node] || sources[node]); i++) {
            if ((ends[i] & EDGE_GROUP) != 0) {
                if (left[ends[i] & ~EDGE_GROUP])
                    continue;
                left[ends[i] & ~EDGE_GROUP] = true;
            }
            leave(reach, node, ends[i], entered);
        }
    }
    free(entered);
    free(left);
}

void reachability_close(struct reachability *reach)
{
    free(reach->last);
    free(reach->order);
    reach->last = NULL;
    reach->order = NULL;
}

bool chain_holds_together(const struct edges *edges, const struct hop *hops, uint32_t count)
{
    struct chainer chainer;
    struct chaining at = CHAINING_START;
    bool good = true;
    chainer_open(&chainer, edges);
    at.path = hops;
    for (; at.hops < count && good; at.hops++)
        good = chaining_extend(&chainer, &at, hops[at.hops], &at.carried);
    chainer_close(&chainer);
    return good;
}

struct taken {
    struct hop *hops;
    uint32_t count;
};

static bool take(const struct chain *chain, void *context)
{
    struct taken *taken = context;
    taken->hops = memory_copy(chain->hops, chain->hop_count, sizeof *taken->hops);
    taken->count = chain->hop_count;
    return false;
}

/* Its edges are wide, and less exact than the pair's own. */
static void make_exact(const struct edges *edges, struct hop *hop)
{
    const struct edge *exact = edges_between(edges, hop->from, hop->to);
    if (edges->edges[hop->edge].kind == EDGE_ASSUME && exact != NULL)
        hop->edge = (uint32_t)(exact - edges->edges);
}

uint32_t reachability_chain(const struct reachability *reach, uint32_t node, struct hop **hops)
{
    uint32_t count = 0, at = node;
    *hops = NULL;
    if (!reachability_has(reach, node))
        return 0;
    for (; reach->last[at].from != at; at = reach->last[at].from)
        count++;
    if (count == 0)
        return 0;
    struct hop *list = memory_resize(NULL, count, sizeof *list);
    for (uint32_t i = count, to = node; i > 0; to = reach->last[to].from) {
        list[--i] = reach->last[to];
        make_exact(reach->edges, &list[i]);
    }
    if (chain_holds_together(reach->edges, list, count)) {
        *hops = list;
        return count;
    }
    const struct chain_limits limits = {.max_hops = 64, .max_chains = 1, .max_steps = 100000};
    struct taken taken = {0};
    free(list);
    enum chains_end end = chains_all(reach->edges, at, node, &limits, take, &taken);
    /* Longer chains, or one among very many, are found by the search that distinguishes fewer of them. */
    if (taken.hops == NULL && end != CHAINS_END_COMPLETE)
        chains_to(reach->edges, at, node, take, &taken);
    *hops = taken.hops;
    return taken.count;
}
