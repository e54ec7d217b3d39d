/*
 * agreement: all commands, asked about the same pairs of a database, and their answers compared.
 *
 *   who-can, reach       the same rows, whichever side is asked: verdict, hops, chain, conditions
 *   paths                the chain of the row, and what all chains say together; --all finds one where there is one,
 *                        and every hop is one that who-can --direct has
 *   explain              the row of who-can --direct, or what only a chain gives
 *   exposure             the numbers of rows
 *   assumable (SQL)      the rows of who-can --direct, and so are the arrows of graph
 *   outsiders            if explain lets in somebody who is in no export, who-can lists somebody outside
 */
#ifndef ROLECHAIN_TESTS_ANALYZER_COMMANDS_AGREEMENT_H
#define ROLECHAIN_TESTS_ANALYZER_COMMANDS_AGREEMENT_H

#include "tests/graph/random/sample.h"

/* Asks about every role and every caller, and about so many pairs (0: all) with paths and explain. Appends to the story
 * what disagrees; nothing if all agree. */
void agreement_check(const char *database, uint32_t pairs, struct random *random, struct text *story);

#endif
