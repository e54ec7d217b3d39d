/* Who the widest caller of each role is, in small worlds and against what chains say. */
#include "graph/chains/chains.h"
#include "graph/chains/widest_callers.h"
#include "tests/support/edge_world.h"
#include "tests/support/testing.h"

#include <stdlib.h>
#include <string.h>

static struct edge_world world;
static uint32_t *widest;
static bool *through_chain;

static void open_world(const char *text)
{
    edge_world_open(&world, text);
    widest = calloc((size_t)world.edges->node_count + 1, sizeof *widest);
    assert_non_null(widest);
    through_chain = calloc((size_t)world.edges->node_count + 1, sizeof *through_chain);
    assert_non_null(through_chain);
    widest_callers_find(world.edges, widest, through_chain);
}

static void close_world(void)
{
    free(widest);
    free(through_chain);
    edge_world_close(&world);
}

static const char *widest_of(const char *role)
{
    for (uint32_t i = 0; i < world.model->principal_count; i++)
        if (strcmp(world.model->principals[i].name, role) == 0)
            return widest[i] == MODEL_NONE ? "" : world.edges->nodes[widest[i]].text;
    fail_msg("no %s", role);
    return NULL;
}

static bool is_through_chain(const char *role)
{
    for (uint32_t i = 0; i < world.model->principal_count; i++)
        if (strcmp(world.model->principals[i].name, role) == 0)
            return through_chain[i];
    fail_msg("no %s", role);
    return false;
}

static const char worlds[][700] = {
    "user A/alice\n may allow sts:AssumeRole on *\n"
    "role A/open\n trust allow sts:AssumeRole from *,account:D\n may allow sts:AssumeRole on *\n"
    "role A/vendor\n trust allow sts:AssumeRole from account:D,service:ec2.amazonaws.com\n"
    "role A/service\n trust allow sts:AssumeRole from service:ec2.amazonaws.com,user:A/alice\n"
    "role A/behind\n trust allow sts:AssumeRole from role:A/open,account:D\n"
    "role A/own\n trust allow sts:AssumeRole from user:A/alice\n"
    "role A/nobody\n",
    "role A/entry\n trust allow sts:AssumeRole from * if StringEquals sts:ExternalId one1\n"
    " may allow sts:AssumeRole on *\n"
    "role A/sure\n trust allow sts:AssumeRole from role:A/entry\n may allow sts:AssumeRole on *\n"
    "role A/unsure\n trust allow sts:AssumeRole from role:A/entry if StringEquals sts:ExternalId two2\n"
    " trust allow sts:AssumeRole from service:ec2.amazonaws.com\n"
    "role B/whole\n trust allow sts:AssumeRole from root:A\n",
};

static void the_widest_is_named(void **state)
{
    (void)state;
    open_world(worlds[0]);
    assert_string_equal(widest_of("open"), "*");
    assert_non_null(strstr(widest_of("vendor"), "444444444444"));
    assert_string_equal(widest_of("service"), "ec2.amazonaws.com");
    assert_string_equal(widest_of("behind"), "*");
    assert_true(is_through_chain("behind"));
    assert_false(is_through_chain("open") || is_through_chain("service") || is_through_chain("own"));
    assert_string_equal(widest_of("own"), "");
    assert_string_equal(widest_of("nobody"), "");
    close_world();
}

/* A condition of the first hop is one that can be met; those behind it may contradict it. */
static void hops_with_conditions_lead_no_further(void **state)
{
    (void)state;
    open_world(worlds[1]);
    assert_string_equal(widest_of("entry"), "*");
    assert_string_equal(widest_of("sure"), "*");
    assert_string_equal(widest_of("unsure"), "ec2.amazonaws.com");
    assert_string_equal(widest_of("whole"), "*");
    close_world();
}

struct looked {
    uint32_t node;
    bool found;
};

static bool look(const struct chain *chain, void *context)
{
    struct looked *looked = context;
    looked->found = looked->found || chain->hops[0].from == looked->node;
    return true;
}

static void chains_know_them(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof worlds / sizeof worlds[0]; i++) {
        open_world(worlds[i]);
        for (uint32_t role = 0; role < world.model->principal_count; role++) {
            struct looked looked = {.node = widest[role]};
            if (widest[role] == MODEL_NONE)
                continue;
            chains_who_can(world.edges, role, &(struct chain_limits){0}, look, &looked);
            if (!looked.found)
                fail_msg("%s: %s", world.model->principals[role].name, world.edges->nodes[widest[role]].text);
        }
        close_world();
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_widest_is_named),
        cmocka_unit_test(hops_with_conditions_lead_no_further),
        cmocka_unit_test(chains_know_them),
    };
    return cmocka_run_group_tests_name("widest_callers", tests, NULL, NULL);
}
