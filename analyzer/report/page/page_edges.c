/*
 * Who can assume which role directly: edges between ends, as in edges.h.
 */
#include "analyzer/analysis/wording.h"
#include "analyzer/report/page/page_inside.h"
#include "ingest/support/array.h"
#include "ingest/support/id_map.h"
#include "ingest/support/memory.h"

#include <stdlib.h>

/* ---- groups */

static void mark_used(const struct page *page, bool *used)
{
    const struct edges *edges = page->edges;
    for (uint32_t i = 0; i < edges->edge_count; i++) {
        const edge_end ends[] = {edges->edges[i].from, edges->edges[i].to};
        for (int side = 0; side < 2; side++)
            if ((ends[side] & EDGE_GROUP) != 0)
                used[ends[side] & ~EDGE_GROUP] = true;
    }
}

static void write_members(struct page *page, uint32_t group)
{
    edge_end end = group | EDGE_GROUP;
    uint32_t count, before = 0;
    const uint32_t *members = edges_members(page->edges, &end, &count);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t number = page->number[members[i]];
        if (number == MODEL_NONE)
            continue;
        page_json_number(&page->json, number - before);
        before = number;
    }
}

void page_write_groups(struct page *page)
{
    const struct classes *classes = &page->edges->classes;
    const uint32_t kinds[] = {classes->permissions.count, classes->profiles.count, classes->local_sets.count,
                              classes->role_sets.count};
    uint32_t count = page->edges->group_count;
    bool *used = memory_zeroed((size_t)count + 1, sizeof *used);
    mark_used(page, used);
    page_json_named_open(&page->json, "groups", '{');
    page_json_named_open(&page->json, "kinds", '[');
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        page_json_number(&page->json, kinds[i]);
    page_json_close(&page->json, ']');
    page_json_named_open(&page->json, "members", '[');
    for (uint32_t group = 0; group < count; group++) {
        page_json_open(&page->json, '[');
        if (used[group])
            write_members(page, group);
        page_json_close(&page->json, ']');
    }
    page_json_close(&page->json, ']');
    page_json_close(&page->json, '}');
    free(used);
}

/* ---- edges */

/* The end's number in the page; MODEL_NONE: not in the page. */
static uint32_t end_number(const struct page *page, edge_end end)
{
    return (end & EDGE_GROUP) != 0 ? page->count + (end & ~EDGE_GROUP) : page->number[end];
}

struct written_conditions {
    struct id_map places;
    constraint *list;
    uint32_t count, room;
};

static int64_t condition_place(struct written_conditions *conditions, const struct edge *edge)
{
    bool fresh;
    if (edge->verdict == VERDICT_ALLOWED)
        return -1;
    uint32_t *place = id_map_add(&conditions->places, edge->residual, &fresh);
    if (fresh) {
        *place = conditions->count;
        ARRAY_ADD(conditions->list, conditions->count, conditions->room, edge->residual);
    }
    return *place;
}

static void write_conditions(struct page *page, const struct written_conditions *conditions)
{
    page_json_named_open(&page->json, "conditions", '[');
    for (uint32_t i = 0; i < conditions->count; i++) {
        char *words = wording_conditions(page->analysis, conditions->list[i]);
        page_json_text(&page->json, words);
        free(words);
    }
    page_json_close(&page->json, ']');
}

void page_write_edges(struct page *page)
{
    const struct edges *edges = page->edges;
    struct written_conditions conditions = {0};
    int64_t before = 0;
    page_json_named_open(&page->json, "edges", '[');
    for (uint32_t i = 0; i < edges->edge_count; i++) {
        const struct edge *edge = &edges->edges[i];
        uint32_t from = end_number(page, edge->from), to = end_number(page, edge->to);
        if (from == MODEL_NONE || to == MODEL_NONE || edge->kind != EDGE_ASSUME)
            continue;
        page_json_number(&page->json, from - before);
        page_json_number(&page->json, to);
        page_json_number(&page->json, condition_place(&conditions, edge));
        before = from;
    }
    page_json_close(&page->json, ']');
    write_conditions(page, &conditions);
    id_map_free(&conditions.places);
    free(conditions.list);
}
