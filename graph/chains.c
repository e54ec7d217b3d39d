#include "graph/chains.h"

#include "graph/role_chaining.h"
#include <stdlib.h>
#include <string.h>

#define DEFAULT_HOPS 64u
/* Above so many different sets of demands at one node they are not told apart any more: what goes on from there is
 * taken to be possible, and conditional. */
#define STATES_PER_NODE 64u

/* One way to stand at a role: reached over an edge from another such state. */
struct state {
    uint32_t node;
    uint32_t edge;     /* the last hop */
    uint32_t previous; /* state before it; MODEL_NONE for the first hop */
    uint32_t hops, conditional_hops;
    uint32_t other; /* the state before it at the same node; MODEL_NONE */
    struct chaining chaining;
};

struct walk {
    const struct edges *edges;
    struct chainer *chainer;
    const bool *allowed; /* per node, NULL: all */
    struct state *states;
    uint32_t count, room;
    uint32_t *best;    /* per node: its first state, or MODEL_NONE */
    uint32_t *last;    /* per node: its last state */
    uint8_t *per_node; /* how many states */
    bool failed;
};

static bool add_state(struct walk *walk, struct state state)
{
    if (walk->count == walk->room) {
        uint32_t room = walk->room == 0 ? 256 : walk->room * 2;
        struct state *grown = realloc(walk->states, room * sizeof *grown);
        if (grown == NULL) {
            walk->failed = true;
            return false;
        }
        walk->states = grown;
        walk->room = room;
    }
    walk->states[walk->count++] = state;
    return true;
}

/* Whether a state at the node already covers this one: it has the same or no demands, and is no longer. */
static bool is_covered(const struct walk *walk, const struct state *state, uint32_t level_start)
{
    if (walk->per_node[state->node] > STATES_PER_NODE)
        return true;
    for (uint32_t i = walk->last[state->node]; i != MODEL_NONE; i = walk->states[i].other) {
        const struct state *other = &walk->states[i];
        if (i >= level_start && other->conditional_hops > state->conditional_hops)
            continue;
        if (other->chaining.carried == CONSTRAINT_TRUE || other->chaining.carried == state->chaining.carried)
            return true;
    }
    return false;
}

static bool expand(struct walk *walk, uint32_t from_node, uint32_t from_state, uint32_t level_start, uint32_t start)
{
    const struct edges *edges = walk->edges;
    for (uint32_t i = edges->out_first[from_node]; i < edges->out_first[from_node + 1] && !walk->failed; i++) {
        const struct edge *edge = &edges->edges[i];
        struct chaining before = from_state == MODEL_NONE ? CHAINING_START : walk->states[from_state].chaining;
        struct state state = {.node = edge->to, .edge = i, .previous = from_state};
        if (edge->to == start || edge->to == from_node || (walk->allowed != NULL && !walk->allowed[edge->to]))
            continue;
        if (from_state != MODEL_NONE) {
            state.hops = walk->states[from_state].hops;
            state.conditional_hops = walk->states[from_state].conditional_hops;
        }
        state.hops++;
        state.conditional_hops += edge->verdict != VERDICT_ALLOWED;
        /* An unconditional node needs no second look. */
        if (walk->best[edge->to] != MODEL_NONE &&
            walk->states[walk->best[edge->to]].chaining.carried == CONSTRAINT_TRUE &&
            walk->states[walk->best[edge->to]].hops < state.hops)
            continue;
        if (!chaining_extend(walk->chainer, &before, i, &state.chaining) || is_covered(walk, &state, level_start))
            continue;
        if (walk->per_node[edge->to] == STATES_PER_NODE)
            state.chaining.carried = constraint_fact(edges->pool, "not fully decided");
        uint32_t best = walk->best[edge->to];
        state.other = walk->last[edge->to];
        if (!add_state(walk, state))
            return false;
        walk->last[edge->to] = walk->count - 1;
        walk->per_node[edge->to]++;
        if (best == MODEL_NONE ||
            (walk->states[best].hops == state.hops && state.conditional_hops < walk->states[best].conditional_hops))
            walk->best[edge->to] = walk->count - 1;
    }
    return !walk->failed;
}

static bool walk_open(struct walk *walk, struct chainer *chainer, const bool *allowed)
{
    const struct edges *edges = chainer->edges;
    *walk = (struct walk){.edges = edges, .chainer = chainer, .allowed = allowed};
    walk->best = malloc(((size_t)edges->node_count + 1) * sizeof *walk->best);
    walk->last = malloc(((size_t)edges->node_count + 1) * sizeof *walk->last);
    walk->per_node = calloc((size_t)edges->node_count + 1, sizeof *walk->per_node);
    if (walk->best == NULL || walk->last == NULL || walk->per_node == NULL)
        return false;
    for (uint32_t i = 0; i < edges->node_count; i++)
        walk->best[i] = walk->last[i] = MODEL_NONE;
    return true;
}

static void walk_close(struct walk *walk)
{
    free(walk->states);
    free(walk->best);
    free(walk->last);
    free(walk->per_node);
}

/* Breadth first, level by level, so that the first state at a node is one of fewest hops. */
static bool walk_run(struct walk *walk, uint32_t from, uint32_t max_hops)
{
    uint32_t level_start = 0, level_end;
    if (!expand(walk, from, MODEL_NONE, 0, from))
        return false;
    for (uint32_t hops = 1; hops < max_hops; hops++) {
        level_end = walk->count;
        if (level_start == level_end)
            break;
        for (uint32_t i = level_start; i < level_end; i++)
            if (!expand(walk, walk->states[i].node, i, level_end, from))
                return false;
        level_start = level_end;
    }
    return true;
}

static bool emit(const struct edges *edges, uint32_t *hops, uint32_t count, constraint residual,
                 bool (*each)(const struct chain *chain, void *context), void *context)
{
    struct chain chain = {.hop_count = count, .edges = hops, .verdict = VERDICT_ALLOWED, .residual = residual};
    if (residual != CONSTRAINT_TRUE)
        chain.verdict = VERDICT_CONDITIONAL;
    for (uint32_t i = 0; i < count; i++)
        if (edges->edges[hops[i]].verdict != VERDICT_ALLOWED)
            chain.verdict = VERDICT_CONDITIONAL;
    return each(&chain, context);
}

static void unwind(const struct walk *walk, uint32_t state, uint32_t *hops)
{
    for (; state != MODEL_NONE; state = walk->states[state].previous)
        hops[walk->states[state].hops - 1] = walk->states[state].edge;
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

bool chains_reach(const struct edges *edges, uint32_t from, const struct chain_limits *limits,
                  bool (*each)(const struct chain *chain, void *context), void *context)
{
    struct walk walk = {0};
    struct chainer chainer;
    uint32_t max_hops = hop_limit(limits), count = 0;
    struct found *found = NULL;
    uint32_t *hops = calloc((size_t)max_hops + 1, sizeof *hops);
    bool good = chainer_open(&chainer, edges) && walk_open(&walk, &chainer, NULL) && hops != NULL &&
                walk_run(&walk, from, max_hops);
    if (good) {
        found = calloc((size_t)edges->node_count + 1, sizeof *found);
        good = found != NULL;
    }
    for (uint32_t i = 0; good && i < edges->node_count; i++)
        if (walk.best[i] != MODEL_NONE)
            found[count++] = (struct found){walk.states[walk.best[i]].hops, i, walk.best[i]};
    if (count > 0)
        qsort(found, count, sizeof *found, compare_found);
    for (uint32_t i = 0; i < count; i++) {
        unwind(&walk, found[i].state, hops);
        if (!emit(edges, hops, found[i].hops, walk.states[found[i].state].chaining.carried, each, context))
            break;
    }
    free(found);
    free(hops);
    walk_close(&walk);
    chainer_close(&chainer);
    return good;
}

/* ---- towards one role */

struct towards {
    const struct edges *edges;
    struct chainer *chainer;
    uint32_t *distance; /* hops to the role, ignoring whether conditions hold together; MODEL_NONE: none */
    uint32_t *next;     /* the edge to take */
    uint32_t *order;    /* nodes by distance */
    uint32_t count;
};

static bool measure(struct towards *towards, uint32_t role, uint32_t max_hops)
{
    const struct edges *edges = towards->edges;
    towards->distance = malloc(((size_t)edges->node_count + 1) * sizeof *towards->distance);
    towards->next = calloc((size_t)edges->node_count + 1, sizeof *towards->next);
    towards->order = calloc((size_t)edges->node_count + 1, sizeof *towards->order);
    if (towards->distance == NULL || towards->next == NULL || towards->order == NULL)
        return false;
    for (uint32_t i = 0; i < edges->node_count; i++)
        towards->distance[i] = MODEL_NONE;
    towards->distance[role] = 0;
    towards->order[towards->count++] = role;
    for (uint32_t head = 0; head < towards->count; head++) {
        uint32_t node = towards->order[head], distance = towards->distance[node];
        if (distance == max_hops)
            break;
        for (uint32_t i = edges->in_first[node]; i < edges->in_first[node + 1]; i++) {
            const struct edge *edge = &edges->edges[edges->in_edges[i]];
            uint32_t *known = &towards->distance[edge->from];
            if (*known == MODEL_NONE) {
                *known = distance + 1;
                towards->next[edge->from] = edges->in_edges[i];
                towards->order[towards->count++] = edge->from;
            } else if (*known == distance + 1 && edge->verdict == VERDICT_ALLOWED &&
                       edges->edges[towards->next[edge->from]].verdict != VERDICT_ALLOWED) {
                towards->next[edge->from] = edges->in_edges[i];
            }
        }
    }
    return true;
}

/* Follows the plain shortest way; false if its conditions cannot hold together. */
static bool follow(const struct towards *towards, uint32_t node, uint32_t role, uint32_t *hops, uint32_t *count,
                   constraint *residual)
{
    struct chaining state = CHAINING_START, after;
    *count = 0;
    while (node != role) {
        if (!chaining_extend(towards->chainer, &state, towards->next[node], &after))
            return false;
        state = after;
        hops[(*count)++] = towards->next[node];
        node = towards->edges->edges[towards->next[node]].to;
    }
    *residual = state.carried;
    return true;
}

static bool search_forward(const struct towards *towards, const bool *allowed, uint32_t node, uint32_t role,
                           uint32_t max_hops, uint32_t *hops, uint32_t *count, constraint *residual)
{
    struct walk walk;
    bool good = walk_open(&walk, towards->chainer, allowed) && walk_run(&walk, node, max_hops);
    *count = 0;
    if (good && walk.best[role] != MODEL_NONE) {
        *count = walk.states[walk.best[role]].hops;
        *residual = walk.states[walk.best[role]].chaining.carried;
        unwind(&walk, walk.best[role], hops);
    }
    walk_close(&walk);
    return good;
}

struct arrival {
    uint32_t hops, node, first; /* first: where its edges begin in the list */
    constraint residual;
};

static int compare_arrivals(const void *a, const void *b)
{
    const struct arrival *x = a, *y = b;
    if (x->hops != y->hops)
        return x->hops < y->hops ? -1 : 1;
    return (x->node > y->node) - (x->node < y->node);
}

bool chains_who_can(const struct edges *edges, uint32_t role, const struct chain_limits *limits,
                    bool (*each)(const struct chain *chain, void *context), void *context)
{
    struct chainer chainer;
    struct towards towards = {.edges = edges, .chainer = &chainer};
    uint32_t max_hops = hop_limit(limits), arrival_count = 0, stored = 0, room = 0;
    uint32_t *hops = calloc((size_t)max_hops + 1, sizeof *hops), *list = NULL;
    bool *allowed = calloc((size_t)edges->node_count + 1, sizeof *allowed);
    struct arrival *arrivals = NULL;
    bool good = chainer_open(&chainer, edges) && hops != NULL && allowed != NULL && measure(&towards, role, max_hops);
    if (good) {
        arrivals = calloc((size_t)towards.count + 1, sizeof *arrivals);
        good = arrivals != NULL;
        for (uint32_t i = 0; i < towards.count; i++)
            allowed[towards.order[i]] = true;
    }
    for (uint32_t i = 1; good && i < towards.count; i++) {
        uint32_t node = towards.order[i], count = 0;
        constraint residual = CONSTRAINT_TRUE;
        if (!follow(&towards, node, role, hops, &count, &residual))
            good = search_forward(&towards, allowed, node, role, max_hops, hops, &count, &residual);
        if (!good || count == 0)
            continue;
        if (stored + count > room) {
            room = (stored + count) * 2 + 64;
            uint32_t *grown = realloc(list, room * sizeof *grown);
            if (grown == NULL) {
                good = false;
                break;
            }
            list = grown;
        }
        memcpy(list + stored, hops, count * sizeof *hops);
        arrivals[arrival_count++] = (struct arrival){count, node, stored, residual};
        stored += count;
    }
    if (good && arrival_count > 0)
        qsort(arrivals, arrival_count, sizeof *arrivals, compare_arrivals);
    for (uint32_t i = 0; good && i < arrival_count; i++)
        if (!emit(edges, list + arrivals[i].first, arrivals[i].hops, arrivals[i].residual, each, context))
            break;
    free(towards.distance);
    free(towards.next);
    free(towards.order);
    chainer_close(&chainer);
    free(arrivals);
    free(list);
    free(allowed);
    free(hops);
    return good;
}

/* ---- all chains between two */

struct enumeration {
    const struct edges *edges;
    struct chainer *chainer;
    uint32_t to, max_hops;
    uint64_t chains_left, steps_left;
    const uint32_t *distance; /* to the goal */
    uint32_t *hops;           /* edge taken at each depth */
    uint32_t *cursor;         /* next edge to try at each depth */
    struct chaining *states;
    bool *on_path;
    bool stopped;
};

/* Depth first without recursion, for chains of exactly `length` hops. */
static void enumerate(struct enumeration *work, uint32_t from, uint32_t length,
                      bool (*each)(const struct chain *chain, void *context), void *context)
{
    const struct edges *edges = work->edges;
    uint32_t depth = 0, node = from;
    work->states[0] = CHAINING_START;
    work->cursor[0] = edges->out_first[from];
    work->on_path[from] = true;
    for (;;) {
        node = depth == 0 ? from : edges->edges[work->hops[depth - 1]].to;
        if (work->cursor[depth] >= edges->out_first[node + 1] || work->stopped) {
            work->on_path[node] = false;
            if (depth == 0)
                return;
            depth--;
            continue;
        }
        uint32_t index = work->cursor[depth]++;
        const struct edge *edge = &edges->edges[index];
        uint32_t left = length - depth - 1;
        if (work->steps_left == 0) {
            work->stopped = true;
            continue;
        }
        work->steps_left--;
        if (work->on_path[edge->to] || work->distance[edge->to] > left || (edge->to == work->to) != (left == 0) ||
            !chaining_extend(work->chainer, &work->states[depth], index, &work->states[depth + 1]))
            continue;
        work->hops[depth] = index;
        if (left == 0) {
            if (work->chains_left-- == 0 ||
                !emit(edges, work->hops, length, work->states[length].carried, each, context))
                work->stopped = true;
            continue;
        }
        depth++;
        work->on_path[edge->to] = true;
        work->cursor[depth] = edges->out_first[edge->to];
    }
}

bool chains_all(const struct edges *edges, uint32_t from, uint32_t to, const struct chain_limits *limits,
                bool (*each)(const struct chain *chain, void *context), void *context, bool *complete)
{
    struct chainer chainer;
    struct towards towards = {.edges = edges};
    uint32_t max_hops = limits != NULL && limits->max_hops > 0 ? limits->max_hops : 8;
    struct enumeration work = {.edges = edges, .chainer = &chainer, .to = to, .max_hops = max_hops};
    work.chains_left = limits != NULL && limits->max_chains > 0 ? limits->max_chains : 10000;
    work.steps_left = limits != NULL && limits->max_steps > 0 ? limits->max_steps : 10000000;
    work.hops = calloc((size_t)max_hops + 2, sizeof *work.hops);
    work.cursor = calloc((size_t)max_hops + 2, sizeof *work.cursor);
    work.states = calloc((size_t)max_hops + 2, sizeof *work.states);
    work.on_path = calloc((size_t)edges->node_count + 1, sizeof *work.on_path);
    bool good = chainer_open(&chainer, edges) && work.hops != NULL && work.cursor != NULL && work.states != NULL &&
                work.on_path != NULL && measure(&towards, to, max_hops);
    work.distance = towards.distance;
    for (uint32_t length = 1; good && length <= max_hops && !work.stopped && from != to; length++)
        enumerate(&work, from, length, each, context);
    *complete = !work.stopped;
    free(towards.distance);
    free(towards.next);
    free(towards.order);
    chainer_close(&chainer);
    free(work.hops);
    free(work.cursor);
    free(work.states);
    free(work.on_path);
    return good && !constraint_pool_failed(edges->pool);
}
