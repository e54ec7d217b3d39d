/*
 * The chain that findings show for a reached node.
 */
#include "analyzer/findings/facts/reachability.h"
#include "ingest/support/memory.h"
#include "ingest/support/text.h"
#include "tests/support/edge_world.h"
#include "tests/support/testing.h"

#include <stdlib.h>
#include <string.h>

#define ROLES 80

/* Two hops that nobody can take from one network, and a path of very many hops that anybody can. */
static void write_long_way(struct text *text)
{
    text_append_string(text, "user A/u\n"
                             " may allow sts:AssumeRole on *\n"
                             "role A/short\n"
                             " may allow sts:AssumeRole on *\n"
                             " trust allow sts:AssumeRole from user:A/u if StringEquals aws:SourceVpc vpc-1\n");
    for (int i = 0; i < ROLES; i++) {
        text_format(text, "role A/r%d\n may allow sts:AssumeRole on *\n", i);
        if (i == 0)
            text_append_string(text, " trust allow sts:AssumeRole from user:A/u\n");
        else
            text_format(text, " trust allow sts:AssumeRole from role:A/r%d\n", i - 1);
    }
    text_format(text,
                "role A/t\n"
                " trust allow sts:AssumeRole from role:A/short if StringEquals aws:SourceVpc vpc-2\n"
                " trust allow sts:AssumeRole from role:A/r%d\n",
                ROLES - 1);
}

static void a_chain_is_found_however_long(void **state)
{
    struct text text = {0};
    struct edge_world world;
    struct hop *hops;
    (void)state;
    write_long_way(&text);
    edge_world_open(&world, text.data);
    uint32_t to = edge_world_node(&world, "t");
    bool *sources = memory_zeroed(world.edges->node_count, sizeof *sources);
    sources[edge_world_node(&world, "u")] = true;
    struct reachability reach = {.edges = world.edges};
    reachability_run(&reach, sources);
    assert_int_equal(reach.last[to].from, edge_world_node(&world, "short"));
    assert_int_equal(reachability_chain(&reach, to, &hops), ROLES + 1);
    assert_int_equal(hops[ROLES].to, to);
    free(hops);
    free(sources);
    reachability_close(&reach);
    edge_world_close(&world);
    text_free(&text);
}

/* Two walks at once, then one reusing their arrays: each reaches what it would alone. */
static void walks_leave_nothing_behind(void **state)
{
    struct text text = {0};
    struct edge_world world;
    (void)state;
    write_long_way(&text);
    edge_world_open(&world, text.data);
    uint32_t nodes = world.edges->node_count;
    bool *sources = memory_zeroed(nodes, sizeof *sources);
    struct reach_rooms rooms = {0};
    for (uint32_t from = 0; from < nodes; from += 7) {
        struct reachability alone = {.edges = world.edges}, first = {.edges = world.edges, .rooms = &rooms},
                            second = first;
        memset(sources, true, nodes);
        reachability_run(&first, sources);
        memset(sources, false, nodes);
        sources[from] = true;
        reachability_run(&second, sources);
        reachability_run(&alone, sources);
        assert_int_equal(first.count, nodes);
        assert_int_equal(second.count, alone.count);
        assert_int_equal(second.steps, alone.steps);
        assert_memory_equal(second.last, alone.last, nodes * sizeof *alone.last);
        reachability_close(&first);
        reachability_close(&second);
        reachability_close(&alone);
    }
    assert_int_equal(rooms.count, 2);
    reach_rooms_free(&rooms);
    free(sources);
    edge_world_close(&world);
    text_free(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_chain_is_found_however_long),
        cmocka_unit_test(walks_leave_nothing_behind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
