/*
 * What a whole formula can be: a depth-first search over its alternatives, with the literals of each key checked
 * together (constraint_key.c) and unit propagation. Every step costs from a budget; when it is spent the answer is
 * CONSTRAINT_UNDECIDED.
 */
#include "graph/constraint/constraint_pool.h"
#include "graph/constraint/node_map.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define BUDGET_STEPS 400000u

/* ---- literals on any keys */

static int compare_handles(const void *a, const void *b)
{
    constraint x = *(const constraint *)a, y = *(const constraint *)b;
    return (x > y) - (x < y);
}

/* Remembered answers: the same few literal sets come back again and again during a search. */
struct key_memo {
    uint64_t hash;
    const constraint *literals;
    uint32_t count; /* 0: free */
    struct key_answer answer;
};

static uint64_t hash_literals(const constraint *literals, uint32_t count)
{
    uint64_t hash = 0x9E3779B97F4A7C15u;
    for (uint32_t i = 0; i < count; i++)
        hash = (hash ^ literals[i]) * 0xBF58476D1CE4E5B9u ^ hash >> 31;
    return hash ^ hash >> 32;
}

static bool memo_grow(struct constraint_pool *pool)
{
    if (pool->memo_count * 2 < pool->memo_capacity)
        return true;
    uint32_t capacity = pool->memo_capacity == 0 ? 256 : pool->memo_capacity * 2;
    struct key_memo *fresh = calloc(capacity, sizeof *fresh);
    if (fresh == NULL)
        return false;
    for (uint32_t i = 0; i < pool->memo_capacity; i++) {
        if (pool->memo[i].count == 0)
            continue;
        uint32_t at = (uint32_t)pool->memo[i].hash & (capacity - 1);
        while (fresh[at].count != 0)
            at = (at + 1) & (capacity - 1);
        fresh[at] = pool->memo[i];
    }
    free(pool->memo);
    pool->memo = fresh;
    pool->memo_capacity = capacity;
    return true;
}

/* constraint_key_decide, remembered. The literals need not be sorted. */
static struct key_answer decide_key(struct constraint_pool *pool, const constraint *literals, uint32_t count)
{
    constraint few[32], *sorted = count > sizeof few / sizeof few[0] ? malloc(count * sizeof *sorted) : few;
    struct key_answer answer = {.satisfiable = CONSTRAINT_UNDECIDED};
    if (sorted == NULL || !memo_grow(pool)) {
        pool->failed = true;
        goto out;
    }
    memcpy(sorted, literals, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, compare_handles);
    uint64_t hash = hash_literals(sorted, count);
    uint32_t at = (uint32_t)hash & (pool->memo_capacity - 1);
    for (; pool->memo[at].count != 0; at = (at + 1) & (pool->memo_capacity - 1))
        if (pool->memo[at].hash == hash && pool->memo[at].count == count &&
            memcmp(pool->memo[at].literals, sorted, count * sizeof *sorted) == 0) {
            answer = pool->memo[at].answer;
            goto out;
        }
    constraint *kept = arena_allocate_array(&pool->arena, count, sizeof *kept);
    if (kept == NULL) {
        pool->failed = true;
        goto out;
    }
    memcpy(kept, sorted, count * sizeof *kept);
    answer = constraint_key_decide(pool, kept, count);
    pool->memo[at] = (struct key_memo){hash, kept, count, answer};
    pool->memo_count++;
out:
    if (sorted != few)
        free(sorted);
    return answer;
}

/* The literals on one key out of a list; returns how many. */
static uint32_t literals_of_key(const struct constraint_pool *pool, const constraint *literals, uint32_t count,
                                uint32_t key_id, constraint *chosen)
{
    uint32_t found = 0;
    for (uint32_t i = 0; i < count; i++) {
        const struct constraint_atom_data *atom = constraint_atom_of(pool, literals[i]);
        if (atom->key != NULL && atom->key_id == key_id)
            chosen[found++] = literals[i];
    }
    return found;
}

/* One key of a conjunction. */
struct key_state {
    const char *key; /* as it prints */
    uint32_t key_id;
    constraint *literals; /* room for all plus a few that follow from other keys */
    uint32_t count;
    struct key_answer answer;
};

static const char *bare_key(const char *key, size_t *hop_length)
{
    const char *bare = key;
    if (strncmp(key, "hop ", 4) == 0) {
        const char *end = key + 4 + strspn(key + 4, "0123456789");
        if (strncmp(end, ": ", 2) == 0)
            bare = end + 2;
    }
    *hop_length = (size_t)(bare - key);
    return bare;
}

/* The key of the same hop with another name. */
static struct key_state *sibling(struct key_state *keys, uint32_t count, const struct key_state *of, const char *name)
{
    size_t hop, other;
    bare_key(of->key, &hop);
    for (uint32_t i = 0; i < count; i++) {
        const char *bare = bare_key(keys[i].key, &other);
        if (strcasecmp(bare, name) == 0 && other == hop && strncmp(keys[i].key, of->key, hop) == 0)
            return &keys[i];
    }
    return NULL;
}

static void add_literal(struct constraint_pool *pool, struct key_state *state, const char *operator_name,
                        const char *value, bool negated)
{
    struct condition_name name;
    const char *values[] = {value};
    condition_name_parse(operator_name, &name);
    constraint literal = constraint_atom(pool, &name, state->key, "", values, 1);
    state->literals[state->count++] = negated ? constraint_not(pool, literal) : literal;
}

/* What AWS says of keys that come together; tightens the literals of keys that follow from others. Returns whether
 * something changed. */
static bool relate_keys(struct constraint_pool *pool, struct key_state *keys, uint32_t count, bool *contradiction)
{
    static const char *const vpc_keys[] = {"aws:SourceVpc", "aws:SourceVpce", "aws:VpcSourceIp", "aws:SourceVpcArn"};
    bool changed = false;
    size_t hop;
    for (uint32_t i = 0; i < count; i++) {
        struct key_state *state = &keys[i], *other;
        const char *bare = bare_key(state->key, &hop);
        bool must = !state->answer.may_be_absent;
        /* MultiFactorAuthAge is there only with MFA. */
        if (must && strcasecmp(bare, "aws:MultiFactorAuthAge") == 0 &&
            (other = sibling(keys, count, state, "aws:MultiFactorAuthPresent")) != NULL) {
            add_literal(pool, other, "Bool", "true", false);
            changed = true;
        }
        /* A call through a VPC endpoint has no aws:SourceIp. */
        for (size_t j = 0; must && j < sizeof vpc_keys / sizeof vpc_keys[0]; j++)
            if (strcasecmp(bare, vpc_keys[j]) == 0 && (other = sibling(keys, count, state, "aws:SourceIp")) != NULL &&
                !other->answer.may_be_absent)
                *contradiction = true;
        /* aws:TagKeys names the tags that are passed, and no others, in the caller's spelling: names of keys ignore
         * case. */
        if ((must || !state->answer.may_be_present) && strncasecmp(bare, "aws:RequestTag/", 15) == 0 &&
            (other = sibling(keys, count, state, "aws:TagKeys")) != NULL) {
            add_literal(pool, other, "ForAnyValue:StringEqualsIgnoreCase", bare + 15, !must);
            changed = true;
        }
        if (must && strcasecmp(bare, "sts:TransitiveTagKeys") == 0 &&
            (other = sibling(keys, count, state, "aws:TagKeys")) != NULL) {
            add_literal(pool, other, "Null", "false", false);
            changed = true;
        }
        /* A source identity that the caller's session has cannot be changed. */
        if (must && strcasecmp(bare, "aws:SourceIdentity") == 0 &&
            (other = sibling(keys, count, state, "sts:SourceIdentity")) != NULL && !other->answer.may_be_absent) {
            uint32_t mine = state->count;
            for (uint32_t k = 0; k < mine; k++) {
                constraint moved =
                    constraint_atom_on_key(pool, constraint_node_of(pool, state->literals[k])->atom, other->key);
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
        if (!keys[i].answer.may_be_absent)
            for (uint32_t j = 0; j < keys[i].answer.value_count; j++)
                json_array_append_new(values, json_string(keys[i].answer.values[j]));
        json_object_set_new(request, keys[i].key, values);
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
        bool known = atom->key == NULL;
        for (uint32_t j = 0; j < key_count && !known; j++)
            known = keys[j].key_id == atom->key_id;
        if (!known)
            keys[key_count++] = (struct key_state){.key = atom->key, .key_id = atom->key_id};
    }
    return key_count;
}

enum constraint_answer constraint_literals_satisfiable(struct constraint_pool *pool, const constraint *literals,
                                                       uint32_t count, json_t **witness)
{
    struct key_state *keys = calloc((size_t)count + 1, sizeof *keys);
    uint32_t key_count = keys != NULL ? keys_of(pool, literals, count, keys) : 0;
    /* Relations add at most one literal per other literal, twice. */
    size_t room = (size_t)count * 4 + 4;
    constraint *own = calloc(key_count * room + 1, sizeof *own);
    enum constraint_answer answer = CONSTRAINT_YES;
    bool contradiction = false;
    if (keys == NULL || own == NULL) {
        pool->failed = true;
        answer = CONSTRAINT_UNDECIDED;
        key_count = 0;
    }
    for (uint32_t i = 0; i < key_count && answer != CONSTRAINT_NO; i++) {
        struct key_state *state = &keys[i];
        state->literals = own + i * room;
        state->count = literals_of_key(pool, literals, count, state->key_id, state->literals);
        state->answer = decide_key(pool, state->literals, state->count);
        if (state->answer.satisfiable == CONSTRAINT_NO)
            answer = CONSTRAINT_NO;
    }
    if (answer != CONSTRAINT_NO && !pool->failed && key_count > 1) {
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
    uint32_t literal_count, literal_capacity;
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
    if (search->literal_count == search->literal_capacity) {
        uint32_t capacity = search->literal_capacity == 0 ? 64 : search->literal_capacity * 2;
        constraint *grown = realloc(search->literals, capacity * sizeof *grown);
        if (grown == NULL) {
            search->pool->failed = search->spent = true;
            return false;
        }
        search->literals = grown;
        search->literal_capacity = capacity;
    }
    constraint negation = constraint_node_of(search->pool, literal)->negation;
    for (uint32_t i = 0; i < search->literal_count; i++) {
        if (search->literals[i] == literal)
            return true;
        if (search->literals[i] == negation)
            return false;
    }
    search->literals[search->literal_count++] = literal;
    const struct constraint_atom_data *atom = constraint_atom_of(search->pool, literal);
    if (atom->key == NULL)
        return true;
    constraint *same = malloc(search->literal_count * sizeof *same);
    if (same == NULL) {
        search->pool->failed = search->spent = true;
        return false;
    }
    uint32_t count = literals_of_key(search->pool, search->literals, search->literal_count, atom->key_id, same);
    search->steps += count;
    struct key_answer answer = decide_key(search->pool, same, count);
    free(same);
    return answer.satisfiable != CONSTRAINT_NO;
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

struct pending {
    constraint *items; /* formulas that must hold, a stack */
    uint32_t count, capacity;
};

static bool push(struct search *search, struct pending *pending, constraint c)
{
    if (pending->count == pending->capacity) {
        uint32_t capacity = pending->capacity == 0 ? 64 : pending->capacity * 2;
        constraint *grown = realloc(pending->items, capacity * sizeof *grown);
        if (grown == NULL) {
            search->pool->failed = search->spent = true;
            return false;
        }
        pending->items = grown;
        pending->capacity = capacity;
    }
    pending->items[pending->count++] = c;
    return true;
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
                    push(search, &open, node->children[j]);
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
                push(search, &open, live == 1 ? last : c);
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

/* Consumes `pending` (its memory is the caller's). */
static void explore(struct search *search, struct pending *pending, uint32_t depth)
{
    uint32_t mark = search->literal_count;
    if (depth > 2000)
        search->spent = true;
    if (!search->spent && settle(search, pending)) {
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
        if (chosen == UINT32_MAX) {
            enum constraint_answer answer =
                constraint_literals_satisfiable(search->pool, search->literals, search->literal_count, NULL);
            search->undecided = search->undecided || answer == CONSTRAINT_UNDECIDED;
            if (answer == CONSTRAINT_YES && !search->leaf(search, search->context))
                search->stop = true;
        } else {
            struct constraint_node branch = *constraint_node_of(search->pool, pending->items[chosen]);
            for (uint32_t j = 0; j < branch.child_count && !search->stop && !search->spent; j++) {
                if (!is_open(search, branch.children[j]))
                    continue;
                struct pending copy = {0};
                bool room = push(search, &copy, branch.children[j]);
                for (uint32_t i = 0; i < pending->count && room; i++)
                    if (i != chosen)
                        room = push(search, &copy, pending->items[i]);
                if (room)
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
    if (push(search, &pending, formula))
        explore(search, &pending, 0);
    free(pending.items);
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
    free(search.literals);
    if (found)
        return CONSTRAINT_YES;
    return search.spent || search.undecided || pool->failed ? CONSTRAINT_UNDECIDED : CONSTRAINT_NO;
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
    free(search.literals);
    return !alternatives.cut && !search.spent && !search.undecided && !pool->failed;
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
    free(search.literals);
    return witness;
}

struct key_match {
    const char *key;
    size_t length; /* without the trailing '*' */
    bool open;
};

/* Adds "absent" for every matching key that the formula looks at. */
static constraint absent_everywhere(struct constraint_pool *pool, constraint formula, const struct key_match *match,
                                    constraint result, struct node_map *seen)
{
    struct constraint_node node = pool->nodes[formula];
    bool fresh = false;
    if (formula <= CONSTRAINT_TRUE)
        return result;
    if (node_map_at(seen, formula, &fresh) == NULL)
        pool->failed = true;
    if (!fresh)
        return result;
    if (node.type != NODE_LITERAL) {
        for (uint32_t i = 0; i < node.child_count; i++)
            result = absent_everywhere(pool, node.children[i], match, result, seen);
        return result;
    }
    const char *key = pool->atoms[node.atom].key;
    if (key == NULL || (match->open ? strncasecmp(key, match->key, match->length) : strcasecmp(key, match->key)) != 0)
        return result;
    struct condition_name name;
    static const char *const yes[] = {"true"};
    condition_name_parse("Null", &name);
    return constraint_and(pool, result, constraint_atom(pool, &name, key, "", yes, 1));
}

constraint constraint_absent(struct constraint_pool *pool, constraint formula, const char *key)
{
    size_t length = strlen(key);
    struct key_match match = {key, length, length > 0 && key[length - 1] == '*'};
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
    if (node_map_at(seen, formula, &fresh) == NULL)
        pool->failed = true;
    if (!fresh)
        return result;
    if (node.type != NODE_LITERAL) {
        for (uint32_t i = 0; i < node.child_count; i++)
            result = contained_everywhere(pool, node.children[i], key, other, result, seen);
        return result;
    }
    const struct constraint_atom_data atom = pool->atoms[node.atom];
    bool equals =
        atom.key != NULL && strcasecmp(atom.key, key) == 0 && !atom.name.if_exists &&
        atom.name.set != CONDITION_FOR_ALL_VALUES &&
        (strcmp(atom.name.op->name, "StringEquals") == 0 || strcmp(atom.name.op->name, "StringEqualsIgnoreCase") == 0);
    if (!equals)
        return result;
    struct condition_name name;
    condition_name_parse("ForAnyValue:StringEqualsIgnoreCase", &name);
    constraint has = constraint_atom(pool, &atom.name, atom.key, "", atom.values, atom.value_count);
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
