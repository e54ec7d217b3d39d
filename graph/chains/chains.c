#include "graph/chains/chains_inside.h"

#include "ingest/support/array.h"
#include <stdlib.h>

#define DEFAULT_HOPS 64u

bool chain_emit(const struct edges *edges, const struct hop *hops, uint32_t count, constraint residual,
                bool (*each)(const struct chain *chain, void *context), void *context)
{
    struct chain chain = {.hop_count = count, .hops = hops, .verdict = VERDICT_ALLOWED, .residual = residual};
    if (residual != CONSTRAINT_TRUE)
        chain.verdict = VERDICT_CONDITIONAL;
    for (uint32_t i = 0; i < count; i++)
        if (edges->edges[hops[i].edge].verdict != VERDICT_ALLOWED)
            chain.verdict = VERDICT_CONDITIONAL;
    return each(&chain, context);
}

/* ---- from one node */

struct found {
    uint32_t hops, node, state;
};

static int compare_found(const void *a, const void *b)
{
    const struct found *x = a, *y = b;
    if (x->hops != y->hops)
        return x->hops < y->hops ? -1 : 1;
    return (x->node > y->node) - (x->node < y->node);
}

static uint32_t hop_limit(const struct chain_limits *limits)
{
    return limits != NULL && limits->max_hops > 0 ? limits->max_hops : DEFAULT_HOPS;
}

void chains_reach(const struct edges *edges, uint32_t from, const struct chain_limits *limits,
                  bool (*each)(const struct chain *chain, void *context), void *context)
{
    struct walk walk;
    struct chainer chainer;
    uint32_t max_hops = hop_limit(limits), count = 0;
    struct found *found = memory_zeroed(edges->node_count, sizeof *found);
    struct hop *hops = memory_zeroed(max_hops, sizeof *hops);
    chainer_open(&chainer, edges);
    walk_open(&walk, &chainer, NULL);
    walk_run(&walk, from, max_hops);
    for (uint32_t i = 0; i < edges->node_count; i++)
        if (walk.best[i] != MODEL_NONE)
            found[count++] = (struct found){walk.states[walk.best[i]].hops, i, walk.best[i]};
    qsort(found, count, sizeof *found, compare_found);
    for (uint32_t i = 0; i < count; i++) {
        walk_unwind(&walk, found[i].state, hops);
        if (!chain_emit(edges, hops, found[i].hops, walk.states[found[i].state].chaining.carried, each, context))
            break;
    }
    free(found);
    free(hops);
    walk_close(&walk);
    chainer_close(&chainer);
}

/* ---- towards one role */

/* Follows the plain shortest way; false if its conditions cannot hold together. */
static bool follow(struct chainer *chainer, const struct towards *towards, uint32_t node, uint32_t role,
                   struct hop *hops, uint32_t *count, constraint *residual)
{
    struct chaining state = CHAINING_START, after;
    *count = 0;
    while (node != role) {
        if (!chaining_extend(chainer, &state, towards->next[node], &after))
            return false;
        state = after;
        hops[(*count)++] = towards->next[node];
        node = towards->next[node].to;
    }
    *residual = state.carried;
    return true;
}

static void search_forward(struct walk *walk, uint32_t node, uint32_t role, uint32_t max_hops, struct hop *hops,
                           uint32_t *count, constraint *residual)
{
    walk_run(walk, node, max_hops);
    uint32_t best = walk->best[role];
    *count = 0;
    if (best != MODEL_NONE) {
        *count = walk->states[best].hops;
        *residual = walk->states[best].chaining.carried;
        walk_unwind(walk, best, hops);
    }
    walk_reset(walk);
}

struct arrival {
    uint32_t hops, node, first; /* first: where its hops begin in the list */
    constraint residual;
};

static int compare_arrivals(const void *a, const void *b)
{
    const struct arrival *x = a, *y = b;
    if (x->hops != y->hops)
        return x->hops < y->hops ? -1 : 1;
    return (x->node > y->node) - (x->node < y->node);
}

void chains_who_can(const struct edges *edges, uint32_t role, const struct chain_limits *limits,
                    bool (*each)(const struct chain *chain, void *context), void *context)
{
    struct chainer chainer;
    struct towards towards;
    struct walk walk;
    uint32_t max_hops = hop_limit(limits), arrival_count = 0, stored = 0, room = 0;
    struct hop *list = NULL;
    bool *allowed = memory_zeroed(edges->node_count, sizeof *allowed);
    chainer_open(&chainer, edges);
    towards_open(&towards, edges, role, max_hops);
    walk_open(&walk, &chainer, allowed);
    struct arrival *arrivals = memory_zeroed(towards.count, sizeof *arrivals);
    for (uint32_t i = 0; i < towards.count; i++)
        allowed[towards.order[i]] = true;
    for (uint32_t i = 1; i < towards.count; i++) {
        uint32_t node = towards.order[i], count = 0;
        constraint residual = CONSTRAINT_TRUE;
        ARRAY_RESERVE(list, stored + max_hops, room);
        if (!follow(&chainer, &towards, node, role, list + stored, &count, &residual))
            search_forward(&walk, node, role, max_hops, list + stored, &count, &residual);
        if (count > 0)
            arrivals[arrival_count++] = (struct arrival){count, node, stored, residual};
        stored += count;
    }
    qsort(arrivals, arrival_count, sizeof *arrivals, compare_arrivals);
    for (uint32_t i = 0; i < arrival_count; i++)
        if (!chain_emit(edges, list + arrivals[i].first, arrivals[i].hops, arrivals[i].residual, each, context))
            break;
    towards_close(&towards);
    walk_close(&walk);
    chainer_close(&chainer);
    free(arrivals);
    free(list);
    free(allowed);
}
