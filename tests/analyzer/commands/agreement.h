/*
 * agreement: asks all commands about the same pairs of a database, and compares their answers.
 *
 *   who-can, reach       the same rows from both sides: verdict, hops, chain, conditions
 *   paths                the chain of the row, and the verdict of all chains together; --all finds one if there is one,
 *                        and every hop is one that who-can --direct lists
 *   explain              the row of who-can --direct, or what only a chain gives
 *   exposure             the numbers of rows
 *   assumable (SQL)      the rows of who-can --direct, as are the arrows of graph
 *   outsiders            if explain admits a caller that is in no export, who-can lists an outsider
 */
#ifndef ROLECHAIN_TESTS_ANALYZER_COMMANDS_AGREEMENT_H
#define ROLECHAIN_TESTS_ANALYZER_COMMANDS_AGREEMENT_H

#include "tests/graph/random/sample.h"

/* Asks about every role and every caller, and about this many pairs (0: all) with paths and explain. Appends
 * disagreements to the story; nothing if all agree. */
void agreement_check(const char *database, uint32_t pairs, struct random *random, struct text *story);

#endif
