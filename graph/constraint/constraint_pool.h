/*
 * constraint_pool: internals of constraint.h: constraint.c (atoms, rebuilding formulas), constraint_combine.c (and, or,
 * not), constraint_key.c and constraint_patterns.c (satisfiability for one key), constraint_literals.c (for several
 * keys), constraint_search.c (for a whole formula), constraint_presence.c, constraint_packed.c (storage format), and
 * constraint_minimal.c, constraint_words.c and constraint_json.c (printing).
 */
#ifndef ROLECHAIN_GRAPH_CONSTRAINT_CONSTRAINT_POOL_H
#define ROLECHAIN_GRAPH_CONSTRAINT_CONSTRAINT_POOL_H

#include "graph/constraint/constraint.h"
#include "ingest/policy/context_key.h"
#include "ingest/support/arena.h"
#include "ingest/support/hash_index.h"
#include "ingest/support/intern.h"

/* A condition on one key, or a fact. */
struct constraint_atom_data {
    struct condition_name name;
    struct constraint_key key; /* its name interned, in the printed spelling; NULL for a fact */
    uint32_t key_id;           /* by the lower-case name: see constraint_same_key */
    const char *prefix;        /* interned; "" if none */
    const char *const *values; /* interned, sorted, without duplicates; for a fact its text is values[0] */
    uint32_t value_count;
    bool plain;                      /* a value must equal one of them exactly, so that they can be looked up */
    const struct context_key *about; /* NULL for a fact */
    enum constraint_fact fact;       /* its kind */
};

enum constraint_node_type { NODE_FALSE, NODE_TRUE, NODE_LITERAL, NODE_AND, NODE_OR };

/* Only literals are negated. Children of AND and OR are sorted, distinct, and never of their parent's type. */
struct constraint_node {
    enum constraint_node_type type;
    bool negated;         /* literals */
    bool grows;           /* the array of children has room for more: constraint_combine.c */
    unsigned char answer; /* of constraint_satisfiable, + 1; 0: not computed yet */
    uint32_t atom;        /* literals */
    uint32_t hash;
    uint32_t child_count;
    constraint *children;
    constraint negation; /* 0: not made yet (except for FALSE and TRUE) */
};

/* What is known about a key from its name alone. */
struct pool_key {
    const struct context_key *about;
    const char *name;         /* interned: as it prints */
    uint32_t id, id_in_dates; /* for its atoms; the second: with operators of dates */
};

struct constraint_pool {
    struct arena arena;
    uint64_t returns;
    struct intern strings;
    struct intern key_names; /* as spelled */
    struct pool_key *keys;   /* by the numbers in key_names */
    uint32_t key_count, key_room;
    struct constraint_atom_data *atoms;
    uint32_t atom_count, atom_room;
    struct hash_index atom_index;
    struct constraint_node *nodes;
    uint32_t node_count, node_room;
    struct hash_index node_index;
    struct key_memo *memos; /* cached answers of constraint_key_decide, see constraint_literals.c */
    uint32_t memo_count, memo_room;
    struct hash_index memo_index;
};

static inline uint64_t constraint_mix(uint64_t hash, uint64_t value)
{
    hash ^= value + 0x9E3779B97F4A7C15u + (hash << 6) + (hash >> 2);
    return hash * 0xBF58476D1CE4E5B9u;
}

constraint constraint_literal(struct constraint_pool *pool, uint32_t atom, bool negated);

/* Of type NODE_AND or NODE_OR. */
constraint constraint_combine(struct constraint_pool *pool, enum constraint_node_type type, constraint a, constraint b);

/* A literal is a node of type NODE_LITERAL. */
static inline const struct constraint_node *constraint_node_of(const struct constraint_pool *pool, constraint c)
{
    return &pool->nodes[c];
}

static inline const struct constraint_atom_data *constraint_atom_of(const struct constraint_pool *pool,
                                                                    constraint literal)
{
    return &pool->atoms[pool->nodes[literal].atom];
}

/* Whether two atoms, neither of them a fact, are about the same key of the same call. */
static inline bool constraint_same_key(const struct constraint_atom_data *a, const struct constraint_atom_data *b)
{
    return a->key_id == b->key_id && a->key.hop == b->key.hop;
}

/* The value as the atom compares it: with its prefix. In the arena, or the value itself. */
const char *constraint_full_value(struct constraint_pool *pool, const struct constraint_atom_data *atom,
                                  const char *value);

/* The literal for an atom with the same operator, prefix and values on another key. */
constraint constraint_atom_on_key(struct constraint_pool *pool, uint32_t atom, struct constraint_key key);

/* The possible values of a key under a set of literals on it. */
struct key_answer {
    enum constraint_answer satisfiable;
    bool may_be_absent; /* the literals hold when the key is absent */
    bool may_be_present;
    const char *const
        *values; /* an example when present: one value, or several for a multivalued key; in the pool's arena */
    uint32_t value_count;
};

/* Decides literals that are all on the same key. */
struct key_answer constraint_key_decide(struct constraint_pool *pool, const constraint *literals, uint32_t count);

/* The same, cached; the literals need not be sorted. */
struct key_answer constraint_key_remember(struct constraint_pool *pool, const constraint *literals, uint32_t count);

/* Drops the answers from `count` on; `room` is the index's room at that time. */
void constraint_drop_memos(struct constraint_pool *pool, uint32_t count, uint32_t room);

/* Selects the literals on the atom's key; returns how many. */
uint32_t constraint_literals_of_key(const struct constraint_pool *pool, const constraint *literals, uint32_t count,
                                    const struct constraint_atom_data *of, constraint *chosen);

/* Whether the literals, on any keys, can hold together: checks each key, and dependencies between keys that AWS
 * documents. On YES *witness (if not NULL) is a new JSON object as in constraint_witness. */
enum constraint_answer constraint_literals_satisfiable(struct constraint_pool *pool, const constraint *literals,
                                                       uint32_t count, json_t **witness);

/* A new pool that contains only the formula, made in an order that depends on nothing else: its printed form is the
 * same whatever was asked before. */
struct constraint_pool *constraint_alone(const struct constraint_pool *pool, constraint formula, constraint *alone);

/* An alternative (a conjunction of literals that implies the formula) without the literals, values and absence
 * alternatives that are redundant. The result still implies the formula, and the alternative implies the result. */
constraint constraint_shorten(struct constraint_pool *pool, constraint alternative, constraint formula);

#endif
