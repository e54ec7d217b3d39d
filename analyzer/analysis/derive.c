#include "analyzer/analysis/derive.h"

#include "analyzer/analysis/analysis.h"
#include "graph/control/control_edges.h"
#include "graph/control/control_store.h"
#include "graph/edges/edges_refresh.h"
#include "graph/model/touched.h"
#include "ingest/support/memory.h"

bool derive_answers(struct store *store, const struct changes *changes, struct progress *progress,
                    struct derivation *derivation, char **error)
{
    static const struct changes all = {.everything = true};
    struct analysis analysis = {.store = store, .now = analysis_time(), .progress = progress, .derives = true};
    bool everything;
    size_t edge_count = 0;
    analysis.model = touched_load(store, changes != NULL ? changes : &all, analysis.now, &everything, error);
    if (everything)
        analysis.model = model_load(store, error);
    analysis.pool = constraint_pool_new();
    if (analysis.model != NULL && everything) {
        edges_store(analysis_edges(&analysis), store);
        edge_count = analysis.edges->edge_count;
        progress_work(progress, "finding ways of control");
        control_edges_add(analysis.edges);
        control_edges_store(analysis.edges, store);
        gaps_store(analysis.model);
    } else if (analysis.model != NULL) {
        edge_count = analysis_edges(&analysis)->edge_count;
        control_edges_refresh(analysis.edges, store);
        edges_refresh(analysis.edges, store);
        gaps_refresh(analysis.model);
    }
    bool good = analysis.model != NULL && store_error(store) == NULL;
    if (good)
        *derivation = (struct derivation){everything, analysis.model->principal_count, edge_count};
    analysis.store = NULL;
    analysis_close(&analysis);
    if (!good && *error == NULL && store_error(store) != NULL)
        *error = memory_text(store_error(store));
    return good;
}
