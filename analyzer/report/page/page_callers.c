/*
 * How many can become each role, and who cannot although hops lead to it.
 */
#include "analyzer/report/page/page_inside.h"
#include "graph/chains/chains.h"
#include "ingest/support/array.h"
#include "ingest/support/memory.h"

#include <stdlib.h>
#include <string.h>

struct asking {
    struct page *page;
    bool *reached; /* per node: hops lead from it to the role */
    bool *holds;   /* per node: the conditions of a chain from it can hold */
};

static bool note_chain(const struct chain *chain, void *context)
{
    struct asking *asking = context;
    asking->holds[chain->hops[0].from] = true;
    return true;
}

/* Checks for every chain to the role whether its conditions can hold. */
static void ask(struct asking *asking, uint32_t role)
{
    static const struct chain_limits no_limits = {0};
    struct page *page = asking->page;
    const struct edges *edges = page->edges;
    struct exposure *exposure = &page->exposure[role];
    struct refuted refuted = {.role = role};
    uint32_t room = 0;
    memset(asking->reached, 0, edges->node_count * sizeof *asking->reached);
    memset(asking->holds, 0, edges->node_count * sizeof *asking->holds);
    asking->reached[role] = true;
    chains_reach_backwards(edges, asking->reached);
    chains_who_can(edges, role, &no_limits, note_chain, asking);
    exposure->at_most = exposure->outside = 0;
    for (uint32_t i = 0; i < edges->node_count; i++) {
        if (i == role)
            continue;
        exposure->at_most += asking->holds[i];
        exposure->outside += asking->holds[i] && exposure_is_outside(edges, i);
        if (asking->reached[i] && !asking->holds[i])
            ARRAY_ADD(refuted.callers, refuted.count, room, i);
    }
    exposure->certain = exposure->at_most;
    if (refuted.count > 0)
        ARRAY_ADD(page->refuted, page->refuted_count, page->refuted_room, refuted);
}

void page_count_callers(struct page *page)
{
    const struct edges *edges = page->edges;
    struct asking asking = {page, memory_zeroed((size_t)edges->node_count + 1, sizeof *asking.reached),
                            memory_zeroed((size_t)edges->node_count + 1, sizeof *asking.holds)};
    uint32_t asked = 0;
    page->exposure = memory_zeroed((size_t)edges->node_count + 1, sizeof *page->exposure);
    exposure_count(edges, NULL, page->exposure);
    for (uint32_t i = 0; i < page->principals && asked < page->limits->settled; i++) {
        const struct exposure *exposure = &page->exposure[page->nodes[i]];
        if (exposure->certain == exposure->at_most || exposure->at_most > page->limits->settled_callers)
            continue;
        asked++;
        ask(&asking, page->nodes[i]);
    }
    free(asking.reached);
    free(asking.holds);
}

void page_write_refuted(struct page *page)
{
    page_json_named_open(&page->json, "refuted", '[');
    for (uint32_t i = 0; i < page->refuted_count; i++) {
        const struct refuted *refuted = &page->refuted[i];
        page_json_number(&page->json, page->number[refuted->role]);
        page_json_open(&page->json, '[');
        for (uint32_t j = 0; j < refuted->count; j++)
            if (page->number[refuted->callers[j]] != MODEL_NONE)
                page_json_number(&page->json, page->number[refuted->callers[j]]);
        page_json_close(&page->json, ']');
    }
    page_json_close(&page->json, ']');
}
