/*
 * scenario_analysed: a scenario, loaded and ready for questions.
 */
#ifndef ROLECHAIN_TESTS_SUPPORT_SCENARIO_ANALYSED_H
#define ROLECHAIN_TESTS_SUPPORT_SCENARIO_ANALYSED_H

#include "analyzer/analysis/analysis.h"
#include "tests/support/scenario.h"

/* Fails the test where the lines are no scenario. Both must be zeroed; analysis_close, then scenario_free. */
void scenario_analyse(const char *lines, struct scenario *scenario, struct analysis *analysis);

#endif
