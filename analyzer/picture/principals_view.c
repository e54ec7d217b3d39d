#include "analyzer/picture/columns.h"
#include "analyzer/picture/frame.h"
#include "analyzer/picture/parts.h"
#include "analyzer/picture/view.h"
#include "ingest/support/text.h"

#include <stdlib.h>
#include <string.h>

#define COLUMNS_MOST 5u
#define FOLDED_ARCS 60u /* nearly all folded accounts or units have an arc to each other: more are unreadable */
#define TWINS_LEAST 3u  /* from this many on, similar ones become one box */

/* How much is drawn together. Tried in turn. */
enum folding {
    FOLD_TWINS,    /* of one account with the same edges */
    FOLD_OUTSIDE,  /* and outside parties by kind */
    FOLD_FAMILIES, /* by name within an account */
    FOLD_ENDS,     /* by a part of the name within an account */
    FOLD_ACCOUNTS,
    FOLD_UNITS,
    FOLDINGS
};

struct principals {
    struct view *view;
    bool *touched;   /* per node: an edge leads from it, or to it */
    bool *open;      /* per role: anyone may assume it, whatever others may */
    uint64_t *twin;  /* per node: equal numbers, equal edges */
    uint32_t *twins; /* per node: how many nodes share its number */
    enum folding folding;
    struct parts parts;
    uint32_t open_arcs; /* number of arcs left out */
};

static void touch_end(struct principals *all, edge_end end)
{
    uint32_t count;
    const uint32_t *members = edges_members(all->view->edges, &end, &count);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t vertex = blocks_vertex(all->view->edges, members[i]);
        if (vertex != MODEL_NONE)
            all->touched[vertex] = true;
    }
}

/* Every end is visited once. An edge of a role to itself does not count. */
static void find_touched(struct principals *all)
{
    const struct edges *edges = all->view->edges;
    bool *seen = memory_zeroed(edges->node_count + edges->group_count, sizeof *seen);
    for (uint32_t i = 0; i < edges->edge_count; i++) {
        const edge_end ends[] = {edges->edges[i].from, edges->edges[i].to};
        for (int side = 0; side < 2 && ends[0] != ends[1]; side++) {
            if (!seen[edges_place(edges, ends[side])])
                touch_end(all, ends[side]);
            seen[edges_place(edges, ends[side])] = true;
        }
        if (edges->nodes[ends[0] & EDGE_GROUP ? 0 : ends[0]].kind == CALLER_ANYONE && (ends[0] & EDGE_GROUP) == 0 &&
            edges->edges[i].verdict == VERDICT_ALLOWED) {
            uint32_t count;
            const uint32_t *members = edges_members(edges, &ends[1], &count);
            for (uint32_t j = 0; j < count; j++)
                all->open[members[j]] = true;
        }
    }
    free(seen);
}

/* ---- twins */

static uint64_t mix(uint64_t hash, uint64_t number)
{
    return hash_number(hash * 31 + number + 1);
}

static uint64_t hash_of(const struct edges *edges, uint32_t node, bool administrator)
{
    edge_end ends[EDGES_ENDS];
    uint32_t first, last, count = edges_sources(edges, node, ends);
    uint64_t hash = mix(administrator, edges->nodes[node].account_index);
    hash = mix(hash, edges->nodes[node].kind);
    for (uint32_t i = 1; i < count; i++)
        hash = mix(hash, ends[i]);
    count = edges_targets(edges, node, ends);
    for (uint32_t i = 1; i < count; i++)
        hash = mix(hash, ends[i]);
    edges_out(edges, node, &first, &last);
    for (uint32_t i = first; i < last; i++)
        hash = mix(mix(hash, edges->edges[i].to), edges->edges[i].residual);
    edges_in(edges, node, &first, &last);
    for (uint32_t i = first; i < last; i++)
        hash = mix(mix(hash, edges->edges[edges->in_edges[i]].from), edges->edges[edges->in_edges[i]].residual);
    return hash;
}

static void find_twins(struct principals *all)
{
    const struct edges *edges = all->view->edges;
    struct hash_index index = {0};
    uint32_t *first = memory_zeroed(edges->model->principal_count, sizeof *first);
    for (uint32_t i = 0; i < edges->model->principal_count; i++) {
        all->twin[i] = hash_of(edges, i, all->view->administrators[i]);
        /* Callers that can become each other would become one box, and the arrow between them would be lost. */
        if (edges->model->principals[i].is_role && edges_between(edges, i, i) != NULL)
            all->twin[i] = mix(all->twin[i], i);
        first[i] = i;
        struct hash_probe probe = hash_index_probe(all->twin[i]);
        uint32_t other;
        while ((other = hash_index_next(&index, &probe)) != HASH_INDEX_NONE)
            if (all->twin[other] == all->twin[i]) {
                first[i] = other;
                break;
            }
        if (first[i] == i)
            hash_index_add(&index, all->twin[i], i);
        all->twins[first[i]]++;
    }
    for (uint32_t i = 0; i < edges->model->principal_count; i++)
        all->twins[i] = all->twins[first[i]];
    hash_index_free(&index);
    free(first);
}

/* ---- parts */

static void append_key(struct principals *all, uint32_t node, struct text *key)
{
    const struct model *model = all->view->model;
    uint32_t account = model->principals[node].account;
    bool role = model->principals[node].is_role;
    enum family_level level = all->folding == FOLD_ENDS ? FAMILY_ENDS : FAMILY_LOOKS;
    text_format(key, "%d %d ", role, all->folding < FOLD_ACCOUNTS && all->view->administrators[node]);
    if (all->folding <= FOLD_OUTSIDE && all->twins[node] >= TWINS_LEAST)
        text_format(key, "twin %llx", (unsigned long long)all->twin[node]);
    else if (all->folding <= FOLD_OUTSIDE)
        text_format(key, "node %u", node);
    else if (all->folding < FOLD_ACCOUNTS)
        text_format(key, "%u %s", account, role ? view_family(all->view, node, level) : "");
    else if (all->folding == FOLD_ACCOUNTS)
        text_format(key, "%u", account);
    else
        text_append_string(key, view_unit(all->view, account));
}

static const char *part_name(struct principals *all, uint32_t node)
{
    const struct model *model = all->view->model;
    uint32_t account = model->principals[node].account;
    bool role = model->principals[node].is_role;
    struct text name = {0};
    if (all->folding < FOLD_ACCOUNTS && role)
        return view_family(all->view, node, all->folding == FOLD_ENDS ? FAMILY_ENDS : FAMILY_SHARED);
    const char *unit = all->folding == FOLD_UNITS ? view_unit(all->view, account) : "";
    text_format(&name, "%s of %s", role ? "Roles" : "Users",
                unit[0] != '\0' ? unit : account_short_name(model, account));
    return text_keep(&name, all->parts.arena);
}

static void add_principal(struct principals *all, uint32_t node)
{
    const struct model *model = all->view->model;
    struct text key = {0};
    append_key(all, node, &key);
    struct part *part = parts_find(&all->parts, key.data);
    text_free(&key);
    if (part->members == 0) {
        part->name = part_name(all, node);
        part->who = !model->principals[node].is_role;
        part->noun = part->who ? NOUN_USERS : NOUN_ROLES;
        part->administrator = true;
        part->ground = all->folding < FOLD_ACCOUNTS ? account_short_name(model, model->principals[node].account) : NULL;
    }
    if (all->folding < FOLD_FAMILIES && !part->who)
        part->mixed = part->mixed || strcmp(part->name, part_name(all, node)) != 0;
    part->administrator = part->administrator && all->view->administrators[node];
    parts_add(&all->parts, part, node);
}

static void make_parts(struct principals *all, struct flow *flow)
{
    const struct edges *edges = all->view->edges;
    parts_close(&all->parts);
    parts_open(&all->parts, edges, &flow->arena);
    for (uint32_t i = 0; i < edges->node_count; i++) {
        if (!all->touched[i])
            continue;
        if (i < edges->model->principal_count)
            add_principal(all, i);
        else
            parts_add(&all->parts, parts_find_outside(&all->parts, i, 0, all->folding < FOLD_OUTSIDE), i);
    }
}

/* ---- arcs and words */

static bool is_wanted(const void *context, uint32_t from, uint32_t to)
{
    const struct principals *all = context;
    const struct part *left = &all->parts.list[from], *right = &all->parts.list[to];
    if (from == to)
        return false;
    return !all->open[right->sample[0]] || all->view->edges->nodes[left->sample[0]].kind == CALLER_ANYONE;
}

static void find_arcs(struct principals *all, struct flow *flow)
{
    const struct edges *edges = all->view->edges;
    struct blocks blocks;
    blocks_open(&blocks, edges, memory_copy(all->parts.of, edges->node_count, sizeof *all->parts.of), all->parts.count,
                is_wanted, all);
    severities_colour(view_severities(all->view), &blocks);
    flow_add_blocks(flow, &blocks);
    blocks_close(&blocks);
}

/* The first folding that can work: below folding into units, each account has at least one part of its own. */
static enum folding first_folding(const struct principals *all)
{
    const struct model *model = all->view->model;
    uint32_t accounts = 0, last = MODEL_NONE;
    for (uint32_t i = 0; i < model->principal_count; i++)
        if (all->touched[i] && model->principals[i].account != last) {
            last = model->principals[i].account;
            accounts++;
        }
    return accounts > FLOW_MOST_BOXES ? FOLD_UNITS : accounts > VIEW_BOXES ? FOLD_FAMILIES : FOLD_TWINS;
}

static void prepare(struct principals *all, enum folding first)
{
    const struct model *model = all->view->model;
    if (first < FOLD_FAMILIES)
        find_twins(all);
    for (uint32_t i = 0; i < model->principal_count && first < FOLD_ACCOUNTS; i++)
        if (all->touched[i] && model->principals[i].is_role)
            view_count_name(all->view, i);
}

static const char *untouched(const struct principals *all, struct flow *flow)
{
    const struct model *model = all->view->model;
    struct listing listing = {0};
    uint32_t users = 0, roles = 0;
    for (uint32_t i = 0; i < model->principal_count; i++) {
        users += !all->touched[i] && !model->principals[i].is_role;
        roles += !all->touched[i] && model->principals[i].is_role;
    }
    listing_add(&listing, users, "user", "users");
    listing_add(&listing, roles, "role", "roles");
    return users + roles == 0 ? NULL
                              : flow_text(flow, "Not drawn: %s that can assume nothing and that nobody can assume.",
                                          listing_end(&listing, flow));
}

static bool any_open(const struct principals *all)
{
    for (uint32_t i = 0; i < all->view->model->principal_count; i++)
        if (all->open[i])
            return true;
    return false;
}

static void describe(struct principals *all, struct flow *flow)
{
    const struct model *model = all->view->model;
    struct listing drawn = {0};
    uint32_t users = 0, roles = 0;
    for (uint32_t i = 0; i < model->principal_count; i++) {
        users += all->touched[i] && !model->principals[i].is_role;
        roles += all->touched[i] && model->principals[i].is_role;
    }
    flow->title = "Who can assume which role";
    flow->legend = "Worst trust finding on the step";
    flow->dashed = "every step has a condition (MFA, token subject, external ID)";
    listing_add(&drawn, users, "user", "users");
    listing_add(&drawn, roles, "role", "roles");
    flow_say(flow, frame_origin(&flow->arena, model));
    flow_say(flow, drawn.count > 0
                       ? flow_text(flow, "%s that can assume a role or be assumed.", listing_end(&drawn, flow))
                       : "Nobody can assume any role here.");
    parts_count_critical(&all->parts, view_severities(all->view));
    parts_describe(&all->parts, flow);
    find_arcs(all, flow);
    parts_describe_arcs(flow);
    flow_drop_idle(flow);
    flow_limit(flow, all->folding < FOLD_ACCOUNTS ? FLOW_MOST_ARCS : FOLDED_ARCS);
    columns_assign(flow, COLUMNS_MOST);
    flow_leave_out(flow, untouched(all, flow));
    flow_leave_out(flow, any_open(all) ? "For roles that anyone can assume, other callers are not drawn." : NULL);
    if (all->folding > FOLD_TWINS || all->parts.count < users + roles)
        flow_leave_out(flow,
                       "Similar users, roles and services share a box with a count; access within a box is not drawn.");
    if (all->folding >= FOLD_ACCOUNTS)
        flow_leave_out(flow, "--view paths shows the ways that matter, --view matrix every pair of accounts.");
}

bool view_principals(struct view *view, bool whatever_size, struct flow *flow)
{
    uint32_t nodes = view->edges->node_count;
    struct principals all = {.view = view};
    all.touched = memory_zeroed(nodes, sizeof *all.touched);
    all.open = memory_zeroed(nodes, sizeof *all.open);
    all.twin = memory_zeroed(nodes, sizeof *all.twin);
    all.twins = memory_zeroed(nodes, sizeof *all.twins);
    view_forget_names(view);
    find_touched(&all);
    enum folding end = whatever_size ? FOLDINGS : FOLD_FAMILIES, first = first_folding(&all);
    if (first < end)
        prepare(&all, first);
    bool fits = false;
    for (enum folding folding = first; folding < end && !fits; folding++) {
        all.folding = folding;
        make_parts(&all, flow);
        fits = all.parts.count <= (folding < FOLD_FAMILIES ? VIEW_BOXES : FLOW_MOST_BOXES);
    }
    if (fits || whatever_size)
        describe(&all, flow);
    parts_close(&all.parts);
    free(all.touched);
    free(all.open);
    free(all.twin);
    free(all.twins);
    return fits || whatever_size;
}
