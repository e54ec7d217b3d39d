#include "analyzer/report/page/page_inside.h"

#include "analyzer/analysis/administrators.h"
#include "ingest/support/memory.h"
#include <stdlib.h>

struct keeping {
    struct page *page;
    bool *kept; /* per principal */
    uint32_t count;
};

static void keep(struct keeping *keeping, uint32_t node)
{
    if (node >= keeping->page->model->principal_count || keeping->kept[node] ||
        keeping->count >= keeping->page->limits->principals)
        return;
    keeping->kept[node] = true;
    keeping->count++;
}

static bool keep_if_outside(uint32_t caller, const struct edge *edge, void *context)
{
    struct keeping *keeping = context;
    (void)edge;
    return !exposure_is_outside(keeping->page->edges, caller);
}

static void keep_finding(struct keeping *keeping, const struct finding *finding)
{
    const struct model *model = keeping->page->model;
    keep(keeping, model_find_arn(model, finding->resource));
    keep(keeping, finding->begins);
    for (size_t i = 0; i < finding->evidence_count; i++)
        keep(keeping, model_find_arn(model, finding->evidence[i].holder));
}

/* Administrators first, then roles that others can enter, then what findings are about, worst first. */
static void keep_what_matters(struct keeping *keeping)
{
    const struct page *page = keeping->page;
    for (uint32_t i = 0; i < page->model->principal_count; i++)
        if (administrators_get(page->analysis, i)->verdict != VERDICT_DENIED)
            keep(keeping, i);
    for (uint32_t i = 0; i < page->model->principal_count; i++)
        if (page->model->principals[i].is_role && !edges_each_caller(page->edges, i, keep_if_outside, keeping))
            keep(keeping, i);
    for (size_t i = 0; i < page->report->standing; i++)
        keep_finding(keeping, &page->report->findings->list[i]);
}

void page_keep(struct page *page)
{
    const struct edges *edges = page->edges;
    uint32_t principals = page->model->principal_count;
    struct keeping keeping = {page, memory_zeroed((size_t)principals + 1, sizeof *keeping.kept), 0};
    if (principals > page->limits->principals)
        keep_what_matters(&keeping);
    page->number = memory_zeroed((size_t)edges->node_count + 1, sizeof *page->number);
    page->nodes = memory_zeroed((size_t)edges->node_count + 1, sizeof *page->nodes);
    for (uint32_t i = 0; i < edges->node_count; i++) {
        bool in_page = i >= principals || principals <= page->limits->principals || keeping.kept[i];
        page->number[i] = in_page ? page->count : MODEL_NONE;
        if (in_page)
            page->nodes[page->count++] = i;
        if (in_page && i < principals)
            page->principals++;
    }
    free(keeping.kept);
}
