#include "graph/change/access_changes.h"

#include "graph/chains/role_chaining.h"
#include "ingest/support/array.h"
#include "ingest/support/order.h"
#include <stdlib.h>
#include <string.h>

/* ---- comparing two conditions */

/* Whether everyone who meets one meets the other, possibly in another hop. */
static bool is_met_by(struct constraint_pool *pool, constraint one, constraint other)
{
    if (one == other || one == CONSTRAINT_FALSE || other == CONSTRAINT_TRUE)
        return true;
    if (other == CONSTRAINT_FALSE)
        return false;
    if (constraint_implies(pool, one, other) == CONSTRAINT_YES)
        return true;
    constraint call = chaining_as_one_call(pool, one);
    return constraint_satisfiable(pool, call) == CONSTRAINT_YES &&
           constraint_implies(pool, call, chaining_as_one_call(pool, other)) == CONSTRAINT_YES;
}

struct access_move access_move(struct constraint_pool *pool, constraint old, constraint new)
{
    return (struct access_move){.gained = !is_met_by(pool, new, old), .lost = !is_met_by(pool, old, new)};
}

/* ---- where something may have changed */

struct comparing {
    const struct hop_changes *changes;
    const struct counterparts *counterparts;
    struct constraint_pool *pool;
    bool *begins, *ends; /* per party: chains from it, to it may have changed */
    struct reached {
        constraint residual;
        uint32_t hop_count;
        size_t first;        /* index of the first hop */
    } * reached[STATES];     /* per party at the other end */
    uint32_t *stamps, stamp; /* per party: the party being compared when it was last met */
    uint32_t *met, met_count;
    struct hop *hops[STATES];
    size_t hops_count[STATES], hops_room[STATES];
    int state; /* the state being searched */
    bool towards;
    access_change_visit *each;
    void *context;
};

/* Whether policies, and not only edges, decide what hops may pass on. */
static bool passes_something_on(const struct edges *edges)
{
    for (uint32_t node = edges->model->principal_count; node < edges->node_count; node++)
        if (chaining_begins_laden(edges, node))
            return true;
    return chaining_edges_ask_policies(edges);
}

/* Adds those that hops lead to, or come from, in either state. */
static void spread(const struct counterparts *counterparts, bool *parties,
                   void (*reach)(const struct edges *edges, bool *reached))
{
    for (int state = 0; state < STATES; state++) {
        const struct edges *edges = counterparts->edges[state];
        bool *marks = memory_zeroed((size_t)edges->node_count + 1, sizeof *marks);
        for (uint32_t node = 0; node < edges->node_count; node++)
            marks[node] = parties[counterparts->of[state][node]];
        reach(edges, marks);
        for (uint32_t node = 0; node < edges->node_count; node++)
            parties[counterparts->of[state][node]] |= marks[node];
        free(marks);
    }
}

static void mark_class(const struct party_classes *classes, uint32_t class, bool *parties)
{
    for (uint32_t i = classes->first[class]; i < classes->first[class + 1]; i++)
        parties[classes->members[i]] = true;
}

/* Marks one end of the changed edges, and the touched parties if they count. */
static void mark(const struct hop_changes *changes, const uint32_t *touched, bool leaving, bool *parties)
{
    const struct counterparts *counterparts = changes->counterparts;
    bool passing =
        passes_something_on(counterparts->edges[STATE_OLD]) || passes_something_on(counterparts->edges[STATE_NEW]);
    for (uint32_t i = 0; i < changes->count; i++)
        if (leaving)
            mark_class(&changes->sources, changes->list[i].from, parties);
        else
            mark_class(&changes->targets, changes->list[i].to, parties);
    for (uint32_t party = 0; party < counterparts->count && passing; party++)
        parties[party] = parties[party] || touched[party] != 0;
}

void access_changes_begin(const struct hop_changes *changes, const uint32_t *touched, bool *parties)
{
    mark(changes, touched, true, parties);
    spread(changes->counterparts, parties, chains_reach_backwards);
}

/* ---- one end */

static bool keep(const struct chain *chain, void *context)
{
    struct comparing *work = context;
    int state = work->state;
    uint32_t node = work->towards ? chain->hops[0].from : chain->hops[chain->hop_count - 1].to,
             party = work->counterparts->of[state][node];
    if (work->stamps[party] != work->stamp) {
        work->stamps[party] = work->stamp;
        work->met[work->met_count++] = party;
        work->reached[STATE_OLD][party] = work->reached[STATE_NEW][party] = (struct reached){CONSTRAINT_FALSE, 0, 0};
    }
    work->reached[state][party] = (struct reached){chain->residual, chain->hop_count, work->hops_count[state]};
    ARRAY_RESERVE(work->hops[state], work->hops_count[state] + chain->hop_count, work->hops_room[state]);
    memcpy(work->hops[state] + work->hops_count[state], chain->hops, chain->hop_count * sizeof *chain->hops);
    work->hops_count[state] += chain->hop_count;
    return true;
}

static void compare_pair(struct comparing *work, uint32_t from, uint32_t to, uint32_t met)
{
    struct access_change change = {.group = work->changes->alike.of[from], .party = from, .target = to};
    for (int state = 0; state < STATES; state++) {
        const struct reached *reached = &work->reached[state][met];
        change.residual[state] = reached->residual;
        change.hop_count[state] = reached->hop_count;
        change.hops[state] = work->hops[state] + reached->first;
    }
    if (change.residual[STATE_OLD] == change.residual[STATE_NEW])
        return;
    change.move = access_move(work->pool, change.residual[STATE_OLD], change.residual[STATE_NEW]);
    if (change.move.gained || change.move.lost)
        work->each(&change, work->context);
}

static uint32_t first_of_group(const struct comparing *work, uint32_t group)
{
    return work->changes->alike.members[work->changes->alike.first[group]];
}

static bool group_begins(const struct comparing *work, uint32_t group)
{
    const struct party_classes *alike = &work->changes->alike;
    bool begins = false;
    for (uint32_t i = alike->first[group]; i < alike->first[group + 1]; i++)
        begins = begins || work->begins[alike->members[i]];
    return begins && work->counterparts->list[first_of_group(work, group)].compared;
}

/* For a pair that was asked about by itself. */
static bool keep_of_pair(const struct chain *chain, void *context)
{
    struct comparing *work = context;
    int state = work->state;
    uint32_t from = work->counterparts->of[state][chain->hops[0].from];
    work->reached[state][from] = (struct reached){chain->residual, chain->hop_count, work->hops_count[state]};
    ARRAY_RESERVE(work->hops[state], work->hops_count[state] + chain->hop_count, work->hops_room[state]);
    memcpy(work->hops[state] + work->hops_count[state], chain->hops, chain->hop_count * sizeof *chain->hops);
    work->hops_count[state] += chain->hop_count;
    return true;
}

/* Which callers certainly get there is the same from both ends; which conditional chains are distinguished is not, so
 * the caller's end always decides. */
static void tell_from_caller(struct comparing *work, uint32_t from, uint32_t to)
{
    for (work->state = 0; work->state < STATES; work->state++) {
        const struct chain_limits limits = {.within = work->counterparts->within[work->state]};
        const struct edges *edges = work->counterparts->edges[work->state];
        uint32_t source = work->counterparts->list[from].node[work->state],
                 target = work->counterparts->list[to].node[work->state];
        if (work->reached[work->state][from].residual <= CONSTRAINT_TRUE)
            continue;
        work->reached[work->state][from] = (struct reached){CONSTRAINT_FALSE, 0, 0};
        chains_between(edges, source, target, &limits, keep_of_pair, work);
    }
}

/* All chains from the party, or towards it. */
static void compare_end(struct comparing *work, uint32_t party)
{
    work->stamp++;
    work->met_count = 0;
    for (work->state = 0; work->state < STATES; work->state++) {
        const struct chain_limits limits = {.within = work->counterparts->within[work->state]};
        const struct edges *edges = work->counterparts->edges[work->state];
        uint32_t node = work->counterparts->list[party].node[work->state];
        work->hops_count[work->state] = 0;
        if (node != MODEL_NONE && work->towards)
            chains_who_can(edges, node, NULL, keep, work);
        else if (node != MODEL_NONE)
            chains_reach(edges, node, &limits, keep, work);
    }
    order_sort_numbers(work->met, work->met_count);
    for (uint32_t i = 0; i < work->met_count; i++) {
        uint32_t met = work->met[i];
        if (!work->towards)
            compare_pair(work, party, met, met);
        else if (work->counterparts->list[met].compared && group_begins(work, work->changes->alike.of[met]) &&
                 met == first_of_group(work, work->changes->alike.of[met])) {
            tell_from_caller(work, met, party);
            compare_pair(work, met, party, met);
        }
    }
}

/* ---- all of them */

/* Whether chains pass somebody who is not compared. */
static bool is_in_the_way(const struct counterparts *counterparts, uint32_t party)
{
    const struct counterpart *who = &counterparts->list[party];
    bool exported = false;
    for (int state = 0; state < STATES; state++)
        exported = exported || (who->node[state] != MODEL_NONE &&
                                who->node[state] < counterparts->edges[state]->model->principal_count);
    return exported && !who->compared;
}

/* Fills in the parties to search from, or towards, whichever are fewer. */
static uint32_t list_ends(struct comparing *work, uint32_t *list)
{
    const struct counterparts *counterparts = work->counterparts;
    uint32_t targets = 0, count = 0;
    bool all = true;
    for (uint32_t party = 0; party < counterparts->count; party++) {
        all = all && !is_in_the_way(counterparts, party);
        targets += work->ends[party] && counterparts->list[party].compared;
    }
    for (uint32_t group = 0; group < work->changes->alike.count; group++)
        if (group_begins(work, group))
            list[count++] = first_of_group(work, group);
    /* A search towards a role cannot exclude parties that are not compared. */
    if (!all || count <= targets)
        return count;
    work->towards = true;
    count = 0;
    for (uint32_t party = 0; party < counterparts->count; party++)
        if (work->ends[party] && counterparts->list[party].compared)
            list[count++] = party;
    return count;
}

void access_changes_each(const struct hop_changes *changes, const uint32_t *touched,
                         const struct access_watcher *watcher, access_change_visit *each, void *context)
{
    const struct counterparts *counterparts = changes->counterparts;
    size_t room = (size_t)counterparts->count + 1;
    struct comparing work = {.changes = changes,
                             .counterparts = counterparts,
                             .pool = counterparts->edges[STATE_NEW]->pool,
                             .begins = memory_zeroed(room, sizeof *work.begins),
                             .ends = memory_zeroed(room, sizeof *work.ends),
                             .stamps = memory_zeroed(room, sizeof *work.stamps),
                             .met = memory_zeroed(room, sizeof *work.met),
                             .each = each,
                             .context = context};
    uint32_t *list = memory_zeroed(room, sizeof *list);
    for (int state = 0; state < STATES; state++)
        work.reached[state] = memory_zeroed(room, sizeof *work.reached[state]);
    access_changes_begin(changes, touched, work.begins);
    mark(changes, touched, false, work.ends);
    spread(counterparts, work.ends, chains_reach_forwards);
    uint32_t count = list_ends(&work, list);
    for (uint32_t i = 0; i < count; i++) {
        compare_end(&work, list[i]);
        if (watcher != NULL)
            watcher->step(watcher->context, (uint64_t)i + 1, count);
    }
    for (int state = 0; state < STATES; state++) {
        free(work.reached[state]);
        free(work.hops[state]);
    }
    free(list);
    free(work.begins);
    free(work.ends);
    free(work.stamps);
    free(work.met);
}
