/*
 * verdicts: what a load did with each file, and what is wrong with it.
 */
#ifndef ROLECHAIN_ANALYZER_REPORT_VERDICTS_H
#define ROLECHAIN_ANALYZER_REPORT_VERDICTS_H

#include "analyzer/command_line/command.h"
#include "ingest/load.h"
#include <jansson.h>

/* One line per file. Files of one kind with the same verdict are counted in one line if that is shorter, unless `all`
 * is set or they need attention. */
void verdicts_print(struct output *output, const struct load_verdict *verdicts, size_t count, bool all);

/* One file as an element of "sources", to which more may be added. */
json_t *verdict_json(const struct load_verdict *verdict);

/* A problem of an export as an element of "problems"; account NULL: without an account. */
json_t *problem_json(const struct load_problem *problem, const char *account);

#endif
