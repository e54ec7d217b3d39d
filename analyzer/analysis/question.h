/*
 * question: opens a database for one question about one or two names. If a load has stored the edges, only the
 * principals on the paths in question are read, so that the time depends on the answer, not on the size of the
 * database.
 */
#ifndef ROLECHAIN_ANALYZER_ANALYSIS_QUESTION_H
#define ROLECHAIN_ANALYZER_ANALYSIS_QUESTION_H

#include "analyzer/analysis/analysis.h"

enum question_shape {
    QUESTION_WHO_CAN, /* names[0]: a role */
    QUESTION_REACH,   /* names[0]: a caller */
    QUESTION_PATHS,   /* names[0]: a caller, names[1]: a role */
    QUESTION_EXPLAIN, /* the same, decided again: the pool is empty, so that formulas print in the order of the policies
                       */
};

/* As analysis_open. Names that are found at once are replaced by ARNs, which live as long as the analysis. Other names,
 * and questions that the stored edges cannot answer (--from, --control, callers that no trust policy names), get the
 * whole model. */
int question_open(const struct command_line *line, struct output *output, enum question_shape shape,
                  const char *names[2], struct analysis *analysis);

#endif
