/*
 * The ends of edges, and the edges and steps between nodes.
 */
#include "graph/edges/edges.h"

/* ---- ends */

/* The number of the first group of control edges. */
static uint32_t control_base(const struct classes *classes)
{
    uint32_t base =
        classes->permissions.count + classes->profiles.count + classes->local_sets.count + classes->role_sets.count;
    return classes->people.count > 0 && classes->people_base == base ? base + classes->people.count : base;
}

/* The group of the partition that the node is in; returns how many (0 or 1). */
static uint32_t add_block(const struct partition *partition, uint32_t base, uint32_t node, edge_end *end)
{
    if (partition->count == 0 || partition->of[node] == MODEL_NONE)
        return 0;
    *end = EDGE_GROUP | (base + partition->of[node]);
    return 1;
}

/* The groups of people that the node is in; returns how many. */
static uint32_t add_people(const struct edges *edges, uint32_t node, edge_end *ends)
{
    if (node < edges->first_person || node - edges->first_person >= edges->person_count)
        return 0;
    const uint32_t *first = &edges->person_first[node - edges->first_person];
    for (uint32_t i = first[0]; i < first[1]; i++)
        ends[i - first[0]] = EDGE_GROUP | (edges->classes.people_base + edges->person_groups[i]);
    return first[1] - first[0];
}

uint32_t edges_sources(const struct edges *edges, uint32_t node, edge_end ends[EDGES_ENDS])
{
    ends[0] = node;
    if (node >= edges->model->principal_count)
        return 1 + add_people(edges, node, &ends[1]);
    ends[1] = EDGE_GROUP | edges->classes.permissions.of[node];
    ends[2] = EDGE_GROUP | (edges->classes.permissions.count + edges->classes.profiles.of[node]);
    return 3 + add_block(&edges->classes.controllers, control_base(&edges->classes), node, &ends[3]);
}

uint32_t edges_targets(const struct edges *edges, uint32_t node, edge_end ends[EDGES_TARGETS])
{
    const struct classes *classes = &edges->classes;
    uint32_t count = 0, base = classes->permissions.count + classes->profiles.count;
    ends[count++] = node;
    if (node >= edges->model->principal_count)
        return count;
    if (classes->role_sets.of[node] != MODEL_NONE) {
        if (classes->local_sets.of[node] != MODEL_NONE)
            ends[count++] = EDGE_GROUP | (base + classes->local_sets.of[node]);
        ends[count++] = EDGE_GROUP | (base + classes->local_sets.count + classes->role_sets.of[node]);
    }
    return count +
           add_block(&classes->controlled, control_base(classes) + classes->controllers.count, node, &ends[count]);
}

#define LEVEL_OF_PEOPLE 6u

/* The partition that the group belongs to, by the order of edge_end; *block becomes its number there. */
static uint32_t level_of(const struct classes *classes, edge_end group, uint32_t *block)
{
    const uint32_t counts[] = {classes->permissions.count, classes->profiles.count, classes->local_sets.count,
                               classes->role_sets.count, classes->controllers.count};
    uint32_t level = 0, number = group & ~EDGE_GROUP;
    if (number >= classes->people_base && number - classes->people_base < classes->people.count) {
        *block = number - classes->people_base;
        return LEVEL_OF_PEOPLE;
    }
    if (classes->people.count > 0 && number >= classes->people_base)
        number -= classes->people.count;
    for (*block = number; level < 5 && *block >= counts[level]; level++)
        *block -= counts[level];
    return level;
}

bool edges_is_target_group(const struct edges *edges, edge_end end)
{
    uint32_t block, level = level_of(&edges->classes, end, &block);
    return (end & EDGE_GROUP) != 0 && level >= 2 && level != 4 && level != LEVEL_OF_PEOPLE;
}

uint32_t edges_breadth(const struct edges *edges, const struct edge *edge)
{
    uint32_t block;
    uint32_t from = (edge->from & EDGE_GROUP) != 0 ? 1 + level_of(&edges->classes, edge->from, &block) : 0;
    uint32_t to = (edge->to & EDGE_GROUP) != 0 ? level_of(&edges->classes, edge->to, &block) - 1 : 0;
    return 3 * from + to;
}

const uint32_t *edges_members(const struct edges *edges, const edge_end *end, uint32_t *count)
{
    const struct classes *classes = &edges->classes;
    const struct partition *const partitions[] = {&classes->permissions, &classes->profiles,    &classes->local_sets,
                                                  &classes->role_sets,   &classes->controllers, &classes->controlled,
                                                  &classes->people};
    uint32_t block;
    if ((*end & EDGE_GROUP) == 0) {
        *count = 1;
        return end;
    }
    const struct partition *partition = partitions[level_of(classes, *end, &block)];
    *count = partition->first[block + 1] - partition->first[block];
    return partition->members + partition->first[block];
}

void edges_out(const struct edges *edges, edge_end end, uint32_t *first, uint32_t *last)
{
    uint32_t index = end & ~EDGE_GROUP;
    const uint32_t *offsets = (end & EDGE_GROUP) != 0 ? edges->out_first_group : edges->out_first;
    *first = offsets[index];
    *last = offsets[index + 1];
}

void edges_in(const struct edges *edges, edge_end end, uint32_t *first, uint32_t *last)
{
    uint32_t index = end & ~EDGE_GROUP;
    const uint32_t *offsets = (end & EDGE_GROUP) != 0 ? edges->in_first_group : edges->in_first;
    *first = offsets[index];
    *last = offsets[index + 1];
}

/* ---- pairs */

static bool is_over_itself(const struct edge *edge, uint32_t from, uint32_t to)
{
    return from == to && edge->kind != EDGE_ASSUME;
}

bool edges_each_caller(const struct edges *edges, uint32_t role, edges_caller_visit each, void *context)
{
    edge_end ends[EDGES_ENDS];
    uint32_t end_count = edges_targets(edges, role, ends), first, last, count;
    for (uint32_t i = 0; i < end_count; i++) {
        edges_in(edges, ends[i], &first, &last);
        for (uint32_t j = first; j < last; j++) {
            const struct edge *edge = &edges->edges[edges->in_edges[j]];
            const uint32_t *members = edges_members(edges, &edge->from, &count);
            for (uint32_t k = 0; k < count; k++)
                if (!is_over_itself(edge, members[k], role) && !each(members[k], edge, context))
                    return false;
        }
    }
    return true;
}

void edges_between_ends(const struct edges *edges, edge_end from, edge_end to, uint32_t *first, uint32_t *last)
{
    uint32_t low, high, end;
    edges_out(edges, from, &low, &high);
    /* Written out, since this is used by very many questions and order_lower_bound costs a call for each step. */
    for (end = high; low < high;) {
        uint32_t middle = low + (high - low) / 2;
        if (edges->edges[middle].to < to)
            low = middle + 1;
        else
            high = middle;
    }
    for (*first = *last = low; *last < end && edges->edges[*last].to == to;)
        ++*last;
}

/* The assume edge between two ends, or NULL. */
static const struct edge *between_ends(const struct edges *edges, edge_end from, edge_end to)
{
    uint32_t first, last;
    edges_between_ends(edges, from, to, &first, &last);
    /* Edges are sorted by kind, and assuming is the first. */
    return first < last && edges->edges[first].kind == EDGE_ASSUME ? &edges->edges[first] : NULL;
}

const struct edge *edges_between(const struct edges *edges, uint32_t from, uint32_t to)
{
    edge_end sources[EDGES_ENDS], targets[EDGES_ENDS];
    uint32_t source_count = edges_sources(edges, from, sources), target_count = edges_targets(edges, to, targets);
    for (uint32_t i = 0; i < source_count; i++) {
        uint32_t first, last;
        edges_out(edges, sources[i], &first, &last);
        for (uint32_t j = 0; j < target_count && first < last; j++) {
            const struct edge *edge = between_ends(edges, sources[i], targets[j]);
            if (edge != NULL)
                return edge;
        }
    }
    return NULL;
}

void hop_cursor_begin(struct hop_cursor *cursor, const struct edges *edges, uint32_t node)
{
    *cursor = (struct hop_cursor){.edges = edges, .node = node};
    cursor->source_count = edges_sources(edges, node, cursor->sources);
    edges_out(edges, node, &cursor->edge, &cursor->last);
}

bool hop_cursor_next(struct hop_cursor *cursor, struct hop *hop)
{
    const struct edges *edges = cursor->edges;
    for (;;) {
        if (cursor->edge == cursor->last) {
            if (++cursor->source >= cursor->source_count)
                return false;
            edges_out(edges, cursor->sources[cursor->source], &cursor->edge, &cursor->last);
            cursor->member = 0;
            continue;
        }
        const edge_end *to = &edges->edges[cursor->edge].to;
        const uint32_t *members = edges_members(edges, to, &cursor->member_count);
        if (cursor->member == cursor->member_count) {
            cursor->edge++;
            cursor->member = 0;
            continue;
        }
        *hop = (struct hop){cursor->node, members[cursor->member++], cursor->edge};
        if (!is_over_itself(&edges->edges[cursor->edge], hop->from, hop->to))
            return true;
    }
}
