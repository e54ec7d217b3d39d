/* A trust policy that names many is decided as if all its principals were looked at. */
#include "tests/support/edge_world.h"
#include "tests/support/testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t seed = 11;

static uint32_t draw(uint32_t below)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(seed >> 33) % below;
}

/* Whom policies name and who calls: of few accounts and names, exported and not. */
static void draw_name(char *text, size_t size)
{
    static const char accounts[] = "ABC";
    char account = accounts[draw(3)], name = (char)('a' + draw(3));
    switch (draw(10)) {
    case 0:
        snprintf(text, size, "account:%c", account);
        break;
    case 1:
    case 2:
        snprintf(text, size, "user:%c/%c", account, name);
        break;
    case 3:
    case 4:
        snprintf(text, size, "role:%c/%s%c", account, draw(3) == 0 ? "way/" : "", name);
        break;
    case 5:
        snprintf(text, size, "session:%c/%c/%c", account, name, 'x' + (char)draw(2));
        break;
    case 6:
        snprintf(text, size, "service:s%u.amazonaws.com", draw(3));
        break;
    case 7:
        snprintf(text, size, "saml:%c/%c", account, name);
        break;
    case 8:
        snprintf(text, size, "oidc:%c/host%u", account, draw(2));
        break;
    default:
        snprintf(text, size, "%s", draw(4) == 0 ? "anyone" : "AIDAEXAMPLE000000000A");
    }
}

/* Few statements that name many, or many that name few. */
static void draw_trust(struct text *world)
{
    uint32_t statements = draw(2) == 0 ? 1 + draw(4) : 30;
    for (uint32_t i = 0; i < statements; i++) {
        uint32_t names = statements > 4 ? 1 : 1 + draw(30);
        bool all_but = draw(12) == 0;
        text_format(world, "    trust %s sts:AssumeRole,sts:AssumeRoleWithSAML,sts:AssumeRoleWithWebIdentity from %s",
                    draw(4) == 0 ? "deny" : "allow", all_but ? "not " : "");
        for (uint32_t j = 0; j < names; j++) {
            char name[64];
            draw_name(name, sizeof name);
            if (strcmp(name, "anyone") == 0 && (names > 1 || all_but))
                snprintf(name, sizeof name, "account:D");
            text_format(world, "%s%s", j > 0 ? "," : "", name);
        }
        text_format(world, "%s\n", draw(3) == 0 ? " if StringEquals sts:ExternalId x" : "");
    }
}

static uint32_t let_in, indexed;

static void compare(struct edge_world *world, struct evaluator *evaluator, const char *name, uint32_t role)
{
    struct model_document *document = &world->model->documents[world->model->principals[role].trust->document];
    const struct principal_index *index = document->principals;
    struct decision_question question = {.role = role};
    struct decision with, without;
    struct arena arena = {0};
    const char *text = scenario_principal(&world->scenario, name);
    if (caller_parse(world->model, &arena, text, &question.caller)) {
        decision_decide(evaluator, &question, &with);
        document->principals = NULL;
        decision_decide(evaluator, &question, &without);
        document->principals = index;
        assert_int_equal(with.verdict, without.verdict);
        assert_int_equal(with.residual, without.residual);
        let_in += with.verdict != VERDICT_DENIED;
        indexed += index != NULL;
    }
    arena_free(&arena);
}

static void decides_as_all_principals_do(void **state)
{
    (void)state;
    for (int round = 0; round < 60; round++) {
        struct text text = {0};
        struct edge_world world;
        text_append_string(&text, "user A/a\n    may allow * on *\nuser A/b\nrole A/a\n    may allow * on *\n"
                                  "role A/way/b\nrole B/c\n    may allow * on *\nuser B/a\nrole A/target\n");
        draw_trust(&text);
        edge_world_open_in_turn(&world, text.data);
        struct evaluator *evaluator = evaluator_new(world.model, world.pool);
        for (int i = 0; i < 60; i++) {
            char name[64];
            draw_name(name, sizeof name);
            compare(&world, evaluator, name, edge_world_node(&world, "target"));
        }
        evaluator_free(evaluator);
        edge_world_close(&world);
        text_free(&text);
    }
    assert_true(let_in > 200);
    assert_true(indexed > 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(decides_as_all_principals_do)};
    return cmocka_run_group_tests(tests, NULL, edge_world_end);
}
