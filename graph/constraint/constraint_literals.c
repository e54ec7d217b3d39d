/*
 * Literals on any keys that must hold together: each key by itself (constraint_key.c), with what was found remembered,
 * and what AWS says of keys that come together.
 */
#include "graph/constraint/constraint_pool.h"

#include "ingest/support/array.h"
#include "ingest/support/json_build.h"
#include "ingest/support/order.h"
#include <stdlib.h>
#include <string.h>

/* Remembered answers: the same few literal sets come back again and again during a search. */
struct key_memo {
    const constraint *literals; /* sorted */
    uint32_t count;
    struct key_answer answer;
};

static uint64_t hash_literals(const constraint *literals, uint32_t count)
{
    uint64_t hash = 0x9E3779B97F4A7C15u;
    for (uint32_t i = 0; i < count; i++)
        hash = (hash ^ literals[i]) * 0xBF58476D1CE4E5B9u ^ hash >> 31;
    return hash ^ hash >> 32;
}

static struct key_answer decide_sorted(struct constraint_pool *pool, const constraint *literals, uint32_t count)
{
    uint64_t hash = hash_literals(literals, count);
    struct hash_probe probe = hash_index_probe(hash);
    for (uint32_t known; (known = hash_index_next(&pool->memo_index, &probe)) != HASH_INDEX_NONE;)
        if (pool->memos[known].count == count &&
            memcmp(pool->memos[known].literals, literals, count * sizeof *literals) == 0)
            return pool->memos[known].answer;
    const constraint *kept = arena_copy(&pool->arena, literals, count, sizeof *kept);
    struct key_answer answer = constraint_key_decide(pool, kept, count);
    hash_index_add(&pool->memo_index, hash, pool->memo_count);
    ARRAY_ADD(pool->memos, pool->memo_count, pool->memo_room, (struct key_memo){kept, count, answer});
    return answer;
}

struct key_answer constraint_key_remember(struct constraint_pool *pool, const constraint *literals, uint32_t count)
{
    constraint few[32], *sorted = count > sizeof few / sizeof few[0] ? memory_get(count * sizeof *sorted) : few;
    memcpy(sorted, literals, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, order_numbers);
    struct key_answer answer = decide_sorted(pool, sorted, count);
    if (sorted != few)
        free(sorted);
    return answer;
}

uint32_t constraint_literals_of_key(const struct constraint_pool *pool, const constraint *literals, uint32_t count,
                                    const struct constraint_atom_data *of, constraint *chosen)
{
    uint32_t found = 0;
    for (uint32_t i = 0; i < count; i++) {
        const struct constraint_atom_data *atom = constraint_atom_of(pool, literals[i]);
        if (atom->key.name != NULL && constraint_same_key(atom, of))
            chosen[found++] = literals[i];
    }
    return found;
}

/* One key of a conjunction. */
struct key_state {
    struct constraint_atom_data of; /* the first atom on it */
    constraint *literals;           /* room for all plus a few that follow from other keys */
    uint32_t count;
    struct key_answer answer;
};

/* The key of that kind in the same hop. */
static struct key_state *sibling(struct key_state *keys, uint32_t count, const struct key_state *of,
                                 enum key_relation relation)
{
    for (uint32_t i = 0; i < count; i++)
        if (keys[i].of.key.hop == of->of.key.hop && keys[i].of.about->relation == relation)
            return &keys[i];
    return NULL;
}

static void add_literal(struct constraint_pool *pool, struct key_state *state, const struct condition_name *name,
                        const char *value, bool negated)
{
    constraint literal = constraint_atom_in_hop(pool, name, state->of.key, "", &value, 1);
    state->literals[state->count++] = negated ? constraint_not(pool, literal) : literal;
}

/* No token is issued in the future: what says that aws:TokenIssueTime is late says it of the time of the call, which is
 * the same in all hops. Returns whether something was added. */
static bool relate_times(struct constraint_pool *pool, const struct key_state *issued, struct key_state *now)
{
    uint32_t before = now->count;
    for (uint32_t i = 0; i < issued->count; i++) {
        const struct constraint_atom_data *atom = constraint_atom_of(pool, issued->literals[i]);
        const struct condition_operator *op = atom->name.op;
        bool negated = constraint_node_of(pool, issued->literals[i])->negated;
        struct condition_name late = condition_plain(OPERATOR_DATE_GREATER_THAN_EQUALS);
        if (op->family != CONDITION_DATE || op->negated || atom->prefix[0] != '\0')
            continue;
        bool greater = op == &condition_operators[OPERATOR_DATE_GREATER_THAN] ||
                       op == &condition_operators[OPERATOR_DATE_GREATER_THAN_EQUALS];
        bool equal = op == &condition_operators[OPERATOR_DATE_EQUALS];
        if (equal ? negated : greater == negated)
            continue;
        if (!equal)
            late.op = op;
        constraint moved = constraint_atom_in_hop(pool, &late, now->of.key, "", atom->values, atom->value_count);
        now->literals[now->count++] = negated ? constraint_not(pool, moved) : moved;
    }
    return now->count > before;
}

static bool relate_to_now(struct constraint_pool *pool, struct key_state *keys, uint32_t count,
                          const struct key_state *issued)
{
    bool said = false;
    for (uint32_t i = 0; i < count; i++)
        if (keys[i].of.about->relation == RELATED_CURRENT_TIME)
            said = relate_times(pool, issued, &keys[i]) || said;
    return said;
}

/* A source identity that the caller's session has cannot be changed. */
static void keep_identity(struct constraint_pool *pool, const struct key_state *session, struct key_state *passed)
{
    uint32_t count = session->count;
    for (uint32_t i = 0; i < count; i++) {
        const struct constraint_node *node = constraint_node_of(pool, session->literals[i]);
        bool negated = node->negated;
        constraint moved = constraint_atom_on_key(pool, node->atom, passed->of.key);
        passed->literals[passed->count++] = negated ? constraint_not(pool, moved) : moved;
    }
}

/* What a key says of another one that comes with it. Returns whether it says something. */
static bool relate_key(struct constraint_pool *pool, struct key_state *keys, uint32_t count,
                       const struct key_state *state, bool *contradiction)
{
    struct condition_name equals = condition_plain(OPERATOR_BOOL), null = condition_plain(OPERATOR_NULL),
                          has = condition_plain(OPERATOR_STRING_EQUALS_IGNORE_CASE);
    bool must = !state->answer.may_be_absent;
    struct key_state *other;
    has.set = CONDITION_FOR_ANY_VALUE;
    if (!must && state->answer.may_be_present)
        return false;
    switch (state->of.about->relation) {
    case RELATED_MFA_AGE:
        if (!must || (other = sibling(keys, count, state, RELATED_MFA)) == NULL)
            return false;
        add_literal(pool, other, &equals, "true", false);
        return true;
    case RELATED_ENDPOINT:
        other = must ? sibling(keys, count, state, RELATED_ADDRESS) : NULL;
        *contradiction = *contradiction || (other != NULL && !other->answer.may_be_absent);
        return false;
    case RELATED_PASSED_TAG:
        /* aws:TagKeys names the tags that are passed, and no others, in the caller's spelling: names of keys ignore
         * case. */
        if ((other = sibling(keys, count, state, RELATED_PASSED_TAG_NAMES)) == NULL)
            return false;
        add_literal(pool, other, &has, strchr(state->of.key.name, '/') + 1, !must);
        return true;
    case RELATED_TRANSITIVE_TAG_NAMES:
        if (!must || (other = sibling(keys, count, state, RELATED_PASSED_TAG_NAMES)) == NULL)
            return false;
        add_literal(pool, other, &null, "false", false);
        return true;
    case RELATED_TOKEN_TIME:
        return must && relate_to_now(pool, keys, count, state);
    case RELATED_SESSION_IDENTITY:
        other = must ? sibling(keys, count, state, RELATED_PASSED_IDENTITY) : NULL;
        if (other == NULL || other->answer.may_be_absent)
            return false;
        keep_identity(pool, state, other);
        return true;
    default:
        return false;
    }
}

/* What AWS says of keys that come together; tightens the literals of keys that follow from others. Returns whether
 * something changed. */
static bool relate_keys(struct constraint_pool *pool, struct key_state *keys, uint32_t count, bool *contradiction)
{
    bool changed = false;
    for (uint32_t i = 0; i < count; i++)
        changed = relate_key(pool, keys, count, &keys[i], contradiction) || changed;
    return changed;
}

static json_t *describe(const struct key_state *keys, uint32_t count)
{
    json_t *request = json_object();
    for (uint32_t i = 0; i < count; i++) {
        json_t *values = json_array();
        char *key = constraint_key_text(&keys[i].of.key);
        if (!keys[i].answer.may_be_absent)
            for (uint32_t j = 0; j < keys[i].answer.value_count; j++)
                json_add(values, json_text(keys[i].answer.values[j]));
        json_put(request, key, values);
        free(key);
    }
    return request;
}

/* The keys that the literals are about; returns how many. */
static uint32_t keys_of(const struct constraint_pool *pool, const constraint *literals, uint32_t count,
                        struct key_state *keys)
{
    uint32_t key_count = 0;
    for (uint32_t i = 0; i < count; i++) {
        const struct constraint_atom_data *atom = constraint_atom_of(pool, literals[i]);
        bool known = atom->key.name == NULL;
        for (uint32_t j = 0; j < key_count && !known; j++)
            known = constraint_same_key(&keys[j].of, atom);
        if (!known)
            keys[key_count++] = (struct key_state){.of = *atom};
    }
    return key_count;
}

enum constraint_answer constraint_literals_satisfiable(struct constraint_pool *pool, const constraint *literals,
                                                       uint32_t count, json_t **witness)
{
    struct key_state *keys = memory_zeroed(count, sizeof *keys);
    uint32_t key_count = keys_of(pool, literals, count, keys);
    /* Relations add at most one literal per other literal, twice. */
    size_t room = (size_t)count * 4 + 4;
    constraint *own = memory_zeroed(key_count * room, sizeof *own);
    enum constraint_answer answer = CONSTRAINT_YES;
    bool contradiction = false;
    for (uint32_t i = 0; i < key_count && answer != CONSTRAINT_NO; i++) {
        struct key_state *state = &keys[i];
        state->literals = own + i * room;
        state->count = constraint_literals_of_key(pool, literals, count, &state->of, state->literals);
        state->answer = constraint_key_remember(pool, state->literals, state->count);
        if (state->answer.satisfiable == CONSTRAINT_NO)
            answer = CONSTRAINT_NO;
    }
    if (answer != CONSTRAINT_NO && key_count > 1) {
        if (relate_keys(pool, keys, key_count, &contradiction))
            for (uint32_t i = 0; i < key_count; i++)
                keys[i].answer = constraint_key_remember(pool, keys[i].literals, keys[i].count);
        if (contradiction)
            answer = CONSTRAINT_NO;
    }
    for (uint32_t i = 0; i < key_count && answer != CONSTRAINT_NO; i++)
        if (keys[i].answer.satisfiable != CONSTRAINT_YES)
            answer = keys[i].answer.satisfiable;
    if (answer == CONSTRAINT_YES && witness != NULL)
        *witness = describe(keys, key_count);
    free(own);
    free(keys);
    return answer;
}
