/*
 * Literals on any keys that must hold together: each key by itself (constraint_key.c), with cached answers, and
 * dependencies between keys that AWS documents.
 */
#include "graph/constraint/constraint_pool.h"

#include "ingest/support/array.h"
#include "ingest/support/json_build.h"
#include "ingest/support/order.h"
#include <stdlib.h>
#include <string.h>

/* Cached answers: the same few sets of literals come back again and again during a search. */
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

void constraint_drop_memos(struct constraint_pool *pool, uint32_t count, uint32_t room)
{
    bool grown = pool->memo_index.room != room;
    for (uint32_t i = pool->memo_count; !grown && i > count; i--)
        hash_index_take_last(&pool->memo_index, hash_literals(pool->memos[i - 1].literals, pool->memos[i - 1].count),
                             i - 1);
    if (grown)
        hash_index_keep(&pool->memo_index, count);
    pool->memo_count = count;
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
    constraint *literals;           /* a part of the list of all literals, or memory of its own */
    uint32_t count, room;
    bool grown; /* by conclusions from other keys: it has memory of its own */
    struct key_answer answer;
};

/* The keys of a conjunction that other keys can affect: few, however many tags there are. */
struct siblings {
    struct key_state **keys;
    uint32_t count;
};

static bool is_sibling(const struct key_state *state)
{
    switch (state->of.about->relation) {
    case RELATED_MFA:
    case RELATED_ADDRESS:
    case RELATED_PASSED_TAG_NAMES:
    case RELATED_CURRENT_TIME:
    case RELATED_PASSED_IDENTITY:
        return true;
    default:
        return false;
    }
}

/* The key of that kind in the same hop. */
static struct key_state *sibling(const struct siblings *siblings, const struct key_state *of,
                                 enum key_relation relation)
{
    for (uint32_t i = 0; i < siblings->count; i++) {
        struct key_state *key = siblings->keys[i];
        if (key->of.key.hop == of->of.key.hop && key->of.about->relation == relation)
            return key;
    }
    return NULL;
}

static void grow(struct key_state *state, constraint literal)
{
    if (state->count == state->room) {
        constraint *more = memory_get((size_t)(state->count + 4) * 2 * sizeof *more);
        memcpy(more, state->literals, state->count * sizeof *more);
        if (state->grown)
            free(state->literals);
        state->literals = more;
        state->room = (state->count + 4) * 2;
        state->grown = true;
    }
    state->literals[state->count++] = literal;
}

static void add_literal(struct constraint_pool *pool, struct key_state *state, const struct condition_name *name,
                        const char *value, bool negated)
{
    constraint literal = constraint_atom_in_hop(pool, name, state->of.key, "", &value, 1);
    grow(state, negated ? constraint_not(pool, literal) : literal);
}

/* No token is issued in the future: a lower bound on aws:TokenIssueTime is also one on the time of the call, which is
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
        grow(now, negated ? constraint_not(pool, moved) : moved);
    }
    return now->count > before;
}

static bool relate_to_now(struct constraint_pool *pool, const struct siblings *siblings, const struct key_state *issued)
{
    bool said = false;
    for (uint32_t i = 0; i < siblings->count; i++)
        if (siblings->keys[i]->of.about->relation == RELATED_CURRENT_TIME)
            said = relate_times(pool, issued, siblings->keys[i]) || said;
    return said;
}

/* If the caller's session has a source identity, it cannot be changed. */
static void keep_identity(struct constraint_pool *pool, const struct key_state *session, struct key_state *passed)
{
    uint32_t count = session->count;
    for (uint32_t i = 0; i < count; i++) {
        const struct constraint_node *node = constraint_node_of(pool, session->literals[i]);
        bool negated = node->negated;
        constraint moved = constraint_atom_on_key(pool, node->atom, passed->of.key);
        grow(passed, negated ? constraint_not(pool, moved) : moved);
    }
}

/* Applies what a key implies about another one in the same call. Returns whether it implies something. */
static bool relate_key(struct constraint_pool *pool, const struct siblings *siblings, const struct key_state *state,
                       bool *contradiction)
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
        if (!must || (other = sibling(siblings, state, RELATED_MFA)) == NULL)
            return false;
        add_literal(pool, other, &equals, "true", false);
        return true;
    case RELATED_ENDPOINT:
        other = must ? sibling(siblings, state, RELATED_ADDRESS) : NULL;
        *contradiction = *contradiction || (other != NULL && !other->answer.may_be_absent);
        return false;
    case RELATED_PASSED_TAG:
        /* aws:TagKeys has exactly the names of the passed tags, as the caller spells them; names of keys ignore case.
         */
        if ((other = sibling(siblings, state, RELATED_PASSED_TAG_NAMES)) == NULL)
            return false;
        add_literal(pool, other, &has, strchr(state->of.key.name, '/') + 1, !must);
        return true;
    case RELATED_TRANSITIVE_TAG_NAMES:
        if (!must || (other = sibling(siblings, state, RELATED_PASSED_TAG_NAMES)) == NULL)
            return false;
        add_literal(pool, other, &null, "false", false);
        return true;
    case RELATED_TOKEN_TIME:
        return must && relate_to_now(pool, siblings, state);
    case RELATED_SESSION_IDENTITY:
        other = must ? sibling(siblings, state, RELATED_PASSED_IDENTITY) : NULL;
        if (other == NULL || other->answer.may_be_absent)
            return false;
        keep_identity(pool, state, other);
        return true;
    default:
        return false;
    }
}

/* Applies what AWS says about keys in the same call; tightens the literals of keys that follow from others. Returns
 * whether something changed. */
static bool relate_keys(struct constraint_pool *pool, struct key_state *keys, uint32_t count, bool *contradiction)
{
    struct siblings siblings = {.keys = memory_zeroed(count, sizeof *siblings.keys)};
    bool changed = false;
    for (uint32_t i = 0; i < count; i++)
        if (is_sibling(&keys[i]))
            siblings.keys[siblings.count++] = &keys[i];
    for (uint32_t i = 0; i < count; i++)
        changed = relate_key(pool, &siblings, &keys[i], contradiction) || changed;
    free(siblings.keys);
    return changed;
}

static int compare_keys(const void *a, const void *b)
{
    const struct constraint_key *x = &((const struct key_state *)a)->of.key,
                                *y = &((const struct key_state *)b)->of.key;
    return x->hop != y->hop ? (x->hop > y->hop) - (x->hop < y->hop) : strcmp(x->name, y->name);
}

/* Sorts by hop, then by name. */
static json_t *describe(struct key_state *keys, uint32_t count)
{
    json_t *request = json_object();
    if (count > 1)
        qsort(keys, count, sizeof *keys, compare_keys);
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

#define MANY_KEYS 32u /* from this many on, keys are found by hash */

/* The keys that literals are about, in the order of their first literals. */
struct key_list {
    struct key_state *keys;
    uint32_t count;
    struct hash_index index; /* of all keys, once there are many */
};

static uint64_t hash_key(const struct constraint_atom_data *atom)
{
    return hash_number((uint64_t)atom->key.hop << 32 | atom->key_id);
}

static uint32_t find_key(const struct key_list *list, const struct constraint_atom_data *atom)
{
    uint32_t at = 0;
    if (list->count <= MANY_KEYS) {
        while (at < list->count && !constraint_same_key(&list->keys[at].of, atom))
            at++;
        return at < list->count ? at : HASH_INDEX_NONE;
    }
    struct hash_probe probe = hash_index_probe(hash_key(atom));
    while ((at = hash_index_next(&list->index, &probe)) != HASH_INDEX_NONE)
        if (constraint_same_key(&list->keys[at].of, atom))
            break;
    return at;
}

static uint32_t add_key(struct key_list *list, const struct constraint_atom_data *atom)
{
    list->keys[list->count++] = (struct key_state){.of = *atom};
    if (list->count > MANY_KEYS)
        for (uint32_t i = list->count == MANY_KEYS + 1 ? 0 : list->count - 1; i < list->count; i++)
            hash_index_add(&list->index, hash_key(&list->keys[i].of), i);
    return list->count - 1;
}

/* Lists the keys of the literals, each with its literals in `own`, which has room for as many; returns the number of
 * keys. */
static uint32_t keys_of(const struct constraint_pool *pool, const constraint *literals, uint32_t count,
                        struct key_state *keys, constraint *own)
{
    struct key_list list = {.keys = keys};
    uint32_t *of = memory_zeroed(count, sizeof *of); /* per literal: its key, + 1 */
    for (uint32_t i = 0; i < count; i++) {
        const struct constraint_atom_data *atom = constraint_atom_of(pool, literals[i]);
        if (atom->key.name == NULL)
            continue;
        uint32_t at = find_key(&list, atom);
        if (at == HASH_INDEX_NONE)
            at = add_key(&list, atom);
        keys[at].room++;
        of[i] = at + 1;
    }
    for (uint32_t i = 0; i < list.count; own += keys[i++].room)
        keys[i].literals = own;
    for (uint32_t i = 0; i < count; i++)
        if (of[i] > 0)
            keys[of[i] - 1].literals[keys[of[i] - 1].count++] = literals[i];
    hash_index_free(&list.index);
    free(of);
    return list.count;
}

enum constraint_answer constraint_literals_satisfiable(struct constraint_pool *pool, const constraint *literals,
                                                       uint32_t count, json_t **witness)
{
    struct key_state *keys = memory_zeroed(count, sizeof *keys);
    constraint *own = memory_zeroed(count, sizeof *own);
    uint32_t key_count = keys_of(pool, literals, count, keys, own);
    enum constraint_answer answer = CONSTRAINT_YES;
    bool contradiction = false;
    for (uint32_t i = 0; i < key_count && answer != CONSTRAINT_NO; i++) {
        struct key_state *state = &keys[i];
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
    for (uint32_t i = 0; i < key_count; i++)
        if (keys[i].grown)
            free(keys[i].literals);
    free(own);
    free(keys);
    return answer;
}
