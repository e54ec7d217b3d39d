#include "graph/control/ways.h"

#include <string.h>

#define USER_GUIDE "https://docs.aws.amazon.com/IAM/latest/UserGuide/"
#define ACTIONS "https://docs.aws.amazon.com/service-authorization/latest/reference/list_"
#define IAM ACTIONS "awsidentityandaccessmanagementiam.html"

#define FUNCTION "arn:P:lambda:*:A:function:*"
#define INSTANCE "arn:P:ec2:*:A:instance/*"
#define DOCUMENT "arn:P:ssm:*:**:document/*"
#define PROJECT "arn:P:codebuild:*:A:project/*"
#define STACK "arn:P:cloudformation:*:A:stack/*"
#define NOTEBOOK "arn:P:sagemaker:*:A:notebook-instance/*"
#define IMAGE "arn:P:ec2:*:**:image/*"
#define TEMPLATE "arn:P:ec2:*:A:launch-template/*"
#define FLEET "arn:P:ec2:*:A:fleet/*"
#define SPOT "arn:P:ec2:*:A:spot-instances-request/*"
#define GROUP "arn:P:autoscaling:*:A:autoScalingGroup:*:autoScalingGroupName/*"
#define LAUNCH "arn:P:autoscaling:*:A:launchConfiguration:*:launchConfigurationName/*"
#define PROFILE "arn:P:iam::A:instance-profile/*"
#define TASK "arn:P:ecs:*:A:task-definition/*"
#define SERVICE "arn:P:ecs:*:A:service/*"
#define TASK_SET "arn:P:ecs:*:A:task-set/*"
#define JOB_DEFINITION "arn:P:batch:*:A:job-definition/*"
#define JOB_QUEUE "arn:P:batch:*:A:job-queue/*"
#define SESSION "arn:P:glue:*:A:session/*"
#define JOB "arn:P:glue:*:A:job/*"
#define TRIGGER "arn:P:glue:*:A:trigger/*"
#define SCRIPT "arn:P:sagemaker:*:A:notebook-instance-lifecycle-config/*"
#define TRAINING "arn:P:sagemaker:*:A:training-job/*"
#define PROCESSING "arn:P:sagemaker:*:A:processing-job/*"
#define DOMAIN "arn:P:sagemaker:*:A:domain/*"
#define USER_PROFILE "arn:P:sagemaker:*:A:user-profile/*"
#define PIPELINE "arn:P:sagemaker:*:A:pipeline/*"
#define MODEL "arn:P:sagemaker:*:A:model/*"
#define ENDPOINT_CONFIG "arn:P:sagemaker:*:A:endpoint-config/*"
#define ENDPOINT "arn:P:sagemaker:*:A:endpoint/*"
#define STACK_SET "arn:P:cloudformation:*:A:stackset/*"
#define DATA_PIPELINE "arn:P:datapipeline:*:A:pipeline/*"
#define MACHINE "arn:P:states:*:A:stateMachine:*"
#define APP_SERVICE "arn:P:apprunner:*:A:service/*"
#define INTERPRETER "arn:P:bedrock-agentcore:*:A:code-interpreter-custom/*"
#define RUNTIME "arn:P:bedrock-agentcore:*:A:runtime/*"
#define AUTOMATION "arn:P:ssm:*:**:*"
#define WINDOW "arn:P:ssm:*:A:maintenancewindow/*"
#define SCHEDULE "arn:P:scheduler:*:A:schedule/*"
#define CLUSTER "arn:P:eks:*:A:cluster/*"
#define POD_IDENTITY "arn:P:eks:*:A:podidentityassociation/*"
#define ANCHOR "arn:P:rolesanywhere:*:A:trust-anchor/*"
#define ANYWHERE_PROFILE "arn:P:rolesanywhere:*:A:profile/*"
#define APPLICATION "arn:P:emr-serverless:*:A:/applications/*"
#define CODE_PIPELINE "arn:P:codepipeline:*:A:*"
#define SANDBOX "arn:P:codebuild:*:A:sandbox/*"
#define ANY WAY_ON_ANYTHING

/* A row's beginning: id, form, service, steps. */
#define OVER(name, what, ...) .id = name, .form = what, .steps = {__VA_ARGS__}
#define PASS(name, principal, ...)                                                                                     \
    .id = name, .form = WAY_PASS_ROLE, .service = principal ".amazonaws.com", .steps = {__VA_ARGS__}
#define TAKE(name, principal, ...)                                                                                     \
    .id = name, .form = WAY_TAKE_OVER, .service = principal ".amazonaws.com", .steps = {__VA_ARGS__}

const struct way ways[] = {
    /* ---- IAM itself */
    {OVER("iam-update-assume-role-policy", WAY_EDIT_TRUST, {"iam:UpdateAssumeRolePolicy"}),
     .note = "Within one account the new trust policy is enough if it names the holder itself.", .known = "iam-012",
     .source = IAM},
    {OVER("iam-create-access-key", WAY_CREDENTIALS, {"iam:CreateAccessKey"}),
     .note = "A user has two keys at most; where both exist, iam:DeleteAccessKey makes room.",
     .known = "iam-002, iam-003", .source = IAM},
    {OVER("iam-create-login-profile", WAY_CREDENTIALS, {"iam:CreateLoginProfile"}),
     .note = "Only for users without a console password.", .known = "iam-004", .source = IAM},
    {OVER("iam-update-login-profile", WAY_CREDENTIALS, {"iam:UpdateLoginProfile"}),
     .note = "Only for users with a console password; users with MFA need their device too.", .known = "iam-006",
     .source = IAM},
    {OVER("iam-update-saml-provider", WAY_SAML_METADATA, {"iam:UpdateSAMLProvider"}),
     .note = "Not for roles of IAM Identity Center: AssumeRoleWithSAML does not work on them.", .known = "",
     .source = IAM},
    {OVER("iam-put-user-policy", WAY_POLICIES_OF_USER, {"iam:PutUserPolicy"}), .note = "", .known = "iam-007, iam-018",
     .source = IAM},
    {OVER("iam-attach-user-policy", WAY_POLICIES_OF_USER, {"iam:AttachUserPolicy"}),
     .note = "iam:PolicyARN can limit which policies.", .known = "iam-008, iam-015", .source = IAM},
    {OVER("iam-put-role-policy", WAY_POLICIES_OF_ROLE, {"iam:PutRolePolicy"}), .note = "",
     .known = "iam-005, iam-017, iam-021", .source = IAM},
    {OVER("iam-attach-role-policy", WAY_POLICIES_OF_ROLE, {"iam:AttachRolePolicy"}),
     .note = "iam:PolicyARN can limit which policies.", .known = "iam-009, iam-014, iam-019", .source = IAM},
    {OVER("iam-put-group-policy", WAY_POLICIES_OF_GROUP, {"iam:PutGroupPolicy"}), .note = "", .known = "iam-011",
     .source = IAM},
    {OVER("iam-attach-group-policy", WAY_POLICIES_OF_GROUP, {"iam:AttachGroupPolicy"}),
     .note = "iam:PolicyARN can limit which policies.", .known = "iam-010", .source = IAM},
    {OVER("iam-create-policy-version", WAY_POLICY_VERSIONS, {"iam:CreatePolicyVersion"}),
     .note = "A policy has five versions at most; where all exist, iam:DeletePolicyVersion makes room.",
     .known = "iam-001, iam-016, iam-020", .source = IAM},
    {OVER("iam-set-default-policy-version", WAY_EARLIER_VERSION, {"iam:SetDefaultPolicyVersion"}),
     .exists = "an earlier version of the policy allows it",
     .note =
         "Does not apply if the policy is known to have a single version. What other versions allow is not examined.",
     .known = "", .source = IAM},
    {OVER("iam-delete-user-boundary", WAY_BOUNDARY_OF_USER, {"iam:DeleteUserPermissionsBoundary"}), .note = "",
     .known = "", .source = USER_GUIDE "access_policies_boundaries.html"},
    {OVER("iam-put-user-boundary", WAY_BOUNDARY_OF_USER, {"iam:PutUserPermissionsBoundary"}),
     .note = "iam:PermissionsBoundary can limit which boundary.", .known = "",
     .source = USER_GUIDE "access_policies_boundaries.html"},
    {OVER("iam-delete-role-boundary", WAY_BOUNDARY_OF_ROLE, {"iam:DeleteRolePermissionsBoundary"}), .note = "",
     .known = "", .source = USER_GUIDE "access_policies_boundaries.html"},
    {OVER("iam-put-role-boundary", WAY_BOUNDARY_OF_ROLE, {"iam:PutRolePermissionsBoundary"}),
     .note = "iam:PermissionsBoundary can limit which boundary.", .known = "",
     .source = USER_GUIDE "access_policies_boundaries.html"},
    {OVER("iam-add-user-to-group", WAY_JOIN_GROUP, {"iam:AddUserToGroup"}), .note = "Also groups without members.",
     .known = "iam-013", .source = IAM},

    /* ---- with iam:PassRole */
    {PASS("lambda-create-invoke", "lambda", {"lambda:CreateFunction", FUNCTION}, {"lambda:InvokeFunction", FUNCTION}),
     .note = "", .known = "lambda-001", .source = ACTIONS "awslambda.html"},
    {PASS("lambda-create-event-source", "lambda", {"lambda:CreateFunction", FUNCTION},
          {"lambda:CreateEventSourceMapping", ANY}),
     .note = "A stream or queue calls the function.", .known = "lambda-002", .source = ACTIONS "awslambda.html"},
    {PASS("lambda-create-permission", "lambda", {"lambda:CreateFunction", FUNCTION},
          {"lambda:AddPermission", FUNCTION}),
     .note = "Another account, or a public address, calls the function.", .known = "lambda-006",
     .source = ACTIONS "awslambda.html"},
    {PASS("lambda-change-role", "lambda", {"lambda:UpdateFunctionConfiguration", FUNCTION},
          {"lambda:UpdateFunctionCode", FUNCTION}),
     .exists = "there is a function that it can change", .note = "Gives an existing function the role and new code.",
     .known = "", .source = ACTIONS "awslambda.html"},
    {PASS("ec2-run-instances", "ec2", {"ec2:RunInstances", INSTANCE}, {"ec2:RunInstances", IMAGE}),
     .needs_profile = true, .note = "The machine's user data runs as root and reads the role's credentials.",
     .known = "ec2-001", .source = USER_GUIDE "id_roles_use_switch-role-ec2.html"},
    {PASS("ec2-request-spot-instances", "ec2", {"ec2:RequestSpotInstances", SPOT}), .needs_profile = true, .note = "",
     .known = "ec2-003", .source = ACTIONS "amazonec2.html"},
    {PASS("ec2-create-fleet", "ec2", {"ec2:CreateLaunchTemplate", TEMPLATE}, {"ec2:CreateFleet", FLEET}),
     .needs_profile = true, .note = "", .known = "", .source = ACTIONS "amazonec2.html"},
    {PASS("autoscaling-launch-template", "ec2", {"ec2:CreateLaunchTemplate", TEMPLATE},
          {"autoscaling:CreateAutoScalingGroup", GROUP}),
     .needs_profile = true, .note = "", .known = "", .source = ACTIONS "amazonec2autoscaling.html"},
    {PASS("autoscaling-launch-configuration", "ec2", {"autoscaling:CreateLaunchConfiguration", LAUNCH},
          {"autoscaling:CreateAutoScalingGroup", GROUP}),
     .needs_profile = true, .note = "", .known = "", .source = ACTIONS "amazonec2autoscaling.html"},
    {PASS("ec2-new-profile", "ec2", {"iam:CreateInstanceProfile", PROFILE}, {"iam:AddRoleToInstanceProfile", PROFILE},
          {"ec2:RunInstances", INSTANCE}, {"ec2:RunInstances", IMAGE}),
     .note = "For roles that are not in an instance profile yet.", .known = "",
     .source = USER_GUIDE "id_roles_use_switch-role-ec2_instance-profiles.html"},
    {PASS("ec2-associate-profile-session", "ec2", {"ec2:AssociateIamInstanceProfile", INSTANCE},
          {"ssm:StartSession", INSTANCE}),
     .needs_profile = true, .exists = "an instance without a profile gives it a shell", .note = "", .known = "",
     .source = ACTIONS "amazonec2.html"},
    {PASS("ec2-associate-profile-command", "ec2", {"ec2:AssociateIamInstanceProfile", INSTANCE},
          {"ssm:SendCommand", INSTANCE}, {"ssm:SendCommand", DOCUMENT}),
     .needs_profile = true, .exists = "an instance without a profile gives it a shell", .note = "", .known = "",
     .source = ACTIONS "amazonec2.html"},
    {PASS("ec2-associate-profile-key", "ec2", {"ec2:AssociateIamInstanceProfile", INSTANCE},
          {"ec2-instance-connect:SendSSHPublicKey", INSTANCE}),
     .needs_profile = true, .exists = "an instance without a profile gives it a shell", .note = "", .known = "",
     .source = ACTIONS "amazonec2.html"},
    {PASS("ec2-replace-profile-session", "ec2", {"ec2:ReplaceIamInstanceProfileAssociation", INSTANCE},
          {"ssm:StartSession", INSTANCE}),
     .needs_profile = true, .exists = "an instance gives it a shell", .note = "", .known = "",
     .source = ACTIONS "amazonec2.html"},
    {PASS("ec2-replace-profile-key", "ec2", {"ec2:ReplaceIamInstanceProfileAssociation", INSTANCE},
          {"ec2-instance-connect:SendSSHPublicKey", INSTANCE}),
     .needs_profile = true, .exists = "an instance gives it a shell", .note = "", .known = "",
     .source = ACTIONS "amazonec2.html"},
    {PASS("ecs-run-new-task", "ecs-tasks", {"ecs:RegisterTaskDefinition", TASK}, {"ecs:RunTask", TASK}), .note = "",
     .known = "ecs-002, ecs-004", .source = ACTIONS "amazonelasticcontainerservice.html"},
    {PASS("ecs-run-task", "ecs-tasks", {"ecs:RunTask", TASK}),
     .note = "Overrides replace the role and the command of a registered task definition.", .known = "",
     .source = ACTIONS "amazonelasticcontainerservice.html"},
    {PASS("ecs-start-task", "ecs-tasks", {"ecs:StartTask", TASK}),
     .note = "Overrides replace role and command as with ecs:RunTask, on a registered container instance.",
     .known = "ecs-005", .source = ACTIONS "amazonelasticcontainerservice.html"},
    {PASS("ecs-create-service", "ecs-tasks", {"ecs:RegisterTaskDefinition", TASK}, {"ecs:CreateService", SERVICE}),
     .note = "", .known = "ecs-001, ecs-003", .source = ACTIONS "amazonelasticcontainerservice.html"},
    {PASS("ecs-update-service", "ecs-tasks", {"ecs:RegisterTaskDefinition", TASK}, {"ecs:UpdateService", SERVICE}),
     .exists = "there is a service that it can change", .note = "", .known = "",
     .source = ACTIONS "amazonelasticcontainerservice.html"},
    {PASS("ecs-create-task-set", "ecs-tasks", {"ecs:RegisterTaskDefinition", TASK}, {"ecs:CreateTaskSet", TASK_SET}),
     .exists = "there is a service that it can change", .note = "", .known = "",
     .source = ACTIONS "amazonelasticcontainerservice.html"},
    {PASS("batch-submit-new-job", "ecs-tasks", {"batch:RegisterJobDefinition", JOB_DEFINITION},
          {"batch:SubmitJob", JOB_DEFINITION}, {"batch:SubmitJob", JOB_QUEUE}),
     .exists = "there is a job queue that it can use", .note = "", .known = "", .source = ACTIONS "awsbatch.html"},
    {PASS("glue-create-dev-endpoint", "glue", {"glue:CreateDevEndpoint", ANY}), .note = "", .known = "glue-001",
     .source = ACTIONS "awsglue.html"},
    {PASS("glue-create-session", "glue", {"glue:CreateSession", SESSION}, {"glue:RunStatement", SESSION}),
     .note = "Creating the session runs no code by itself.", .known = "", .source = ACTIONS "awsglue.html"},
    {PASS("glue-create-job-run", "glue", {"glue:CreateJob", JOB}, {"glue:StartJobRun", JOB}), .note = "",
     .known = "glue-003", .source = ACTIONS "awsglue.html"},
    {PASS("glue-create-job-trigger", "glue", {"glue:CreateJob", JOB}, {"glue:CreateTrigger", TRIGGER}), .note = "",
     .known = "glue-004", .source = ACTIONS "awsglue.html"},
    {PASS("glue-update-job-run", "glue", {"glue:UpdateJob", JOB}, {"glue:StartJobRun", JOB}),
     .note = "The update names the role again, so iam:PassRole is needed even if the role does not change.",
     .known = "glue-005", .source = ACTIONS "awsglue.html"},
    {PASS("glue-update-job-trigger", "glue", {"glue:UpdateJob", JOB}, {"glue:CreateTrigger", TRIGGER}),
     .note = "Same as glue-update-job-run.", .known = "glue-006", .source = ACTIONS "awsglue.html"},
    {PASS("sagemaker-create-notebook-url", "sagemaker", {"sagemaker:CreateNotebookInstance", NOTEBOOK},
          {"sagemaker:CreatePresignedNotebookInstanceUrl", NOTEBOOK}),
     .note = "", .known = "sagemaker-001", .source = ACTIONS "amazonsagemaker.html"},
    {PASS("sagemaker-create-notebook-script", "sagemaker", {"sagemaker:CreateNotebookInstance", NOTEBOOK},
          {"sagemaker:CreateNotebookInstanceLifecycleConfig", SCRIPT}),
     .note = "The lifecycle configuration runs as root when the notebook starts.", .known = "",
     .source = ACTIONS "amazonsagemaker.html"},
    {PASS("sagemaker-create-notebook", "sagemaker", {"sagemaker:CreateNotebookInstance", NOTEBOOK}), .unsure = true,
     .exists = "somebody who may open notebooks runs its code, or a lifecycle configuration does",
     .note = "Creating the notebook runs no code by itself.", .known = "sagemaker-001",
     .source = ACTIONS "amazonsagemaker.html"},
    {PASS("sagemaker-create-training-job", "sagemaker", {"sagemaker:CreateTrainingJob", TRAINING}), .note = "",
     .known = "sagemaker-002", .source = ACTIONS "amazonsagemaker.html"},
    {PASS("sagemaker-create-processing-job", "sagemaker", {"sagemaker:CreateProcessingJob", PROCESSING}), .note = "",
     .known = "sagemaker-003", .source = ACTIONS "amazonsagemaker.html"},
    {PASS("sagemaker-create-domain", "sagemaker", {"sagemaker:CreateDomain", DOMAIN},
          {"sagemaker:CreateUserProfile", USER_PROFILE}, {"sagemaker:CreatePresignedDomainUrl", USER_PROFILE}),
     .note = "", .known = "", .source = ACTIONS "amazonsagemaker.html"},
    {PASS("sagemaker-create-profile", "sagemaker", {"sagemaker:CreateUserProfile", USER_PROFILE},
          {"sagemaker:CreatePresignedDomainUrl", USER_PROFILE}),
     .exists = "there is a Studio domain", .note = "", .known = "", .source = ACTIONS "amazonsagemaker.html"},
    {PASS("sagemaker-update-profile", "sagemaker", {"sagemaker:UpdateUserProfile", USER_PROFILE},
          {"sagemaker:CreatePresignedDomainUrl", USER_PROFILE}),
     .exists = "there is a Studio domain", .note = "", .known = "", .source = ACTIONS "amazonsagemaker.html"},
    {PASS("sagemaker-create-pipeline", "sagemaker", {"sagemaker:CreatePipeline", PIPELINE},
          {"sagemaker:StartPipelineExecution", PIPELINE}),
     .note = "", .known = "", .source = ACTIONS "amazonsagemaker.html"},
    {PASS("sagemaker-create-endpoint", "sagemaker", {"sagemaker:CreateModel", MODEL},
          {"sagemaker:CreateEndpointConfig", ENDPOINT_CONFIG}, {"sagemaker:CreateEndpoint", ENDPOINT}),
     .note = "The model's container runs with the role.", .known = "", .source = ACTIONS "amazonsagemaker.html"},
    {PASS("cloudformation-create-stack", "cloudformation", {"cloudformation:CreateStack", STACK}),
     .note = "The role creates whatever the template says.", .known = "cloudformation-001",
     .source = ACTIONS "awscloudformation.html"},
    {PASS("cloudformation-update-stack", "cloudformation", {"cloudformation:UpdateStack", STACK}),
     .exists = "there is a stack that it can change", .note = "", .known = "",
     .source = ACTIONS "awscloudformation.html"},
    {PASS("cloudformation-create-change-set", "cloudformation", {"cloudformation:CreateChangeSet", STACK},
          {"cloudformation:ExecuteChangeSet", STACK}),
     .note = "A change set can also create the stack.", .known = "cloudformation-005",
     .source = ACTIONS "awscloudformation.html"},
    {PASS("cloudformation-create-stack-set", "cloudformation", {"cloudformation:CreateStackSet", ANY},
          {"cloudformation:CreateStackInstances", STACK_SET}),
     .note = "The administration role then assumes the execution roles of the targets.", .known = "cloudformation-003",
     .source = ACTIONS "awscloudformation.html"},
    {PASS("cloudformation-update-stack-set", "cloudformation", {"cloudformation:UpdateStackSet", STACK_SET}),
     .exists = "there is a stack set that it can change", .note = "", .known = "cloudformation-004",
     .source = ACTIONS "awscloudformation.html"},
    {PASS("codebuild-create-build", "codebuild", {"codebuild:CreateProject", PROJECT},
          {"codebuild:StartBuild", PROJECT}),
     .note = "", .known = "codebuild-001", .source = ACTIONS "awscodebuild.html"},
    {PASS("codebuild-create-batch", "codebuild", {"codebuild:CreateProject", PROJECT},
          {"codebuild:StartBuildBatch", PROJECT}),
     .note = "", .known = "codebuild-004", .source = ACTIONS "awscodebuild.html"},
    {PASS("codebuild-update-build", "codebuild", {"codebuild:UpdateProject", PROJECT},
          {"codebuild:StartBuild", PROJECT}),
     .exists = "there is a build project that it can change", .note = "", .known = "",
     .source = ACTIONS "awscodebuild.html"},
    {PASS("codebuild-update-batch", "codebuild", {"codebuild:UpdateProject", PROJECT},
          {"codebuild:StartBuildBatch", PROJECT}),
     .exists = "there is a build project that it can change", .note = "", .known = "",
     .source = ACTIONS "awscodebuild.html"},
    {PASS("datapipeline-create", "datapipeline", {"datapipeline:CreatePipeline", ANY},
          {"datapipeline:PutPipelineDefinition", DATA_PIPELINE}, {"datapipeline:ActivatePipeline", DATA_PIPELINE}),
     .note = "AWS no longer accepts new customers for this service.", .known = "datapipeline-001",
     .source = ACTIONS "awsdatapipeline.html"},
    {PASS("states-create", "states", {"states:CreateStateMachine", MACHINE}, {"states:StartExecution", MACHINE}),
     .note = "Its integrations call nearly any API with the role.", .known = "",
     .source = ACTIONS "awsstepfunctions.html"},
    {PASS("states-update", "states", {"states:UpdateStateMachine", MACHINE}, {"states:StartExecution", MACHINE}),
     .exists = "there is a state machine that it can change", .note = "", .known = "",
     .source = ACTIONS "awsstepfunctions.html"},
    {PASS("apprunner-create-service", "tasks.apprunner", {"apprunner:CreateService", APP_SERVICE}), .note = "",
     .known = "apprunner-001", .source = ACTIONS "awsapprunner.html"},
    {PASS("bedrock-agentcore-create-interpreter", "bedrock-agentcore", {"bedrock-agentcore:CreateCodeInterpreter", ANY},
          {"bedrock-agentcore:StartCodeInterpreterSession", INTERPRETER},
          {"bedrock-agentcore:InvokeCodeInterpreter", INTERPRETER}),
     .note = "", .known = "bedrock-001", .source = ACTIONS "amazonbedrockagentcore.html"},
    {PASS("bedrock-agentcore-create-runtime", "bedrock-agentcore", {"bedrock-agentcore:CreateAgentRuntime", ANY},
          {"bedrock-agentcore:InvokeAgentRuntime", RUNTIME}),
     .note = "", .known = "", .source = ACTIONS "amazonbedrockagentcore.html"},
    {PASS("bedrock-agentcore-update-runtime", "bedrock-agentcore", {"bedrock-agentcore:UpdateAgentRuntime", RUNTIME},
          {"bedrock-agentcore:InvokeAgentRuntime", RUNTIME}),
     .exists = "there is an agent runtime that it can change", .note = "", .known = "",
     .source = ACTIONS "amazonbedrockagentcore.html"},
    {PASS("ssm-create-activation", "ssm", {"ssm:CreateActivation", ANY}),
     .note = "The holder's own machine registers and receives the role's credentials.", .known = "",
     .source = ACTIONS "awssystemsmanager.html"},
    {PASS("ssm-start-automation", "ssm", {"ssm:StartAutomationExecution", AUTOMATION}),
     .note = "Automation calls nearly any API with the role.", .known = "", .source = ACTIONS "awssystemsmanager.html"},
    {PASS("ssm-maintenance-window", "ssm", {"ssm:RegisterTaskWithMaintenanceWindow", WINDOW}),
     .exists = "there is a maintenance window that it can change", .note = "", .known = "",
     .source = ACTIONS "awssystemsmanager.html"},
    {PASS("scheduler-create", "scheduler", {"scheduler:CreateSchedule", SCHEDULE}),
     .note = "A universal target calls nearly any API with the role.", .known = "",
     .source = ACTIONS "amazoneventbridgescheduler.html"},
    {PASS("scheduler-update", "scheduler", {"scheduler:UpdateSchedule", SCHEDULE}),
     .exists = "there is a schedule that it can change", .note = "", .known = "",
     .source = ACTIONS "amazoneventbridgescheduler.html"},
    {PASS("eks-create-pod-identity", "pods.eks", {"eks:CreatePodIdentityAssociation", CLUSTER}), .unsure = true,
     .exists = "Kubernetes lets it start a pod in the namespace that it names",
     .note = "Kubernetes decides who may start pods; its rules are not in the exports.", .known = "",
     .source = ACTIONS "amazonelastickubernetesservice.html"},
    {PASS("eks-update-pod-identity", "pods.eks", {"eks:UpdatePodIdentityAssociation", POD_IDENTITY}), .unsure = true,
     .exists = "Kubernetes lets it start a pod in the namespace of an association",
     .note = "Kubernetes decides who may start pods; its rules are not in the exports.", .known = "",
     .source = ACTIONS "amazonelastickubernetesservice.html"},
    {PASS("eks-create-capability", "capabilities.eks", {"eks:CreateCapability", CLUSTER}), .unsure = true,
     .exists = "the capability runs the holder's commands with <role>", .note = "", .known = "",
     .source = ACTIONS "amazonelastickubernetesservice.html"},
    {PASS("rolesanywhere-create", "rolesanywhere", {"rolesanywhere:CreateTrustAnchor", ANY},
          {"rolesanywhere:CreateProfile", ANY}),
     .note = "Certificates from the holder's own authority get the role's credentials, from anywhere.", .known = "",
     .source = ACTIONS "awsidentityandaccessmanagementrolesanywhere.html"},
    {PASS("rolesanywhere-update", "rolesanywhere", {"rolesanywhere:UpdateTrustAnchor", ANCHOR},
          {"rolesanywhere:UpdateProfile", ANYWHERE_PROFILE}),
     .exists = "there are a trust anchor and a profile that it can change",
     .note = "Works too for roles whose trust policy names the trust anchor.", .known = "",
     .source = ACTIONS "awsidentityandaccessmanagementrolesanywhere.html"},
    {PASS("emr-run-job-flow", "ec2", {"elasticmapreduce:RunJobFlow", ANY}), .needs_profile = true,
     .exists = "it can also pass a service role to EMR",
     .note = "A cluster needs two roles; its steps run with the role in the instance profile.", .known = "",
     .source = ACTIONS "amazonelasticmapreduce.html"},
    {PASS("emr-serverless-run", "emr-serverless", {"emr-serverless:CreateApplication", ANY},
          {"emr-serverless:StartJobRun", APPLICATION}),
     .note = "", .known = "", .source = ACTIONS "amazonemrserverless.html"},
    {PASS("codepipeline-create", "codepipeline", {"codepipeline:CreatePipeline", CODE_PIPELINE}), .unsure = true,
     .exists = "an action of the pipeline runs the holder's commands with <role>",
     .note = "The pipeline starts by itself; what it can do depends on its actions.", .known = "",
     .source = ACTIONS "awscodepipeline.html"},

    /* ---- what already runs */
    {TAKE("lambda-update-code", "lambda", {"lambda:UpdateFunctionCode", FUNCTION}),
     .exists = "a function runs with <role>", .note = "The new code runs at the next invocation, whoever makes it.",
     .known = "lambda-003, lambda-004, lambda-005", .source = ACTIONS "awslambda.html"},
    {TAKE("lambda-update-configuration", "lambda", {"lambda:UpdateFunctionConfiguration", FUNCTION}),
     .exists = "a function runs with <role>",
     .note = "The holder's layer or wrapper script runs before the function's code.", .known = "",
     .source = ACTIONS "awslambda.html"},
    {TAKE("ssm-send-command", "ec2", {"ssm:SendCommand", INSTANCE}, {"ssm:SendCommand", DOCUMENT}),
     .needs_profile = true, .exists = "an instance with <role> is managed by Systems Manager", .note = "",
     .known = "ssm-002", .source = ACTIONS "awssystemsmanager.html"},
    {TAKE("ssm-start-session", "ec2", {"ssm:StartSession", INSTANCE}), .needs_profile = true,
     .exists = "an instance with <role> is managed by Systems Manager", .note = "", .known = "ssm-001",
     .source = ACTIONS "awssystemsmanager.html"},
    {TAKE("ssm-create-association", "ec2", {"ssm:CreateAssociation", INSTANCE}, {"ssm:CreateAssociation", DOCUMENT}),
     .needs_profile = true, .exists = "an instance with <role> is managed by Systems Manager", .note = "", .known = "",
     .source = ACTIONS "awssystemsmanager.html"},
    {TAKE("ssm-automation-of-document", "ssm",
          {"ssm:StartAutomationExecution", "arn:P:ssm:*:A:automation-definition/*"}),
     .unsure = true, .exists = "an automation document names <role>", .note = "The document decides what it can do.",
     .known = "", .source = ACTIONS "awssystemsmanager.html"},
    {TAKE("ec2-instance-connect-key", "ec2", {"ec2-instance-connect:SendSSHPublicKey", INSTANCE}),
     .needs_profile = true, .exists = "an instance with <role> can be reached through the network", .note = "",
     .known = "ec2instanceconnect-003", .source = ACTIONS "amazonec2instanceconnect.html"},
    {TAKE("ec2-instance-connect-serial", "ec2", {"ec2-instance-connect:SendSerialConsoleSSHPublicKey", INSTANCE}),
     .needs_profile = true, .unsure = true, .exists = "the serial console of an instance with <role> accepts its login",
     .note = "Serial console access must be enabled in the account, and the operating system needs a login.",
     .known = "", .source = ACTIONS "amazonec2instanceconnect.html"},
    {TAKE("ec2-modify-user-data", "ec2", {"ec2:ModifyInstanceAttribute", INSTANCE}, {"ec2:StopInstances", INSTANCE},
          {"ec2:StartInstances", INSTANCE}),
     .needs_profile = true, .exists = "an instance runs with <role>",
     .note = "The holder's user data runs when the instance starts.", .known = "ec2-002",
     .source = ACTIONS "amazonec2.html"},
    {TAKE("ec2-replace-root-volume", "ec2", {"ec2:CreateReplaceRootVolumeTask", INSTANCE}), .needs_profile = true,
     .unsure = true, .exists = "an instance runs with <role>",
     .note = "The instance starts from a disk that the holder chooses.", .known = "",
     .source = ACTIONS "amazonec2.html"},
    {TAKE("ec2-swap-root-volume", "ec2", {"ec2:StopInstances", INSTANCE}, {"ec2:DetachVolume", INSTANCE},
          {"ec2:AttachVolume", INSTANCE}, {"ec2:StartInstances", INSTANCE}),
     .needs_profile = true, .exists = "an instance runs with <role>",
     .note = "The holder edits the disk on another instance and puts it back.", .known = "",
     .source = ACTIONS "amazonec2.html"},
    {TAKE("ec2-launch-template-version", "ec2", {"ec2:CreateLaunchTemplateVersion", TEMPLATE}), .needs_profile = true,
     .exists = "machines start from the newest version of a launch template with <role>",
     .note = "With ec2:ModifyLaunchTemplate this also affects instances that start from the default version.",
     .known = "ec2-004", .source = ACTIONS "amazonec2.html"},
    {TAKE("ecs-execute-command", "ecs-tasks", {"ecs:ExecuteCommand", "arn:P:ecs:*:A:cluster/*"},
          {"ecs:ExecuteCommand", "arn:P:ecs:*:A:task/*"}),
     .exists = "ECS Exec is enabled for a task with <role>", .note = "ECS Exec is enabled per service or task.",
     .known = "", .source = ACTIONS "amazonelasticcontainerservice.html"},
    {TAKE("codebuild-start-build", "codebuild", {"codebuild:StartBuild", PROJECT}),
     .exists = "a build project has <role>", .note = "The call can pass its own build commands.",
     .known = "codebuild-002", .source = ACTIONS "awscodebuild.html"},
    {TAKE("codebuild-start-batch", "codebuild", {"codebuild:StartBuildBatch", PROJECT}),
     .exists = "a build project has <role>", .note = "The call can pass its own build commands.",
     .known = "codebuild-003", .source = ACTIONS "awscodebuild.html"},
    {TAKE("codebuild-sandbox-connection", "codebuild", {"codebuild:StartSandbox", PROJECT},
          {"codebuild:StartSandboxConnection", SANDBOX}),
     .exists = "a build project has <role>", .note = "", .known = "", .source = ACTIONS "awscodebuild.html"},
    {TAKE("codebuild-sandbox-command", "codebuild", {"codebuild:StartSandbox", PROJECT},
          {"codebuild:StartCommandExecution", SANDBOX}),
     .exists = "a build project has <role>", .note = "", .known = "", .source = ACTIONS "awscodebuild.html"},
    {TAKE("codebuild-update-source", "codebuild", {"codebuild:UpdateProject", PROJECT}), .unsure = true,
     .exists = "a build project has <role>",
     .note = "The next build runs the new commands. Whether iam:PassRole is checked if the role does not change is not "
             "documented.",
     .known = "", .source = ACTIONS "awscodebuild.html"},
    {TAKE("cloudformation-update-own-role", "cloudformation", {"cloudformation:UpdateStack", STACK}),
     .exists = "a stack has <role>", .note = "The role stays with the stack: whoever may update it uses the role.",
     .known = "cloudformation-002",
     .source = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-iam-servicerole.html"},
    {TAKE("cloudformation-change-set-own-role", "cloudformation", {"cloudformation:CreateChangeSet", STACK},
          {"cloudformation:ExecuteChangeSet", STACK}),
     .exists = "a stack has <role>", .note = "", .known = "cloudformation-005",
     .source = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-iam-servicerole.html"},
    {TAKE("glue-update-dev-endpoint", "glue", {"glue:UpdateDevEndpoint", "arn:P:glue:*:A:devEndpoint/*"}),
     .exists = "a development endpoint has <role>", .note = "", .known = "glue-002", .source = ACTIONS "awsglue.html"},
    {TAKE("glue-run-statement", "glue", {"glue:RunStatement", SESSION}), .exists = "an interactive session has <role>",
     .note = "", .known = "", .source = ACTIONS "awsglue.html"},
    {TAKE("sagemaker-notebook-url", "sagemaker", {"sagemaker:CreatePresignedNotebookInstanceUrl", NOTEBOOK}),
     .exists = "a notebook has <role>", .note = "", .known = "sagemaker-004", .source = ACTIONS "amazonsagemaker.html"},
    {TAKE("sagemaker-domain-url", "sagemaker", {"sagemaker:CreatePresignedDomainUrl", USER_PROFILE}),
     .exists = "a Studio profile has <role>", .note = "Only for domains that use IAM sign-in.", .known = "",
     .source = ACTIONS "amazonsagemaker.html"},
    {TAKE("sagemaker-notebook-script", "sagemaker", {"sagemaker:CreateNotebookInstanceLifecycleConfig", SCRIPT},
          {"sagemaker:StopNotebookInstance", NOTEBOOK}, {"sagemaker:UpdateNotebookInstance", NOTEBOOK},
          {"sagemaker:StartNotebookInstance", NOTEBOOK}),
     .exists = "a notebook has <role>", .note = "", .known = "sagemaker-005", .source = ACTIONS "amazonsagemaker.html"},
    {TAKE("sagemaker-start-session", "sagemaker", {"sagemaker:StartSession", "arn:P:sagemaker:*:A:space/*"}),
     .exists = "a Studio space with <role> allows remote editors", .note = "", .known = "",
     .source = ACTIONS "amazonsagemaker.html"},
    {TAKE("sagemaker-update-pipeline", "sagemaker", {"sagemaker:UpdatePipeline", PIPELINE},
          {"sagemaker:StartPipelineExecution", PIPELINE}),
     .unsure = true, .exists = "a pipeline has <role>", .note = "", .known = "",
     .source = ACTIONS "amazonsagemaker.html"},
    {TAKE("states-update-definition", "states", {"states:UpdateStateMachine", MACHINE},
          {"states:StartExecution", MACHINE}),
     .unsure = true, .exists = "a state machine has <role>",
     .note = "Whether iam:PassRole is checked if the role does not change is not documented.", .known = "",
     .source = ACTIONS "awsstepfunctions.html"},
    {TAKE("batch-submit-job", "ecs-tasks", {"batch:SubmitJob", JOB_DEFINITION}, {"batch:SubmitJob", JOB_QUEUE}),
     .exists = "a job definition has <role> and its image has a shell",
     .note = "Overrides give the job another command.", .known = "", .source = ACTIONS "awsbatch.html"},
    {TAKE("emr-add-step", "ec2", {"elasticmapreduce:AddJobFlowSteps", "arn:P:elasticmapreduce:*:A:cluster/*"}),
     .needs_profile = true, .exists = "the machines of a cluster have <role>", .note = "", .known = "",
     .source = ACTIONS "amazonelasticmapreduce.html"},
    {TAKE("bedrock-agentcore-use-interpreter", "bedrock-agentcore",
          {"bedrock-agentcore:StartCodeInterpreterSession", INTERPRETER},
          {"bedrock-agentcore:InvokeCodeInterpreter", INTERPRETER}),
     .exists = "a code interpreter has <role>", .note = "", .known = "bedrock-002",
     .source = ACTIONS "amazonbedrockagentcore.html"},
    {TAKE("bedrock-agentcore-runtime-command", "bedrock-agentcore",
          {"bedrock-agentcore:InvokeAgentRuntimeCommand", RUNTIME}),
     .unsure = true, .exists = "an agent runtime has <role>", .note = "", .known = "",
     .source = ACTIONS "amazonbedrockagentcore.html"},
    {TAKE("apprunner-update-service", "tasks.apprunner", {"apprunner:UpdateService", APP_SERVICE}),
     .exists = "a service has <role>", .note = "", .known = "apprunner-002", .source = ACTIONS "awsapprunner.html"},
    {TAKE("amplify-update-app", "amplify", {"amplify:UpdateApp", "arn:P:amplify:*:A:apps/*"},
          {"amplify:StartJob", "arn:P:amplify:*:A:apps/*"}),
     .unsure = true, .exists = "an app has <role>", .note = "", .known = "", .source = ACTIONS "awsamplify.html"},
};

const size_t way_count = sizeof ways / sizeof ways[0];

const char *way_form_word(enum way_form form)
{
    static const char *const words[WAY_FORMS] = {
        [WAY_EDIT_TRUST] = "edit-trust",
        [WAY_CREDENTIALS] = "credentials",
        [WAY_SAML_METADATA] = "saml-metadata",
        [WAY_POLICIES_OF_USER] = "policies-of-user",
        [WAY_POLICIES_OF_ROLE] = "policies-of-role",
        [WAY_POLICIES_OF_GROUP] = "policies-of-group",
        [WAY_POLICY_VERSIONS] = "policy-versions",
        [WAY_EARLIER_VERSION] = "earlier-version",
        [WAY_BOUNDARY_OF_USER] = "boundary-of-user",
        [WAY_BOUNDARY_OF_ROLE] = "boundary-of-role",
        [WAY_JOIN_GROUP] = "join-group",
        [WAY_PASS_ROLE] = "pass-role",
        [WAY_TAKE_OVER] = "take-over",
    };
    return words[form];
}

const char *way_first_action(const struct way *way)
{
    return way->form == WAY_PASS_ROLE ? "iam:PassRole" : way->steps[0].action;
}

void way_add_actions(const struct way *way, const char *quote, struct text *text)
{
    for (size_t i = 0; i < WAY_STEPS && way->steps[i].action != NULL; i++)
        if (i == 0 || strcmp(way->steps[i].action, way->steps[i - 1].action) != 0)
            text_format(text, "%s%s%s%s", i > 0 ? ", " : "", quote, way->steps[i].action, quote);
}

void way_add_fact(const char *fact, const char *role, struct text *text)
{
    static const char mark[] = "<role>";
    const char *at = strstr(fact, mark);
    if (at == NULL) {
        text_append_string(text, fact);
        return;
    }
    text_append(text, fact, (size_t)(at - fact));
    text_format(text, "%s%s", role, at + strlen(mark));
}

bool way_service_runs_code(const char *name)
{
    static const char *const others[] = {
        "batch",          "cloud9", "edgelambda",    "eks-fargate-pods", "elasticmapreduce",
        "emr-containers", "pcs",    "simspaceweaver"};
    size_t length = strlen(name);
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        if (strcmp(others[i], name) == 0)
            return true;
    for (size_t i = 0; i < way_count; i++)
        if (ways[i].service != NULL && strncmp(ways[i].service, name, length) == 0 && ways[i].service[length] == '.' &&
            strcmp(ways[i].service + length, ".amazonaws.com") == 0)
            return true;
    return false;
}
