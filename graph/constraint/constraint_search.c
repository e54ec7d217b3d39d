/*
 * Satisfiability of a whole formula: a depth-first search over its alternatives, with the literals of each key checked
 * together (constraint_key.c) and unit propagation. Every step is charged to a budget; when it is spent, the answer is
 * CONSTRAINT_UNDECIDED.
 */
#include "graph/constraint/constraint_asserted.h"
#include "graph/constraint/constraint_pool.h"

#include "ingest/support/array.h"
#include <stdlib.h>

#define BUDGET_STEPS 400000u

struct search {
    struct constraint_pool *pool;
    struct asserted asserted;
    constraint *same; /* those on one key */
    uint32_t same_room;
    uint32_t steps;
    bool spent;
    bool stop;      /* the callback asked to stop */
    bool undecided; /* some leaf could be neither confirmed nor refuted */
    /* Called for every consistent leaf; returns whether to go on. */
    bool (*leaf)(struct search *search, void *context);
    void *context;
};

static bool search_assert(struct search *search, constraint literal)
{
    struct asserted *asserted = &search->asserted;
    constraint negation = constraint_node_of(search->pool, literal)->negation;
    if (asserted_has(asserted, literal))
        return true;
    if (negation != CONSTRAINT_FALSE && asserted_has(asserted, negation))
        return false;
    asserted_add(asserted, search->pool, literal);
    if (constraint_atom_of(search->pool, literal)->key.name == NULL)
        return true;
    ARRAY_RESERVE(search->same, asserted->count, search->same_room);
    uint32_t count = asserted_beside_last(asserted, search->pool, search->same);
    search->steps += count;
    return constraint_key_remember(search->pool, search->same, count).satisfiable != CONSTRAINT_NO;
}

static bool is_refuted(const struct search *search, constraint c)
{
    const struct constraint_node *node = constraint_node_of(search->pool, c);
    return node->type == NODE_LITERAL && node->negation != 0 && asserted_has(&search->asserted, node->negation);
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

/* The rest of a disjunction: itself, its only live child, TRUE or FALSE. */
static constraint reduce(const struct search *search, constraint disjunction)
{
    const struct constraint_node *node = constraint_node_of(search->pool, disjunction);
    uint32_t live = 0;
    constraint last = CONSTRAINT_FALSE;
    for (uint32_t i = 0; i < node->child_count; i++) {
        if (asserted_has(&search->asserted, node->children[i]))
            return CONSTRAINT_TRUE;
        if (!is_refuted(search, node->children[i])) {
            live++;
            last = node->children[i];
        }
    }
    return live > 1 ? disjunction : last;
}

/* Breaks down one formula; the rest of it goes to `open`. False: it contradicts what is asserted. */
static bool settle_one(struct search *search, constraint c, struct pending *open, bool *changed)
{
    const struct constraint_node *node = constraint_node_of(search->pool, c);
    uint32_t before = search->asserted.count;
    bool consistent = true;
    switch (node->type) {
    case NODE_TRUE:
        return true;
    case NODE_FALSE:
        return false;
    case NODE_LITERAL:
        consistent = search_assert(search, c);
        *changed = *changed || search->asserted.count != before;
        return consistent;
    case NODE_AND:
        for (uint32_t i = 0; i < node->child_count; i++)
            push(open, node->children[i]);
        *changed = true;
        return true;
    default:
        search->steps += node->child_count;
        constraint left = reduce(search, c);
        if (left > CONSTRAINT_TRUE)
            push(open, left);
        *changed = *changed || (left != c && left > CONSTRAINT_TRUE);
        return left != CONSTRAINT_FALSE;
    }
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
            if (++search->steps > BUDGET_STEPS)
                search->spent = true;
            consistent = settle_one(search, pending->items[i], &open, &changed);
        }
        struct pending swap = *pending;
        *pending = open;
        open = swap;
    }
    free(open.items);
    return consistent && !search->spent;
}

/* The open disjunction with the fewest live children. UINT32_MAX: none is open. */
static uint32_t choose_branch(const struct search *search, const struct pending *pending)
{
    uint32_t chosen = UINT32_MAX, fewest = UINT32_MAX;
    for (uint32_t i = 0; i < pending->count; i++) {
        const struct constraint_node *node = constraint_node_of(search->pool, pending->items[i]);
        uint32_t live = 0;
        for (uint32_t j = 0; j < node->child_count; j++)
            live += !is_refuted(search, node->children[j]);
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
        constraint_literals_satisfiable(search->pool, search->asserted.literals, search->asserted.count, NULL);
    search->undecided = search->undecided || answer == CONSTRAINT_UNDECIDED;
    if (answer == CONSTRAINT_YES && !search->leaf(search, search->context))
        search->stop = true;
}

/* Consumes `pending`; the caller keeps its memory. */
static void explore(struct search *search, struct pending *pending, uint32_t depth)
{
    uint32_t mark = search->asserted.count;
    if (depth > 2000)
        search->spent = true;
    if (!search->spent && settle(search, pending)) {
        uint32_t chosen = choose_branch(search, pending);
        if (chosen == UINT32_MAX) {
            reach_leaf(search);
        } else {
            struct constraint_node branch = *constraint_node_of(search->pool, pending->items[chosen]);
            for (uint32_t j = 0; j < branch.child_count && !search->stop && !search->spent; j++) {
                if (is_refuted(search, branch.children[j]))
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
    asserted_forget(&search->asserted, mark);
}

/* Runs the search; the result is in *search. */
static void run(struct search *search, constraint formula)
{
    struct pending pending = {0};
    push(&pending, formula);
    explore(search, &pending, 0);
    free(pending.items);
    asserted_free(&search->asserted);
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
    if (pool->nodes[formula].answer != 0)
        return (enum constraint_answer)(pool->nodes[formula].answer - 1);
    bool found = false;
    struct search search = {.pool = pool, .leaf = stop_at_leaf, .context = &found};
    run(&search, formula);
    enum constraint_answer answer = found                              ? CONSTRAINT_YES
                                    : search.spent || search.undecided ? CONSTRAINT_UNDECIDED
                                                                       : CONSTRAINT_NO;
    pool->nodes[formula].answer = (unsigned char)(answer + 1);
    return answer;
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

/* ---- alternatives, witness */

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
    for (uint32_t i = 0; i < search->asserted.count; i++)
        conjunction = constraint_and(search->pool, conjunction, search->asserted.literals[i]);
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
    constraint_literals_satisfiable(search->pool, search->asserted.literals, search->asserted.count, context);
    return false;
}

json_t *constraint_witness(const struct constraint_pool *pool, constraint formula)
{
    json_t *witness = NULL;
    struct constraint_pool *own = constraint_alone(pool, formula, &formula);
    struct search search = {.pool = own, .leaf = emit_witness, .context = &witness};
    run(&search, formula);
    constraint_pool_free(own);
    return witness;
}
