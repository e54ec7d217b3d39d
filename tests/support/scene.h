/*
 * scene: the edges of roles of one account with the people and workloads in rows of the database, and who becomes which
 * role over them.
 */
#ifndef ROLECHAIN_TESTS_SUPPORT_SCENE_H
#define ROLECHAIN_TESTS_SUPPORT_SCENE_H

#include "graph/edges/edges_people.h"
#include "graph/edges/edges_workloads.h"
#include "tests/support/loading.h"

struct scene {
    struct world *world;
    const char *account;
    struct model *model;
    struct constraint_pool *pool;
    struct edges *edges;
    struct people *people;
    struct workloads *workloads;
};

/* Loads the account's authorization details into the world's database and runs the SQL there, in addition to what
 * earlier scenes of the world left. */
void scene_open(struct scene *scene, struct world *world, const char *account, const char *details, const char *sql);
void scene_close(struct scene *scene);

/* A role, which must exist. */
uint32_t scene_role(const struct scene *scene, const char *name);

/* The node with that text (caller_of_workload, caller_parse); MODEL_NONE: it can become no role. */
uint32_t scene_node(const struct scene *scene, const char *text);

/* Fails unless the node becomes the role, directly or through a chain, with that verdict; MODEL_NONE: nobody does. */
void scene_expect(const struct scene *scene, uint32_t node, const char *who, const char *role, const char *verdict);

#endif
