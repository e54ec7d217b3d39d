/*
 * What the report is about, what is missing, and the numbers of the overview.
 */
#include "analyzer/analysis/administrators.h"
#include "analyzer/analysis/gaps.h"
#include "analyzer/analysis/removable_words.h"
#include "analyzer/analysis/targets.h"
#include "analyzer/report/page/page_inside.h"
#include "graph/chains/chokepoints.h"

#include "ingest/support/memory.h"
#include <stdlib.h>
#include <string.h>

/* ---- about */

static void write_loaded(struct page *page)
{
    const struct model *model = page->model;
    const char *loaded = "";
    for (uint32_t i = 0; i < model->account_count; i++)
        if (model->accounts[i].detail != ACCOUNT_NOT_EXPORTED && strcmp(model->accounts[i].loaded, loaded) > 0)
            loaded = model->accounts[i].loaded;
    page_json_named_text(&page->json, "loaded", loaded);
}

void page_write_about(struct page *page)
{
    const struct model *model = page->model;
    const struct finding_report *report = page->report;
    uint32_t exported = 0, units = 0, roles = 0;
    size_t findings = report->standing, whole = page->limits->whole_findings;
    for (uint32_t i = 0; i < model->account_count; i++)
        exported += model->accounts[i].detail != ACCOUNT_NOT_EXPORTED;
    for (uint32_t i = 0; i < model->node_count; i++)
        units += !model->nodes[i].root;
    for (uint32_t i = 0; i < model->principal_count; i++)
        roles += model->principals[i].is_role;
    page_json_named_open(&page->json, "about", '{');
    page_json_named_text(&page->json, "version", ROLECHAIN_VERSION);
    page_json_named_text(&page->json, "organization", model->organization);
    write_loaded(page);
    page_json_named_number(&page->json, "accounts", exported);
    page_json_named_number(&page->json, "units", units);
    page_json_named_number(&page->json, "roles", roles);
    page_json_named_number(&page->json, "users", model->principal_count - roles);
    page_json_named_number(&page->json, "principals_left_out", model->principal_count - page->principals);
    page_json_named_number(&page->json, "findings_left_out", (int64_t)(findings - page->listed));
    page_json_named_number(&page->json, "findings_whole", (int64_t)(findings < whole ? findings : whole));
    page_json_named_number(&page->json, "suppressed", (int64_t)report->suppressed);
    page_json_close(&page->json, '}');
}

static void write_gaps(struct page *page)
{
    const struct gaps *gaps = analysis_gaps(page->analysis);
    page_json_named_open(&page->json, "gaps", '[');
    for (size_t i = 0; i < gaps->count; i++)
        page_json_text(&page->json, gaps->list[i].sentence);
    page_json_close(&page->json, ']');
}

/* ---- numbers */

static void write_severities(struct page *page)
{
    size_t counts[SEVERITY_CRITICAL + 1];
    finding_report_count(page->report, counts);
    page_json_named_open(&page->json, "findings", '[');
    for (int i = SEVERITY_INFO; i <= SEVERITY_CRITICAL; i++)
        page_json_number(&page->json, (int64_t)counts[i]);
    page_json_close(&page->json, ']');
}

static bool stop_if_danger(uint32_t caller, const struct edge *edge, void *context)
{
    (void)edge;
    return !danger_is_outside(context, caller);
}

/* Roles that outsiders other than services can assume directly. */
static uint32_t roles_open_to_outsiders(struct page *page)
{
    uint32_t count = 0;
    struct analysis *analysis = page->analysis;
    for (uint32_t i = 0; i < page->model->principal_count; i++)
        count +=
            page->model->principals[i].is_role && !edges_each_caller(page->edges, i, stop_if_danger, analysis->edges);
    return count;
}

static uint32_t users_on_their_way(struct page *page)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < page->model->principal_count; i++)
        count += !page->model->principals[i].is_role && !administrators_has(page->analysis, i) &&
                 administrators_reached(page->analysis, i);
    return count;
}

static void write_changes(struct page *page, const struct chokepoints *points)
{
    struct page_json *json = &page->json;
    page_json_named_open(json, "changes", '[');
    for (uint32_t i = 0; i < points->ranked; i++) {
        struct text place = {0};
        char *words = removable_words(page->model, &points->ranking[i].statement, &place);
        page_json_open(json, '{');
        page_json_named_text(json, "words", words);
        page_json_named_text(json, "place", place.length > 0 ? place.data : "");
        page_json_named_number(json, "principals", points->ranking[i].principals);
        page_json_named_number(json, "sources", points->ranking[i].sources);
        page_json_close(json, '}');
        free(words);
        text_free(&place);
    }
    page_json_close(json, ']');
}

void page_write_overview(struct page *page)
{
    const struct edges *edges = page->edges;
    size_t count = (size_t)edges->node_count + 1;
    bool *targets = memory_zeroed(count, sizeof *targets), *sources = memory_zeroed(count, sizeof *sources),
         *excluded = memory_zeroed(count, sizeof *excluded);
    struct chokepoints points;
    uint32_t roles = 0;
    write_gaps(page);
    targets_mark_administrators(page->analysis, targets, excluded);
    targets_mark_sources(edges, TARGETS_FROM_USERS | TARGETS_FROM_OUTSIDE | TARGETS_FROM_SERVICES, targets, sources);
    const struct chokepoints_question question = {targets, sources, excluded, page->limits->changes};
    chokepoints_find(edges, &question, &points);
    for (uint32_t i = 0; i < page->model->principal_count; i++)
        roles += targets[i];
    page_json_named_open(&page->json, "summary", '{');
    page_json_named_number(&page->json, "administrators", roles);
    page_json_named_number(&page->json, "reached", points.reached);
    page_json_named_number(&page->json, "on_their_way", points.principals);
    page_json_named_number(&page->json, "users_on_their_way", users_on_their_way(page));
    page_json_named_number(&page->json, "open_to_outsiders", roles_open_to_outsiders(page));
    write_severities(page);
    page_json_close(&page->json, '}');
    write_changes(page, &points);
    chokepoints_free(&points);
    free(targets);
    free(sources);
    free(excluded);
}
