/*
 * What all chains of a pair say together: written worlds, and random ones in which every chain is listed and the answer
 * of who-can and reach is compared with what the list says.
 */
#include "graph/chains/chains.h"
#include "ingest/support/hash_index.h"
#include "ingest/support/text.h"
#include "tests/graph/random/sample.h"
#include "tests/support/edge_world.h"
#include "tests/support/testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- one pair, asked from both sides */

struct answer {
    uint32_t other; /* wanted end */
    bool towards, found;
    uint32_t hops;
    enum verdict verdict;
    constraint residual, own;
};

static bool take(const struct chain *chain, void *context)
{
    struct answer *answer = context;
    uint32_t end = answer->towards ? chain->hops[0].from : chain->hops[chain->hop_count - 1].to;
    if (end != answer->other)
        return true;
    *answer =
        (struct answer){end, answer->towards, true, chain->hop_count, chain->verdict, chain->residual, chain->own};
    return false;
}

static struct answer ask_forwards(const struct edge_world *world, uint32_t from, uint32_t to)
{
    struct answer answer = {.other = to}, alone = answer;
    chains_reach(world->edges, from, NULL, take, &answer);
    chains_between(world->edges, from, to, NULL, take, &alone);
    assert_int_equal(alone.found, answer.found);
    assert_int_equal(alone.hops, answer.hops);
    assert_int_equal(alone.verdict, answer.verdict);
    assert_int_equal(alone.residual, answer.residual);
    assert_int_equal(alone.own, answer.own);
    return answer;
}

static struct answer ask_backwards(const struct edge_world *world, uint32_t from, uint32_t to)
{
    struct answer answer = {.other = from, .towards = true};
    chains_who_can(world->edges, to, NULL, take, &answer);
    return answer;
}

static void write_answer(const struct edge_world *world, const struct answer *answer, struct text *text)
{
    json_t *words = constraint_words(world->pool, answer->residual), *word;
    size_t i;
    text_format(text, "%s over %u", verdict_word(answer->verdict), answer->hops);
    json_array_foreach(words, i, word) text_format(text, "%s%s", i > 0 ? " and " : " if ", json_string_value(word));
    json_decref(words);
}

/* From user u to role t: "VERDICT over HOPS if CONDITIONS", "" if there is no chain. */
static void assert_pair(const char *text, const char *expected)
{
    struct edge_world world;
    edge_world_open_in_turn(&world, text);
    for (int side = 0; side < 2; side++) {
        uint32_t from = edge_world_node(&world, "u"), to = edge_world_node(&world, "t");
        struct answer answer = side == 0 ? ask_forwards(&world, from, to) : ask_backwards(&world, from, to);
        struct text said = {0};
        text_append_string(&said, "");
        if (answer.found)
            write_answer(&world, &answer, &said);
        assert_string_equal(said.data, expected);
        text_free(&said);
    }
    edge_world_close(&world);
}

static void a_longer_chain_is_sure(void **state)
{
    (void)state;
    assert_pair("user A/u\n"
                "role A/mid\n trust allow sts:AssumeRole from user:A/u\n"
                "role A/t\n trust allow sts:AssumeRole from role:A/mid\n"
                " trust allow sts:AssumeRole from user:A/u if Bool aws:MultiFactorAuthPresent true\n",
                "allowed over 2");
    assert_pair("user A/u\n may allow sts:AssumeRole on *\n"
                "role B/a\n trust allow sts:AssumeRole from root:A if StringEquals sts:ExternalId x7\n"
                " may allow sts:AssumeRole on *\n"
                "role B/b\n trust allow sts:AssumeRole from root:A\n may allow sts:AssumeRole on *\n"
                "role C/c\n trust allow sts:AssumeRole from role:B/b\n may allow sts:AssumeRole on *\n"
                "role C/t\n trust allow sts:AssumeRole from role:B/a,role:C/c\n",
                "allowed over 3");
}

static void a_longer_chain_asks_for_less(void **state)
{
    (void)state;
    assert_pair("user A/u\n"
                "role A/mid\n trust allow sts:AssumeRole from user:A/u if IpAddress aws:SourceIp 10.0.0.0/8\n"
                "role A/t\n trust allow sts:AssumeRole from role:A/mid\n"
                " trust allow sts:AssumeRole from user:A/u if IpAddress aws:SourceIp 10.1.0.0/16\n",
                "conditional over 2 if aws:SourceIp in 10.0.0.0/8");
    /* The same demand in a later hop is no other one. */
    assert_pair("user A/u\n"
                "role A/mid\n trust allow sts:AssumeRole from user:A/u\n"
                "role A/t\n trust allow sts:AssumeRole from user:A/u,role:A/mid if StringEquals sts:ExternalId x7\n",
                "conditional over 1 if sts:ExternalId = \"x7\"");
}

static void several_chains_cover_every_case(void **state)
{
    (void)state;
    assert_pair("user A/u\n"
                "role A/in\n trust allow sts:AssumeRole from user:A/u if IpAddress aws:SourceIp 10.0.0.0/8\n"
                "role A/out\n trust allow sts:AssumeRole from user:A/u if NotIpAddress aws:SourceIp 10.0.0.0/8\n"
                "role A/t\n trust allow sts:AssumeRole from role:A/in,role:A/out\n",
                "allowed over 2");
    assert_pair("user A/u\n"
                "role A/mid\n trust allow sts:AssumeRole from user:A/u if BoolIfExists aws:MultiFactorAuthPresent "
                "false\n"
                "role A/t\n trust allow sts:AssumeRole from role:A/mid\n"
                " trust allow sts:AssumeRole from user:A/u if Bool aws:MultiFactorAuthPresent true\n",
                "allowed over 1");
}

/* What is asked for in the hops of one chain and forbidden in those of another are two cases of one choice. */
static void chains_cover_cases_across_hops(void **state)
{
    (void)state;
    assert_pair("user A/u\n"
                "role A/mid\n trust allow sts:AssumeRole from user:A/u\n"
                "role A/t\n trust allow sts:AssumeRole from user:A/u if StringEquals sts:ExternalId x7\n"
                " trust allow sts:AssumeRole from role:A/mid if StringNotEquals sts:ExternalId x7\n",
                "allowed over 1");
    assert_pair("user A/u\n"
                "role A/mid\n trust allow sts:AssumeRole from user:A/u if StringNotLike sts:RoleSessionName a*\n"
                "role A/other\n trust allow sts:AssumeRole from user:A/u\n"
                "role A/t\n trust allow sts:AssumeRole from role:A/other if StringLike sts:RoleSessionName a*\n"
                " trust allow sts:AssumeRole from role:A/mid\n",
                "allowed over 2");
    /* Not in every case: another external id opens neither. */
    assert_pair("user A/u\n"
                "role A/mid\n trust allow sts:AssumeRole from user:A/u\n"
                "role A/t\n trust allow sts:AssumeRole from user:A/u if StringEquals sts:ExternalId x7\n"
                " trust allow sts:AssumeRole from role:A/mid if Null sts:ExternalId true\n",
                "conditional over 1 if hop 2: sts:ExternalId absent or sts:ExternalId = \"x7\"");
    /* MFA is no choice: a session has none, whatever its first caller has. */
    assert_pair("user A/u\n"
                "role A/mid\n trust allow sts:AssumeRole from user:A/u if IpAddress aws:SourceIp 10.0.0.0/8\n"
                "role A/t\n trust allow sts:AssumeRole from user:A/u if Bool aws:MultiFactorAuthPresent true\n"
                " trust allow sts:AssumeRole from role:A/mid if BoolIfExists aws:MultiFactorAuthPresent false\n",
                "conditional over 1 if aws:MultiFactorAuthPresent = true or aws:SourceIp in 10.0.0.0/8");
}

static void several_chains_cover_more(void **state)
{
    (void)state;
    assert_pair("user A/u\n"
                "role A/mid\n trust allow sts:AssumeRole from user:A/u if Bool aws:MultiFactorAuthPresent true\n"
                "role A/t\n trust allow sts:AssumeRole from role:A/mid\n"
                " trust allow sts:AssumeRole from user:A/u if IpAddress aws:SourceIp 10.0.0.0/8\n",
                "conditional over 1 if aws:MultiFactorAuthPresent = true or aws:SourceIp in 10.0.0.0/8");
}

/* Among roles that lead to one another by many ways, each asking for something else, only what asks for more is behind
 * the first: no way is left that would have to be called not decided. */
static void many_ways_that_ask_for_more(void **state)
{
    struct text text = {0};
    (void)state;
    text_append_string(&text, "user A/u\n");
    for (int i = 0; i < 12; i++) {
        text_format(&text,
                    "role A/r%d\n trust allow sts:AssumeRole from user:A/u if Bool aws:MultiFactorAuthPresent true\n",
                    i);
        for (int j = 0; j < 12; j++)
            if (j != i)
                text_format(&text,
                            " trust allow sts:AssumeRole from role:A/r%d if StringEquals sts:ExternalId x%d-%d\n", j, i,
                            j);
    }
    text_append_string(&text, "role A/t\n trust allow sts:AssumeRole from role:A/r0,role:A/r1,role:A/r2\n");
    assert_pair(text.data, "conditional over 2 if aws:MultiFactorAuthPresent = true");
    text_free(&text);
}

/* More hops than any limit that stood here. */
static void a_chain_of_any_length(void **state)
{
    struct text text = {0};
    (void)state;
    text_append_string(&text, "user A/u\nrole A/r0\n trust allow sts:AssumeRole from user:A/u\n");
    for (int i = 1; i < 499; i++)
        text_format(&text, "role A/r%d\n trust allow sts:AssumeRole from role:A/r%d\n", i, i - 1);
    text_append_string(&text, "role A/t\n trust allow sts:AssumeRole from role:A/r498\n");
    assert_pair(text.data, "allowed over 500");
    text_free(&text);
}

static bool count(const struct chain *chain, void *context)
{
    (void)chain;
    ++*(uint32_t *)context;
    return true;
}

static void limits_are_told(void **state)
{
    struct edge_world world;
    struct chain_limits two = {.max_hops = 2}, three = {.max_hops = 3};
    uint32_t found = 0;
    (void)state;
    edge_world_open_in_turn(&world, "user A/u\n"
                                    "role A/a\n trust allow sts:AssumeRole from user:A/u\n"
                                    "role A/b\n trust allow sts:AssumeRole from role:A/a\n"
                                    "role A/t\n trust allow sts:AssumeRole from role:A/b\n");
    assert_false(chains_who_can(world.edges, edge_world_node(&world, "t"), &two, count, &found));
    assert_true(chains_who_can(world.edges, edge_world_node(&world, "t"), &three, count, &found));
    assert_false(chains_reach(world.edges, edge_world_node(&world, "u"), &two, count, &found));
    assert_true(chains_reach(world.edges, edge_world_node(&world, "u"), NULL, count, &found));
    assert_int_equal(
        chains_all(world.edges, edge_world_node(&world, "u"), edge_world_node(&world, "t"), &two, count, &found),
        CHAINS_END_HOPS);
    assert_int_equal(
        chains_all(world.edges, edge_world_node(&world, "u"), edge_world_node(&world, "t"), &three, count, &found),
        CHAINS_END_COMPLETE);
    edge_world_close(&world);
}

/* ---- random worlds */

#define ROLES 6
#define USERS 3

static const char *pick(struct random *random, const char *const *list, uint32_t length)
{
    return list[random_below(random, length)];
}

static void write_trust(struct random *random, struct text *text)
{
    static const char *const callers[] = {"user:A/u0", "user:A/u1", "user:B/u2", "role:A/r0", "role:B/r1",
                                          "role:A/r2", "role:B/r3", "role:A/r4", "root:A",    "root:B"};
    static const char *const conditions[] = {"",
                                             "",
                                             "",
                                             " if Bool aws:MultiFactorAuthPresent true",
                                             " if BoolIfExists aws:MultiFactorAuthPresent false",
                                             " if IpAddress aws:SourceIp 10.0.0.0/8",
                                             " if NotIpAddress aws:SourceIp 10.0.0.0/8",
                                             " if IpAddress aws:SourceIp 10.1.0.0/16",
                                             " if StringEquals sts:ExternalId x7",
                                             " if StringNotEquals sts:ExternalId x7",
                                             " if Null sts:ExternalId true",
                                             " if StringEquals aws:SourceVpc vpc-1",
                                             " if StringNotEquals aws:SourceVpc vpc-1"};
    text_format(text, " trust allow sts:AssumeRole from %s%s\n", pick(random, callers, 10),
                pick(random, conditions, 13));
}

static void write_world(struct random *random, struct text *text)
{
    for (uint32_t i = 0; i < USERS; i++) {
        text_format(text, "user %c/u%u\n", i < 2 ? 'A' : 'B', i);
        if (random_chance(random, 80))
            text_append_string(text, " may allow sts:AssumeRole on *\n");
    }
    for (uint32_t i = 0; i < ROLES; i++) {
        text_format(text, "role %c/r%u\n", i % 2 == 0 ? 'A' : 'B', i);
        if (random_chance(random, 80))
            text_append_string(text, " may allow sts:AssumeRole on *\n");
        for (uint32_t n = random_below(random, 3) + 1; n > 0; n--)
            write_trust(random, text);
    }
}

struct listed {
    struct constraint_pool *pool;
    constraint any;
    bool found, sure;
    uint32_t shortest, shortest_sure;
};

static bool list_chain(const struct chain *chain, void *context)
{
    struct listed *listed = context;
    listed->any = constraint_or(listed->pool, listed->any, chain->own);
    if (!listed->found)
        listed->shortest = chain->hop_count;
    if (!listed->sure && chain->own == CONSTRAINT_TRUE) {
        listed->sure = true;
        listed->shortest_sure = chain->hop_count;
    }
    listed->found = true;
    return true;
}

static struct constraint_key forget_hop_of_id(const struct constraint_key *key, void *context)
{
    (void)context;
    return (struct constraint_key){key->name, strcmp(key->name, "sts:ExternalId") == 0 ? 0 : key->hop};
}

/* Whoever passes one external id, or none, in every hop gets there. */
static bool covers_every_case(struct constraint_pool *pool, constraint any)
{
    constraint choice = constraint_rename(pool, any, forget_hop_of_id, NULL);
    return constraint_valid(pool, any) == CONSTRAINT_YES || constraint_valid(pool, choice) == CONSTRAINT_YES;
}

/* What is said of the pair is what the list of its chains says. */
static bool agrees(const struct edge_world *world, const struct listed *listed, const struct answer *answer)
{
    struct constraint_pool *pool = world->pool;
    if (answer->found != listed->found)
        return false;
    if (!listed->found)
        return true;
    bool allowed = covers_every_case(pool, listed->any);
    if ((answer->verdict == VERDICT_ALLOWED) != allowed || (answer->residual == CONSTRAINT_TRUE) != allowed ||
        answer->hops < listed->shortest || (listed->sure && answer->hops != listed->shortest_sure) ||
        (listed->sure && answer->own != CONSTRAINT_TRUE))
        return false;
    return allowed || constraint_implies(pool, answer->residual, listed->any) == CONSTRAINT_YES;
}

static void try_pair(const struct edge_world *world, uint32_t from, uint32_t to, uint64_t seed, const char *text)
{
    const struct chain_limits limits = {.max_hops = 2 * ROLES};
    struct listed listed = {.pool = world->pool, .any = CONSTRAINT_FALSE};
    assert_int_equal(chains_all(world->edges, from, to, &limits, list_chain, &listed), CHAINS_END_COMPLETE);
    for (int side = 0; side < 2; side++) {
        struct answer answer = side == 0 ? ask_forwards(world, from, to) : ask_backwards(world, from, to);
        if (agrees(world, &listed, &answer))
            continue;
        struct text said = {0};
        write_answer(world, &answer, &said);
        fail_msg("world %llu, %s, %s to %s: %s; the list: %s, shortest %u, sure %u\n%s", (unsigned long long)seed,
                 side == 0 ? "reach" : "who-can", world->edges->nodes[from].name, world->edges->nodes[to].name,
                 said.data, listed.found ? "chains" : "none", listed.shortest, listed.shortest_sure, text);
    }
    struct answer one = {.other = to};
    chains_to(world->edges, from, to, take, &one);
    if (one.found != listed.found || (one.found && one.hops != listed.shortest) ||
        (one.found && constraint_implies(world->pool, one.own, listed.any) != CONSTRAINT_YES))
        fail_msg("world %llu, %s to %s: one chain of %u hops; the list: %s, shortest %u\n%s", (unsigned long long)seed,
                 world->edges->nodes[from].name, world->edges->nodes[to].name, one.hops,
                 listed.found ? "chains" : "none", listed.shortest, text);
}

/* ---- very many chains */

#define LAYERS 8
#define WIDTH 4
#define CHAINS 16000u

/* What was seen of the chains, without their formulas. */
struct seen {
    const struct edge_world *world;
    uint64_t hash;
    uint32_t count;
};

static bool see(const struct chain *chain, void *context)
{
    struct seen *seen = context;
    for (uint32_t i = 0; i < chain->hop_count; i++)
        seen->hash = hash_number(seen->hash ^ chain->hops[i].to);
    if (seen->count++ % 40 == 0) {
        json_t *words = constraint_words(seen->world->pool, chain->residual);
        char *text = json_dumps(words, JSON_COMPACT);
        seen->hash = hash_number(seen->hash ^ hash_bytes(text, strlen(text)));
        free(text);
        json_decref(words);
    }
    return true;
}

/* Layers of roles, each of which trusts all of the layer before, with an external id of its own. */
static void layers_of_roles(struct text *text)
{
    text_append_string(text, "user A/u\n");
    for (int layer = 0; layer < LAYERS; layer++)
        for (int i = 0; i < WIDTH; i++) {
            text_format(text, "role A/l%dx%d\n trust allow sts:AssumeRole from ", layer, i);
            if (layer == 0)
                text_append_string(text, "user:A/u");
            for (int j = 0; j < WIDTH && layer > 0; j++)
                text_format(text, "%srole:A/l%dx%d", j > 0 ? "," : "", layer - 1, j);
            text_format(text, " if StringEquals sts:ExternalId x%d-%d\n", layer, i);
        }
}

/* Whoever keeps no formula gets the same chains, and the pool does not grow with their number. */
static void memory_does_not_grow_with_chains(void **state)
{
    struct text text = {0};
    struct seen seen[2] = {{.count = 0}, {.count = 0}};
    size_t grown[2];
    (void)state;
    layers_of_roles(&text);
    for (int passing = 0; passing < 2; passing++) {
        struct edge_world world;
        edge_world_open_in_turn(&world, text.data);
        const struct chain_limits limits = {.max_hops = 20, .max_chains = CHAINS, .passing = passing != 0};
        size_t before = constraint_pool_size(world.pool);
        seen[passing].world = &world;
        assert_int_equal(chains_all(world.edges, edge_world_node(&world, "u"), edge_world_node(&world, "l7x0"), &limits,
                                    see, &seen[passing]),
                         CHAINS_END_CHAINS);
        grown[passing] = constraint_pool_size(world.pool) - before;
        edge_world_close(&world);
    }
    assert_int_equal(seen[0].count, CHAINS);
    assert_int_equal(seen[1].count, CHAINS);
    assert_true(seen[0].hash == seen[1].hash);
    assert_true(grown[1] < ((size_t)5 << 18));
    if (grown[0] < 2 * grown[1])
        fail_msg("%zu and %zu bytes: too few chains to see a difference", grown[0], grown[1]);
    text_free(&text);
}

static void random_worlds(void **state)
{
    const char *given = getenv("ROLECHAIN_RANDOM_CHAINS");
    uint64_t worlds = given != NULL ? strtoull(given, NULL, 10) : 150;
    (void)state;
    for (uint64_t seed = 1; seed <= worlds; seed++) {
        struct random random = {seed * 0xD1342543DE82EF95u};
        struct text text = {0};
        struct edge_world world;
        write_world(&random, &text);
        edge_world_open_in_turn(&world, text.data);
        for (uint32_t from = 0; from < world.model->principal_count; from++)
            for (uint32_t to = 0; to < world.model->principal_count; to++)
                if (from != to && world.model->principals[to].is_role)
                    try_pair(&world, from, to, seed, text.data);
        edge_world_close(&world);
        text_free(&text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_longer_chain_is_sure),
        cmocka_unit_test(a_longer_chain_asks_for_less),
        cmocka_unit_test(several_chains_cover_every_case),
        cmocka_unit_test(chains_cover_cases_across_hops),
        cmocka_unit_test(several_chains_cover_more),
        cmocka_unit_test(many_ways_that_ask_for_more),
        cmocka_unit_test(a_chain_of_any_length),
        cmocka_unit_test(limits_are_told),
        cmocka_unit_test(memory_does_not_grow_with_chains),
        cmocka_unit_test(random_worlds),
    };
    return cmocka_run_group_tests_name("together", tests, NULL, edge_world_end);
}
