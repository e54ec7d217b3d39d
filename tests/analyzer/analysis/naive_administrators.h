/*
 * naive_administrators: who is administrator of its account, or can make itself one, as docs/decisions.md says it: who
 * it is and what it was given, time after time, until nothing is new. Slow, with nothing kept or shared, and apart from
 * analyzer/analysis/administrators.c and graph/control, of which it uses the table of ways alone.
 */
#ifndef ROLECHAIN_TESTS_ANALYZER_ANALYSIS_NAIVE_ADMINISTRATORS_H
#define ROLECHAIN_TESTS_ANALYZER_ANALYSIS_NAIVE_ADMINISTRATORS_H

#include "tests/graph/control/naive_control.h"

struct naive_administrator {
    constraint by_policy, by_all; /* under which it is one by its policies, and by whatever it may do; FALSE: never */
};

/* For every principal of the model, malloc'ed. */
struct naive_administrator *naive_administrators(struct naive *naive);

/* Whether whoever makes the calls the right way is one: without facts that are not known and keys that limit what is
 * handed out. */
bool naive_is_free(struct naive *naive, constraint formula);

#endif
