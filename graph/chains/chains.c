#include "graph/chains/chains_inside.h"

#include "ingest/support/array.h"
#include "ingest/support/order.h"
#include <stdlib.h>
#include <string.h>

/* If all searches for conditional chains to one role take more steps than this, one chain per caller has to suffice. */
#define MOST_STEPS 50000000u
/* For a permission class: its users have no chain. */
#define NOBODY (MODEL_NONE - 1)
#define NOT_ALL_CHAINS "another chain that was not examined is possible"

static uint32_t hop_limit(const struct edges *edges, const struct chain_limits *limits)
{
    return limits != NULL && limits->max_hops > 0 ? limits->max_hops : edges->node_count;
}

/* What is known about all chains between two nodes, and one of them. */
struct found {
    uint32_t hops, node, first; /* first: where its hops begin in the list */
    constraint residual, own;
};

struct found_list {
    struct found *list;
    uint32_t count, room;
    struct hop *hops;
    uint32_t hop_count, hop_room;
    bool *known; /* per node: it is in the list */
};

static int compare_found(const void *a, const void *b)
{
    const struct found *x = a, *y = b;
    if (x->hops != y->hops)
        return x->hops < y->hops ? -1 : 1;
    return (x->node > y->node) - (x->node < y->node);
}

/* Adds one; the caller fills in its hops. */
static struct hop *add_found(struct found_list *found, uint32_t node, uint32_t hops, constraint residual,
                             constraint own)
{
    struct found next = {hops, node, found->hop_count, residual, own};
    ARRAY_ADD(found->list, found->count, found->room, next);
    ARRAY_RESERVE(found->hops, found->hop_count + hops, found->hop_room);
    found->hop_count += hops;
    found->known[node] = true;
    return found->hops + next.first;
}

static void hand_out(struct found_list *found, bool (*each)(const struct chain *chain, void *context), void *context)
{
    bool more = true;
    if (found->count > 1)
        qsort(found->list, found->count, sizeof *found->list, compare_found);
    for (uint32_t i = 0; i < found->count && more; i++) {
        const struct found *next = &found->list[i];
        const struct chain chain = {.hop_count = next->hops,
                                    .hops = found->hops + next->first,
                                    .verdict =
                                        next->residual == CONSTRAINT_TRUE ? VERDICT_ALLOWED : VERDICT_CONDITIONAL,
                                    .residual = next->residual,
                                    .own = next->own};
        more = each(&chain, context);
    }
    free(found->list);
    free(found->hops);
    free(found->known);
}

/* Takes what the walk found about the node `at` as the result for `node`. */
static void add_together(struct found_list *found, const struct walk *walk, uint32_t at, uint32_t node)
{
    struct together together;
    if (!walk_together(walk, at, &together))
        return;
    const struct state *state = &walk->states[together.state];
    walk_unwind(walk, together.state, add_found(found, node, state->hops, together.residual, state->carried));
}

/* ---- from one node */

struct chains_search {
    struct walk walk;
    struct chainer chainer;
    uint32_t max_hops;
    bool *known; /* per node: all false between two searches */
};

struct chains_search *chains_search_open(const struct edges *edges, const struct chain_limits *limits)
{
    struct chains_search *search = memory_zeroed(1, sizeof *search);
    search->max_hops = hop_limit(edges, limits);
    search->known = memory_zeroed(edges->node_count, sizeof *search->known);
    chainer_open(&search->chainer, edges);
    walk_open(&search->walk, &search->chainer, limits != NULL ? limits->within : NULL);
    search->walk.one_by_one = true;
    return search;
}

void chains_search_close(struct chains_search *search)
{
    if (search == NULL)
        return;
    walk_close(&search->walk);
    chainer_close(&search->chainer);
    free(search->known);
    free(search);
}

/* What the walk found about the nodes; only about the goal, if there is one. */
static void add_reached(struct found_list *found, const struct walk *walk, uint32_t goal)
{
    uint32_t *nodes = memory_zeroed((size_t)walk->count + 1, sizeof *nodes), count = 0;
    for (uint32_t i = 0; i < walk->count; i++)
        if (goal == MODEL_NONE || walk->states[i].hop.to == goal)
            nodes[count++] = walk->states[i].hop.to;
    if (count > 1)
        qsort(nodes, count, sizeof *nodes, order_numbers);
    for (uint32_t i = 0; i < count; i++)
        if (!found->known[nodes[i]])
            add_together(found, walk, nodes[i], nodes[i]);
    free(nodes);
}

static bool is_known(const struct found_list *found, uint32_t goal)
{
    return goal != MODEL_NONE && found->known[goal];
}

static bool search_from(struct chains_search *search, uint32_t from, uint32_t goal,
                        bool (*each)(const struct chain *chain, void *context), void *context)
{
    struct walk *walk = &search->walk;
    bool complete = true;
    struct found_list found = {.known = search->known};
    for (int round = chaining_begins_laden(walk->edges, from) ? 1 : 0; round < 2 && !is_known(&found, goal); round++) {
        walk->sure_only = round == 0;
        walk_reset(walk);
        bool all = walk_run(walk, from, search->max_hops);
        add_reached(&found, walk, goal);
        /* A chain cannot contain more nodes than there are. */
        complete = complete && (all || search->max_hops >= walk->edges->node_count);
    }
    for (uint32_t i = 0; i < found.count; i++)
        search->known[found.list[i].node] = false;
    found.known = NULL;
    hand_out(&found, each, context);
    return complete;
}

bool chains_search_from(struct chains_search *search, uint32_t from,
                        bool (*each)(const struct chain *chain, void *context), void *context)
{
    return search_from(search, from, MODEL_NONE, each, context);
}

static bool reach(const struct edges *edges, uint32_t from, uint32_t goal, const struct chain_limits *limits,
                  bool (*each)(const struct chain *chain, void *context), void *context)
{
    struct chains_search *search = chains_search_open(edges, limits);
    bool complete = search_from(search, from, goal, each, context);
    chains_search_close(search);
    return complete;
}

bool chains_reach(const struct edges *edges, uint32_t from, const struct chain_limits *limits,
                  bool (*each)(const struct chain *chain, void *context), void *context)
{
    return reach(edges, from, MODEL_NONE, limits, each, context);
}

bool chains_between(const struct edges *edges, uint32_t from, uint32_t to, const struct chain_limits *limits,
                    bool (*each)(const struct chain *chain, void *context), void *context)
{
    return reach(edges, from, to, limits, each, context);
}

bool chains_of_pair(const struct edges *edges, uint32_t from, uint32_t to, uint32_t max_hops,
                    bool (*each)(const struct chain *chain, void *context), void *context)
{
    const struct chain_limits plain = {.max_hops = max_hops};
    if (!edges->with_control)
        return chains_between(edges, from, to, &plain, each, context);
    bool *allowed = memory_zeroed(edges->node_count, sizeof *allowed);
    const struct chain_limits limits = {.max_hops = max_hops, .within = allowed};
    allowed[to] = true;
    chains_reach_backwards(edges, allowed);
    struct chains_search *search = chains_search_open(edges, &limits);
    search->chainer.within = allowed;
    search->walk.narrow = true;
    bool complete = search_from(search, from, to, each, context);
    chains_search_close(search);
    free(allowed);
    return complete;
}

void chains_to(const struct edges *edges, uint32_t from, uint32_t to,
               bool (*each)(const struct chain *chain, void *context), void *context)
{
    struct walk walk;
    struct chainer chainer;
    struct towards towards;
    struct found_list found = {.known = memory_zeroed(edges->node_count, sizeof *found.known)};
    bool *allowed = memory_zeroed(edges->node_count, sizeof *allowed);
    towards_open(&towards, edges, to, edges->node_count, false);
    for (uint32_t i = 0; i < towards.count; i++)
        allowed[towards.order[i]] = true;
    chainer_open(&chainer, edges);
    walk_open(&walk, &chainer, allowed);
    walk.goal = to;
    walk.enough = 1;
    walk_run(&walk, from, edges->node_count);
    if (walk.best[to] != MODEL_NONE) {
        const struct state *state = &walk.states[walk.best[to]];
        walk_unwind(&walk, walk.best[to], add_found(&found, to, state->hops, state->carried, state->carried));
    }
    hand_out(&found, each, context);
    walk_close(&walk);
    chainer_close(&chainer);
    towards_close(&towards);
    free(allowed);
}

/* ---- towards one role */

struct callers {
    const struct edges *edges;
    uint32_t role, max_hops;
    struct chainer chainer;
    struct towards towards, sure;
    struct walk walk;
    struct found_list found;
    uint32_t *of_class; /* per permission class: a user of it that was already searched; MODEL_NONE: none */
};

/* Follows the shortest path; false if its conditions cannot hold together. */
static bool follow(struct chainer *chainer, const struct towards *towards, uint32_t node, uint32_t role,
                   struct hop *hops, constraint *residual)
{
    struct chaining state = CHAINING_START;
    state.path = hops;
    while (node != role) {
        if (!chaining_extend(chainer, &state, towards->next[node], &state.carried))
            return false;
        hops[state.hops++] = towards->next[node];
        node = towards->next[node].to;
    }
    *residual = state.carried;
    return true;
}

/* Each caller's shortest path, if the conditions of its hops can hold together. */
static bool add_shortest(struct callers *callers, const struct towards *towards, uint32_t node, const char *fact)
{
    struct hop *hops = memory_zeroed(towards->distance[node], sizeof *hops);
    constraint own = CONSTRAINT_TRUE;
    bool good = follow(&callers->chainer, towards, node, callers->role, hops, &own);
    if (good) {
        constraint residual = own;
        if (own != CONSTRAINT_TRUE && fact != NULL)
            residual = constraint_or(callers->edges->pool, own, constraint_fact(callers->edges->pool, fact));
        memcpy(add_found(&callers->found, node, towards->distance[node], residual, own), hops,
               towards->distance[node] * sizeof *hops);
    }
    free(hops);
    return good;
}

/* A user that no edge names and that nobody can become has the chains of its permission class. */
static uint32_t *class_of(const struct callers *callers, uint32_t node)
{
    const struct model *model = callers->edges->model;
    edge_end ends[EDGES_ENDS];
    uint32_t first, last;
    if (node >= model->principal_count || model->principals[node].is_role ||
        edges_targets(callers->edges, node, ends) > 1)
        return NULL;
    edges_in(callers->edges, node, &first, &last);
    uint32_t in = last - first, count = edges_sources(callers->edges, node, ends);
    edges_out(callers->edges, node, &first, &last);
    return in + (last - first) == 0 && count == 3 ? &callers->of_class[callers->edges->classes.permissions.of[node]]
                                                  : NULL;
}

static void copy_found(struct callers *callers, uint32_t node, uint32_t index)
{
    if (index == NOBODY)
        return;
    struct found known = callers->found.list[index];
    struct hop *hops = add_found(&callers->found, node, known.hops, known.residual, known.own);
    memcpy(hops, callers->found.hops + known.first, known.hops * sizeof *hops);
    hops[0].from = node;
}

static void look_at_chains(struct callers *callers, uint32_t node)
{
    const bool *sure = callers->walk.sure;
    if (chaining_begins_laden(callers->edges, node))
        callers->walk.sure = NULL;
    walk_run(&callers->walk, node, callers->max_hops);
    callers->walk.sure = sure;
    add_together(&callers->found, &callers->walk, callers->role, node);
    walk_reset(&callers->walk);
}

/* First those with a chain without conditions, each over a shortest one; then the others, nearest first. */
static void look_for_callers(struct callers *callers)
{
    const struct towards *towards = &callers->towards, *sure = &callers->sure;
    for (uint32_t i = 1; i < sure->count; i++)
        add_shortest(callers, sure, sure->order[i], NULL);
    for (uint32_t i = 1; i < towards->count; i++) {
        uint32_t node = towards->order[i], *same = class_of(callers, node);
        if (callers->found.known[node])
            continue;
        if (same != NULL && *same != MODEL_NONE) {
            copy_found(callers, node, *same);
            continue;
        }
        uint32_t index = callers->found.count;
        if (callers->walk.steps < MOST_STEPS || !add_shortest(callers, towards, node, NOT_ALL_CHAINS))
            look_at_chains(callers, node);
        if (same != NULL)
            *same = callers->found.count > index ? index : NOBODY;
    }
}

/* Whether somebody needs more hops than that. */
static bool is_farther(const struct callers *callers)
{
    struct towards all;
    if (callers->max_hops >= callers->edges->node_count)
        return false;
    towards_open(&all, callers->edges, callers->role, callers->edges->node_count, false);
    bool farther = all.count > callers->towards.count;
    towards_close(&all);
    return farther;
}

bool chains_who_can(const struct edges *edges, uint32_t role, const struct chain_limits *limits,
                    bool (*each)(const struct chain *chain, void *context), void *context)
{
    struct callers callers = {.edges = edges, .role = role, .max_hops = hop_limit(edges, limits)};
    uint32_t class_count = edges->classes.permissions.count;
    bool *allowed = memory_zeroed(edges->node_count, sizeof *allowed), *sure = NULL;
    callers.found.known = memory_zeroed(edges->node_count, sizeof *callers.found.known);
    callers.of_class = memory_zeroed(class_count, sizeof *callers.of_class);
    for (uint32_t i = 0; i < class_count; i++)
        callers.of_class[i] = MODEL_NONE;
    chainer_open(&callers.chainer, edges);
    callers.chainer.within = edges->with_control ? allowed : NULL;
    towards_open(&callers.towards, edges, role, callers.max_hops, false);
    towards_open(&callers.sure, edges, role, callers.max_hops, true);
    for (uint32_t i = 0; i < callers.towards.count; i++)
        allowed[callers.towards.order[i]] = true;
    walk_open(&callers.walk, &callers.chainer, allowed);
    callers.walk.goal = role;
    callers.walk.narrow = edges->with_control;
    /* If a caller has a chain without conditions, other chains add nothing, except a shorter one within a limit on
     * hops. */
    if (callers.max_hops >= edges->node_count) {
        callers.walk.sure = sure = memory_zeroed(edges->node_count, sizeof *sure);
        for (uint32_t i = 1; i < callers.sure.count; i++)
            sure[callers.sure.order[i]] = true;
    }
    look_for_callers(&callers);
    if (limits != NULL && limits->spent != NULL)
        *limits->spent += callers.walk.steps;
    bool complete = !is_farther(&callers);
    hand_out(&callers.found, each, context);
    towards_close(&callers.towards);
    towards_close(&callers.sure);
    walk_close(&callers.walk);
    chainer_close(&callers.chainer);
    free(callers.of_class);
    free(allowed);
    free(sure);
    return complete;
}
