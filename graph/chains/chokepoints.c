#include "graph/chains/chokepoints.h"

#include "graph/chains/cut.h"
#include "ingest/support/memory.h"
#include <stdlib.h>
#include <string.h>

/* The ranking, and the search for unneeded statements of the cut, stop after this many arcs. */
#define STEPS_OF_RANKING 500000000u
#define STEPS_OF_PRUNING 500000000u

/* Parts of one removable share this capacity. */
#define SHARED_CAPACITY ((uint64_t)1 << 32)

struct work {
    const struct edges *edges;
    const struct chokepoints_question *question;
    struct chokepoints *result;
    struct statement_graph statements;
    struct support back, forth; /* towards the sink; from the sources */
    uint8_t *role_of_vertex;    /* flags, see below */
    uint32_t *sources, source_count;
};

enum { COUNTED = 1, SOURCE = 2, TARGET = 4 };

static void classify(struct work *work)
{
    const struct statement_graph *statements = &work->statements;
    uint32_t vertices = statements->graph.vertex_count;
    work->role_of_vertex = memory_zeroed(vertices, 1);
    work->sources = memory_zeroed(vertices, sizeof *work->sources);
    for (uint32_t i = 0; i < vertices; i++) {
        uint32_t node = statements->node_of[i];
        if (node == MODEL_NONE)
            continue;
        if (work->question->targets[node])
            work->role_of_vertex[i] = TARGET;
        else if (!work->question->excluded[node])
            work->role_of_vertex[i] = work->question->sources[node] ? COUNTED | SOURCE : COUNTED;
        if ((work->role_of_vertex[i] & SOURCE) != 0)
            work->sources[work->source_count++] = i;
    }
}

static void count_flags(const struct work *work, const uint32_t *vertices, uint32_t count, uint32_t *principals,
                        uint32_t *sources, uint32_t *targets)
{
    *principals = *sources = *targets = 0;
    for (uint32_t i = 0; i < count; i++) {
        *principals += (work->role_of_vertex[vertices[i]] & COUNTED) != 0;
        *sources += (work->role_of_vertex[vertices[i]] & SOURCE) != 0;
        *targets += (work->role_of_vertex[vertices[i]] & TARGET) != 0;
    }
}

/* The effect of removing one removable alone; for targets only on demand. */
static struct chokepoint alone(struct work *work, uint32_t removable, bool targets)
{
    const struct statement_graph *statements = &work->statements;
    const uint32_t *parts = statements->parts + statements->part_first[removable];
    uint32_t count = statements->part_first[removable + 1] - statements->part_first[removable], none;
    struct chokepoint point = {.statement = statements->removables[removable]};
    support_lose(&work->back, parts, count);
    count_flags(work, work->back.lost, work->back.lost_count, &point.principals, &point.sources, &none);
    if (targets) {
        support_lose(&work->forth, parts, count);
        count_flags(work, work->forth.lost, work->forth.lost_count, &none, &none, &point.targets);
    }
    return point;
}

/* ---- the ranking */

struct ranked {
    uint32_t removable;
    uint64_t bound; /* an upper bound of the principals cut off */
    struct chokepoint point;
};

static int compare_bounds(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;
    if (x->bound != y->bound)
        return x->bound > y->bound ? -1 : 1;
    return (x->removable > y->removable) - (x->removable < y->removable);
}

static int compare_points(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;
    if (x->point.principals != y->point.principals)
        return x->point.principals > y->point.principals ? -1 : 1;
    if (x->point.sources != y->point.sources)
        return x->point.sources > y->point.sources ? -1 : 1;
    return (x->removable > y->removable) - (x->removable < y->removable);
}

/* Whoever loses its last way without a removable is below one of the removable's parts in the tree. */
static struct ranked *bound_all(struct work *work)
{
    const struct statement_graph *statements = &work->statements;
    uint64_t *weights = memory_zeroed(statements->graph.vertex_count, sizeof *weights);
    struct ranked *list = memory_zeroed(statements->removable_count, sizeof *list);
    for (uint32_t i = 0; i < statements->graph.vertex_count; i++)
        weights[i] = (work->role_of_vertex[i] & COUNTED) != 0 ? 1 : 0;
    support_add_up(&work->back, weights);
    for (uint32_t i = 0; i < statements->removable_count; i++) {
        list[i].removable = i;
        for (uint32_t j = statements->part_first[i]; j < statements->part_first[i + 1]; j++)
            if (work->back.parent[statements->parts[j]] != DIGRAPH_NONE)
                list[i].bound += weights[statements->parts[j]];
    }
    free(weights);
    qsort(list, statements->removable_count, sizeof *list, compare_bounds);
    return list;
}

/* Computes those with the greatest bounds first; once no bound exceeds the worst of the best found, the ranking is
 * complete. */
static void rank(struct work *work)
{
    struct chokepoints *result = work->result;
    uint32_t count = work->statements.removable_count, kept = 0;
    uint32_t top = work->question->top > 0 && work->question->top < count ? work->question->top : count;
    struct ranked *list = bound_all(work);
    result->ranking_complete = true;
    for (uint32_t i = 0; i < count && top > 0; i++) {
        struct ranked next = list[i];
        if (next.bound == 0 || (kept == top && next.bound < list[kept - 1].point.principals))
            break;
        if (work->back.steps > STEPS_OF_RANKING) {
            result->ranking_complete = false;
            break;
        }
        next.point = alone(work, next.removable, false);
        if (next.point.principals == 0 || (kept == top && compare_points(&next, &list[kept - 1]) > 0))
            continue;
        uint32_t at = kept < top ? kept++ : kept - 1;
        for (; at > 0 && compare_points(&next, &list[at - 1]) < 0; at--)
            list[at] = list[at - 1];
        list[at] = next;
    }
    result->ranking = memory_zeroed(kept, sizeof *result->ranking);
    for (uint32_t i = 0; i < kept; i++)
        result->ranking[i] = alone(work, list[i].removable, true);
    result->ranked = kept;
    free(list);
}

/* ---- the cut */

/* Removables with a part in the cut; returns how many. */
static uint32_t removables_of(const struct work *work, const struct cut *cut, uint32_t *list)
{
    bool *seen = memory_zeroed(work->statements.removable_count, sizeof *seen);
    uint32_t count = 0;
    for (uint32_t i = 0; i < cut->count; i++)
        seen[work->statements.part_of[cut->vertices[i]]] = true;
    for (uint32_t i = 0; i < work->statements.removable_count; i++)
        if (seen[i])
            list[count++] = i;
    free(seen);
    return count;
}

static void close_removable(const struct work *work, uint32_t removable, bool closed, bool *vertices)
{
    for (uint32_t i = work->statements.part_first[removable]; i < work->statements.part_first[removable + 1]; i++)
        vertices[work->statements.parts[i]] = closed;
}

/* A search that can be continued when vertices open. */
struct flood {
    const struct digraph *graph;
    bool backwards;
    bool *closed, *reached;
    uint32_t *queue, count; /* vertices reached since the last look */
    uint32_t stop;          /* reaching it ends the search; DIGRAPH_NONE: nothing does */
    uint64_t steps;
};

static void flood_open(struct flood *flood, const struct digraph *graph, bool backwards, bool *closed)
{
    *flood = (struct flood){.graph = graph, .backwards = backwards, .closed = closed, .stop = DIGRAPH_NONE};
    flood->reached = memory_zeroed(graph->vertex_count, sizeof *flood->reached);
    flood->queue = memory_zeroed(graph->vertex_count, sizeof *flood->queue);
}

static void flood_close(struct flood *flood)
{
    free(flood->reached);
    free(flood->queue);
}

static void flood_enter(struct flood *flood, uint32_t vertex)
{
    if (!flood->reached[vertex] && !flood->closed[vertex]) {
        flood->reached[vertex] = true;
        flood->queue[flood->count++] = vertex;
    }
}

static void flood_run(struct flood *flood)
{
    const struct digraph *graph = flood->graph;
    const uint32_t *first = flood->backwards ? graph->in_first : graph->out_first;
    for (uint32_t head = 0; head < flood->count; head++) {
        uint32_t vertex = flood->queue[head];
        if (vertex == flood->stop)
            return;
        flood->steps += first[vertex + 1] - first[vertex];
        for (uint32_t i = first[vertex]; i < first[vertex + 1]; i++)
            flood_enter(flood, flood->backwards ? graph->tail[graph->in_arcs[i]] : graph->head[i]);
    }
}

/* Enters a newly opened vertex if a reached vertex leads to it. */
static void flood_reopen(struct flood *flood, uint32_t vertex)
{
    const struct digraph *graph = flood->graph;
    const uint32_t *first = flood->backwards ? graph->out_first : graph->in_first;
    for (uint32_t i = first[vertex]; i < first[vertex + 1]; i++)
        if (flood->reached[flood->backwards ? graph->head[i] : graph->tail[graph->in_arcs[i]]]) {
            flood_enter(flood, vertex);
            return;
        }
}

static void enter_sources(const struct work *work, struct flood *flood)
{
    for (uint32_t i = 0; i < work->source_count; i++)
        flood_enter(flood, work->sources[i]);
    flood_run(flood);
}

/* Whether the sink stays unreachable if the removable is restored. If not, nothing is changed. */
static bool can_be_left_out(const struct work *work, uint32_t removable, struct flood *flood)
{
    flood->count = 0;
    close_removable(work, removable, false, flood->closed);
    for (uint32_t i = work->statements.part_first[removable]; i < work->statements.part_first[removable + 1]; i++)
        flood_reopen(flood, work->statements.parts[i]);
    flood_run(flood);
    if (!flood->reached[work->statements.sink])
        return true;
    for (uint32_t i = 0; i < flood->count; i++)
        flood->reached[flood->queue[i]] = false;
    close_removable(work, removable, true, flood->closed);
    return false;
}

/* Drops what is not needed, starting with the first that can be dropped. */
static void prune(const struct work *work, uint32_t *list, uint32_t *count)
{
    bool *closed = memory_zeroed(work->statements.graph.vertex_count, sizeof *closed);
    struct flood flood;
    uint32_t kept = 0;
    flood_open(&flood, &work->statements.graph, false, closed);
    for (uint32_t i = 0; i < *count; i++)
        close_removable(work, list[i], true, closed);
    enter_sources(work, &flood);
    flood.stop = work->statements.sink;
    for (uint32_t i = 0; i < *count; i++)
        if (flood.steps > STEPS_OF_PRUNING || !can_be_left_out(work, list[i], &flood))
            list[kept++] = list[i];
    *count = kept;
    flood_close(&flood);
    free(closed);
}

/* The smallest cut if every part costs the same, or if the parts of a removable share one cost. */
static void cut_parts(const struct work *work, bool shared, struct cut *cut)
{
    const struct statement_graph *statements = &work->statements;
    uint64_t *capacity = memory_zeroed(statements->graph.vertex_count, sizeof *capacity);
    for (uint32_t i = 0; i < statements->graph.vertex_count; i++) {
        uint32_t of = statements->part_of[i];
        capacity[i] = of == MODEL_NONE ? CUT_UNLIMITED
                      : shared         ? SHARED_CAPACITY / (statements->part_first[of + 1] - statements->part_first[of])
                                       : 1;
    }
    cut_minimum(&statements->graph, capacity, work->sources, work->source_count, statements->sink, cut);
    free(capacity);
}

/* If every part has its own cost, the cut works, but may count two parts of one removable as two removables. With
 * shared costs, its value never exceeds the smallest number of removables, so it bounds how far the first cut is from
 * that. Finding the smallest number itself is hard (minimum label cut). */
static void find_cut(struct work *work, uint32_t *list, uint32_t *count)
{
    const struct statement_graph *statements = &work->statements;
    struct cut plain, shared;
    bool several = false;
    cut_parts(work, false, &plain);
    for (uint32_t i = 0; i < statements->removable_count; i++)
        several = several || statements->part_first[i + 1] - statements->part_first[i] > 1;
    *count = removables_of(work, &plain, list);
    work->result->cut_possible = plain.possible;
    work->result->cut_at_least = *count;
    if (plain.possible && several) {
        uint32_t *other = memory_zeroed(statements->removable_count, sizeof *other);
        cut_parts(work, true, &shared);
        uint32_t other_count = removables_of(work, &shared, other);
        uint64_t least = (shared.value + SHARED_CAPACITY - 1) / SHARED_CAPACITY;
        if (least < *count) {
            prune(work, list, count);
            prune(work, other, &other_count);
        }
        if (other_count < *count) {
            memcpy(list, other, other_count * sizeof *list);
            *count = other_count;
        }
        work->result->cut_at_least = least < *count ? (uint32_t)least : *count;
        cut_free(&shared);
        free(other);
    }
    cut_free(&plain);
}

/* Sorts them: those that cut off most by themselves first; then counts, from the last to the first, who gets access
 * back as each is restored. */
static void tell_apart(struct work *work, const uint32_t *list, uint32_t count)
{
    const struct digraph *graph = &work->statements.graph;
    struct chokepoints *result = work->result;
    struct ranked *order = memory_zeroed(count, sizeof *order);
    bool *closed = memory_zeroed(graph->vertex_count, sizeof *closed);
    struct flood back, forth;
    result->cut = memory_zeroed(count, sizeof *result->cut);
    flood_open(&back, graph, true, closed);
    flood_open(&forth, graph, false, closed);
    for (uint32_t i = 0; i < count; i++) {
        order[i] = (struct ranked){list[i], 0, alone(work, list[i], false)};
        close_removable(work, list[i], true, closed);
    }
    qsort(order, count, sizeof *order, compare_points);
    flood_enter(&back, work->statements.sink);
    flood_run(&back);
    enter_sources(work, &forth);
    for (uint32_t i = count; i-- > 0;) {
        const uint32_t *parts = work->statements.parts + work->statements.part_first[order[i].removable];
        uint32_t part_count = work->statements.part_first[order[i].removable + 1] -
                              work->statements.part_first[order[i].removable],
                 none;
        struct chokepoint *point = &result->cut[i];
        close_removable(work, order[i].removable, false, closed);
        back.count = forth.count = 0;
        for (uint32_t j = 0; j < part_count; j++) {
            flood_reopen(&back, parts[j]);
            flood_reopen(&forth, parts[j]);
        }
        flood_run(&back);
        flood_run(&forth);
        point->statement = work->statements.removables[order[i].removable];
        count_flags(work, back.queue, back.count, &point->principals, &point->sources, &none);
        count_flags(work, forth.queue, forth.count, &none, &none, &point->targets);
    }
    result->cut_count = count;
    flood_close(&back);
    flood_close(&forth);
    free(order);
    free(closed);
}

static void find_smallest_cut(struct work *work)
{
    uint32_t *list = memory_zeroed(work->statements.removable_count, sizeof *list), count = 0;
    find_cut(work, list, &count);
    tell_apart(work, list, count);
    free(list);
}

/* ---- the whole */

void chokepoints_find(const struct edges *edges, const struct chokepoints_question *question,
                      struct chokepoints *chokepoints)
{
    struct work work = {.edges = edges, .question = question, .result = chokepoints};
    uint32_t none;
    *chokepoints = (struct chokepoints){0};
    statement_graph_open(&work.statements, edges, question->targets);
    classify(&work);
    support_open(&work.back, &work.statements.graph, true, &work.statements.sink, 1);
    support_open(&work.forth, &work.statements.graph, false, work.sources, work.source_count);
    count_flags(&work, work.back.order, work.back.count, &chokepoints->principals, &chokepoints->sources,
                &chokepoints->targets);
    count_flags(&work, work.forth.order, work.forth.count, &none, &none, &chokepoints->reached);
    rank(&work);
    find_smallest_cut(&work);
    support_close(&work.back);
    support_close(&work.forth);
    statement_graph_close(&work.statements);
    free(work.role_of_vertex);
    free(work.sources);
}

void chokepoints_free(struct chokepoints *chokepoints)
{
    free(chokepoints->ranking);
    free(chokepoints->cut);
    *chokepoints = (struct chokepoints){0};
}
