#include "tests/support/scene.h"

#include "graph/chains/chains.h"
#include "ingest/store/query.h"
#include "tests/support/testing.h"

#include <stdlib.h>
#include <string.h>

void scene_open(struct scene *scene, struct world *world, const char *account, const char *details, const char *sql)
{
    char *error = NULL;
    size_t count;
    *scene = (struct scene){.world = world, .account = account};
    put_text(world, "details.json", details);
    load(world);
    store_execute(world->store, "PRAGMA foreign_keys = OFF");
    if (!store_execute(world->store, sql))
        fail_msg("%s", store_error(world->store));
    scene->model = model_load(world->store, &error);
    scene->pool = constraint_pool_new();
    scene->edges = edges_compute(scene->model, scene->pool, 0);
    scene->people = people_load(scene->model, world->store, false);
    edges_add_people(scene->edges, scene->people);
    const char **issuers = edges_issuers(scene->edges, &count);
    scene->workloads = workloads_load(scene->model, world->store, false, issuers, count);
    edges_add_workloads(scene->edges, scene->workloads);
    free(issuers);
}

void scene_close(struct scene *scene)
{
    edges_free(scene->edges);
    people_free(scene->people);
    workloads_free(scene->workloads);
    constraint_pool_free(scene->pool);
    model_free(scene->model);
}

uint32_t scene_role(const struct scene *scene, const char *name)
{
    uint32_t role = model_find_role_name(scene->model, model_find_account(scene->model, scene->account), name);
    assert_int_not_equal(role, MODEL_NONE);
    return role;
}

struct asked {
    uint32_t role;
    enum verdict verdict;
};

static bool note(const struct chain *chain, void *context)
{
    struct asked *asked = context;
    if (chain->hops[chain->hop_count - 1].to == asked->role)
        asked->verdict = chain->verdict;
    return true;
}

uint32_t scene_node(const struct scene *scene, const char *text)
{
    struct caller caller;
    struct arena arena = {0};
    if (!caller_of_workload(scene->model, &arena, text, &caller))
        assert_true(caller_parse(scene->model, &arena, text, &caller));
    uint32_t node = edges_find_node(scene->edges, &caller);
    arena_free(&arena);
    return node;
}

void scene_expect(const struct scene *scene, uint32_t node, const char *who, const char *role, const char *verdict)
{
    struct asked asked = {.role = scene_role(scene, role)};
    if (node != MODEL_NONE)
        chains_reach(scene->edges, node, &(struct chain_limits){0}, note, &asked);
    if (strcmp(verdict_word(asked.verdict), verdict) != 0)
        fail_msg("%s becomes %s: %s, not %s", who, role, verdict_word(asked.verdict), verdict);
}
