/*
 * verdicts: what became of each file of a load, and what is wrong with it.
 */
#ifndef ROLECHAIN_ANALYZER_REPORT_VERDICTS_H
#define ROLECHAIN_ANALYZER_REPORT_VERDICTS_H

#include "analyzer/command_line/command.h"
#include "ingest/load.h"
#include <jansson.h>

/* One line a file; files of one kind with one verdict are counted in one line where that is shorter, unless `all` or
 * they need attention. */
void verdicts_print(struct output *output, const struct load_verdict *verdicts, size_t count, bool all);

/* One file as an object of "sources", to which more may be added. */
json_t *verdict_json(const struct load_verdict *verdict);

/* What is wrong with an export, as an object of "problems"; account NULL: it is not asked whose. */
json_t *problem_json(const struct load_problem *problem, const char *account);

#endif
