/*
 * edge_world: a scenario with the edges that hold in it.
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

/* The same for many worlds one after another: in a store that is made at the first call (*store NULL) and used again,
 * which costs less. The store is the caller's. */
void edge_world_open_in(struct edge_world *world, struct store **store, const char *text);

void edge_world_close(struct edge_world *world);

#endif
