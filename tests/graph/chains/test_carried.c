/*
 * What sessions carry from hop to hop decides which chains count: written worlds, and random ones in which every walk
 * up to some length is listed, also those that come to a role again, and compared with what who-can and reach say.
 */
#include "graph/chains/chains.h"
#include "graph/chains/role_chaining.h"
#include "graph/control/control_edges.h"
#include "ingest/support/text.h"
#include "tests/graph/random/sample.h"
#include "tests/support/edge_world.h"
#include "tests/support/testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- one pair, asked from all sides */

struct answer {
    uint32_t other; /* wanted end */
    bool towards, found;
    uint32_t hops;
    constraint residual;
};

static bool take(const struct chain *chain, void *context)
{
    struct answer *answer = context;
    if ((answer->towards ? chain->hops[0].from : chain->hops[chain->hop_count - 1].to) != answer->other)
        return true;
    answer->found = true;
    answer->hops = chain->hop_count;
    answer->residual = chain->residual;
    return false;
}

enum side { REACH, WHO_CAN, ALL, SIDES };

static struct answer ask(const struct edge_world *world, enum side side, uint32_t from, uint32_t to)
{
    struct answer answer = {.other = side == WHO_CAN ? from : to, .towards = side == WHO_CAN};
    const struct chain_limits limits = {.max_hops = 12};
    if (side == REACH)
        chains_reach(world->edges, from, NULL, take, &answer);
    else if (side == WHO_CAN)
        chains_who_can(world->edges, to, NULL, take, &answer);
    else
        chains_all(world->edges, from, to, &limits, take, &answer);
    return answer;
}

/* From user u to role t, the hops of the chain and under which conditions: "no" if there is none. */
static void assert_chains(const struct edge_world *world, uint32_t hops, const char *expected)
{
    for (enum side side = REACH; side < SIDES; side++) {
        struct answer answer = ask(world, side, edge_world_node(world, "u"), edge_world_node(world, "t"));
        struct text said = {0};
        text_append_string(&said, answer.found ? "" : "no");
        if (answer.found && side != ALL) {
            json_t *words = constraint_words(world->pool, answer.residual), *word;
            size_t i;
            json_array_foreach(words, i, word)
                text_format(&said, "%s%s", i > 0 ? " and " : "", json_string_value(word));
            json_decref(words);
        }
        if (side != ALL)
            assert_string_equal(said.data, expected);
        assert_int_equal(answer.hops, hops);
        text_free(&said);
    }
}

static void assert_pair(const char *text, uint32_t hops, const char *expected)
{
    struct edge_world world;
    edge_world_open_in_turn(&world, text);
    assert_chains(&world, hops, expected);
    edge_world_close(&world);
}

static void assert_with_control(const char *text, uint32_t hops, const char *expected)
{
    struct edge_world world;
    edge_world_open_in_turn(&world, text);
    control_edges_add(world.edges);
    assert_chains(&world, hops, expected);
    edge_world_close(&world);
}

static void a_detour_that_passes_tags(void **state)
{
    (void)state;
    assert_pair("user A/u\n"
                "role A/m\n trust allow sts:AssumeRole,sts:TagSession from user:A/u\n"
                "role A/s\n trust allow sts:AssumeRole from user:A/u\n trust allow sts:AssumeRole,sts:TagSession from "
                "role:A/m\n"
                "role A/t\n trust allow sts:AssumeRole from role:A/s if StringEquals aws:PrincipalTag/team x\n",
                3, "hop 2: aws:RequestTag/team = \"x\"");
    /* The plain way is longer than the other. */
    assert_pair("user A/u\n"
                "role A/m\n trust allow sts:AssumeRole from user:A/u\n"
                "role A/s\n trust allow sts:AssumeRole,sts:TagSession from user:A/u\n trust allow sts:AssumeRole from "
                "role:A/m\n"
                "role A/t\n trust allow sts:AssumeRole from role:A/s if StringEquals aws:PrincipalTag/team x\n",
                2, "aws:RequestTag/team = \"x\"");
}

/* Groups of callers and of roles share edges, not what their sessions carry. */
static void a_detour_through_groups(void **state)
{
    (void)state;
    assert_pair("user A/u\n may allow * on *\n"
                "role A/m\n trust allow sts:AssumeRole from user:A/u\n may allow * on *\n"
                "role A/n\n trust allow sts:AssumeRole,sts:TagSession from user:A/u\n may allow * on *\n"
                "role B/s1\n trust allow sts:AssumeRole from root:A\n trust allow sts:TagSession from role:A/n\n"
                " may allow * on *\n"
                "role B/s2\n trust allow sts:AssumeRole from root:A\n trust allow sts:TagSession from role:A/n\n"
                " may allow * on *\n"
                "role C/t\n trust allow sts:AssumeRole from role:B/s1,role:B/s2 if Null aws:PrincipalTag/team false\n",
                3, "hop 2: aws:RequestTag/team present");
}

#define EDITOR " may allow iam:UpdateAssumeRolePolicy on *\n may allow sts:AssumeRole on *\n"

/* Who first enters a group over control leaves out itself: another that comes after it does not. */
static void a_detour_through_control(void **state)
{
    (void)state;
    assert_with_control("user A/u\n"
                        "role A/e1\n trust allow sts:AssumeRole from user:A/u\n"
                        " trust allow sts:TagSession from user:B/v\n" EDITOR
                        "role A/e2\n trust allow sts:AssumeRole from user:A/u\n" EDITOR
                        "role A/e3\n trust allow sts:AssumeRole from user:A/u\n" EDITOR
                        "role C/t\n trust allow sts:AssumeRole from role:A/e1 if Null aws:PrincipalTag/team false\n",
                        3, "hop 2: aws:RequestTag/team present");
    /* Nobody rewrites the trust policy of itself to come back with more. */
    assert_with_control("user A/u\n"
                        "role A/e1\n trust allow sts:AssumeRole from user:A/u\n"
                        " trust allow sts:TagSession from user:B/v\n" EDITOR
                        "role C/t\n trust allow sts:AssumeRole from role:A/e1 if Null aws:PrincipalTag/team false\n",
                        0, "no");
}

static void a_detour_that_sets_a_source_identity(void **state)
{
    (void)state;
    assert_pair("user A/u\n"
                "role A/m\n trust allow sts:AssumeRole,sts:SetSourceIdentity from user:A/u\n"
                "role A/s\n trust allow sts:AssumeRole from user:A/u\n trust allow "
                "sts:AssumeRole,sts:SetSourceIdentity from role:A/m\n"
                "role A/t\n trust allow sts:AssumeRole,sts:SetSourceIdentity from role:A/s if StringEquals "
                "aws:SourceIdentity bob\n",
                3, "hop 2: sts:SourceIdentity = \"bob\" or sts:SourceIdentity = \"bob\"");
    /* Further on than the next hop. */
    assert_pair("user A/u\n"
                "role A/m\n trust allow sts:AssumeRole,sts:SetSourceIdentity from user:A/u if StringEquals "
                "sts:SourceIdentity bob\n trust allow sts:AssumeRole from user:A/u\n"
                "role A/s\n trust allow sts:AssumeRole,sts:SetSourceIdentity from role:A/m if Null sts:SourceIdentity "
                "true\n"
                "role A/t\n trust allow sts:AssumeRole,sts:SetSourceIdentity from role:A/s if StringEquals "
                "aws:SourceIdentity bob and Null sts:SourceIdentity true\n",
                3,
                "hop 2: sts:SourceIdentity absent and hop 3: sts:SourceIdentity absent and sts:SourceIdentity = "
                "\"bob\"");
}

/* What a sure way does not take along, a conditional one does. */
static void laden_sessions_and_sure_ways(void **state)
{
    (void)state;
    assert_pair("user A/u\n"
                "role A/m\n trust allow sts:AssumeRole,sts:SetSourceIdentity from user:A/u if StringEquals "
                "sts:SourceIdentity bob\n"
                "role A/s\n trust allow sts:AssumeRole,sts:SetSourceIdentity from role:A/m if StringEquals "
                "sts:ExternalId x7\n"
                "role A/t\n trust allow sts:AssumeRole from role:A/m\n trust allow "
                "sts:AssumeRole,sts:SetSourceIdentity from role:A/s\n",
                3, "hop 2: sts:ExternalId = \"x7\" and sts:SourceIdentity = \"bob\"");
}

static void a_name_that_a_detour_leaves_free(void **state)
{
    (void)state;
    assert_pair("user A/u\n"
                "role A/m\n trust allow sts:AssumeRole from user:A/u\n"
                "role A/s\n trust allow sts:AssumeRole from user:A/u if StringEquals sts:RoleSessionName u1\n trust "
                "allow sts:AssumeRole from role:A/m if StringEquals sts:ExternalId x7\n"
                "role A/t\n trust allow sts:AssumeRole from session:A/s/admin\n",
                3, "hop 2: sts:ExternalId = \"x7\" and hop 2: sts:RoleSessionName = \"admin\"");
}

/* A role that is assumed again has another session. */
static void a_chain_that_comes_back(void **state)
{
    (void)state;
    assert_pair("user A/u\n"
                "role A/s\n trust allow sts:AssumeRole from user:A/u if StringEquals sts:RoleSessionName u1\n trust "
                "allow sts:AssumeRole from role:A/m\n"
                "role A/m\n trust allow sts:AssumeRole from role:A/s\n"
                "role A/t\n trust allow sts:AssumeRole from session:A/s/admin\n",
                4, "hop 3: sts:RoleSessionName = \"admin\" and sts:RoleSessionName = \"u1\"");
    assert_pair("user A/u\n"
                "role A/s\n trust allow sts:AssumeRole from user:A/u\n trust allow sts:AssumeRole,sts:TagSession from "
                "role:A/s\n"
                "role A/t\n trust allow sts:AssumeRole from role:A/s if StringEquals aws:PrincipalTag/team x\n",
                3, "hop 2: aws:RequestTag/team = \"x\"");
}

/* ---- random worlds */

#define ROLES 5
#define LONGEST 6

static const char *pick(struct random *random, const char *const *list, uint32_t length)
{
    return list[random_below(random, length)];
}
#define PICK(random, table) pick(random, table, sizeof(table) / sizeof(table)[0])

static void write_trust(struct random *random, struct text *text)
{
    static const char *const callers[] = {"user:A/u",  "user:A/u",  "user:A/u",         "role:A/r0",
                                          "role:B/r1", "role:A/r2", "role:B/r3",        "role:A/r4",
                                          "role:A/r0", "role:A/r2", "role:A/r4",        "root:A",
                                          "root:B",    "role:B/r1", "session:A/r0/adm", "session:A/r2/adm"};
    static const char *const actions[] = {"sts:AssumeRole", "sts:AssumeRole", "sts:AssumeRole,sts:TagSession",
                                          "sts:AssumeRole,sts:SetSourceIdentity",
                                          "sts:AssumeRole,sts:TagSession,sts:SetSourceIdentity"};
    static const char *const conditions[] = {"StringEquals aws:PrincipalTag/team x",
                                             "StringEquals aws:PrincipalTag/team x",
                                             "StringNotEquals aws:PrincipalTag/team x",
                                             "StringEquals aws:RequestTag/team x",
                                             "StringEquals aws:RequestTag/team y",
                                             "Null aws:TagKeys true",
                                             "ForAnyValue:StringEquals sts:TransitiveTagKeys team",
                                             "StringEquals aws:SourceIdentity bob",
                                             "StringEquals aws:SourceIdentity bob",
                                             "StringEquals sts:SourceIdentity bob",
                                             "Null sts:SourceIdentity true",
                                             "StringEquals sts:RoleSessionName u1",
                                             "StringEquals sts:ExternalId x7",
                                             "Null sts:ExternalId true",
                                             "Null aws:FederatedProvider false",
                                             "StringEquals accounts.google.com:sub 1234",
                                             "StringLike aws:userid *:adm"};
    text_format(text, " trust allow %s from %s", PICK(random, actions), PICK(random, callers));
    if (random_chance(random, 40))
        text_format(text, " if %s", PICK(random, conditions));
    text_append_char(text, '\n');
}

static void write_token_trust(struct random *random, struct text *text)
{
    text_format(text,
                " trust allow sts:AssumeRoleWithWebIdentity%s from federated:accounts.google.com if StringEquals "
                "accounts.google.com:sub %s\n",
                random_chance(random, 50) ? ",sts:TagSession" : "", random_chance(random, 50) ? "1234" : "5678");
}

static void write_world(struct random *random, struct text *text)
{
    text_append_string(text, "user A/u tag team=y\n may allow * on *\n");
    for (uint32_t i = 0; i < ROLES; i++) {
        static const char *const tags[] = {"", "", "", "", " tag team=x", " tag team=z"};
        text_format(text, "role %c/r%u%s\n", i % 2 == 0 ? 'A' : 'B', i, PICK(random, tags));
        if (random_chance(random, 80))
            text_append_string(text, " may allow * on *\n");
        if (random_chance(random, 15))
            write_token_trust(random, text);
        for (uint32_t n = random_below(random, 2) + 1; n > 0; n--)
            write_trust(random, text);
    }
}

/* All walks from a node, without any pruning but what cannot hold together. */
struct listing {
    struct edge_world *world;
    struct chainer chainer;
    struct hop path[LONGEST];
    uint8_t visits[64];
    constraint any[64];
    bool found[64], sure[64]; /* found: and it was decided that its demands can hold together */
    uint32_t shortest_sure[64];
    uint32_t walks;
};

static void list_walks(struct listing *work, uint32_t at, struct chaining chain)
{
    struct hop_cursor cursor;
    struct hop hop;
    const struct edges *edges = work->world->edges;
    hop_cursor_begin(&cursor, edges, at);
    while (chain.hops < LONGEST && hop_cursor_next(&cursor, &hop)) {
        const struct edge *exact = edges_between(edges, hop.from, hop.to);
        struct chaining next = {.path = work->path, .hops = chain.hops + 1};
        if (exact != &edges->edges[hop.edge] || work->visits[hop.to] == 2 || work->path[0].from == hop.to)
            continue;
        chain.path = work->path;
        work->path[chain.hops] = hop;
        if (!chaining_extend(&work->chainer, &chain, hop, &next.carried))
            continue;
        if (next.carried == CONSTRAINT_TRUE && (!work->sure[hop.to] || next.hops < work->shortest_sure[hop.to])) {
            work->sure[hop.to] = true;
            work->shortest_sure[hop.to] = next.hops;
        }
        work->walks++;
        work->found[hop.to] = work->found[hop.to] || next.carried == CONSTRAINT_TRUE ||
                              constraint_satisfiable(work->world->pool, next.carried) == CONSTRAINT_YES;
        work->any[hop.to] = constraint_or(work->world->pool, work->any[hop.to], next.carried);
        work->visits[hop.to]++;
        list_walks(work, hop.to, next);
        work->visits[hop.to]--;
    }
}

/* Who gets there is found, and nobody else; who surely does is said to; who is said to has walks for every case. */
static bool agrees(const struct listing *list, uint32_t to, const struct answer *answer)
{
    struct constraint_pool *pool = list->world->pool;
    if (answer->found != list->found[to])
        return false;
    if (list->sure[to])
        return answer->residual == CONSTRAINT_TRUE && answer->hops >= list->shortest_sure[to];
    return !answer->found || answer->residual != CONSTRAINT_TRUE ||
           constraint_valid(pool, list->any[to]) != CONSTRAINT_NO;
}

static void try_pair(struct listing *list, uint32_t from, uint32_t to, uint64_t seed, const char *text)
{
    for (enum side side = REACH; side < SIDES; side++) {
        struct answer answer = ask(list->world, side, from, to);
        if (side == ALL ? answer.found == list->found[to] : agrees(list, to, &answer))
            continue;
        json_t *words = constraint_words(list->world->pool, answer.residual),
               *listed = constraint_words(list->world->pool, list->any[to]);
        fprintf(stderr, "%s to %s, side %d: %s %s\nlisted: %s %s\n%s", list->world->edges->nodes[from].text,
                list->world->edges->nodes[to].text, (int)side, answer.found ? "found" : "not found",
                json_dumps(words, 0), list->found[to] ? "found" : "not found", json_dumps(listed, 0), text);
        fail_msg("world %llu", (unsigned long long)seed);
    }
}

static void try_world(struct edge_world *world, uint64_t seed, const char *text)
{
    for (uint32_t from = 0; from < world->edges->node_count; from++) {
        struct listing list = {.world = world, .path = {{.from = from}}};
        for (uint32_t i = 0; i < world->edges->node_count; i++)
            list.any[i] = CONSTRAINT_FALSE;
        chainer_open(&list.chainer, world->edges);
        list_walks(&list, from, CHAINING_START);
        chainer_close(&list.chainer);
        for (uint32_t to = 0; to < world->model->principal_count; to++)
            if (from != to && world->model->principals[to].is_role)
                try_pair(&list, from, to, seed, text);
    }
}

static void random_worlds(void **state)
{
    const char *given = getenv("ROLECHAIN_RANDOM_CHAINS"), *first = getenv("ROLECHAIN_RANDOM_FIRST");
    uint64_t worlds = given != NULL ? strtoull(given, NULL, 10) : 150;
    uint64_t start = first != NULL ? strtoull(first, NULL, 10) : 1;
    (void)state;
    for (uint64_t seed = start; seed < start + worlds; seed++) {
        struct random random = {seed * 0xD1342543DE82EF95u};
        struct text text = {0};
        struct edge_world world;
        write_world(&random, &text);
        edge_world_open_in_turn(&world, text.data);
        assert_true(world.edges->node_count <= 64);
        try_world(&world, seed, text.data);
        edge_world_close(&world);
        text_free(&text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_detour_that_passes_tags),    cmocka_unit_test(a_detour_through_groups),
        cmocka_unit_test(a_detour_through_control),     cmocka_unit_test(a_detour_that_sets_a_source_identity),
        cmocka_unit_test(laden_sessions_and_sure_ways), cmocka_unit_test(a_name_that_a_detour_leaves_free),
        cmocka_unit_test(a_chain_that_comes_back),      cmocka_unit_test(random_worlds),
    };
    return cmocka_run_group_tests_name("carried", tests, NULL, edge_world_end);
}
