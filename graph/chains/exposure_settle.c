#include "graph/chains/exposure_settle.h"

#include "graph/chains/chains.h"
#include "graph/chains/role_chaining_inside.h"
#include "ingest/support/array.h"
#include <stdlib.h>
#include <string.h>

#define FEW 500
#define STEPS_OVER_CONTROL 20000000u

uint64_t exposure_most_steps(const struct edges *edges)
{
    return edges->with_control ? STEPS_OVER_CONTROL : 0;
}

struct settled_caller {
    uint32_t node;
    bool always;
};

/* Roles with exactly these ends, and who can become the ones that were searched. */
struct settled_set {
    edge_end ends[EXPOSURE_ENDS];
    uint32_t end_count;
    uint32_t looked;   /* how many roles were searched, at most two */
    bool apart;        /* the two differ by more than themselves, because a search reached its limits */
    uint32_t roles[2]; /* the roles that were searched */
    struct settled_caller *callers;
    uint32_t count, room;
};

struct settled_callers {
    struct settled_caller *list;
    uint32_t count, room;
};

static bool note_caller(const struct chain *chain, void *context)
{
    struct settled_callers *callers = context;
    struct settled_caller caller = {chain->hops[0].from, chain->verdict == VERDICT_ALLOWED};
    ARRAY_ADD(callers->list, callers->count, callers->room, caller);
    return true;
}

static const struct settled_caller *find_caller(const struct settled_caller *list, uint32_t count, uint32_t node)
{
    for (uint32_t i = 0; i < count; i++)
        if (list[i].node == node)
            return &list[i];
    return NULL;
}

/* What is known about the role's ends; a new row if nothing is. NULL: no other role can have them. */
static struct settled_set *set_of(struct exposure_settling *settling, uint32_t role)
{
    struct settled_set fresh = {.looked = 0};
    fresh.end_count = exposure_ends(settling->edges, role, fresh.ends);
    for (uint32_t i = 0; i < fresh.end_count; i++)
        if ((fresh.ends[i] & EDGE_GROUP) == 0)
            return NULL;
    size_t size = fresh.end_count * sizeof *fresh.ends;
    uint64_t hash = hash_bytes(fresh.ends, size);
    struct hash_probe probe = hash_index_probe(hash);
    for (uint32_t number; (number = hash_index_next(&settling->by_ends, &probe)) != HASH_INDEX_NONE;) {
        struct settled_set *known = &settling->sets[number];
        if (known->end_count == fresh.end_count && memcmp(known->ends, fresh.ends, size) == 0)
            return known;
    }
    hash_index_add(&settling->by_ends, hash, settling->count);
    ARRAY_ADD(settling->sets, settling->count, settling->room, fresh);
    return &settling->sets[settling->count - 1];
}

static void count_callers(const struct exposure_settling *settling, const struct settled_caller *list, uint32_t count,
                          uint32_t role, struct exposure *exposure)
{
    exposure->always = exposure->at_most = exposure->outside = exposure->people = 0;
    for (uint32_t i = 0; i < count; i++) {
        exposure->at_most += list[i].node != role;
        exposure->always += list[i].node != role && list[i].always;
        exposure->people += settling->edges->nodes[list[i].node].kind == CALLER_PERSON;
        exposure->outside += list[i].node != role && exposure_is_outside(settling->edges, list[i].node);
    }
    exposure->certain = exposure->at_most;
}

/* Stores the callers of the first role; the second role adds the first. */
static void note_set(struct settled_set *set, uint32_t role, const struct settled_callers *found)
{
    for (uint32_t i = 0; i < set->count && set->looked > 0; i++) {
        const struct settled_caller *again = find_caller(found->list, found->count, set->callers[i].node);
        set->apart =
            set->apart || (set->callers[i].node != role && (again == NULL || again->always != set->callers[i].always));
    }
    uint32_t before = set->count;
    for (uint32_t i = 0; i < found->count; i++)
        if (find_caller(set->callers, before, found->list[i].node) == NULL) {
            set->apart = set->apart || (set->looked > 0 && found->list[i].node != set->roles[0]);
            ARRAY_ADD(set->callers, set->count, set->room, found->list[i]);
        }
    set->roles[set->looked++] = role;
}

/* ---- cases that need no search */

static bool find_look(const struct constraint_key *key, bool fact, void *context)
{
    *(bool *)context = *(bool *)context || (!fact && session_look_of(key->name) != 0);
    return true;
}

/* Whether some choice, the same in all hops, opens none of the edges into the role: then no chain to it is open in
 * every case. What a session carries is not such a choice. */
static bool is_never_open(const struct edges *edges, uint32_t role)
{
    edge_end ends[EXPOSURE_ENDS];
    uint32_t count = exposure_ends(edges, role, ends), first, last;
    constraint any = CONSTRAINT_FALSE;
    bool looks = false;
    for (uint32_t i = 0; i < count; i++) {
        edges_in(edges, ends[i], &first, &last);
        for (uint32_t j = first; j < last; j++) {
            const struct edge *edge = &edges->edges[edges->in_edges[j]];
            if (edge->verdict == VERDICT_ALLOWED)
                return false;
            constraint_each_key(edges->pool, edge->residual, find_look, &looks);
            any = constraint_or(edges->pool, any, edge->residual);
        }
    }
    return !looks && constraint_satisfiable(edges->pool, constraint_not(edges->pool, any)) == CONSTRAINT_YES;
}

void exposure_settle(struct exposure_settling *settling, uint32_t role, struct exposure *exposure)
{
    const struct chain_limits limits = {.spent = &settling->steps};
    if (exposure->always == exposure->at_most || exposure->at_most > FEW)
        return;
    if (exposure->certain == exposure->at_most &&
        (settling->numbers_alone || (exposure->always == 0 && is_never_open(settling->edges, role))))
        return;
    settling->looked++;
    struct settled_set *set = set_of(settling, role);
    if (set != NULL && set->looked == 2 && !set->apart) {
        count_callers(settling, set->callers, set->count, role, exposure);
        return;
    }
    if (settling->most_steps > 0 && settling->steps > settling->most_steps)
        return;
    struct settled_callers found = {0};
    chains_who_can(settling->edges, role, &limits, note_caller, &found);
    count_callers(settling, found.list, found.count, role, exposure);
    if (set != NULL && set->looked < 2)
        note_set(set, role, &found);
    free(found.list);
}

void exposure_settling_free(struct exposure_settling *settling)
{
    for (uint32_t i = 0; i < settling->count; i++)
        free(settling->sets[i].callers);
    free(settling->sets);
    hash_index_free(&settling->by_ends);
    *settling = (struct exposure_settling){.edges = NULL};
}
