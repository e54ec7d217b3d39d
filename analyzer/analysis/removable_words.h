/*
 * removable_words: names for the statements and attachments that can be removed to cut a path
 * (graph/chains/statement_graph.h).
 */
#ifndef ROLECHAIN_ANALYZER_ANALYSIS_REMOVABLE_WORDS_H
#define ROLECHAIN_ANALYZER_ANALYSIS_REMOVABLE_WORDS_H

#include "graph/chains/statement_graph.h"

/* The account that owns the policy; NULL: AWS, or not in the model. */
const struct model_account *removable_account(const struct model *model, const struct removable *what);

/* File and line of the statement: *file is "" and *line 0 if unknown. The file text lives with the model. */
void removable_locate(const struct model *model, const struct removable *what, const char **file, uint32_t *line);

/* The statement and its policy, for people, malloc'ed. If its location is known, "file:line" is appended to `place`. */
char *removable_words(const struct model *model, const struct removable *what, struct text *place);

#endif
