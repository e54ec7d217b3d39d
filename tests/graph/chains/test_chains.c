/* Edges, chains and cycles of small worlds. */
#include "graph/chains/chains.h"
#include "ingest/support/text.h"
#include "tests/support/edge_world.h"
#include "tests/support/testing.h"

#include <stdlib.h>
#include <string.h>

static struct edge_world world;

static const char *name_of(uint32_t node)
{
    return world.edges->nodes[node].name != NULL ? world.edges->nodes[node].name : world.edges->nodes[node].text;
}

static uint32_t node(const char *name)
{
    for (uint32_t i = 0; i < world.edges->node_count; i++)
        if (strcmp(name_of(i), name) == 0)
            return i;
    fail_msg("no node %s", name);
    return MODEL_NONE;
}

/* "alice>r1>r2; …" */
static bool note(const struct chain *chain, void *context)
{
    struct text *text = context;
    text_format(text, "%s%s", text->length > 0 ? "; " : "", name_of(chain->hops[0].from));
    for (uint32_t i = 0; i < chain->hop_count; i++)
        text_format(text, "%s%s", world.edges->edges[chain->hops[i].edge].verdict == VERDICT_ALLOWED ? ">" : "?",
                    name_of(chain->hops[i].to));
    return true;
}

static void assert_reach(const char *from, uint32_t hops, const char *expected)
{
    struct text text = {0};
    struct chain_limits limits = {.max_hops = hops};
    chains_reach(world.edges, node(from), &limits, note, &text);
    if (strcmp(text.data != NULL ? text.data : "", expected) != 0)
        fail_msg("%s reaches %s", from, text.data);
    text_free(&text);
}

static void assert_who_can(const char *role, uint32_t hops, const char *expected)
{
    struct text text = {0};
    struct chain_limits limits = {.max_hops = hops};
    chains_who_can(world.edges, node(role), &limits, note, &text);
    if (strcmp(text.data != NULL ? text.data : "", expected) != 0)
        fail_msg("%s is reached by %s", role, text.data);
    text_free(&text);
}

static void assert_all(const char *from, const char *to, uint32_t hops, const char *expected)
{
    struct text text = {0};
    struct chain_limits limits = {.max_hops = hops};
    assert_true(chains_all(world.edges, node(from), node(to), &limits, note, &text) == CHAINS_END_COMPLETE || hops > 0);
    if (strcmp(text.data != NULL ? text.data : "", expected) != 0)
        fail_msg("%s to %s: %s", from, to, text.data);
    text_free(&text);
}

static const char three_accounts[] = "user A/alice\n"
                                     " may allow sts:AssumeRole on *\n"
                                     "user A/bob\n"
                                     "role A/r1\n"
                                     " trust allow sts:AssumeRole from user:A/alice\n"
                                     " may allow sts:AssumeRole on role:B/r2\n"
                                     "role B/r2\n"
                                     " trust allow sts:AssumeRole from role:A/r1\n"
                                     " may allow sts:AssumeRole on role:C/r3\n"
                                     "role C/r3\n"
                                     " trust allow sts:AssumeRole from root:B\n"
                                     "role C/r4\n"
                                     " trust allow sts:AssumeRole from role:C/r3 if StringEquals sts:ExternalId x1\n";

static void chain_of_three_accounts(void **state)
{
    (void)state;
    edge_world_open(&world, three_accounts);
    assert_reach("alice", 0, "alice>r1; alice>r1>r2; alice>r1>r2>r3; alice>r1>r2>r3?r4");
    assert_reach("alice", 2, "alice>r1; alice>r1>r2");
    assert_reach("bob", 0, "");
    assert_who_can("r3", 0, "r2>r3; r1>r2>r3; alice>r1>r2>r3");
    assert_who_can("r3", 1, "r2>r3");
    assert_all("alice", "r3", 0, "alice>r1>r2>r3");
    assert_all("alice", "r3", 2, "");
    edge_world_close(&world);
}

static void shortest_and_all(void **state)
{
    (void)state;
    edge_world_open(&world, "user A/alice\n"
                            "role A/m1\n trust allow sts:AssumeRole from user:A/alice\n"
                            "role A/m2\n trust allow sts:AssumeRole from user:A/alice\n"
                            "role A/t\n trust allow sts:AssumeRole from role:A/m1,role:A/m2,role:A/n\n"
                            "role A/n\n trust allow sts:AssumeRole from role:A/m1\n");
    assert_reach("alice", 0, "alice>m1; alice>m2; alice>m1>n; alice>m1>t");
    assert_all("alice", "t", 0, "alice>m1>t; alice>m2>t; alice>m1>n>t");
    edge_world_close(&world);
}

/* The next caller is a session: what it was called in one hop is its name in the next. */
static void session_names_tie_hops_together(void **state)
{
    (void)state;
    edge_world_open(&world, "user A/alice\n"
                            "user A/bob\n"
                            "role A/mid\n"
                            " trust allow sts:AssumeRole from user:A/alice if StringEquals sts:RoleSessionName alice\n"
                            " trust allow sts:AssumeRole from user:A/bob if StringEquals sts:RoleSessionName bob\n"
                            "role A/end\n trust allow sts:AssumeRole from session:A/mid/alice\n");
    assert_reach("alice", 0, "alice?mid; alice?mid?end");
    assert_reach("bob", 0, "bob?mid");
    assert_who_can("end", 0, "mid?end; alice?mid?end");
    edge_world_close(&world);
}

/* Each hop has an external id of its own; the network is the same for all. */
static void conditions_of_hops(void **state)
{
    (void)state;
    edge_world_open(
        &world, "user A/alice\n"
                "role A/mid\n trust allow sts:AssumeRole from user:A/alice if StringEquals sts:ExternalId one1\n"
                "role A/end\n trust allow sts:AssumeRole from role:A/mid if StringEquals sts:ExternalId two2\n"
                "role A/near\n trust allow sts:AssumeRole from user:A/alice if IpAddress aws:SourceIp 10.0.0.0/8\n"
                "role A/far\n trust allow sts:AssumeRole from role:A/near if IpAddress aws:SourceIp 192.0.2.0/24\n");
    assert_reach("alice", 0, "alice?mid; alice?near; alice?mid?end");
    edge_world_close(&world);
}

/* A role's session never has MFA. */
static void mfa_is_lost(void **state)
{
    (void)state;
    edge_world_open(
        &world, "user A/alice\n"
                "role A/mid\n trust allow sts:AssumeRole from user:A/alice if Bool aws:MultiFactorAuthPresent true\n"
                "role A/end\n trust allow sts:AssumeRole from role:A/mid if Bool aws:MultiFactorAuthPresent true\n");
    assert_reach("alice", 0, "alice?mid");
    edge_world_close(&world);
}

/* PrincipalTag in one hop is what was passed as RequestTag in the hop before, else the role's own tag. */
static void session_tags(void **state)
{
    (void)state;
    edge_world_open(
        &world, "user A/alice\n"
                "role A/fixed tag team=blue\n"
                " trust allow sts:AssumeRole from user:A/alice\n"
                "role A/tagged tag team=blue\n"
                " trust allow sts:AssumeRole,sts:TagSession from user:A/alice if StringEquals aws:RequestTag/team red\n"
                "role A/free tag team=blue\n"
                " trust allow sts:AssumeRole,sts:TagSession from user:A/alice\n"
                "role A/blue\n trust allow sts:AssumeRole from role:A/fixed,role:A/tagged,role:A/free if StringEquals "
                "aws:PrincipalTag/team blue\n"
                "role A/red\n trust allow sts:AssumeRole from role:A/fixed,role:A/tagged,role:A/free if StringEquals "
                "aws:PrincipalTag/team red\n");
    assert_all("alice", "blue", 2, "alice>fixed>blue; alice>free?blue");
    assert_all("alice", "red", 2, "alice>free?red; alice?tagged?red");
    edge_world_close(&world);
}

/* Passing tags needs sts:TagSession on both sides. */
static void session_tags_need_permission(void **state)
{
    (void)state;
    edge_world_open(
        &world, "user B/alice\n may allow sts:AssumeRole on *\n"
                "user B/bob\n may allow sts:AssumeRole,sts:TagSession on *\n"
                "role A/mid\n trust allow sts:AssumeRole,sts:TagSession from root:B\n"
                "role A/end\n trust allow sts:AssumeRole from role:A/mid if StringEquals aws:PrincipalTag/team x\n");
    assert_reach("alice", 0, "alice>mid");
    assert_reach("bob", 0, "bob>mid; bob>mid?end");
    edge_world_close(&world);
}

static void transitive_tags(void **state)
{
    (void)state;
    edge_world_open(
        &world,
        "user A/alice\n"
        "role A/one\n trust allow sts:AssumeRole,sts:TagSession from user:A/alice\n"
        "role A/two\n trust allow sts:AssumeRole,sts:TagSession from role:A/one if Null aws:RequestTag/team true\n"
        "role A/three\n trust allow sts:AssumeRole,sts:TagSession from role:A/two if StringEquals "
        "aws:PrincipalTag/team x\n"
        "role A/not-tagged\n trust allow sts:AssumeRole from role:A/two if StringEquals aws:PrincipalTag/team x\n"
        "role A/unmarked\n trust allow sts:AssumeRole,sts:TagSession from user:A/alice if Null "
        "sts:TransitiveTagKeys true\n"
        "role A/four\n trust allow sts:AssumeRole,sts:TagSession from role:A/unmarked if Null "
        "aws:RequestTag/team true\n"
        "role A/five\n trust allow sts:AssumeRole,sts:TagSession from role:A/four if StringEquals "
        "aws:PrincipalTag/team x\n");
    assert_all("alice", "three", 3, "alice>one?two?three");
    assert_all("alice", "not-tagged", 3, "");
    assert_all("alice", "five", 3, "");
    edge_world_close(&world);
}

/* Set once, carried along, and to be allowed in every later hop. */
static void source_identity(void **state)
{
    (void)state;
    edge_world_open(
        &world, "user A/alice\n"
                "role A/one\n trust allow sts:AssumeRole,sts:SetSourceIdentity from user:A/alice\n"
                "role A/two\n trust allow sts:AssumeRole,sts:SetSourceIdentity from role:A/one\n"
                "role A/three\n trust allow sts:AssumeRole,sts:SetSourceIdentity from role:A/two if StringEquals "
                "aws:SourceIdentity alice\n"
                "role A/stops\n trust allow sts:AssumeRole from role:A/one if StringEquals aws:SourceIdentity alice\n"
                "role A/demands\n trust allow sts:AssumeRole,sts:SetSourceIdentity from user:A/alice if StringEquals "
                "sts:SourceIdentity bob\n"
                "role A/other\n trust allow sts:AssumeRole,sts:SetSourceIdentity from role:A/demands if StringEquals "
                "aws:SourceIdentity alice\n"
                "role A/same\n trust allow sts:AssumeRole,sts:SetSourceIdentity from role:A/demands if StringEquals "
                "aws:SourceIdentity bob\n");
    assert_all("alice", "three", 3, "alice>one>two?three");
    assert_all("alice", "stops", 2, "");
    assert_all("alice", "other", 2, "");
    assert_all("alice", "same", 2, "alice?demands?same");
    edge_world_close(&world);
}

/* More different demands at one node than are told apart: still nobody is left out. */
static void many_ways_to_one_node(void **state)
{
    char *text = NULL;
    size_t length;
    FILE *stream = open_memstream(&text, &length);
    (void)state;
    fputs("user A/alice\nrole A/mid\n", stream);
    for (int i = 0; i < 100; i++)
        fprintf(stream, " trust allow sts:AssumeRole from role:A/r%d if StringEquals sts:RoleSessionName name%d\n", i,
                i);
    for (int i = 0; i < 100; i++)
        fprintf(stream, "role A/r%d\n trust allow sts:AssumeRole from user:A/alice\n", i);
    fputs("role A/end\n trust allow sts:AssumeRole from session:A/mid/name99\n", stream);
    fclose(stream);
    edge_world_open(&world, text);
    struct text rows = {0};
    chains_reach(world.edges, node("alice"), NULL, note, &rows);
    assert_non_null(strstr(rows.data, ">end") != NULL ? rows.data : strstr(rows.data, "?end"));
    text_free(&rows);
    edge_world_close(&world);
    free(text);
}

static void cycles(void **state)
{
    uint32_t *component, count, length;
    (void)state;
    edge_world_open(&world, "role A/a\n trust allow sts:AssumeRole from role:A/c,role:A/a\n"
                            "role A/b\n trust allow sts:AssumeRole from role:A/a\n"
                            "role A/c\n trust allow sts:AssumeRole from role:A/b,role:A/d\n"
                            "role A/d\n trust allow sts:AssumeRole from role:A/e\n"
                            "role A/e\n"
                            "role A/self\n trust allow sts:AssumeRole from role:A/self\n");
    component = calloc(world.edges->node_count, sizeof *component);
    chains_components(world.edges, component, &count);
    assert_int_equal(count, 2);
    assert_int_equal(component[node("a")], component[node("b")]);
    assert_int_equal(component[node("a")], component[node("c")]);
    assert_int_equal(component[node("d")], MODEL_NONE);
    assert_int_not_equal(component[node("self")], MODEL_NONE);
    uint32_t *cycle = chains_shortest_cycle(world.edges, node("a"), &length);
    assert_int_equal(length, 4);
    assert_int_equal(cycle[0], node("a"));
    assert_int_equal(cycle[1], node("b"));
    assert_int_equal(cycle[3], node("a"));
    free(cycle);
    cycle = chains_shortest_cycle(world.edges, node("self"), &length);
    assert_int_equal(length, 2);
    free(cycle);
    assert_null(chains_shortest_cycle(world.edges, node("d"), &length));
    free(component);
    edge_world_close(&world);
}

static void outside_parties_are_nodes(void **state)
{
    (void)state;
    edge_world_open(&world, "role A/r\n"
                            " trust allow sts:AssumeRole from *,root:D,service:ec2.amazonaws.com,user:D/x\n"
                            "role A/next\n trust allow sts:AssumeRole from role:A/r\n");
    assert_who_can("next", 0, "r>next; x?r>next; 444444444444?r>next; *>r>next; ec2.amazonaws.com>r>next");
    edge_world_close(&world);
}

/* A user of an account that trusts name, and one session of a role, are named nowhere themselves. */
static void callers_that_no_trust_names(void **state)
{
    struct caller caller;
    (void)state;
    edge_world_open(&world, "role A/by-account\n trust allow sts:AssumeRole from root:D\n"
                            "role A/public\n trust allow sts:AssumeRole from *\n"
                            "role A/closed\n trust allow sts:AssumeRole from user:D/somebody-else\n"
                            "role A/source\n"
                            "role A/for-alice\n trust allow sts:AssumeRole from session:A/source/alice\n");
    assert_true(caller_parse(world.model, &world.model->arena, "arn:aws:iam::444444444444:user/eve", &caller));
    assert_int_equal(edges_find_node(world.edges, &caller), MODEL_NONE);
    uint32_t eve = edges_of_caller(world.edges, &caller, 0);
    assert_int_equal(world.edges->nodes[eve].kind, CALLER_USER);
    assert_reach("eve", 0, "eve?by-account; eve?public");
    assert_int_equal(edges_of_caller(world.edges, &caller, 0), eve);
    assert_reach("eve", 0, "eve?by-account; eve?public");
    assert_true(
        caller_parse(world.model, &world.model->arena, "arn:aws:sts::111111111111:assumed-role/source/alice", &caller));
    uint32_t alice = edges_of_caller(world.edges, &caller, 0);
    assert_non_null(edges_between(world.edges, alice, node("for-alice")));
    assert_int_equal(edges_between(world.edges, alice, node("for-alice"))->verdict, VERDICT_ALLOWED);
    assert_true(
        caller_parse(world.model, &world.model->arena, "arn:aws:sts::111111111111:assumed-role/source/bob", &caller));
    uint32_t bob = edges_of_caller(world.edges, &caller, 0);
    assert_null(edges_between(world.edges, bob, node("for-alice")));
    assert_non_null(edges_between(world.edges, bob, node("public")));
    edge_world_close(&world);
}

/* What the edges say is what the decision says, for every pair. */
static void edges_agree_with_decisions(void **state)
{
    (void)state;
    edge_world_open(
        &world,
        "organization M members A B C\n"
        "scp account:B deny sts:AssumeRole on role:C/*\n"
        "group A/g\n may allow sts:AssumeRole on role:?/r*\n may allow sts:AssumeRole on arn:aws:iam::*:role/r*\n"
        "user A/u1 group g\n"
        "user A/u2 tag team=x\n may allow sts:* on * if StringEquals aws:PrincipalTag/team x\n"
        "user B/u3\n may allow * on *\n may deny sts:AssumeRole on role:B/r2\n"
        "role A/r1\n trust allow sts:AssumeRole from root:A,root:B\n may allow not-action iam:* on *\n"
        "role B/r2\n trust allow sts:AssumeRole from *\n trust deny sts:AssumeRole from user:A/u1\n"
        "role C/r3\n trust allow sts:AssumeRole from not root:A\n"
        "role C/r4\n trust allow sts:AssumeRole from * if StringLike aws:PrincipalArn arn:aws:iam::*:role/r*\n");
    struct evaluator *evaluator = evaluator_new(world.model, world.pool);
    uint32_t allowed = 0;
    for (uint32_t from = 0; from < world.model->principal_count; from++)
        for (uint32_t to = 0; to < world.model->principal_count; to++) {
            struct decision_question question = {.role = to};
            struct decision decision;
            if (!world.model->principals[to].is_role)
                continue;
            caller_of_principal(world.model, from, &question.caller);
            decision_decide(evaluator, &question, &decision);
            const struct edge *edge = edges_between(world.edges, from, to);
            if ((edge != NULL) != (decision.verdict != VERDICT_DENIED) ||
                (edge != NULL && edge->residual != decision.residual))
                fail_msg("%s to %s: %s", name_of(from), name_of(to), verdict_word(decision.verdict));
            allowed += edge != NULL;
        }
    assert_true(allowed > 8);
    evaluator_free(evaluator);
    edge_world_close(&world);
}

/* A row of more roles than one walk has marks for, with a ring at its end: each carries a mark of its own. */
static void marks_are_counted(void **state)
{
    enum { ROLES = 70 };
    struct text text = {0};
    (void)state;
    text_format(&text, "role A/r0\n trust allow sts:AssumeRole from role:A/r1\n may allow sts:AssumeRole on *\n");
    for (int i = 1; i <= ROLES; i++)
        text_format(&text,
                    "role A/r%d\n trust allow sts:AssumeRole from role:A/r%d%s\n may allow sts:AssumeRole on *\n", i,
                    i + 1, i == 2 ? ",role:A/r0" : "");
    edge_world_open(&world, text.data);
    uint32_t *marks = calloc(world.edges->node_count, sizeof *marks),
             *counts = calloc(world.edges->node_count, sizeof *counts);
    for (uint32_t i = 0; i < world.edges->node_count; i++)
        marks[i] = i < world.model->principal_count ? i : MODEL_NONE;
    chains_count_marks(world.edges, marks, world.model->principal_count, counts);
    for (int i = 0; i <= ROLES; i++) {
        char name[16];
        snprintf(name, sizeof name, "r%d", i);
        assert_int_equal(counts[node(name)], i < 3 ? 3 : i + 1);
    }
    /* One mark for all. */
    for (uint32_t i = 0; i < world.model->principal_count; i++)
        marks[i] = 0;
    chains_count_marks(world.edges, marks, 1, counts);
    assert_int_equal(counts[node("r70")], 1);
    free(marks);
    free(counts);
    text_free(&text);
    edge_world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chain_of_three_accounts),
        cmocka_unit_test(shortest_and_all),
        cmocka_unit_test(session_names_tie_hops_together),
        cmocka_unit_test(conditions_of_hops),
        cmocka_unit_test(session_tags),
        cmocka_unit_test(session_tags_need_permission),
        cmocka_unit_test(transitive_tags),
        cmocka_unit_test(source_identity),
        cmocka_unit_test(many_ways_to_one_node),
        cmocka_unit_test(mfa_is_lost),
        cmocka_unit_test(cycles),
        cmocka_unit_test(marks_are_counted),
        cmocka_unit_test(outside_parties_are_nodes),
        cmocka_unit_test(callers_that_no_trust_names),
        cmocka_unit_test(edges_agree_with_decisions),
    };
    return cmocka_run_group_tests_name("chains", tests, NULL, NULL);
}
