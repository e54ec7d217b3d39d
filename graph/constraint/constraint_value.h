/*
 * constraint_value: internals of constraint_key.c: finding one value of a key that meets several demands, shared with
 * the search through patterns.
 */
#ifndef ROLECHAIN_GRAPH_CONSTRAINT_CONSTRAINT_VALUE_H
#define ROLECHAIN_GRAPH_CONSTRAINT_CONSTRAINT_VALUE_H

#include "graph/constraint/constraint_pool.h"

/* One value must match (or must not match) one of the atom's policy values. */
struct value_demand {
    const struct constraint_atom_data *atom;
    bool match;
};

struct value_search {
    struct constraint_pool *pool;
    const struct context_key *about;
    const struct value_demand *demands;
    uint32_t demand_count;
};

/* Whether the value is in the key's domain and meets all demands. */
bool constraint_value_accepted(const struct value_search *search, const char *value);

/* A shortest value that meets demands which are all strings and patterns, by a breadth-first search through the product
 * of the patterns' automata. Bounded: UNDECIDED beyond. On YES *value lives in the pool's arena. */
enum constraint_answer constraint_value_by_patterns(struct value_search *search, const char **value);

#endif
