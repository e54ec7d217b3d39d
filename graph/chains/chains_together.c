/*
 * Combines several chains between the same two nodes: a search returns each as a state with its conditions.
 */
#include "graph/chains/chains_inside.h"

#include "ingest/support/memory.h"
#include <stdlib.h>

/* Up to this many chains are listed by their conditions; a fact says that there are more. */
#define MOST_ALTERNATIVES 8u
#define MORE "another chain beyond those listed is possible"

/* Shorter ones first, then those with fewer conditional hops, then in the order found. */
struct candidate {
    uint32_t hops, conditional_hops, state;
    constraint demands, as_one_call;
};

static int compare_candidates(const void *a, const void *b)
{
    const struct candidate *x = a, *y = b;
    if (x->hops != y->hops)
        return x->hops < y->hops ? -1 : 1;
    if (x->conditional_hops != y->conditional_hops)
        return x->conditional_hops < y->conditional_hops ? -1 : 1;
    return (x->state > y->state) - (x->state < y->state);
}

/* Whether one requires everything that the other does, possibly in other hops. */
static bool demands_all(struct constraint_pool *pool, const struct candidate *one, const struct candidate *other)
{
    if (one->demands == other->demands || constraint_implies(pool, one->demands, other->demands) == CONSTRAINT_YES)
        return true;
    return constraint_satisfiable(pool, one->as_one_call) == CONSTRAINT_YES &&
           constraint_implies(pool, one->as_one_call, other->as_one_call) == CONSTRAINT_YES;
}

/* Adds one if it is not redundant, and removes those that require everything it does. */
static uint32_t keep(struct constraint_pool *pool, struct candidate *kept, uint32_t count, struct candidate next)
{
    uint32_t left = 0;
    for (uint32_t i = 0; i < count; i++)
        if (demands_all(pool, &next, &kept[i]))
            return count;
    for (uint32_t i = 0; i < count; i++)
        if (!demands_all(pool, &kept[i], &next))
            kept[left++] = kept[i];
    if (left <= MOST_ALTERNATIVES)
        kept[left++] = next;
    return left;
}

static uint32_t list_states(const struct walk *walk, uint32_t node, struct candidate *list)
{
    uint32_t count = 0;
    for (uint32_t i = walk->last[node]; i != MODEL_NONE; i = walk->states[i].other) {
        const struct state *state = &walk->states[i];
        list[count++] = (struct candidate){.hops = state->hops,
                                           .conditional_hops = state->conditional_hops,
                                           .state = i,
                                           .demands = state->carried,
                                           .as_one_call = chaining_as_one_call(walk->edges->pool, state->carried)};
    }
    qsort(list, count, sizeof *list, compare_candidates);
    return count;
}

/* Whether in every case some chain is open, possibly one that is only open to callers who choose differently in another
 * hop. */
static bool is_every_case(struct constraint_pool *pool, constraint any)
{
    constraint choice = chaining_as_one_choice(pool, any);
    return constraint_valid(pool, any) == CONSTRAINT_YES ||
           (choice != any && constraint_valid(pool, choice) == CONSTRAINT_YES);
}

bool walk_together(const struct walk *walk, uint32_t node, struct together *together)
{
    struct constraint_pool *pool = walk->edges->pool;
    struct candidate list[UINT8_MAX], kept[MOST_ALTERNATIVES + 1];
    struct constraint_mark mark = constraint_pool_stand(pool);
    uint32_t count = list_states(walk, node, list), kept_count = 0;
    constraint any = CONSTRAINT_FALSE;
    if (count == 0)
        return false;
    for (uint32_t i = 0; i < count; i++) {
        any = constraint_or(pool, any, list[i].demands);
        kept_count = keep(pool, kept, kept_count, list[i]);
    }
    together->state = kept[0].state;
    together->residual = CONSTRAINT_TRUE;
    bool always = kept[0].demands == CONSTRAINT_TRUE || (count > 1 && is_every_case(pool, any));
    if (walk->one_by_one && count > 1)
        constraint_pool_return(pool, &mark);
    if (always)
        return true;
    together->residual =
        kept_count > MOST_ALTERNATIVES ? constraint_fact_of(pool, FACT_UNDECIDED, MORE) : CONSTRAINT_FALSE;
    for (uint32_t i = 0; i < kept_count && i < MOST_ALTERNATIVES; i++)
        together->residual = constraint_or(pool, together->residual, kept[i].demands);
    return true;
}
