/*
 * What `rolechain load` does behind the load, edges of a loaded database, written into it; and judging all findings.
 * Prints "NAME VALUE" lines: seconds by phase and in all, what there is, the peak of resident memory in bytes.
 *
 * usage: analyze_database DATABASE
 */
#include "analyzer/analysis/analysis.h"
#include "analyzer/analysis/gaps.h"
#include "analyzer/findings/findings.h"
#include "graph/chains/chains.h"
#include "ingest/store/query.h"
#include "tests/bench/measure.h"

#include <stdio.h>
#include <stdlib.h>

static double began, last;

static void phase(const char *name)
{
    double now = measure_now();
    printf("%s %.4f\n", name, now - last);
    last = now;
}

static int fail(const char *error)
{
    fprintf(stderr, "%s\n", error != NULL ? error : "out of memory");
    return 1;
}

/* Values of Principal in Allow statements, counted once a role. */
static uint64_t count_trust_atoms(const struct model *model)
{
    uint64_t count = 0;
    for (uint32_t i = 0; i < model->principal_count; i++) {
        const struct policy_use *trust = model->principals[i].trust;
        if (trust == NULL || trust->document == MODEL_NONE)
            continue;
        const struct model_document *document = &model->documents[trust->document];
        for (uint32_t j = 0; j < document->statement_count; j++) {
            const struct statement *statement = &model->statements[document->first_statement + j];
            count += statement->allow ? statement->principal_count : 0;
        }
    }
    return count;
}

/* Values of Resource in Allow statements about assuming roles, counted once a permission class. */
static uint64_t count_matches(const struct edges *edges)
{
    const struct model *model = edges->model;
    const struct partition *classes = &edges->classes.permissions;
    uint64_t count = 0;
    for (uint32_t i = 0; i < classes->count; i++) {
        const struct model_principal *one = &model->principals[classes->members[classes->first[i]]];
        for (uint32_t j = 0; j < one->policy_count; j++) {
            uint32_t number = model->uses[one->first_policy + j].document;
            const struct model_document *document = number != MODEL_NONE ? &model->documents[number] : NULL;
            for (uint32_t k = 0; document != NULL && k < document->statement_count; k++) {
                const struct statement *statement = &model->statements[document->first_statement + k];
                if (statement->allow && classes_statement_bears(statement))
                    count += statement->resource_count;
            }
        }
    }
    return count;
}

static void print_counts(const struct model *model, const struct edges *edges, size_t findings)
{
    uint64_t roles = 0;
    for (uint32_t i = 0; i < model->principal_count; i++)
        roles += model->principals[i].is_role;
    printf("principals %u\nclasses %u\nprofiles %u\nrole-sets %u\n", model->principal_count,
           edges->classes.permissions.count, edges->classes.profiles.count, edges->classes.role_sets.count);
    printf("roles %llu\ntrust-atoms %llu\nmatches %llu\nstored-edges %u\nfindings-found %zu\n",
           (unsigned long long)roles, (unsigned long long)count_trust_atoms(model),
           (unsigned long long)count_matches(edges), edges->edge_count, findings);
}

int main(int count, char **arguments)
{
    struct analysis analysis = {.now = analysis_time()};
    struct findings findings = {0};
    char *error = NULL;
    if (count != 2)
        return 2;
    analysis.store = store_open(arguments[1], STORE_CREATE, &error);
    if (analysis.store == NULL)
        return fail(error);
    /* As a load has it. */
    store_execute(analysis.store, "PRAGMA foreign_keys = OFF");
    if (!store_begin(analysis.store))
        return fail(error);
    began = last = measure_now();
    analysis.model = model_load(analysis.store, &error);
    if (analysis.model == NULL)
        return fail(error);
    phase("model");
    analysis_start(&analysis);
    const struct edges *edges = analysis_edges(&analysis);
    phase("edges");
    edges_store(edges, analysis.store);
    gaps_store(analysis.model);
    phase("edges-stored");
    uint32_t components, *component = calloc((size_t)edges->node_count + 1, sizeof *component);
    if (component == NULL)
        return fail(error);
    chains_components(edges, component, &components);
    phase("cycles");
    if (!findings_compute(&analysis, &findings))
        return fail(error);
    phase("findings");
    if (!store_commit(analysis.store))
        return fail(error);
    phase("commit");
    printf("after %.4f\n", last - began);
    print_counts(analysis.model, edges, findings.count);
    printf("peak %llu\n", (unsigned long long)measure_peak());
    free(component);
    findings_free(&findings);
    analysis_close(&analysis);
    return 0;
}
