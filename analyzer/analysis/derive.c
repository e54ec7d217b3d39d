#include "analyzer/analysis/derive.h"

#include "analyzer/analysis/analysis.h"
#include "graph/edges/edges_refresh.h"
#include "graph/model/touched.h"
#include "ingest/support/memory.h"

bool derive_answers(struct store *store, const struct changes *changes, struct progress *progress,
                    struct derivation *derivation, char **error)
{
    static const struct changes all = {.everything = true};
    struct analysis analysis = {.store = store, .now = analysis_time(), .progress = progress, .derives = true};
    bool everything;
    analysis.model = touched_load(store, changes != NULL ? changes : &all, analysis.now, &everything, error);
    if (everything)
        analysis.model = model_load(store, error);
    analysis.pool = constraint_pool_new();
    if (analysis.model != NULL && everything) {
        edges_store(analysis_edges(&analysis), store);
        gaps_store(analysis.model);
    } else if (analysis.model != NULL) {
        edges_refresh(analysis_edges(&analysis), store);
        gaps_refresh(analysis.model);
    }
    bool good = analysis.model != NULL && store_error(store) == NULL;
    if (good)
        *derivation = (struct derivation){everything, analysis.model->principal_count, analysis.edges->edge_count};
    analysis.store = NULL;
    analysis_close(&analysis);
    if (!good && *error == NULL && store_error(store) != NULL)
        *error = memory_text(store_error(store));
    return good;
}
