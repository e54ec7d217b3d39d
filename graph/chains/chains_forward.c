/*
 * The search for chains from a node, level by level.
 */
#include "graph/chains/chains_inside.h"

#include "graph/chains/role_chaining_inside.h"
#include "ingest/support/array.h"
#include <stdlib.h>
#include <strings.h>

/* Beyond this many different conditions at one node, its states are no longer distinguished: whatever continues from
 * there counts as possible, and conditional. */
#define STATES_PER_NODE 64u

/* ---- passages through groups */

/* Whether a state that is no farther away passed here with the same conditions, and excluded at most the node that
 * passes now; if not, this passage is remembered. */
static bool passed_before(struct gate *gate, struct passage passage)
{
    uint64_t hash = hash_number(hash_number((uint64_t)passage.end << 32 | passage.carried) ^ passage.residual);
    struct hash_probe probe = hash_index_probe(hash);
    for (uint32_t number; (number = hash_index_next(&gate->passage_index, &probe)) != HASH_INDEX_NONE;) {
        struct passage *known = &gate->passages[number];
        if (known->end != passage.end || known->carried != passage.carried || known->residual != passage.residual ||
            known->session != passage.session)
            continue;
        bool covers = known->level < passage.level || known->conditional_hops <= passage.conditional_hops;
        if (covers && (known->by_all || known->by == passage.by))
            return true;
        *known = passage;
        known->by_all = passage.by_all || covers;
        return false;
    }
    hash_index_add(&gate->passage_index, hash, gate->passage_count);
    ARRAY_ADD(gate->passages, gate->passage_count, gate->passage_room, passage);
    return false;
}

/* What a formula says about hops. */
enum of_hops {
    OF_HOPS_ASKED = 1,
    OF_HOPS_BEFORE = 2,  /* it means something else on another path: what earlier hops passed */
    OF_HOPS_PASSING = 4, /* it mentions what hops pass on */
    OF_LOAD_ASKED = 8,
    OF_LOAD = 16 /* session_is_laden */
};

static bool find_of_hops(const struct constraint_key *key, bool fact, void *context)
{
    uint8_t *found = context;
    if (fact)
        return true;
    if ((key->hop == 0 && session_look_of(key->name) != 0) || strcasecmp(key->name, "sts:SourceIdentity") == 0 ||
        strcasecmp(key->name, "sts:TransitiveTagKeys") == 0)
        *found |= OF_HOPS_BEFORE;
    if (session_names_passed(key->name))
        *found |= OF_HOPS_PASSING;
    return true;
}

static uint8_t of_hops(struct walk *walk, constraint formula)
{
    if (formula <= CONSTRAINT_TRUE)
        return OF_HOPS_ASKED;
    ARRAY_REACH(walk->of_hops, formula, walk->of_hops_room);
    if ((walk->of_hops[formula] & OF_HOPS_ASKED) == 0) {
        uint8_t found = OF_HOPS_ASKED;
        constraint_each_key(walk->edges->pool, formula, find_of_hops, &found);
        walk->of_hops[formula] |= found;
    }
    return walk->of_hops[formula];
}

static bool is_laden(struct walk *walk, constraint demands)
{
    if (demands <= CONSTRAINT_TRUE)
        return false;
    ARRAY_REACH(walk->of_hops, demands, walk->of_hops_room);
    if ((walk->of_hops[demands] & OF_LOAD_ASKED) == 0)
        walk->of_hops[demands] |= OF_LOAD_ASKED | (session_is_laden(walk->edges->pool, demands) ? (uint8_t)OF_LOAD : 0);
    return (walk->of_hops[demands] & OF_LOAD) != 0;
}

static bool depends_on_way(struct walk *walk, constraint formula)
{
    return (of_hops(walk, formula) & OF_HOPS_BEFORE) != 0;
}

/* ---- from one state */

/* Whether hops from the node may test what its sessions carry. */
static bool is_asked(struct walk *walk, uint32_t node)
{
    return !walk->sure_only && (walk->laden || session_is_asked(walk->chainer, node));
}

/* Whether the node accepts no further state. */
static bool is_full(const struct walk *walk, uint32_t node)
{
    return walk->per_node[node] > STATES_PER_NODE;
}

/* Whether a state at the node already covers this one: it plainly requires no more, later hops see the same session,
 * and it is no longer. So a path that asks for MFA twice is not followed if one asks for it once. */
static bool is_covered(const struct walk *walk, const struct state *state, bool asked)
{
    if (is_full(walk, state->hop.to))
        return true;
    const struct constraint_pool *pool = walk->edges->pool;
    for (uint32_t i = walk->last[state->hop.to]; i != MODEL_NONE; i = walk->states[i].other) {
        const struct state *other = &walk->states[i];
        if (other->hops >= state->hops && other->conditional_hops > state->conditional_hops)
            continue;
        if (asked ? session_covers(pool, &other->memory, &state->memory)
                  : constraint_plainly_implies(pool, state->carried, other->carried))
            return true;
    }
    return false;
}

/* The progress of an expansion. */
struct standing {
    uint32_t node, state; /* state MODEL_NONE: the start */
    uint32_t start;
    uint32_t hops, conditional_hops; /* the conditions of the next state, without the edge's own condition */
    struct chaining before;
    bool laden; /* what is carried adds conditions to every later hop */
    bool anew;  /* keys were stolen, or a service opened a session, on the way */
    struct gate *gate;
};

/* Whether the chain was at the node before, over the same hop or with a session that later hops cannot distinguish:
 * since then it can only have gained conditions. Chains without conditions are covered by the node's states. */
static bool goes_round(const struct walk *walk, const struct standing *at, const struct state *state, bool asked)
{
    for (uint32_t i = at->before.carried != CONSTRAINT_TRUE ? at->state : MODEL_NONE; i != MODEL_NONE;
         i = walk->states[i].previous) {
        const struct state *other = &walk->states[i];
        if (other->hop.to == state->hop.to && (!asked || other->hop.from == state->hop.from ||
                                               session_covers_later(walk->edges->pool, &other->memory, &state->memory)))
            return true;
    }
    return false;
}

static void add_state(struct walk *walk, struct state state)
{
    uint32_t node = state.hop.to, best = walk->best[node];
    if (walk->per_node[node] == STATES_PER_NODE) {
        state.carried = constraint_fact(walk->edges->pool, "not fully decided");
        state.blurred = true;
        state.memory = (struct session_memory){.demands = state.carried};
    }
    state.other = walk->last[node];
    ARRAY_ADD(walk->states, walk->count, walk->room, state);
    walk->last[node] = walk->count - 1;
    walk->per_node[node]++;
    if (best == MODEL_NONE ||
        (walk->states[best].hops == state.hops && state.conditional_hops < walk->states[best].conditional_hops))
        walk->best[node] = walk->count - 1;
}

/* An unconditional node need not be visited again if no later hop tests more. */
static bool is_settled(const struct walk *walk, const struct state *state)
{
    uint32_t best = walk->best[state->hop.to];
    return best != MODEL_NONE && walk->states[best].carried == CONSTRAINT_TRUE && walk->states[best].hops < state->hops;
}

static void enter_node(struct walk *walk, const struct standing *at, uint32_t edge_index, uint32_t to)
{
    const struct edge *edge = &walk->edges->edges[edge_index];
    struct state state = {.hop = {at->node, to, edge_index},
                          .previous = at->state,
                          .hops = at->hops,
                          .conditional_hops = at->conditional_hops + (edge->verdict != VERDICT_ALLOWED),
                          .blurred = at->before.blurred};
    walk->steps++;
    if (to == at->start || (walk->allowed != NULL && !walk->allowed[to]))
        return;
    bool asked = to != walk->goal && is_asked(walk, to);
    if (!asked && (to == at->node || is_settled(walk, &state) || goes_round(walk, at, &state, false)))
        return;
    if (!chaining_extend(walk->chainer, &at->before, state.hop, &state.carried))
        return;
    if (state.blurred)
        state.memory.demands = state.carried;
    if (asked && !state.blurred) {
        at->gate->path[state.hops - 1] = state.hop;
        state.memory = session_remember(
            walk->chainer, &(struct chaining){.carried = state.carried, .path = at->gate->path, .hops = state.hops});
        if (goes_round(walk, at, &state, true))
            return;
    }
    if (!is_covered(walk, &state, asked))
        add_state(walk, state);
}

/* Whether members of the edge's group get the same sessions whoever enters; *session is set to a number for other
 * differences between them. For control edges, everything depends on the kind, and on whether keys were stolen
 * before. */
static bool is_same_for_all(struct walk *walk, const struct standing *at, const struct edge *edge, uint32_t *session)
{
    uint8_t of = of_hops(walk, edge->residual) | of_hops(walk, at->before.carried);
    if (walk->laden || (of & OF_HOPS_BEFORE) != 0)
        return false;
    *session = 0;
    if (!session_end_is_asked(walk->chainer, edge->to))
        return true;
    *session = 2 * (uint32_t)edge->kind + at->anew;
    return edge->kind != EDGE_ASSUME && !at->before.blurred && (of & OF_HOPS_PASSING) == 0;
}

/* Whether edges with conditions are ignored from here. */
static bool follows_sure_only(const struct walk *walk, const struct standing *at)
{
    return walk->sure_only || (walk->sure != NULL && walk->sure[at->node] && !at->laden);
}

/* Whether the edge need not be followed from here: its conditions cannot hold, or another state passed it. */
static bool is_passed(struct walk *walk, const struct standing *at, const struct edge *edge)
{
    uint32_t conditional = at->conditional_hops + (edge->verdict != VERDICT_ALLOWED);
    if (edge->verdict != VERDICT_ALLOWED && follows_sure_only(walk, at))
        return true;
    struct passage passage = {edge->to, at->before.carried, edge->residual, 0, at->hops, conditional, at->node, false};
    if ((edge->to & EDGE_GROUP) == 0 || !is_same_for_all(walk, at, edge, &passage.session))
        return false;
    passage.by_all = passage.session == 0;
    return passed_before(at->gate, passage);
}

/* The first edge from `index` on that may lead to a node that is not full; the edges before it are skipped for good, so
 * that the cost of a search depends on the states that it keeps. */
static uint32_t next_open(struct walk *walk, uint32_t index, uint32_t last)
{
    uint32_t at = index;
    while (at < last) {
        edge_end to = walk->edges->edges[at].to;
        if (walk->past[at] != 0)
            at += walk->past[at];
        else if ((to & EDGE_GROUP) == 0 && is_full(walk, to))
            at++;
        else
            break;
    }
    if (at == index)
        return at;
    if (walk->past[index] == 0)
        ARRAY_ADD(walk->passed, walk->passed_count, walk->passed_room, index);
    walk->past[index] = at - index;
    return at;
}

/* Whether the edges of the group need not be followed from here. */
static bool leaves_group(struct walk *walk, const struct standing *at, edge_end end)
{
    uint8_t *passages = &at->gate->per_group[end & ~EDGE_GROUP];
    if (walk->laden || depends_on_way(walk, at->before.carried) || session_end_asks(walk->chainer, end))
        return false;
    /* Once a state passed without any conditions, only shorter or surer paths matter. */
    struct passage passage = {end,      at->before.carried,   CONSTRAINT_TRUE, 0,
                              at->hops, at->conditional_hops, at->node,        true};
    if (*passages > STATES_PER_NODE || passed_before(at->gate, passage))
        return true;
    ++*passages;
    return false;
}

static void blur(const struct walk *walk, struct standing *at)
{
    at->before.carried = constraint_fact(walk->edges->pool, "not fully decided");
    at->before.blurred = true;
}

static struct standing stand(struct walk *walk, uint32_t node, uint32_t from_state, uint32_t start, struct gate *gate)
{
    struct standing at = {
        .node = node, .state = from_state, .start = start, .hops = 1, .before = CHAINING_START, .gate = gate};
    if (from_state != MODEL_NONE) {
        const struct state *state = &walk->states[from_state];
        at.hops = state->hops + 1;
        at.conditional_hops = state->conditional_hops;
        at.before = (struct chaining){.carried = state->carried, .hops = state->hops, .blurred = state->blurred};
        at.laden = is_laden(walk, state->carried);
    }
    ARRAY_RESERVE(gate->path, at.hops, gate->path_room);
    walk_unwind(walk, from_state, gate->path);
    at.before.path = gate->path;
    at.anew = chaining_memory_begins(walk->chainer, gate->path, at.before.hops) > 0;
    return at;
}

/* Moves to the next end whose edges leave the node; false: its edges need not be followed. */
static bool leaves(struct walk *walk, struct standing *at, edge_end end)
{
    if ((end & EDGE_GROUP) == 0)
        return true;
    if (leaves_group(walk, at, end))
        return false;
    if (at->gate->per_group[end & ~EDGE_GROUP] > STATES_PER_NODE)
        blur(walk, at);
    return true;
}

/* A search with a goal is about nothing else. */
static bool is_over(const struct walk *walk)
{
    if (walk->goal == MODEL_NONE)
        return false;
    return is_full(walk, walk->goal) || (walk->enough > 0 && walk->per_node[walk->goal] >= walk->enough);
}

/* The edges of one end to the goal. */
static void go_home_over(struct walk *walk, const struct standing *at, edge_end source)
{
    edge_end targets[EDGES_ENDS];
    uint32_t target_count = edges_targets(walk->edges, walk->goal, targets);
    for (uint32_t t = 0; t < target_count; t++) {
        uint32_t first, last;
        edges_between_ends(walk->edges, source, targets[t], &first, &last);
        for (uint32_t j = first; j < last; j++)
            if (!is_passed(walk, at, &walk->edges->edges[j]))
                enter_node(walk, at, j, walk->goal);
    }
}

static bool leads_home(const struct walk *walk, edge_end source)
{
    edge_end targets[EDGES_ENDS];
    uint32_t target_count = edges_targets(walk->edges, walk->goal, targets), first = 0, last = 0;
    for (uint32_t t = 0; t < target_count && first == last; t++)
        edges_between_ends(walk->edges, source, targets[t], &first, &last);
    return first < last;
}

/* Only the edges to the goal. */
static void go_home(struct walk *walk, uint32_t node, uint32_t from_state, uint32_t start)
{
    struct standing at = stand(walk, node, from_state, start, &walk->home);
    edge_end sources[EDGES_ENDS];
    uint32_t source_count = edges_sources(walk->edges, node, sources);
    for (uint32_t i = 0; i < source_count; i++)
        if (leads_home(walk, sources[i]) && leaves(walk, &at, sources[i]))
            go_home_over(walk, &at, sources[i]);
}

/* Checks the new states for a direct step to the goal. */
static void look_home(struct walk *walk, uint32_t start)
{
    for (; walk->looked < walk->count && !is_over(walk); walk->looked++) {
        const struct state *state = &walk->states[walk->looked];
        if (state->hop.to != walk->goal && state->hops < walk->max_hops)
            go_home(walk, state->hop.to, walk->looked, start);
    }
}

/* Visits a node that the edge leads to. */
static void come_to(struct walk *walk, const struct standing *at, uint32_t index, uint32_t to)
{
    const struct edge *edge = &walk->edges->edges[index];
    if (to == walk->goal || (to == at->node && edge->kind != EDGE_ASSUME))
        return;
    enter_node(walk, at, index, to);
    if (walk->goal != MODEL_NONE)
        look_home(walk, at->start);
}

/* Visits the allowed members of a group; the others count as visited. */
static void follow_to_allowed(struct walk *walk, const struct standing *at, uint32_t index)
{
    const struct allowance *allowance = &walk->allowance;
    edge_end to = walk->edges->edges[index].to;
    uint32_t count, next = 0, group = to & ~EDGE_GROUP;
    const uint32_t *members = edges_members(walk->edges, &to, &count);
    for (uint32_t i = allowance->first[group]; i < allowance->first[group + 1] && !is_over(walk); i++) {
        walk->steps += allowance->places[i] - next;
        next = allowance->places[i] + 1;
        come_to(walk, at, index, members[allowance->places[i]]);
    }
    walk->steps += is_over(walk) ? 0 : count - next;
}

static void follow_edge(struct walk *walk, const struct standing *at, uint32_t index)
{
    const edge_end *to = &walk->edges->edges[index].to;
    uint32_t count;
    if (is_passed(walk, at, &walk->edges->edges[index]))
        return;
    if (walk->allowance.run != NULL && (*to & EDGE_GROUP) != 0) {
        follow_to_allowed(walk, at, index);
        return;
    }
    const uint32_t *members = edges_members(walk->edges, to, &count);
    for (uint32_t i = 0; i < count && !is_over(walk); i++)
        come_to(walk, at, index, members[i]);
}

/* Skips edges to nodes that are not allowed; they count as visited. Returns the next one. */
static uint32_t pass_by(struct walk *walk, const struct standing *at, uint32_t index)
{
    uint32_t run = walk->allowance.run != NULL ? walk->allowance.run[index] : 0;
    if (run > 0)
        walk->steps += follows_sure_only(walk, at) ? walk->allowance.sure[index] : run;
    return index + run;
}

/* Whether some edge out of the end leads to an allowed node. */
static bool leads_on(const struct walk *walk, edge_end end)
{
    uint32_t first, last;
    if (walk->allowance.leads_on != NULL)
        return walk->allowance.leads_on[edges_place(walk->edges, end)];
    edges_out(walk->edges, end, &first, &last);
    return first < last;
}

static void expand(struct walk *walk, uint32_t from_node, uint32_t from_state, uint32_t start)
{
    edge_end sources[EDGES_ENDS];
    uint32_t source_count = edges_sources(walk->edges, from_node, sources);
    if (from_node == walk->goal)
        return;
    struct standing at = stand(walk, from_node, from_state, start, &walk->onward);
    for (uint32_t i = 0; i < source_count && !is_over(walk); i++) {
        uint32_t first, last;
        if (!leads_on(walk, sources[i]) || !leaves(walk, &at, sources[i]))
            continue;
        edges_out(walk->edges, sources[i], &first, &last);
        for (uint32_t j = next_open(walk, first, last); j < last && !is_over(walk);) {
            uint32_t next = pass_by(walk, &at, j);
            if (next == j)
                follow_edge(walk, &at, next++);
            j = next_open(walk, next, last);
        }
    }
}

/* ---- the order of states */

/* A state that was found from the current one. */
struct found_state {
    struct state state;
    uint32_t number;
    bool best; /* the best state of its node */
};

static int compare_found(const void *a, const void *b)
{
    const struct found_state *x = a, *y = b;
    if (x->state.hop.to != y->state.hop.to)
        return x->state.hop.to < y->state.hop.to ? -1 : 1;
    return (x->number > y->number) - (x->number < y->number);
}

/* Sorts the states from `first` on, all found from the same one, by node: among equally good paths, the one over the
 * least nodes is kept, whatever groups the edges join. With a goal, states were already checked for a step to it, and
 * keep their order. */
static void order_found(struct walk *walk, uint32_t first)
{
    uint32_t count = walk->count - first, sorted = 1;
    if (walk->goal != MODEL_NONE)
        return;
    while (sorted < count && walk->states[first + sorted - 1].hop.to <= walk->states[first + sorted].hop.to)
        sorted++;
    if (sorted >= count)
        return;
    struct found_state *found = memory_get((size_t)count * sizeof *found);
    for (uint32_t i = walk->count; i-- > first;) {
        const struct state *state = &walk->states[i];
        found[i - first] = (struct found_state){*state, i, walk->best[state->hop.to] == i};
        walk->last[state->hop.to] = state->other;
    }
    qsort(found, count, sizeof *found, compare_found);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t node = found[i].state.hop.to, number = first + i;
        if (found[i].best)
            walk->best[node] = number;
        found[i].state.other = walk->last[node];
        walk->states[number] = found[i].state;
        walk->last[node] = number;
    }
    free(found);
}

/* ---- the whole */

void walk_open(struct walk *walk, struct chainer *chainer, const bool *allowed)
{
    const struct edges *edges = chainer->edges;
    *walk = (struct walk){.edges = edges,
                          .chainer = chainer,
                          .allowed = allowed,
                          .goal = MODEL_NONE,
                          .best = memory_zeroed(edges->node_count, sizeof *walk->best),
                          .last = memory_zeroed(edges->node_count, sizeof *walk->last),
                          .per_node = memory_zeroed(edges->node_count, sizeof *walk->per_node),
                          .past = memory_zeroed(edges->edge_count, sizeof *walk->past)};
    walk->onward.per_group = memory_zeroed(edges->group_count, sizeof *walk->onward.per_group);
    walk->home.per_group = memory_zeroed(edges->group_count, sizeof *walk->home.per_group);
    for (uint32_t i = 0; i < edges->node_count; i++)
        walk->best[i] = walk->last[i] = MODEL_NONE;
}

static void close_gate(struct gate *gate)
{
    free(gate->passages);
    hash_index_free(&gate->passage_index);
    free(gate->per_group);
    free(gate->path);
}

void walk_close(struct walk *walk)
{
    free(walk->states);
    free(walk->best);
    free(walk->last);
    free(walk->per_node);
    free(walk->past);
    free(walk->passed);
    free(walk->of_hops);
    allowance_close(&walk->allowance);
    close_gate(&walk->onward);
    close_gate(&walk->home);
}

static void reset_gate(struct gate *gate)
{
    for (uint32_t i = 0; i < gate->passage_count; i++)
        gate->per_group[gate->passages[i].end & ~EDGE_GROUP] = 0;
    hash_index_clear(&gate->passage_index);
    gate->passage_count = 0;
}

void walk_reset(struct walk *walk)
{
    for (uint32_t i = 0; i < walk->count; i++) {
        uint32_t node = walk->states[i].hop.to;
        walk->best[node] = walk->last[node] = MODEL_NONE;
        walk->per_node[node] = 0;
    }
    for (uint32_t i = 0; i < walk->passed_count; i++)
        walk->past[walk->passed[i]] = 0;
    reset_gate(&walk->onward);
    reset_gate(&walk->home);
    walk->passed_count = 0;
    walk->count = walk->looked = 0;
}

bool walk_run(struct walk *walk, uint32_t from, uint32_t max_hops)
{
    uint32_t level_start = 0;
    walk->laden = chaining_begins_laden(walk->edges, from);
    walk->max_hops = max_hops;
    if (walk->narrow && walk->allowance.run == NULL)
        allowance_open(&walk->allowance, walk->edges, walk->allowed);
    if (walk->goal != MODEL_NONE)
        go_home(walk, from, MODEL_NONE, from);
    expand(walk, from, MODEL_NONE, from);
    order_found(walk, 0);
    for (uint32_t hops = 1; hops < max_hops && level_start < walk->count && !is_over(walk); hops++) {
        uint32_t level_end = walk->count;
        for (uint32_t i = level_start; i < level_end && !is_over(walk); i++) {
            uint32_t first = walk->count;
            expand(walk, walk->states[i].hop.to, i, from);
            order_found(walk, first);
        }
        level_start = level_end;
    }
    return level_start == walk->count;
}

void walk_unwind(const struct walk *walk, uint32_t state, struct hop *hops)
{
    for (; state != MODEL_NONE; state = walk->states[state].previous)
        hops[walk->states[state].hops - 1] = walk->states[state].hop;
}
