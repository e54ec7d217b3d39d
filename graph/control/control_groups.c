#include "graph/control/control_groups.h"

#include "ingest/support/array.h"
#include "ingest/support/memory.h"
#include <stdlib.h>
#include <string.h>

/* What all members of a group have. A group of one can still grow. */
struct controllers {
    uint32_t account;
    bool is_role;
    uint32_t *members, count, room;
    struct edge *edges; /* sorted by target, then kind; the first member's, except the second's over it */
    uint32_t edge_count, edge_room;
};

struct control_grouping {
    struct edges *edges;
    const struct model *model;
    struct controllers *groups;
    uint32_t count, room;
    uint32_t account_first; /* the first group of the current account */
    uint32_t *target_of;    /* per principal: equal numbers mean equal columns; MODEL_NONE: not controlled */
    uint32_t *first_target; /* per such number: the least principal */
    uint32_t target_count;
};

/* ---- principals with the same edges */

static int compare_targets(const void *a, const void *b)
{
    const struct edge *x = a, *y = b;
    if (x->to != y->to)
        return x->to < y->to ? -1 : 1;
    return (x->kind > y->kind) - (x->kind < y->kind);
}

static bool says_the_same(const struct edge *x, const struct edge *y)
{
    return x->to == y->to && x->kind == y->kind && x->residual == y->residual && x->verdict == y->verdict &&
           x->how == y->how;
}

/* The next edge to somebody other than those two. */
static uint32_t pass_by(const struct edge *edges, uint32_t at, uint32_t count, uint32_t one, uint32_t other)
{
    while (at < count && (edges[at].to == one || edges[at].to == other))
        at++;
    return at;
}

/* An edge to oneself matches anything, and so does an edge to a group's only member. */
static bool is_of_group(const struct controllers *group, uint32_t from, const struct edge *row, uint32_t count)
{
    uint32_t alone = group->count == 1 ? group->members[0] : from, i = 0, j = 0;
    for (;; i++, j++) {
        i = pass_by(group->edges, i, group->edge_count, from, alone);
        j = pass_by(row, j, count, from, alone);
        if (i == group->edge_count || j == count)
            return i == group->edge_count && j == count;
        if (!says_the_same(&group->edges[i], &row[j]))
            return false;
    }
}

/* The second member's edges to the first represent everybody's. */
static void replace_own(struct controllers *group, const struct edge *row, uint32_t count)
{
    uint32_t kept = 0, alone = group->members[0];
    for (uint32_t i = 0; i < group->edge_count; i++)
        if (group->edges[i].to != alone)
            group->edges[kept++] = group->edges[i];
    group->edge_count = kept;
    for (uint32_t i = 0; i < count; i++)
        if (row[i].to == alone)
            ARRAY_ADD(group->edges, group->edge_count, group->edge_room, row[i]);
    qsort(group->edges, group->edge_count, sizeof *group->edges, compare_targets);
}

static uint32_t end_of_run(const struct edge *row, uint32_t first, uint32_t count)
{
    uint32_t end = first < count ? first + 1 : count;
    while (end < count && compare_targets(&row[end - 1], &row[end]) <= 0)
        end++;
    return end;
}

/* Sorts by target, then kind. Rows usually consist of two sorted runs: control over others as they are, and through
 * gained permissions. */
static void sort_row(struct edge *row, uint32_t count)
{
    uint32_t middle = end_of_run(row, 0, count), end = end_of_run(row, middle, count), at = 0;
    if (end < count) {
        qsort(row, count, sizeof *row, compare_targets);
        return;
    }
    if (middle == count)
        return;
    struct edge *first = memory_copy(row, middle, sizeof *first);
    for (uint32_t i = 0, j = middle; i < middle;)
        row[at++] = j < count && compare_targets(&row[j], &first[i]) < 0 ? row[j++] : first[i++];
    free(first);
}

static void add_row(struct control_grouping *work, struct edge *row, uint32_t count)
{
    uint32_t from = row->from;
    const struct model_principal *who = &work->model->principals[from];
    sort_row(row, count);
    if (work->count > 0 && work->groups[work->count - 1].account != who->account)
        work->account_first = work->count;
    for (uint32_t i = work->account_first; i < work->count; i++) {
        struct controllers *group = &work->groups[i];
        if (group->is_role != who->is_role || !is_of_group(group, from, row, count))
            continue;
        if (group->count == 1)
            replace_own(group, row, count);
        ARRAY_ADD(group->members, group->count, group->room, from);
        return;
    }
    struct controllers fresh = {.account = who->account, .is_role = who->is_role};
    ARRAY_ADD(fresh.members, fresh.count, fresh.room, from);
    for (uint32_t i = 0; i < count; i++)
        ARRAY_ADD(fresh.edges, fresh.edge_count, fresh.edge_room, row[i]);
    ARRAY_ADD(work->groups, work->count, work->room, fresh);
}

struct control_grouping *control_groups_begin(struct edges *edges)
{
    struct control_grouping *work = memory_zeroed(1, sizeof *work);
    work->edges = edges;
    work->model = edges->model;
    return work;
}

void control_groups_take(struct control_grouping *work, uint32_t first)
{
    struct edges *edges = work->edges;
    if (edges->edge_count > first)
        add_row(work, edges->edges + first, edges->edge_count - first);
    edges->edge_count = first;
}

/* ---- principals under the same control */

/* An edge of a group, without its target; without padding, since it is compared as bytes. */
struct right {
    uint64_t how;
    uint32_t group, kind, residual, is_role;
};

/* For ways through services, what must exist is particular to each role. */
static bool is_of_each(const struct edge *edge)
{
    return edge_kind_is_of_service(edge->kind);
}

/* Rights by target: offsets, then the rights in the order of groups. */
static struct right *list_rights(const struct control_grouping *work, uint32_t *first)
{
    uint32_t targets = work->model->principal_count;
    for (uint32_t i = 0; i < work->count; i++)
        for (uint32_t j = 0; j < work->groups[i].edge_count; j++)
            if (!is_of_each(&work->groups[i].edges[j]))
                first[work->groups[i].edges[j].to + 2]++;
    for (uint32_t i = 1; i <= targets; i++)
        first[i + 1] += first[i];
    struct right *rights = memory_zeroed((size_t)first[targets + 1] + 1, sizeof *rights);
    for (uint32_t i = 0; i < work->count; i++)
        for (uint32_t j = 0; j < work->groups[i].edge_count; j++) {
            const struct edge *edge = &work->groups[i].edges[j];
            if (is_of_each(edge))
                continue;
            rights[first[edge->to + 1]++] = (struct right){(uint64_t)(uintptr_t)edge->how, i, (uint32_t)edge->kind,
                                                           edge->residual, work->model->principals[edge->to].is_role};
        }
    return rights;
}

static void find_controlled(struct control_grouping *work)
{
    uint32_t targets = work->model->principal_count;
    uint32_t *first = memory_zeroed((size_t)targets + 2, sizeof *first);
    struct right *rights = list_rights(work, first);
    struct intern lists = {0};
    work->target_of = memory_zeroed((size_t)targets + 1, sizeof *work->target_of);
    work->first_target = memory_zeroed((size_t)targets + 1, sizeof *work->first_target);
    for (uint32_t i = 0; i < targets; i++) {
        uint32_t known = lists.count, count = first[i + 1] - first[i];
        work->target_of[i] = MODEL_NONE;
        if (count == 0)
            continue;
        work->target_of[i] = intern_add(&lists, (const char *)(rights + first[i]), count * sizeof *rights);
        if (work->target_of[i] == known)
            work->first_target[known] = i;
    }
    work->target_count = lists.count;
    intern_free(&lists);
    free(rights);
    free(first);
}

/* ---- groups and their edges */

/* A block for each number that several principals have; blocks[number] becomes its block. */
static void make_partition(struct partition *partition, const struct control_grouping *work, const uint32_t *number_of,
                           uint32_t numbers, uint32_t *blocks)
{
    uint32_t principals = work->model->principal_count;
    uint32_t *sizes = memory_zeroed((size_t)numbers + 1, sizeof *sizes);
    partition_open(partition, principals);
    for (uint32_t i = 0; i < principals; i++)
        if (number_of[i] != MODEL_NONE)
            sizes[number_of[i]]++;
    for (uint32_t i = 0; i < numbers; i++)
        blocks[i] = sizes[i] > 1 ? partition->count++ : MODEL_NONE;
    for (uint32_t i = 0; i < principals; i++)
        if (number_of[i] != MODEL_NONE)
            partition->of[i] = blocks[number_of[i]];
    partition_close(partition, principals);
    free(sizes);
}

static edge_end end_of(uint32_t base, uint32_t block, uint32_t alone)
{
    return block == MODEL_NONE ? alone : EDGE_GROUP | (base + block);
}

static void write_edges(struct control_grouping *work, const uint32_t *sources, const uint32_t *targets)
{
    struct edges *edges = work->edges;
    uint32_t base = edges->group_count, target_base = base + edges->classes.controllers.count, room = edges->edge_count;
    for (uint32_t i = 0; i < work->count; i++) {
        const struct controllers *group = &work->groups[i];
        edge_end from = end_of(base, sources[i], group->members[0]);
        for (uint32_t j = 0; j < group->edge_count; j++) {
            struct edge edge = group->edges[j];
            uint32_t target = work->target_of[edge.to];
            if (!is_of_each(&edge) && work->first_target[target] != edge.to)
                continue;
            edge.from = from;
            if (!is_of_each(&edge))
                edge.to = end_of(target_base, targets[target], edge.to);
            if (edge.from != edge.to)
                ARRAY_ADD(edges->edges, edges->edge_count, room, edge);
        }
    }
    edges->group_count += edges->classes.controllers.count + edges->classes.controlled.count;
}

void control_groups_end(struct control_grouping *work)
{
    struct edges *edges = work->edges;
    uint32_t principals = work->model->principal_count;
    find_controlled(work);
    uint32_t *number_of = memory_zeroed((size_t)principals + 1, sizeof *number_of);
    uint32_t *sources = memory_zeroed((size_t)work->count + 1, sizeof *sources);
    uint32_t *targets = memory_zeroed((size_t)work->target_count + 1, sizeof *targets);
    memset(number_of, 0xff, principals * sizeof *number_of);
    for (uint32_t i = 0; i < work->count; i++)
        /* Principals that control only themselves form no group. */
        for (uint32_t j = 0; j < work->groups[i].count && work->groups[i].edge_count > 0; j++)
            number_of[work->groups[i].members[j]] = i;
    make_partition(&edges->classes.controllers, work, number_of, work->count, sources);
    make_partition(&edges->classes.controlled, work, work->target_of, work->target_count, targets);
    write_edges(work, sources, targets);
    for (uint32_t i = 0; i < work->count; i++) {
        free(work->groups[i].members);
        free(work->groups[i].edges);
    }
    free(work->groups);
    free(work->target_of);
    free(work->first_target);
    free(number_of);
    free(sources);
    free(targets);
    free(work);
}
