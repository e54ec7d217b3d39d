#include "analyzer/findings/facts/reachability.h"

#include "graph/chains/role_chaining.h"
#include "ingest/support/array.h"
#include <stdlib.h>
#include <string.h>

/* ---- arrays */

struct reach_room {
    struct hop *last;
    uint32_t *order, *met;
    uint8_t *groups;
};

/* Bits of a group. */
enum { GROUP_ENTERED = 1, GROUP_LEFT = 2 };

static void take_room(struct reachability *reach)
{
    const struct edges *edges = reach->edges;
    struct reach_room room;
    if (reach->rooms != NULL && reach->rooms->count > 0) {
        room = reach->rooms->spare[--reach->rooms->count];
    } else {
        room = (struct reach_room){.last = memory_resize(NULL, edges->node_count, sizeof *room.last),
                                   .order = memory_resize(NULL, edges->node_count, sizeof *room.order),
                                   .met = memory_resize(NULL, edges->group_count, sizeof *room.met),
                                   .groups = memory_zeroed(edges->group_count, sizeof *room.groups)};
        for (uint32_t i = 0; i < edges->node_count; i++)
            room.last[i] = (struct hop){.from = MODEL_NONE};
    }
    reach->last = room.last;
    reach->order = room.order;
    reach->met = room.met;
    reach->groups = room.groups;
}

static void free_room(struct reach_room *room)
{
    free(room->last);
    free(room->order);
    free(room->met);
    free(room->groups);
}

void reachability_close(struct reachability *reach)
{
    struct reach_room room = {reach->last, reach->order, reach->met, reach->groups};
    if (reach->rooms != NULL && reach->last != NULL) {
        for (uint32_t i = 0; i < reach->count; i++)
            reach->last[reach->order[i]] = (struct hop){.from = MODEL_NONE};
        for (uint32_t i = 0; i < reach->met_count; i++)
            reach->groups[reach->met[i]] = 0;
        ARRAY_ADD(reach->rooms->spare, reach->rooms->count, reach->rooms->room, room);
    } else {
        free_room(&room);
    }
    reach->last = NULL;
    reach->order = reach->met = NULL;
    reach->groups = NULL;
}

void reach_rooms_free(struct reach_rooms *rooms)
{
    for (uint32_t i = 0; i < rooms->count; i++)
        free_room(&rooms->spare[i]);
    free(rooms->spare);
    *rooms = (struct reach_rooms){0};
}

/* ---- walking */

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

/* Whether this is the first time for the end; for nodes always true. */
static bool is_first(struct reachability *reach, edge_end end, uint8_t what)
{
    if ((end & EDGE_GROUP) == 0)
        return true;
    uint8_t *happened = &reach->groups[end & ~EDGE_GROUP];
    if ((*happened & what) != 0)
        return false;
    if (*happened == 0)
        reach->met[reach->met_count++] = end & ~EDGE_GROUP;
    *happened |= what;
    return true;
}

/* Follows everything that one end leads to, once. */
static void leave(struct reachability *reach, uint32_t node, edge_end end)
{
    const struct edges *edges = reach->edges;
    uint32_t first, last, count;
    edges_out(edges, end, &first, &last);
    reach->steps += last - first + 1;
    for (uint32_t i = first; i < last; i++) {
        const struct edge *edge = &edges->edges[i];
        if ((reach->follows != NULL && !reach->follows(edge, reach->context)) ||
            !is_first(reach, edge->to, GROUP_ENTERED))
            continue;
        const uint32_t *members = edges_members(edges, &edge->to, &count);
        reach->steps += count;
        for (uint32_t j = 0; j < count; j++)
            if (reach->closed == NULL || !reach->closed[members[j]])
                enter(reach, node, members[j], i);
    }
}

static void enter_sources(struct reachability *reach, const bool *sources)
{
    const bool *end = sources + reach->edges->node_count, *at = sources;
    for (; at < end && (at = memchr(at, true, (size_t)(end - at))) != NULL; at++) {
        uint32_t node = (uint32_t)(at - sources);
        enter(reach, node, node, 0);
    }
}

void reachability_run(struct reachability *reach, const bool *sources)
{
    take_room(reach);
    enter_sources(reach, sources);
    reach->steps += reach->edges->node_count / 4;
    for (uint32_t head = 0; head < reach->count && !is_there(reach); head++) {
        edge_end ends[EDGES_ENDS];
        uint32_t node = reach->order[head], end_count = edges_sources(reach->edges, node, ends);
        for (uint32_t i = 0; i < end_count && (reach->stops == NULL || !reach->stops[node] || sources[node]); i++)
            if (is_first(reach, ends[i], GROUP_LEFT))
                leave(reach, node, ends[i]);
    }
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

/* Replaces a wide edge by the pair's own, which is exact. */
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
    /* Longer chains, or chains among very many, are found by the search that distinguishes fewer of them. */
    if (taken.hops == NULL && end != CHAINS_END_COMPLETE)
        chains_to(reach->edges, at, node, take, &taken);
    *hops = taken.hops;
    return taken.count;
}
