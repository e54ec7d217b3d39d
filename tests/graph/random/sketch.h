/*
 * sketch: a random organization of a few accounts, in which everything can trust and may assume everything. It consists
 * of seeds for the lines of a scenario, so that lines can be changed one by one. The text is in the format of
 * scenario.h.
 */
#ifndef ROLECHAIN_TESTS_GRAPH_RANDOM_SKETCH_H
#define ROLECHAIN_TESTS_GRAPH_RANDOM_SKETCH_H

#include "ingest/support/text.h"
#include "tests/graph/random/sample.h"

#define SKETCH_ACCOUNTS 5
#define SKETCH_MEMBERS 7
#define SKETCH_LINES 3

struct sketch_member {
    bool there, grouped;
    uint64_t seeds[SKETCH_LINES]; /* 0: no line */
    uint64_t tag;
};

struct sketch_account {
    bool there, roles_only;
    struct sketch_member members[SKETCH_MEMBERS];
};

struct sketch {
    struct sketch_account accounts[SKETCH_ACCOUNTS];
    bool organization;
    uint64_t scp, rcp;
    double now;
};

void sketch_roll(struct sketch *sketch, struct random *random);

/* One step, usually a small one. An export that was loaded can change, but not vanish. */
void sketch_change(struct sketch *sketch, struct random *random);

/* The lines of the scenario. */
void sketch_write(const struct sketch *sketch, struct text *text);

#endif
