/*
 * scenario_analysed: a scenario, loaded and ready for questions.
 */
#ifndef ROLECHAIN_TESTS_SUPPORT_SCENARIO_ANALYSED_H
#define ROLECHAIN_TESTS_SUPPORT_SCENARIO_ANALYSED_H

#include "analyzer/analysis/analysis.h"
#include "tests/support/scenario.h"

/* Fails the test if the lines are not a scenario. Both must be zeroed; call analysis_close, then scenario_free. */
void scenario_analyse(const char *lines, struct scenario *scenario, struct analysis *analysis);

#endif
