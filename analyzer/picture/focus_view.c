#include "analyzer/picture/fit.h"
#include "analyzer/picture/frame.h"
#include "analyzer/picture/parts.h"
#include "analyzer/picture/view.h"
#include "graph/chains/exposure.h"
#include "ingest/support/array.h"
#include "ingest/support/text.h"

#include <stdlib.h>
#include <string.h>

#define HOPS_MOST 3u
#define NEAR_BOXES 30u /* in a column beside the focus; fewer further away */
#define FAR_BOXES 12u
#define ALONE_MOST 12u /* up to this many are drawn one by one */
#define CARD_WIDTH 320.0
#define NEAR_WIDTH 300.0
#define FAR_WIDTH 256.0

enum side { SIDE_BEFORE, SIDE_AFTER, SIDES };
enum folding { FOLD_ALONE, FOLD_FAMILY, FOLD_ENDS, FOLD_ACCOUNT, FOLD_KIND };

struct around {
    struct view *view;
    const struct view_focus *focus;
    uint32_t focus_count, hops;
    uint32_t *focus_of;                         /* per node: the focus that it belongs to; MODEL_NONE: none */
    uint32_t *distance[SIDES];                  /* per node: hops from the focus; MODEL_NONE: not reached */
    enum folding folding[SIDES][HOPS_MOST + 1]; /* by distance */
    struct parts parts[SIDES];                  /* those of the focus first */
    uint32_t furthest[SIDES];                   /* largest distance drawn */
};

/* ---- distances */

struct search {
    const struct around *around;
    enum side side;
    uint32_t *distance, *queue, queued;
    bool *passed; /* per end */
};

static void reach(struct search *search, uint32_t node, uint32_t distance)
{
    uint32_t vertex = blocks_vertex(search->around->view->edges, node);
    if (vertex == MODEL_NONE || search->distance[vertex] != MODEL_NONE)
        return;
    search->distance[vertex] = distance;
    search->queue[search->queued++] = vertex;
}

static void pass(struct search *search, edge_end end, uint32_t distance)
{
    const struct edges *edges = search->around->view->edges;
    uint32_t count;
    if (search->passed[edges_place(edges, end)])
        return;
    search->passed[edges_place(edges, end)] = true;
    const uint32_t *members = edges_members(edges, &end, &count);
    for (uint32_t i = 0; i < count; i++)
        reach(search, members[i], distance);
}

static void pass_all(struct search *search, uint32_t node)
{
    const struct edges *edges = search->around->view->edges;
    edge_end ends[EDGES_ENDS];
    uint32_t count = search->side == SIDE_BEFORE ? edges_targets(edges, node, ends) : edges_sources(edges, node, ends);
    for (uint32_t e = 0; e < count; e++) {
        uint32_t first, last;
        if (search->side == SIDE_BEFORE)
            edges_in(edges, ends[e], &first, &last);
        else
            edges_out(edges, ends[e], &first, &last);
        for (uint32_t i = first; i < last; i++)
            pass(search, search->side == SIDE_BEFORE ? edges->edges[edges->in_edges[i]].from : edges->edges[i].to,
                 search->distance[node] + 1);
    }
}

static void find_distances(struct around *around, enum side side)
{
    const struct edges *edges = around->view->edges;
    struct search search = {.around = around, .side = side, .distance = around->distance[side]};
    search.queue = memory_get(edges->node_count * sizeof *search.queue);
    search.passed = memory_zeroed(edges->node_count + edges->group_count, sizeof *search.passed);
    for (uint32_t i = 0; i < edges->node_count; i++)
        search.distance[i] = MODEL_NONE;
    for (uint32_t i = 0; i < edges->node_count; i++)
        if (around->focus_of[i] != MODEL_NONE)
            reach(&search, i, 0);
    for (uint32_t i = 0; i < search.queued; i++)
        pass_all(&search, search.queue[i]);
    free(search.queue);
    free(search.passed);
}

/* ---- parts */

static uint32_t column_of(const struct around *around, enum side side, uint32_t distance)
{
    return side == SIDE_BEFORE ? around->furthest[SIDE_BEFORE] - distance : around->furthest[SIDE_BEFORE] + distance;
}

static void add_focus(struct around *around, enum side side)
{
    for (uint32_t f = 0; f < around->focus_count; f++) {
        char key[32];
        snprintf(key, sizeof key, "focus %u", f);
        struct part *part = parts_find(&around->parts[side], key);
        part->name = around->focus[f].name;
        part->noun = NOUN_PRINCIPALS;
        part->column = around->furthest[SIDE_BEFORE];
        part->administrator = true;
    }
    for (uint32_t i = 0; i < around->view->edges->node_count; i++)
        if (around->focus_of[i] != MODEL_NONE) {
            struct part *part = &around->parts[side].list[around->focus_of[i]];
            part->administrator = part->administrator && around->view->administrators[i];
            parts_add(&around->parts[side], part, i);
        }
}

static const char *name_of(struct around *around, struct parts *parts, uint32_t node, enum folding folding)
{
    const struct model *model = around->view->model;
    const char *who = model->principals[node].is_role ? "Roles" : "Users";
    struct text name = {0};
    if (folding < FOLD_ACCOUNT && model->principals[node].is_role)
        return view_family(around->view, node, folding == FOLD_ENDS ? FAMILY_ENDS : FAMILY_LOOKS);
    if (folding == FOLD_KIND)
        return who[0] == 'R' ? "Roles of several accounts" : "Users of several accounts";
    text_format(&name, "%s of %s", who, account_short_name(model, model->principals[node].account));
    return text_keep(&name, parts->arena);
}

static void add_principal(struct around *around, enum side side, uint32_t node, uint32_t distance)
{
    const struct model *model = around->view->model;
    struct parts *parts = &around->parts[side];
    enum folding folding = around->folding[side][distance];
    uint32_t account = model->principals[node].account;
    struct text key = {0};
    bool administrator = around->view->administrators[node], role = model->principals[node].is_role;
    const char *name = name_of(around, parts, node, folding);
    if (folding == FOLD_ALONE)
        text_format(&key, "%u node %u", distance, node);
    else
        text_format(&key, "%u %d %u %s", distance, folding < FOLD_ACCOUNT && administrator,
                    folding == FOLD_KIND ? 0 : account, name);
    struct part *part = parts_find(parts, key.data);
    text_free(&key);
    if (part->members == 0) {
        part->name = name;
        part->who = !role;
        part->noun = role ? NOUN_ROLES : NOUN_USERS;
        part->administrator = true;
        part->column = column_of(around, side, distance);
        part->ground = folding < FOLD_ACCOUNT ? account_short_name(model, account) : NULL;
    }
    part->administrator = part->administrator && administrator;
    parts_add(parts, part, node);
}

static void make_parts(struct around *around, enum side side, struct arena *arena)
{
    const struct edges *edges = around->view->edges;
    struct parts *parts = &around->parts[side];
    parts_close(parts);
    parts_open(parts, edges, arena);
    add_focus(around, side);
    for (uint32_t i = 0; i < edges->node_count; i++) {
        uint32_t distance = around->distance[side][i];
        if (distance == 0 || distance > around->hops)
            continue;
        if (i < edges->model->principal_count) {
            add_principal(around, side, i, distance);
            continue;
        }
        struct part *part = parts_find_outside(parts, i, distance, around->folding[side][distance] == FOLD_ALONE);
        part->column = column_of(around, side, distance);
        parts_add(parts, part, i);
    }
}

/* Folds each column until it is small enough. */
static void fold(struct around *around, enum side side, struct arena *arena)
{
    bool again = true;
    while (again) {
        uint32_t boxes[HOPS_MOST + 1] = {0};
        again = false;
        make_parts(around, side, arena);
        for (uint32_t i = around->focus_count; i < around->parts[side].count; i++)
            boxes[around->distance[side][around->parts[side].list[i].sample[0]]]++;
        for (uint32_t d = 1; d <= around->hops; d++) {
            enum folding *folding = &around->folding[side][d];
            uint32_t most = *folding == FOLD_ALONE ? ALONE_MOST : d == 1 ? NEAR_BOXES : FAR_BOXES;
            if (boxes[d] > most && *folding < FOLD_KIND) {
                (*folding)++;
                again = true;
            }
        }
    }
}

/* ---- arcs */

static bool is_next(const void *context, uint32_t from, uint32_t to)
{
    const struct parts *parts = context;
    return parts->list[from].column + 1 == parts->list[to].column;
}

/* Boxes of the second side come after those of the first, except for the focus, which both share. */
static void add_side(struct around *around, enum side side, struct flow *flow)
{
    struct parts *parts = &around->parts[side];
    uint32_t before = flow->box_count, focus = around->focus_count;
    uint32_t shift = side == SIDE_BEFORE ? 0 : before - focus;
    struct blocks blocks;
    parts_count_critical(parts, view_severities(around->view));
    if (side == SIDE_BEFORE)
        parts_describe(parts, flow);
    else
        parts_describe_from(parts, focus, flow);
    blocks_open(&blocks, parts->edges, memory_copy(parts->of, parts->edges->node_count, sizeof *parts->of),
                parts->count, is_next, parts);
    severities_colour(view_severities(around->view), &blocks);
    for (uint32_t i = 0; i < blocks.arc_count; i++) {
        const struct block_arc *arc = &blocks.arcs[i];
        flow_add_arc(flow, &(struct flow_arc){.from = arc->from < focus ? arc->from : arc->from + shift,
                                              .to = arc->to < focus ? arc->to : arc->to + shift,
                                              .severity = arc->severity,
                                              .dashed = !arc->sure});
    }
    blocks_close(&blocks);
}

/* ---- the card */

struct facts {
    struct flow *flow;
    struct flow_fact *list;
    uint32_t count, room;
};

static void add_fact(struct facts *facts, const char *name, const char *value, enum ink ink)
{
    ARRAY_ADD(facts->list, facts->count, facts->room, (struct flow_fact){name, value, ink});
}

static void add_findings(const struct around *around, uint32_t focus, struct facts *facts)
{
    const struct findings *findings = view_findings(around->view);
    const struct model *model = around->view->model;
    struct listing listing = {0};
    uint32_t counts[SEVERITY_CRITICAL + 1] = {0};
    int worst = NO_SEVERITY;
    for (size_t i = 0; i < findings->count; i++) {
        uint32_t about = model_find_arn(model, findings->list[i].resource);
        if (about != MODEL_NONE && around->focus_of[about] == focus)
            counts[findings->list[i].severity]++;
    }
    for (int s = SEVERITY_CRITICAL; s >= SEVERITY_INFO; s--) {
        worst = worst == NO_SEVERITY && counts[s] > 0 ? s : worst;
        /* The two worst: there is no room for more on the card. */
        if (listing.count < 2)
            listing_add(&listing, counts[s], severity_word((enum severity)s), severity_word((enum severity)s));
    }
    add_fact(facts, "Findings", listing.count > 0 ? listing_end(&listing, facts->flow) : "none",
             worst >= SEVERITY_MEDIUM ? frame_text_ink(worst) : INK_TEXT);
}

static const char *callers_of(const struct around *around, uint32_t node, struct flow *flow)
{
    const struct edges *edges = around->view->edges;
    struct exposure *exposure = memory_zeroed(edges->node_count, sizeof *exposure);
    bool *wanted = memory_zeroed(edges->node_count, sizeof *wanted);
    wanted[node] = true;
    exposure_count(edges, wanted, exposure);
    const struct exposure found = exposure[node];
    free(exposure);
    free(wanted);
    if (found.certain == found.at_most)
        return flow_text(flow, "%s directly, %s in all", flow_number(flow, found.direct),
                         flow_number(flow, found.certain));
    return flow_text(flow, "%s directly, %s to %s in all", flow_number(flow, found.direct),
                     flow_number(flow, found.certain), flow_number(flow, found.at_most));
}

/* Step by step; whether the conditions of several steps can hold together is not checked. */
static const char *reached_by(const struct around *around, struct flow *flow)
{
    const struct model *model = around->view->model;
    uint32_t roles = 0, accounts = 0, last = MODEL_NONE;
    for (uint32_t i = 0; i < model->principal_count; i++) {
        uint32_t distance = around->distance[SIDE_AFTER][i];
        if (distance == 0 || distance == MODEL_NONE)
            continue;
        roles++;
        accounts += model->principals[i].account != last;
        last = model->principals[i].account;
    }
    return roles == 0 ? "no role"
                      : flow_text(flow, "%s role%s in %s account%s", flow_number(flow, roles), text_plural(roles),
                                  flow_number(flow, accounts), text_plural(accounts));
}

static void tell_principal(const struct around *around, uint32_t node, struct facts *facts)
{
    const struct model_principal *principal = &around->view->model->principals[node];
    struct flow *flow = facts->flow;
    add_fact(facts, "Account", account_full_name(&flow->arena, around->view->model, principal->account), INK_TEXT);
    if (principal->is_role)
        add_fact(facts, "Callers", callers_of(around, node, flow), INK_TEXT);
    if (around->focus_count == 1)
        add_fact(facts, "Can become", reached_by(around, flow), INK_TEXT);
    if (principal->last_used != NULL)
        add_fact(facts, "Last used",
                 principal->last_used[0] == '\0' ? "never" : flow_text(flow, "%.10s", principal->last_used), INK_TEXT);
}

static void tell_several(const struct around *around, uint32_t focus, struct facts *facts)
{
    const struct model *model = around->view->model;
    uint32_t users = 0, roles = 0, administrators = 0;
    for (uint32_t i = 0; i < model->principal_count; i++) {
        if (around->focus_of[i] != focus)
            continue;
        users += !model->principals[i].is_role;
        roles += model->principals[i].is_role;
        administrators += around->view->administrators[i];
    }
    add_fact(facts, "Users", flow_number(facts->flow, users), INK_TEXT);
    add_fact(facts, "Roles", flow_number(facts->flow, roles), INK_TEXT);
    add_fact(facts, "Admins", flow_number(facts->flow, administrators), INK_TEXT);
    if (around->focus_count == 1)
        add_fact(facts, "Can become", reached_by(around, facts->flow), INK_TEXT);
}

/* What it is, below its name. */
static const char *kind_words(const struct around *around, uint32_t focus, const struct flow_box *box,
                              struct flow *flow)
{
    const struct model *model = around->view->model;
    const struct part *part = &around->parts[SIDE_BEFORE].list[focus];
    bool several = around->focus[focus].several;
    if (!several && part->sample[0] < model->principal_count && part->administrator)
        return flow_text(flow, "administrator of %s",
                         account_short_name(model, model->principals[part->sample[0]].account));
    if (!several)
        return part->sample[0] >= model->principal_count    ? box->count
               : model->principals[part->sample[0]].is_role ? "role"
                                                            : "user";
    uint32_t accounts = 0, last = MODEL_NONE;
    for (uint32_t i = 0; i < model->principal_count; i++)
        if (around->focus_of[i] == focus && model->principals[i].account != last) {
            last = model->principals[i].account;
            accounts++;
        }
    return accounts == 1 ? flow_text(flow, "account %s", model->accounts[last].id)
                         : flow_text(flow, "%s accounts", flow_number(flow, accounts));
}

static void make_card(struct around *around, uint32_t focus, struct flow *flow)
{
    struct facts facts = {.flow = flow};
    const struct part *part = &around->parts[SIDE_BEFORE].list[focus];
    struct flow_box *box = &flow->boxes[focus];
    bool several = around->focus[focus].several;
    bool principal = !several && part->sample[0] < around->view->model->principal_count;
    if (principal)
        tell_principal(around, part->sample[0], &facts);
    else if (several)
        tell_several(around, focus, &facts);
    if (part->sample[0] < around->view->model->principal_count)
        add_findings(around, focus, &facts);
    box->shape = FLOW_CARD;
    box->focused = true;
    box->count = kind_words(around, focus, box, flow);
    box->name = several ? around->focus[focus].name : box->name;
    box->administrator = principal && part->administrator;
    box->facts = arena_copy(&flow->arena, facts.list, facts.count, sizeof *facts.list);
    box->fact_count = facts.count;
    free(facts.list);
}

/* ---- all of it */

static void describe_columns(const struct around *around, struct flow *flow)
{
    uint32_t middle = around->furthest[SIDE_BEFORE];
    flow->column_count = middle + around->furthest[SIDE_AFTER] + 1;
    for (uint32_t c = 0; c < flow->column_count; c++) {
        uint32_t distance = c < middle ? middle - c : c - middle;
        flow->columns[c].width = distance == 0 ? CARD_WIDTH : distance == 1 ? NEAR_WIDTH : FAR_WIDTH;
        flow->columns[c].head = distance == 0 ? "IN FOCUS"
                                : distance == 1
                                    ? (c < middle ? "CAN BECOME IT" : "IT CAN BECOME")
                                    : flow_text(flow, "%u HOPS %s", distance, c < middle ? "BEFORE" : "AFTER");
    }
}

static void measure(struct around *around)
{
    for (int side = 0; side < SIDES; side++)
        for (uint32_t i = 0; i < around->view->edges->node_count; i++) {
            uint32_t distance = around->distance[side][i];
            if (distance != MODEL_NONE && distance <= around->hops && distance > around->furthest[side])
                around->furthest[side] = distance;
        }
}

static void describe(struct around *around, bool cut, struct flow *flow)
{
    const struct flow_box *first = &flow->boxes[0];
    flow->title = around->focus_count == 1 ? first->name : flow_text(flow, "%s and others", first->name);
    flow->title_rest = flow_text(flow, "and %u hop%s around", around->hops, text_plural(around->hops));
    flow->legend = "Worst trust finding on the step";
    flow->dashed = "every step has a condition (MFA, token subject, external ID)";
    flow_say(flow, frame_origin(&flow->arena, around->view->model));
    if (flow->arc_count == 0)
        flow_say(flow, "Nobody can assume it, and it can assume nothing.");
    describe_columns(around, flow);
    parts_describe_arcs(flow);
    flow_limit(flow, FLOW_MOST_ARCS);
    flow_leave_out(flow, flow->arc_count == 0
                             ? NULL
                             : "Similar roles of one account share a box with a count. Ways back, and ways between "
                               "boxes at the same distance, are left out.");
    flow_leave_out(flow, cut ? "More than 3 hops each way are never drawn." : NULL);
}

void view_around(struct view *view, const struct view_focus *focus, uint32_t focus_count, uint32_t hops,
                 struct flow *flow)
{
    uint32_t nodes = view->edges->node_count;
    struct around around = {.view = view, .focus = focus, .focus_count = focus_count};
    around.hops = hops < HOPS_MOST ? hops : HOPS_MOST;
    around.focus_of = memory_get(nodes * sizeof *around.focus_of);
    for (uint32_t i = 0; i < nodes; i++) {
        around.focus_of[i] = MODEL_NONE;
        for (uint32_t f = focus_count; f-- > 0;)
            if (focus[f].members[i])
                around.focus_of[i] = f;
    }
    view_findings(view);
    view_forget_names(view);
    for (int side = 0; side < SIDES; side++) {
        around.distance[side] = memory_get(nodes * sizeof *around.distance[side]);
        find_distances(&around, (enum side)side);
        for (uint32_t i = 0; i < view->model->principal_count; i++)
            if (view->model->principals[i].is_role && around.distance[side][i] <= around.hops)
                view_count_name(view, i);
    }
    measure(&around);
    for (int side = 0; side < SIDES; side++) {
        fold(&around, (enum side)side, &flow->arena);
        add_side(&around, (enum side)side, flow);
    }
    for (uint32_t f = 0; f < focus_count; f++)
        make_card(&around, f, flow);
    describe(&around, hops > HOPS_MOST, flow);
    for (int side = 0; side < SIDES; side++) {
        parts_close(&around.parts[side]);
        free(around.distance[side]);
    }
    free(around.focus_of);
}
