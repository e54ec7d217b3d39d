/* Callers of every kind: what explain decides of one and a role is what reach and who-can find between the two. */
#include "graph/chains/chains.h"
#include "ingest/support/text.h"
#include "tests/support/scenario.h"
#include "tests/support/testing.h"

#include <stdlib.h>
#include <string.h>

static const char world[] =
    "user A/alice tag team=blue\n may allow sts:AssumeRole on *\n"
    "role A/source\n trust allow sts:AssumeRole from user:A/alice\n may allow sts:AssumeRole on *\n"
    "role A/by-user\n trust allow sts:AssumeRole from user:A/alice,user:D/dora\n"
    "role A/by-role\n trust allow sts:AssumeRole from role:A/source,role:D/drole\n"
    "role A/by-session\n trust allow sts:AssumeRole from session:A/source/one,session:D/drole/two\n"
    "role A/by-account\n trust allow sts:AssumeRole from root:A,root:D if StringEquals sts:ExternalId x77\n"
    "role A/by-org\n trust allow sts:AssumeRole from * if StringEquals aws:PrincipalOrgID o-example0001\n"
    "role A/public\n trust allow sts:AssumeRole from *\n"
    "role A/tagged\n trust allow sts:AssumeRole from * if StringEquals aws:PrincipalTag/team blue\n"
    "role A/by-service\n trust allow sts:AssumeRole from service:ec2.amazonaws.com,service:lambda.amazonaws.com\n"
    "role A/by-saml\n trust allow sts:AssumeRoleWithSAML from saml:A/idp,saml:B/idp if StringEquals SAML:aud x\n"
    "role A/by-oidc\n trust allow sts:AssumeRoleWithWebIdentity from oidc:A/example.com if StringLike example.com:sub "
    "a*\n"
    "role A/by-google\n trust allow sts:AssumeRoleWithWebIdentity from federated:accounts.google.com if StringEquals "
    "accounts.google.com:aud app\n"
    "role A/mfa\n trust allow sts:AssumeRole from * if Bool aws:MultiFactorAuthPresent true\n"
    "role A/stranger\n trust allow sts:AssumeRole from * if StringNotEquals aws:PrincipalAccount $A\n";

static const struct {
    const char *text, *kind;
    const char *roles; /* that it can become, by name; "?" after those under conditions */
} callers[] = {
    {"arn:aws:iam::111111111111:user/alice", "user", "source by-user by-account? by-org? public tagged mfa? "},
    {"arn:aws:iam::111111111111:role/source", "role", "by-role by-session? by-account? by-org? public "},
    {"arn:aws:sts::111111111111:assumed-role/source/one", "role-session",
     "by-role by-session by-account? by-org? public "},
    {"arn:aws:sts::111111111111:assumed-role/source/other", "role-session", "by-role by-account? by-org? public "},
    {"arn:aws:iam::444444444444:user/dora", "user", "by-user? by-account? by-org? public? tagged? mfa? stranger? "},
    {"arn:aws:iam::444444444444:role/drole", "role",
     "by-role? by-session? by-account? by-org? public? tagged? stranger? "},
    {"arn:aws:sts::444444444444:assumed-role/drole/two", "role-session",
     "by-role? by-session? by-account? by-org? public? tagged? stranger? "},
    {"444444444444", "account", "by-user? by-role? by-session? by-account? by-org? public? tagged? mfa? stranger? "},
    {"111111111111", "account", "source by-user by-role by-session? by-account? by-org? public tagged mfa? "},
    {"*", "anyone", "public tagged? mfa? stranger "},
    {"o-example0001", "organization", "by-org public tagged? mfa? stranger? "},
    {"o-another0001", "organization", "public tagged? mfa? stranger? "},
    {"AROASOMEBODYELSE0000", "unique-id", "by-org? public? tagged? mfa? stranger? "},
    {"ec2.amazonaws.com", "service", "by-service "},
    {"s3.amazonaws.com", "service", ""},
    {"arn:aws:iam::111111111111:saml-provider/idp", "saml-provider", "by-saml? "},
    {"arn:aws:iam::222222222222:saml-provider/idp", "saml-provider", ""},
    {"arn:aws:iam::111111111111:oidc-provider/example.com", "web-identity", "by-oidc? "},
    {"accounts.google.com", "web-identity", "by-google? "},
    {"root-user:111111111111", "root-user", ""},
    {"arn:aws:iam::111111111111:root", "root-user", ""},
    {"arn:aws:sts::111111111111:federated-user/fed", "federated-user", ""},
};

static struct scenario scenario;
static struct store *store;
static struct model *model;
static struct constraint_pool *pool;
static struct edges *edges;

static int open_world(void **state)
{
    char *error = NULL;
    (void)state;
    assert_true(scenario_read(&scenario, world, 1));
    store = scenario_load(&scenario);
    model = model_load(store, &error);
    pool = constraint_pool_new();
    edges = edges_compute(model, pool, 0);
    return edges != NULL ? 0 : -1;
}

static int close_world(void **state)
{
    (void)state;
    edges_free(edges);
    constraint_pool_free(pool);
    model_free(model);
    store_close(store);
    scenario_free(&scenario);
    return 0;
}

struct found {
    uint32_t role, node;
    bool seen;
};

static bool look(const struct chain *chain, void *context)
{
    struct found *found = context;
    found->seen = found->seen || chain->hops[0].from == found->node;
    return true;
}

/* The roles in the order of the world are those of the expectation: the model sorts them, so compare name by name. */
static void each_caller(void **state)
{
    struct evaluator *evaluator = evaluator_new(model, pool);
    (void)state;
    for (size_t i = 0; i < sizeof callers / sizeof callers[0]; i++) {
        struct decision_question question = {0};
        assert_true(caller_parse(model, &model->arena, callers[i].text, &question.caller));
        assert_string_equal(caller_kind_word(question.caller.kind), callers[i].kind);
        uint32_t node = edges_of_caller(edges, &question.caller, 0);
        assert_int_not_equal(node, MODEL_NONE);
        assert_int_equal(edges_find_node(edges, &question.caller), node);
        for (question.role = 0; question.role < model->principal_count; question.role++) {
            struct decision decision;
            char allowed[80], conditional[80], expected[512];
            if (!model->principals[question.role].is_role)
                continue;
            decision_decide(evaluator, &question, &decision);
            snprintf(allowed, sizeof allowed, " %s ", model->principals[question.role].name);
            snprintf(conditional, sizeof conditional, " %s? ", model->principals[question.role].name);
            snprintf(expected, sizeof expected, " %s", callers[i].roles);
            enum verdict wanted = strstr(expected, allowed) != NULL       ? VERDICT_ALLOWED
                                  : strstr(expected, conditional) != NULL ? VERDICT_CONDITIONAL
                                                                          : VERDICT_DENIED;
            if (decision.verdict != wanted)
                fail_msg("%s -> %s: %s", callers[i].text, allowed, verdict_word(decision.verdict));
            const struct edge *edge = edges_between(edges, node, question.role);
            if ((edge == NULL) != (wanted == VERDICT_DENIED) || (edge != NULL && edge->residual != decision.residual))
                fail_msg("%s -> %s: explain and reach differ", callers[i].text, allowed);
            struct found found = {question.role, node, false};
            chains_who_can(edges, question.role, &(struct chain_limits){.max_hops = 1}, look, &found);
            if (found.seen != (edge != NULL))
                fail_msg("%s -> %s: who-can and reach differ", callers[i].text, allowed);
        }
    }
    evaluator_free(evaluator);
}

/* --context and --absent fix any key, also those that are otherwise known. */
static void any_key_can_be_fixed(void **state)
{
    static const char *const x77 = "x77", *const yes = "true", *const red = "red", *const blue = "blue",
                             *const ours = "o-example0001", *const other = "999999999999";
    static const struct {
        const char *caller, *role;
        struct fixed_key fixed;
        enum verdict verdict;
    } questions[] = {
        {"arn:aws:iam::111111111111:user/alice", "by-account", {"sts:ExternalId", &x77, 1}, VERDICT_ALLOWED},
        {"arn:aws:iam::111111111111:user/alice", "by-account", {"STS:externalid", NULL, 0}, VERDICT_DENIED},
        {"arn:aws:iam::111111111111:user/alice", "mfa", {"aws:MultiFactorAuthPresent", &yes, 1}, VERDICT_ALLOWED},
        {"arn:aws:iam::111111111111:role/source", "mfa", {"aws:MultiFactorAuthPresent", &yes, 1}, VERDICT_ALLOWED},
        {"arn:aws:iam::111111111111:user/alice", "tagged", {"aws:PrincipalTag/team", &red, 1}, VERDICT_DENIED},
        {"arn:aws:iam::111111111111:user/alice", "tagged", {"aws:PrincipalTag/team", NULL, 0}, VERDICT_DENIED},
        {"*", "tagged", {"aws:principaltag/TEAM", &blue, 1}, VERDICT_ALLOWED},
        {"*", "by-org", {"aws:PrincipalOrgID", &ours, 1}, VERDICT_ALLOWED},
        {"arn:aws:iam::111111111111:user/alice", "stranger", {"aws:PrincipalAccount", &other, 1}, VERDICT_ALLOWED},
        {"arn:aws:iam::111111111111:saml-provider/idp", "by-saml", {"saml:AUD", NULL, 0}, VERDICT_DENIED},
    };
    struct evaluator *evaluator = evaluator_new(model, pool);
    (void)state;
    for (size_t i = 0; i < sizeof questions / sizeof questions[0]; i++) {
        struct decision decision;
        struct decision_question question = {.fixed = &questions[i].fixed, .fixed_count = 1};
        assert_true(caller_parse(model, &model->arena, questions[i].caller, &question.caller));
        question.role = model_find_role_name(model, model_find_account(model, "111111111111"), questions[i].role);
        assert_int_not_equal(question.role, MODEL_NONE);
        decision_decide(evaluator, &question, &decision);
        if (decision.verdict != questions[i].verdict)
            fail_msg("%s -> %s with %s: %s", questions[i].caller, questions[i].role, questions[i].fixed.key,
                     verdict_word(decision.verdict));
    }
    evaluator_free(evaluator);
}

/* Who stands in no Principal, only in conditions: who-can lists them all the same, as few as there are. */
static void named_by_conditions(void **state)
{
    static const struct {
        const char *trust, *listed; /* by text, in the order of nodes */
    } roles[] = {
        {"allow sts:AssumeRole from * if StringEquals aws:PrincipalAccount $D,$E", "444444444444 555555555555 "},
        {"allow sts:AssumeRole from * if StringEqualsIfExists aws:PrincipalAccount $D", "444444444444 "},
        {"allow sts:AssumeRole from * if ArnLike aws:PrincipalArn arn:aws:iam::$D:role/Deploy*", "444444444444 "},
        /* A path may hold colons, and strangers choose theirs. */
        {"allow sts:AssumeRole from * if StringLike aws:PrincipalArn *:$D:*,*:$E:*", "444444444444 555555555555 * "},
        {"allow sts:AssumeRole from * if ArnEquals aws:PrincipalArn arn:aws:iam::$D:role/x",
         "arn:aws:iam::444444444444:role/x "},
        {"allow sts:AssumeRole from * if StringEquals aws:PrincipalArn arn:aws:iam::$D:role/x*", ""},
        {"allow sts:AssumeRole from * if StringEquals aws:PrincipalAccount $D\n"
         " trust deny sts:AssumeRole from * if ArnLike aws:PrincipalArn arn:aws:iam::$D:*",
         ""},
        {"allow sts:AssumeRole from * if StringEquals aws:PrincipalOrgID o-another0001", "o-another0001 "},
        {"allow sts:AssumeRole from * if ForAnyValue:StringLike aws:PrincipalOrgPaths o-another0001/r-root/*",
         "o-another0001 "},
        {"allow sts:AssumeRole from * if StringLike aws:userid AROASOMEBODYELSE0000:*", "AROASOMEBODYELSE0000 "},
        {"allow sts:AssumeRole from *\n trust deny sts:AssumeRole from * if StringNotEquals aws:PrincipalAccount $D",
         "444444444444 "},
        {"allow sts:AssumeRole from *\n trust deny sts:AssumeRole from not root:D,role:D/x",
         "arn:aws:iam::444444444444:role/x 444444444444 "},
        {"allow sts:AssumeRole from not root:E if StringEquals aws:PrincipalAccount $D,$E", "444444444444 "},
        {"allow sts:AssumeRole from *\n trust deny sts:AssumeRole from * if StringEquals aws:PrincipalAccount $D",
         "* "},
        {"allow sts:AssumeRole from * if ArnLike aws:PrincipalArn arn:aws:iam::*:role/Deploy*", "* "},
        {"allow sts:AssumeRole from * if StringEquals aws:PrincipalAccount $A", ""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof roles / sizeof roles[0]; i++) {
        struct text text = {0}, listed = {0};
        struct scenario own = {0};
        char *error = NULL;
        text_format(&text, "user A/alice\nrole B/r\n  trust %s\n", roles[i].trust);
        assert_true(scenario_read(&own, text.data, 1));
        struct store *own_store = scenario_load(&own);
        struct model *own_model = model_load(own_store, &error);
        struct edges *own_edges = edges_compute(own_model, pool, 0);
        text_append_string(&listed, "");
        for (uint32_t node = own_model->principal_count; node < own_edges->node_count; node++)
            text_format(&listed, "%s ", own_edges->nodes[node].text);
        if (strcmp(listed.data, roles[i].listed) != 0)
            fail_msg("%s: %s", text.data, listed.data);
        edges_free(own_edges);
        model_free(own_model);
        store_close(own_store);
        scenario_free(&own);
        text_free(&text);
        text_free(&listed);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_caller),
        cmocka_unit_test(any_key_can_be_fixed),
        cmocka_unit_test(named_by_conditions),
    };
    return cmocka_run_group_tests(tests, open_world, close_world);
}
