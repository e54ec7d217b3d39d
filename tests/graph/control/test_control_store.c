/*
 * Control edges that were stored are those that were found, and what is not as it was stored is not read.
 */
#include "graph/control/control_edges.h"
#include "graph/control/control_store.h"
#include "graph/edges/edges_read.h"
#include "ingest/store/query.h"
#include "ingest/support/memory.h"
#include "ingest/support/text.h"
#include "tests/graph/control/same_edges.h"
#include "tests/graph/random/control_world.h"
#include "tests/support/edge_world.h"
#include "tests/support/testing.h"
#include <stdlib.h>
#include <string.h>

#define DEFAULT_COUNT 300
#define DEFAULT_SEED 13

static uint64_t stored_rows, found_edges, forms;

/* Of the world, stored: world->edges have the control edges from now on. */
static void store_all(struct edge_world *world)
{
    edges_store(world->edges, world->model->store);
    assert_false(control_edges_stored(world->model->store));
    control_edges_add(world->edges);
    control_edges_store(world->edges, world->model->store);
    assert_null(store_error(world->model->store));
}

/* The edges as they are stored; NULL: the control edges cannot be read. */
static struct edges *read_all(struct edge_world *world)
{
    struct edges *read = edges_restore(world->model, world->pool, world->edges->now, world->model->store);
    assert_non_null(read);
    uint32_t count = read->edge_count, groups = read->group_count;
    if (control_edges_restore(read, world->model->store))
        return read;
    assert_int_equal(read->edge_count, count);
    assert_int_equal(read->group_count, groups);
    assert_false(read->with_control);
    edges_free(read);
    return NULL;
}

static void count_up(const struct edge_world *world)
{
    stored_rows += (uint64_t)store_number(world->model->store, "SELECT count(*) FROM control_edge");
    forms +=
        (uint64_t)store_number(world->model->store, "SELECT count(*) FROM residual WHERE conditions LIKE '%{role}%'");
    for (uint32_t i = 0; i < world->edges->edge_count; i++)
        found_edges += world->edges->edges[i].kind != EDGE_ASSUME;
}

static bool holds(const char *lines, struct text *story)
{
    struct edge_world world;
    edge_world_open_in_turn(&world, lines);
    store_all(&world);
    assert_true(control_edges_stored(world.model->store));
    struct edges *read = read_all(&world);
    if (read == NULL)
        text_append_string(story, "what was stored cannot be read\n");
    bool good = read != NULL && same_edges(world.edges, read, story);
    count_up(&world);
    edges_free(read);
    edge_world_close(&world);
    return good;
}

static void what_is_stored_is_read(void **state)
{
    (void)state;
    uint64_t count = control_worlds_ask(DEFAULT_COUNT, DEFAULT_SEED, holds);
    print_message("%llu worlds: %llu edges in %llu rows, %llu forms\n", (unsigned long long)count,
                  (unsigned long long)found_edges, (unsigned long long)stored_rows, (unsigned long long)forms);
    assert_true(found_edges > stored_rows && forms > 0);
}

/* Two functions' roles, which one who updates functions takes over; and who does anything. */
static const char two_functions[] = "user A/developer\n may allow lambda:UpdateFunctionCode on *\n"
                                    "user A/admin\n may allow * on *\n"
                                    "user A/bob\n may allow * on *\n"
                                    "role A/one\n trust allow sts:AssumeRole from service:lambda.amazonaws.com\n"
                                    "role A/other\n trust allow sts:AssumeRole from service:lambda.amazonaws.com\n";

static void roles_of_a_service_are_one_row(void **state)
{
    struct edge_world world;
    (void)state;
    edge_world_open(&world, two_functions);
    store_all(&world);
    static const char of_developer[] =
        "FROM control_edge e JOIN principal p ON p.id = e.source WHERE p.name = 'developer'";
    char *sql = memory_print("SELECT count(*) %s", of_developer);
    assert_int_equal(store_number(world.model->store, sql), 1);
    free(sql);
    assert_int_equal(
        store_number(
            world.model->store,
            "SELECT count(*) FROM controllable WHERE principal LIKE '%:user/developer' AND way = "
            "'take-over' AND verdict = 'conditional' AND conditions LIKE '%a function runs with "
            "role ' || (SELECT id FROM account LIMIT 1) || '/' || substr(target, instr(target, '/') + 1) || '\"%'"),
        2);
    edge_world_close(&world);
}

/* Nothing is read of what is not as it was stored. */
static void damage_is_seen(void **state)
{
    static const char *const damages[] = {
        "DELETE FROM control_way",
        "UPDATE control_way SET kind = 'assume'",
        "UPDATE control_way SET kind = 'edit-trust'",
        "UPDATE control_edge SET residual = 1000000",
        "UPDATE control_edge SET residual = -1",
        "UPDATE control_edge SET way = way + 1000",
        "UPDATE control_edge SET source = source + 1000000",
        "UPDATE control_edge SET target = target - 1000000",
        "DELETE FROM control_member",
        "UPDATE residual SET formula = 'nothing' || id",
        "INSERT INTO control_edge SELECT target, source, way, residual FROM control_edge WHERE target < 0",
    };
    (void)state;
    for (size_t i = 0; i < sizeof damages / sizeof damages[0]; i++) {
        struct edge_world world;
        edge_world_open(&world, two_functions);
        store_execute(world.model->store, "PRAGMA foreign_keys = OFF");
        store_all(&world);
        struct edges *whole = read_all(&world);
        assert_non_null(whole);
        edges_free(whole);
        assert_true(store_execute(world.model->store, damages[i]));
        struct edges *read = edges_compute(world.model, world.pool, world.edges->now);
        if (control_edges_restore(read, world.model->store))
            fail_msg("%s", damages[i]);
        assert_false(read->with_control);
        edges_free(read);
        edge_world_close(&world);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_stored_is_read),
        cmocka_unit_test(roles_of_a_service_are_one_row),
        cmocka_unit_test(damage_is_seen),
    };
    return cmocka_run_group_tests(tests, NULL, edge_world_end);
}
