/*
 * case_world: the cases of tests/analyzer/findings/cases/, each a world with its findings. test_cases.c says what a
 * case holds.
 */
#ifndef ROLECHAIN_TESTS_ANALYZER_FINDINGS_CASE_WORLD_H
#define ROLECHAIN_TESTS_ANALYZER_FINDINGS_CASE_WORLD_H

#include "analyzer/findings/facts/account_lists.h"
#include "analyzer/findings/facts/kept_access.h"
#include "analyzer/findings/findings.h"
#include "tests/support/scenario.h"
#include "tests/support/testing.h"

struct case_world {
    struct scenario scenario; /* of a case */
    struct account_lists lists;
    struct analysis analysis;
    struct kept_access kept;  /* whom the case keeps */
    struct findings findings; /* not elaborated */
    bool later;               /* the lists and the pool of constraints are another world's */
};

/* Its lines and files. Fails the test if it cannot be read. */
void case_scenario_read(struct scenario *scenario, const json_t *one);

/* What the case says. Fails the test if it cannot be loaded. */
void case_world_open(struct case_world *world, const json_t *one);

/* What a folder of exports says. With `earlier` it is what became of that world, which must outlive it: with the same
 * lists of accounts, and its residuals can be compared with those of before. */
void case_world_open_exports(struct case_world *world, const char *folder, struct case_world *earlier);

void case_world_close(struct case_world *world);

/* A copy in which short forms ($A) of all texts are expanded. */
json_t *case_expanded(struct scenario *scenario, const json_t *value);

/* ---- all cases */

struct case_file {
    char *name;
    json_t *cases; /* array */
};

/* While cases_run runs. */
const struct case_file *case_files(size_t *count);

/* Runs a test for each case, which *state is, and the others after them. Returns the exit status of the program. */
int cases_run(const char *name, CMUnitTestFunction each, const struct CMUnitTest *others, size_t other_count);

#endif
