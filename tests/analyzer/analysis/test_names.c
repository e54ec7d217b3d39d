/* A name means the same over a model and over a database without a loaded model. */
#include "analyzer/analysis/derive.h"
#include "analyzer/analysis/names.h"
#include "ingest/store/query.h"
#include "tests/support/scenario.h"
#include "tests/support/testing.h"

#include <stdlib.h>
#include <string.h>

#define A "arn:aws:iam::111111111111:"
#define B "arn:aws:iam::222222222222:"

static struct scenario scenario;
static struct store *store;
static struct model *model;
static struct arena arena;

static int open_world(void **state)
{
    struct derivation derivation;
    char *error = NULL;
    (void)state;
    bool good = scenario_read(&scenario,
                              "user A/team/alice\n"
                              "user A/carol\n"
                              "role A/deploy\n trust allow sts:AssumeRole from account:A\n"
                              "role B/deploy\n trust allow sts:AssumeRole from account:A\n"
                              "role B/ci/builder\n trust allow sts:AssumeRole from account:A\n"
                              "role B/carol\n trust allow sts:AssumeRole from account:A\n"
                              "role A/login\n trust allow sts:AssumeRoleWithSAML from saml:A/login\n"
                              "role A/shared\n trust allow sts:AssumeRoleWithSAML from saml:A/both\n"
                              "role B/shared\n trust allow sts:AssumeRoleWithSAML from saml:B/both\n",
                              1);
    store = good ? scenario_load(&scenario) : NULL;
    if (store == NULL)
        return -1;
    store_execute(store, "UPDATE account SET alias = 'blue', name = 'Team/Blue' WHERE id = '111111111111';"
                         "UPDATE account SET name = 'green' WHERE id = '222222222222'");
    good = derive_answers(store, NULL, NULL, &derivation, &error);
    model = good ? model_load(store, &error) : NULL;
    return model != NULL ? 0 : -1;
}

static int close_world(void **state)
{
    (void)state;
    model_free(model);
    arena_free(&arena);
    store_close(store);
    scenario_free(&scenario);
    return 0;
}

static void assert_meaning(struct meaning meaning, const char *name, enum meaning_kind kind, const char *text)
{
    if (meaning.kind != kind)
        fail_msg("\"%s\" means something of kind %d, not %d", name, (int)meaning.kind, (int)kind);
    if (text != NULL)
        assert_string_equal(meaning.texts[0], text);
}

static void assert_both(const char *name, bool role, enum meaning_kind kind, const char *text)
{
    const struct lookup lookups[] = {{.model = model, .store = store, .arena = &arena},
                                     {.store = store, .arena = &arena}};
    for (size_t i = 0; i < sizeof lookups / sizeof lookups[0]; i++)
        assert_meaning(role ? names_role(&lookups[i], name) : names_caller(&lookups[i], name), name, kind, text);
    assert_null(store_error(store));
}

static void roles(void **state)
{
    (void)state;
    assert_both("builder", true, MEANING_PRINCIPAL, B "role/ci/builder");
    assert_both("ci/builder", true, MEANING_PRINCIPAL, B "role/ci/builder");
    assert_both("222222222222/ci/builder", true, MEANING_PRINCIPAL, B "role/ci/builder");
    assert_both("green/builder", true, MEANING_PRINCIPAL, B "role/ci/builder");
    assert_both("blue/builder", true, MEANING_NONE, NULL);
    assert_both("cd/builder", true, MEANING_NONE, NULL);
    assert_both("deploy", true, MEANING_SEVERAL_PRINCIPALS, A "role/deploy");
    assert_both("blue/deploy", true, MEANING_PRINCIPAL, A "role/deploy");
    assert_both("Team/Blue/deploy", true, MEANING_PRINCIPAL, A "role/deploy");
    assert_both("carol", true, MEANING_PRINCIPAL, B "role/carol");
    assert_both("alice", true, MEANING_NONE, NULL);
    assert_both("Deploy", true, MEANING_NONE, NULL);
    assert_both("", true, MEANING_NONE, NULL);
    assert_both(A "role/deploy", true, MEANING_CALLER, A "role/deploy");
    assert_both("role/builder", true, MEANING_PRINCIPAL, B "role/ci/builder");
    assert_both("role/ci/builder", true, MEANING_PRINCIPAL, B "role/ci/builder");
    assert_both("green/role/ci/builder", true, MEANING_PRINCIPAL, B "role/ci/builder");
    assert_both("role/deploy", true, MEANING_SEVERAL_PRINCIPALS, A "role/deploy");
    assert_both("user/builder", true, MEANING_NONE, NULL);
    assert_both("role/role/builder", true, MEANING_NONE, NULL);
    assert_both("roles/builder", true, MEANING_NONE, NULL);
}

static void callers(void **state)
{
    (void)state;
    assert_both("alice", false, MEANING_PRINCIPAL, A "user/team/alice");
    assert_both("carol", false, MEANING_SEVERAL_PRINCIPALS, A "user/carol");
    assert_both("blue/carol", false, MEANING_PRINCIPAL, A "user/carol");
    assert_both("Team/Blue/team/alice", false, MEANING_PRINCIPAL, A "user/team/alice");
    assert_both("blue", false, MEANING_CALLER, "111111111111");
    assert_both("green", false, MEANING_CALLER, "222222222222");
    assert_both("333333333333", false, MEANING_CALLER, "333333333333");
    assert_both("*", false, MEANING_CALLER, "*");
    assert_both("ec2.amazonaws.com", false, MEANING_CALLER, "ec2.amazonaws.com");
    assert_both("login", false, MEANING_CALLER, A "saml-provider/login");
    assert_both("both", false, MEANING_SEVERAL_PROVIDERS, NULL);
    assert_both("ogin", false, MEANING_NONE, NULL);
    assert_both("", false, MEANING_NONE, NULL);
    assert_both(A "user/team/alice", false, MEANING_CALLER, A "user/team/alice");
    assert_both("user/alice", false, MEANING_PRINCIPAL, A "user/team/alice");
    assert_both("user/carol", false, MEANING_PRINCIPAL, A "user/carol");
    assert_both("role/carol", false, MEANING_PRINCIPAL, B "role/carol");
    assert_both("anyone", false, MEANING_CALLER, "*");
    assert_both("saml-provider/login", false, MEANING_CALLER, A "saml-provider/login");
    assert_both("oidc-provider/login", false, MEANING_NONE, NULL);
    assert_both("blue/login", false, MEANING_CALLER, A "saml-provider/login");
    assert_both("green/login", false, MEANING_NONE, NULL);
    assert_both("both", false, MEANING_SEVERAL_PROVIDERS, NULL);
    assert_both("green/both", false, MEANING_CALLER, B "saml-provider/both");
    assert_both("222222222222/saml-provider/both", false, MEANING_CALLER, B "saml-provider/both");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(roles), cmocka_unit_test(callers)};
    return cmocka_run_group_tests_name("names", tests, open_world, close_world);
}
