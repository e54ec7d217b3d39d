/*
 * constraint: residual constraints on condition keys that cannot be known offline.
 *
 * A constraint is a formula (and/or/not) over atoms; an atom is one condition operator on one key. Formulas are
 * hash-consed in a pool: equal formulas have equal handles, so comparing formulas means comparing integers. Deciding
 * whether the atoms of one key can hold together is exact for the domains of keys (strings, patterns, sets, numbers,
 * dates, booleans, IP ranges, presence). The search over and/or is bounded; beyond the bound the answer is
 * CONSTRAINT_UNDECIDED, never a hang.
 *
 * Not thread-safe: one pool per thread.
 */
#ifndef ROLECHAIN_GRAPH_CONSTRAINT_CONSTRAINT_H
#define ROLECHAIN_GRAPH_CONSTRAINT_CONSTRAINT_H

#include "graph/policy/condition.h"
#include "ingest/support/arena.h"
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

typedef uint32_t constraint;

#define CONSTRAINT_FALSE ((constraint)0)
#define CONSTRAINT_TRUE ((constraint)1)

static inline constraint constraint_of(bool value)
{
    return value ? CONSTRAINT_TRUE : CONSTRAINT_FALSE;
}

enum constraint_answer { CONSTRAINT_NO, CONSTRAINT_YES, CONSTRAINT_UNDECIDED };

struct constraint_pool;

struct constraint_pool *constraint_pool_new(void);
void constraint_pool_free(struct constraint_pool *pool); /* NULL does nothing */

/* Remembers the state of the pool, and returns to it: formulas made since then are freed, and their handles become
 * invalid. The cost depends on what was made since. For searches that make and drop more formulas than fit into
 * memory. */
struct constraint_mark {
    struct arena_mark arena;
    uint32_t atoms, nodes, memos;
    uint32_t rooms[3]; /* of their indexes */
};
struct constraint_mark constraint_pool_stand(const struct constraint_pool *pool);
void constraint_pool_return(struct constraint_pool *pool, const struct constraint_mark *mark);

/* How often the pool was returned to an earlier state: cached handles must be dropped when this changes. */
uint64_t constraint_pool_returns(const struct constraint_pool *pool);

/* The size of the formulas and their cached answers, in bytes. */
size_t constraint_pool_size(const struct constraint_pool *pool);

/* Why it is unknown whether a fact holds. The numbers are stored in databases: do not reorder without a new schema
 * version. */
enum constraint_fact {
    FACT_NOT_EXPORTED,
    FACT_OF_IDENTITY,  /* whether identity policies that are not in the export allow the call */
    FACT_UNREADABLE,   /* it depends on a policy that cannot be read with certainty */
    FACT_UNDOCUMENTED, /* AWS does not document it */
    FACT_OF_CALL,      /* it compares two properties of the call */
    FACT_UNDECIDED,    /* rolechain stopped before it was decided */
};

/* A condition key of one call. In a chain of calls the ExternalId of the second hop is a different variable from that
 * of the first; a question about a single call uses hop 0. */
struct constraint_key {
    const char *name; /* for a fact, its text */
    uint32_t hop;     /* from 0 */
};

/* The key as conditions print it: "sts:ExternalId", or for the second call "hop 2: sts:ExternalId". The caller frees
 * it. */
char *constraint_key_text(const struct constraint_key *key);

/* One condition on an unknown key. `prefix` (may be "") is put before the key's value before it is compared: aws:userid
 * of a role session is "AROA…:" before the session's name. Keys compare without case. Keys with a fixed name print as
 * AWS documents them, claims of known issuers in small letters, all others (tags, unknown keys) as given. A NULL value
 * matches nothing. */
constraint constraint_atom_in_hop(struct constraint_pool *pool, const struct condition_name *name,
                                  struct constraint_key key, const char *prefix, const char *const *values,
                                  size_t count);

static inline constraint constraint_atom(struct constraint_pool *pool, const struct condition_name *name,
                                         const char *key, const char *prefix, const char *const *values, size_t count)
{
    return constraint_atom_in_hop(pool, name, (struct constraint_key){key, 0}, prefix, values, count);
}

/* A fact that is not a request key: "identity policies of account 111122223333 are not in the export". It is true or
 * false; nothing more is known. The same text always has the same kind. */
constraint constraint_fact_of(struct constraint_pool *pool, enum constraint_fact kind, const char *text);

/* The kind of the fact with that text. */
enum constraint_fact constraint_fact_kind(struct constraint_pool *pool, const char *text);

static inline constraint constraint_fact(struct constraint_pool *pool, const char *text)
{
    return constraint_fact_of(pool, FACT_NOT_EXPORTED, text);
}

constraint constraint_and(struct constraint_pool *pool, constraint a, constraint b);
constraint constraint_or(struct constraint_pool *pool, constraint a, constraint b);
constraint constraint_not(struct constraint_pool *pool, constraint a);

/* Whether some request satisfies the formula / whether every request does. */
enum constraint_answer constraint_satisfiable(struct constraint_pool *pool, constraint formula);
enum constraint_answer constraint_valid(struct constraint_pool *pool, constraint formula);

/* Whether every request that satisfies a satisfies b. */
enum constraint_answer constraint_implies(struct constraint_pool *pool, constraint a, constraint b);

/* The same without a search: true if each conjunct of b is one of a's, or contains all alternatives of one of a's.
 * False means unknown. */
bool constraint_plainly_implies(const struct constraint_pool *pool, constraint a, constraint b);

/* The alternatives of the formula (disjunctive normal form, contradictory ones left out). Calls each until it returns
 * false. At most `limit` alternatives; returns false when there were more or the search bound was hit. */
bool constraint_alternatives(struct constraint_pool *pool, constraint formula, size_t limit,
                             bool (*each)(constraint alternative, void *context), void *context);

/* The formula that says that the key is absent (with a trailing "*": every key with that prefix), as far as the given
 * formula uses it; TRUE if it does not. */
constraint constraint_absent_in_hop(struct constraint_pool *pool, constraint formula, struct constraint_key key);

static inline constraint constraint_absent(struct constraint_pool *pool, constraint formula, const char *key)
{
    return constraint_absent_in_hop(pool, formula, (struct constraint_key){key, 0});
}

/* What follows from the formula if all values of one multivalued key are also values of the other, ignoring case: where
 * the formula requires a value from a list for the key, the other key has one, too. TRUE if it requires nothing of the
 * kind. */
constraint constraint_contained(struct constraint_pool *pool, constraint formula, const char *key, const char *other);

/* Whether the formula requires the key (with a trailing "*": some key with that prefix) to be present. */
bool constraint_forces_presence(struct constraint_pool *pool, constraint formula, const char *key);

/* Calls each for every key in the formula, in its printed spelling, once per atom; fact: it is a fact instead. Stops
 * when each returns false, and returns that. */
bool constraint_each_key(const struct constraint_pool *pool, constraint formula,
                         bool (*each)(const struct constraint_key *key, bool fact, void *context), void *context);

/* The formula with keys renamed: map returns the new key, or its argument. */
constraint constraint_rename(struct constraint_pool *pool, constraint formula,
                             struct constraint_key (*map)(const struct constraint_key *key, void *context),
                             void *context);

/* What is true for the formula even if every condition on a key that `counts` rejects fails, whether plain or
 * negated. */
constraint constraint_without(struct constraint_pool *pool, constraint formula,
                              bool (*counts)(const struct constraint_key *key, bool fact, void *context),
                              void *context);

/* A copy of the text that lives as long as the pool. */
const char *constraint_key_copy(struct constraint_pool *pool, const char *key);

/* Fixes a key to values (count 0: absent) and simplifies. */
constraint constraint_fix_in_hop(struct constraint_pool *pool, constraint formula, struct constraint_key key,
                                 const char *const *values, size_t count);

static inline constraint constraint_fix(struct constraint_pool *pool, constraint formula, const char *key,
                                        const char *const *values, size_t count)
{
    return constraint_fix_in_hop(pool, formula, (struct constraint_key){key, 0}, values, count);
}

/* The formula when it is known whether the fact with that text is true. */
constraint constraint_settle_fact(struct constraint_pool *pool, constraint formula, const char *text, bool holds);

/* The formula for calls that certainly have the key: what it allows without the key is left out. */
constraint constraint_where_present(struct constraint_pool *pool, constraint formula, const char *key);

/* In policy words: an array of strings that must all hold, minimal and sorted, alternatives inside a string joined by "
 * or ": sts:ExternalId = "x7"       aws:MultiFactorAuthPresent = true       aws:SourceIp in 10.0.0.0/8
 * sts:RoleSessionName like "alice-*" TRUE gives [], FALSE gives ["never"]. New reference. */
json_t *constraint_words(struct constraint_pool *pool, constraint formula);

/* The same, with properties of each string. */
struct constraint_phrases {
    struct constraint_phrase {
        char *words;
        bool has_or;            /* needs parentheses when combined with others */
        bool asks_for_audience; /* about a token's audience (a key "…:aud") */
        bool unknown_identity;  /* only a fact of FACT_OF_IDENTITY */
    } * items;
    uint32_t count, room;
};
struct constraint_phrases constraint_phrases(struct constraint_pool *pool, constraint formula);
void constraint_phrases_free(struct constraint_phrases *phrases);

/* As a tree: {"all":[…]}, {"any":[…]}, {"not":…}, {"operator":"StringEquals","key":"sts:ExternalId","values":["x7"]},
 * {"fact":"…"}, true, false. */
json_t *constraint_json(struct constraint_pool *pool, constraint formula);

/* As text from which constraint_unpack makes the same formula, in any pool; only for keys of hop 0. Equal formulas give
 * equal texts. The caller frees it. */
char *constraint_pack(const struct constraint_pool *pool, constraint formula);
/* False: the text was not made by constraint_pack; *formula is unspecified then. */
bool constraint_unpack(struct constraint_pool *pool, const char *packed, constraint *formula);

/* Whether the formula has facts, or only conditions on keys. */
bool constraint_has_facts(const struct constraint_pool *pool, constraint formula);

/* The same with the subject's name left out of facts, so that formulas that are the same for two subjects have the same
 * text; unpacking inserts the subject again. *about: some fact contains it. */
char *constraint_pack_about(const struct constraint_pool *pool, constraint formula, const char *subject);
bool constraint_unpack_about(struct constraint_pool *pool, const char *packed, const char *subject, constraint *formula,
                             bool *about);

/* A request that satisfies the formula: {"sts:ExternalId":["x7"],"aws:SourceIp":["10.0.0.0"]}; keys that must be absent
 * have []. NULL if none was found. */
json_t *constraint_witness(const struct constraint_pool *pool, constraint formula);

#endif
