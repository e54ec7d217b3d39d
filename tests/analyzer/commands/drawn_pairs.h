/*
 * drawn_pairs: who can assume which role according to the picture that graph prints.
 */
#ifndef ROLECHAIN_TESTS_ANALYZER_COMMANDS_DRAWN_PAIRS_H
#define ROLECHAIN_TESTS_ANALYZER_COMMANDS_DRAWN_PAIRS_H

#include <jansson.h>

/* By name of a pair: true where the arrow is that of a condition. Nodes drawn as one are taken apart; null: services,
 * of which some may do what is drawn. */
json_t *drawn_pairs(const char *database);

/* malloc'ed. */
char *drawn_pair_name(const char *from, const char *to);

#endif
