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
#include <strings.h>

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

static bool is_named(const struct key_state *state, const char *name)
{
    return strcasecmp(state->of.key.name, name) == 0;
}

/* The key of the same hop with another name. */
static struct key_state *sibling(struct key_state *keys, uint32_t count, const struct key_state *of, const char *name)
{
    for (uint32_t i = 0; i < count; i++)
        if (keys[i].of.key.hop == of->of.key.hop && is_named(&keys[i], name))
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

/* What AWS says of keys that come together; tightens the literals of keys that follow from others. Returns whether
 * something changed. */
static bool relate_keys(struct constraint_pool *pool, struct key_state *keys, uint32_t count, bool *contradiction)
{
    static const char *const vpc_keys[] = {"aws:SourceVpc", "aws:SourceVpce", "aws:VpcSourceIp", "aws:SourceVpcArn"};
    struct condition_name equals = condition_plain(OPERATOR_BOOL), null = condition_plain(OPERATOR_NULL),
                          has = condition_plain(OPERATOR_STRING_EQUALS_IGNORE_CASE);
    bool changed = false;
    has.set = CONDITION_FOR_ANY_VALUE;
    for (uint32_t i = 0; i < count; i++) {
        struct key_state *state = &keys[i], *other;
        const char *name = state->of.key.name;
        bool must = !state->answer.may_be_absent;
        /* MultiFactorAuthAge is there only with MFA. */
        if (must && is_named(state, "aws:MultiFactorAuthAge") &&
            (other = sibling(keys, count, state, "aws:MultiFactorAuthPresent")) != NULL) {
            add_literal(pool, other, &equals, "true", false);
            changed = true;
        }
        /* A call through a VPC endpoint has no aws:SourceIp. */
        for (size_t j = 0; must && j < sizeof vpc_keys / sizeof vpc_keys[0]; j++)
            if (is_named(state, vpc_keys[j]) && (other = sibling(keys, count, state, "aws:SourceIp")) != NULL &&
                !other->answer.may_be_absent)
                *contradiction = true;
        /* aws:TagKeys names the tags that are passed, and no others, in the caller's spelling: names of keys ignore
         * case. */
        if ((must || !state->answer.may_be_present) && strncasecmp(name, "aws:RequestTag/", 15) == 0 &&
            (other = sibling(keys, count, state, "aws:TagKeys")) != NULL) {
            add_literal(pool, other, &has, name + 15, !must);
            changed = true;
        }
        if (must && is_named(state, "sts:TransitiveTagKeys") &&
            (other = sibling(keys, count, state, "aws:TagKeys")) != NULL) {
            add_literal(pool, other, &null, "false", false);
            changed = true;
        }
        if (must && is_named(state, "aws:TokenIssueTime"))
            for (uint32_t j = 0; j < count; j++)
                if (is_named(&keys[j], "aws:CurrentTime"))
                    changed = relate_times(pool, state, &keys[j]) || changed;
        /* A source identity that the caller's session has cannot be changed. */
        if (must && is_named(state, "aws:SourceIdentity") &&
            (other = sibling(keys, count, state, "sts:SourceIdentity")) != NULL && !other->answer.may_be_absent) {
            uint32_t mine = state->count;
            for (uint32_t k = 0; k < mine; k++) {
                constraint moved =
                    constraint_atom_on_key(pool, constraint_node_of(pool, state->literals[k])->atom, other->of.key);
                other->literals[other->count++] =
                    constraint_node_of(pool, state->literals[k])->negated ? constraint_not(pool, moved) : moved;
            }
            changed = true;
        }
    }
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
