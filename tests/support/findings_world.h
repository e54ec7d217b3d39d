/*
 * findings_world: the findings of a scenario's world.
 */
#ifndef ROLECHAIN_TESTS_SUPPORT_FINDINGS_WORLD_H
#define ROLECHAIN_TESTS_SUPPORT_FINDINGS_WORLD_H

#include "analyzer/findings/findings.h"
#include "tests/support/scenario.h"

struct findings_world {
    struct scenario scenario;
    struct analysis analysis;
    struct findings findings;
};

/* Finds and elaborates all of the world's findings. What the members findings and analysis say before is how they are
 * to be found; zero otherwise. */
void findings_world_open(struct findings_world *world, const char *text);
void findings_world_close(struct findings_world *world);

#endif
