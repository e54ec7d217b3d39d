/*
 * case_world: the cases in tests/analyzer/findings/cases/, each a world with its findings. test_cases.c describes the
 * format.
 */
#ifndef ROLECHAIN_TESTS_ANALYZER_FINDINGS_CASE_WORLD_H
#define ROLECHAIN_TESTS_ANALYZER_FINDINGS_CASE_WORLD_H

#include "analyzer/findings/facts/account_lists.h"
#include "analyzer/findings/facts/kept_access.h"
#include "analyzer/findings/findings.h"
#include "tests/support/scenario.h"
#include "tests/support/testing.h"

struct case_world {
    struct scenario scenario; /* of the current case */
    struct account_lists lists;
    struct analysis analysis;
    struct kept_access kept;  /* the principals that the case keeps */
    struct findings findings; /* not elaborated */
    bool later;               /* the lists and the pool of constraints belong to another world */
};

/* Reads its lines and files. Fails the test if they cannot be read. */
void case_scenario_read(struct scenario *scenario, const json_t *one);

/* Loads the case. Fails the test if it cannot be loaded. */
void case_world_open(struct case_world *world, const json_t *one);

/* Loads a folder of exports. With `earlier` it is the later state of that world, which must outlive it: it has the same
 * lists of accounts, and its residuals can be compared with the earlier ones. */
void case_world_open_exports(struct case_world *world, const char *folder, struct case_world *earlier);

void case_world_close(struct case_world *world);

/* A copy with short forms ($A) expanded in all texts. */
json_t *case_expanded(struct scenario *scenario, const json_t *value);

/* ---- all cases */

struct case_file {
    char *name;
    json_t *cases; /* array */
};

/* Valid while cases_run runs. */
const struct case_file *case_files(size_t *count);

/* Runs a test for each case (as *state), then the others. Returns the exit status of the program. */
int cases_run(const char *name, CMUnitTestFunction each, const struct CMUnitTest *others, size_t other_count);

#endif
