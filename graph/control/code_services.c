#include "graph/control/code_services.h"

#include <string.h>

#define SERVICE(name) name, name ".amazonaws.com"

/* clang-format off */
const struct code_service code_services[CODE_SERVICES] = {
    {SERVICE("lambda"),
     {{"lambda:CreateFunction", "lambda:InvokeFunction"},
      {"lambda:CreateFunction", "lambda:CreateEventSourceMapping"},
      {"lambda:CreateFunction", "lambda:AddPermission"},
      {"lambda:UpdateFunctionConfiguration", "lambda:UpdateFunctionCode"}}},
    {SERVICE("ec2"), {{"ec2:RunInstances"}}},
    {SERVICE("ecs-tasks"),
     {{"ecs:RunTask"},
      {"ecs:StartTask"},
      {"ecs:RegisterTaskDefinition", "ecs:CreateService"},
      {"ecs:RegisterTaskDefinition", "ecs:UpdateService"}}},
    {SERVICE("glue"),
     {{"glue:CreateDevEndpoint"},
      {"glue:CreateSession"},
      {"glue:CreateJob", "glue:StartJobRun"},
      {"glue:CreateJob", "glue:CreateTrigger"},
      {"glue:UpdateJob", "glue:StartJobRun"}}},
    {SERVICE("sagemaker"),
     {{"sagemaker:CreateNotebookInstance", "sagemaker:CreatePresignedNotebookInstanceUrl"},
      {"sagemaker:CreateTrainingJob"},
      {"sagemaker:CreateProcessingJob"}}},
    {SERVICE("cloudformation"),
     {{"cloudformation:CreateStack"},
      {"cloudformation:UpdateStack"}}},
    {SERVICE("codebuild"),
     {{"codebuild:CreateProject", "codebuild:StartBuild"},
      {"codebuild:UpdateProject", "codebuild:StartBuild"},
      {"codebuild:CreateProject", "codebuild:StartBuildBatch"}}},
    {SERVICE("datapipeline"),
     {{"datapipeline:CreatePipeline", "datapipeline:PutPipelineDefinition", "datapipeline:ActivatePipeline"}}},
    {SERVICE("states"),
     {{"states:CreateStateMachine", "states:StartExecution"},
      {"states:UpdateStateMachine", "states:StartExecution"}}},
    {SERVICE("batch"), {{NULL}}},
    {SERVICE("bedrock-agentcore"), {{NULL}}},
    {SERVICE("cloud9"), {{NULL}}},
    {SERVICE("codepipeline"), {{NULL}}},
    {SERVICE("edgelambda"), {{NULL}}},
    {SERVICE("eks-fargate-pods"), {{NULL}}},
    {SERVICE("elasticmapreduce"), {{NULL}}},
    {SERVICE("emr-containers"), {{NULL}}},
    {SERVICE("emr-serverless"), {{NULL}}},
    {SERVICE("pcs"), {{NULL}}},
    {SERVICE("simspaceweaver"), {{NULL}}},
    {SERVICE("ssm"), {{NULL}}},
    {SERVICE("tasks.apprunner"), {{NULL}}},
};
/* clang-format on */

const struct code_service *code_service_find(const char *name)
{
    for (size_t i = 0; i < CODE_SERVICES; i++)
        if (strcmp(code_services[i].name, name) == 0)
            return &code_services[i];
    return NULL;
}
