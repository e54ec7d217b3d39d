/*
 * naive_administrators: who is administrator of its account, or can make itself one, as defined in docs/decisions.md:
 * repeats who each principal can be and what it can be given, until nothing is new. Slow, without caches or sharing,
 * and independent of analyzer/analysis/administrators.c and graph/control, except for the table of ways.
 */
#ifndef ROLECHAIN_TESTS_ANALYZER_ANALYSIS_NAIVE_ADMINISTRATORS_H
#define ROLECHAIN_TESTS_ANALYZER_ANALYSIS_NAIVE_ADMINISTRATORS_H

#include "tests/graph/control/naive_control.h"

struct naive_administrator {
    constraint by_policy, by_all; /* under which it is one by its policies, and by any way; FALSE: never */
};

/* For every principal of the model, malloc'ed. */
struct naive_administrator *naive_administrators(struct naive *naive);

/* Whether anybody who makes the calls the right way is one: without unknown facts and keys that limit what is
 * granted. */
bool naive_is_free(struct naive *naive, constraint formula);

#endif
