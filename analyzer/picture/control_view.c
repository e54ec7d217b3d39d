/*
 * Who can make themselves administrator: who – by which permission, over whom – in which account. The permission is a
 * box of its own, one per account, so that no arrow needs a text.
 */
#include "analyzer/analysis/administrators.h"
#include "analyzer/picture/frame.h"
#include "analyzer/picture/parts.h"
#include "analyzer/picture/view.h"
#include "ingest/support/array.h"
#include "ingest/support/text.h"

#include <stdlib.h>
#include <string.h>

/* More than in other views, since somebody has to look at each row's permission. */
#define CONTROL_BOXES 100u

enum folding { FOLD_FAMILIES, FOLD_ENDS, FOLD_ACCOUNTS, FOLD_UNITS, FOLDINGS };

/* A permission in an account or unit. */
struct permission {
    const char *actions, *place;
    uint32_t through, targets; /* the last principal taken over, and how many there are; MODEL_NONE: itself */
    bool sure;
    int severity;
};

struct control_picture {
    struct view *view;
    enum folding folding;
    int *severity; /* per principal: of the worst finding about its permissions */
    struct parts parts;
    struct intern keys, places;
    struct permission *permissions;
    uint32_t permission_count;
    size_t permission_room;
    struct flow *flow;
};

/* ---- the colour */

static void colour(struct control_picture *picture, uint32_t principal, int severity)
{
    if (principal < picture->view->model->principal_count && picture->severity[principal] < severity)
        picture->severity[principal] = severity;
}

/* Findings about a policy concern its holders, others whom they are about; those about a trust are of no account. */
static void find_severities(struct control_picture *picture)
{
    const struct findings *findings = view_findings(picture->view);
    for (uint32_t i = 0; i < picture->view->model->principal_count; i++)
        picture->severity[i] = NO_SEVERITY;
    for (size_t i = 0; i < findings->count; i++) {
        const struct finding *finding = &findings->list[i];
        if (finding->at.who != NULL)
            continue;
        for (uint32_t h = 0; finding->holders != NULL && finding->holders[h] != MODEL_NONE; h++)
            colour(picture, finding->holders[h], (int)finding->severity);
        if (finding->holders == NULL)
            colour(picture, model_find_arn(picture->view->model, finding->resource), (int)finding->severity);
    }
}

/* ---- boxes */

static const struct administrator *makes_itself(struct control_picture *picture, uint32_t principal)
{
    const struct administrator *one = administrators_get(picture->view->analysis, principal);
    return one->verdict != VERDICT_DENIED && one->how == ADMINISTRATOR_BY_CONTROL ? one : NULL;
}

static const char *place_of(struct control_picture *picture, uint32_t account)
{
    const struct model *model = picture->view->model;
    const char *unit = picture->folding == FOLD_UNITS ? view_unit(picture->view, account) : "";
    return unit[0] != '\0' ? unit : account_full_name(&picture->flow->arena, model, account);
}

static struct part *part_of(struct control_picture *picture, uint32_t principal, const char *place)
{
    const struct model *model = picture->view->model;
    bool role = model->principals[principal].is_role;
    enum family_level level = picture->folding == FOLD_FAMILIES ? FAMILY_LOOKS : FAMILY_ENDS;
    const char *name = NULL;
    struct text key = {0};
    if (picture->folding < FOLD_ACCOUNTS && role)
        name = view_family(picture->view, principal, level);
    else if (picture->folding < FOLD_ACCOUNTS && picture->folding == FOLD_FAMILIES)
        name = model->principals[principal].name;
    text_format(&key, "%d %s %s", role, place, name != NULL ? name : "");
    struct part *part = parts_find(&picture->parts, key.data);
    text_free(&key);
    if (part->members == 0) {
        part->who = !role;
        part->noun = role ? NOUN_ROLES : NOUN_USERS;
        part->name = name != NULL ? name : flow_text(picture->flow, "%s of %s", role ? "Roles" : "Users", place);
    }
    parts_add(&picture->parts, part, principal);
    return part;
}

static uint32_t permission_of(struct control_picture *picture, const struct administrator *one, const char *place)
{
    struct text key = {0};
    const char *actions = one->by->actions;
    if (one->then != NULL)
        actions = flow_text(picture->flow, "%s, then %s", actions, one->then->actions);
    text_format(&key, "%s|%d|%s", actions, one->through == MODEL_NONE, place);
    uint32_t number = intern_add(&picture->keys, key.data, key.length);
    text_free(&key);
    if (number == picture->permission_count) {
        ARRAY_REACH(picture->permissions, number, picture->permission_room);
        picture->permissions[picture->permission_count++] =
            (struct permission){actions, place, MODEL_NONE, 0, false, NO_SEVERITY};
    }
    struct permission *permission = &picture->permissions[number];
    if (one->through != MODEL_NONE && permission->through != one->through) {
        permission->through = one->through;
        permission->targets++;
    }
    return number;
}

/* An arc from a box of callers to one of a permission; permissions are numbered after all callers. */
static void gather(struct control_picture *picture)
{
    const struct model *model = picture->view->model;
    struct flow *flow = picture->flow;
    flow->arc_count = 0;
    for (uint32_t i = 0; i < model->principal_count; i++) {
        const struct administrator *one = makes_itself(picture, i);
        if (one == NULL)
            continue;
        const char *place = place_of(picture, model->principals[i].account);
        uint32_t from = (uint32_t)(part_of(picture, i, place) - picture->parts.list);
        uint32_t to = permission_of(picture, one, place);
        bool sure = one->verdict == VERDICT_ALLOWED;
        int severity = picture->severity[i];
        struct permission *permission = &picture->permissions[to];
        permission->sure = permission->sure || sure;
        permission->severity = severity > permission->severity ? severity : permission->severity;
        flow_add_arc(flow, &(struct flow_arc){.from = from, .to = to, .severity = severity, .dashed = !sure});
    }
}

static void start_again(struct control_picture *picture)
{
    parts_close(&picture->parts);
    parts_open(&picture->parts, picture->view->edges, &picture->flow->arena);
    intern_free(&picture->keys);
    picture->keys = (struct intern){0};
    picture->permission_count = 0;
    if (picture->permission_room > 0)
        memset(picture->permissions, 0, picture->permission_room * sizeof *picture->permissions);
}

static void fold(struct control_picture *picture)
{
    for (int folding = 0; folding < FOLDINGS; folding++) {
        picture->folding = (enum folding)folding;
        start_again(picture);
        gather(picture);
        if (picture->parts.count + picture->permission_count <= CONTROL_BOXES)
            return;
    }
}

static const char *over_whom(const struct control_picture *picture, const struct permission *permission)
{
    if (permission->through == MODEL_NONE)
        return "on itself";
    return permission->targets == 1
               ? flow_text(picture->flow, "over %s", picture->view->model->principals[permission->through].name)
               : flow_text(picture->flow, "over %u others", permission->targets);
}

static void add_permissions(struct control_picture *picture)
{
    struct flow *flow = picture->flow;
    uint32_t first = flow->box_count, arcs = flow->arc_count;
    for (uint32_t i = 0; i < picture->permission_count; i++) {
        const struct permission *permission = &picture->permissions[i];
        const char *over = over_whom(picture, permission);
        bool is_short = strlen(over) <= 24;
        struct flow_box box = {.id = flow_text(flow, "b%u", flow->box_count),
                               .name = permission->actions,
                               .count = is_short ? over : "over another",
                               .tooltip = flow_text(flow, "%.500s\n%.200s", permission->actions, over),
                               .shape = FLOW_ROLE,
                               .column = 1,
                               .ground = FLOW_NONE};
        ARRAY_ADD(flow->boxes, flow->box_count, flow->box_room, box);
    }
    for (uint32_t i = 0; i < arcs; i++)
        flow->arcs[i].to += first;
    for (uint32_t i = 0; i < picture->permission_count; i++) {
        const struct permission *permission = &picture->permissions[i];
        uint32_t place = intern_add(&picture->places, permission->place, strlen(permission->place));
        uint32_t to = first + picture->permission_count + place;
        if (to == flow->box_count) {
            struct flow_box box = {.id = flow_text(flow, "b%u", to),
                                   .name = permission->place,
                                   .count = "",
                                   .shape = FLOW_ROLE,
                                   .administrator = true,
                                   .column = 2,
                                   .ground = FLOW_NONE};
            ARRAY_ADD(flow->boxes, flow->box_count, flow->box_room, box);
        }
        flow_add_arc(flow,
                     &(struct flow_arc){
                         .from = first + i, .to = to, .severity = permission->severity, .dashed = !permission->sure});
    }
}

static void describe(struct control_picture *picture)
{
    struct flow *flow = picture->flow;
    const struct model *model = picture->view->model;
    struct listing who = {0};
    uint32_t users = 0, roles = 0, accounts = 0, last = MODEL_NONE;
    for (uint32_t i = 0; i < model->principal_count; i++) {
        if (makes_itself(picture, i) == NULL)
            continue;
        users += !model->principals[i].is_role;
        roles += model->principals[i].is_role;
        accounts += model->principals[i].account != last;
        last = model->principals[i].account;
    }
    listing_add(&who, users, "user", "users");
    listing_add(&who, roles, "role", "roles");
    flow->title = "Who can make themselves administrator, and by which permission";
    flow->legend = "Worst permission finding";
    flow->dashed = "only under a condition";
    flow_say(flow, frame_origin(&flow->arena, model));
    flow_say(flow, who.count == 0
                       ? "Nobody can make themselves administrator."
                       : flow_text(flow, "%s can make themselves administrator in %s account%s.",
                                   listing_end(&who, flow), flow_number(flow, accounts), text_plural(accounts)));
    flow->column_count = 3;
    flow->columns[0] = (struct flow_column){"WHO", 300};
    flow->columns[1] = (struct flow_column){"WITH", 400};
    flow->columns[2] = (struct flow_column){
        picture->folding == FOLD_UNITS ? "ADMINISTRATOR OF THEIR ACCOUNT IN" : "ADMINISTRATOR OF", 300};
    parts_describe(&picture->parts, flow);
    add_permissions(picture);
    parts_describe_arcs(flow);
    flow_limit(flow, FLOW_MOST_ARCS);
    flow_leave_out(flow,
                   "Only one way is drawn for each principal. Administrators by policy, and principals that become "
                   "administrator by assuming roles, are not in this picture.");
}

void view_control(struct view *view, struct flow *flow)
{
    struct control_picture picture = {.view = view, .flow = flow};
    picture.severity = memory_zeroed(view->model->principal_count, sizeof *picture.severity);
    view_forget_names(view);
    for (uint32_t i = 0; i < view->model->principal_count; i++)
        if (view->model->principals[i].is_role && makes_itself(&picture, i) != NULL)
            view_count_name(view, i);
    find_severities(&picture);
    fold(&picture);
    describe(&picture);
    parts_close(&picture.parts);
    intern_free(&picture.keys);
    intern_free(&picture.places);
    free(picture.permissions);
    free(picture.severity);
}
