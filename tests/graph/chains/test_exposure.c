/* How many can end up as each role, against what chains say. */
#include "graph/chains/chains.h"
#include "graph/chains/exposure_settle.h"
#include "ingest/support/text.h"
#include "tests/support/edge_world.h"
#include "tests/support/testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct edge_world world;
static struct exposure *exposure;

static void open_world(const char *text)
{
    edge_world_open(&world, text);
    exposure = calloc((size_t)world.edges->node_count + 1, sizeof *exposure);
    assert_non_null(exposure);
    exposure_count(world.edges, NULL, exposure);
}

static void close_world(void)
{
    free(exposure);
    edge_world_close(&world);
}

static const struct exposure *of(const char *name)
{
    for (uint32_t i = 0; i < world.model->principal_count; i++)
        if (strcmp(world.model->principals[i].name, name) == 0)
            return &exposure[i];
    fail_msg("no %s", name);
    return NULL;
}

static void assert_exposure(const char *role, uint32_t direct, uint32_t certain, uint32_t at_most, uint32_t outside)
{
    const struct exposure *found = of(role);
    if (found->direct != direct || found->certain != certain || found->at_most != at_most || found->outside != outside)
        fail_msg("%s: direct %u, certain %u, at most %u, outside %u", role, found->direct, found->certain,
                 found->at_most, found->outside);
}

static void chains_are_counted(void **state)
{
    (void)state;
    open_world("user A/alice\n may allow sts:AssumeRole on *\n"
               "user A/bob\n"
               "role A/r1\n trust allow sts:AssumeRole from user:A/alice,account:D\n"
               " may allow sts:AssumeRole on *\n"
               "role B/r2\n trust allow sts:AssumeRole from role:A/r1\n may allow sts:AssumeRole on role:B/r3\n"
               "role B/r3\n trust allow sts:AssumeRole from root:B\n"
               "role B/nobody\n trust allow sts:AssumeRole from user:A/bob\n");
    /* Whether somebody in D may assume it is D's business. */
    assert_exposure("r1", 2, 2, 2, 1);
    assert_exposure("r2", 1, 2, 3, 1);
    assert_exposure("r3", 1, 3, 4, 1);
    assert_exposure("nobody", 0, 0, 0, 0);
    assert_exposure("bob", 0, 0, 0, 0);
    close_world();
}

/* A role's session has no MFA, so alice does not end up as end: only the upper number may count her. */
static void conditions_make_two_numbers(void **state)
{
    (void)state;
    open_world("user A/alice\n"
               "user A/carol\n"
               "role A/mid\n trust allow sts:AssumeRole from user:A/alice if StringEquals sts:ExternalId one1\n"
               " trust allow sts:AssumeRole from user:A/carol\n"
               "role A/end\n trust allow sts:AssumeRole from role:A/mid\n");
    assert_exposure("mid", 2, 2, 2, 0);
    assert_exposure("end", 1, 2, 3, 0);
    close_world();
}

/* In a circle everybody reaches everybody, and nobody counts himself. */
static void circles(void **state)
{
    (void)state;
    open_world("role A/a\n trust allow sts:AssumeRole from role:A/c,role:A/a\n"
               "role A/b\n trust allow sts:AssumeRole from role:A/a\n"
               "role A/c\n trust allow sts:AssumeRole from role:A/b\n");
    assert_exposure("a", 1, 2, 2, 0);
    assert_exposure("b", 1, 2, 2, 0);
    assert_exposure("c", 1, 2, 2, 0);
    close_world();
}

/* Roles of one set share a search, yet none of them counts itself. */
static void members_of_a_set_leave_themselves_out(void **state)
{
    (void)state;
    open_world("user A/alice\n may allow sts:AssumeRole on *\n"
               "role A/x1\n trust allow sts:AssumeRole from root:A\n may allow sts:AssumeRole on *\n"
               "role A/x2\n trust allow sts:AssumeRole from root:A\n may allow sts:AssumeRole on *\n"
               "role A/x3\n trust allow sts:AssumeRole from root:A\n");
    assert_exposure("x1", 2, 2, 2, 0);
    assert_exposure("x2", 2, 2, 2, 0);
    assert_exposure("x3", 3, 3, 3, 0);
    close_world();
}

/* More roles than fit into one pass, each with ends of its own, and a last circle among them. */
static void more_than_one_pass(void **state)
{
    enum { COUNT = 1100 };
    struct text text = {0};
    char name[16];
    (void)state;
    text_append_string(&text, "user A/first\n");
    for (int i = 0; i < COUNT; i++) {
        text_format(&text, "role A/r%d\n trust allow sts:AssumeRole from ", i);
        if (i == 0)
            text_append_string(&text, "user:A/first\n");
        else if (i == COUNT - 10)
            text_format(&text, "role:A/r%d,role:A/r%d\n", i - 1, COUNT - 1);
        else
            text_format(&text, "role:A/r%d\n", i - 1);
    }
    open_world(text.data);
    for (uint32_t i = 0; i < COUNT; i++) {
        uint32_t before = i < COUNT - 10 ? i + 1 : COUNT;
        snprintf(name, sizeof name, "r%u", i);
        assert_exposure(name, i == COUNT - 10 ? 2 : 1, before, before, 0);
    }
    close_world();
    text_free(&text);
}

static void few_are_looked_at_one_by_one(void **state)
{
    (void)state;
    open_world("user A/alice\n"
               "user A/carol\n"
               "role A/mid\n trust allow sts:AssumeRole from user:A/alice if StringEquals sts:ExternalId one1\n"
               " trust allow sts:AssumeRole from user:A/carol\n"
               "role A/end\n trust allow sts:AssumeRole from role:A/mid\n");
    struct exposure_settling settling = {.edges = world.edges};
    for (uint32_t i = 0; i < world.model->principal_count; i++)
        exposure_settle(&settling, i, &exposure[i]);
    assert_int_equal(settling.looked, 2); /* mid for who needs no condition */
    assert_int_equal(of("mid")->always, 1);
    assert_int_equal(of("end")->always, 2);
    assert_exposure("end", 1, 3, 3, 0);
    exposure_settling_free(&settling);
    bool *wanted = calloc((size_t)world.edges->node_count + 1, sizeof *wanted);
    assert_non_null(wanted);
    wanted[of("mid") - exposure] = true;
    exposure_count(world.edges, wanted, exposure);
    assert_exposure("mid", 2, 2, 2, 0);
    assert_exposure("end", 0, 0, 0, 0);
    free(wanted);
    close_world();
}

/* Once the steps are spent, numbers stay the two that they were. */
static void steps_end(void **state)
{
    (void)state;
    open_world("user A/alice\n"
               "user A/carol\n"
               "role A/mid\n trust allow sts:AssumeRole from user:A/alice if StringEquals sts:ExternalId one1\n"
               " trust allow sts:AssumeRole from user:A/carol\n"
               "role A/end\n trust allow sts:AssumeRole from role:A/mid\n"
               "role A/last\n trust allow sts:AssumeRole from role:A/end\n");
    struct exposure_settling settling = {.edges = world.edges, .most_steps = 1};
    uint32_t end = (uint32_t)(of("end") - exposure), last = (uint32_t)(of("last") - exposure);
    exposure_settle(&settling, end, &exposure[end]);
    assert_true(settling.steps > 1);
    assert_exposure("end", 1, 3, 3, 0);
    exposure_settle(&settling, last, &exposure[last]);
    assert_exposure("last", 1, 3, 4, 0);
    exposure_settling_free(&settling);
    close_world();
}

struct counted {
    uint32_t at_most, always;
};

static bool count_chain(const struct chain *chain, void *context)
{
    struct counted *counted = context;
    counted->at_most++;
    counted->always += chain->verdict == VERDICT_ALLOWED;
    return true;
}

/* Members that are let in themselves, for sure and under conditions, and some that are not. */
static void members_of_a_set_share_what_was_looked_at(void **state)
{
#define MEMBER(name, permission)                                                                                       \
    "role A/" name "\n trust allow sts:AssumeRole from root:A if StringEquals sts:ExternalId one1\n"                   \
    " trust allow sts:AssumeRole from user:A/alice\n" permission
#define MAY " may allow sts:AssumeRole on arn:aws:iam::111111111111:role/m*\n"
    struct exposure_settling settling = {0};
    (void)state;
    open_world(
        "user A/alice\n"
        "user A/bob\n" MAY "user A/carol\n"
        "role A/door\n trust allow sts:AssumeRole from user:A/carol if StringEquals aws:RequestedRegion eu-west-1\n" MAY
            MEMBER("m1", MAY) MEMBER("m2", "") MEMBER("m3", MAY) MEMBER("m4", "") MEMBER("m5", MAY));
    settling.edges = world.edges;
    for (uint32_t i = 0; i < world.model->principal_count; i++) {
        struct counted counted = {0, 0};
        const struct chain_limits limits = {0};
        exposure_settle(&settling, i, &exposure[i]);
        chains_who_can(world.edges, i, &limits, count_chain, &counted);
        assert_int_equal(exposure[i].at_most, counted.at_most);
        assert_int_equal(exposure[i].always, counted.always);
    }
    assert_true(settling.looked >= 5);
    assert_int_equal(of("m5")->always, 1);
    exposure_settling_free(&settling);
    close_world();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chains_are_counted),
        cmocka_unit_test(conditions_make_two_numbers),
        cmocka_unit_test(circles),
        cmocka_unit_test(more_than_one_pass),
        cmocka_unit_test(members_of_a_set_leave_themselves_out),
        cmocka_unit_test(few_are_looked_at_one_by_one),
        cmocka_unit_test(steps_end),
        cmocka_unit_test(members_of_a_set_share_what_was_looked_at),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
