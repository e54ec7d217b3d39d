#include "graph/chains/chains.h"

#include "graph/chains/role_chaining.h"
#include "graph/policy/context_key.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define DEFAULT_HOPS 64u
/* Above so many different sets of demands at one node they are not told apart any more: what goes on from there is
 * taken to be possible, and conditional. */
#define STATES_PER_NODE 64u

/* One way to stand at a role: reached over an edge from another such state. */
struct state {
    struct hop hop;    /* the last one */
    uint32_t previous; /* state before it; MODEL_NONE for the first hop */
    uint32_t hops, conditional_hops;
    uint32_t other; /* the state before it at the same node; MODEL_NONE */
    struct chaining chaining;
};

/* With which demands the edges of a group were followed, or its members entered. */
struct passage {
    edge_end end;
    constraint carried, residual;
    uint32_t level, conditional_hops;
    bool used;
};

struct walk {
    const struct edges *edges;
    struct chainer *chainer;
    const bool *allowed; /* per node, NULL: all */
    struct state *states;
    uint32_t count, room;
    uint32_t *best;           /* per node: its first state, or MODEL_NONE */
    uint32_t *last;           /* per node: its last state */
    uint8_t *per_node;        /* how many states */
    struct passage *passages; /* open addressing */
    uint32_t passage_count, passage_room;
    uint8_t *per_group; /* how many different passages out of it */
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

/* ---- passages through groups */

static struct passage *passage_slot(struct passage *table, uint32_t room, const struct passage *wanted)
{
    uint64_t hash = wanted->end * 0x9E3779B97F4A7C15u;
    hash = (hash ^ wanted->carried) * 0xBF58476D1CE4E5B9u;
    hash = (hash ^ wanted->residual) * 0x94D049BB133111EBu;
    for (uint32_t i = (uint32_t)(hash >> 32) & (room - 1);; i = (i + 1) & (room - 1)) {
        struct passage *slot = &table[i];
        if (!slot->used ||
            (slot->end == wanted->end && slot->carried == wanted->carried && slot->residual == wanted->residual))
            return slot;
    }
}

static bool grow_passages(struct walk *walk)
{
    uint32_t room = walk->passage_room == 0 ? 256 : walk->passage_room * 2;
    struct passage *grown = calloc(room, sizeof *grown);
    if (grown == NULL)
        return false;
    for (uint32_t i = 0; i < walk->passage_room; i++)
        if (walk->passages[i].used)
            *passage_slot(grown, room, &walk->passages[i]) = walk->passages[i];
    free(walk->passages);
    walk->passages = grown;
    walk->passage_room = room;
    return true;
}

/* Whether somebody no farther away passed here with the same demands; if not, this passage is remembered. */
static bool passed_before(struct walk *walk, struct passage passage)
{
    if (walk->passage_count * 2 >= walk->passage_room && !grow_passages(walk)) {
        walk->failed = true;
        return true;
    }
    struct passage *slot = passage_slot(walk->passages, walk->passage_room, &passage);
    if (slot->used && (slot->level < passage.level || slot->conditional_hops <= passage.conditional_hops))
        return true;
    walk->passage_count += !slot->used;
    *slot = passage;
    slot->used = true;
    return false;
}

/* Demands that mean something else on another way: what earlier hops passed. */
static bool looks_back(const struct constraint_key *key, bool fact, void *context)
{
    bool *found = context;
    if (!fact && key->hop == 0 &&
        (strncasecmp(key->name, "aws:PrincipalTag/", 17) == 0 || strcasecmp(key->name, "aws:SourceIdentity") == 0 ||
         strcasecmp(key->name, "sts:SourceIdentity") == 0 || strcasecmp(key->name, KEY_CALLER_SESSION) == 0))
        *found = true;
    return !*found;
}

static bool depends_on_way(const struct walk *walk, constraint formula)
{
    bool found = false;
    if (formula > CONSTRAINT_TRUE)
        constraint_each_key(walk->edges->pool, formula, looks_back, &found);
    return found;
}

/* ---- forwards */

/* Whether a state at the node already covers this one: it has the same or no demands, and is no longer. */
static bool is_covered(const struct walk *walk, const struct state *state, uint32_t level_start)
{
    if (walk->per_node[state->hop.to] > STATES_PER_NODE)
        return true;
    for (uint32_t i = walk->last[state->hop.to]; i != MODEL_NONE; i = walk->states[i].other) {
        const struct state *other = &walk->states[i];
        if (i >= level_start && other->conditional_hops > state->conditional_hops)
            continue;
        if (other->chaining.carried == CONSTRAINT_TRUE || other->chaining.carried == state->chaining.carried)
            return true;
    }
    return false;
}

/* Where an expansion stands. */
struct standing {
    uint32_t node, state; /* state MODEL_NONE: the start */
    uint32_t start, level_start;
    uint32_t hops, conditional_hops; /* of the next state, without the edge's own condition */
    struct chaining before;
};

static void enter_node(struct walk *walk, const struct standing *at, uint32_t edge_index, uint32_t to)
{
    const struct edge *edge = &walk->edges->edges[edge_index];
    struct state state = {.hop = {at->node, to, edge_index},
                          .previous = at->state,
                          .hops = at->hops,
                          .conditional_hops = at->conditional_hops + (edge->verdict != VERDICT_ALLOWED)};
    uint32_t best = walk->best[to];
    if (to == at->start || to == at->node || (walk->allowed != NULL && !walk->allowed[to]))
        return;
    /* An unconditional node needs no second look. */
    if (best != MODEL_NONE && walk->states[best].chaining.carried == CONSTRAINT_TRUE &&
        walk->states[best].hops < state.hops)
        return;
    if (!chaining_extend(walk->chainer, &at->before, state.hop, &state.chaining) ||
        is_covered(walk, &state, at->level_start))
        return;
    if (walk->per_node[to] == STATES_PER_NODE)
        state.chaining.carried = constraint_fact(walk->edges->pool, "not fully decided");
    state.other = walk->last[to];
    if (!add_state(walk, state))
        return;
    walk->last[to] = walk->count - 1;
    walk->per_node[to]++;
    if (best == MODEL_NONE ||
        (walk->states[best].hops == state.hops && state.conditional_hops < walk->states[best].conditional_hops))
        walk->best[to] = walk->count - 1;
}

static void follow_edge(struct walk *walk, const struct standing *at, uint32_t index)
{
    const struct edge *edge = &walk->edges->edges[index];
    uint32_t count, conditional = at->conditional_hops + (edge->verdict != VERDICT_ALLOWED);
    const uint32_t *members = edges_members(walk->edges, &edge->to, &count);
    if ((edge->to & EDGE_GROUP) != 0 && edge->kind == EDGE_ASSUME && !depends_on_way(walk, edge->residual) &&
        !depends_on_way(walk, at->before.carried) &&
        passed_before(walk,
                      (struct passage){edge->to, at->before.carried, edge->residual, at->hops, conditional, false}))
        return;
    for (uint32_t i = 0; i < count && !walk->failed; i++)
        enter_node(walk, at, index, members[i]);
}

/* Whether the edges of the group need not be followed from here. */
static bool leaves_group(struct walk *walk, const struct standing *at, edge_end end)
{
    uint8_t *passages = &walk->per_group[end & ~EDGE_GROUP];
    if (depends_on_way(walk, at->before.carried))
        return false;
    /* Once somebody passed without any demand, all that is left are shorter or surer ways. */
    struct passage passage = {end, at->before.carried, CONSTRAINT_TRUE, at->hops, at->conditional_hops, false};
    if (*passages > STATES_PER_NODE || passed_before(walk, passage))
        return true;
    ++*passages;
    return false;
}

static bool expand(struct walk *walk, uint32_t from_node, uint32_t from_state, uint32_t level_start, uint32_t start)
{
    struct standing at = {.node = from_node,
                          .state = from_state,
                          .start = start,
                          .level_start = level_start,
                          .hops = 1,
                          .before = CHAINING_START};
    edge_end sources[3];
    uint32_t source_count = edges_sources(walk->edges, from_node, sources);
    if (from_state != MODEL_NONE) {
        at.before = walk->states[from_state].chaining;
        at.hops = walk->states[from_state].hops + 1;
        at.conditional_hops = walk->states[from_state].conditional_hops;
    }
    for (uint32_t i = 0; i < source_count && !walk->failed; i++) {
        uint32_t first, last;
        if ((sources[i] & EDGE_GROUP) != 0 && leaves_group(walk, &at, sources[i]))
            continue;
        if (i > 0 && walk->per_group[sources[i] & ~EDGE_GROUP] > STATES_PER_NODE)
            at.before.carried = constraint_fact(walk->edges->pool, "not fully decided");
        edges_out(walk->edges, sources[i], &first, &last);
        for (uint32_t j = first; j < last && !walk->failed; j++)
            follow_edge(walk, &at, j);
    }
    return !walk->failed;
}

static void walk_close(struct walk *walk)
{
    free(walk->states);
    free(walk->best);
    free(walk->last);
    free(walk->per_node);
    free(walk->passages);
    free(walk->per_group);
}

static bool walk_open(struct walk *walk, struct chainer *chainer, const bool *allowed)
{
    const struct edges *edges = chainer->edges;
    *walk = (struct walk){.edges = edges, .chainer = chainer, .allowed = allowed};
    walk->best = malloc(((size_t)edges->node_count + 1) * sizeof *walk->best);
    walk->last = malloc(((size_t)edges->node_count + 1) * sizeof *walk->last);
    walk->per_node = calloc((size_t)edges->node_count + 1, sizeof *walk->per_node);
    walk->per_group = calloc((size_t)edges->group_count + 1, sizeof *walk->per_group);
    if (walk->best == NULL || walk->last == NULL || walk->per_node == NULL || walk->per_group == NULL)
        return false;
    for (uint32_t i = 0; i < edges->node_count; i++)
        walk->best[i] = walk->last[i] = MODEL_NONE;
    return true;
}

/* Makes the walk fit for another start; costs what the last one visited. */
static void walk_reset(struct walk *walk)
{
    for (uint32_t i = 0; i < walk->count; i++) {
        uint32_t node = walk->states[i].hop.to;
        walk->best[node] = walk->last[node] = MODEL_NONE;
        walk->per_node[node] = 0;
    }
    for (uint32_t i = 0; i < walk->passage_room; i++)
        if (walk->passages[i].used) {
            walk->per_group[walk->passages[i].end & ~EDGE_GROUP] = 0;
            walk->passages[i].used = false;
        }
    walk->count = walk->passage_count = 0;
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
            if (!expand(walk, walk->states[i].hop.to, i, level_end, from))
                return false;
        level_start = level_end;
    }
    return true;
}

static bool emit(const struct edges *edges, const struct hop *hops, uint32_t count, constraint residual,
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

static void unwind(const struct walk *walk, uint32_t state, struct hop *hops)
{
    for (; state != MODEL_NONE; state = walk->states[state].previous)
        hops[walk->states[state].hops - 1] = walk->states[state].hop;
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
    struct hop *hops = calloc((size_t)max_hops + 1, sizeof *hops);
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
    struct hop *next;   /* the hop to take */
    uint32_t *order;    /* nodes by distance */
    uint32_t count;
    uint8_t *entered;     /* per group: 1 its members were reached over a conditional edge, 2 over a sure one */
    uint32_t *entered_at; /* at which distance */
};

static void reach_from(struct towards *towards, uint32_t index, uint32_t from, uint32_t to, uint32_t distance)
{
    const struct edge *edges = towards->edges->edges;
    uint32_t *known = &towards->distance[from];
    if (*known == MODEL_NONE) {
        *known = distance;
        towards->next[from] = (struct hop){from, to, index};
        towards->order[towards->count++] = from;
    } else if (*known == distance && edges[index].verdict == VERDICT_ALLOWED &&
               edges[towards->next[from].edge].verdict != VERDICT_ALLOWED) {
        towards->next[from] = (struct hop){from, to, index};
    }
}

/* Over one edge into the node. The members of a group need no second visit from as far or farther, unless surer. */
static void reach_over(struct towards *towards, uint32_t index, uint32_t node, uint32_t distance)
{
    const struct edge *edge = &towards->edges->edges[index];
    uint32_t count;
    const uint32_t *members = edges_members(towards->edges, &edge->from, &count);
    if ((edge->from & EDGE_GROUP) != 0) {
        uint32_t group = edge->from & ~EDGE_GROUP;
        uint8_t how = edge->verdict == VERDICT_ALLOWED ? 2 : 1;
        if (towards->entered[group] != 0 && (towards->entered_at[group] < distance || towards->entered[group] >= how))
            return;
        towards->entered[group] = how;
        towards->entered_at[group] = distance;
    }
    for (uint32_t i = 0; i < count; i++)
        if (members[i] != node)
            reach_from(towards, index, members[i], node, distance);
}

static bool measure(struct towards *towards, uint32_t role, uint32_t max_hops)
{
    const struct edges *edges = towards->edges;
    towards->distance = malloc(((size_t)edges->node_count + 1) * sizeof *towards->distance);
    towards->next = calloc((size_t)edges->node_count + 1, sizeof *towards->next);
    towards->order = calloc((size_t)edges->node_count + 1, sizeof *towards->order);
    towards->entered = calloc((size_t)edges->group_count + 1, sizeof *towards->entered);
    towards->entered_at = calloc((size_t)edges->group_count + 1, sizeof *towards->entered_at);
    if (towards->distance == NULL || towards->next == NULL || towards->order == NULL || towards->entered == NULL ||
        towards->entered_at == NULL)
        return false;
    for (uint32_t i = 0; i < edges->node_count; i++)
        towards->distance[i] = MODEL_NONE;
    towards->distance[role] = 0;
    towards->order[towards->count++] = role;
    for (uint32_t head = 0; head < towards->count; head++) {
        uint32_t node = towards->order[head], distance = towards->distance[node];
        edge_end targets[3];
        uint32_t target_count = edges_targets(edges, node, targets);
        if (distance == max_hops)
            break;
        for (uint32_t t = 0; t < target_count; t++) {
            uint32_t first, last;
            edges_in(edges, targets[t], &first, &last);
            for (uint32_t i = first; i < last; i++)
                reach_over(towards, edges->in_edges[i], node, distance + 1);
        }
    }
    return true;
}

static void towards_close(struct towards *towards)
{
    free(towards->distance);
    free(towards->next);
    free(towards->order);
    free(towards->entered);
    free(towards->entered_at);
}

/* Follows the plain shortest way; false if its conditions cannot hold together. */
static bool follow(const struct towards *towards, uint32_t node, uint32_t role, struct hop *hops, uint32_t *count,
                   constraint *residual)
{
    struct chaining state = CHAINING_START, after;
    *count = 0;
    while (node != role) {
        if (!chaining_extend(towards->chainer, &state, towards->next[node], &after))
            return false;
        state = after;
        hops[(*count)++] = towards->next[node];
        node = towards->next[node].to;
    }
    *residual = state.carried;
    return true;
}

static bool search_forward(struct walk *walk, uint32_t node, uint32_t role, uint32_t max_hops, struct hop *hops,
                           uint32_t *count, constraint *residual)
{
    bool good = walk_run(walk, node, max_hops);
    *count = 0;
    if (good && walk->best[role] != MODEL_NONE) {
        *count = walk->states[walk->best[role]].hops;
        *residual = walk->states[walk->best[role]].chaining.carried;
        unwind(walk, walk->best[role], hops);
    }
    walk_reset(walk);
    return good;
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

bool chains_who_can(const struct edges *edges, uint32_t role, const struct chain_limits *limits,
                    bool (*each)(const struct chain *chain, void *context), void *context)
{
    struct chainer chainer;
    struct towards towards = {.edges = edges, .chainer = &chainer};
    uint32_t max_hops = hop_limit(limits), arrival_count = 0, stored = 0, room = 0;
    struct hop *hops = calloc((size_t)max_hops + 1, sizeof *hops), *list = NULL;
    bool *allowed = calloc((size_t)edges->node_count + 1, sizeof *allowed);
    struct arrival *arrivals = NULL;
    struct walk walk = {0};
    bool good = chainer_open(&chainer, edges) && hops != NULL && allowed != NULL && measure(&towards, role, max_hops) &&
                walk_open(&walk, &chainer, allowed);
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
            good = search_forward(&walk, node, role, max_hops, hops, &count, &residual);
        if (!good || count == 0)
            continue;
        if (stored + count > room) {
            room = (stored + count) * 2 + 64;
            struct hop *grown = realloc(list, room * sizeof *grown);
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
    towards_close(&towards);
    walk_close(&walk);
    chainer_close(&chainer);
    free(arrivals);
    free(list);
    free(allowed);
    free(hops);
    return good;
}

bool chains_reach_backwards(const struct edges *edges, bool *reached)
{
    uint32_t *queue = malloc(((size_t)edges->node_count + 1) * sizeof *queue), tail = 0;
    bool *entered = calloc((size_t)edges->group_count + 1, sizeof *entered);
    bool *left = calloc((size_t)edges->group_count + 1, sizeof *left);
    bool good = queue != NULL && entered != NULL && left != NULL;
    for (uint32_t i = 0; good && i < edges->node_count; i++)
        if (reached[i])
            queue[tail++] = i;
    for (uint32_t head = 0; good && head < tail; head++) {
        edge_end targets[3];
        uint32_t target_count = edges_targets(edges, queue[head], targets);
        for (uint32_t t = 0; t < target_count; t++) {
            uint32_t first, last;
            if ((targets[t] & EDGE_GROUP) != 0) {
                if (left[targets[t] & ~EDGE_GROUP])
                    continue;
                left[targets[t] & ~EDGE_GROUP] = true;
            }
            edges_in(edges, targets[t], &first, &last);
            for (uint32_t i = first; i < last; i++) {
                const edge_end *from = &edges->edges[edges->in_edges[i]].from;
                uint32_t count;
                const uint32_t *members = edges_members(edges, from, &count);
                if ((*from & EDGE_GROUP) != 0) {
                    if (entered[*from & ~EDGE_GROUP])
                        continue;
                    entered[*from & ~EDGE_GROUP] = true;
                }
                for (uint32_t j = 0; j < count; j++)
                    if (!reached[members[j]]) {
                        reached[members[j]] = true;
                        queue[tail++] = members[j];
                    }
            }
        }
    }
    free(queue);
    free(entered);
    free(left);
    return good;
}

/* ---- all chains between two */

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
};

/* A pair with several edges is one step: over the exact one. */
static bool is_exact(const struct edges *edges, const struct hop *hop)
{
    const struct edge *edge = &edges->edges[hop->edge];
    return edge->kind != EDGE_ASSUME || edge == edges_between(edges, hop->from, hop->to);
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
        if (work->on_path[hop.to] || work->distance[hop.to] > left || (hop.to == work->to) != (left == 0) ||
            !is_exact(edges, &hop) ||
            !chaining_extend(work->chainer, &work->states[depth], hop, &work->states[depth + 1]))
            continue;
        work->hops[depth] = hop;
        if (left == 0) {
            if (work->chains_left-- == 0 ||
                !emit(edges, work->hops, length, work->states[length].carried, each, context))
                work->stopped = true;
            continue;
        }
        depth++;
        work->on_path[hop.to] = true;
        hop_cursor_begin(&work->cursor[depth], edges, hop.to);
    }
}

bool chains_all(const struct edges *edges, uint32_t from, uint32_t to, const struct chain_limits *limits,
                bool (*each)(const struct chain *chain, void *context), void *context, bool *complete)
{
    struct chainer chainer;
    struct towards towards = {.edges = edges};
    uint32_t max_hops = limits != NULL && limits->max_hops > 0 ? limits->max_hops : 8;
    struct enumeration work = {.edges = edges, .chainer = &chainer, .to = to};
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
    towards_close(&towards);
    chainer_close(&chainer);
    free(work.hops);
    free(work.cursor);
    free(work.states);
    free(work.on_path);
    return good;
}
