/* Searches and cuts of random graphs against trying everything. */
#include "graph/chains/cut.h"
#include "tests/graph/random/sample.h"
#include "tests/support/testing.h"

#include <stdlib.h>
#include <string.h>

#define VERTICES 12
#define GRAPHS 400

static void make_graph(struct random *random, struct digraph *graph)
{
    uint32_t arcs = 8 + random_below(random, 24);
    *graph = (struct digraph){0};
    for (uint32_t i = 0; i < arcs; i++)
        digraph_add(graph, random_below(random, VERTICES), random_below(random, VERTICES));
    digraph_index(graph, VERTICES);
}

/* The vertices reached from a set without those taken out, both as bits. */
static uint32_t reach(const struct digraph *graph, uint32_t from, uint32_t without, bool backwards)
{
    uint32_t reached = from & ~without, before = 0;
    while (reached != before) {
        before = reached;
        for (uint32_t i = 0; i < graph->arc_count; i++) {
            uint32_t tail = backwards ? graph->head[i] : graph->tail[i];
            uint32_t head = backwards ? graph->tail[i] : graph->head[i];
            if ((reached >> tail & 1) != 0 && (without >> head & 1) == 0)
                reached |= 1u << head;
        }
    }
    return reached;
}

static void arcs_are_sorted(void **state)
{
    struct random random = {7};
    (void)state;
    for (uint32_t n = 0; n < 20; n++) {
        struct digraph graph;
        uint32_t seen = 0;
        make_graph(&random, &graph);
        for (uint32_t v = 0; v < VERTICES; v++) {
            for (uint32_t i = graph.out_first[v]; i < graph.out_first[v + 1]; i++)
                assert_int_equal(graph.tail[i], v);
            for (uint32_t i = graph.in_first[v]; i < graph.in_first[v + 1]; i++, seen++)
                assert_int_equal(graph.head[graph.in_arcs[i]], v);
        }
        assert_int_equal(seen, graph.arc_count);
        digraph_free(&graph);
    }
}

static void what_is_lost(void **state)
{
    struct random random = {11};
    uint32_t losses = 0;
    (void)state;
    for (uint32_t n = 0; n < GRAPHS; n++) {
        struct digraph graph;
        struct support support;
        bool backwards = n % 2 == 0;
        uint32_t roots[] = {0, 1}, removed[3], without = 0, lost = 0;
        make_graph(&random, &graph);
        support_open(&support, &graph, backwards, roots, 2);
        for (uint32_t round = 0; round < 4; round++) {
            without = lost = 0;
            for (uint32_t i = 0; i < 3; i++) {
                removed[i] = 2 + random_below(&random, VERTICES - 2);
                without |= 1u << removed[i];
            }
            support_lose(&support, removed, 1 + round % 3);
            if (round % 3 < 2)
                without = 1u << removed[0] | (round % 3 == 1 ? 1u << removed[1] : 0);
            for (uint32_t i = 0; i < support.lost_count; i++) {
                assert_int_equal(lost >> support.lost[i] & 1, 0);
                lost |= 1u << support.lost[i];
            }
            assert_int_equal(lost, reach(&graph, 3, 0, backwards) & ~reach(&graph, 3, without, backwards));
            losses += support.lost_count;
        }
        support_close(&support);
        digraph_free(&graph);
    }
    assert_true(losses > GRAPHS);
}

static uint64_t cost(const uint64_t *capacity, uint32_t set)
{
    uint64_t sum = 0;
    for (uint32_t v = 0; v < VERTICES; v++)
        if ((set >> v & 1) != 0) {
            if (capacity[v] == CUT_UNLIMITED)
                return CUT_UNLIMITED;
            sum += capacity[v];
        }
    return sum;
}

static void smallest_cuts(void **state)
{
    struct random random = {13};
    uint32_t possible = 0, several = 0;
    (void)state;
    for (uint32_t n = 0; n < GRAPHS; n++) {
        struct digraph graph;
        struct cut cut;
        uint64_t capacity[VERTICES], best = CUT_UNLIMITED;
        uint32_t sources[] = {1, 2, 3}, from = 14, set = 0, nearest = 0;
        make_graph(&random, &graph);
        for (uint32_t v = 0; v < VERTICES; v++)
            capacity[v] =
                v == 0 || random_chance(&random, 25) ? CUT_UNLIMITED : 1 + random_below(&random, n % 2 * 5 + 1);
        cut_minimum(&graph, capacity, sources, 3, 0, &cut);
        for (uint32_t tried = 0; tried < 1u << VERTICES; tried += 2) {
            uint64_t value = cost(capacity, tried);
            if (value <= best && value != CUT_UNLIMITED && (reach(&graph, from, tried, false) & 1) == 0) {
                /* Of equal ones, that which leaves least on the sink's side. */
                uint32_t side = reach(&graph, 1, tried, true);
                if (value < best || (side & ~reach(&graph, 1, nearest, true)) == 0)
                    nearest = tried;
                best = value;
            }
        }
        assert_int_equal(cut.possible, best != CUT_UNLIMITED);
        for (uint32_t i = 0; i < cut.count; i++)
            set |= 1u << cut.vertices[i];
        if (cut.possible) {
            assert_int_equal(cut.value, best);
            assert_int_equal(cost(capacity, set), best);
            assert_int_equal(reach(&graph, from, set, false) & 1, 0);
            assert_int_equal(reach(&graph, 1, set, true), reach(&graph, 1, nearest, true));
        }
        possible += cut.possible && best > 0;
        several += cut.count > 1;
        cut_free(&cut);
        digraph_free(&graph);
    }
    assert_true(possible > 50 && several > 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arcs_are_sorted),
        cmocka_unit_test(what_is_lost),
        cmocka_unit_test(smallest_cuts),
    };
    return cmocka_run_group_tests_name("cut", tests, NULL, NULL);
}
