/*
 * drawn_pairs: who can assume which role according to the picture of graph.
 */
#ifndef ROLECHAIN_TESTS_ANALYZER_COMMANDS_DRAWN_PAIRS_H
#define ROLECHAIN_TESTS_ANALYZER_COMMANDS_DRAWN_PAIRS_H

#include <jansson.h>

/* By name of the pair: true if the arrow has a condition. Nodes drawn as one are expanded; null: services, only some of
 * which may have the arrow. */
json_t *drawn_pairs(const char *database);

/* malloc'ed. */
char *drawn_pair_name(const char *from, const char *to);

#endif
