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

/* Finds and elaborates all findings of the world. Set the members findings and analysis first to choose options; zero
 * otherwise. */
void findings_world_open(struct findings_world *world, const char *text);
void findings_world_close(struct findings_world *world);

#endif
