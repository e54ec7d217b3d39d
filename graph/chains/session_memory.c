#include "graph/chains/session_memory.h"

#include "graph/chains/role_chaining_inside.h"
#include "ingest/policy/context_key.h"
#include "ingest/support/array.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Per node and per end (edges_place): enum session_look. */
struct session_looks {
    uint8_t *of;    /* what hops from the node, or from a group's members, test */
    uint8_t *ahead; /* what the end's edges test, and hops from their targets */
    bool any;
};

/* ---- which nodes are asked */

static bool find_look(const struct constraint_key *key, bool fact, void *context)
{
    *(unsigned *)context |= fact ? 0 : session_look_of(key->name);
    return true;
}

/* What each residual tests, computed once. */
struct residual_looks {
    uint8_t *of; /* per residual: what it tests, and whether that is known */
    uint32_t room;
};
#define LOOKED 0x80u

static uint8_t looks_of_residual(struct residual_looks *known, const struct edges *edges, constraint residual)
{
    unsigned looks = 0;
    if (residual <= CONSTRAINT_TRUE)
        return 0;
    ARRAY_REACH(known->of, residual, known->room);
    if (known->of[residual] == 0) {
        constraint_each_key(edges->pool, residual, find_look, &looks);
        known->of[residual] = (uint8_t)(looks | LOOKED);
    }
    return (uint8_t)(known->of[residual] & ~LOOKED);
}

/* Whether the edge leads to a node that chains may visit. */
static bool leads_within(const struct edges *edges, const struct edge *edge, const bool *within)
{
    uint32_t count, i = 0;
    const uint32_t *members = edges_members(edges, &edge->to, &count);
    while (within != NULL && i < count && !within[members[i]])
        i++;
    return i < count;
}

/* What each edge tests, stored at the end that it leaves. */
static bool look_at_edges(const struct edges *edges, const bool *within, uint8_t *out)
{
    struct residual_looks known = {.room = 0};
    bool any = false;
    for (uint32_t i = 0; i < edges->edge_count; i++) {
        uint8_t looks = looks_of_residual(&known, edges, edges->edges[i].residual);
        if (looks == 0 || !leads_within(edges, &edges->edges[i], within))
            continue;
        out[edges_place(edges, edges->edges[i].from)] |= looks;
        any = true;
    }
    free(known.of);
    return any;
}

/* What a chain can carry to a node: control edges carry everything. */
static uint8_t taken_by(const struct edges *edges, uint32_t node, bool control)
{
    if (node >= edges->model->principal_count)
        return 0;
    if (control)
        return UINT8_MAX;
    if (!edges->model->principals[node].is_role)
        return 0;
    uint8_t takes = LOOKS_AT_ORIGIN | LOOKS_AT_NAME;
    if (decision_takes(edges->model, node, STS_TAG_SESSION))
        takes |= LOOKS_AT_TAGS;
    if (decision_takes(edges->model, node, STS_SET_SOURCE_IDENTITY))
        takes |= LOOKS_AT_IDENTITY;
    return takes;
}

struct spreading {
    const struct edges *edges;
    const uint8_t *takes;
    uint8_t *of;
    uint8_t *entered; /* per end: what was passed on to its members */
    uint32_t *queue, count, room;
    bool *queued;
};

static void hand_on(struct spreading *work, uint32_t node, uint8_t looks)
{
    looks &= work->takes[node];
    if ((work->of[node] | looks) == work->of[node])
        return;
    work->of[node] |= looks;
    if (!work->queued[node]) {
        work->queued[node] = true;
        work->queue[work->count++] = node;
    }
}

/* Transitive tags and source identities are passed from hop to hop, so whatever leads to a node that is asked for them
 * is asked, too. */
static void spread(struct spreading *work, uint32_t node)
{
    const struct edges *edges = work->edges;
    uint8_t looks = work->of[node] & (LOOKS_AT_TAGS | LOOKS_AT_IDENTITY);
    edge_end targets[EDGES_ENDS];
    uint32_t target_count = edges_targets(edges, node, targets);
    for (uint32_t t = 0; t < target_count && looks != 0; t++) {
        uint32_t first, last;
        edges_in(edges, targets[t], &first, &last);
        for (uint32_t i = first; i < last; i++) {
            const edge_end *from = &edges->edges[edges->in_edges[i]].from;
            uint8_t *entered = &work->entered[edges_place(edges, *from)];
            uint32_t count;
            const uint32_t *members = edges_members(edges, from, &count);
            if ((*entered & looks) == looks)
                continue;
            *entered |= looks;
            for (uint32_t j = 0; j < count; j++)
                hand_on(work, members[j], looks);
        }
    }
}

/* Passes on from the nodes to the groups. */
static void look_at_ends(const struct edges *edges, struct session_looks *looks)
{
    for (uint32_t node = 0; node < edges->node_count; node++) {
        edge_end targets[EDGES_ENDS];
        uint32_t count = looks->of[node] != 0 ? edges_targets(edges, node, targets) : 0;
        for (uint32_t i = 0; i < count; i++)
            looks->of[edges_place(edges, targets[i])] |= looks->of[node];
    }
    for (uint32_t i = 0; i < edges->edge_count; i++)
        looks->ahead[edges_place(edges, edges->edges[i].from)] |= looks->of[edges_place(edges, edges->edges[i].to)];
}

static bool has_control(const struct edges *edges, const bool *within)
{
    for (uint32_t i = 0; i < edges->edge_count; i++)
        if (edges->edges[i].kind != EDGE_ASSUME && leads_within(edges, &edges->edges[i], within))
            return true;
    return false;
}

static void look_at_nodes(const struct edges *edges, const bool *within, const uint8_t *out,
                          struct session_looks *looks)
{
    size_t ends = (size_t)edges->node_count + edges->group_count;
    uint8_t *takes = memory_zeroed(edges->node_count, sizeof *takes);
    struct spreading work = {.edges = edges,
                             .takes = takes,
                             .of = looks->of,
                             .entered = memory_zeroed(ends, sizeof *work.entered),
                             .queue = memory_zeroed(edges->node_count, sizeof *work.queue),
                             .queued = memory_zeroed(edges->node_count, sizeof *work.queued)};
    bool control = has_control(edges, within);
    for (uint32_t node = 0; node < edges->node_count; node++) {
        edge_end sources[EDGES_ENDS];
        if (within != NULL && !within[node])
            continue;
        uint32_t count = edges_sources(edges, node, sources);
        takes[node] = taken_by(edges, node, control);
        for (uint32_t i = 0; i < count; i++)
            hand_on(&work, node, out[edges_place(edges, sources[i])]);
    }
    while (work.count > 0) {
        uint32_t node = work.queue[--work.count];
        work.queued[node] = false;
        spread(&work, node);
    }
    free(takes);
    free(work.entered);
    free(work.queue);
    free(work.queued);
}

static void forget_looks(void *kept)
{
    struct session_looks *looks = kept;
    free(looks->of);
    free(looks->ahead);
    free(looks);
}

void session_forget(struct chainer *chainer)
{
    if (chainer->looks != NULL)
        forget_looks(chainer->looks);
    chainer->looks = NULL;
}

static struct session_looks *find_looks_of(const struct edges *edges, const bool *within)
{
    size_t ends = (size_t)edges->node_count + edges->group_count;
    struct session_looks *looks = memory_zeroed(1, sizeof *looks);
    looks->ahead = memory_zeroed(ends, sizeof *looks->ahead);
    looks->any = look_at_edges(edges, within, looks->ahead);
    if (looks->any) {
        looks->of = memory_zeroed(ends, sizeof *looks->of);
        look_at_nodes(edges, within, looks->ahead, looks);
        look_at_ends(edges, looks);
    }
    return looks;
}

static const struct session_looks *looks_of(struct chainer *chainer)
{
    const struct edges *edges = chainer->edges;
    if (chainer->looks != NULL)
        return chainer->looks;
    if (chainer->within == NULL && edges->notes->kept != NULL)
        return edges->notes->kept;
    struct session_looks *looks = find_looks_of(edges, chainer->within);
    if (chainer->within != NULL)
        chainer->looks = looks;
    else
        *edges->notes = (struct edges_notes){looks, forget_looks};
    return looks;
}

bool session_is_asked(struct chainer *chainer, uint32_t node)
{
    const struct session_looks *looks = looks_of(chainer);
    return looks->any && looks->of[node] != 0;
}

bool session_end_is_asked(struct chainer *chainer, edge_end end)
{
    const struct session_looks *looks = looks_of(chainer);
    return looks->any && looks->of[edges_place(chainer->edges, end)] != 0;
}

bool session_end_asks(struct chainer *chainer, edge_end end)
{
    const struct session_looks *looks = looks_of(chainer);
    return looks->any && looks->ahead[edges_place(chainer->edges, end)] != 0;
}

/* ---- what is remembered */

/* What each hop passes on, as far as the conditions mention it. */
struct named {
    uint8_t *by_hop; /* enum session_look */
    uint32_t hops;
    uint8_t any;
};

static unsigned passed_by(const char *key)
{
    if (strncasecmp(key, REQUEST_TAG, sizeof REQUEST_TAG - 1) == 0 || strcasecmp(key, "aws:TagKeys") == 0 ||
        strcasecmp(key, "sts:TransitiveTagKeys") == 0)
        return LOOKS_AT_TAGS;
    if (strcasecmp(key, "sts:SourceIdentity") == 0)
        return LOOKS_AT_IDENTITY;
    return strcasecmp(key, "sts:RoleSessionName") == 0 ? LOOKS_AT_NAME : 0;
}

bool session_names_passed(const char *key)
{
    return passed_by(key) != 0;
}

static bool find_named(const struct constraint_key *key, bool fact, void *context)
{
    struct named *named = context;
    uint8_t what = (uint8_t)(fact ? 0 : passed_by(key->name));
    /* Session names are only tested in the next hop. */
    if (key->hop >= named->hops || (what == LOOKS_AT_NAME && key->hop + 1 != named->hops))
        return true;
    named->by_hop[key->hop] |= what;
    named->any |= what;
    return true;
}

static bool find_passing(const struct constraint_key *key, bool fact, void *context)
{
    bool *found = context;
    *found = *found || (!fact && passed_by(key->name) != 0);
    return !*found;
}

/* Whether the formula mentions anything that some hop passes on: few do. */
static bool names_passing(struct chainer *chainer, constraint formula)
{
    enum { NOT_ASKED, NO, YES };
    ARRAY_REACH(chainer->of_passing, formula, chainer->of_passing_room);
    if (chainer->of_passing[formula] == NOT_ASKED) {
        bool found = false;
        constraint_each_key(chainer->edges->pool, formula, find_passing, &found);
        chainer->of_passing[formula] = found ? YES : NO;
    }
    return chainer->of_passing[formula] == YES;
}

/* Gives the last hop's own keys a hop number that no other hop has. */
static struct constraint_key tell_last_apart(const struct constraint_key *key, void *context)
{
    const uint32_t *last = context;
    return key->hop == *last && passed_by(key->name) != 0 ? (struct constraint_key){key->name, UINT32_MAX} : *key;
}

/* The conditions under which the hop could pass something on beyond what the chain requires, in terms that do not
 * depend on the hop. */
static constraint could_pass(struct chainer *chainer, const struct chaining *chain, uint32_t hop,
                             enum sts_action_id action)
{
    struct constraint_pool *pool = chainer->edges->pool;
    constraint here = chaining_beside(chainer, chain->path[hop], hop, action);
    if (here <= CONSTRAINT_TRUE)
        return here;
    if (constraint_satisfiable(pool, constraint_and(pool, chain->carried, here)) == CONSTRAINT_NO)
        return CONSTRAINT_FALSE;
    if (chain->carried != CONSTRAINT_TRUE && constraint_implies(pool, chain->carried, here) == CONSTRAINT_YES)
        return CONSTRAINT_TRUE;
    return chaining_as_one_call(pool, here);
}

/* The conditions under which hops before the last could have passed something that is still there. */
static constraint earlier(struct chainer *chainer, const struct chaining *chain, const struct named *named,
                          enum sts_action_id action, uint8_t what)
{
    struct constraint_pool *pool = chainer->edges->pool;
    uint32_t last = chain->hops - 1, ways = 0;
    uint32_t begin = chaining_memory_begins(chainer, chain->path, chain->hops);
    constraint result = CONSTRAINT_FALSE, all = could_pass(chainer, chain, last, action);
    char mark[64];
    uint32_t hop = last;
    while (hop > begin && all != CONSTRAINT_FALSE && (ways++ < MOST_WAYS || named->by_hop[hop - 1] != 0)) {
        hop--;
        all = constraint_and(pool, all, could_pass(chainer, chain, hop, action));
        snprintf(mark, sizeof mark, "passed in hop %u", (named->by_hop[hop] & what) != 0 ? hop + 1 : 0);
        result = constraint_or(pool, result, constraint_and(pool, all, constraint_fact(pool, mark)));
    }
    if (hop == 0 && chaining_session_before(chainer, chain->path, chain->hops) != NULL)
        result = constraint_or(pool, result, constraint_and(pool, all, constraint_fact(pool, "brought along")));
    return result;
}

static uint32_t origin_of(const struct edges *edges, const struct hop *last)
{
    const struct caller *caller = &edges->nodes[last->from];
    enum edge_kind kind = edges->edges[last->edge].kind;
    if (edge_kind_begins_anew(kind))
        return UINT32_MAX - (uint32_t)kind;
    bool told = caller_is_federated(caller) || caller->kind == CALLER_SERVICE || caller_is_before_roles(caller);
    return told ? last->from + 1 : 0;
}

struct session_memory session_remember(struct chainer *chainer, const struct chaining *chain)
{
    struct constraint_pool *pool = chainer->edges->pool;
    uint32_t last = chain->hops - 1;
    const struct hop *hop = &chain->path[last];
    const struct session_looks *asked = looks_of(chainer);
    unsigned looks = asked->any ? asked->of[hop->to] : 0;
    struct session_memory memory = {.demands = chain->carried,
                                    .anew = chaining_memory_begins(chainer, chain->path, chain->hops) > 0};
    struct named named = {.hops = chain->hops};
    if ((looks & LOOKS_AT_ORIGIN) != 0)
        memory.origin = origin_of(chainer->edges, hop);
    if ((looks & LOOKS_AT_TAGS) != 0)
        memory.tags = could_pass(chainer, chain, last, STS_TAG_SESSION);
    if ((looks & LOOKS_AT_IDENTITY) != 0)
        memory.identity = could_pass(chainer, chain, last, STS_SET_SOURCE_IDENTITY);
    /* Whatever an earlier hop could pass, the last can pass, too; so without conditions about them, earlier hops add
     * nothing. */
    if (chain->carried == CONSTRAINT_TRUE || !names_passing(chainer, chain->carried))
        return memory;
    named.by_hop = memory_zeroed(chain->hops, sizeof *named.by_hop);
    constraint_each_key(pool, chain->carried, find_named, &named);
    memory.named = named.by_hop[last] != 0;
    if (named.any != 0) {
        memory.demands = constraint_rename(pool, chain->carried, tell_last_apart, &last);
        if (memory.tags != CONSTRAINT_FALSE)
            memory.earlier_tags = earlier(chainer, chain, &named, STS_TAG_SESSION, LOOKS_AT_TAGS);
        if (memory.identity != CONSTRAINT_FALSE)
            memory.earlier_identity = earlier(chainer, chain, &named, STS_SET_SOURCE_IDENTITY, LOOKS_AT_IDENTITY);
    }
    free(named.by_hop);
    return memory;
}

bool session_covers(const struct constraint_pool *pool, const struct session_memory *one,
                    const struct session_memory *other)
{
    /* A session that could have got more lacks certainties of the other one: what nobody could pass is certainly
     * absent. */
    return one->origin == other->origin && one->anew == other->anew && one->tags == other->tags &&
           one->identity == other->identity && one->earlier_tags == other->earlier_tags &&
           one->earlier_identity == other->earlier_identity &&
           constraint_plainly_implies(pool, other->demands, one->demands);
}

bool session_covers_later(const struct constraint_pool *pool, const struct session_memory *one,
                          const struct session_memory *later)
{
    struct session_memory before = *one;
    if (!one->named)
        before.demands = later->demands;
    return session_covers(pool, &before, later);
}

bool session_is_laden(struct constraint_pool *pool, constraint demands)
{
    struct constraint_key identity = {"sts:SourceIdentity", 0}, transitive = {"sts:TransitiveTagKeys", 0};
    constraint calls = chaining_as_one_call(pool, demands);
    return demands > CONSTRAINT_TRUE && (constraint_absent_in_hop(pool, calls, identity) != CONSTRAINT_TRUE ||
                                         constraint_absent_in_hop(pool, calls, transitive) != CONSTRAINT_TRUE);
}
