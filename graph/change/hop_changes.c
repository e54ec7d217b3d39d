#include "graph/change/hop_changes.h"

#include "graph/edges/edges_people.h"
#include "ingest/support/array.h"
#include "ingest/support/order.h"
#include <stdlib.h>
#include <string.h>

/* ---- classes of parties */

/* The properties by which parties are classified: equal numbers for parties that are alike. */
struct class_key {
    uint32_t *list;
    size_t count, room;
};

static void key_add(struct class_key *key, uint32_t number)
{
    ARRAY_ADD(key->list, key->count, key->room, number);
}

#define NOT_THERE (MODEL_NONE - 1)

/* The ends through which the node calls, or is entered; its own end only if edges have it. Because of what is known
 * about people's sessions beside their groups, each person is a class of its own. */
static void key_add_ends(struct class_key *key, const struct edges *edges, uint32_t node, bool leaving)
{
    edge_end ends[EDGES_ENDS];
    uint32_t first, last;
    if (node == MODEL_NONE) {
        key_add(key, NOT_THERE);
        return;
    }
    uint32_t count = leaving ? edges_sources(edges, node, ends) : edges_targets(edges, node, ends);
    if (leaving)
        edges_out(edges, node, &first, &last);
    else
        edges_in(edges, node, &first, &last);
    bool alone = node >= edges->model->principal_count && (leaving || last > first);
    key_add(key, last > first || alone ? node : MODEL_NONE);
    for (uint32_t i = 1; i < count; i++)
        key_add(key, ends[i]);
    key_add(key, MODEL_NONE);
}

void party_classes_free(struct party_classes *classes)
{
    free(classes->of);
    free(classes->first);
    free(classes->members);
    *classes = (struct party_classes){.count = 0};
}

/* Lists the members, after of[] is filled in. */
static void list_members(struct party_classes *classes, uint32_t parties)
{
    uint32_t *next;
    classes->first = memory_zeroed((size_t)classes->count + 2, sizeof *classes->first);
    classes->members = memory_zeroed((size_t)parties + 1, sizeof *classes->members);
    for (uint32_t i = 0; i < parties; i++)
        classes->first[classes->of[i] + 1]++;
    for (uint32_t i = 0; i < classes->count; i++)
        classes->first[i + 1] += classes->first[i];
    next = memory_copy(classes->first, (size_t)classes->count + 1, sizeof *next);
    for (uint32_t i = 0; i < parties; i++)
        classes->members[next[classes->of[i]]++] = i;
    free(next);
}

static void classify(const struct counterparts *counterparts, struct party_classes *classes, bool leaving)
{
    struct intern keys = {.count = 0};
    struct class_key key = {.count = 0};
    classes->of = memory_zeroed((size_t)counterparts->count + 1, sizeof *classes->of);
    for (uint32_t party = 0; party < counterparts->count; party++) {
        key.count = 0;
        key_add(&key, counterparts->list[party].compared);
        for (int state = 0; state < STATES; state++)
            key_add_ends(&key, counterparts->edges[state], counterparts->list[party].node[state], leaving);
        classes->of[party] = intern_add(&keys, (const char *)key.list, key.count * sizeof *key.list);
    }
    classes->count = keys.count;
    list_members(classes, counterparts->count);
    intern_free(&keys);
    free(key.list);
}

/* Users and roles that are in one class both as callers and as roles are interchangeable. */
static void classify_alike(struct hop_changes *changes)
{
    struct intern keys = {.count = 0};
    const struct counterparts *counterparts = changes->counterparts;
    changes->alike.of = memory_zeroed((size_t)counterparts->count + 1, sizeof *changes->alike.of);
    for (uint32_t party = 0; party < counterparts->count; party++) {
        const uint32_t key[] = {changes->sources.of[party], changes->targets.of[party]};
        changes->alike.of[party] = intern_add(&keys, (const char *)key, sizeof key);
    }
    changes->alike.count = keys.count;
    list_members(&changes->alike, counterparts->count);
    intern_free(&keys);
}

/* ---- edges that cancel */

/* An edge in terms of both states. */
struct named_edge {
    uint32_t from, to, breadth; /* numbers of ends */
    constraint residual;
    bool assigned;
    uint32_t state, edge;
};

/* Of both states. */
struct hop_changes_work {
    struct intern ends;      /* members of groups, by party */
    uint32_t *named[STATES]; /* per place of an end: its number + 1 */
    struct named_edge *edges;
    size_t edge_count, edge_room;
    uint32_t *blocks[STATES][2];            /* per place of an end: where its list of classes begins, + 1 */
    uint32_t *lists, list_count, list_room; /* the length of each list, then its classes */
    uint32_t *stamps[2], stamp;             /* per class */
    uint32_t room;                          /* room of hop_changes.list */
};

/* The number of an end, equal in both states if all its members are the same. */
static uint32_t name_end(struct hop_changes *changes, int state, edge_end end)
{
    struct hop_changes_work *work = changes->work;
    const struct edges *edges = changes->counterparts->edges[state];
    uint32_t *known = &work->named[state][edges_place(edges, end)], count;
    if (*known != 0)
        return *known;
    const uint32_t *members = edges_members(edges, &end, &count);
    uint32_t *parties = memory_get(((size_t)count + 1) * sizeof *parties), kept = 0;
    for (uint32_t i = 0; i < count; i++)
        if (changes->counterparts->within[state][members[i]])
            parties[kept++] = changes->counterparts->of[state][members[i]];
    order_sort_numbers(parties, kept);
    *known = 1 + intern_add(&work->ends, (const char *)parties, kept * sizeof *parties);
    free(parties);
    return *known;
}

/* Sessions of an assignment are not the same as those of an entitlement. */
static bool is_assigned(const struct edge *edge)
{
    return edge->how != NULL && edge_is_assignment(edge);
}

static int compare_named(const void *a, const void *b)
{
    const struct named_edge *x = a, *y = b;
    const uint32_t one[] = {x->from, x->to, x->breadth, x->residual, x->assigned, x->state, x->edge},
                   other[] = {y->from, y->to, y->breadth, y->residual, y->assigned, y->state, y->edge};
    for (size_t i = 0; i < sizeof one / sizeof one[0]; i++)
        if (one[i] != other[i])
            return one[i] < other[i] ? -1 : 1;
    return 0;
}

static bool is_same_edge(const struct named_edge *a, const struct named_edge *b)
{
    return a->from == b->from && a->to == b->to && a->breadth == b->breadth && a->residual == b->residual &&
           a->assigned == b->assigned;
}

static void name_edges(struct hop_changes *changes)
{
    struct hop_changes_work *work = changes->work;
    for (int state = 0; state < STATES; state++) {
        const struct edges *edges = changes->counterparts->edges[state];
        for (uint32_t i = 0; i < edges->edge_count; i++) {
            const struct edge *edge = &edges->edges[i];
            struct named_edge named = {.from = name_end(changes, state, edge->from),
                                       .to = name_end(changes, state, edge->to),
                                       .breadth = edges_breadth(edges, edge),
                                       .residual = edge->residual,
                                       .assigned = is_assigned(edge),
                                       .state = (uint32_t)state,
                                       .edge = i};
            ARRAY_ADD(work->edges, work->edge_count, work->edge_room, named);
        }
    }
}

/* Keeps the edges that only one state has. */
static void cancel(struct hop_changes_work *work)
{
    size_t kept = 0;
    if (work->edge_count > 1)
        qsort(work->edges, work->edge_count, sizeof *work->edges, compare_named);
    for (size_t first = 0, last; first < work->edge_count; first = last) {
        bool old = false, new = false;
        for (last = first; last < work->edge_count && is_same_edge(&work->edges[first], &work->edges[last]); last++) {
            old = old || work->edges[last].state == STATE_OLD;
            new = new || work->edges[last].state == STATE_NEW;
        }
        for (size_t i = first; i < last && !(old && new); i++)
            work->edges[kept++] = work->edges[i];
    }
    work->edge_count = kept;
}

/* ---- the remaining edges, between classes */

/* The classes of the end's members: a length, then the classes. */
static const uint32_t *classes_of(struct hop_changes *changes, int state, edge_end end, bool leaving)
{
    struct hop_changes_work *work = changes->work;
    const struct counterparts *counterparts = changes->counterparts;
    const struct edges *edges = counterparts->edges[state];
    const uint32_t *of = leaving ? changes->sources.of : changes->targets.of;
    uint32_t *known = &work->blocks[state][leaving][edges_place(edges, end)], count, *stamps = work->stamps[leaving];
    if (*known != 0)
        return work->lists + (*known - 1);
    const uint32_t *members = edges_members(edges, &end, &count);
    uint32_t begin = work->list_count;
    *known = begin + 1;
    work->stamp++;
    ARRAY_ADD(work->lists, work->list_count, work->list_room, 0);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t party = counterparts->of[state][members[i]];
        if (!counterparts->list[party].compared || stamps[of[party]] == work->stamp)
            continue;
        stamps[of[party]] = work->stamp;
        ARRAY_ADD(work->lists, work->list_count, work->list_room, of[party]);
        work->lists[begin]++;
    }
    return work->lists + begin;
}

static uint64_t hash_of(uint32_t from, uint32_t to)
{
    return hash_number((uint64_t)from << 32 | to);
}

static const struct hop_change *find(const struct hop_changes *changes, uint32_t from, uint32_t to)
{
    struct hash_probe probe = hash_index_probe(hash_of(from, to));
    for (uint32_t number; (number = hash_index_next(&changes->index, &probe)) != HASH_INDEX_NONE;)
        if (changes->list[number].from == from && changes->list[number].to == to)
            return &changes->list[number];
    return NULL;
}

static void look_between(const struct counterparts *counterparts, int state, uint32_t from, uint32_t to,
                         struct hop_change *change)
{
    uint32_t source = counterparts->list[from].node[state], target = counterparts->list[to].node[state];
    const struct edge *edge =
        source != MODEL_NONE && target != MODEL_NONE ? edges_between(counterparts->edges[state], source, target) : NULL;
    change->residual[state] = edge != NULL ? edge->residual : CONSTRAINT_FALSE;
    change->assigned[state] = edge != NULL && is_assigned(edge);
}

/* Every pair of classes is decided once; unchanged ones are removed at the end. */
static void decide(struct hop_changes *changes, uint32_t from, uint32_t to)
{
    if (find(changes, from, to) != NULL)
        return;
    struct hop_change change = {.from = from, .to = to};
    uint32_t source = changes->sources.members[changes->sources.first[from]],
             target = changes->targets.members[changes->targets.first[to]];
    for (int state = 0; state < STATES; state++)
        look_between(changes->counterparts, state, source, target, &change);
    hash_index_add(&changes->index, hash_of(from, to), changes->count);
    ARRAY_ADD(changes->list, changes->count, changes->work->room, change);
}

static void decide_rest(struct hop_changes *changes)
{
    struct hop_changes_work *work = changes->work;
    for (size_t i = 0; i < work->edge_count; i++) {
        int state = (int)work->edges[i].state;
        const struct edge *edge = &changes->counterparts->edges[state]->edges[work->edges[i].edge];
        classes_of(changes, state, edge->from, true);
        const uint32_t *to = classes_of(changes, state, edge->to, false),
                       *from = classes_of(changes, state, edge->from, true);
        for (uint32_t j = 1; j <= from[0]; j++)
            for (uint32_t k = 1; k <= to[0]; k++)
                decide(changes, from[j], to[k]);
    }
}

static void drop_same(struct hop_changes *changes)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < changes->count; i++)
        if (changes->list[i].residual[STATE_OLD] != changes->list[i].residual[STATE_NEW] ||
            changes->list[i].assigned[STATE_OLD] != changes->list[i].assigned[STATE_NEW])
            changes->list[kept++] = changes->list[i];
    changes->count = kept;
    hash_index_clear(&changes->index);
    for (uint32_t i = 0; i < kept; i++)
        hash_index_add(&changes->index, hash_of(changes->list[i].from, changes->list[i].to), i);
}

static void work_open(struct hop_changes *changes)
{
    struct hop_changes_work *work = changes->work = memory_zeroed(1, sizeof *work);
    for (int state = 0; state < STATES; state++) {
        const struct edges *edges = changes->counterparts->edges[state];
        size_t places = (size_t)edges->node_count + edges->group_count + 1;
        work->named[state] = memory_zeroed(places, sizeof(uint32_t));
        work->blocks[state][false] = memory_zeroed(places, sizeof(uint32_t));
        work->blocks[state][true] = memory_zeroed(places, sizeof(uint32_t));
    }
    work->stamps[false] = memory_zeroed((size_t)changes->targets.count + 1, sizeof(uint32_t));
    work->stamps[true] = memory_zeroed((size_t)changes->sources.count + 1, sizeof(uint32_t));
}

static void work_close(struct hop_changes_work *work)
{
    for (int state = 0; state < STATES; state++) {
        free(work->named[state]);
        free(work->blocks[state][false]);
        free(work->blocks[state][true]);
        free(work->stamps[state]);
    }
    intern_free(&work->ends);
    free(work->edges);
    free(work->lists);
    free(work);
}

void hop_changes_find(struct hop_changes *changes, const struct counterparts *counterparts)
{
    *changes = (struct hop_changes){.counterparts = counterparts};
    classify(counterparts, &changes->sources, true);
    classify(counterparts, &changes->targets, false);
    classify_alike(changes);
    work_open(changes);
    name_edges(changes);
    cancel(changes->work);
    decide_rest(changes);
    drop_same(changes);
    work_close(changes->work);
    changes->work = NULL;
}

void hop_changes_free(struct hop_changes *changes)
{
    party_classes_free(&changes->sources);
    party_classes_free(&changes->targets);
    party_classes_free(&changes->alike);
    hash_index_free(&changes->index);
    free(changes->list);
    *changes = (struct hop_changes){.count = 0};
}

const struct hop_change *hop_changes_get(const struct hop_changes *changes, uint32_t from, uint32_t to)
{
    return find(changes, changes->sources.of[from], changes->targets.of[to]);
}
