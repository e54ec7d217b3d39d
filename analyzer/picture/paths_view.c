#include "analyzer/picture/paths_inside.h"
#include "ingest/support/array.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ACCOUNTS_NAMED 6u      /* accounts whose users get boxes of their own */
#define ACCOUNTS_FEW 3u        /* up to this many are always drawn separately, however many users they have */
#define NAMED_SHARE 20u        /* otherwise those with at least one in this many of the users */
#define GROUNDS_OF_ACCOUNTS 8u /* with more accounts, units represent them */

bool paths_is_target(const struct paths *paths, uint32_t node)
{
    return paths->targets[node] && paths->ways.distance[node] != MODEL_NONE && paths->ways.distance[node] > 0;
}

/* Roles that lead on into another account are on the way; for others, the roles that they reach are. */
bool paths_is_last(const struct paths *paths, uint32_t node)
{
    return paths_is_target(paths, node) && !paths->ways.on_way[node];
}

bool paths_is_hop(const struct paths *paths, uint32_t node)
{
    return node < paths->view->model->principal_count && paths->ways.on_way[node] && paths->ways.distance[node] > 0;
}
/* ---- who and what */

static void mark_sources(struct paths *paths, bool administrators_too)
{
    const struct edges *edges = paths->view->edges;
    for (uint32_t i = 0; i < edges->node_count; i++) {
        bool user = i < edges->model->principal_count && !edges->model->principals[i].is_role;
        bool outside = i >= edges->model->principal_count && blocks_vertex(edges, i) == i;
        paths->sources[i] = outside || (user && (administrators_too || !paths->view->administrators[i]));
    }
}

static void mark_open(struct paths *paths)
{
    const struct model *model = paths->view->model;
    for (uint32_t i = 0; i < model->principal_count; i++)
        paths->open[i] = model->principals[i].is_role && !paths_is_target(paths, i) && !paths_is_hop(paths, i) &&
                         severities_of_role(view_severities(paths->view), i, true) >= SEVERITY_HIGH;
}

static int more_users(const void *a, const void *b, void *context)
{
    const uint32_t *users = context, left = *(const uint32_t *)a, right = *(const uint32_t *)b;
    if (users[left] != users[right])
        return users[left] > users[right] ? -1 : 1;
    return (left > right) - (left < right);
}

static void name_accounts(struct paths *paths)
{
    const struct model *model = paths->view->model;
    uint32_t *order = memory_zeroed(model->account_count, sizeof *order), count = 0, users = 0;
    for (uint32_t i = 0; i < model->principal_count; i++)
        if (!model->principals[i].is_role) {
            paths->users_of[model->principals[i].account]++;
            paths->users_on_way[model->principals[i].account] += paths->ways.on_way[i];
        }
    for (uint32_t i = 0; i < model->account_count; i++)
        if (paths->users_on_way[i] > 0)
            order[count++] = i;
    for (uint32_t i = 0; i < count; i++)
        users += paths->users_on_way[order[i]];
    qsort_r(order, count, sizeof *order, more_users, paths->users_on_way);
    for (uint32_t i = 0; i < count && i < ACCOUNTS_NAMED; i++)
        paths->named[order[i]] = count <= ACCOUNTS_FEW || paths->users_on_way[order[i]] * NAMED_SHARE >= users;
    free(order);
}

static void measure(struct paths *paths)
{
    const struct model *model = paths->view->model;
    uint32_t accounts = 0, last = MODEL_NONE;
    for (uint32_t i = 0; i < model->principal_count; i++) {
        if (paths_is_hop(paths, i) && paths->ways.distance[i] > paths->hops)
            paths->hops = paths->ways.distance[i];
        if (paths->open[i] && paths->hops == 0)
            paths->hops = 1;
        if (paths_is_last(paths, i) && model->principals[i].account != last) {
            last = model->principals[i].account;
            accounts++;
        }
    }
    if (paths->hops > HOPS_MOST)
        paths->hops = HOPS_MOST;
    paths->by_account = accounts <= GROUNDS_OF_ACCOUNTS;
    paths->wide = accounts / 2;
}
/* ---- arcs */

/* Members of a part at one distance: they form one block, so that only shortest steps are drawn. */
struct tier {
    uint32_t part, distance;
    bool outside, service, open;
};

struct tiers {
    struct tier *list;
    uint32_t count, room;
    const struct parts *parts;
};

static bool is_wanted(const void *context, uint32_t from, uint32_t to)
{
    const struct tiers *tiers = context;
    const struct tier *left = &tiers->list[from], *right = &tiers->list[to];
    if (tiers->parts->list[left->part].column >= tiers->parts->list[right->part].column)
        return false;
    if (right->open)
        return left->outside;
    return left->service || right->distance == left->distance + 1;
}

static uint32_t *make_tiers(const struct paths *paths, struct tiers *tiers)
{
    const struct edges *edges = paths->view->edges;
    uint32_t *of = memory_get(edges->node_count * sizeof *of);
    struct intern keys = {0};
    for (uint32_t i = 0; i < edges->node_count; i++) {
        struct tier tier = {.part = paths->parts.of[i], .distance = paths->ways.distance[i]};
        of[i] = MODEL_NONE;
        if (tier.part == MODEL_NONE)
            continue;
        tier.outside = danger_is_outside(edges, i);
        tier.service = edges->nodes[i].kind == CALLER_SERVICE;
        tier.open = i < edges->model->principal_count && paths->open[i];
        char key[64];
        int length = snprintf(key, sizeof key, "%u %u %d", tier.part,
                              tier.distance > HOPS_MOST ? HOPS_MOST : tier.distance, tier.open);
        of[i] = intern_add(&keys, key, (size_t)length);
        if (of[i] == tiers->count)
            ARRAY_ADD(tiers->list, tiers->count, tiers->room, tier);
    }
    intern_free(&keys);
    return of;
}

void paths_find_arcs(struct paths *paths, struct flow *flow)
{
    struct tiers tiers = {.parts = &paths->parts};
    struct blocks blocks;
    uint32_t *of = make_tiers(paths, &tiers);
    blocks_open(&blocks, paths->view->edges, of, tiers.count, is_wanted, &tiers);
    severities_colour(view_severities(paths->view), &blocks);
    for (uint32_t i = 0; i < blocks.arc_count; i++) {
        const struct block_arc arc = blocks.arcs[i];
        if (tiers.list[arc.to].open && arc.severity < SEVERITY_HIGH)
            continue;
        flow_add_arc(flow, &(struct flow_arc){.from = tiers.list[arc.from].part,
                                              .to = tiers.list[arc.to].part,
                                              .severity = arc.severity,
                                              .dashed = !arc.sure});
    }
    blocks_close(&blocks);
    free(tiers.list);
}
void view_paths(struct view *view, const bool *targets, const char *names, struct flow *flow)
{
    uint32_t nodes = view->edges->node_count, accounts = view->model->account_count;
    struct paths paths = {.parts.arena = &flow->arena,
                          .group_sources = memory_zeroed(view->edges->group_count, sizeof *paths.group_sources),
                          .view = view,
                          .targets = targets != NULL ? targets : view->administrators};
    struct shortest within;
    paths.sources = memory_zeroed(nodes, sizeof *paths.sources);
    paths.open = memory_zeroed(nodes, sizeof *paths.open);
    paths.users_on_way = memory_zeroed(accounts, sizeof *paths.users_on_way);
    paths.users_of = memory_zeroed(accounts, sizeof *paths.users_of);
    paths.named = memory_zeroed(accounts, sizeof *paths.named);
    mark_sources(&paths, names != NULL);
    struct shortest_question question = {view->edges, paths.targets, paths.sources, true};
    shortest_find(&within, &question);
    question.within = false;
    shortest_find(&paths.ways, &question);
    mark_open(&paths);
    name_accounts(&paths);
    measure(&paths);
    view_forget_names(view);
    paths_fold(&paths);
    bool *reached = memory_zeroed(nodes, sizeof *reached);
    for (uint32_t i = 0; i < nodes; i++)
        reached[i] = within.distance[i] != MODEL_NONE && within.distance[i] > 0;
    paths_describe(&paths, names, reached, flow);
    free(reached);
    shortest_free(&within);
    shortest_free(&paths.ways);
    parts_close(&paths.parts);
    intern_free(&paths.wide_keys);
    free(paths.sources);
    free(paths.order);
    free(paths.group_sources);
    free(paths.open);
    free(paths.users_on_way);
    free(paths.users_of);
    free(paths.named);
}
