/*
 * gaps: what the answers depend on that is not in the database: one sentence a gap (SCPs not in the export …), sorted.
 *
 * The sentences are made of facts about single accounts (what each lacks), which are stored too: after a load that
 * changed little only the facts of the accounts that it touched are found again.
 */
#ifndef ROLECHAIN_ANALYZER_ANALYSIS_GAPS_H
#define ROLECHAIN_ANALYZER_ANALYSIS_GAPS_H

#include "analyzer/analysis/analysis.h"

/* Finds the sentences of the whole model, into analysis->gaps. */
void gaps_find(struct analysis *analysis);

/* Reads those that the load wrote down: a part does not show what the whole lacks. */
void gaps_read(struct analysis *analysis);

/* A short word for what a sentence is about, the same whatever accounts and roles it names: "scps", "export" … */
const char *gap_word(const char *sentence);

/* Writes facts and sentences into the database, inside the caller's transaction: those of a whole model; or, of a part
 * that touched_load gave, those of the changed accounts, while the facts of others stand. False with *error (malloc'ed)
 * set. */
bool gaps_store(struct analysis *analysis, char **error);
bool gaps_refresh(struct analysis *analysis, char **error);

#endif
