#include "analyzer/picture/shortest.h"

#include "analyzer/picture/blocks.h"
#include "ingest/support/memory.h"
#include <stdlib.h>

/* How far an end was searched; for targets of one account (`only`), not at its own targets. */
enum passed { PASSED_NOT, PASSED_BUT_TARGETS, PASSED };

struct search {
    const struct edges *edges;
    const bool *targets;
    bool within;
    struct shortest *found;
    uint32_t *queue, queued;
    uint8_t *passed;                  /* per end */
    uint32_t *only;                   /* per end: PASSED_BUT_TARGETS of this account */
    uint32_t *session, *next_session; /* nodes of sessions by role, as lists; MODEL_NONE ends */
    uint32_t *asked, *useful;         /* per end: cached answer of `lead` for members at this distance (+ 1) */
};

/* Values of `useful`: nothing leads on; something leads on for every caller; only targets of one account lead on. */
#define LEADS_NOWHERE UINT32_MAX
#define LEADS_ON (UINT32_MAX - 1)

static uint32_t account_of(const struct search *search, uint32_t node)
{
    return search->edges->nodes[node].account_index;
}

static void list_sessions(struct search *search)
{
    const struct edges *edges = search->edges;
    search->session = memory_get(edges->node_count * sizeof *search->session);
    search->next_session = memory_get(edges->node_count * sizeof *search->next_session);
    for (uint32_t i = 0; i < edges->node_count; i++)
        search->session[i] = search->next_session[i] = MODEL_NONE;
    for (uint32_t i = edges->node_count; i-- > edges->model->principal_count;) {
        uint32_t vertex = blocks_vertex(edges, i);
        if (vertex != MODEL_NONE && vertex != i) {
            search->next_session[i] = search->session[vertex];
            search->session[vertex] = i;
        }
    }
}

static void reach(struct search *search, uint32_t node, uint32_t distance)
{
    if (search->found->distance[node] != MODEL_NONE)
        return;
    search->found->distance[node] = distance;
    search->queue[search->queued++] = node;
}

static void pass_end(struct search *search, edge_end end, uint32_t from)
{
    uint32_t place = edges_place(search->edges, end), count;
    bool target = search->targets[from] && !search->within;
    uint32_t account = account_of(search, from);
    if (search->passed[place] == PASSED ||
        (search->passed[place] == PASSED_BUT_TARGETS && target && search->only[place] == account))
        return;
    const uint32_t *members = edges_members(search->edges, &end, &count);
    for (uint32_t i = 0; i < count; i++)
        if (members[i] != from && !(target && search->targets[members[i]] && account_of(search, members[i]) == account))
            reach(search, members[i], search->found->distance[from] + 1);
    search->passed[place] = target && search->passed[place] == PASSED_NOT ? PASSED_BUT_TARGETS : PASSED;
    search->only[place] = account;
}

/* Calls each with every end that an edge leads to from the node or one of its sessions, until that returns true. */
static bool each_target(const struct search *search, uint32_t node,
                        bool (*each)(void *context, edge_end end, uint32_t node), void *context)
{
    for (uint32_t at = node; at != MODEL_NONE; at = at == node ? search->session[node] : search->next_session[at]) {
        edge_end sources[EDGES_ENDS];
        uint32_t count = edges_sources(search->edges, at, sources);
        for (uint32_t s = 0; s < count; s++) {
            uint32_t first, last;
            edges_out(search->edges, sources[s], &first, &last);
            for (uint32_t e = first; e < last; e++)
                if (each(context, search->edges->edges[e].to, node))
                    return true;
        }
    }
    return false;
}

static bool pass(void *context, edge_end end, uint32_t node)
{
    pass_end(context, end, node);
    return false;
}

static void spread(struct search *search, uint32_t done)
{
    while (done < search->queued)
        each_target(search, search->queue[done++], pass, search);
}

static void find_distances(struct search *search, const bool *sources)
{
    const struct edges *edges = search->edges;
    for (int services = 0; services < 2; services++) {
        uint32_t done = search->queued;
        for (uint32_t i = 0; i < edges->node_count; i++)
            if (sources[i] && blocks_vertex(edges, i) == i &&
                (edges->nodes[i].kind == CALLER_SERVICE) == (services == 1))
                reach(search, i, 0);
        spread(search, done);
    }
}

/* Whether members of an end at that distance (MODEL_NONE: any except 0) lead on. */
static uint32_t lead(struct search *search, edge_end end, uint32_t distance)
{
    uint32_t place = edges_place(search->edges, end), count, found = LEADS_NOWHERE;
    uint32_t key = distance == MODEL_NONE ? MODEL_NONE : distance + 1;
    if (search->asked[place] == key)
        return search->useful[place];
    const uint32_t *members = edges_members(search->edges, &end, &count);
    for (uint32_t i = 0; i < count && found != LEADS_ON; i++) {
        uint32_t at = search->found->distance[members[i]];
        bool target = search->targets[members[i]];
        if (at == 0 || at == MODEL_NONE || (distance != MODEL_NONE && at != distance) ||
            !(target || search->found->on_way[members[i]]))
            continue;
        uint32_t account = target ? account_of(search, members[i]) : LEADS_ON;
        found = found == LEADS_NOWHERE || found == account ? account : LEADS_ON;
    }
    search->asked[place] = key;
    search->useful[place] = found;
    return found;
}

static bool leads_on(void *context, edge_end end, uint32_t node)
{
    struct search *search = context;
    bool service = search->edges->nodes[node].kind == CALLER_SERVICE;
    uint32_t found = lead(search, end, service ? MODEL_NONE : search->found->distance[node] + 1);
    return found != LEADS_NOWHERE && !(search->targets[node] && !search->within && found == account_of(search, node));
}

/* Distant nodes first, so that it is known whether they lead on when their callers are checked. Services, which may
 * lead anywhere, come last. */
static void find_on_way(struct search *search)
{
    const struct edges *edges = search->edges;
    for (int services = 0; services < 2; services++)
        for (uint32_t i = search->queued; i-- > 0;) {
            uint32_t node = search->queue[i];
            if ((edges->nodes[node].kind == CALLER_SERVICE) == (services == 1))
                search->found->on_way[node] = each_target(search, node, leads_on, search);
        }
}

/* The queue holds first what is reached by others than services, then the rest: each part by distance. */
static int by_distance(const void *a, const void *b, void *context)
{
    const uint32_t *distance = context, left = *(const uint32_t *)a, right = *(const uint32_t *)b;
    if (distance[left] != distance[right])
        return distance[left] < distance[right] ? -1 : 1;
    return (left > right) - (left < right);
}

void shortest_find(struct shortest *shortest, const struct shortest_question *question)
{
    const struct edges *edges = question->edges;
    uint32_t ends = edges->node_count + edges->group_count;
    struct search search = {
        .edges = edges, .targets = question->targets, .within = question->within, .found = shortest};
    shortest->distance = memory_get(edges->node_count * sizeof *shortest->distance);
    for (uint32_t i = 0; i < edges->node_count; i++)
        shortest->distance[i] = MODEL_NONE;
    shortest->on_way = memory_zeroed(edges->node_count, sizeof *shortest->on_way);
    search.queue = memory_get(edges->node_count * sizeof *search.queue);
    search.passed = memory_zeroed(ends, sizeof *search.passed);
    search.only = memory_zeroed(ends, sizeof *search.only);
    search.asked = memory_zeroed(ends, sizeof *search.asked);
    search.useful = memory_zeroed(ends, sizeof *search.useful);
    list_sessions(&search);
    find_distances(&search, question->sources);
    qsort_r(search.queue, search.queued, sizeof *search.queue, by_distance, shortest->distance);
    find_on_way(&search);
    free(search.queue);
    free(search.passed);
    free(search.only);
    free(search.asked);
    free(search.useful);
    free(search.session);
    free(search.next_session);
}

void shortest_free(struct shortest *shortest)
{
    free(shortest->distance);
    free(shortest->on_way);
    *shortest = (struct shortest){0};
}
