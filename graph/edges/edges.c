#include "graph/decision/evaluator.h"
#include "graph/edges/edges_building.h"

#include <stdlib.h>
#include <string.h>

bool building_fail(struct building *building)
{
    building->failed = true;
    if (*building->error == NULL)
        *building->error = strdup("out of memory");
    return false;
}

/* ---- order of outside parties */

static const struct caller *sorting_nodes;

static int compare_callers(const struct caller *x, const struct caller *y)
{
    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    return strcmp(x->text, y->text);
}

static int compare_outside(const void *a, const void *b)
{
    return compare_callers(&sorting_nodes[*(const uint32_t *)a], &sorting_nodes[*(const uint32_t *)b]);
}

/* Outside parties get their final order: by kind, then text. */
static bool sort_outside(struct edges *edges)
{
    uint32_t base = edges->model->principal_count, count = edges->node_count - base;
    uint32_t *order = calloc((size_t)count + 1, sizeof *order), *place = calloc((size_t)count + 1, sizeof *place);
    struct caller *sorted = calloc((size_t)count + 1, sizeof *sorted);
    bool good = order != NULL && place != NULL && sorted != NULL;
    if (good) {
        for (uint32_t i = 0; i < count; i++)
            order[i] = base + i;
        sorting_nodes = edges->nodes;
        if (count > 1)
            qsort(order, count, sizeof *order, compare_outside);
        for (uint32_t i = 0; i < count; i++) {
            sorted[i] = edges->nodes[order[i]];
            place[order[i] - base] = base + i;
        }
        if (count > 0)
            memcpy(edges->nodes + base, sorted, count * sizeof *sorted);
        for (uint32_t i = 0; i < edges->edge_count; i++)
            if (edges->edges[i].from >= base && (edges->edges[i].from & EDGE_GROUP) == 0)
                edges->edges[i].from = place[edges->edges[i].from - base];
        edges->sorted_nodes = edges->node_count;
    }
    free(order);
    free(place);
    free(sorted);
    return good;
}

/* ---- the whole */

static bool prepare(struct building *building)
{
    const struct model *model = building->model;
    struct edges *edges = building->edges;
    if (!classes_make(&edges->classes, model) || (edges->trust = trust_index_new(model, &edges->classes)) == NULL)
        return building_fail(building);
    building->classes = &edges->classes;
    building->trust = edges->trust;
    edges->group_count = edges->classes.permissions.count + edges->classes.profiles.count +
                         edges->classes.local_sets.count + edges->classes.role_sets.count;
    building->node_room = model->principal_count + 64;
    edges->nodes = calloc(building->node_room, sizeof *edges->nodes);
    building->filters = calloc((size_t)edges->classes.permissions.count + 1, sizeof *building->filters);
    building->stamps = calloc((size_t)model->principal_count + 1, sizeof *building->stamps);
    building->found = calloc((size_t)model->principal_count + 1, sizeof *building->found);
    if (edges->nodes == NULL || building->filters == NULL || building->stamps == NULL || building->found == NULL)
        return building_fail(building);
    edges->node_count = model->principal_count;
    for (uint32_t i = 0; i < model->principal_count; i++)
        caller_of_principal(model, i, &edges->nodes[i]);
    return building_make_filters(building);
}

struct edges *edges_compute(const struct model *model, struct constraint_pool *pool, double now, char **error)
{
    return edges_compute_watched(model, pool, now, NULL, error);
}

struct edges *edges_compute_watched(const struct model *model, struct constraint_pool *pool, double now,
                                    const struct edges_watcher *watcher, char **error)
{
    struct building building = {.model = model, .now = now, .watcher = watcher, .error = error};
    *error = NULL;
    building.edges = calloc(1, sizeof *building.edges);
    building.evaluator = evaluator_new(model, pool);
    bool good = building.edges != NULL && building.evaluator != NULL;
    if (good) {
        building.edges->model = model;
        building.edges->pool = pool;
        building.edges->now = now;
        good = prepare(&building);
    }
    if (good)
        building_find_edges(&building);
    good = good && !building.failed && sort_outside(building.edges) && edges_index(building.edges);
    if (!good && *error == NULL)
        *error = strdup("out of memory");
    evaluator_free(building.evaluator);
    intern_free(&building.node_keys);
    free(building.filters);
    free(building.patterns);
    free(building.stamps);
    free(building.found);
    if (!good) {
        edges_free(building.edges);
        return NULL;
    }
    return building.edges;
}

/* The node of the caller, a new one at the end if it has none yet. */
static uint32_t node_for(struct building *building, const struct caller *caller)
{
    struct edges *edges = building->edges;
    uint32_t node = edges_find_node(edges, caller);
    if (node != MODEL_NONE)
        return node;
    struct caller *grown = realloc(edges->nodes, ((size_t)edges->node_count + 1) * sizeof *grown);
    if (grown == NULL) {
        building_fail(building);
        return MODEL_NONE;
    }
    edges->nodes = grown;
    edges->nodes[edges->node_count] = *caller;
    return edges->node_count++;
}

/* An account whose users and roles are all known can what any of them can. */
static void add_member_edges(struct building *building, uint32_t node, const struct model_account *account)
{
    struct edges *edges = building->edges;
    const struct model *model = building->model;
    struct decision *best = calloc((size_t)model->principal_count + 1, sizeof *best);
    uint32_t *seen = calloc((size_t)model->principal_count + 1, sizeof *seen);
    if (best == NULL || seen == NULL)
        building_fail(building);
    for (uint32_t i = 0; i < account->principal_count && !building->failed; i++) {
        struct hop_cursor cursor;
        struct hop hop;
        for (hop_cursor_begin(&cursor, edges, account->first_principal + i); hop_cursor_next(&cursor, &hop);) {
            const struct edge *edge = &edges->edges[hop.edge];
            /* The first edge between a pair is the exact one. */
            if (edge->kind != EDGE_ASSUME || seen[hop.to] == i + 1)
                continue;
            seen[hop.to] = i + 1;
            best[hop.to].verdict = edge->verdict > best[hop.to].verdict ? edge->verdict : best[hop.to].verdict;
            best[hop.to].residual = constraint_or(edges->pool, best[hop.to].residual, edge->residual);
        }
    }
    for (uint32_t role = 0; role < model->principal_count && !building->failed; role++) {
        if (best[role].verdict == VERDICT_CONDITIONAL &&
            constraint_valid(edges->pool, best[role].residual) == CONSTRAINT_YES)
            best[role] = (struct decision){.verdict = VERDICT_ALLOWED, .residual = CONSTRAINT_TRUE};
        building_add_edge(building, node, role, &best[role]);
    }
    free(best);
    free(seen);
}

uint32_t edges_of_caller(struct edges *edges, const struct caller *caller, double now, char **error)
{
    struct building building = {
        .edges = edges, .model = edges->model, .now = now, .error = error, .edge_room = edges->edge_count};
    const struct partition *sets = &edges->classes.role_sets;
    *error = NULL;
    if (caller->principal != MODEL_NONE && caller->kind != CALLER_ROLE_SESSION)
        return caller->principal;
    building.evaluator = evaluator_new(edges->model, edges->pool);
    uint32_t known = edges->node_count, node = node_for(&building, caller);
    if (building.evaluator == NULL)
        building_fail(&building);
    const struct model_account *whole = caller_whole_account(edges->model, caller);
    if (whole != NULL && node >= known && !building.failed)
        add_member_edges(&building, node, whole);
    for (uint32_t set = 0; whole == NULL && set < sets->count && !building.failed; set++) {
        if (!trust_index_may_admit(edges->trust, set, caller))
            continue;
        for (uint32_t i = sets->first[set]; i < sets->first[set + 1] && !building.failed; i++) {
            struct decision decision;
            if (node < known && edges_between(edges, node, sets->members[i]) != NULL)
                continue;
            building_decide(&building, caller, sets->members[i], &decision);
            if (!building.failed)
                building_add_edge(&building, node, sets->members[i], &decision);
        }
    }
    evaluator_free(building.evaluator);
    if (!building.failed && !edges_index(edges))
        building_fail(&building);
    return building.failed ? MODEL_NONE : node;
}

void edges_free(struct edges *edges)
{
    if (edges == NULL)
        return;
    arena_free(&edges->arena);
    classes_free(&edges->classes);
    trust_index_free(edges->trust);
    free(edges->nodes);
    free(edges->edges);
    free(edges->out_first);
    free(edges->out_first_group);
    free(edges->in_first);
    free(edges->in_first_group);
    free(edges->in_edges);
    free(edges->stamps);
    free(edges);
}

uint32_t edges_find_node(const struct edges *edges, const struct caller *caller)
{
    if (caller->principal != MODEL_NONE && caller->kind != CALLER_ROLE_SESSION)
        return caller->principal;
    uint32_t low = edges->model->principal_count, high = edges->sorted_nodes;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (compare_callers(&edges->nodes[middle], caller) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (low < edges->sorted_nodes && compare_callers(&edges->nodes[low], caller) == 0)
        return low;
    for (uint32_t i = edges->sorted_nodes; i < edges->node_count; i++)
        if (compare_callers(&edges->nodes[i], caller) == 0)
            return i;
    return MODEL_NONE;
}
