/*
 * The actions of policy.h: how patterns match them, and which ones rolechain decides about.
 */
#include "ingest/policy/policy.h"

#include "ingest/policy/sts_actions.h"
#include <string.h>

/* The service before the colon takes no wildcards: IAM refuses "s*:AssumeRole". A star alone means every action, and
 * "*:" before an action means every service. */
bool policy_action_has_service(const char *pattern)
{
    const char *at = pattern;
    while (*at == '*')
        at++;
    if (*at == ':' || *at == '\0')
        return true;
    if (at > pattern)
        return false;
    while (*at != ':' && *at != '\0' && *at != '*' && *at != '?')
        at++;
    return *at == ':' || *at == '\0';
}

bool policy_action_matches(const char *pattern, const char *action)
{
    const char *star = NULL, *resume = NULL;
    if (*pattern != '*' && policy_action_fold(*pattern) != policy_action_fold(*action))
        return false;
    const char *whole = pattern;
    while (*action != '\0') {
        if (*pattern == '*') {
            star = ++pattern;
            resume = action;
        } else if (*pattern == '?' ||
                   (*pattern != '\0' && policy_action_fold(*pattern) == policy_action_fold(*action))) {
            pattern++;
            action++;
        } else if (star != NULL) {
            pattern = star;
            action = ++resume;
        } else {
            return false;
        }
    }
    while (*pattern == '*')
        pattern++;
    return *pattern == '\0' && policy_action_has_service(whole);
}

/* The actions that rolechain decides about, by service, beside those on a role (sts_actions.h). Source:
 * https://docs.aws.amazon.com/service-authorization/latest/reference/ */
static const struct {
    const char *service; /* with the colon */
    const char *const *actions;
} watched[] = {
    {"sts:", (const char *const[]){"sts:AssumeRoot", "sts:GetFederationToken", NULL}},
    {"iam:", (const char *const[]){"iam:UpdateAssumeRolePolicy",
                                   "iam:PassRole",
                                   "iam:CreateAccessKey",
                                   "iam:CreateLoginProfile",
                                   "iam:UpdateLoginProfile",
                                   "iam:DeactivateMFADevice",
                                   "iam:AttachUserPolicy",
                                   "iam:PutUserPolicy",
                                   "iam:AttachRolePolicy",
                                   "iam:PutRolePolicy",
                                   "iam:AttachGroupPolicy",
                                   "iam:PutGroupPolicy",
                                   "iam:AddUserToGroup",
                                   "iam:CreatePolicyVersion",
                                   "iam:SetDefaultPolicyVersion",
                                   "iam:PutUserPermissionsBoundary",
                                   "iam:DeleteUserPermissionsBoundary",
                                   "iam:PutRolePermissionsBoundary",
                                   "iam:DeleteRolePermissionsBoundary",
                                   "iam:CreateSAMLProvider",
                                   "iam:UpdateSAMLProvider",
                                   "iam:CreateOpenIDConnectProvider",
                                   "iam:AddClientIDToOpenIDConnectProvider",
                                   "iam:UpdateOpenIDConnectProviderThumbprint",
                                   "iam:CreateRole",
                                   "iam:CreateUser",
                                   "iam:TagRole",
                                   "iam:TagUser",
                                   "iam:DetachUserPolicy",
                                   "iam:DetachRolePolicy",
                                   "iam:DeleteUserPolicy",
                                   "iam:DeleteRolePolicy",
                                   "iam:AddRoleToInstanceProfile",
                                   "iam:CreateInstanceProfile",
                                   NULL}},
    {"lambda:", (const char *const[]){"lambda:CreateFunction", "lambda:InvokeFunction", "lambda:UpdateFunctionCode",
                                      "lambda:UpdateFunctionConfiguration", "lambda:CreateEventSourceMapping",
                                      "lambda:AddPermission", NULL}},
    {"ec2:", (const char *const[]){"ec2:RunInstances", "ec2:AssociateIamInstanceProfile",
                                   "ec2:ReplaceIamInstanceProfileAssociation", "ec2:AttachVolume", "ec2:CreateFleet",
                                   "ec2:CreateLaunchTemplate", "ec2:CreateLaunchTemplateVersion",
                                   "ec2:CreateReplaceRootVolumeTask", "ec2:DetachVolume", "ec2:ModifyInstanceAttribute",
                                   "ec2:RequestSpotInstances", "ec2:StartInstances", "ec2:StopInstances", NULL}},
    {"ecs:", (const char *const[]){"ecs:RunTask", "ecs:StartTask", "ecs:RegisterTaskDefinition", "ecs:CreateService",
                                   "ecs:UpdateService", "ecs:CreateTaskSet", "ecs:ExecuteCommand", NULL}},
    {"glue:",
     (const char *const[]){"glue:CreateDevEndpoint", "glue:UpdateDevEndpoint", "glue:CreateJob", "glue:UpdateJob",
                           "glue:StartJobRun", "glue:CreateTrigger", "glue:CreateSession", "glue:RunStatement", NULL}},
    {"sagemaker:", (const char *const[]){"sagemaker:CreateNotebookInstance",
                                         "sagemaker:CreatePresignedNotebookInstanceUrl",
                                         "sagemaker:CreateTrainingJob",
                                         "sagemaker:CreateProcessingJob",
                                         "sagemaker:CreateDomain",
                                         "sagemaker:CreateEndpoint",
                                         "sagemaker:CreateEndpointConfig",
                                         "sagemaker:CreateModel",
                                         "sagemaker:CreateNotebookInstanceLifecycleConfig",
                                         "sagemaker:CreatePipeline",
                                         "sagemaker:CreatePresignedDomainUrl",
                                         "sagemaker:CreateUserProfile",
                                         "sagemaker:StartNotebookInstance",
                                         "sagemaker:StartPipelineExecution",
                                         "sagemaker:StartSession",
                                         "sagemaker:StopNotebookInstance",
                                         "sagemaker:UpdateNotebookInstance",
                                         "sagemaker:UpdatePipeline",
                                         "sagemaker:UpdateUserProfile",
                                         NULL}},
    {"cloudformation:",
     (const char *const[]){"cloudformation:CreateStack", "cloudformation:UpdateStack", "cloudformation:CreateStackSet",
                           "cloudformation:CreateStackInstances", "cloudformation:SetStackPolicy",
                           "cloudformation:CreateChangeSet", "cloudformation:ExecuteChangeSet",
                           "cloudformation:UpdateStackSet", NULL}},
    {"codebuild:", (const char *const[]){"codebuild:CreateProject", "codebuild:UpdateProject", "codebuild:StartBuild",
                                         "codebuild:StartBuildBatch", "codebuild:StartCommandExecution",
                                         "codebuild:StartSandbox", "codebuild:StartSandboxConnection", NULL}},
    {"datapipeline:", (const char *const[]){"datapipeline:CreatePipeline", "datapipeline:PutPipelineDefinition",
                                            "datapipeline:ActivatePipeline", NULL}},
    {"states:",
     (const char *const[]){"states:CreateStateMachine", "states:UpdateStateMachine", "states:StartExecution", NULL}},
    {"ssm:", (const char *const[]){"ssm:SendCommand", "ssm:StartSession", "ssm:StartAutomationExecution",
                                   "ssm:CreateActivation", "ssm:CreateAssociation",
                                   "ssm:RegisterTaskWithMaintenanceWindow", NULL}},
    {"ec2-instance-connect:", (const char *const[]){"ec2-instance-connect:SendSSHPublicKey",
                                                    "ec2-instance-connect:SendSerialConsoleSSHPublicKey", NULL}},
    {"sso:",
     (const char *const[]){"sso:CreateAccountAssignment", "sso:ProvisionPermissionSet",
                           "sso:AttachManagedPolicyToPermissionSet", "sso:PutInlinePolicyToPermissionSet", NULL}},
    {"amplify:", (const char *const[]){"amplify:StartJob", "amplify:UpdateApp", NULL}},
    {"apprunner:", (const char *const[]){"apprunner:CreateService", "apprunner:UpdateService", NULL}},
    {"autoscaling:",
     (const char *const[]){"autoscaling:CreateAutoScalingGroup", "autoscaling:CreateLaunchConfiguration", NULL}},
    {"batch:", (const char *const[]){"batch:RegisterJobDefinition", "batch:SubmitJob", NULL}},
    {"bedrock-agentcore:",
     (const char *const[]){"bedrock-agentcore:CreateAgentRuntime", "bedrock-agentcore:CreateCodeInterpreter",
                           "bedrock-agentcore:InvokeAgentRuntime", "bedrock-agentcore:InvokeAgentRuntimeCommand",
                           "bedrock-agentcore:InvokeCodeInterpreter", "bedrock-agentcore:StartCodeInterpreterSession",
                           "bedrock-agentcore:UpdateAgentRuntime", NULL}},
    {"codepipeline:", (const char *const[]){"codepipeline:CreatePipeline", NULL}},
    {"eks:", (const char *const[]){"eks:CreateCapability", "eks:CreatePodIdentityAssociation",
                                   "eks:UpdatePodIdentityAssociation", NULL}},
    {"elasticmapreduce:",
     (const char *const[]){"elasticmapreduce:AddJobFlowSteps", "elasticmapreduce:RunJobFlow", NULL}},
    {"emr-serverless:", (const char *const[]){"emr-serverless:CreateApplication", "emr-serverless:StartJobRun", NULL}},
    {"rolesanywhere:", (const char *const[]){"rolesanywhere:CreateProfile", "rolesanywhere:CreateTrustAnchor",
                                             "rolesanywhere:UpdateProfile", "rolesanywhere:UpdateTrustAnchor", NULL}},
    {"scheduler:", (const char *const[]){"scheduler:CreateSchedule", "scheduler:UpdateSchedule", NULL}},
};

static bool same_service(const char *pattern, const char *service)
{
    for (; *service != '\0'; pattern++, service++)
        if (policy_action_fold(*pattern) != *service)
            return false;
    return true;
}

static bool covers_watched(const char *pattern)
{
    /* IAM allows no wildcard in the service name; such a pattern is compared with every action. */
    size_t literal = 0;
    while (pattern[literal] != ':' && pattern[literal] != '*' && pattern[literal] != '?' && pattern[literal] != '\0')
        literal++;
    bool wild = pattern[literal] != ':', sts = wild || same_service(pattern, "sts:");
    const char first = policy_action_fold(pattern[0]);
    for (enum sts_action_id id = 0; sts && id < STS_ACTION_COUNT; id++)
        if (policy_action_matches(pattern, sts_actions[id].name))
            return true;
    for (size_t i = 0; i < sizeof watched / sizeof watched[0]; i++) {
        if (!wild && (first != watched[i].service[0] || !same_service(pattern, watched[i].service)))
            continue;
        for (const char *const *action = watched[i].actions; *action != NULL; action++)
            if ((wild || policy_action_may_match(pattern, *action, literal + 1)) &&
                policy_action_matches(pattern, *action))
                return true;
    }
    return false;
}

static bool covered_by_any(const char *const *patterns, size_t count, const char *action)
{
    for (size_t i = 0; i < count; i++)
        if (policy_action_matches(patterns[i], action))
            return true;
    return false;
}

bool policy_bears_on_roles(const char *const *patterns, size_t count, bool negated)
{
    if (!negated) {
        for (size_t i = 0; i < count; i++)
            if (covers_watched(patterns[i]))
                return true;
        return false;
    }
    for (enum sts_action_id id = 0; id < STS_ACTION_COUNT; id++)
        if (!covered_by_any(patterns, count, sts_actions[id].name))
            return true;
    for (size_t i = 0; i < sizeof watched / sizeof watched[0]; i++)
        for (const char *const *action = watched[i].actions; *action != NULL; action++)
            if (!covered_by_any(patterns, count, *action))
                return true;
    return false;
}
