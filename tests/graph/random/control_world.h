/*
 * control_world: a random small world of two accounts in which some may change IAM, or what runs with a role: users,
 * roles of people, of services, of AWS itself, groups, boundaries, SCPs. Lines of tests/support/scenario.h.
 */
#ifndef ROLECHAIN_TESTS_GRAPH_RANDOM_CONTROL_WORLD_H
#define ROLECHAIN_TESTS_GRAPH_RANDOM_CONTROL_WORLD_H

#include "tests/graph/random/sample.h"

/* Appends the lines of a world. */
void control_world_write(struct random *random, struct text *lines);

/* Leaves out one line, the step-th of those that no other line depends on. False: there are no more. The lines are
 * malloc'ed. */
bool control_world_reduce(const char *lines, uint32_t step, char **fewer);

/* The smallest world, found by leaving out lines, for which `holds` is still false. malloc'ed. */
char *control_world_smallest(const char *lines, bool (*holds)(const char *lines, struct text *story));

/* Checks `holds` for this many worlds, according to ROLECHAIN_RANDOM_COUNT, _FIRST and _SEED if set. Fails with the
 * smallest world for which it is false, and its story. Returns how many were checked. */
uint64_t control_worlds_ask(uint64_t count, uint64_t seed, bool (*holds)(const char *lines, struct text *story));

#endif
