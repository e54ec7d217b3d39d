/* What analysing a loaded database costs, phase by phase, in CPU seconds of this thread.
 * usage: analyze_database DATABASE */
#include "analyzer/analysis.h"
#include "analyzer/findings/findings.h"
#include "graph/chains.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double last;

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void phase(const char *name)
{
    double time = now();
    printf("%-12s %8.3f\n", name, time - last);
    last = now();
}

int main(int count, char **arguments)
{
    struct analysis analysis = {.now = analysis_time()};
    struct findings findings = {0};
    char *error = NULL;
    if (count != 2)
        return 2;
    last = now();
    analysis.store = store_open(arguments[1], STORE_READ, &error);
    analysis.model = analysis.store != NULL ? model_load(analysis.store, &error) : NULL;
    if (analysis.model == NULL) {
        fprintf(stderr, "%s\n", error != NULL ? error : "out of memory");
        return 1;
    }
    phase("model");
    analysis.pool = constraint_pool_new();
    analysis.evaluator = evaluator_new(analysis.model, analysis.pool);
    const struct edges *edges = analysis_edges(&analysis);
    phase("edges");
    uint32_t components, *component = calloc((size_t)edges->node_count + 1, sizeof *component);
    chains_components(edges, component, &components);
    phase("cycles");
    findings_compute(&analysis, &findings);
    phase("findings");
    printf("principals %u, classes %u, profiles %u, role sets %u, edges %u, findings %zu\n",
           analysis.model->principal_count, edges->classes.permissions.count, edges->classes.profiles.count,
           edges->classes.role_sets.count, edges->edge_count, findings.count);
    free(component);
    findings_free(&findings);
    analysis_close(&analysis);
    return 0;
}
