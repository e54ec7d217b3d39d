#include "analyzer/picture/fit.h"
#include "analyzer/picture/frame.h"
#include "analyzer/picture/paths_inside.h"
#include "analyzer/picture/report_link.h"
#include "ingest/support/array.h"
#include "ingest/support/text.h"

#include <stdlib.h>
#include <string.h>

#define COUNT_WIDTH 100.0 /* for the count of a box, beside its name */
#define FAMILIES_TOLD 3u

/* The name of a part from its families, those with most roles first: "github-…", "…-ops, dba-… and 3 more". */
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
            const char *more = told < families.count ? flow_text(flow, " and %u more", families.count - told) : "";
            double room_for_one = told == 1 ? room_for - fit_width(more, 13) : 1e9;
            name.length = 0;
            for (uint32_t i = 0; i < told; i++)
                text_format(&name, "%s%s", i > 0 ? ", " : "",
                            fit_name(&flow->arena, intern_text(&families, tallies[i].family), 13, room_for_one));
            text_append_string(&name, more);
        } while (told > 1 && fit_width(name.data, 13) > room_for && --told > 0);
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
        bool rest = strcmp(part->name, REST) == 0, open = strncmp(part->name, "Open to ", 8) == 0;
        if (!part->who && part->members > 1 && !rest && !open)
            flow->boxes[i].name = name_by_families(paths, i, flow);
    }
    report_link_boxes(&paths->parts, 0, flow);
}
/* ---- words */

/* The kind of the source. */
static enum part_noun source_noun(const struct edges *edges, uint32_t node)
{
    if (node < edges->model->principal_count)
        return NOUN_USERS;
    if (edges->nodes[node].kind == CALLER_SERVICE)
        return NOUN_SERVICES;
    if (edges->nodes[node].kind == CALLER_PERSON)
        return NOUN_PEOPLE;
    if (edges->nodes[node].kind == CALLER_GUEST)
        return NOUN_NONE;
    if (edges->nodes[node].kind == CALLER_POD || edges->nodes[node].kind == CALLER_WORKLOAD ||
        edges->nodes[node].kind == CALLER_CERTIFICATE)
        return NOUN_WORKLOADS;
    return caller_is_federated(&edges->nodes[node]) || caller_is_of_pool(&edges->nodes[node]) ? NOUN_PROVIDERS
                                                                                              : NOUN_ACCOUNTS;
}

/* How many of that kind start a path; those of one account count once. */
static uint32_t count_nodes(const struct paths *paths, enum part_noun noun)
{
    const struct edges *edges = paths->view->edges;
    uint32_t count = 0, last = MODEL_NONE;
    for (uint32_t i = 0; i < edges->node_count; i++) {
        uint32_t account = edges->nodes[i].account_index;
        if (!paths->ways.on_way[i] || paths->ways.distance[i] != 0 || source_noun(edges, i) != noun ||
            (noun == NOUN_ACCOUNTS && (account == MODEL_NONE || account == last)))
            continue;
        last = account;
        count++;
    }
    return count;
}

/* Whether somebody of that kind starts a path. */
static bool one_begins(const struct paths *paths, enum caller_kind kind)
{
    const struct edges *edges = paths->view->edges;
    for (uint32_t i = edges->model->principal_count; i < edges->node_count; i++)
        if (edges->nodes[i].kind == kind && paths->ways.on_way[i] && paths->ways.distance[i] == 0)
            return true;
    return false;
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
        if (paths_is_target(paths, i))
            at[paths->ways.distance[i] > 2 ? 2 : paths->ways.distance[i] - 1]++;
        else
            inside += within[i];
    }
    listing_add(&who, count_nodes(paths, NOUN_USERS), administrators ? "user who is not an administrator" : "user",
                administrators ? "users who are not administrators" : "users");
    listing_add(&who, count_nodes(paths, NOUN_PEOPLE), "person", "people");
    listing_add(&who, count_nodes(paths, NOUN_WORKLOADS), "workload", "workloads");
    listing_add(&who, count_nodes(paths, NOUN_PROVIDERS), "identity provider", "identity providers");
    listing_add(&who, count_nodes(paths, NOUN_ACCOUNTS), "other account", "other accounts");
    listing_add(&who, count_nodes(paths, NOUN_SERVICES), "AWS service", "AWS services");
    listing_add(&how, at[0], "directly", "directly");
    listing_add(&how, at[1], "through one more role", "through one more role");
    listing_add(&how, at[2], "through several more roles", "through several more roles");
    listing_add(&how, inside, "only through an administrator of its account",
                "only through administrators of their account");
    const char *what = administrators ? "administrator role" : "role";
    const char *sources = who.count > 0 ? listing_end(&who, flow) : NULL;
    const char *anyone = one_begins(paths, CALLER_GUEST)    ? "Anyone on the internet"
                         : one_begins(paths, CALLER_ANYONE) ? "Anyone on AWS"
                                                            : NULL;
    if (anyone != NULL)
        sources = sources == NULL ? anyone : flow_text(flow, "%s, %s", anyone, sources);
    const char *ways = listing_end(&how, flow);
    if (reached == 0)
        return all == 0 ? flow_text(flow, "There is no %s.", what)
                        : flow_text(flow, "No user, outsider or service can become one of the %u %ss.", all, what);
    return flow_text(flow, "%s can become %s of %s %s%s: %s.", sources != NULL ? sources : "Outsiders",
                     flow_number(flow, reached), flow_number(flow, all), what, text_plural(all), ways);
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
            all += model->accounts[i].detail != ACCOUNT_NOT_EXPORTED && strcmp(view_unit(paths->view, i), label) == 0;
        if (all > here)
            flow->grounds[g].label = flow_text(flow, "%s · %u of %u accounts", label, here, all);
        else if (strcmp(label, "Management account") != 0)
            flow->grounds[g].label = flow_text(flow, "%s · %u account%s", label, here, text_plural(here));
    }
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

void paths_describe(struct paths *paths, const char *names, const bool *within, struct flow *flow)
{
    bool administrators = names == NULL;
    flow->title = administrators ? "Who can become administrator, and who gets in from outside"
                                 : flow_text(flow, "Who can become %s, and who gets in from outside", names);
    flow->legend = "Worst trust finding on the way";
    flow->dashed = "every way has a condition (MFA, token subject, external ID)";
    flow_say(flow, frame_origin(&flow->arena, paths->view->model));
    flow_say(flow, numbers(paths, within, administrators, flow));
    describe_columns(paths, flow, administrators);
    parts_count_critical(&paths->parts, view_severities(paths->view));
    parts_describe(&paths->parts, flow);
    paths_find_arcs(paths, flow);
    name_parts(paths, flow);
    parts_describe_arcs(flow);
    flow_drop_idle(flow);
    flow_limit(flow, FLOW_MOST_ARCS);
    describe_grounds(paths, flow);
    flow_leave_out(flow, flow->arc_count == 0 ? NULL
                         : any_folded(&paths->parts)
                             ? "Shortest ways only. Similar roles share a box with a count; names that differ only in "
                               "their generated part are shortened with “…”."
                             : "Shortest ways only.");
    flow_leave_out(flow, left_out(paths, within, administrators, flow));
}
