/*
 * What a whole formula can be: a depth-first search over its alternatives, with the literals of each key checked
 * together (constraint_key.c) and unit propagation. Every step costs from a budget; when it is spent the answer is
 * CONSTRAINT_UNDECIDED.
 */
#include "graph/constraint/constraint_pool.h"
#include "graph/constraint/node_map.h"

#include "ingest/support/array.h"
#include "ingest/support/json_build.h"
#include "ingest/support/order.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define BUDGET_STEPS 400000u

/* ---- literals on any keys */

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

/* constraint_key_decide, remembered. The literals need not be sorted. */
static struct key_answer decide_key(struct constraint_pool *pool, const constraint *literals, uint32_t count)
{
    constraint few[32], *sorted = count > sizeof few / sizeof few[0] ? memory_get(count * sizeof *sorted) : few;
    memcpy(sorted, literals, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, order_numbers);
    struct key_answer answer = decide_sorted(pool, sorted, count);
    if (sorted != few)
        free(sorted);
    return answer;
}

/* The literals out of a list that are on the atom's key; returns how many. */
static uint32_t literals_of_key(const struct constraint_pool *pool, const constraint *literals, uint32_t count,
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
        state->count = literals_of_key(pool, literals, count, &state->of, state->literals);
        state->answer = decide_key(pool, state->literals, state->count);
        if (state->answer.satisfiable == CONSTRAINT_NO)
            answer = CONSTRAINT_NO;
    }
    if (answer != CONSTRAINT_NO && key_count > 1) {
        if (relate_keys(pool, keys, key_count, &contradiction))
            for (uint32_t i = 0; i < key_count; i++)
                keys[i].answer = decide_key(pool, keys[i].literals, keys[i].count);
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

/* ---- the search */

struct search {
    struct constraint_pool *pool;
    constraint *literals; /* asserted so far */
    uint32_t literal_count, literal_room;
    constraint *same; /* those on one key */
    uint32_t same_room;
    uint32_t steps;
    bool spent;
    bool stop;      /* the callback had enough */
    bool undecided; /* some leaf could be neither affirmed nor refuted */
    /* Called for every consistent leaf; returns whether to go on. */
    bool (*leaf)(struct search *search, void *context);
    void *context;
};

static bool search_assert(struct search *search, constraint literal)
{
    constraint negation = constraint_node_of(search->pool, literal)->negation;
    for (uint32_t i = 0; i < search->literal_count; i++) {
        if (search->literals[i] == literal)
            return true;
        if (search->literals[i] == negation)
            return false;
    }
    ARRAY_ADD(search->literals, search->literal_count, search->literal_room, literal);
    const struct constraint_atom_data *atom = constraint_atom_of(search->pool, literal);
    if (atom->key.name == NULL)
        return true;
    ARRAY_RESERVE(search->same, search->literal_count, search->same_room);
    uint32_t count = literals_of_key(search->pool, search->literals, search->literal_count, atom, search->same);
    search->steps += count;
    return decide_key(search->pool, search->same, count).satisfiable != CONSTRAINT_NO;
}

static bool is_asserted(const struct search *search, constraint literal)
{
    for (uint32_t i = 0; i < search->literal_count; i++)
        if (search->literals[i] == literal)
            return true;
    return false;
}

/* Whether a formula already follows from, or contradicts, the asserted literals: only looks at literals and one level.
 */
static bool is_satisfied(const struct search *search, constraint c)
{
    const struct constraint_node *node = constraint_node_of(search->pool, c);
    if (node->type == NODE_LITERAL)
        return is_asserted(search, c);
    return false;
}

static bool is_refuted(const struct search *search, constraint c)
{
    const struct constraint_node *node = constraint_node_of(search->pool, c);
    return node->type == NODE_LITERAL && node->negation != 0 && is_asserted(search, node->negation);
}

/* Formulas that must hold, a stack. */
struct pending {
    constraint *items;
    uint32_t count, room;
};

static void push(struct pending *pending, constraint c)
{
    ARRAY_ADD(pending->items, pending->count, pending->room, c);
}

/* Breaks down what must hold until only disjunctions with two or more live children are left. False: contradiction. */
static bool settle(struct search *search, struct pending *pending)
{
    struct pending open = {0};
    bool consistent = true, changed = true;
    while (consistent && changed && !search->spent) {
        changed = false;
        open.count = 0;
        for (uint32_t i = 0; i < pending->count && consistent; i++) {
            constraint c = pending->items[i];
            const struct constraint_node *node = constraint_node_of(search->pool, c);
            if (++search->steps > BUDGET_STEPS)
                search->spent = true;
            if (c == CONSTRAINT_TRUE)
                continue;
            if (c == CONSTRAINT_FALSE) {
                consistent = false;
            } else if (node->type == NODE_LITERAL) {
                uint32_t before = search->literal_count;
                consistent = search_assert(search, c);
                changed = changed || search->literal_count != before;
            } else if (node->type == NODE_AND) {
                for (uint32_t j = 0; j < node->child_count; j++)
                    push(&open, node->children[j]);
                changed = true;
            } else {
                uint32_t live = 0;
                constraint last = CONSTRAINT_FALSE;
                bool satisfied = false;
                for (uint32_t j = 0; j < node->child_count && !satisfied; j++) {
                    satisfied = is_satisfied(search, node->children[j]);
                    if (!is_refuted(search, node->children[j])) {
                        live++;
                        last = node->children[j];
                    }
                }
                search->steps += node->child_count;
                if (satisfied)
                    continue;
                if (live == 0)
                    consistent = false;
                else if (live == 1)
                    changed = true;
                push(&open, live == 1 ? last : c);
            }
        }
        struct pending swap = *pending;
        *pending = open;
        open = swap;
    }
    free(open.items);
    return consistent && !search->spent;
}

static bool is_open(const struct search *search, constraint child)
{
    return !is_refuted(search, child);
}

/* The open disjunction with the fewest live children. UINT32_MAX: none is open. */
static uint32_t choose_branch(const struct search *search, const struct pending *pending)
{
    uint32_t chosen = UINT32_MAX, fewest = UINT32_MAX;
    for (uint32_t i = 0; i < pending->count; i++) {
        const struct constraint_node *node = constraint_node_of(search->pool, pending->items[i]);
        uint32_t live = 0;
        for (uint32_t j = 0; j < node->child_count; j++)
            live += is_open(search, node->children[j]);
        if (live < fewest) {
            fewest = live;
            chosen = i;
        }
    }
    return chosen;
}

static void reach_leaf(struct search *search)
{
    enum constraint_answer answer =
        constraint_literals_satisfiable(search->pool, search->literals, search->literal_count, NULL);
    search->undecided = search->undecided || answer == CONSTRAINT_UNDECIDED;
    if (answer == CONSTRAINT_YES && !search->leaf(search, search->context))
        search->stop = true;
}

/* Consumes `pending` (its memory is the caller's). */
static void explore(struct search *search, struct pending *pending, uint32_t depth)
{
    uint32_t mark = search->literal_count;
    if (depth > 2000)
        search->spent = true;
    if (!search->spent && settle(search, pending)) {
        uint32_t chosen = choose_branch(search, pending);
        if (chosen == UINT32_MAX) {
            reach_leaf(search);
        } else {
            struct constraint_node branch = *constraint_node_of(search->pool, pending->items[chosen]);
            for (uint32_t j = 0; j < branch.child_count && !search->stop && !search->spent; j++) {
                if (!is_open(search, branch.children[j]))
                    continue;
                struct pending copy = {0};
                ARRAY_RESERVE(copy.items, pending->count, copy.room);
                push(&copy, branch.children[j]);
                for (uint32_t i = 0; i < pending->count; i++)
                    if (i != chosen)
                        push(&copy, pending->items[i]);
                explore(search, &copy, depth + 1);
                free(copy.items);
            }
        }
    }
    search->literal_count = mark;
}

/* Runs the search; what became of it is in *search. */
static void run(struct search *search, constraint formula)
{
    struct pending pending = {0};
    push(&pending, formula);
    explore(search, &pending, 0);
    free(pending.items);
    free(search->literals);
    free(search->same);
}

static bool stop_at_leaf(struct search *search, void *context)
{
    (void)search;
    *(bool *)context = true;
    return false;
}

enum constraint_answer constraint_satisfiable(struct constraint_pool *pool, constraint formula)
{
    if (formula <= CONSTRAINT_TRUE)
        return formula == CONSTRAINT_TRUE ? CONSTRAINT_YES : CONSTRAINT_NO;
    bool found = false;
    struct search search = {.pool = pool, .leaf = stop_at_leaf, .context = &found};
    run(&search, formula);
    if (found)
        return CONSTRAINT_YES;
    return search.spent || search.undecided ? CONSTRAINT_UNDECIDED : CONSTRAINT_NO;
}

static enum constraint_answer opposite(enum constraint_answer answer)
{
    return answer == CONSTRAINT_YES ? CONSTRAINT_NO : answer == CONSTRAINT_NO ? CONSTRAINT_YES : answer;
}

enum constraint_answer constraint_valid(struct constraint_pool *pool, constraint formula)
{
    return opposite(constraint_satisfiable(pool, constraint_not(pool, formula)));
}

enum constraint_answer constraint_implies(struct constraint_pool *pool, constraint a, constraint b)
{
    return opposite(constraint_satisfiable(pool, constraint_and(pool, a, constraint_not(pool, b))));
}

/* ---- alternatives, presence, witness */

struct alternatives {
    bool (*each)(constraint alternative, void *context);
    void *context;
    size_t left;
    bool cut;
};

static bool emit_alternative(struct search *search, void *context)
{
    struct alternatives *alternatives = context;
    if (alternatives->left-- == 0) {
        alternatives->cut = true;
        return false;
    }
    constraint conjunction = CONSTRAINT_TRUE;
    for (uint32_t i = 0; i < search->literal_count; i++)
        conjunction = constraint_and(search->pool, conjunction, search->literals[i]);
    if (!alternatives->each(conjunction, alternatives->context)) {
        alternatives->cut = true;
        return false;
    }
    return true;
}

bool constraint_alternatives(struct constraint_pool *pool, constraint formula, size_t limit,
                             bool (*each)(constraint alternative, void *context), void *context)
{
    struct alternatives alternatives = {each, context, limit, false};
    struct search search = {.pool = pool, .leaf = emit_alternative, .context = &alternatives};
    run(&search, formula);
    return !alternatives.cut && !search.spent && !search.undecided;
}

static bool emit_witness(struct search *search, void *context)
{
    constraint_literals_satisfiable(search->pool, search->literals, search->literal_count, context);
    return false;
}

json_t *constraint_witness(struct constraint_pool *pool, constraint formula)
{
    json_t *witness = NULL;
    struct search search = {.pool = pool, .leaf = emit_witness, .context = &witness};
    run(&search, formula);
    return witness;
}

struct key_match {
    struct constraint_key key;
    size_t length; /* without the trailing '*' */
    bool open;
};

static bool is_matched(const struct key_match *match, const struct constraint_key *key)
{
    return key->name != NULL && key->hop == match->key.hop &&
           (match->open ? strncasecmp(key->name, match->key.name, match->length)
                        : strcasecmp(key->name, match->key.name)) == 0;
}

/* Adds "absent" for every matching key that the formula looks at. */
static constraint absent_everywhere(struct constraint_pool *pool, constraint formula, const struct key_match *match,
                                    constraint result, struct node_map *seen)
{
    struct constraint_node node = pool->nodes[formula];
    bool fresh = false;
    if (formula <= CONSTRAINT_TRUE)
        return result;
    node_map_at(seen, formula, &fresh);
    if (!fresh)
        return result;
    if (node.type != NODE_LITERAL) {
        for (uint32_t i = 0; i < node.child_count; i++)
            result = absent_everywhere(pool, node.children[i], match, result, seen);
        return result;
    }
    struct constraint_key key = pool->atoms[node.atom].key;
    if (!is_matched(match, &key))
        return result;
    struct condition_name name = condition_plain(OPERATOR_NULL);
    static const char *const yes[] = {"true"};
    return constraint_and(pool, result, constraint_atom_in_hop(pool, &name, key, "", yes, 1));
}

constraint constraint_absent_in_hop(struct constraint_pool *pool, constraint formula, struct constraint_key key)
{
    size_t length = strlen(key.name);
    struct key_match match = {key, length, length > 0 && key.name[length - 1] == '*'};
    match.length -= match.open;
    struct node_map seen;
    if (formula <= CONSTRAINT_TRUE)
        return CONSTRAINT_TRUE;
    node_map_open(&seen);
    constraint result = absent_everywhere(pool, formula, &match, CONSTRAINT_TRUE, &seen);
    node_map_close(&seen);
    return result;
}

/* Adds, for every atom by which some value of the key is one of a list, that the other key has it too. */
static constraint contained_everywhere(struct constraint_pool *pool, constraint formula, const char *key,
                                       const char *other, constraint result, struct node_map *seen)
{
    struct constraint_node node = pool->nodes[formula];
    bool fresh = false;
    if (formula <= CONSTRAINT_TRUE)
        return result;
    node_map_at(seen, formula, &fresh);
    if (!fresh)
        return result;
    if (node.type != NODE_LITERAL) {
        for (uint32_t i = 0; i < node.child_count; i++)
            result = contained_everywhere(pool, node.children[i], key, other, result, seen);
        return result;
    }
    const struct constraint_atom_data atom = pool->atoms[node.atom];
    bool equals = atom.key.name != NULL && atom.key.hop == 0 && strcasecmp(atom.key.name, key) == 0 &&
                  !atom.name.if_exists && atom.name.set != CONDITION_FOR_ALL_VALUES &&
                  atom.name.op->family == CONDITION_STRING && !atom.name.op->glob && !atom.name.op->negated;
    if (!equals)
        return result;
    struct condition_name name = condition_plain(OPERATOR_STRING_EQUALS_IGNORE_CASE);
    name.set = CONDITION_FOR_ANY_VALUE;
    constraint has = constraint_atom_in_hop(pool, &atom.name, atom.key, "", atom.values, atom.value_count);
    constraint other_has = constraint_atom(pool, &name, other, "", atom.values, atom.value_count);
    return constraint_and(pool, result, constraint_or(pool, constraint_not(pool, has), other_has));
}

constraint constraint_contained(struct constraint_pool *pool, constraint formula, const char *key, const char *other)
{
    struct node_map seen;
    if (formula <= CONSTRAINT_TRUE)
        return CONSTRAINT_TRUE;
    node_map_open(&seen);
    constraint result = contained_everywhere(pool, formula, key, other, CONSTRAINT_TRUE, &seen);
    node_map_close(&seen);
    return result;
}

bool constraint_forces_presence(struct constraint_pool *pool, constraint formula, const char *key)
{
    constraint absent = constraint_absent(pool, formula, key);
    return absent != CONSTRAINT_TRUE &&
           constraint_satisfiable(pool, constraint_and(pool, formula, absent)) == CONSTRAINT_NO;
}
