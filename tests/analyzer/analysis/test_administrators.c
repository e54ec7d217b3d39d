/* Who has every permission in its account, or can give itself that: decided by evaluation. */
#include "analyzer/analysis/administrators.h"
#include "ingest/support/text.h"
#include "tests/support/scenario.h"
#include "tests/support/testing.h"

#include <stdlib.h>
#include <string.h>

static void open_world(const char *world, struct scenario *scenario, struct analysis *analysis)
{
    char *error = NULL;
    if (!scenario_read(scenario, world, 1))
        fail_msg("%s", scenario->error);
    analysis->store = scenario_load(scenario);
    analysis->model = analysis->store != NULL ? model_load(analysis->store, &error) : NULL;
    analysis->pool = constraint_pool_new();
    assert_non_null(analysis->model);
    analysis->evaluator = evaluator_new(analysis->model, analysis->pool);
}

/* Every user and role named "yes…" is one, and nobody else. */
static void assert_administrators(const char *world)
{
    struct scenario scenario = {0};
    struct analysis analysis = {0};
    open_world(world, &scenario, &analysis);
    for (uint32_t i = 0; i < analysis.model->principal_count; i++) {
        const char *name = analysis.model->principals[i].name;
        bool expected = strncmp(name, "yes", 3) == 0;
        if (administrators_has(&analysis, i) != expected)
            fail_msg("%s is %san administrator", analysis.model->principals[i].arn, expected ? "not " : "");
    }
    analysis_close(&analysis);
    scenario_free(&scenario);
}

static void by_its_policies(void **state)
{
    (void)state;
    assert_administrators(
        "user A/yes\n may allow * on *\n"
        "role A/yes-by-iam\n may allow iam:* on *\n"
        "user A/yes-with-mfa\n may allow * on * if Bool aws:MultiFactorAuthPresent true\n"
        "user A/no-power-user\n may allow not-action iam:*,organizations:* on *\n"
        "user A/yes-amplify\n missing aws:AdministratorAccess-Amplify\n"
        "user A/no-beanstalk\n missing aws:AdministratorAccess-AWSElasticBeanstalk\n"
        "user A/AdministratorAccess\n attach AdministratorAccess allow s3:* on *\n"
        "user A/no-bounded\n may allow * on *\n boundary b allow s3:*,iam:Get* on *\n"
        "user A/no-denied\n may allow * on *\n may deny iam:* on *\n"
        "user A/no-one-policy\n may allow iam:AttachUserPolicy,iam:CreateUser,iam:CreateAccessKey on * if "
        "ArnEquals iam:PolicyARN arn:aws:iam::aws:policy/ReadOnlyAccess\n");
}

static void scps_count(void **state)
{
    (void)state;
    assert_administrators("organization M members A B\n"
                          "scp A deny iam:* on *\n"
                          "user A/no\n may allow * on *\n"
                          "user B/yes\n may allow * on *\n");
}

/* Whoever signs the assertions of an administrator's provider is an administrator. */
static void by_providers(void **state)
{
    (void)state;
    assert_administrators(
        "user A/yes-signs\n may allow iam:UpdateSAMLProvider on saml:A/idp\n"
        "user A/no-other-provider\n may allow iam:UpdateSAMLProvider on saml:A/other\n"
        "user A/no-denied\n may allow iam:UpdateSAMLProvider on *\n may deny iam:Update* on *\n"
        "role A/yes-people\n trust allow sts:AssumeRoleWithSAML from saml:A/idp if StringEquals SAML:aud x\n"
        " may allow * on *\n"
        "role A/no-readers\n trust allow sts:AssumeRoleWithSAML from saml:A/other\n may allow s3:* on *\n");
    assert_administrators(
        "user A/no-identity-center\n may allow iam:UpdateSAMLProvider on *\n"
        "role A/aws-reserved/sso.amazonaws.com/yes-kept\n trust allow sts:AssumeRoleWithSAML from saml:A/sso\n"
        " may allow * on *\n");
}

/* Changes follow each other. */
static void by_one_change_after_another(void **state)
{
    (void)state;
    assert_administrators("user A/yes-then-lifts\n may allow iam:PutUserPolicy on *\n boundary wide allow iam:* on *\n"
                          "group A/editors\n may allow iam:PutUserPolicy on *\n"
                          "user A/yes-joins-editors\n may allow iam:AddUserToGroup on group:A/editors\n"
                          "user A/no-joins-none\n may allow iam:AddUserToGroup on group:A/none\n");
}

static void by_what_it_can_make_of_itself(void **state)
{
    (void)state;
    assert_administrators(
        "user A/yes-itself\n may allow iam:AttachUserPolicy on user:A/yes-itself\n"
        "role A/yes-role\n may allow iam:PutRolePolicy on role:A/yes-role\n"
        "role A/yes-version\n attach own allow iam:CreatePolicyVersion on policy:A/own\n"
        "user A/no-within-boundary\n may allow iam:AttachUserPolicy on *\n"
        " boundary tight allow iam:AttachUserPolicy,s3:* on *\n"
        "user A/yes-lifts\n may allow * on *\n boundary lift allow iam:DeleteUserPermissionsBoundary on *\n"
        "group A/admins\n may allow * on *\n"
        "user A/yes-member group admins\n"
        "user A/yes-joins\n may allow iam:AddUserToGroup on group:A/admins\n"
        "user A/no-joins-another\n may allow iam:AddUserToGroup on group:A/readers\n");
}

static void through_another(void **state)
{
    (void)state;
    assert_administrators(
        "role A/yes-admin\n may allow * on *\n trust allow sts:AssumeRole from "
        "service:lambda.amazonaws.com\n"
        "user A/yes-king\n may allow * on *\n"
        "user A/yes-edits-trust\n may allow iam:UpdateAssumeRolePolicy on role:A/yes-admin\n"
        "user A/yes-takes\n may allow iam:CreateAccessKey on user:A/yes-king\n"
        "user A/yes-second-hand\n may allow iam:CreateAccessKey on user:A/yes-takes\n"
        "user A/yes-passes\n may allow iam:PassRole on role:A/yes-admin\n"
        " may allow lambda:CreateFunction,lambda:InvokeFunction on *\n"
        "user A/no-passes\n may allow iam:PassRole on role:A/yes-admin\n may allow ec2:RunInstances on *\n"
        "role A/puppet\n trust allow sts:AssumeRole from user:A/yes-puppeteer\n"
        "user A/yes-puppeteer\n may allow iam:PutRolePolicy on role:A/puppet\n"
        "user A/no-puppeteer\n may allow iam:PutRolePolicy on role:A/puppet\n"
        "user B/no-other-account\n may allow iam:CreateAccessKey on user:A/yes-king\n");
}

/* Permissions and boundary of another principal, whose trust policy or keys let the holder act as it. */
static void by_changing_another(void **state)
{
    (void)state;
    assert_administrators(
        "role A/bounded\n trust allow sts:AssumeRole from root:A\n may allow s3:* on *\n boundary b allow s3:* on *\n"
        "user A/yes-both\n may allow iam:AttachRolePolicy,iam:DeleteRolePermissionsBoundary,sts:AssumeRole on "
        "role:A/bounded\n"
        "user A/no-permissions-alone\n may allow iam:AttachRolePolicy,sts:AssumeRole on role:A/bounded\n"
        "user A/no-boundary-alone\n may allow iam:DeleteRolePermissionsBoundary,sts:AssumeRole on role:A/bounded\n"
        "user A/no-way-in\n may allow iam:AttachRolePolicy,iam:DeleteRolePermissionsBoundary on role:A/bounded\n"
        "user A/no-other-boundary\n may allow iam:AttachRolePolicy,sts:AssumeRole on role:A/bounded\n"
        " may allow iam:PutRolePermissionsBoundary on role:A/bounded if StringEquals iam:PermissionsBoundary "
        "arn:aws:iam::111111111111:policy/small\n");
    assert_administrators("user A/kept\n may allow * on *\n boundary b allow s3:* on *\n"
                          "user A/yes-lifts-and-signs-in\n may allow "
                          "iam:DeleteUserPermissionsBoundary,iam:CreateAccessKey on user:A/kept\n"
                          "user A/no-signs-in-alone\n may allow iam:CreateAccessKey on user:A/kept\n"
                          "user A/no-lifts-alone\n may allow iam:DeleteUserPermissionsBoundary on user:A/kept\n");
    /* As the other principal it changes a third. */
    assert_administrators("role A/third\n trust allow sts:AssumeRole from role:A/second\n may allow s3:* on *\n"
                          "role A/second\n trust allow sts:AssumeRole from user:A/yes-first\n boundary b allow "
                          "iam:PutRolePolicy,sts:AssumeRole on *\n"
                          "user A/yes-first\n may allow iam:PutRolePolicy on role:A/second\n"
                          "user A/no-first\n may allow iam:PutRolePolicy on role:A/second\n");
}

/* What it gives itself within its boundary, or has from a group, may be what it needs to act as somebody else. */
static void by_what_it_gave_itself(void **state)
{
    (void)state;
    assert_administrators(
        "role A/yes-runs\n may allow * on *\n trust allow sts:AssumeRole from service:lambda.amazonaws.com\n"
        "user A/yes-king\n may allow * on *\n"
        "user A/yes-passes\n may allow iam:PutUserPolicy on *\n boundary wide allow iam:PutUserPolicy,iam:PassRole,"
        "lambda:* on *\n"
        "user A/no-passes-nothing\n may allow iam:PutUserPolicy on *\n boundary narrow allow "
        "iam:PutUserPolicy,lambda:* "
        "on *\n"
        "user A/yes-signs-in\n may allow iam:PutUserPolicy on *\n boundary keys allow iam:PutUserPolicy,"
        "iam:CreateAccessKey on *\n"
        "group A/keys\n may allow iam:CreateAccessKey on user:A/yes-king\n"
        "user A/yes-joins\n may allow iam:AddUserToGroup on group:A/keys\n"
        "group A/deployers\n may allow iam:PassRole on role:A/yes-runs\n"
        " may allow lambda:CreateFunction,lambda:InvokeFunction on arn:aws:lambda:*:*:function:deploy-*\n"
        "user A/yes-joins-deployers\n may allow iam:AddUserToGroup on group:A/deployers\n");
    assert_administrators(
        "role A/yes-admin\n may allow * on *\n trust allow sts:AssumeRole from root:A\n"
        "user A/yes-assumes-then\n may allow iam:PutUserPolicy on *\n boundary b allow iam:PutUserPolicy,sts:* on *\n"
        "user A/no-chain-alone\n may allow sts:AssumeRole on *\n"
        "user A/no-trust\n may allow iam:PutUserPolicy on *\n boundary b2 allow iam:PutUserPolicy on *\n");
}

/* One way without limits is enough, whatever other ways require. */
static void by_the_freer_of_two_ways(void **state)
{
    (void)state;
    assert_administrators("user A/yes\n may allow iam:PutUserPolicy on * if Bool aws:MultiFactorAuthPresent true\n"
                          " may allow iam:AttachUserPolicy on * if ArnEquals iam:PolicyARN "
                          "arn:aws:iam::aws:policy/ReadOnlyAccess\n"
                          "user A/no\n may allow iam:AttachUserPolicy on * if ArnEquals iam:PolicyARN "
                          "arn:aws:iam::aws:policy/ReadOnlyAccess\n");
}

/* What conditions, negated elements, paths and denies leave of a way. */
static void by_what_policies_leave(void **state)
{
    (void)state;
    assert_administrators(
        "role A/yes-runs\n may allow * on *\n trust allow sts:AssumeRole from service:lambda.amazonaws.com\n"
        "user A/yes-to-lambda\n may allow iam:PassRole on * if StringEquals iam:PassedToService lambda.amazonaws.com\n"
        " may allow lambda:CreateFunction,lambda:InvokeFunction on *\n"
        "user A/yes-like-lambda\n may allow iam:PassRole on * if StringLike iam:PassedToService *.amazonaws.com\n"
        " may allow lambda:* on *\n"
        "user A/no-to-ec2\n may allow iam:PassRole on * if StringEquals iam:PassedToService ec2.amazonaws.com\n"
        " may allow lambda:* on *\n"
        "user A/no-pass-denied\n may allow iam:PassRole,lambda:* on *\n may deny iam:PassRole on * if "
        "StringNotEquals iam:PassedToService ec2.amazonaws.com\n"
        "user A/no-other-roles\n may allow iam:PassRole,lambda:* on not role:A/yes-runs\n"
        "user A/no-invocation\n may allow iam:PassRole on *\n may allow not-action lambda:Invoke*,lambda:Add*,"
        "lambda:CreateEvent*,lambda:Update*,iam:*,sts:* on *\n"
        "user A/yes-not-action\n may allow not-action s3:*,sts:* on *\n"
        "user A/no-not-action\n may allow not-action iam:*,sts:* on *\n");
    assert_administrators(
        "user A/yes-tagged tag team=blue\n may allow iam:PutUserPolicy on * if StringEquals aws:ResourceTag/team blue\n"
        "user A/no-tagged tag team=red\n may allow iam:PutUserPolicy on * if StringEquals aws:ResourceTag/team blue\n"
        "user A/no-untagged\n may allow iam:PutUserPolicy on * if StringEquals aws:ResourceTag/team blue\n"
        "user A/yes-own-name\n may allow iam:PutUserPolicy on user:A/${aws:username}\n"
        "user A/no-deny-own-name\n may allow iam:PutUserPolicy on *\n may deny iam:* on user:A/${aws:username}\n"
        "user A/no-admin-policy-denied\n may allow iam:AttachUserPolicy on user:A/no-admin-policy-denied if "
        "ArnNotEquals iam:PolicyARN arn:aws:iam::aws:policy/AdministratorAccess\n");
    assert_administrators("group A/admins/in-a-path\n may allow * on *\n"
                          "user A/yes-path\n may allow iam:AddUserToGroup on group:A/admins/*\n"
                          "user A/no-without-path\n may allow iam:AddUserToGroup on group:A/in-a-path\n"
                          "role A/no-roles-join-nothing\n may allow iam:AddUserToGroup on *\n");
    assert_administrators("organization M members A\n"
                          "scp A deny iam:CreatePolicyVersion,iam:Put*,iam:Attach* on * if ArnNotLike aws:PrincipalArn "
                          "arn:aws:iam::*:role/yes-automation\n"
                          "role A/yes-automation\n may allow iam:PutRolePolicy,iam:CreateRole on *\n"
                          "role A/no-others\n may allow iam:PutRolePolicy,iam:CreateRole on *\n"
                          "user A/yes-becomes-it\n may allow iam:UpdateAssumeRolePolicy on role:A/yes-automation\n");
    assert_administrators(
        "user A/no-must-be-bounded\n may allow iam:CreateUser,iam:AttachUserPolicy,iam:CreateAccessKey on * if "
        "StringEquals iam:PermissionsBoundary arn:aws:iam::111111111111:policy/small\n"
        "role A/aws-reserved/sso.amazonaws.com/yes-AWSReservedSSO_Admin_0123456789abcdef\n may allow * on *\n"
        " trust allow sts:AssumeRoleWithSAML from saml:A/AWSSSO_0123456789abcdef_DO_NOT_DELETE\n"
        "user A/no-reserved-is-kept\n may allow iam:UpdateAssumeRolePolicy,iam:PutRolePolicy on "
        "role:A/aws-reserved/*\n"
        "role A/aws-service-role/lambda.amazonaws.com/no-linked\n may allow * on *\n trust allow sts:AssumeRole from "
        "service:lambda.amazonaws.com\n"
        "user A/no-linked-is-not-passed\n may allow iam:PassRole,lambda:* on *\n");
}

/* ---- how */

/* "eve: control iam:PutUserPolicy" for each that is one, "?" if it is conditional, "> NAME" if it is through
 * another. */
static void assert_reasons(const char *world, double now, const char *expected)
{
    struct scenario scenario = {0};
    struct analysis analysis = {.now = now};
    struct text found = {0};
    open_world(world, &scenario, &analysis);
    text_append(&found, "", 0);
    for (uint32_t i = 0; i < analysis.model->principal_count; i++) {
        const struct administrator *one = administrators_get(&analysis, i);
        if (one->verdict == VERDICT_DENIED)
            continue;
        text_format(&found, "%s%s: %s%s %s", found.length > 0 ? "; " : "", analysis.model->principals[i].name,
                    one->verdict == VERDICT_CONDITIONAL ? "?" : "",
                    one->how == ADMINISTRATOR_BY_POLICY ? "policy" : "control", one->by->actions);
        if (one->through != MODEL_NONE)
            text_format(&found, " > %s", analysis.model->principals[one->through].name);
    }
    if (strcmp(found.data, expected) != 0)
        fail_msg("found    %s\nexpected %s", found.data, expected);
    text_free(&found);
    analysis_close(&analysis);
    scenario_free(&scenario);
}

static void reasons(void **state)
{
    (void)state;
    assert_reasons("user A/root\n may allow * on *\n"
                   "user A/eve\n may allow iam:CreateAccessKey on *\n"
                   "user A/sam\n may allow iam:PutUserPolicy on * if Bool aws:MultiFactorAuthPresent true\n"
                   "user A/tom\n may allow s3:* on *\n",
                   0,
                   "eve: control iam:CreateAccessKey > root; root: policy iam:CreateUser, iam:AttachUserPolicy, "
                   "iam:CreateAccessKey; sam: ?control iam:PutUserPolicy");
    /* Through somebody who can only make itself one. */
    assert_reasons("user A/eve\n may allow iam:CreateAccessKey on user:A/sam\n"
                   "user A/sam\n may allow iam:PutUserPolicy on user:A/sam\n",
                   0, "eve: control iam:CreateAccessKey > sam; sam: control iam:PutUserPolicy");
    /* Nobody knows what may run with a role. */
    assert_reasons(
        "user A/eve\n may allow codebuild:StartBuild on *\n"
        "role A/builds\n may allow * on *\n trust allow sts:AssumeRole from service:codebuild.amazonaws.com\n",
        0,
        "builds: policy iam:CreateUser, iam:AttachUserPolicy, iam:CreateAccessKey; eve: ?control "
        "codebuild:StartBuild > builds");
}

/* Who signs the assertions of a provider becomes the roles that trust it. */
static void identity_providers(void **state)
{
    (void)state;
    assert_administrators(
        "role A/yes-admin\n may allow * on *\n trust allow sts:AssumeRoleWithSAML from saml:A/Corp if StringEquals "
        "SAML:aud https://signin.aws.amazon.com/saml\n"
        "role A/aws-reserved/sso.amazonaws.com/yes-AWSReservedSSO_Admin\n may allow * on *\n"
        " trust allow sts:AssumeRoleWithSAML from saml:A/AWSSSO_0123456789abcdef_DO_NOT_DELETE\n"
        "user A/yes-signs\n may allow iam:UpdateSAMLProvider on saml:A/Corp\n"
        "user A/no-identity-center\n may allow iam:UpdateSAMLProvider on "
        "saml:A/AWSSSO_0123456789abcdef_DO_NOT_DELETE\n"
        "user A/no-other\n may allow iam:UpdateSAMLProvider on saml:A/Other\n"
        "user B/no-elsewhere\n may allow iam:UpdateSAMLProvider on *\n");
}

/* A permission that has ended does not count, nor do tokens that are too old. */
static void time_counts(void **state)
{
    static const char world[] =
        "user A/eve\n may allow iam:PutUserPolicy on * if DateLessThan aws:CurrentTime 2020-01-01T00:00:00Z\n"
        "role A/r\n may allow iam:PutRolePolicy on * if DateLessThan aws:TokenIssueTime 2020-01-01T00:00:00Z\n"
        "role A/s\n may allow iam:PutRolePolicy on * if Bool aws:MultiFactorAuthPresent true\n";
    (void)state;
    assert_reasons(world, 1782864000, "");
    assert_reasons(world, 1546300800, "r: ?control iam:PutRolePolicy; eve: ?control iam:PutUserPolicy");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(by_its_policies),
        cmocka_unit_test(scps_count),
        cmocka_unit_test(by_what_it_can_make_of_itself),
        cmocka_unit_test(by_providers),
        cmocka_unit_test(by_one_change_after_another),
        cmocka_unit_test(through_another),
        cmocka_unit_test(by_changing_another),
        cmocka_unit_test(by_what_it_gave_itself),
        cmocka_unit_test(by_the_freer_of_two_ways),
        cmocka_unit_test(by_what_policies_leave),
        cmocka_unit_test(reasons),
        cmocka_unit_test(identity_providers),
        cmocka_unit_test(time_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
