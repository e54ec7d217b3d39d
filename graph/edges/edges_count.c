/*
 * How many roles nodes can assume, and how many can assume a role, without listing the pairs.
 */
#include "graph/edges/edges_inside.h"

#include "ingest/support/array.h"
#include <stdlib.h>

/* By place (edges_place): the last count that visited a node or looked into a group. */
struct edges_stamps {
    uint32_t *stamps, stamp, room;
};

struct counting {
    const struct edges *edges;
    uint32_t *stamps, stamp; /* by place; the stamp is this count's */
    uint32_t count;
};

struct edges_stamps *edges_stamps_new(void)
{
    return memory_zeroed(1, sizeof(struct edges_stamps));
}

void edges_stamps_free(struct edges_stamps *stamps)
{
    if (stamps != NULL)
        free(stamps->stamps);
    free(stamps);
}

static struct counting counting_begin(const struct edges *edges)
{
    struct edges_stamps *kept = edges->stamps;
    uint32_t places = edges->node_count + edges->group_count;
    if (kept->stamp == UINT32_MAX) {
        memset(kept->stamps, 0, kept->room * sizeof *kept->stamps);
        kept->stamp = 0;
    }
    ARRAY_REACH(kept->stamps, places, kept->room);
    return (struct counting){.edges = edges, .stamps = kept->stamps, .stamp = ++kept->stamp};
}

/* Whether the place is new to the count. */
static bool enter(struct counting *counting, edge_end end)
{
    uint32_t *stamp = &counting->stamps[edges_place(counting->edges, end)];
    bool fresh = *stamp != counting->stamp;
    *stamp = counting->stamp;
    return fresh;
}

static void count_members(struct counting *counting, const edge_end *end)
{
    uint32_t count;
    if ((*end & EDGE_GROUP) != 0 && !enter(counting, *end))
        return;
    const uint32_t *members = edges_members(counting->edges, end, &count);
    for (uint32_t i = 0; i < count; i++)
        counting->count += enter(counting, members[i]);
}

uint32_t edges_count_roles(const struct edges *edges, const uint32_t *nodes, uint32_t count)
{
    struct counting counting = counting_begin(edges);
    for (uint32_t i = 0; i < count; i++) {
        edge_end sources[EDGES_ENDS];
        uint32_t source_count = edges_sources(edges, nodes[i], sources), first, last;
        for (uint32_t j = 0; j < source_count; j++) {
            if ((sources[j] & EDGE_GROUP) != 0 && !enter(&counting, sources[j]))
                continue;
            edges_out(edges, sources[j], &first, &last);
            for (uint32_t k = first; k < last; k++)
                if (edges->edges[k].kind == EDGE_ASSUME)
                    count_members(&counting, &edges->edges[k].to);
        }
    }
    return counting.count;
}

/* A permission class among the callers: no two share a member, so their members need not be visited. */
static void count_class(struct counting *counting, edge_end end, uint32_t role)
{
    uint32_t count;
    if (!enter(counting, end))
        return;
    edges_members(counting->edges, &end, &count);
    counting->count += count - (counting->edges->classes.permissions.of[role] == (end & ~EDGE_GROUP));
}

/* Other members, unless their classes are counted. */
static void count_others(struct counting *counting, const edge_end *end)
{
    const struct edges *edges = counting->edges;
    uint32_t count;
    if ((*end & EDGE_GROUP) != 0 && !enter(counting, *end))
        return;
    const uint32_t *members = edges_members(edges, end, &count);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t node = members[i];
        edge_end class = node < edges->model->principal_count ? EDGE_GROUP | edges->classes.permissions.of[node] : node;
        bool known = class != node && counting->stamps[edges_place(edges, class)] == counting->stamp;
        counting->count += !known && enter(counting, node);
    }
}

uint32_t edges_count_callers(const struct edges *edges, uint32_t role)
{
    struct counting counting = counting_begin(edges);
    edge_end targets[EDGES_ENDS];
    uint32_t target_count = edges_targets(edges, role, targets), first, last;
    enter(&counting, role); /* a role does not count itself */
    for (int others = 0; others < 2; others++)
        for (uint32_t i = 0; i < target_count; i++) {
            edges_in(edges, targets[i], &first, &last);
            for (uint32_t j = first; j < last; j++) {
                const struct edge *edge = &edges->edges[edges->in_edges[j]];
                bool class =
                    (edge->from & EDGE_GROUP) != 0 && (edge->from & ~EDGE_GROUP) < edges->classes.permissions.count;
                if (edge->kind != EDGE_ASSUME || class == (others == 1))
                    continue;
                if (class)
                    count_class(&counting, edge->from, role);
                else
                    count_others(&counting, &edge->from);
            }
        }
    return counting.count;
}
