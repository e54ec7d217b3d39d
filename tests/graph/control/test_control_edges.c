/* Control edges of small worlds: each kind where it exists, and beside it what keeps it from existing. */
#include "graph/control/control_edges.h"
#include "ingest/support/memory.h"
#include "ingest/support/text.h"
#include "tests/support/edge_world.h"
#include "tests/support/testing.h"

#include <stdlib.h>
#include <string.h>

static void tell_hop(const struct edge_world *world, const struct hop *hop, struct text *text)
{
    const struct edge *edge = &world->edges->edges[hop->edge];
    text_format(text, "%s%s %s%s %s (%s)", text->length > 0 ? "; " : "", world->edges->nodes[hop->from].name,
                edge->verdict == VERDICT_CONDITIONAL ? "?" : "", edge_kind_word(edge->kind),
                world->edges->nodes[hop->to].name, edge->how);
    json_t *words = constraint_words(world->pool, edge->residual), *word;
    size_t i;
    json_array_foreach(words, i, word) text_format(text, "%s%s", i == 0 ? " if " : " and ", json_string_value(word));
    json_decref(words);
}

/* What leaves the node, by whom it leads to. */
static void tell_control(const struct edge_world *world, uint32_t node, struct text *text)
{
    for (uint32_t to = 0; to < world->edges->node_count; to++) {
        struct hop_cursor cursor;
        struct hop hop;
        hop_cursor_begin(&cursor, world->edges, node);
        while (hop_cursor_next(&cursor, &hop))
            if (hop.to == to && world->edges->edges[hop.edge].kind != EDGE_ASSUME)
                tell_hop(world, &hop, text);
    }
}

/* All control edges of a world: "alice edit-trust r (iam:UpdateAssumeRolePolicy); …", "?" before a conditional one's
 * verb. */
static char *control_of(const char *lines)
{
    struct edge_world world;
    struct text text = {0};
    edge_world_open(&world, lines);
    const struct edges *edges = world.edges;
    control_edges_add(world.edges);
    text_append(&text, "", 0);
    for (uint32_t node = 0; node < edges->node_count; node++)
        tell_control(&world, node, &text);
    edge_world_close(&world);
    return text_release(&text);
}

static void assert_control(const char *world, const char *expected)
{
    char *found = control_of(world);
    if (strcmp(found, expected) != 0)
        fail_msg("found    %s\nexpected %s", found, expected);
    free(found);
}

static void edit_trust(void **state)
{
    (void)state;
    assert_control(
        "user A/alice\n may allow iam:UpdateAssumeRolePolicy on role:A/r,role:B/far\n"
        "user A/bob\n may allow iam:UpdateAssumeRolePolicy on role:A/r if Bool aws:MultiFactorAuthPresent true\n"
        "user A/carol\n may allow iam:UpdateAssumeRolePolicy on *\n may deny iam:UpdateAssumeRolePolicy on *\n"
        "user A/dave\n may allow iam:UpdateAssumeRolePolicy on *\n boundary b allow s3:* on *\n"
        "role A/r\n"
        "role A/aws-reserved/sso.amazonaws.com/sso\n"
        "role A/aws-service-role/x.amazonaws.com/linked\n"
        "role B/far\n trust allow sts:AssumeRole from user:B/x\n",
        "alice edit-trust r (iam:UpdateAssumeRolePolicy); bob ?edit-trust r (iam:UpdateAssumeRolePolicy) if "
        "aws:MultiFactorAuthPresent = true");
}

static void scps_limit_control(void **state)
{
    (void)state;
    assert_control("organization M members A B\n"
                   "scp A deny iam:* on *\n"
                   "user A/alice\n may allow iam:UpdateAssumeRolePolicy on *\n"
                   "role A/r\n"
                   "user B/bob\n may allow iam:UpdateAssumeRolePolicy on *\n"
                   "role B/r\n",
                   "bob edit-trust r (iam:UpdateAssumeRolePolicy)");
}

static void take_credentials(void **state)
{
    (void)state;
    assert_control("user A/alice\n may allow iam:CreateLoginProfile on user:A/*\n"
                   "user A/victim\n"
                   "role A/r\n",
                   "alice take-credentials victim (iam:CreateLoginProfile)");
    assert_control("user A/alice\n may allow iam:UpdateSAMLProvider on *\n"
                   "role A/r\n trust allow sts:AssumeRoleWithSAML from saml:A/idp if StringEquals SAML:aud x\n"
                   "role A/other\n trust allow sts:AssumeRole from service:ec2.amazonaws.com\n",
                   "alice ?take-credentials r (iam:UpdateSAMLProvider) if SAML:aud = \"x\"");
}

/* The role must trust the service, and iam:PassedToService bind it. */
static void pass_role(void **state)
{
    (void)state;
    assert_control("user A/alice\n may allow iam:PassRole on * if StringEquals iam:PassedToService ec2.amazonaws.com\n"
                   " may allow ec2:RunInstances,lambda:CreateFunction,lambda:InvokeFunction on *\n"
                   "user A/bob\n may allow iam:PassRole on role:A/lambda\n may allow lambda:CreateFunction on *\n"
                   "user A/carol\n may allow iam:PassRole on role:A/lambda\n may allow "
                   "lambda:CreateFunction,lambda:InvokeFunction on "
                   "*\n"
                   "user A/dave\n may allow iam:PassRole on role:A/none\n may allow ec2:RunInstances on *\n"
                   "role A/ec2\n trust allow sts:AssumeRole from service:ec2.amazonaws.com\n profile p\n"
                   "role A/lonely\n trust allow sts:AssumeRole from service:ec2.amazonaws.com\n"
                   "role A/lambda\n trust allow sts:AssumeRole from service:lambda.amazonaws.com\n"
                   "role A/none\n trust allow sts:AssumeRole from service:monitoring.amazonaws.com\n",
                   "alice pass-role ec2 (iam:PassRole to ec2.amazonaws.com, ec2:RunInstances); carol pass-role lambda "
                   "(iam:PassRole to "
                   "lambda.amazonaws.com, lambda:CreateFunction, lambda:InvokeFunction)");
}

#define TARGETS                                                                                                        \
    "role B/waits\n trust allow sts:AssumeRole from root:A\n"                                                          \
    "role B/closed\n trust allow sts:AssumeRole from root:C\n"

static void own_permissions(void **state)
{
    (void)state;
    assert_control("user A/alice\n may allow iam:PutUserPolicy on user:A/alice\n" TARGETS,
                   "alice edit-permissions waits (iam:PutUserPolicy for itself)");
    assert_control("user A/alice\n may allow iam:PutUserPolicy on user:A/bob\n" TARGETS, "");
    assert_control("role A/r\n may allow iam:AttachRolePolicy on role:A/r\n" TARGETS,
                   "r edit-permissions waits (iam:AttachRolePolicy for itself)");
    assert_control("user A/alice\n attach own allow iam:CreatePolicyVersion on policy:A/own\n" TARGETS,
                   "alice edit-permissions waits (iam:CreatePolicyVersion for itself)");
    assert_control("user A/alice\n attach own allow iam:CreatePolicyVersion on policy:A/another\n" TARGETS, "");
    /* What denies stays. */
    assert_control("user A/alice\n may allow iam:PutUserPolicy on *\n may deny sts:AssumeRole on *\n" TARGETS, "");
}

#define RUNS_CODE                                                                                                      \
    "organization M members A\nscp A deny iam:UpdateAssumeRolePolicy on *\n"                                           \
    "user A/bob\n may allow iam:PutUserPolicy on user:A/bob\n"                                                         \
    "role A/runs\n trust allow sts:AssumeRole from service:lambda.amazonaws.com\n"                                     \
    "user A/alice\n may allow iam:PutUserPolicy on user:A/alice\n"
#define EACH_OTHER                                                                                                     \
    "alice edit-permissions bob (iam:PutUserPolicy for itself); bob edit-permissions runs (iam:PutUserPolicy for "     \
    "itself); bob edit-permissions alice (iam:PutUserPolicy for itself)"

/* A Deny of passing roles, or of what a service runs, counts for its holder alone. */
static void denied_services_stay_denied(void **state)
{
    (void)state;
    assert_control(RUNS_CODE " may deny lambda:* on *\n", EACH_OTHER);
    assert_control(RUNS_CODE " may deny iam:PassRole on *\n",
                   "alice ?edit-permissions runs (iam:PutUserPolicy for itself) if a function runs with role "
                   "111111111111/runs; " EACH_OTHER);
}

static void groups(void **state)
{
    (void)state;
    static const char world[] = "group A/g\n may allow sts:AssumeRole on role:B/waits\n"
                                "user A/member group g\n"
                                "user A/alice\n may allow iam:AddUserToGroup on group:A/g\n"
                                "user A/bob\n may allow iam:AddUserToGroup on group:A/other\n"
                                "user A/carol group g\n may allow iam:AddUserToGroup on *\n"
                                "role B/waits\n trust allow sts:AssumeRole from root:A\n"
                                "role B/not-of-the-group\n trust allow sts:AssumeRole from root:A\n";
    assert_control(world, "alice edit-permissions waits (iam:AddUserToGroup for itself)");
    assert_control("group A/g\n may allow s3:* on *\n"
                   "user A/alice group g\n may allow iam:PutGroupPolicy on group:A/g\n" TARGETS,
                   "alice edit-permissions waits (iam:PutGroupPolicy for itself)");
}

static void boundaries(void **state)
{
    (void)state;
    /* Lifting its boundary lets it use what it has. */
    assert_control("user A/alice\n may allow sts:AssumeRole,iam:DeleteUserPermissionsBoundary on *\n"
                   " boundary b allow iam:* on *\n" TARGETS,
                   "alice edit-permissions waits (iam:DeleteUserPermissionsBoundary for itself)");
    assert_control("user A/alice\n may allow sts:AssumeRole,iam:DeleteUserPermissionsBoundary on *\n"
                   " boundary b allow s3:* on *\n" TARGETS,
                   "");
    assert_control("role A/r\n may allow sts:AssumeRole,iam:CreatePolicyVersion on *\n"
                   " boundary b allow iam:CreatePolicyVersion on *\n" TARGETS,
                   "r edit-permissions waits (iam:CreatePolicyVersion for itself)");
    /* Within a boundary that stays, own permissions reach no further. */
    assert_control(
        "user A/alice\n may allow iam:PutUserPolicy on *\n boundary b allow iam:PutUserPolicy on *\n" TARGETS, "");
}

/* Somebody whom it can become, and whose permissions it may edit. */
static void permissions_of_another(void **state)
{
    (void)state;
    assert_control("user A/alice\n may allow iam:PutRolePolicy on role:A/puppet\n"
                   "user A/bob\n may allow iam:PutRolePolicy on role:A/puppet\n"
                   "role A/puppet\n trust allow sts:AssumeRole from user:A/alice\n" TARGETS,
                   "alice edit-permissions bob (iam:PutRolePolicy for puppet); alice edit-permissions waits "
                   "(iam:PutRolePolicy for puppet)");
}

/* Who may do anything to itself still reaches through others what lets in these alone. */
static void somebody_else_is_let_in(void **state)
{
    (void)state;
    assert_control("user A/alice\n may allow iam:PutUserPolicy,iam:PutRolePolicy on *\n"
                   "role A/deploy\n trust allow sts:AssumeRole from user:A/alice\n"
                   "role B/waits\n trust allow sts:AssumeRole from role:A/deploy\n"
                   "role B/by-tag\n trust allow sts:AssumeRole from root:A if StringEquals aws:PrincipalTag/team x\n",
                   "alice edit-permissions waits (iam:PutRolePolicy for deploy)");
    assert_control("user A/alice\n may allow iam:PutUserPolicy,iam:PutRolePolicy on *\n"
                   "role A/deploy tag team=x\n trust allow sts:AssumeRole from user:A/alice\n"
                   "role B/by-tag\n trust allow sts:AssumeRole from root:A if StringEquals aws:PrincipalTag/team x\n",
                   "alice edit-permissions by-tag (iam:PutRolePolicy for deploy)");
}

/* One whose sessions may bring tags does not stand for one whose sessions do not, nor the other way round. */
static void sessions_with_tags(void **state)
{
    static const char *const conditions[][2] = {
        {"", " if StringEquals aws:PrincipalTag/team x"},
        {"organization M members A B\nscp A deny sts:AssumeRole on role:B/far if StringNotEquals aws:PrincipalTag/team "
         "x\n",
         ""}};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct text text = {0};
        text_format(&text,
                    "%suser A/alice\n may allow iam:PutRolePolicy on role:A/a,role:A/b\n"
                    "role A/a tag team=y\n trust allow sts:AssumeRole from user:A/alice\n"
                    "role A/b tag team=y\n trust allow sts:AssumeRole,sts:TagSession from user:A/alice\n"
                    "role B/far\n trust allow sts:AssumeRole from root:A%s\n",
                    conditions[i][0], conditions[i][1]);
        assert_control(text.data,
                       "alice ?edit-permissions far (iam:PutRolePolicy for b) if aws:PrincipalTag/team = \"x\"");
        text_free(&text);
    }
}

/* One change makes the next possible. */
static void change_after_change(void **state)
{
    (void)state;
    assert_control("user A/alice\n may allow iam:PutUserPolicy on *\n boundary b allow iam:* on *\n" TARGETS,
                   "alice edit-permissions waits (iam:DeleteUserPermissionsBoundary for itself)");
    assert_control("group A/g\n may allow iam:AttachUserPolicy on *\n"
                   "user A/alice\n may allow iam:AddUserToGroup on *\n" TARGETS,
                   "alice edit-permissions waits (iam:AttachUserPolicy for itself)");
    assert_control("group A/g\n may allow iam:AttachUserPolicy on *\n may deny sts:AssumeRole on *\n"
                   "user A/alice\n may allow iam:AddUserToGroup on *\n" TARGETS,
                   "");
    /* Nobody of the account changes what AWS keeps. */
    assert_control("role A/aws-reserved/sso.amazonaws.com/sso\n"
                   " may allow sts:AssumeRole,iam:DeleteRolePermissionsBoundary on *\n"
                   " boundary b allow iam:* on *\n" TARGETS,
                   "");
}

/* The same policies are not the same rights where SCPs do not bind one of them. */
static void scps_spare_services(void **state)
{
    (void)state;
    assert_control("organization M members A B\nscp A deny iam:* on *\n"
                   "role A/a\n may allow iam:UpdateAssumeRolePolicy on *\n"
                   "role A/aws-service-role/x.amazonaws.com/linked\n may allow iam:UpdateAssumeRolePolicy on *\n"
                   "role A/z\n may allow iam:UpdateAssumeRolePolicy on *\n",
                   "linked edit-trust a (iam:UpdateAssumeRolePolicy); linked edit-trust z "
                   "(iam:UpdateAssumeRolePolicy)");
}

static void several_providers(void **state)
{
    (void)state;
    assert_control("user A/alice\n may allow iam:UpdateSAMLProvider on *\n"
                   "role A/r\n trust allow sts:AssumeRoleWithSAML from saml:A/one if StringEquals SAML:aud x\n"
                   " trust allow sts:AssumeRoleWithSAML from saml:A/two if StringEquals SAML:aud y\n",
                   "alice ?take-credentials r (iam:UpdateSAMLProvider) if SAML:aud = \"x\" or SAML:aud = \"y\"");
}

/* Never mixed: an assume edge and a control edge between the same two stay two. */
static void kinds_are_apart(void **state)
{
    (void)state;
    assert_control("user A/alice\n may allow iam:UpdateAssumeRolePolicy on role:A/r\n"
                   "role A/r\n trust allow sts:AssumeRole from user:A/alice\n",
                   "alice edit-trust r (iam:UpdateAssumeRolePolicy)");
}

/* Who has the same policies need not have the same rights. */
static void told_apart_by_conditions(void **state)
{
    (void)state;
    static const char *const conditions[] = {
        "ArnLike aws:PrincipalArn arn:aws:iam::*:user/alice", "StringLike aws:PrincipalArn *:user/al*",
        "StringEqualsIgnoreCase aws:PrincipalArn ARN:aws:iam::111111111111:user/alice",
        "StringEquals aws:username alice", "StringEquals aws:PrincipalTag/team x"};
    for (size_t i = 0; i < sizeof conditions / sizeof conditions[0]; i++) {
        struct text world = {0};
        text_format(&world,
                    "user A/zoe\n may allow iam:UpdateAssumeRolePolicy on * if %s\n"
                    "user A/alice tag team=x\n may allow iam:UpdateAssumeRolePolicy on * if %s\n"
                    "user A/bob\n may allow iam:UpdateAssumeRolePolicy on * if %s\n"
                    "role A/r\n",
                    conditions[i], conditions[i], conditions[i]);
        assert_control(world.data, "alice edit-trust r (iam:UpdateAssumeRolePolicy)");
        text_free(&world);
    }
}

static void told_apart_by_account(void **state)
{
    (void)state;
    assert_control(
        "user A/alice\n may allow iam:UpdateAssumeRolePolicy on * if StringEquals aws:PrincipalAccount 222222222222\n"
        "role A/r\n"
        "user B/bob\n may allow iam:UpdateAssumeRolePolicy on * if StringEquals aws:PrincipalAccount 222222222222\n"
        "role B/r\n",
        "bob edit-trust r (iam:UpdateAssumeRolePolicy)");
    assert_control("user A/alice\n may allow iam:UpdateAssumeRolePolicy on * if StringEquals aws:ResourceTag/team x\n"
                   "role A/r\n"
                   "role A/tagged tag team=x\n",
                   "alice edit-trust tagged (iam:UpdateAssumeRolePolicy)");
}

/* All of them over all of them is one edge; nobody has one to himself. */
static void groups_of_controllers(void **state)
{
    (void)state;
    struct edge_world world;
    struct hop_cursor cursor;
    struct hop hop;
    uint32_t control = 0, hops = 0;
    edge_world_open(&world, "role A/a\n may allow iam:UpdateAssumeRolePolicy on *\n"
                            "role A/b\n may allow iam:UpdateAssumeRolePolicy on *\n"
                            "role A/c\n may allow iam:UpdateAssumeRolePolicy on *\n"
                            "role A/d\n"
                            "role A/e\n");
    control_edges_add(world.edges);
    for (uint32_t i = 0; i < world.edges->edge_count; i++)
        control += world.edges->edges[i].kind != EDGE_ASSUME;
    for (uint32_t node = 0; node < world.edges->node_count; node++) {
        hop_cursor_begin(&cursor, world.edges, node);
        while (hop_cursor_next(&cursor, &hop)) {
            assert_int_not_equal(hop.from, hop.to);
            hops++;
        }
    }
    assert_int_equal(control, 1);
    assert_int_equal(hops, 3 * 4);
    edge_world_close(&world);
}

/* Roles of another account that trust the same are asked once, but where what the caller has tells them apart. */
static void roles_elsewhere_that_trust_the_same(void **state)
{
    static const char roles[] = "role B/one\n trust allow sts:AssumeRole from root:A\n"
                                "role B/two\n trust allow sts:AssumeRole from root:A\n"
                                "role B/tagged tag team=x\n trust allow sts:AssumeRole from root:A\n";
    static const struct {
        const char *world, *expected;
    } cases[] = {
        {"user A/alice\n may allow iam:PutUserPolicy on user:A/alice\n",
         "alice edit-permissions one (iam:PutUserPolicy for itself); alice edit-permissions tagged (iam:PutUserPolicy "
         "for itself); alice edit-permissions two (iam:PutUserPolicy for itself)"},
        {"user A/alice\n may allow iam:PutUserPolicy on user:A/alice\n may deny sts:AssumeRole on role:B/two\n",
         "alice edit-permissions one (iam:PutUserPolicy for itself); alice edit-permissions tagged (iam:PutUserPolicy "
         "for itself)"},
        {"user A/alice\n may allow iam:PutUserPolicy on user:A/alice\n may deny sts:AssumeRole on * if StringEquals "
         "aws:ResourceTag/team x\n",
         "alice edit-permissions one (iam:PutUserPolicy for itself); alice edit-permissions two (iam:PutUserPolicy for "
         "itself)"},
        {"organization M members A B\nscp A deny sts:AssumeRole on role:B/one\n"
         "user A/alice\n may allow iam:PutUserPolicy on user:A/alice\n",
         "alice edit-permissions tagged (iam:PutUserPolicy for itself); alice edit-permissions two (iam:PutUserPolicy "
         "for itself)"},
        {"group A/ops\n may allow sts:AssumeRole on role:B/t*\n"
         "user A/alice\n may allow iam:AddUserToGroup on group:A/ops\n",
         "alice edit-permissions tagged (iam:AddUserToGroup for itself); alice edit-permissions two "
         "(iam:AddUserToGroup for itself)"},
        {"group A/ops\n may allow s3:* on *\nuser A/alice\n may allow iam:AddUserToGroup on group:A/ops\n", ""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *world = memory_print("%s%s", cases[i].world, roles);
        assert_control(world, cases[i].expected);
        free(world);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(edit_trust),
        cmocka_unit_test(scps_limit_control),
        cmocka_unit_test(take_credentials),
        cmocka_unit_test(pass_role),
        cmocka_unit_test(own_permissions),
        cmocka_unit_test(denied_services_stay_denied),
        cmocka_unit_test(roles_elsewhere_that_trust_the_same),
        cmocka_unit_test(groups),
        cmocka_unit_test(boundaries),
        cmocka_unit_test(permissions_of_another),
        cmocka_unit_test(kinds_are_apart),
        cmocka_unit_test(somebody_else_is_let_in),
        cmocka_unit_test(sessions_with_tags),
        cmocka_unit_test(change_after_change),
        cmocka_unit_test(scps_spare_services),
        cmocka_unit_test(several_providers),
        cmocka_unit_test(told_apart_by_conditions),
        cmocka_unit_test(told_apart_by_account),
        cmocka_unit_test(groups_of_controllers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
