#include "analyzer/picture/paths_inside.h"
#include "ingest/support/array.h"
#include "ingest/support/text.h"

#include <stdlib.h>
#include <string.h>

#define HOP_KEPT 10u /* parts kept if a column has too many: the others become one */
#define LAST_KEPT 28u
#define MOST_ACCOUNTS "Most accounts"
#define NEVER (SEVERITY_CRITICAL + 1)

/* The foldings to try, in order. */
static const struct folding foldings[] = {
    {FAMILY_LOOKS, SEVERITY_INFO - 1, false, false}, {FAMILY_LOOKS, SEVERITY_INFO - 1, true, false},
    {FAMILY_SHARED, SEVERITY_INFO - 1, true, false}, {FAMILY_SHARED, SEVERITY_HIGH, true, false},
    {FAMILY_ENDS, SEVERITY_INFO - 1, true, true},    {FAMILY_ENDS, SEVERITY_HIGH, true, true},
    {FAMILY_ENDS, SEVERITY_CRITICAL, true, true},    {FAMILY_ENDS, NEVER, true, true},
};
#define FOLDINGS (sizeof foldings / sizeof *foldings)

/* The families whose administrators are in more than half of the accounts. */
static void find_wide(struct paths *paths)
{
    const struct model *model = paths->view->model;
    struct intern all = {0};
    uint32_t *accounts = NULL, *last = NULL;
    size_t room = 0, last_room = 0;
    intern_free(&paths->wide_keys);
    for (uint32_t i = 0; i < model->principal_count && !paths->by_account; i++) {
        if (!paths_is_last(paths, i))
            continue;
        const char *family = view_family(paths->view, i, paths->folding->level);
        uint32_t number = intern_add(&all, family, strlen(family));
        ARRAY_REACH(accounts, number, room);
        ARRAY_REACH(last, number, last_room);
        accounts[number] += accounts[number] == 0 || last[number] != model->principals[i].account;
        last[number] = model->principals[i].account;
    }
    for (uint32_t i = 0; i < all.count; i++)
        if (accounts[i] > paths->wide)
            intern_add(&paths->wide_keys, intern_text(&all, i), intern_length(&all, i));
    intern_free(&all);
    free(accounts);
    free(last);
}
/* ---- parts */

static void add_user(struct paths *paths, uint32_t node)
{
    const struct model *model = paths->view->model;
    uint32_t account = model->principals[node].account;
    bool named = paths->named[account];
    struct text key = {0};
    text_format(&key, "users %u", named ? account : MODEL_NONE);
    struct part *part = parts_find(&paths->parts, key.data);
    part->who = true;
    part->noun = NOUN_USERS;
    part->of_all = named ? paths->users_of[account] : 0;
    text_free(&key);
    if (part->members == 0) {
        text_format(&key, "Users of %s", named ? account_short_name(model, account) : "other accounts");
        part->name = text_keep(&key, paths->parts.arena);
    }
    parts_add(&paths->parts, part, node);
}

static const char *ground_label(struct paths *paths, uint32_t node, const char *family)
{
    const struct model *model = paths->view->model;
    uint32_t account = model->principals[node].account;
    if (paths->by_account)
        return account_short_name(model, account);
    if (intern_find(&paths->wide_keys, family, strlen(family)) != INTERN_NONE)
        return MOST_ACCOUNTS;
    const char *unit = view_unit(paths->view, account);
    if (unit[0] == '\0')
        return "All accounts";
    return severities_of_role(view_severities(paths->view), node, false) >= paths->folding->least ? unit
                                                                                                  : "Several OUs";
}

/* Adds the role to the part with that key, or to the part that its previous part becomes. */
static void add_role(struct paths *paths, uint32_t node, const char *key, const char *name, const char *ground,
                     uint32_t column)
{
    struct text other = {0};
    bool administrator = paths->view->administrators[node];
    int severity = severities_of_role(view_severities(paths->view), node, false);
    uint32_t becomes = paths->becomes != NULL ? paths->becomes[paths->former[node]] : MODEL_NONE;
    if (becomes != MODEL_NONE) {
        text_format(&other, "becomes %u", becomes);
        key = other.data;
    } else if (paths->becomes != NULL) {
        text_format(&other, "rest %u %d", column, administrator);
        key = other.data;
        name = REST;
        ground = NULL;
    }
    struct part *part = parts_find(&paths->parts, key);
    part->administrator = administrator && (part->members == 0 || part->administrator);
    part->name = name;
    part->ground = ground;
    part->column = column;
    part->noun = NOUN_ROLES;
    part->severity = severity > part->severity ? severity : part->severity;
    parts_add(&paths->parts, part, node);
    text_free(&other);
}

/* The outside party that enters it, if it is a single part. */
static const char *opened_to(struct paths *paths, uint32_t role)
{
    const struct edges *edges = paths->view->edges;
    const struct part *found = NULL;
    edge_end targets[EDGES_ENDS];
    uint32_t count = edges_targets(edges, role, targets);
    for (uint32_t t = 0; t < count; t++) {
        uint32_t first, last;
        edges_in(edges, targets[t], &first, &last);
        for (uint32_t i = first; i < last; i++) {
            edge_end from = edges->edges[edges->in_edges[i]].from;
            if ((from & EDGE_GROUP) != 0 || !danger_is_outside(edges, from) || paths->parts.of[from] == MODEL_NONE)
                continue;
            const struct part *part = &paths->parts.list[paths->parts.of[from]];
            if (edges->nodes[from].kind == CALLER_ANYONE)
                return "anyone";
            if (found != NULL && found != part)
                return "several outsiders";
            found = part;
        }
    }
    return found == NULL || found->noun != NOUN_PROVIDERS ? "outside accounts" : found->name;
}

static void add_open(struct paths *paths, uint32_t node)
{
    struct text key = {0}, name = {0};
    const char *family = view_family(paths->view, node, paths->folding->level);
    if (paths->folding->by_caller)
        text_format(&name, "Open to %s", opened_to(paths, node));
    else
        text_append_string(&name, family);
    text_format(&key, "open %s", name.data);
    add_role(paths, node, key.data, arena_copy_text(paths->parts.arena, name.data, name.length), NULL, 1);
    text_free(&key);
    text_free(&name);
}

/* ---- who comes to a role */

static void add_source(const struct paths *paths, struct sources *sources, uint32_t node, uint32_t distance)
{
    const struct edges *edges = paths->view->edges;
    uint32_t vertex = blocks_vertex(edges, node), at = vertex == MODEL_NONE ? MODEL_NONE : paths->ways.distance[vertex];
    if (at == MODEL_NONE || paths->parts.of[vertex] == MODEL_NONE ||
        (at + 1 != distance && edges->nodes[vertex].kind != CALLER_SERVICE))
        return;
    uint32_t part = paths->parts.of[vertex] < SOURCE_PARTS ? paths->parts.of[vertex] : SOURCE_PARTS - 1;
    sources->words[part / 64] |= (uint64_t)1 << part % 64;
}

/* Adds the parts of an end's members that are one step closer than that distance. Results for groups are cached, since
 * many roles need them. */
static void add_end(struct paths *paths, struct sources *sources, edge_end end, uint32_t distance)
{
    uint32_t count;
    if ((end & EDGE_GROUP) == 0) {
        add_source(paths, sources, end, distance);
        return;
    }
    struct sources *group = &paths->group_sources[end & ~EDGE_GROUP];
    if (group->distance != distance) {
        const uint32_t *members = edges_members(paths->view->edges, &end, &count);
        *group = (struct sources){.distance = distance};
        for (uint32_t i = 0; i < count; i++)
            add_source(paths, group, members[i], distance);
    }
    for (size_t i = 0; i < SOURCE_PARTS / 64; i++)
        sources->words[i] |= group->words[i];
}

/* Faster than a format: very many keys are made. */
static void append_word(struct text *key, uint64_t word)
{
    text_append_char(key, ' ');
    for (; word != 0; word >>= 4)
        text_append_char(key, "0123456789abcdef"[word & 15]);
}

static void append_sources(struct paths *paths, uint32_t role, struct text *key)
{
    const struct edges *edges = paths->view->edges;
    struct sources sources = {.distance = 0};
    int severity = severities_of_role(view_severities(paths->view), role, false);
    edge_end targets[EDGES_ENDS];
    uint32_t count = edges_targets(edges, role, targets);
    for (uint32_t t = 0; t < count; t++) {
        uint32_t first, last;
        edges_in(edges, targets[t], &first, &last);
        for (uint32_t i = first; i < last; i++)
            add_end(paths, &sources, edges->edges[edges->in_edges[i]].from, paths->ways.distance[role]);
    }
    bool others = false;
    for (size_t i = 0; i < SOURCE_PARTS / 64; i++) {
        append_word(key, sources.words[i]);
        others = others || (sources.words[i] & ~paths->services.words[i]) != 0;
    }
    /* Findings about roles that only services assume concern other callers, who do not appear here. */
    append_word(key, others && severity >= SEVERITY_HIGH ? (uint64_t)severity : 0);
}

static void add_on_way(struct paths *paths, uint32_t node)
{
    bool last = paths_is_last(paths, node);
    uint32_t distance = paths->ways.distance[node], hop = distance > HOPS_MOST ? HOPS_MOST : distance;
    const char *family = view_family(paths->view, node, paths->folding->level);
    const char *ground = last ? ground_label(paths, node, family) : NULL;
    struct text key = {0};
    append_word(&key, last ? 0 : hop);
    append_word(&key, paths->view->administrators[node]);
    text_append_char(&key, ' ');
    text_append_string(&key, ground != NULL ? ground : "");
    if (paths->folding->by_sources)
        append_sources(paths, node, &key);
    text_append_char(&key, ' ');
    if (!paths->folding->by_sources || (ground != NULL && strcmp(ground, MOST_ACCOUNTS) == 0))
        text_append_string(&key, family);
    add_role(paths, node, key.data, family, ground, last ? paths->hops + 1 : hop);
    text_free(&key);
}

static int nearer(const void *a, const void *b, void *context)
{
    const uint32_t *distance = context, left = *(const uint32_t *)a, right = *(const uint32_t *)b;
    if (distance[left] != distance[right])
        return distance[left] < distance[right] ? -1 : 1;
    return (left > right) - (left < right);
}

static void order_roles(struct paths *paths)
{
    const struct model *model = paths->view->model;
    paths->order = memory_zeroed(model->principal_count, sizeof *paths->order);
    for (uint32_t i = 0; i < model->principal_count; i++)
        if (paths_is_hop(paths, i) || paths_is_last(paths, i)) {
            paths->order[paths->ordered++] = i;
            view_count_name(paths->view, i);
        } else if (paths->open[i]) {
            view_count_name(paths->view, i);
        }
    qsort_r(paths->order, paths->ordered, sizeof *paths->order, nearer, paths->ways.distance);
}

/* ---- all parts */

/* Outside parties first, since open roles are distinguished by them, then users, then roles, nearest first. Stops when
 * there are more than `most`. */
static void make_parts(struct paths *paths, uint32_t most)
{
    const struct edges *edges = paths->view->edges;
    struct arena *arena = paths->parts.arena;
    parts_close(&paths->parts);
    parts_open(&paths->parts, edges, arena);
    for (uint32_t i = 0; i < edges->group_count; i++)
        paths->group_sources[i].distance = 0;
    find_wide(paths);
    for (uint32_t i = edges->model->principal_count; i < edges->node_count; i++)
        if (blocks_vertex(edges, i) == i && (paths->ways.on_way[i] || danger_is_outside(edges, i)))
            parts_add(&paths->parts, parts_find_outside(&paths->parts, i, 0, false), i);
    paths->services = (struct sources){.distance = 0};
    for (uint32_t i = 0; i < paths->parts.count && i < SOURCE_PARTS - 1; i++)
        if (paths->parts.list[i].noun == NOUN_SERVICES)
            paths->services.words[i / 64] |= (uint64_t)1 << i % 64;
    for (uint32_t i = 0; i < edges->model->principal_count; i++)
        if (paths->sources[i] && paths->ways.on_way[i] && paths->ways.distance[i] == 0)
            add_user(paths, i);
    for (uint32_t i = 0; i < edges->model->principal_count && paths->parts.count <= most; i++)
        if (paths->open[i])
            add_open(paths, i);
    for (uint32_t i = 0; i < paths->ordered && paths->parts.count <= most; i++)
        add_on_way(paths, paths->order[i]);
}

static uint64_t part_weight(const struct part *part)
{
    static const uint64_t weights[] = {[SEVERITY_MEDIUM] = 1, [SEVERITY_HIGH] = 3, [SEVERITY_CRITICAL] = 8};
    return part->members * (part->severity >= SEVERITY_MEDIUM ? weights[part->severity] : 1);
}

static int worse_part(const void *a, const void *b, void *context)
{
    const struct part *list = context, *left = &list[*(const uint32_t *)a], *right = &list[*(const uint32_t *)b];
    if (left->who != right->who)
        return left->who ? -1 : 1;
    bool left_critical = left->severity >= SEVERITY_CRITICAL, right_critical = right->severity >= SEVERITY_CRITICAL;
    if (left_critical != right_critical)
        return left_critical ? -1 : 1;
    if (part_weight(left) != part_weight(right))
        return part_weight(left) > part_weight(right) ? -1 : 1;
    return (left > right) - (left < right);
}

/* Makes the parts again, merged into what they become. */
static void remake(struct paths *paths, const uint32_t *becomes)
{
    uint32_t *former = memory_copy(paths->parts.of, paths->view->edges->node_count, sizeof *former);
    paths->becomes = becomes;
    paths->former = former;
    make_parts(paths, MODEL_NONE);
    paths->becomes = paths->former = NULL;
    free(former);
}

/* Roles of one family on one ground become one part, whoever their callers are: boxes with the same name could not be
 * told apart. */
static void join_names(struct paths *paths)
{
    uint32_t count = paths->parts.count, *becomes = memory_zeroed(count, sizeof *becomes), joined = 0;
    uint32_t *names = NULL;
    const char **family = memory_zeroed(count, sizeof *family);
    bool *several = memory_zeroed(count, sizeof *several);
    struct intern keys = {0};
    size_t room = 0;
    for (uint32_t i = 0; i < paths->ordered; i++) {
        uint32_t part = paths->parts.of[paths->order[i]];
        const char *own = view_family(paths->view, paths->order[i], paths->folding->level);
        several[part] = several[part] || (family[part] != NULL && strcmp(family[part], own) != 0);
        family[part] = own;
    }
    for (uint32_t i = 0; i < count; i++) {
        const struct part *part = &paths->parts.list[i];
        struct text key = {0};
        becomes[i] = i;
        if (family[i] == NULL || several[i])
            continue;
        text_format(&key, "%u %d %s %s", part->column, part->administrator, part->ground != NULL ? part->ground : "",
                    family[i]);
        uint32_t before = keys.count, number = intern_add(&keys, key.data, key.length);
        ARRAY_REACH(names, number, room);
        if (keys.count > before)
            names[number] = i;
        joined += keys.count == before;
        becomes[i] = names[number];
        text_free(&key);
    }
    if (joined > 0)
        remake(paths, becomes);
    intern_free(&keys);
    free(names);
    free(several);
    free(family);
    free(becomes);
}

/* Keeps the worst and largest; the others of a column become one part. */
static void keep_worst(struct paths *paths)
{
    uint32_t count = paths->parts.count, *order = memory_zeroed(count, sizeof *order);
    uint32_t kept_in[FLOW_COLUMNS] = {0}, *becomes = memory_zeroed(count, sizeof *becomes);
    for (uint32_t i = 0; i < count; i++)
        order[i] = i;
    qsort_r(order, count, sizeof *order, worse_part, paths->parts.list);
    for (uint32_t i = 0; i < count; i++) {
        const struct part *part = &paths->parts.list[order[i]];
        uint32_t *in_column = &kept_in[part->column], most = part->column > paths->hops ? LAST_KEPT : HOP_KEPT;
        becomes[order[i]] = part->who || (*in_column)++ < most ? order[i] : MODEL_NONE;
    }
    remake(paths, becomes);
    free(becomes);
    free(order);
}

void paths_fold(struct paths *paths)
{
    order_roles(paths);
    for (size_t i = 0; i < FOLDINGS; i++) {
        paths->folding = &foldings[i];
        make_parts(paths, paths->folding->by_sources ? MODEL_NONE : VIEW_BOXES);
        if (paths->folding->by_sources)
            join_names(paths);
        if (paths->parts.count <= VIEW_BOXES)
            return;
    }
    keep_worst(paths);
}
