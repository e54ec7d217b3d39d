/*
 * Which edges lead to nodes that are allowed.
 */
#include "graph/chains/chains_inside.h"

#include "ingest/support/memory.h"
#include <stdlib.h>

static void find_runs(struct allowance *allowance, const struct edges *edges, const bool *allowed)
{
    allowance->run = memory_zeroed((size_t)edges->edge_count + 1, sizeof *allowance->run);
    allowance->sure = memory_zeroed((size_t)edges->edge_count + 1, sizeof *allowance->sure);
    for (uint32_t i = edges->edge_count; i-- > 0;) {
        const struct edge *edge = &edges->edges[i];
        if ((edge->to & EDGE_GROUP) != 0 || allowed[edge->to])
            continue;
        bool goes_on = i + 1 < edges->edge_count && edges->edges[i + 1].from == edge->from;
        allowance->run[i] = 1 + (goes_on ? allowance->run[i + 1] : 0);
        allowance->sure[i] = (edge->verdict == VERDICT_ALLOWED) + (goes_on ? allowance->sure[i + 1] : 0);
    }
}

static void find_places(struct allowance *allowance, const struct edges *edges, const bool *allowed)
{
    uint32_t total = 0, room = 0;
    for (uint32_t i = 0; i < edges->group_count; i++) {
        uint32_t count;
        edge_end end = EDGE_GROUP | i;
        edges_members(edges, &end, &count);
        room += edges_is_target_group(edges, end) ? count : 0;
    }
    allowance->first = memory_zeroed((size_t)edges->group_count + 1, sizeof *allowance->first);
    allowance->places = memory_zeroed((size_t)room + 1, sizeof *allowance->places);
    for (uint32_t i = 0; i < edges->group_count; i++) {
        uint32_t count;
        edge_end end = EDGE_GROUP | i;
        const uint32_t *members = edges_members(edges, &end, &count);
        for (uint32_t j = 0; edges_is_target_group(edges, end) && j < count; j++)
            if (allowed[members[j]])
                allowance->places[total++] = j;
        allowance->first[i + 1] = total;
    }
}

static void find_leading(struct allowance *allowance, const struct edges *edges, const bool *allowed)
{
    allowance->leads_on = memory_zeroed((size_t)edges->node_count + edges->group_count, sizeof *allowance->leads_on);
    for (uint32_t i = 0; i < edges->edge_count; i++) {
        const struct edge *edge = &edges->edges[i];
        uint32_t group = edge->to & ~EDGE_GROUP;
        if ((edge->to & EDGE_GROUP) != 0 ? allowance->first[group] < allowance->first[group + 1] : allowed[edge->to])
            allowance->leads_on[edges_place(edges, edge->from)] = true;
    }
}

void allowance_open(struct allowance *allowance, const struct edges *edges, const bool *allowed)
{
    *allowance = (struct allowance){.run = NULL};
    if (allowed == NULL)
        return;
    find_runs(allowance, edges, allowed);
    find_places(allowance, edges, allowed);
    find_leading(allowance, edges, allowed);
}

void allowance_close(struct allowance *allowance)
{
    free(allowance->run);
    free(allowance->sure);
    free(allowance->first);
    free(allowance->places);
    free(allowance->leads_on);
}
