#include "analyzer/picture/fit.h"
#include "analyzer/picture/frame.h"
#include "analyzer/picture/parts.h"
#include "analyzer/picture/shortest.h"
#include "analyzer/picture/view.h"
#include "ingest/support/array.h"
#include "ingest/support/text.h"

#include <stdlib.h>
#include <string.h>

#define HOPS_MOST 4u           /* columns between the first and the last */
#define ACCOUNTS_NAMED 6u      /* whose users stand by themselves */
#define ACCOUNTS_FEW 3u        /* so few stand by themselves however many users they have */
#define NAMED_SHARE 20u        /* else those that have one in so many of the users */
#define SOURCE_PARTS 256u      /* told apart where roles are told by who comes to them */
#define GROUNDS_OF_ACCOUNTS 8u /* more accounts are told by their units */
#define COUNT_WIDTH 100.0      /* of a box's, beside its name */
#define FAMILIES_TOLD 3u
#define HOP_KEPT 10u /* parts of a column when there are too many: the others become one */
#define LAST_KEPT 28u
#define MOST_ACCOUNTS "Most accounts"
#define REST "Other roles"
#define NEVER (SEVERITY_CRITICAL + 1)

/* How much is drawn together, one try after the other. */
struct folding {
    enum family_level level;
    int least;       /* roles with a finding less bad than this are not told by their unit */
    bool by_caller;  /* roles that only outsiders enter are told by who enters */
    bool by_sources; /* roles are told by who comes to them and how bad that is, not by their names */
};
static const struct folding foldings[] = {
    {FAMILY_LOOKS, SEVERITY_INFO - 1, false, false}, {FAMILY_LOOKS, SEVERITY_INFO - 1, true, false},
    {FAMILY_SHARED, SEVERITY_INFO - 1, true, false}, {FAMILY_SHARED, SEVERITY_HIGH, true, false},
    {FAMILY_ENDS, SEVERITY_INFO - 1, true, true},    {FAMILY_ENDS, SEVERITY_HIGH, true, true},
    {FAMILY_ENDS, SEVERITY_CRITICAL, true, true},    {FAMILY_ENDS, NEVER, true, true},
};
#define FOLDINGS (sizeof foldings / sizeof *foldings)

struct paths {
    struct view *view;
    const bool *targets;
    bool *sources, *open; /* per node; open: outsiders enter it by a high or critical finding */
    struct shortest ways;
    uint32_t *users_on_way, *users_of; /* per account */
    bool *named;                       /* per account: its users stand by themselves */
    uint32_t hops;                     /* columns between the first and the last */
    bool by_account;
    uint32_t wide;           /* families in more accounts than this are "in most accounts" */
    struct intern wide_keys; /* of families; see find_wide */
    const struct folding *folding;
    uint32_t *order, ordered; /* roles on the ways, the nearest first */
    struct sources {
        uint64_t words[SOURCE_PARTS / 64];
        uint32_t distance;
    } * group_sources; /* per group of the edges, see add_end */
    struct parts parts;
    const bool *kept;       /* per part of the try before: it stays; NULL: all do */
    const uint32_t *former; /* per node: its part there */
};

static bool is_target(const struct paths *paths, uint32_t node)
{
    return paths->targets[node] && paths->ways.distance[node] != MODEL_NONE && paths->ways.distance[node] > 0;
}

/* Who leads on into another account is on the way; of others, what is reached. */
static bool is_last(const struct paths *paths, uint32_t node)
{
    return is_target(paths, node) && !paths->ways.on_way[node];
}

static bool is_hop(const struct paths *paths, uint32_t node)
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
        paths->open[i] = model->principals[i].is_role && !is_target(paths, i) && !is_hop(paths, i) &&
                         severities_of_role(&paths->view->severities, i, true) >= SEVERITY_HIGH;
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
        if (is_hop(paths, i) && paths->ways.distance[i] > paths->hops)
            paths->hops = paths->ways.distance[i];
        if (paths->open[i] && paths->hops == 0)
            paths->hops = 1;
        if (is_last(paths, i) && model->principals[i].account != last) {
            last = model->principals[i].account;
            accounts++;
        }
    }
    if (paths->hops > HOPS_MOST)
        paths->hops = HOPS_MOST;
    paths->by_account = accounts <= GROUNDS_OF_ACCOUNTS;
    paths->wide = accounts / 2;
}

/* The families whose administrators are in more than half of the accounts. */
static void find_wide(struct paths *paths)
{
    const struct model *model = paths->view->model;
    struct intern all = {0};
    uint32_t *accounts = NULL, *last = NULL;
    size_t room = 0, last_room = 0;
    intern_free(&paths->wide_keys);
    for (uint32_t i = 0; i < model->principal_count && !paths->by_account; i++) {
        if (!is_last(paths, i))
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
        part->name = arena_copy_text(paths->parts.arena, key.data, key.length);
        text_free(&key);
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
    const char *unit = account_unit(paths->parts.arena, model, account);
    if (unit[0] == '\0')
        return "All accounts";
    return severities_of_role(&paths->view->severities, node, false) >= paths->folding->least ? unit : "Several OUs";
}

/* Adds the role to the part of that key; one that was not kept, to the rest of its column. */
static void add_role(struct paths *paths, uint32_t node, const char *key, const char *name, const char *ground,
                     uint32_t column)
{
    struct text other = {0};
    bool administrator = paths->view->administrators[node];
    int severity = severities_of_role(&paths->view->severities, node, false);
    if (paths->kept != NULL && paths->kept[paths->former[node]]) {
        text_format(&other, "kept %u", paths->former[node]);
        key = other.data;
    } else if (paths->kept != NULL) {
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

/* Who of outside enters it, if that is one part. */
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
        text_format(&name, "Roles open to %s", opened_to(paths, node));
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

/* Adds the parts of an end's members one step before that distance. Those of groups are kept: many roles ask. */
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

static void append_sources(struct paths *paths, uint32_t role, struct text *key)
{
    const struct edges *edges = paths->view->edges;
    struct sources sources = {.distance = 0};
    int severity = severities_of_role(&paths->view->severities, role, false);
    edge_end targets[EDGES_ENDS];
    uint32_t count = edges_targets(edges, role, targets);
    for (uint32_t t = 0; t < count; t++) {
        uint32_t first, last;
        edges_in(edges, targets[t], &first, &last);
        for (uint32_t i = first; i < last; i++)
            add_end(paths, &sources, edges->edges[edges->in_edges[i]].from, paths->ways.distance[role]);
    }
    for (size_t i = 0; i < SOURCE_PARTS / 64; i++)
        text_format(key, " %llx", (unsigned long long)sources.words[i]);
    text_format(key, " %d", severity >= SEVERITY_HIGH ? severity : 0);
}

static void add_on_way(struct paths *paths, uint32_t node)
{
    bool last = is_last(paths, node);
    uint32_t distance = paths->ways.distance[node], hop = distance > HOPS_MOST ? HOPS_MOST : distance;
    const char *family = view_family(paths->view, node, paths->folding->level);
    const char *ground = last ? ground_label(paths, node, family) : NULL;
    struct text key = {0};
    text_format(&key, "%u %d %s", last ? 0 : hop, paths->view->administrators[node], ground != NULL ? ground : "");
    if (paths->folding->by_sources)
        append_sources(paths, node, &key);
    if (!paths->folding->by_sources || (ground != NULL && strcmp(ground, MOST_ACCOUNTS) == 0))
        text_format(&key, " %s", family);
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
        if (is_hop(paths, i) || is_last(paths, i)) {
            paths->order[paths->ordered++] = i;
            view_count_name(paths->view, i);
        } else if (paths->open[i]) {
            view_count_name(paths->view, i);
        }
    qsort_r(paths->order, paths->ordered, sizeof *paths->order, nearer, paths->ways.distance);
}

/* ---- all parts */

/* Outside parties first, since open roles are told by them, then users, then roles from the nearest on. */
static void make_parts(struct paths *paths)
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
    for (uint32_t i = 0; i < edges->model->principal_count; i++)
        if (paths->sources[i] && paths->ways.on_way[i] && paths->ways.distance[i] == 0)
            add_user(paths, i);
    for (uint32_t i = 0; i < edges->model->principal_count; i++)
        if (paths->open[i])
            add_open(paths, i);
    for (uint32_t i = 0; i < paths->ordered; i++)
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
    if (part_weight(left) != part_weight(right))
        return part_weight(left) > part_weight(right) ? -1 : 1;
    return (left > right) - (left < right);
}

/* The worst and largest stay, the others of a column become one. */
static void keep_worst(struct paths *paths)
{
    uint32_t count = paths->parts.count, *order = memory_zeroed(count, sizeof *order);
    uint32_t kept_in[FLOW_COLUMNS] = {0};
    bool *kept = memory_zeroed(count, sizeof *kept);
    for (uint32_t i = 0; i < count; i++)
        order[i] = i;
    qsort_r(order, count, sizeof *order, worse_part, paths->parts.list);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t *in_column = &kept_in[paths->parts.list[order[i]].column];
        uint32_t most = paths->parts.list[order[i]].column > paths->hops ? LAST_KEPT : HOP_KEPT;
        kept[order[i]] = paths->parts.list[order[i]].who || (*in_column)++ < most;
    }
    uint32_t nodes = paths->view->edges->node_count;
    uint32_t *former = memory_copy(paths->parts.of, nodes, sizeof *former);
    paths->kept = kept;
    paths->former = former;
    make_parts(paths);
    paths->kept = NULL;
    free(former);
    free(kept);
    free(order);
}

/* The names of a part by their families, those with most roles first: "github-…", "…-ops, dba-… and 3 more". */
struct tally {
    uint32_t family, count;
};

static int more_often(const void *a, const void *b)
{
    const struct tally *left = a, *right = b;
    if (left->count != right->count)
        return left->count > right->count ? -1 : 1;
    return (left->family > right->family) - (left->family < right->family);
}

static bool only_services_come(const struct flow *flow, uint32_t part, const struct parts *parts)
{
    bool any = false;
    for (uint32_t i = 0; i < flow->arc_count; i++)
        if (flow->arcs[i].to == part) {
            if (parts->list[flow->arcs[i].from].noun != NOUN_SERVICES)
                return false;
            any = true;
        }
    return any;
}

static const char *name_by_families(struct paths *paths, uint32_t number, struct flow *flow)
{
    struct intern families = {0};
    struct tally *tallies = NULL;
    struct text name = {0};
    size_t room = 0;
    for (uint32_t i = 0; i < paths->ordered; i++) {
        if (paths->parts.of[paths->order[i]] != number)
            continue;
        const char *family = view_family(paths->view, paths->order[i], paths->folding->level);
        uint32_t at = intern_add(&families, family, strlen(family));
        ARRAY_REACH(tallies, at, room);
        tallies[at].family = at;
        tallies[at].count++;
    }
    if (families.count > FAMILIES_TOLD && only_services_come(flow, number, &paths->parts)) {
        text_append_string(&name, "Service execution roles");
    } else {
        qsort(tallies, families.count, sizeof *tallies, more_often);
        double room_for = flow->columns[flow->boxes[number].column].width - COUNT_WIDTH;
        uint32_t told = families.count < FAMILIES_TOLD ? families.count : FAMILIES_TOLD;
        do {
            name.length = 0;
            for (uint32_t i = 0; i < told; i++)
                text_format(&name, "%s%s", i > 0 ? ", " : "", intern_text(&families, tallies[i].family));
            if (told < families.count)
                text_format(&name, " and %u more", families.count - told);
        } while (fit_width(name.data, 13) > room_for && --told > 0);
    }
    const char *kept = flow_text(flow, "%s", name.data);
    text_free(&name);
    intern_free(&families);
    free(tallies);
    return kept;
}

static void name_parts(struct paths *paths, struct flow *flow)
{
    for (uint32_t i = 0; i < paths->parts.count && paths->folding->by_sources; i++) {
        const struct part *part = &paths->parts.list[i];
        bool rest = strcmp(part->name, REST) == 0, open = strncmp(part->name, "Roles open", 10) == 0;
        if (!part->who && part->members > 1 && !rest && !open)
            flow->boxes[i].name = name_by_families(paths, i, flow);
    }
}

static void fold(struct paths *paths)
{
    for (size_t i = 0; i < FOLDINGS; i++) {
        paths->folding = &foldings[i];
        make_parts(paths);
        if (paths->parts.count <= VIEW_BOXES)
            return;
    }
    keep_worst(paths);
}

/* ---- arcs */

/* Members of a part at one distance: of one block, so that only shortest steps are drawn. */
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

static void find_arcs(struct paths *paths, struct flow *flow)
{
    struct tiers tiers = {.parts = &paths->parts};
    struct blocks blocks;
    uint32_t *of = make_tiers(paths, &tiers);
    blocks_open(&blocks, paths->view->edges, of, tiers.count, is_wanted, &tiers);
    severities_colour(&paths->view->severities, &blocks);
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

/* ---- words */

static uint32_t count_nodes(const struct paths *paths, enum part_noun noun)
{
    const struct edges *edges = paths->view->edges;
    uint32_t count = 0, last = MODEL_NONE;
    for (uint32_t i = 0; i < edges->node_count; i++) {
        const struct caller *caller = &edges->nodes[i];
        if (!paths->ways.on_way[i] || paths->ways.distance[i] != 0)
            continue;
        bool user = i < edges->model->principal_count, provider = caller_is_federated(caller);
        bool service = caller->kind == CALLER_SERVICE;
        if (noun == NOUN_USERS && user)
            count++;
        else if (noun == NOUN_SERVICES && service)
            count++;
        else if (noun == NOUN_PROVIDERS && provider)
            count++;
        else if (noun == NOUN_ACCOUNTS && !user && !service && !provider && caller->account_index != last) {
            last = caller->account_index;
            count += last != MODEL_NONE;
        }
    }
    return count;
}

static const char *numbers(struct paths *paths, const bool *within, bool administrators, struct flow *flow)
{
    uint32_t all = 0, reached = 0, at[3] = {0}, inside = 0;
    struct listing who = {0}, how = {0};
    for (uint32_t i = 0; i < paths->view->model->principal_count; i++) {
        if (!paths->targets[i] || !paths->view->model->principals[i].is_role)
            continue;
        all++;
        reached += within[i];
        if (is_target(paths, i))
            at[paths->ways.distance[i] > 2 ? 2 : paths->ways.distance[i] - 1]++;
        else
            inside += within[i];
    }
    listing_add(&who, count_nodes(paths, NOUN_USERS), administrators ? "user who is not an administrator" : "user",
                administrators ? "users who are not administrators" : "users");
    listing_add(&who, count_nodes(paths, NOUN_PROVIDERS), "identity provider", "identity providers");
    listing_add(&who, count_nodes(paths, NOUN_ACCOUNTS), "other account", "other accounts");
    listing_add(&who, count_nodes(paths, NOUN_SERVICES), "AWS service", "AWS services");
    listing_add(&how, at[0], "directly", "directly");
    listing_add(&how, at[1], "through one more role", "through one more role");
    listing_add(&how, at[2], "through several more roles", "through several more roles");
    listing_add(&how, inside, "only through an administrator of its account",
                "only through administrators of their account");
    const char *what = administrators ? "administrator role" : "role", *sources = listing_end(&who, flow);
    const char *ways = listing_end(&how, flow);
    if (reached == 0)
        return all == 0 ? flow_text(flow, "There is no %s.", what)
                        : flow_text(flow, "No user, outsider or service can become one of the %u %ss.", all, what);
    return flow_text(flow, "%s can become %s of %s %s%s: %s.", sources, flow_number(flow, reached),
                     flow_number(flow, all), what, text_plural(all), ways);
}

static const char *left_out(struct paths *paths, const bool *within, bool administrators, struct flow *flow)
{
    uint32_t unreached = 0;
    for (uint32_t i = 0; i < paths->view->model->principal_count; i++)
        unreached += paths->targets[i] && paths->view->model->principals[i].is_role && !within[i];
    const char *what = administrators ? "administrator role" : "role";
    return unreached == 0
               ? NULL
               : flow_text(flow, "%s %s%s that only administrators, or nobody, can become %s left out.",
                           flow_number(flow, unreached), what, text_plural(unreached), unreached == 1 ? "is" : "are");
}

static bool any_folded(const struct parts *parts)
{
    for (uint32_t i = 0; i < parts->count; i++)
        if (!parts->list[i].who && parts->list[i].members > 1)
            return true;
    return false;
}

/* "Prod" becomes "Prod · 4 of 15 accounts". */
static void describe_grounds(const struct paths *paths, struct flow *flow)
{
    const struct model *model = paths->view->model;
    struct arena arena = {0};
    for (uint32_t g = 0; g < flow->ground_count && !paths->by_account; g++) {
        const char *label = flow->grounds[g].label;
        uint32_t here = 0, all = 0, last = MODEL_NONE;
        for (uint32_t i = 0; i < model->principal_count; i++) {
            uint32_t part = paths->parts.of[i];
            if (part == MODEL_NONE || paths->parts.list[part].ground == NULL || model->principals[i].account == last ||
                strcmp(paths->parts.list[part].ground, label) != 0)
                continue;
            last = model->principals[i].account;
            here++;
        }
        for (uint32_t i = 0; i < model->account_count; i++)
            all +=
                model->accounts[i].detail != ACCOUNT_NOT_EXPORTED && strcmp(account_unit(&arena, model, i), label) == 0;
        if (all > here)
            flow->grounds[g].label = flow_text(flow, "%s · %u of %u accounts", label, here, all);
        else if (strcmp(label, "Management account") != 0)
            flow->grounds[g].label = flow_text(flow, "%s · %u account%s", label, here, text_plural(here));
    }
    arena_free(&arena);
}

static void describe_columns(const struct paths *paths, struct flow *flow, bool administrators)
{
    static const char *const heads[] = {"WHO", "ENTERS AT", "THEN", "THEN", "THEN"};
    bool many = paths->hops > 1;
    flow->column_count = paths->hops + 2;
    flow->columns[0] = (struct flow_column){heads[0], 264};
    for (uint32_t c = 1; c <= paths->hops; c++)
        flow->columns[c] = (struct flow_column){heads[c], many ? 300 : 331};
    flow->columns[paths->hops + 1] =
        (struct flow_column){administrators ? "BECOMES ADMINISTRATOR AS" : "BECOMES", many ? 340 : 376};
}

static void describe(struct paths *paths, const char *names, const bool *within, struct flow *flow)
{
    bool administrators = names == NULL;
    flow->title = administrators ? "Who can become administrator, and who gets in from outside"
                                 : flow_text(flow, "Who can become %s, and who gets in from outside", names);
    flow->legend = "Worst trust finding on the way";
    flow->dashed = "every way has a condition (MFA, token subject, external ID)";
    flow_say(flow, frame_origin(&flow->arena, paths->view->model));
    flow_say(flow, numbers(paths, within, administrators, flow));
    describe_columns(paths, flow, administrators);
    parts_describe(&paths->parts, flow);
    find_arcs(paths, flow);
    name_parts(paths, flow);
    parts_describe_arcs(flow);
    flow_drop_idle(flow);
    flow_limit(flow);
    describe_grounds(paths, flow);
    flow_leave_out(flow, any_folded(&paths->parts)
                             ? "Shortest ways only. Alike roles are one box with a count; names that differ only in "
                               "their generated part are shortened with “…”."
                             : "Shortest ways only.");
    flow_leave_out(flow, left_out(paths, within, administrators, flow));
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
    order_roles(&paths);
    fold(&paths);
    bool *reached = memory_zeroed(nodes, sizeof *reached);
    for (uint32_t i = 0; i < nodes; i++)
        reached[i] = within.distance[i] != MODEL_NONE && within.distance[i] > 0;
    describe(&paths, names, reached, flow);
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
