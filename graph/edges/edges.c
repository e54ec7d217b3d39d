#include "graph/decision/evaluator.h"
#include "graph/edges/edges_inside.h"

#include "ingest/support/array.h"
#include "ingest/support/order.h"
#include <stdlib.h>
#include <string.h>

/* ---- order of outside parties */

/* By kind, then text: the order of nodes. */
static int compare_callers(const void *a, const void *b)
{
    const struct caller *x = a, *y = b;
    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    return strcmp(x->text, y->text);
}

struct placed_caller {
    struct caller caller; /* first: compare_callers */
    uint32_t found;       /* its place among outside parties in the order found */
};

/* Puts outside parties into their final order. */
void edges_sort_outside(struct edges *edges)
{
    uint32_t base = edges->model->principal_count, count = edges->node_count - base;
    struct placed_caller *sorted = memory_zeroed(count, sizeof *sorted);
    uint32_t *place = memory_zeroed(count, sizeof *place);
    for (uint32_t i = 0; i < count; i++)
        sorted[i] = (struct placed_caller){edges->nodes[base + i], i};
    qsort(sorted, count, sizeof *sorted, compare_callers);
    for (uint32_t i = 0; i < count; i++) {
        edges->nodes[base + i] = sorted[i].caller;
        place[sorted[i].found] = base + i;
    }
    for (uint32_t i = 0; i < edges->edge_count; i++)
        if (edges->edges[i].from >= base && (edges->edges[i].from & EDGE_GROUP) == 0)
            edges->edges[i].from = place[edges->edges[i].from - base];
    edges->sorted_nodes = edges->node_count;
    free(place);
    free(sorted);
}

/* ---- the whole */

void edges_prepare(struct edges *edges, uint32_t outside)
{
    const struct model *model = edges->model;
    classes_make(&edges->classes, model);
    edges->trust = trust_index_new(model, &edges->classes);
    edges->group_count = edges->classes.permissions.count + edges->classes.profiles.count +
                         edges->classes.local_sets.count + edges->classes.role_sets.count;
    edges->nodes = memory_zeroed((size_t)model->principal_count + outside, sizeof *edges->nodes);
    edges->node_count = model->principal_count;
    for (uint32_t i = 0; i < model->principal_count; i++)
        caller_of_principal(model, i, &edges->nodes[i]);
}

#define OUTSIDE_AT_FIRST 64u

static void prepare(struct building *building)
{
    const struct model *model = building->model;
    struct edges *edges = building->edges;
    edges_prepare(edges, OUTSIDE_AT_FIRST);
    building->classes = &edges->classes;
    building->trust = edges->trust;
    building->node_room = model->principal_count + OUTSIDE_AT_FIRST;
    building->filters = memory_zeroed(edges->classes.permissions.count, sizeof *building->filters);
    building->stamps = memory_zeroed(model->principal_count, sizeof *building->stamps);
    building->found = memory_zeroed(model->principal_count, sizeof *building->found);
    building->found_keys = memory_zeroed(model->principal_count, sizeof *building->found_keys);
    building_make_filters(building);
}

static void tell_step(struct building *building)
{
    if (building->watcher != NULL && building->steps++ % 64 == 0)
        building->watcher->step(building->watcher->context, "finding edges", building->steps, building->all_steps);
}

/* Decides which callers are checked against which roles. */
static void find_edges(struct building *building)
{
    const struct classes *classes = building->classes;
    building->all_steps = (uint64_t)classes->role_sets.count + classes->permissions.count + classes->profiles.count +
                          building->trust->anyone_count;
    for (uint32_t i = 0; i < classes->role_sets.count; i++, tell_step(building))
        building_add_named(building, i);
    for (uint32_t i = 0; i < classes->permissions.count; i++, tell_step(building))
        building_add_delegated(building, i);
    for (uint32_t i = 0; i < classes->profiles.count; i++, tell_step(building))
        building_add_across(building, i);
    for (uint32_t i = 0; i < building->trust->anyone_count; i++, tell_step(building))
        building_add_neighbours(building, building->trust->anyone[i]);
}

struct edges *edges_new(const struct model *model, struct constraint_pool *pool, double now)
{
    struct edges *edges = memory_zeroed(1, sizeof *edges);
    edges->model = model;
    edges->pool = pool;
    edges->now = now;
    edges->stamps = edges_stamps_new();
    edges->notes = memory_zeroed(1, sizeof *edges->notes);
    return edges;
}

struct edges *edges_compute(const struct model *model, struct constraint_pool *pool, double now)
{
    return edges_compute_watched(model, pool, now, NULL);
}

struct edges *edges_compute_watched(const struct model *model, struct constraint_pool *pool, double now,
                                    const struct edges_watcher *watcher)
{
    struct edges *edges = edges_new(model, pool, now);
    struct building building = {
        .edges = edges, .model = model, .now = now, .watcher = watcher, .evaluator = evaluator_new(model, pool)};
    prepare(&building);
    find_edges(&building);
    evaluator_free(building.evaluator);
    intern_free(&building.node_keys);
    free(building.filters);
    free(building.patterns);
    free(building.stamps);
    free(building.found);
    free(building.found_keys);
    arn_ends_free(&building.ends);
    ARRAY_FIT(edges->nodes, edges->node_count, building.node_room);
    ARRAY_FIT(edges->edges, edges->edge_count, building.edge_room);
    edges_sort_outside(edges);
    edges_index(edges);
    return edges;
}

struct edges *edges_and(const struct edges *edges, const struct edge *more, uint32_t count)
{
    struct edges *wide = memory_copy(edges, 1, sizeof *edges);
    wide->edge_count = edges->edge_count + count;
    wide->edges = memory_get(((size_t)wide->edge_count + 1) * sizeof *wide->edges);
    memcpy(wide->edges, edges->edges, edges->edge_count * sizeof *more);
    memcpy(wide->edges + edges->edge_count, more, count * sizeof *more);
    wide->out_first = wide->out_first_group = wide->in_first = wide->in_first_group = wide->in_edges = NULL;
    wide->arena = (struct arena){0};
    wide->stamps = edges_stamps_new();
    wide->notes = memory_zeroed(1, sizeof *wide->notes);
    edges_index(wide);
    return wide;
}

/* Frees what belongs only to these edges. */
static void free_lists(struct edges *edges)
{
    arena_free(&edges->arena);
    edges_stamps_free(edges->stamps);
    edges_forget_notes(edges);
    free(edges->notes);
    free(edges->edges);
    free(edges->out_first);
    free(edges->out_first_group);
    free(edges->in_first);
    free(edges->in_first_group);
    free(edges->in_edges);
    free(edges);
}

void edges_and_free(struct edges *edges)
{
    if (edges != NULL)
        free_lists(edges);
}

void edges_free(struct edges *edges)
{
    if (edges == NULL)
        return;
    classes_free(&edges->classes);
    trust_index_free(edges->trust);
    free(edges->person_of);
    free(edges->person_first);
    free(edges->person_groups);
    free(edges->workload_of);
    id_map_free(&edges->given_way);
    free(edges->nodes);
    free_lists(edges);
}

uint32_t edges_find_node(const struct edges *edges, const struct caller *caller)
{
    if (caller->principal != MODEL_NONE && caller->kind != CALLER_ROLE_SESSION)
        return caller->principal;
    uint32_t base = edges->model->principal_count;
    uint32_t found = base + (uint32_t)order_lower_bound(caller, edges->nodes + base, edges->sorted_nodes - base,
                                                        sizeof *edges->nodes, compare_callers);
    if (found < edges->sorted_nodes && compare_callers(&edges->nodes[found], caller) == 0)
        return found;
    for (uint32_t i = edges->sorted_nodes; i < edges->node_count; i++)
        if (compare_callers(&edges->nodes[i], caller) == 0)
            return i;
    return MODEL_NONE;
}
