#include "tests/support/edge_world.h"

#include "graph/control/control_edges.h"
#include "tests/support/testing.h"
#include <string.h>

static void find_edges(struct edge_world *world, struct store *store, const char *text)
{
    char *error = NULL;
    world->model = store != NULL ? model_load(store, &error) : NULL;
    world->pool = constraint_pool_new();
    world->edges = world->model != NULL ? edges_compute(world->model, world->pool, 0) : NULL;
    if (world->edges == NULL)
        fail_msg("%s %s\n%s", world->scenario.error, error != NULL ? error : "", text);
}

void edge_world_open(struct edge_world *world, const char *text)
{
    *world = (struct edge_world){0};
    if (!scenario_read(&world->scenario, text, 1))
        fail_msg("%s", world->scenario.error);
    world->store = scenario_load(&world->scenario);
    find_edges(world, world->store, text);
}

static struct store *in_turn;

void edge_world_open_in_turn(struct edge_world *world, const char *text)
{
    char *error = NULL;
    *world = (struct edge_world){0};
    if (in_turn == NULL)
        in_turn = store_open(STORE_MEMORY, STORE_CREATE, &error);
    if (in_turn == NULL || !scenario_read(&world->scenario, text, 1) || !scenario_load_again(&world->scenario, in_turn))
        fail_msg("%s %s\n%s", world->scenario.error, error != NULL ? error : "", text);
    find_edges(world, in_turn, text);
}

int edge_world_end(void **state)
{
    (void)state;
    store_close(in_turn);
    in_turn = NULL;
    return 0;
}

uint32_t edge_world_node(const struct edge_world *world, const char *name)
{
    for (uint32_t i = 0; i < world->edges->node_count; i++)
        if (world->edges->nodes[i].name != NULL && strcmp(world->edges->nodes[i].name, name) == 0)
            return i;
    fail_msg("no node %s", name);
    return MODEL_NONE;
}

void edge_world_close(struct edge_world *world)
{
    edges_free(world->edges);
    constraint_pool_free(world->pool);
    model_free(world->model);
    store_close(world->store);
    scenario_free(&world->scenario);
    *world = (struct edge_world){0};
}

const char *edge_world_leads(const char *text, const char *from, const char *to, enum edge_kind kind)
{
    struct edge_world world;
    const char *result = "";
    edge_world_open_in_turn(&world, text);
    control_edges_add(world.edges);
    const struct model_principal *principals = world.model->principals;
    for (uint32_t node = 0; node < world.model->principal_count; node++) {
        struct hop_cursor cursor;
        struct hop hop;
        hop_cursor_begin(&cursor, world.edges, node);
        while (strcmp(principals[node].name, from) == 0 && hop_cursor_next(&cursor, &hop))
            if (world.edges->edges[hop.edge].kind == kind && strcmp(principals[hop.to].name, to) == 0)
                result = verdict_word(world.edges->edges[hop.edge].verdict);
    }
    edge_world_close(&world);
    return result;
}
