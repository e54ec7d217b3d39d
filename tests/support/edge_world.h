/*
 * edge_world: a scenario with its edges.
 */
#ifndef ROLECHAIN_TESTS_SUPPORT_EDGE_WORLD_H
#define ROLECHAIN_TESTS_SUPPORT_EDGE_WORLD_H

#include "graph/edges/edges.h"
#include "tests/support/scenario.h"

struct edge_world {
    struct scenario scenario;
    struct store *store;
    struct model *model;
    struct constraint_pool *pool;
    struct edges *edges;
};

/* A scenario without questions, see scenario.h. Fails the test if it cannot be loaded. */
void edge_world_open(struct edge_world *world, const char *text);

/* The same for many worlds in turn: in one store, which is cheaper. edge_world_end, a teardown of the tests, closes
 * it. */
void edge_world_open_in_turn(struct edge_world *world, const char *text);
int edge_world_end(void **state);

void edge_world_close(struct edge_world *world);

/* Whether `from` has an edge of the kind to `to` in that world, including control, and its verdict: "" (none),
 * "allowed", "conditional". Names of users and roles, unique in the world. */
const char *edge_world_leads(const char *text, const char *from, const char *to, enum edge_kind kind);

/* The node with that name. Fails the test if there is none. */
uint32_t edge_world_node(const struct edge_world *world, const char *name);

#endif
