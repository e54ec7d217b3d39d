/* What the index finds, and what arn_order finds, against matching every pattern with every ARN. */
#include "graph/edges/arn_order.h"
#include "graph/policy/pattern.h"
#include "graph/policy/resource_index.h"
#include "tests/support/testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t seed = 7;

static uint32_t draw(uint32_t below)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(seed >> 33) % below;
}

/* Short alphabets, so that many match, many begin or end alike, and some are equal. */
static void draw_text(char *text, size_t size, bool pattern)
{
    static const char *const starts[] = {"arn:aws:iam::111122223333:role/", "arn:aws:iam::*:role/", "*", "*:role/", ""};
    static const char letters[] = "abab/-:*?\x01";
    int length = snprintf(text, size, "%s", starts[pattern ? draw(5) : 0]);
    for (uint32_t left = draw(6); left > 0; left--)
        text[length++] = letters[draw(pattern ? 10 : 7)];
    text[length] = '\0';
}

#define PATTERNS 40
#define ROUNDS 400
#define WIDTH 64

static struct statement draw_statement(char texts[PATTERNS][WIDTH], const char **resources, uint32_t *used)
{
    struct statement statement = {.has_resource = true, .not_resource = draw(8) == 0, .variables = draw(2) == 0};
    statement.resources = resources + *used;
    for (statement.resource_count = 0; *used < PATTERNS && (statement.resource_count == 0 || draw(3) > 0); ++*used) {
        draw_text(texts[*used], WIDTH, true);
        resources[*used] = texts[*used];
        statement.resource_count++;
    }
    return statement;
}

static bool is_found(const struct statement_place *places, uint32_t count, uint32_t statement, uint32_t resource)
{
    for (uint32_t i = 0; i < count; i++)
        if (places[i].statement == statement && (places[i].part == resource || places[i].part == STATEMENT_WHOLE))
            return true;
    return false;
}

static void finds_what_matches(void **state)
{
    static char texts[PATTERNS][WIDTH];
    uint32_t matches = 0, left_out = 0;
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        struct arena arena = {0}, scratch = {0};
        struct statement statements[PATTERNS];
        const char *resources[PATTERNS];
        uint32_t used = 0, count = 0, found;
        char arn[WIDTH];
        while (used < PATTERNS)
            statements[count++] = draw_statement(texts, resources, &used);
        const struct resource_index *index = resource_index_make(&arena, statements, count);
        assert_non_null(index);
        draw_text(arn, sizeof arn, false);
        const struct statement_place *places = resource_index_find(index, arn, &scratch, &found);
        for (uint32_t i = 1; i < found; i++)
            assert_true(places[i - 1].statement < places[i].statement ||
                        (places[i - 1].statement == places[i].statement && places[i - 1].part < places[i].part));
        for (uint32_t i = 0; i < count; i++)
            for (uint32_t j = 0; j < statements[i].resource_count; j++) {
                bool match = pattern_matches(statements[i].resources[j], arn);
                if ((match || statements[i].not_resource) && !is_found(places, found, i, j))
                    fail_msg("%s matches %s and is not found", statements[i].resources[j], arn);
                matches += match;
                left_out += !is_found(places, found, i, j);
            }
        arena_free(&arena);
        arena_free(&scratch);
    }
    assert_true(matches > ROUNDS);
    assert_true(left_out > (uint32_t)ROUNDS * PATTERNS / 3);
}

static void leaves_few_alone(void **state)
{
    const char *const one[] = {"*"};
    struct statement statement = {.has_resource = true, .resources = one, .resource_count = 1};
    struct arena arena = {0};
    (void)state;
    assert_null(resource_index_make(&arena, &statement, 1));
    arena_free(&arena);
}

#define ROLES 200

static bool note(uint32_t principal, void *context)
{
    ((uint32_t *)context)[principal]++;
    return true;
}

static void orders_find_what_matches(void **state)
{
    static char arns[ROLES][WIDTH];
    struct model_principal principals[ROLES];
    struct model model = {.principals = principals, .principal_count = ROLES};
    struct arn_ends ends = {.of = NULL};
    uint32_t list[ROLES], matches = 0;
    (void)state;
    for (uint32_t i = 0; i < ROLES; i++) {
        draw_text(arns[i], WIDTH, false);
        principals[i] = (struct model_principal){.arn = arns[i]};
        list[i] = i;
    }
    arn_order_sort(&model, list, ROLES);
    for (int round = 0; round < ROUNDS; round++) {
        char pattern[WIDTH];
        uint32_t met[ROLES] = {0};
        draw_text(pattern, sizeof pattern, true);
        arn_order_match(&model, arn_order_has_colons(&model), list, ROLES, &ends, pattern, note, met);
        for (uint32_t i = 0; i < ROLES; i++) {
            bool match = pattern_matches(pattern, arns[i]);
            if (met[i] != match)
                fail_msg("%s and %s: found %u times", pattern, arns[i], met[i]);
            matches += match;
        }
    }
    assert_true(ends.sorted);
    assert_true(matches > ROUNDS);
    arn_ends_free(&ends);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_what_matches),
        cmocka_unit_test(leaves_few_alone),
        cmocka_unit_test(orders_find_what_matches),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
