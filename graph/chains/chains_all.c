/*
 * All chains between two.
 */
#include "graph/chains/chains_inside.h"

#include "ingest/support/memory.h"
#include <stdlib.h>

#define DEFAULT_HOPS 8u
#define DEFAULT_CHAINS 10000u
#define DEFAULT_STEPS 10000000u

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
    struct hop *hops;          /* taken at each depth */
    struct hop_cursor *cursor; /* of the next hops to try at each depth */
    struct chaining *states;
    bool *on_path;
    bool stopped;
    bool longer; /* the limit on hops kept some step from being taken */
};

/* A pair with several edges is one step: over the exact one. */
static bool is_exact(const struct edges *edges, const struct hop *hop)
{
    const struct edge *edge = &edges->edges[hop->edge];
    return edge->kind != EDGE_ASSUME || edge == edges_between(edges, hop->from, hop->to);
}

/* Whether the step is one of a chain that is longer than those looked for. */
static bool goes_on(const struct enumeration *work, const struct hop *hop, uint32_t left)
{
    return work->distance[hop->to] != MODEL_NONE && work->distance[hop->to] > left && !work->on_path[hop->to];
}

/* Depth first without recursion, for chains of exactly `length` hops. */
static void enumerate(struct enumeration *work, uint32_t from, uint32_t length,
                      bool (*each)(const struct chain *chain, void *context), void *context)
{
    const struct edges *edges = work->edges;
    uint32_t depth = 0;
    work->states[0] = CHAINING_START;
    hop_cursor_begin(&work->cursor[0], edges, from);
    work->on_path[from] = true;
    for (;;) {
        struct hop hop;
        if (work->stopped || !hop_cursor_next(&work->cursor[depth], &hop)) {
            work->on_path[work->cursor[depth].node] = false;
            if (depth == 0)
                return;
            depth--;
            continue;
        }
        uint32_t left = length - depth - 1;
        if (work->steps_left == 0) {
            work->stopped = true;
            continue;
        }
        work->steps_left--;
        work->longer = work->longer || goes_on(work, &hop, left);
        if (work->on_path[hop.to] || work->distance[hop.to] > left || (hop.to == work->to) != (left == 0) ||
            !is_exact(edges, &hop) ||
            !chaining_extend(work->chainer, &work->states[depth], hop, &work->states[depth + 1]))
            continue;
        work->hops[depth] = hop;
        if (left == 0) {
            if (work->chains_left-- == 0 || !emit(work->hops, length, work->states[length].carried, each, context))
                work->stopped = true;
            continue;
        }
        depth++;
        work->on_path[hop.to] = true;
        hop_cursor_begin(&work->cursor[depth], edges, hop.to);
    }
}

void chains_all(const struct edges *edges, uint32_t from, uint32_t to, const struct chain_limits *limits,
                bool (*each)(const struct chain *chain, void *context), void *context, bool *complete)
{
    struct chainer chainer;
    struct towards towards;
    const struct chain_limits none = {0}, *given = limits != NULL ? limits : &none;
    uint32_t max_hops = given->max_hops > 0 ? given->max_hops : DEFAULT_HOPS;
    struct enumeration work = {.edges = edges,
                               .chainer = &chainer,
                               .to = to,
                               .chains_left = given->max_chains > 0 ? given->max_chains : DEFAULT_CHAINS,
                               .steps_left = given->max_steps > 0 ? given->max_steps : DEFAULT_STEPS,
                               .hops = memory_zeroed((size_t)max_hops + 1, sizeof *work.hops),
                               .cursor = memory_zeroed((size_t)max_hops + 1, sizeof *work.cursor),
                               .states = memory_zeroed((size_t)max_hops + 1, sizeof *work.states),
                               .on_path = memory_zeroed(edges->node_count, sizeof *work.on_path)};
    chainer_open(&chainer, edges);
    towards_open(&towards, edges, to, edges->node_count, false);
    work.distance = towards.distance;
    for (uint32_t length = 1; length <= max_hops && !work.stopped && from != to; length++) {
        work.longer = false;
        enumerate(&work, from, length, each, context);
    }
    *complete = !work.stopped && !work.longer;
    towards_close(&towards);
    chainer_close(&chainer);
    free(work.hops);
    free(work.cursor);
    free(work.states);
    free(work.on_path);
}
