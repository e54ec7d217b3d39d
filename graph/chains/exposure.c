#include "graph/chains/exposure.h"

#include "graph/chains/role_chaining.h"
#include "ingest/support/memory.h"
#include <stdlib.h>
#include <string.h>

#define MOST_STEPS 2000000000u
#define MOST_ENDS EXPOSURE_ENDS

/* Backwards from ends; a place in the queue tells the order in which nodes were met. */
struct search {
    const struct edges *edges;
    uint32_t *queue, count;  /* nodes */
    uint32_t *place;         /* per node: its place in the queue, if met is the current stamp */
    uint32_t *met, *entered; /* per node; per end, nodes first: the stamp of the last search that was there */
    bool *enterable;         /* per node: somebody can become it */
    uint32_t *sure;          /* per node: the stamp of the last search of all that this node surely ends up there */
    uint32_t *always;        /* the same, without conditions */
    uint32_t stamp;
    uint32_t senders; /* nodes that can assume anything */
    uint64_t steps, max_steps;
};

bool exposure_is_outside(const struct edges *edges, uint32_t node)
{
    return edges->nodes[node].principal == MODEL_NONE;
}

static void meet(struct search *search, uint32_t node)
{
    if (search->met[node] == search->stamp)
        return;
    search->met[node] = search->stamp;
    search->place[node] = search->count;
    search->queue[search->count++] = node;
}

static uint32_t *entered(struct search *search, edge_end end)
{
    return &search->entered[edges_place(search->edges, end)];
}

/* Meets all who have an edge to the end; further: the chain goes on there. */
static void enter(struct search *search, edge_end end, bool with_conditions, bool further)
{
    const struct edges *edges = search->edges;
    uint32_t first, last;
    edges_in(edges, end, &first, &last);
    for (uint32_t i = first; i < last; i++) {
        const struct edge *edge = &edges->edges[edges->in_edges[i]];
        uint32_t count;
        search->steps++;
        bool laden = further && (edge->from & EDGE_GROUP) == 0 && chaining_begins_laden(edges, edge->from);
        if ((edge->verdict != VERDICT_ALLOWED || laden) && !with_conditions)
            continue;
        if ((edge->from & EDGE_GROUP) != 0) {
            if (*entered(search, edge->from) == search->stamp)
                continue;
            *entered(search, edge->from) = search->stamp;
        }
        const uint32_t *members = edges_members(edges, &edge->from, &count);
        for (uint32_t member = 0; member < count; member++)
            meet(search, members[member]);
        search->steps += count;
    }
}

static void enter_once(struct search *search, edge_end end, bool with_conditions, bool further)
{
    if (*entered(search, end) == search->stamp)
        return;
    *entered(search, end) = search->stamp;
    enter(search, end, with_conditions, further);
}

/* From the nodes met so far to all behind them. False: too many steps. */
static bool go_on(struct search *search, bool with_conditions)
{
    edge_end ends[MOST_ENDS];
    for (uint32_t i = 0; i < search->count; i++) {
        if (search->steps > search->max_steps)
            return false;
        if (!search->enterable[search->queue[i]])
            continue;
        uint32_t count = edges_targets(search->edges, search->queue[i], ends);
        for (uint32_t end = 0; end < count; end++)
            enter_once(search, ends[end], with_conditions, true);
    }
    return true;
}

/* What is known of all roles that have these ends and no others. */
struct answer {
    edge_end ends[MOST_ENDS];
    uint32_t end_count;
    struct exposure exposure; /* the role itself is not taken out yet */
    bool known;
};

static void look(struct search *search, struct answer *answer)
{
    const struct edges *edges = search->edges;
    struct exposure *exposure = &answer->exposure;
    *exposure = (struct exposure){0};
    search->stamp++;
    search->count = 0;
    for (uint32_t i = 0; i < answer->end_count; i++)
        enter(search, answer->ends[i], false, false);
    exposure->cut_off = !go_on(search, false);
    exposure->always = search->count;
    for (uint32_t i = 0; i < search->count; i++)
        search->always[search->queue[i]] = search->stamp + 1;
    for (uint32_t i = 0; i < answer->end_count; i++)
        enter(search, answer->ends[i], true, false);
    exposure->certain = search->count;
    for (uint32_t i = 0; i < search->count; i++)
        search->sure[search->queue[i]] = search->stamp + 1;
    search->stamp++;
    search->count = 0;
    for (uint32_t i = 0; i < answer->end_count; i++)
        enter_once(search, answer->ends[i], true, false);
    exposure->direct = search->count;
    exposure->cut_off = !go_on(search, true) || exposure->cut_off;
    exposure->at_most = exposure->cut_off ? search->senders : search->count;
    for (uint32_t i = 0; i < search->count; i++)
        exposure->outside += exposure_is_outside(edges, search->queue[i]);
}

uint32_t exposure_ends(const struct edges *edges, uint32_t node, edge_end ends[MOST_ENDS])
{
    uint32_t count = edges_targets(edges, node, ends), kept = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t first, last;
        edges_in(edges, ends[i], &first, &last);
        if (last > first)
            ends[kept++] = ends[i];
    }
    return kept;
}

static void count_node(struct search *search, uint32_t node, struct answer *last, struct exposure *exposure)
{
    edge_end ends[MOST_ENDS];
    uint32_t count = exposure_ends(search->edges, node, ends);
    if (count == 0)
        return;
    if (!last->known || last->end_count != count || memcmp(last->ends, ends, count * sizeof *ends) != 0) {
        *last = (struct answer){.end_count = count, .known = true};
        memcpy(last->ends, ends, count * sizeof *ends);
        look(search, last);
    }
    *exposure = last->exposure;
    exposure->certain -= search->sure[node] == search->stamp;
    exposure->always -= search->always[node] == search->stamp;
    if (search->met[node] == search->stamp) {
        exposure->at_most--;
        exposure->direct -= search->place[node] < last->exposure.direct;
    }
}

static uint32_t count_senders(const struct edges *edges)
{
    uint32_t senders = 0;
    for (uint32_t node = 0; node < edges->node_count; node++) {
        edge_end ends[MOST_ENDS];
        uint32_t count = edges_sources(edges, node, ends), first = 0, last = 0;
        for (uint32_t i = 0; i < count && first == last; i++)
            edges_out(edges, ends[i], &first, &last);
        senders += last > first;
    }
    return senders;
}

void exposure_count(const struct edges *edges, const bool *wanted, uint64_t max_steps, struct exposure *exposure)
{
    const struct partition *sets = &edges->classes.role_sets;
    size_t nodes = edges->node_count;
    struct search search = {.edges = edges,
                            .max_steps = max_steps != 0 ? max_steps : MOST_STEPS,
                            .queue = memory_zeroed(nodes, sizeof *search.queue),
                            .place = memory_zeroed(nodes, sizeof *search.place),
                            .met = memory_zeroed(nodes, sizeof *search.met),
                            .sure = memory_zeroed(nodes, sizeof *search.sure),
                            .always = memory_zeroed(nodes, sizeof *search.always),
                            .entered = memory_zeroed(nodes + edges->group_count, sizeof *search.entered),
                            .enterable = memory_zeroed(nodes, sizeof *search.enterable),
                            .senders = count_senders(edges)};
    struct answer last = {.known = false};
    edge_end ends[MOST_ENDS];
    for (uint32_t node = 0; node < edges->node_count; node++)
        search.enterable[node] = exposure_ends(edges, node, ends) > 0;
    memset(exposure, 0, nodes * sizeof *exposure);
    /* Roles of one set after the other, since they share their ends; then the others. */
    for (uint32_t i = 0; i < sets->first[sets->count]; i++)
        if (wanted == NULL || wanted[sets->members[i]])
            count_node(&search, sets->members[i], &last, &exposure[sets->members[i]]);
    for (uint32_t node = 0; node < edges->node_count; node++)
        if ((wanted == NULL || wanted[node]) && (node >= edges->model->principal_count || sets->of[node] == MODEL_NONE))
            count_node(&search, node, &last, &exposure[node]);
    free(search.queue);
    free(search.place);
    free(search.met);
    free(search.sure);
    free(search.always);
    free(search.entered);
    free(search.enterable);
}
