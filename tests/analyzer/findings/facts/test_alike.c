/*
 * What is decided once for many is true for each of them: callers that a trust policy cannot tell apart, and versions
 * of an identity policy with the same meaning for a role. Each answer is compared with the decision.
 */
#include "analyzer/findings/facts/alike_callers.h"
#include "analyzer/findings/facts/same_grants.h"
#include "analyzer/findings/facts/trust_walk.h"
#include "graph/model/model_trial.h"
#include "tests/support/edge_world.h"
#include "tests/support/testing.h"

#include <string.h>

static const char callers[] =
    "user A/one\n may allow sts:AssumeRole on *\n"
    "user A/two\n may allow sts:AssumeRole on *\n"
    "user A/three tag team=x\n may allow sts:AssumeRole on *\n"
    "user A/idle\n"
    "role A/app-one\n may allow sts:AssumeRole on *\n"
    "role A/app-two\n may allow sts:AssumeRole on *\n"
    "role A/other\n may allow sts:AssumeRole on *\n"
    "role A/account\n trust allow sts:AssumeRole from account:A\n"
    "role A/named\n trust allow sts:AssumeRole from user:A/one,role:A/other\n"
    "role A/pattern\n trust allow sts:AssumeRole from account:A if ArnLike aws:PrincipalArn "
    "arn:aws:iam::$A:role/app-*\n"
    "role A/exact\n trust allow sts:AssumeRole from account:A if ArnEquals aws:PrincipalArn arn:aws:iam::$A:user/two\n"
    "role A/spared\n trust allow sts:AssumeRole from account:A\n"
    " trust deny sts:AssumeRole from anyone if ArnNotEquals aws:PrincipalArn arn:aws:iam::$A:user/one\n"
    "role A/external\n trust allow sts:AssumeRole from account:A if StringEquals sts:ExternalId x\n"
    "role A/tagged\n trust allow sts:AssumeRole from account:A if StringEquals aws:PrincipalTag/team x\n"
    "role A/called\n trust allow sts:AssumeRole from account:A if StringEquals aws:username two\n"
    "role A/variable\n trust allow sts:AssumeRole from account:A if StringEquals sts:RoleSessionName ${aws:username}\n"
    "role A/mfa\n trust allow sts:AssumeRole from account:A if Bool aws:MultiFactorAuthPresent true\n"
    "role A/users\n trust allow sts:AssumeRole from account:A if StringEquals aws:PrincipalType User\n";

static struct analysis analysis_of(const struct edge_world *world)
{
    return (struct analysis){.store = world->store,
                             .model = world->model,
                             .pool = world->pool,
                             .edges = world->edges,
                             .evaluator = evaluator_new(world->model, world->pool)};
}

/* By the statements of the trust policy only. */
static bool is_trusted(struct analysis *analysis, uint32_t role, uint32_t principal)
{
    struct trust_statement at = {.role = role};
    struct caller caller;
    bool trusted = false;
    caller_of_principal(analysis->model, principal, &caller);
    while (trust_walk_role(analysis->model, &at))
        trusted = trusted || (at.statement->allow && trust_speaks_for(analysis, &caller, &at) != CONSTRAINT_FALSE);
    return trusted;
}

static constraint access_of(struct analysis *analysis, uint32_t role, uint32_t principal)
{
    struct caller caller;
    caller_of_principal(analysis->model, principal, &caller);
    return trust_access(analysis, &caller, role);
}

/* Whether a group's answer is that of each member. Returns how many are represented by another. */
static uint32_t compare_groups(struct analysis *analysis, uint32_t role)
{
    const struct model *model = analysis->model;
    struct alike_callers alike;
    uint32_t together = 0;
    alike_callers_open(&alike, model, &analysis->edges->classes.permissions, role);
    for (uint32_t i = 0; i < model->principal_count; i++)
        for (uint32_t j = 0; j < i; j++) {
            uint32_t group = alike_callers_group(&alike, i), trusted = alike_callers_trusted(&alike, i);
            if (group != INTERN_NONE && group == alike_callers_group(&alike, j)) {
                assert_int_equal(access_of(analysis, role, i), access_of(analysis, role, j));
                together++;
            }
            if (trusted != INTERN_NONE && trusted == alike_callers_trusted(&alike, j)) {
                assert_int_equal(is_trusted(analysis, role, i), is_trusted(analysis, role, j));
                together++;
            }
        }
    alike_callers_close(&alike);
    return together;
}

static void callers_of_a_group_get_in_alike(void **state)
{
    static const char *const closely[] = {"tagged", "called", "variable", "mfa"};
    struct edge_world world;
    (void)state;
    edge_world_open(&world, callers);
    struct analysis analysis = analysis_of(&world);
    for (uint32_t i = 0; i < world.model->principal_count; i++) {
        const struct model_principal *role = &world.model->principals[i];
        bool told_apart = role->trust == NULL || role->trust->document == MODEL_NONE;
        for (size_t j = 0; j < sizeof closely / sizeof closely[0]; j++)
            told_apart = told_apart || strcmp(role->name, closely[j]) == 0;
        if (role->is_role)
            assert_int_equal(compare_groups(&analysis, i) == 0, told_apart);
    }
    evaluator_free(analysis.evaluator);
    edge_world_close(&world);
}

/* A trust policy on trial names others. */
static void a_policy_that_is_tried_has_groups_of_its_own(void **state)
{
    struct edge_world world;
    struct model_trial trial;
    (void)state;
    edge_world_open(&world, callers);
    struct analysis analysis = analysis_of(&world);
    uint32_t role = edge_world_node(&world, "account");
    assert_true(model_trial_begin(world.model, role,
                                  "{\"Version\": \"2012-10-17\", \"Statement\": {\"Effect\": \"Allow\", \"Action\": "
                                  "\"sts:AssumeRole\", \"Principal\": {\"AWS\": "
                                  "\"arn:aws:iam::111111111111:user/two\"}}}",
                                  &trial));
    assert_true(compare_groups(&analysis, role) > 0);
    assert_true(access_of(&analysis, role, edge_world_node(&world, "two")) != CONSTRAINT_FALSE);
    assert_int_equal(access_of(&analysis, role, edge_world_node(&world, "one")), CONSTRAINT_FALSE);
    model_trial_end(&trial);
    evaluator_free(analysis.evaluator);
    edge_world_close(&world);
}

/* ---- versions of an identity policy */

static const struct {
    const char *before, *after; /* statements */
    const char *same;           /* roles for which they are found to say the same; names between spaces */
} versions[] = {
    {"{\"Effect\": \"Allow\", \"Action\": \"sts:AssumeRole\", \"Resource\": \"*\"}",
     "{\"Effect\": \"Allow\", \"Action\": \"sts:AssumeRole\", \"Resource\": \"arn:aws:iam::*:role/a*\"}", " a1 a2 "},
    {"{\"Effect\": \"Allow\", \"Action\": \"sts:*\", \"Resource\": \"*\"}",
     "{\"Effect\": \"Allow\", \"Action\": \"sts:AssumeRole\", \"Resource\": \"arn:aws:iam::*:role/a*\"}, "
     "{\"Effect\": \"Allow\", \"Action\": [\"sts:AssumeRoleWith*\", \"sts:Get*\", \"sts:Set*\", \"sts:Tag*\"], "
     "\"Resource\": \"*\"}",
     " a1 a2 "},
    {"{\"Effect\": \"Allow\", \"Action\": \"sts:AssumeRole\", \"Resource\": \"*\"}, "
     "{\"Effect\": \"Deny\", \"Action\": \"sts:AssumeRole\", \"Resource\": \"arn:aws:iam::*:role/b*\"}",
     "{\"Effect\": \"Allow\", \"Action\": \"sts:AssumeRole\", \"Resource\": \"*\"}", " a1 a2 "},
    {"{\"Effect\": \"Allow\", \"Action\": \"sts:AssumeRole\", \"NotResource\": \"arn:aws:iam::*:role/b*\"}",
     "{\"Effect\": \"Allow\", \"Action\": \"sts:AssumeRole\", \"Resource\": \"*\"}", " a1 a2 "},
    {"{\"Effect\": \"Allow\", \"Action\": \"sts:AssumeRole\", \"Resource\": \"*\"}",
     "{\"Effect\": \"Allow\", \"Action\": \"sts:AssumeRole\", \"Resource\": \"*\", \"Condition\": {\"StringEquals\": "
     "{\"sts:ExternalId\": \"x\"}}}",
     " "},
    {"{\"Effect\": \"Allow\", \"Action\": \"sts:AssumeRole\", \"Resource\": \"arn:aws:iam::*:role/${aws:username}*\"}",
     "{\"Effect\": \"Allow\", \"Action\": \"sts:AssumeRole\", \"Resource\": \"*\"}", " "},
    {"{\"Effect\": \"Allow\", \"Action\": \"s3:*\", \"Resource\": \"*\"}",
     "{\"Effect\": \"Allow\", \"Action\": \"s3:GetObject\", \"Resource\": \"*\"}", " a1 a2 b1 "},
};

static void compare_versions(size_t row)
{
    static const char *const roles[] = {"a1", "a2", "b1"};
    char text[2000], after[1000];
    struct edge_world world;
    struct model_trial trial;
    constraint access[3];
    snprintf(text, sizeof text,
             "user A/u\n may allow s3:*\n  document {\"Version\": \"2012-10-17\", \"Statement\": [%s]}\n"
             "role A/a1\n trust allow sts:AssumeRole,sts:TagSession from account:A\n"
             "role A/a2\n trust allow sts:AssumeRole from account:A if StringEquals sts:ExternalId a2\n"
             "role A/b1\n trust allow sts:AssumeRole from account:A\n",
             versions[row].before);
    snprintf(after, sizeof after, "{\"Version\": \"2012-10-17\", \"Statement\": [%s]}", versions[row].after);
    edge_world_open(&world, text);
    struct analysis analysis = analysis_of(&world);
    uint32_t user = edge_world_node(&world, "u");
    const struct policy_use *use = &world.model->uses[world.model->principals[user].first_policy];
    uint32_t before = use->document;
    for (size_t i = 0; i < 3; i++)
        access[i] = access_of(&analysis, edge_world_node(&world, roles[i]), user);
    assert_true(model_trial_begin_identity(world.model, use, &user, 1, after, &trial));
    struct same_grants grants;
    same_grants_open(&grants, world.model, before, use->document);
    for (size_t i = 0; i < 3; i++) {
        uint32_t role = edge_world_node(&world, roles[i]);
        char name[8];
        snprintf(name, sizeof name, " %s ", roles[i]);
        bool same = same_grants_for(&grants, world.model->principals[role].arn);
        if (same != (strstr(versions[row].same, name) != NULL))
            fail_msg("row %zu, %s: %d", row, roles[i], same);
        if (same)
            assert_int_equal(access_of(&analysis, role, user), access[i]);
    }
    model_trial_end(&trial);
    evaluator_free(analysis.evaluator);
    edge_world_close(&world);
}

static void versions_that_say_the_same_change_nothing(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof versions / sizeof versions[0]; i++)
        compare_versions(i);
}

/* A plan or an invented export can contain two policies with one name: one is tried, and both exist afterwards. */
static void a_trial_gives_back_what_it_took(void **state)
{
    struct edge_world world;
    struct model_trial trial;
    (void)state;
    edge_world_open(&world, "user A/u\n may allow sts:AssumeRole on *\n attach p allow s3:GetObject on *\n");
    struct model *model = world.model;
    const struct model_principal *user = &model->principals[edge_world_node(&world, "u")];
    struct policy_use *uses = &model->uses[user->first_policy];
    uint32_t holder = edge_world_node(&world, "u"), first = uses[0].document, second = uses[1].document;
    assert_int_equal(user->policy_count, 2);
    assert_true(first != second);
    uses[1].kind = uses[0].kind;
    uses[1].name = uses[0].name;
    uses[1].holder = uses[0].holder;
    uses[1].arn = uses[0].arn;
    assert_true(model_trial_begin_identity(
        model, &uses[0], &holder, 1,
        "{\"Version\": \"2012-10-17\", \"Statement\": {\"Effect\": \"Deny\", \"Action\": \"*\", \"Resource\": \"*\"}}",
        &trial));
    assert_true(uses[0].document != first);
    assert_int_equal(uses[1].document, second);
    model_trial_end(&trial);
    assert_int_equal(uses[0].document, first);
    assert_int_equal(uses[1].document, second);
    edge_world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(callers_of_a_group_get_in_alike),
        cmocka_unit_test(a_policy_that_is_tried_has_groups_of_its_own),
        cmocka_unit_test(versions_that_say_the_same_change_nothing),
        cmocka_unit_test(a_trial_gives_back_what_it_took),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
