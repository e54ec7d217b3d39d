/*
 * Control edges of random worlds against naive_control.h, pair by pair: which there are, under which conditions. Then
 * what chains and exposure make of the groups that they run between, against hops from node to node.
 *
 * ROLECHAIN_RANDOM_COUNT worlds from ROLECHAIN_RANDOM_SEED, beginning with number ROLECHAIN_RANDOM_FIRST. A failure
 * prints the smallest world found that fails too.
 */
#include "graph/chains/chains.h"
#include "graph/chains/exposure.h"
#include "graph/control/control_edges.h"
#include "ingest/support/memory.h"
#include "ingest/support/text.h"
#include "tests/graph/control/naive_control.h"
#include "tests/graph/random/control_world.h"
#include "tests/support/edge_world.h"
#include "tests/support/testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEFAULT_COUNT 60u
#define DEFAULT_SEED 20260101u

static uint64_t told[EDGE_TAKE_OVER + 1];

/* The edge of the program; narrow ones come first. */
static const struct edge *edge_of(const struct edges *edges, uint32_t from, uint32_t to, enum edge_kind kind)
{
    struct hop_cursor cursor;
    struct hop hop;
    hop_cursor_begin(&cursor, edges, from);
    while (hop_cursor_next(&cursor, &hop))
        if (hop.to == to && edges->edges[hop.edge].kind == kind)
            return &edges->edges[hop.edge];
    return NULL;
}

static bool is_same(struct constraint_pool *pool, const struct edge *edge, constraint expected)
{
    constraint found = edge != NULL ? edge->residual : CONSTRAINT_FALSE;
    bool sure = edge != NULL && edge->verdict == VERDICT_ALLOWED;
    if ((edge == NULL) != (expected == CONSTRAINT_FALSE))
        return false;
    if (edge == NULL)
        return true;
    return sure == (constraint_valid(pool, expected) == CONSTRAINT_YES) &&
           constraint_implies(pool, found, expected) != CONSTRAINT_NO &&
           constraint_implies(pool, expected, found) != CONSTRAINT_NO;
}

static void tell(struct text *story, struct constraint_pool *pool, const char *whose, constraint formula)
{
    json_t *words = constraint_words(pool, formula), *word;
    size_t i;
    text_format(story, " %s", whose);
    json_array_foreach(words, i, word) text_format(story, "%s%s", i == 0 ? " if " : " and ", json_string_value(word));
    text_append_char(story, '\n');
    json_decref(words);
}

/* ---- chains */

/* Pairs of nodes, row by row. */
struct pairs {
    uint32_t count;
    bool *may, *surely; /* over some hops: any, or hops without conditions, of users and roles alone */
};

static void close_over(bool *pairs, uint32_t count)
{
    for (uint32_t over = 0; over < count; over++)
        for (uint32_t from = 0; from < count; from++)
            for (uint32_t to = 0; pairs[from * count + over] && to < count; to++)
                pairs[from * count + to] = pairs[from * count + to] || pairs[over * count + to];
}

/* By hops from node to node; *direct: of those into the role. */
static struct pairs list_pairs(const struct edges *edges, uint32_t *direct)
{
    struct pairs pairs = {.count = edges->node_count};
    size_t size = (size_t)pairs.count * pairs.count;
    pairs.may = memory_zeroed(size, sizeof *pairs.may);
    pairs.surely = memory_zeroed(size, sizeof *pairs.surely);
    for (uint32_t from = 0; from < pairs.count; from++) {
        struct hop_cursor cursor;
        struct hop hop;
        hop_cursor_begin(&cursor, edges, from);
        while (hop_cursor_next(&cursor, &hop)) {
            bool *may = &pairs.may[from * pairs.count + hop.to], *surely = &pairs.surely[from * pairs.count + hop.to];
            direct[hop.to] += !*may && from != hop.to;
            *may = true;
            *surely = *surely ||
                      (edges->edges[hop.edge].verdict == VERDICT_ALLOWED && edges->nodes[from].principal != MODEL_NONE);
        }
    }
    close_over(pairs.may, pairs.count);
    close_over(pairs.surely, pairs.count);
    return pairs;
}

static bool note_caller(const struct chain *chain, void *context)
{
    bool *callers = context;
    callers[chain->hops[0].from] = true;
    return true;
}

/* Whether the chains to the node begin where pairs say that they may, and wherever they say that they surely do. */
static bool chains_hold(const struct edges *edges, const struct pairs *pairs, uint32_t to)
{
    const struct chain_limits limits = {0};
    bool *callers = memory_zeroed(pairs->count, sizeof *callers), good = true;
    chains_who_can(edges, to, &limits, note_caller, callers);
    for (uint32_t from = 0; from < pairs->count; from++) {
        bool may = pairs->may[from * pairs->count + to], surely = pairs->surely[from * pairs->count + to];
        good = good && (from == to || ((!callers[from] || may) && (!surely || callers[from])));
    }
    free(callers);
    return good;
}

/* Whether chains and exposure over the edges between groups say what hops from node to node say. */
static bool groups_hold(const struct edges *edges, struct text *story)
{
    uint32_t *direct = memory_zeroed(edges->node_count, sizeof *direct);
    struct exposure *exposure = memory_zeroed(edges->node_count, sizeof *exposure);
    struct pairs pairs = list_pairs(edges, direct);
    bool good = true;
    exposure_count(edges, NULL, exposure);
    for (uint32_t to = 0; good && to < edges->model->principal_count; to++) {
        uint32_t most = 0;
        for (uint32_t from = 0; from < pairs.count; from++)
            most += from != to && pairs.may[from * pairs.count + to];
        good = exposure[to].direct == direct[to] && exposure[to].at_most == most && chains_hold(edges, &pairs, to);
        if (!good)
            text_format(story, "%s: %u directly, %u at most; by pairs %u, %u; or its chains\n",
                        edges->model->principals[to].arn, exposure[to].direct, exposure[to].at_most, direct[to], most);
    }
    free(pairs.may);
    free(pairs.surely);
    free(exposure);
    free(direct);
    return good;
}

/* ---- worlds */

/* Whether the world's edges are the expected ones; else one that is not. */
static bool holds(const char *lines, struct text *story)
{
    struct edge_world world;
    edge_world_open_in_turn(&world, lines);
    const struct model *model = world.model;
    struct naive naive = {.model = model, .pool = world.pool, .evaluator = evaluator_new(model, world.pool)};
    bool good = true;
    control_edges_add(world.edges);
    for (uint32_t from = 0; good && from < model->principal_count; from++)
        for (uint32_t to = 0; good && to < model->principal_count; to++)
            for (enum edge_kind kind = EDGE_EDIT_TRUST; good && kind <= EDGE_TAKE_OVER; kind++) {
                const struct edge *edge = edge_of(world.edges, from, to, kind);
                constraint expected = naive_edge(&naive, from, to, kind);
                told[kind] += edge != NULL;
                good = is_same(world.pool, edge, expected);
                if (good)
                    continue;
                text_format(story, "%s %s %s\n", model->principals[from].arn, edge_kind_word(kind),
                            model->principals[to].arn);
                tell(story, world.pool, "found", edge != NULL ? edge->residual : CONSTRAINT_FALSE);
                tell(story, world.pool, "expected", expected);
            }
    good = good && groups_hold(world.edges, story);
    evaluator_free(naive.evaluator);
    arena_free(&naive.arena);
    edge_world_close(&world);
    return good;
}

static void control_is_what_pairs_say(void **state)
{
    (void)state;
    uint64_t count = control_worlds_ask(DEFAULT_COUNT, DEFAULT_SEED, holds);
    print_message("%llu worlds:", (unsigned long long)count);
    for (enum edge_kind kind = EDGE_EDIT_TRUST; kind <= EDGE_TAKE_OVER; kind++)
        print_message(" %llu %s", (unsigned long long)told[kind], edge_kind_word(kind));
    print_message("\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(control_is_what_pairs_say)};
    return cmocka_run_group_tests(tests, NULL, edge_world_end);
}
