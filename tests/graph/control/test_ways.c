/* The table of ways: each row through a service where it leads, and beside it what keeps it from leading
 * (test_ways_over_iam.c has the others); and a public catalogue of ways. */
#include "graph/control/ways.h"

#include "ingest/policy/policy.h"
#include "ingest/support/text.h"
#include "tests/support/edge_world.h"
#include "tests/support/testing.h"
#include <stdlib.h>
#include <string.h>

/* ---- the table */

static void is_well_formed(void **state)
{
    (void)state;
    for (size_t i = 0; i < way_count; i++) {
        const struct way *way = &ways[i];
        bool service = way->form == WAY_PASS_ROLE || way->form == WAY_TAKE_OVER;
        assert_true(way->id != NULL && way->note != NULL && way->known != NULL && way->steps[0].action != NULL);
        assert_true(strncmp(way->source, "https://docs.aws.amazon.com/", 28) == 0);
        assert_int_equal(service, way->service != NULL);
        assert_true(way->form != WAY_TAKE_OVER || way->exists != NULL);
        assert_true(!way->unsure || service);
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(ways[j].id, way->id);
        for (size_t j = 0; j < WAY_STEPS && way->steps[j].action != NULL; j++) {
            const char *action = way->steps[j].action;
            if (!policy_bears_on_roles(&action, 1, false))
                fail_msg("%s: policies are read without %s", way->id, action);
            assert_int_equal(way->steps[j].resource != NULL, service);
        }
    }
}

/* ---- worlds */

/* What a way of a service is tried on, beside who tries it: of every service, a role that trusts it. */
#define TRUSTED "sts:AssumeRole,sts:TagSession,sts:SetSourceIdentity,sts:SetContext"
#define VICTIMS                                                                                                        \
    "role A/other\n trust allow sts:AssumeRole from service:monitoring.rds.amazonaws.com\n"                            \
    "role A/target\n profile p\n trust allow " TRUSTED " from service:"

/* The holder may take all steps but one (`without`; WAY_STEPS: all), on everything or on what lies elsewhere. */
static void add_holder(struct text *text, const struct way *way, size_t without, const char *on)
{
    text_append_string(text, "user A/eve\n");
    for (size_t i = 0; i < WAY_STEPS && way->steps[i].action != NULL; i++)
        if (i != without)
            text_format(text, " may allow %s on %s\n", way->steps[i].action, on);
    if (way->form == WAY_PASS_ROLE)
        text_append_string(text, " may allow iam:PassRole on *\n");
}

static bool is_repeated(const struct way *way, size_t step)
{
    for (size_t i = 0; i < WAY_STEPS && way->steps[i].action != NULL; i++)
        if (i != step && strcmp(way->steps[i].action, way->steps[step].action) == 0)
            return true;
    return false;
}

/* Whether the actions of another way of the service are among those of this one but `without`: it leads then too. */
static bool is_covered(const struct way *way, size_t without)
{
    for (size_t i = 0; i < way_count; i++) {
        bool all = &ways[i] != way && ways[i].form == way->form && strcmp(ways[i].service, way->service) == 0;
        for (size_t j = 0; all && j < WAY_STEPS && ways[i].steps[j].action != NULL; j++) {
            bool found = false;
            for (size_t k = 0; k < WAY_STEPS && way->steps[k].action != NULL; k++)
                found = found || (k != without && strcmp(way->steps[k].action, ways[i].steps[j].action) == 0);
            all = found;
        }
        if (all)
            return true;
    }
    return false;
}

static void assert_leads(const struct way *way, const char *world, const char *expected, const char *what)
{
    enum edge_kind kind = way->form == WAY_PASS_ROLE ? EDGE_PASS_ROLE : EDGE_TAKE_OVER;
    const char *found = edge_world_leads(world, "eve", "target", kind);
    if (strcmp(found, expected) != 0)
        fail_msg("%s, %s: found \"%s\", expected \"%s\"", way->id, what, found, expected);
    assert_string_equal(edge_world_leads(world, "eve", "other", kind), "");
}

/* A resource of the step's kind in the account, or in another one. */
static void add_resource(struct text *text, const char *kind, char account)
{
    for (const char *at = kind; *at != '\0'; at++)
        if (strncmp(at, "**", 2) == 0)
            at++;
        else if (*at == '*' && strcmp(kind, WAY_ON_ANYTHING) != 0)
            text_append_char(text, 'x');
        else if (at[1] == ':' && *at == 'P')
            text_append_string(text, "aws");
        else if (at[1] == ':' && *at == 'A')
            text_format(text, "$%c", account);
        else
            text_append_char(text, *at);
}

/* Each step is allowed on a resource of its kind alone; `elsewhere` on one of another account. */
static void add_exact_holder(struct text *text, const struct way *way, size_t elsewhere)
{
    text_append_string(text, "user A/eve\n");
    for (size_t i = 0; i < WAY_STEPS && way->steps[i].action != NULL; i++) {
        text_format(text, " may allow %s on ", way->steps[i].action);
        add_resource(text, way->steps[i].resource, i == elsewhere ? 'B' : 'A');
        text_append_char(text, '\n');
    }
    if (way->form == WAY_PASS_ROLE)
        text_append_string(text, " may allow iam:PassRole on role:A/target\n");
}

static void try_resources(const struct way *way, const char *sure)
{
    struct text text = {0};
    for (size_t elsewhere = 0; elsewhere <= WAY_STEPS; elsewhere++) {
        bool own = elsewhere == WAY_STEPS;
        if (!own && (way->steps[elsewhere].action == NULL || strstr(way->steps[elsewhere].resource, ":A:") == NULL ||
                     is_covered(way, elsewhere)))
            continue;
        text.length = 0;
        add_exact_holder(&text, way, elsewhere);
        text_format(&text, VICTIMS "%s\n", way->service);
        assert_leads(way, text.data, own ? sure : "", own ? "on its kinds" : way->steps[elsewhere].action);
    }
    text_free(&text);
}

static void try_way(const struct way *way)
{
    const char *sure = way->exists != NULL || way->unsure ? "conditional" : "allowed";
    struct text text = {0};
    for (size_t without = 0; without <= WAY_STEPS; without++) {
        bool whole = without == WAY_STEPS;
        if (!whole && (way->steps[without].action == NULL || is_repeated(way, without) || is_covered(way, without)))
            continue;
        text.length = 0;
        add_holder(&text, way, without, "*");
        text_format(&text, VICTIMS "%s\n", way->service);
        assert_leads(way, text.data, whole ? sure : "", whole ? "all steps" : way->steps[without].action);
    }
    /* Another service. */
    text.length = 0;
    add_holder(&text, way, WAY_STEPS, "*");
    text_append_string(&text, VICTIMS "inspector.amazonaws.com\n");
    assert_leads(way, text.data, "", "another service");
    /* Nothing that lies in this account. */
    text.length = 0;
    add_holder(&text, way, WAY_STEPS, "arn:aws:s3:::bucket,arn:aws:lambda:eu-west-1:222222222222:function:f");
    text_format(&text, VICTIMS "%s\n", way->service);
    assert_leads(way, text.data, "", "elsewhere");
    try_resources(way, sure);
    /* Without a profile. */
    text.length = 0;
    add_holder(&text, way, WAY_STEPS, "*");
    text_format(&text, "role A/other\nrole A/target\n trust allow " TRUSTED " from service:%s\n", way->service);
    assert_leads(way, text.data, way->needs_profile ? "" : sure, "no instance profile");
    text_free(&text);
}

static void rows_of_services(void **state)
{
    (void)state;
    for (size_t i = 0; i < way_count; i++)
        if (ways[i].service != NULL)
            try_way(&ways[i]);
}

/* ---- on what */

#define LAMBDA "role A/fn\n trust allow sts:AssumeRole from service:lambda.amazonaws.com\n"
#define MACHINE "role A/vm\n profile p\n trust allow sts:AssumeRole from service:ec2.amazonaws.com\n"

static void resources(void **state)
{
    static const struct {
        const char *world, *from, *to, *expected;
    } rows[] = {
        /* Created and invoked: the same function. */
        {"user A/a\n may allow lambda:CreateFunction on arn:aws:lambda:*:$A:function:dev-*\n"
         " may allow lambda:InvokeFunction on arn:aws:lambda:*:$A:function:dev-*\n may allow iam:PassRole on "
         "*\n" LAMBDA,
         "a", "fn", "allowed"},
        {"user A/a\n may allow lambda:CreateFunction on arn:aws:lambda:*:$A:function:dev-*\n"
         " may allow lambda:InvokeFunction on arn:aws:lambda:*:$A:function:api-*\n may allow iam:PassRole on "
         "*\n" LAMBDA,
         "a", "fn", ""},
        /* All actions of IAM on oneself are none on instance profiles. */
        {"user A/a\n may allow iam:* on user:A/${aws:username}\n may allow iam:PassRole,ec2:RunInstances on *\n"
         "role A/vm\n trust allow sts:AssumeRole from service:ec2.amazonaws.com\n",
         "a", "vm", ""},
        {"user A/a\n may allow iam:* on arn:aws:iam::$A:instance-profile/*\n may allow iam:PassRole,ec2:RunInstances "
         "on *\n"
         "role A/vm\n trust allow sts:AssumeRole from service:ec2.amazonaws.com\n",
         "a", "vm", "allowed"},
        /* A machine needs an image, too; a development endpoint takes no kind of resource. */
        {"user A/a\n may allow ec2:RunInstances on arn:aws:ec2:*:$A:instance/*\n may allow iam:PassRole on *\n" MACHINE,
         "a", "vm", ""},
        {"user A/a\n may allow glue:* on arn:aws:glue:*:$A:*\n may allow iam:PassRole on *\n"
         "role A/etl\n trust allow sts:AssumeRole from service:glue.amazonaws.com\n",
         "a", "etl", "allowed"},
        {"user A/a\n may allow glue:CreateDevEndpoint on arn:aws:glue:*:$A:*\n may allow iam:PassRole on *\n"
         "role A/etl\n trust allow sts:AssumeRole from service:glue.amazonaws.com\n",
         "a", "etl", ""},
        {"user A/a\n may allow lambda:UpdateFunctionCode on arn:aws:lambda:*:$A:function:dev-*\n" LAMBDA, "a", "fn",
         "conditional"},
        {"user A/a\n may allow lambda:UpdateFunctionCode on arn:aws:lambda:*:$B:function:dev-*\n" LAMBDA, "a", "fn",
         ""},
        {"user A/a\n may allow lambda:UpdateFunctionCode on arn:aws:lambda:*:$A:layer:*\n" LAMBDA, "a", "fn", ""},
        {"user A/a\n may allow lambda:UpdateFunctionCode on arn:aws:lambda:*:$A:function:${aws:username}-*\n" LAMBDA,
         "a", "fn", "conditional"},
        {"user A/a\n may allow lambda:UpdateFunctionCode on *\n"
         " may deny lambda:UpdateFunctionCode on not arn:aws:lambda:eu-west-1:$A:function:mine\n" LAMBDA,
         "a", "fn", "conditional"},
        {"user A/a\n may allow lambda:UpdateFunctionCode on *\n"
         " may deny lambda:UpdateFunctionCode on arn:aws:lambda:*:*:function:*\n" LAMBDA,
         "a", "fn", ""},
        {"user A/a\n may allow lambda:UpdateFunctionCode on *\n"
         " boundary b allow lambda:* on arn:aws:lambda:*:$A:function:sandbox-*\n" LAMBDA,
         "a", "fn", "conditional"},
        {"user A/a\n may allow lambda:UpdateFunctionCode on *\n boundary b allow s3:* on *\n" LAMBDA, "a", "fn", ""},
        {"organization M members A\nscp A deny lambda:* on *\n"
         "user A/a\n may allow lambda:UpdateFunctionCode on *\n" LAMBDA,
         "a", "fn", ""},
        /* The command needs the instance and the document. */
        {"user A/a\n may allow ssm:SendCommand on arn:aws:ec2:*:$A:instance/*\n" MACHINE, "a", "vm", ""},
        {"user A/a\n may allow ssm:SendCommand on "
         "arn:aws:ec2:*:$A:instance/*,arn:aws:ssm:*::document/AWS-RunShellScript"
         "\n" MACHINE,
         "a", "vm", "conditional"},
        /* All three on one machine. */
        {"user A/a\n may allow ec2:ModifyInstanceAttribute,ec2:StopInstances on arn:aws:ec2:*:$A:instance/i-1\n"
         " may allow ec2:StartInstances on arn:aws:ec2:*:$A:instance/i-2\n" MACHINE,
         "a", "vm", ""},
        {"user A/a\n may allow ec2:ModifyInstanceAttribute,ec2:StopInstances on arn:aws:ec2:*:$A:instance/i-1\n"
         " may allow ec2:StartInstances on arn:aws:ec2:*:$A:instance/i-?\n" MACHINE,
         "a", "vm", "conditional"},
        /* Roles of services are not passed on. */
        {"user A/a\n may allow lambda:UpdateFunctionCode on *\n"
         "role A/aws-service-role/lambda.amazonaws.com/linked\n trust allow sts:AssumeRole from "
         "service:lambda.amazonaws.com\n",
         "a", "linked", ""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        bool passes = strstr(rows[i].world, "iam:PassRole") != NULL;
        const char *found =
            edge_world_leads(rows[i].world, rows[i].from, rows[i].to, passes ? EDGE_PASS_ROLE : EDGE_TAKE_OVER);
        if (strcmp(found, rows[i].expected) != 0)
            fail_msg("%s\nfound \"%s\", expected \"%s\"", rows[i].world, found, rows[i].expected);
    }
}

/* ---- pathfinding.cloud */

/* Its ways by their permissions: how eve, who has exactly these, comes to be an administrator. */
static const struct public_way {
    const char *id, *permissions;
    enum edge_kind kind;
    const char *to; /* role or user that she becomes */
} catalogue[] = {
    {"apprunner-001", "iam:PassRole,apprunner:CreateService", EDGE_PASS_ROLE, "apprunner"},
    {"apprunner-002", "apprunner:UpdateService", EDGE_TAKE_OVER, "apprunner"},
    {"bedrock-001",
     "iam:PassRole,bedrock-agentcore:CreateCodeInterpreter,bedrock-agentcore:StartCodeInterpreterSession,"
     "bedrock-agentcore:InvokeCodeInterpreter",
     EDGE_PASS_ROLE, "bedrock"},
    /* With InvokeCodeInterpreter: a session alone runs nothing. */
    {"bedrock-002", "bedrock-agentcore:StartCodeInterpreterSession,bedrock-agentcore:InvokeCodeInterpreter",
     EDGE_TAKE_OVER, "bedrock"},
    {"cloudformation-001", "iam:PassRole,cloudformation:CreateStack", EDGE_PASS_ROLE, "stacks"},
    {"cloudformation-002", "cloudformation:UpdateStack", EDGE_TAKE_OVER, "stacks"},
    {"cloudformation-003", "iam:PassRole,cloudformation:CreateStackSet,cloudformation:CreateStackInstances",
     EDGE_PASS_ROLE, "stacks"},
    {"cloudformation-004", "iam:PassRole,cloudformation:UpdateStackSet", EDGE_PASS_ROLE, "stacks"},
    {"cloudformation-005", "cloudformation:CreateChangeSet,cloudformation:ExecuteChangeSet", EDGE_TAKE_OVER, "stacks"},
    {"codebuild-001", "iam:PassRole,codebuild:CreateProject,codebuild:StartBuild", EDGE_PASS_ROLE, "builds"},
    {"codebuild-002", "codebuild:StartBuild", EDGE_TAKE_OVER, "builds"},
    {"codebuild-003", "codebuild:StartBuildBatch", EDGE_TAKE_OVER, "builds"},
    {"codebuild-004", "iam:PassRole,codebuild:CreateProject,codebuild:StartBuildBatch", EDGE_PASS_ROLE, "builds"},
    {"datapipeline-001",
     "iam:PassRole,datapipeline:CreatePipeline,datapipeline:PutPipelineDefinition,datapipeline:ActivatePipeline",
     EDGE_PASS_ROLE, "pipelines"},
    {"ec2-001", "iam:PassRole,ec2:RunInstances", EDGE_PASS_ROLE, "machines"},
    {"ec2-002", "ec2:ModifyInstanceAttribute,ec2:StopInstances,ec2:StartInstances", EDGE_TAKE_OVER, "machines"},
    {"ec2-003", "iam:PassRole,ec2:RequestSpotInstances", EDGE_PASS_ROLE, "machines"},
    {"ec2-004", "ec2:CreateLaunchTemplateVersion,ec2:ModifyLaunchTemplate", EDGE_TAKE_OVER, "machines"},
    {"ec2instanceconnect-003", "ec2-instance-connect:SendSSHPublicKey,ec2:DescribeInstances", EDGE_TAKE_OVER,
     "machines"},
    {"ecs-001", "iam:PassRole,ecs:CreateCluster,ecs:RegisterTaskDefinition,ecs:CreateService", EDGE_PASS_ROLE, "tasks"},
    {"ecs-002", "iam:PassRole,ecs:CreateCluster,ecs:RegisterTaskDefinition,ecs:RunTask", EDGE_PASS_ROLE, "tasks"},
    {"ecs-003", "iam:PassRole,ecs:RegisterTaskDefinition,ecs:CreateService", EDGE_PASS_ROLE, "tasks"},
    {"ecs-004", "iam:PassRole,ecs:RegisterTaskDefinition,ecs:RunTask", EDGE_PASS_ROLE, "tasks"},
    {"ecs-005", "iam:PassRole,ecs:RegisterTaskDefinition,ecs:StartTask", EDGE_PASS_ROLE, "tasks"},
    {"glue-001", "iam:PassRole,glue:CreateDevEndpoint", EDGE_PASS_ROLE, "jobs"},
    {"glue-002", "glue:UpdateDevEndpoint", EDGE_TAKE_OVER, "jobs"},
    {"glue-003", "iam:PassRole,glue:CreateJob,glue:StartJobRun", EDGE_PASS_ROLE, "jobs"},
    {"glue-004", "iam:PassRole,glue:CreateJob,glue:CreateTrigger", EDGE_PASS_ROLE, "jobs"},
    {"glue-005", "iam:PassRole,glue:UpdateJob,glue:StartJobRun", EDGE_PASS_ROLE, "jobs"},
    {"glue-006", "iam:PassRole,glue:UpdateJob,glue:CreateTrigger", EDGE_PASS_ROLE, "jobs"},
    {"iam-001", "iam:CreatePolicyVersion", EDGE_EDIT_PERMISSIONS, "waits"},
    {"iam-002", "iam:CreateAccessKey", EDGE_TAKE_CREDENTIALS, "root-like"},
    {"iam-003", "iam:CreateAccessKey,iam:DeleteAccessKey", EDGE_TAKE_CREDENTIALS, "root-like"},
    {"iam-004", "iam:CreateLoginProfile", EDGE_TAKE_CREDENTIALS, "root-like"},
    {"iam-005", "iam:PutRolePolicy", EDGE_EDIT_PERMISSIONS, "waits"},
    {"iam-006", "iam:UpdateLoginProfile", EDGE_TAKE_CREDENTIALS, "root-like"},
    {"iam-007", "iam:PutUserPolicy", EDGE_EDIT_PERMISSIONS, "waits"},
    {"iam-008", "iam:AttachUserPolicy", EDGE_EDIT_PERMISSIONS, "waits"},
    {"iam-009", "iam:AttachRolePolicy", EDGE_EDIT_PERMISSIONS, "waits"},
    {"iam-010", "iam:AttachGroupPolicy", EDGE_EDIT_PERMISSIONS, "waits"},
    {"iam-011", "iam:PutGroupPolicy", EDGE_EDIT_PERMISSIONS, "waits"},
    {"iam-012", "iam:UpdateAssumeRolePolicy", EDGE_EDIT_TRUST, "stacks"},
    {"iam-013", "iam:AddUserToGroup", EDGE_EDIT_PERMISSIONS, "waits"},
    {"iam-014", "iam:AttachRolePolicy,sts:AssumeRole", EDGE_EDIT_PERMISSIONS, "waits"},
    {"iam-015", "iam:AttachUserPolicy,iam:CreateAccessKey", EDGE_TAKE_CREDENTIALS, "root-like"},
    {"iam-016", "iam:CreatePolicyVersion,sts:AssumeRole", EDGE_EDIT_PERMISSIONS, "waits"},
    {"iam-017", "iam:PutRolePolicy,sts:AssumeRole", EDGE_EDIT_PERMISSIONS, "waits"},
    {"iam-018", "iam:PutUserPolicy,iam:CreateAccessKey", EDGE_TAKE_CREDENTIALS, "root-like"},
    {"iam-019", "iam:AttachRolePolicy,iam:UpdateAssumeRolePolicy", EDGE_EDIT_TRUST, "stacks"},
    {"iam-020", "iam:CreatePolicyVersion,iam:UpdateAssumeRolePolicy", EDGE_EDIT_TRUST, "stacks"},
    {"iam-021", "iam:PutRolePolicy,iam:UpdateAssumeRolePolicy", EDGE_EDIT_TRUST, "stacks"},
    {"lambda-001", "iam:PassRole,lambda:CreateFunction,lambda:InvokeFunction", EDGE_PASS_ROLE, "functions"},
    {"lambda-002", "iam:PassRole,lambda:CreateFunction,lambda:CreateEventSourceMapping", EDGE_PASS_ROLE, "functions"},
    {"lambda-003", "lambda:UpdateFunctionCode", EDGE_TAKE_OVER, "functions"},
    {"lambda-004", "lambda:UpdateFunctionCode,lambda:InvokeFunction", EDGE_TAKE_OVER, "functions"},
    {"lambda-005", "lambda:UpdateFunctionCode,lambda:AddPermission", EDGE_TAKE_OVER, "functions"},
    {"lambda-006", "iam:PassRole,lambda:CreateFunction,lambda:AddPermission", EDGE_PASS_ROLE, "functions"},
    {"sagemaker-001", "iam:PassRole,sagemaker:CreateNotebookInstance", EDGE_PASS_ROLE, "notebooks"},
    {"sagemaker-002", "iam:PassRole,sagemaker:CreateTrainingJob", EDGE_PASS_ROLE, "notebooks"},
    {"sagemaker-003", "iam:PassRole,sagemaker:CreateProcessingJob", EDGE_PASS_ROLE, "notebooks"},
    {"sagemaker-004", "sagemaker:CreatePresignedNotebookInstanceUrl", EDGE_TAKE_OVER, "notebooks"},
    {"sagemaker-005",
     "sagemaker:CreateNotebookInstanceLifecycleConfig,sagemaker:StopNotebookInstance,sagemaker:UpdateNotebookInstance,"
     "sagemaker:StartNotebookInstance",
     EDGE_TAKE_OVER, "notebooks"},
    {"ssm-001", "ssm:StartSession", EDGE_TAKE_OVER, "machines"},
    {"ssm-002", "ssm:SendCommand", EDGE_TAKE_OVER, "machines"},
    {"sts-001", "sts:AssumeRole", EDGE_ASSUME, "puppet"},
};

#define SERVICE_ROLE(name, service)                                                                                    \
    "role A/" name "\n profile p\n trust allow " TRUSTED " from service:" service ".amazonaws.com\n"

static const char targets[] = SERVICE_ROLE("apprunner", "tasks.apprunner") SERVICE_ROLE("bedrock", "bedrock-agentcore")
    SERVICE_ROLE("stacks", "cloudformation") SERVICE_ROLE("builds", "codebuild")
        SERVICE_ROLE("pipelines", "datapipeline") SERVICE_ROLE("machines", "ec2") SERVICE_ROLE("tasks", "ecs-tasks")
            SERVICE_ROLE("jobs", "glue") SERVICE_ROLE("functions", "lambda") SERVICE_ROLE(
                "notebooks", "sagemaker") "user A/root-like\n may allow * on *\n"
                                          "group A/admins\n may allow * on *\n"
                                          "group A/staff\n may allow s3:ListAllMyBuckets on *\n"
                                          "role A/puppet\n trust allow sts:AssumeRole from root:A\n"
                                          "role B/waits\n may allow * on *\n trust allow sts:AssumeRole from root:A\n";

/* As a user; ways over roles as a role, since it is the holder that they change. */
static const char *by_catalogue(const struct public_way *way, const char *permissions)
{
    bool role = strncmp(way->id, "iam-", 4) == 0 && strstr(way->permissions, "RolePolicy") != NULL &&
                strstr(way->permissions, "Assume") == NULL;
    struct text text = {0};
    text_append_string(&text, role ? "role A/eve\n" : "user A/eve group staff\n");
    const char *assume = strstr(permissions, "sts:AssumeRole");
    /* She may assume the puppet alone, which has no permissions. */
    if (assume == permissions)
        permissions = "s3:ListAllMyBuckets";
    int length = assume != NULL && assume > permissions ? (int)(assume - permissions) - 1 : (int)strlen(permissions);
    text_format(&text, " attach own allow %.*s on *\n", length, permissions);
    if (assume != NULL)
        text_append_string(&text, " may allow sts:AssumeRole on role:A/puppet\n");
    text_append_string(&text, targets);
    const char *result = edge_world_leads(text.data, "eve", way->to, way->kind);
    text_free(&text);
    return result;
}

static void public_ways(void **state)
{
    (void)state;
    assert_int_equal(sizeof catalogue / sizeof catalogue[0], 65);
    for (size_t i = 0; i < sizeof catalogue / sizeof catalogue[0]; i++)
        if (by_catalogue(&catalogue[i], catalogue[i].permissions)[0] == '\0')
            fail_msg("%s leads nowhere", catalogue[i].id);
}

/* Each permission that the table names for the way is needed: without it nothing of that kind is left. */
static void public_ways_without(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof catalogue / sizeof catalogue[0]; i++) {
        char *permissions = strdup(catalogue[i].permissions), *first = strchr(permissions, ',');
        const char *rest = first != NULL ? first + 1 : "s3:ListAllMyBuckets";
        /* What stands first in the others is not the only way. */
        bool spared = strncmp(catalogue[i].id, "iam-", 4) == 0 && first != NULL;
        if (!spared && by_catalogue(&catalogue[i], rest)[0] != '\0')
            fail_msg("%s still leads with %s", catalogue[i].id, rest);
        free(permissions);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_well_formed), cmocka_unit_test(rows_of_services),    cmocka_unit_test(resources),
        cmocka_unit_test(public_ways),    cmocka_unit_test(public_ways_without),
    };
    return cmocka_run_group_tests(tests, NULL, edge_world_end);
}
