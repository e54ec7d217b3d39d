/*
 * What is known about a long policy before a patch of it is tried agrees with the patch: every principal of trust
 * policies of many shapes is removed, and the rest made acceptable to IAM.
 */
#include "analyzer/findings/facts/trust_walk.h"
#include "analyzer/findings/patches/patch_accepted.h"
#include "analyzer/findings/patches/policy_extent.h"
#include "ingest/support/text.h"
#include "tests/support/edge_world.h"
#include "tests/support/testing.h"

#include <string.h>

#define USERS 90u
#define LONG_NAME "a-name-that-takes-some-room-in-the-policy-"

static bool is_named(const struct statement_principal *principal, const void *context)
{
    return strcmp(principal->value, context) == 0;
}

/* A role whose statements name `each` principals: for every third role nobody that exists, for others one account or
 * many existing users. */
static void add_role(struct text *text, unsigned role, unsigned statements, unsigned each)
{
    text_format(text, "role A/r%u\n", role);
    for (unsigned i = 0; i < statements; i++) {
        text_append_string(text, " trust allow sts:AssumeRole from ");
        for (unsigned j = 0; j < each; j++) {
            unsigned number = i * each + j;
            bool exists = role % 3 == 1 && number % 4 != 0;
            text_format(text, "%s", j > 0 ? "," : "");
            if (role % 3 == 2 && number == role)
                text_append_string(text, "account:B");
            else
                text_format(text, "user:A/" LONG_NAME "%u", exists ? number % USERS : USERS + number);
        }
        text_append_string(text, "\n");
    }
}

struct tally {
    unsigned nobody, too_long, unknown, over;
};

static void compare_rest(struct analysis *analysis, struct findings *findings, const struct trust_statement *at,
                         const struct statement_principal *principal, struct tally *tally)
{
    const struct principals_meant meant = {at->statement, is_named, principal->value};
    enum policy_rest rest =
        policy_extent_rest(policy_extent_of(analysis, findings, at->role, at->use), analysis->model, &meant);
    struct finding finding = {.at = *at};
    struct patch patch = {.style = PATCH_REMOVED, .document = trust_policy_json(analysis, at->use)};
    json_t *statement = trust_policy_statement(patch.document, at->statement->position);
    int left = patch_remove_principals(statement, &meant);
    assert_true(left >= 0);
    bool some = left > 0 || patch_remove_statement(patch.document, at->statement->position);
    some = some && accepted_policy_is_left(analysis->model, at->role, patch.document);
    struct accepted_policy accepted;
    accepted_policy_make(analysis, findings, finding.at.role, &patch, &accepted);
    if (rest == REST_NOBODY)
        assert_false(some);
    if (rest == REST_TOO_LONG)
        assert_true(some && accepted.document == NULL);
    tally->nobody += rest == REST_NOBODY;
    tally->too_long += rest == REST_TOO_LONG;
    tally->unknown += rest == REST_NOT_KNOWN;
    accepted_policy_free(&accepted);
    json_decref(patch.document);
}

/* The shortest policy that may replace it. */
static void compare_without(struct analysis *analysis, struct findings *findings, const struct trust_statement *at,
                            struct tally *tally)
{
    struct patch patch = {.style = PATCH_REMOVED, .document = trust_policy_json(analysis, at->use)};
    struct accepted_policy accepted;
    if (policy_extent_is_over_without(policy_extent_of(analysis, findings, at->role, at->use),
                                      at->statement->position)) {
        tally->over++;
        assert_true(patch_remove_statement(patch.document, at->statement->position));
        accepted_policy_make(analysis, findings, at->role, &patch, &accepted);
        assert_null(accepted.document);
        accepted_policy_free(&accepted);
    }
    json_decref(patch.document);
}

static void what_is_known_before_is_what_a_patch_shows(void **state)
{
    struct text text = {0};
    struct edge_world world;
    struct tally tally = {0};
    (void)state;
    for (unsigned i = 0; i < USERS; i++)
        text_format(&text, "user A/" LONG_NAME "%u\n", i);
    for (unsigned role = 0; role < 12; role++)
        add_role(&text, role, role % 2 == 0 ? 1 : 8 + role, role % 2 == 0 ? 36 + 5 * role : 1 + role % 4);
    edge_world_open(&world, text.data);
    struct analysis analysis = {.store = world.store, .model = world.model, .pool = world.pool, .edges = world.edges};
    struct findings findings = {0};
    for (uint32_t role = 0; role < world.model->principal_count; role++) {
        struct trust_statement at = {.role = role};
        while (world.model->principals[role].is_role && trust_walk_role(world.model, &at)) {
            compare_without(&analysis, &findings, &at, &tally);
            for (uint32_t i = 0; i < at.statement->principal_count; i++)
                compare_rest(&analysis, &findings, &at, &at.statement->principals[i], &tally);
        }
    }
    assert_true(tally.nobody > 0 && tally.too_long > 0 && tally.unknown > 0 && tally.over > 0);
    findings_free(&findings);
    exported_close(&analysis.exported);
    edge_world_close(&world);
    text_free(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(what_is_known_before_is_what_a_patch_shows)};
    return cmocka_run_group_tests_name("policy_extent", tests, NULL, NULL);
}
