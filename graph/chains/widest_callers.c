#include "graph/chains/widest_callers.h"

#include "graph/chains/exposure.h"
#include "ingest/support/memory.h"

#include <stdlib.h>

static const enum caller_kind widths[] = {
    CALLER_ANYONE,       CALLER_GUEST,         CALLER_POOL_USER,   CALLER_ORGANIZATIONS_LIKE,
    CALLER_ORGANIZATION, CALLER_ACCOUNTS_LIKE, CALLER_ACCOUNT,     CALLER_SAML_PROVIDER,
    CALLER_WEB_IDENTITY, CALLER_SERVICE,       CALLER_KNOWN_LATER,
};
#define WIDTHS (sizeof widths / sizeof widths[0])

uint32_t caller_kind_width(enum caller_kind kind)
{
    uint32_t place = 0;
    while (place < WIDTHS && widths[place] != kind)
        place++;
    return place;
}

struct search {
    const struct edges *edges;
    uint32_t *widest;
    bool *through_chain;         /* the widest caller enters other roles first */
    bool chained;                /* the hops that are taken now begin at a role */
    uint32_t *queue, head, tail; /* roles from which hops lead on */
    bool *entered, *left; /* groups whose members were all reached; groups whose hops without conditions were taken */
};

/* Gives the caller every role at that end that has no wider caller. */
static void enter(struct search *search, const edge_end *end, uint32_t caller)
{
    uint32_t count;
    if ((*end & EDGE_GROUP) != 0) {
        bool *entered = &search->entered[*end & ~EDGE_GROUP];
        if (*entered)
            return;
        *entered = true;
    }
    const uint32_t *members = edges_members(search->edges, end, &count);
    for (uint32_t i = 0; i < count; i++)
        if (search->widest[members[i]] == MODEL_NONE) {
            search->widest[members[i]] = caller;
            search->through_chain[members[i]] = search->chained;
            search->queue[search->tail++] = members[i];
        }
}

static void leave(struct search *search, edge_end source, bool with_conditions, uint32_t caller)
{
    uint32_t first, last;
    edges_out(search->edges, source, &first, &last);
    for (uint32_t i = first; i < last; i++) {
        const struct edge *edge = &search->edges->edges[i];
        if (with_conditions || edge->verdict == VERDICT_ALLOWED)
            enter(search, &edge->to, caller);
    }
}

static void leave_role(struct search *search, uint32_t role)
{
    edge_end sources[EDGES_ENDS];
    uint32_t count = edges_sources(search->edges, role, sources);
    for (uint32_t i = 0; i < count; i++) {
        if ((sources[i] & EDGE_GROUP) != 0) {
            bool *left = &search->left[sources[i] & ~EDGE_GROUP];
            if (*left)
                continue;
            *left = true;
        }
        leave(search, sources[i], false, search->widest[role]);
    }
}

static void begin_at(struct search *search, uint32_t caller)
{
    edge_end sources[EDGES_ENDS];
    uint32_t count = edges_sources(search->edges, caller, sources);
    search->chained = false;
    for (uint32_t i = 0; i < count; i++)
        leave(search, sources[i], true, caller);
    search->chained = true;
    while (search->head < search->tail)
        leave_role(search, search->queue[search->head++]);
}

void widest_callers_find(const struct edges *edges, uint32_t *widest, bool *through_chain)
{
    struct search search = {.edges = edges,
                            .widest = widest,
                            .through_chain = through_chain,
                            .queue = memory_zeroed(edges->node_count, sizeof *search.queue),
                            .entered = memory_zeroed(edges->group_count, sizeof *search.entered),
                            .left = memory_zeroed(edges->group_count, sizeof *search.left)};
    for (uint32_t node = 0; node < edges->node_count; node++)
        widest[node] = MODEL_NONE, through_chain[node] = false;
    for (uint32_t width = 0; width <= WIDTHS; width++)
        for (uint32_t node = edges->model->principal_count; node < edges->node_count; node++)
            if (caller_kind_width(edges->nodes[node].kind) == width && exposure_is_outside(edges, node))
                begin_at(&search, node);
    free(search.queue);
    free(search.entered);
    free(search.left);
}
