/*
 * All chains between two nodes.
 */
#include "graph/chains/chains_inside.h"

#include "ingest/support/memory.h"
#include <stdlib.h>

static bool emit(const struct hop *hops, uint32_t count, constraint residual,
                 bool (*each)(const struct chain *chain, void *context), void *context)
{
    const struct chain chain = {.hop_count = count,
                                .hops = hops,
                                .verdict = residual == CONSTRAINT_TRUE ? VERDICT_ALLOWED : VERDICT_CONDITIONAL,
                                .residual = residual,
                                .own = residual};
    return each(&chain, context);
}

struct enumeration {
    const struct edges *edges;
    struct chainer *chainer;
    uint32_t to;
    uint64_t chains_left, steps_left;
    const uint32_t *distance;  /* to the goal */
    struct hop *hops;          /* the step taken at each depth */
    struct hop_cursor *cursor; /* of the next hops to try at each depth */
    struct chaining *states;
    uint32_t *on_path;            /* per node: how often the chain visits it */
    bool passing;                 /* see chain_limits */
    struct constraint_mark begin; /* state of the pool at the beginning */
    size_t begin_size;
    enum chains_end end; /* CHAINS_END_HOPS: because of the limit on hops, some further step was not taken */
};

/* Several edges between a pair are one step: over the exact one. */
static bool is_exact(const struct edges *edges, const struct hop *hop)
{
    const struct edge *edge = &edges->edges[hop->edge];
    return edge->kind != EDGE_ASSUME || edge == edges_between(edges, hop->from, hop->to);
}

/* Whether the chain, whose last hop returns to a node, gains nothing by that: no later hop tests more than its session
 * had there before. */
static bool goes_round(struct enumeration *work, uint32_t from, const struct chaining *chain)
{
    const struct hop *path = work->hops;
    uint32_t node = path[chain->hops - 1].to;
    if (node == from || !session_is_asked(work->chainer, node))
        return true;
    struct session_memory memory = session_remember(work->chainer, chain);
    for (uint32_t hop = 1; hop < chain->hops; hop++) {
        if (path[hop - 1].to != node)
            continue;
        if (path[hop - 1].from == path[chain->hops - 1].from)
            return true;
        struct session_memory before = session_remember(work->chainer, &work->states[hop]);
        if (session_covers_later(work->edges->pool, &before, &memory))
            return true;
    }
    return false;
}

/* Adds a hop; false: no chain that counts continues there. */
static bool extend(struct enumeration *work, uint32_t from, uint32_t depth, struct hop hop)
{
    struct chaining *next = &work->states[depth + 1];
    bool there_before = work->on_path[hop.to] > 0;
    if ((there_before && !session_is_asked(work->chainer, hop.to)) || !is_exact(work->edges, &hop))
        return false;
    *next = work->states[depth];
    next->hops++;
    return chaining_extend(work->chainer, &work->states[depth], hop, &next->carried) &&
           !(there_before && goes_round(work, from, next));
}

/* Whether the step would make the chain longer than those searched for. */
static bool goes_on(struct enumeration *work, uint32_t from, uint32_t depth, struct hop hop, uint32_t left)
{
    return work->distance[hop.to] != MODEL_NONE && work->distance[hop.to] > left &&
           (work->on_path[hop.to] == 0 || extend(work, from, depth, hop));
}

/* Formulas of finished chains are dropped once they take this many bytes. */
#define MOST_FORMULAS ((size_t)1 << 20)

/* Drops the formulas of earlier chains, and makes those of the current chain up to `depth` again. */
static void forget_formulas(struct enumeration *work, uint32_t depth)
{
    struct constraint_pool *pool = work->edges->pool;
    if (!work->passing || constraint_pool_size(pool) < work->begin_size + MOST_FORMULAS)
        return;
    chainer_forget(work->chainer);
    constraint_pool_return(pool, &work->begin);
    for (uint32_t i = 0; i < depth; i++)
        chaining_extend(work->chainer, &work->states[i], work->hops[i], &work->states[i + 1].carried);
}

static bool is_stopped(const struct enumeration *work)
{
    return work->end == CHAINS_END_CHAINS || work->end == CHAINS_END_STEPS;
}

/* Searches depth first, without recursion, for chains of exactly `length` hops. */
static void enumerate(struct enumeration *work, uint32_t from, uint32_t length,
                      bool (*each)(const struct chain *chain, void *context), void *context)
{
    const struct edges *edges = work->edges;
    uint32_t depth = 0;
    work->states[0] = CHAINING_START;
    work->states[0].path = work->hops;
    hop_cursor_begin(&work->cursor[0], edges, from);
    work->on_path[from]++;
    for (;;) {
        struct hop hop;
        if (is_stopped(work) || !hop_cursor_next(&work->cursor[depth], &hop)) {
            work->on_path[work->cursor[depth].node]--;
            if (depth == 0)
                return;
            depth--;
            continue;
        }
        uint32_t left = length - depth - 1;
        if (work->steps_left == 0) {
            work->end = CHAINS_END_STEPS;
            continue;
        }
        work->steps_left--;
        forget_formulas(work, depth);
        work->hops[depth] = hop;
        if (work->end == CHAINS_END_COMPLETE && goes_on(work, from, depth, hop, left))
            work->end = CHAINS_END_HOPS;
        if (work->distance[hop.to] > left || (hop.to == work->to) != (left == 0) || !extend(work, from, depth, hop))
            continue;
        if (left == 0) {
            if (work->chains_left-- == 0 || !emit(work->hops, length, work->states[length].carried, each, context))
                work->end = CHAINS_END_CHAINS;
            continue;
        }
        depth++;
        work->on_path[hop.to]++;
        hop_cursor_begin(&work->cursor[depth], edges, hop.to);
    }
}

static uint64_t most_steps(const struct chain_limits *limits)
{
    uint64_t chains = limits->max_chains > CHAINS_MOST ? limits->max_chains : CHAINS_MOST;
    return limits->max_steps > 0 ? limits->max_steps : chains * CHAINS_STEPS_EACH;
}

enum chains_end chains_all(const struct edges *edges, uint32_t from, uint32_t to, const struct chain_limits *limits,
                           bool (*each)(const struct chain *chain, void *context), void *context)
{
    struct chainer chainer;
    struct towards towards;
    const struct chain_limits none = {0}, *given = limits != NULL ? limits : &none;
    uint32_t max_hops = given->max_hops > 0 ? given->max_hops : CHAINS_DEFAULT_HOPS;
    struct enumeration work = {.edges = edges,
                               .chainer = &chainer,
                               .to = to,
                               .passing = given->passing,
                               .chains_left = given->max_chains > 0 ? given->max_chains : CHAINS_MOST,
                               .steps_left = most_steps(given),
                               .hops = memory_zeroed((size_t)max_hops + 1, sizeof *work.hops),
                               .cursor = memory_zeroed((size_t)max_hops + 1, sizeof *work.cursor),
                               .states = memory_zeroed((size_t)max_hops + 1, sizeof *work.states),
                               .on_path = memory_zeroed(edges->node_count, sizeof *work.on_path)};
    chainer_open(&chainer, edges);
    towards_open(&towards, edges, to, edges->node_count, false);
    work.distance = towards.distance;
    work.begin = constraint_pool_stand(edges->pool);
    work.begin_size = constraint_pool_size(edges->pool);
    for (uint32_t length = 1; length <= max_hops && !is_stopped(&work) && from != to; length++) {
        work.end = CHAINS_END_COMPLETE;
        enumerate(&work, from, length, each, context);
    }
    towards_close(&towards);
    chainer_close(&chainer);
    free(work.hops);
    free(work.cursor);
    free(work.states);
    free(work.on_path);
    return work.end;
}
