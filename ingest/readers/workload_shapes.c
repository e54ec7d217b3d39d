#include "ingest/readers/workload_shapes.h"

#include "ingest/policy/arn.h"
#include <stdlib.h>
#include <string.h>

/* ---- roles */

/* Names come without the role's path. */
static void add_role(struct export_reader *reader, const char *arn, const char *use, const char *role)
{
    const char *slash = strrchr(role, '/');
    if (strncmp(role, "arn:", 4) != 0 && slash != NULL)
        role = slash + 1;
    EXPORT_WORKLOAD(reader, WORKLOAD_ROLE, arn, use, export_keep(reader, role, strlen(role)));
}

static void add_roles(struct export_reader *reader, const char *arn, const char *use, const json_t *value,
                      const char *path)
{
    char name[64];
    size_t length = strcspn(path, ".["), index;
    json_t *one;
    if (length == 0 && *path == '[') {
        json_array_foreach(value, index, one) add_roles(reader, arn, use, one, path + (path[2] == '.' ? 3 : 2));
    } else if (length == 0) {
        if (json_is_string(value) && json_string_value(value)[0] != '\0')
            add_role(reader, arn, use, json_string_value(value));
    } else if (length < sizeof name) {
        memcpy(name, path, length);
        name[length] = '\0';
        add_roles(reader, arn, use, json_object_get(value, name), path + length + (path[length] == '.'));
    }
}

void workload_add(struct export_reader *reader, const struct workload_found *found, const json_t *resource,
                  const struct workload_use *uses)
{
    struct arn arn;
    if (!arn_parse(found->arn, strlen(found->arn), &arn) || !arn_is_account_id(arn.account.at, arn.account.length))
        return;
    EXPORT_WORKLOAD(reader, WORKLOAD_RESOURCE, found->arn, export_keep(reader, arn.account.at, arn.account.length),
                    export_keep(reader, arn.region.at, arn.region.length), found->call, found->scope, found->state,
                    found->listed ? "1" : "0", "1", found->metadata);
    for (; uses->use != NULL; uses++)
        add_roles(reader, found->arn, uses->use, resource, uses->path);
}

static json_t *either(const json_t *object, const char *name, const char *small)
{
    json_t *value = json_object_get(object, name);
    return value != NULL ? value : json_object_get(object, small);
}

/* If tokens are not required, answers reach containers whatever the hop limit. Source:
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html */
const char *workload_metadata(const json_t *options)
{
    const char *endpoint = json_string_value(either(options, "HttpEndpoint", "httpEndpoint")),
               *tokens = json_string_value(either(options, "HttpTokens", "httpTokens"));
    const json_t *hops = either(options, "HttpPutResponseHopLimit", "httpPutResponseHopLimit");
    if (endpoint != NULL && strcmp(endpoint, "disabled") == 0)
        return "0";
    if (tokens == NULL || !json_is_integer(hops))
        return NULL;
    return strcmp(tokens, "optional") == 0 || json_integer_value(hops) >= 2 ? "1" : "0";
}

/* ---- items of AWS Config */

/* Native types have small first letters, those of the CloudFormation registry large ones. Source:
 * https://github.com/awslabs/aws-config-resource-schema */
static const struct item {
    const char *type, *call;
    struct workload_use uses[4];
} items[] = {
    {"AWS::Lambda::Function", "lambda-list-functions", {{"lambda", "role"}}},
    {"AWS::EC2::Instance", "ec2-describe-instances", {{"instance-profile", "iamInstanceProfile.arn"}}},
    {"AWS::ECS::TaskDefinition",
     "ecs-list-task-definitions",
     {{"ecs-task", "TaskRoleArn"}, {"ecs-execution", "ExecutionRoleArn"}}},
    {"AWS::CodeBuild::Project",
     "codebuild-list-projects",
     {{"codebuild", "serviceRole"}, {"codebuild", "buildBatchConfig.serviceRole"}}},
    {"AWS::CloudFormation::Stack", "cloudformation-describe-stacks", {{"cloudformation", "roleARN"}}},
    {"AWS::CodePipeline::Pipeline", "codepipeline-list-pipelines", {{"codepipeline", "pipeline.roleArn"}}},
    {"AWS::Glue::Job", "glue-get-jobs", {{"glue", "Role"}}},
    {"AWS::SageMaker::NotebookInstance", "sagemaker-list-notebook-instances", {{"sagemaker", "RoleArn"}}},
    {"AWS::SageMaker::Domain",
     "sagemaker-list-domains",
     {{"sagemaker", "DefaultUserSettings.ExecutionRole"}, {"sagemaker", "DefaultSpaceSettings.ExecutionRole"}}},
    {"AWS::StepFunctions::StateMachine", "stepfunctions-list-state-machines", {{"states", "RoleArn"}}},
    {"AWS::AppRunner::Service",
     "apprunner-list-services",
     {{"apprunner", "InstanceConfiguration.InstanceRoleArn"},
      {"apprunner-build", "SourceConfiguration.AuthenticationConfiguration.AccessRoleArn"}}},
    {"AWS::Events::Rule", "events-list-rules", {{"events", "RoleArn"}, {"events", "Targets[].RoleArn"}}},
};

static const struct item *find_item(const char *type)
{
    for (size_t i = 0; i < sizeof items / sizeof items[0]; i++)
        if (strcmp(items[i].type, type) == 0)
            return &items[i];
    return NULL;
}

bool workload_is_item(const char *type)
{
    return find_item(type) != NULL;
}

void workload_read_item(struct export_reader *reader, const char *type, const char *text, const json_t *configuration)
{
    const struct item *item = find_item(type);
    struct arn arn;
    struct text scope = {0};
    if (text == NULL || !arn_parse(text, strlen(text), &arn)) {
        export_problem(reader, PROBLEM_WARNING, "missing-member", 0, 0, "a resource has no ARN; skipped");
        return;
    }
    text_format(&scope, "%.*s %.*s", (int)arn.account.length, arn.account.at, (int)arn.region.length, arn.region.at);
    struct workload_found found = {.arn = text,
                                   .call = item->call,
                                   .scope = export_keep_text(reader, &scope),
                                   .state = export_json_text(reader, json_object_get(configuration, "state"), "name"),
                                   .metadata = workload_metadata(json_object_get(configuration, "metadataOptions"))};
    workload_add(reader, &found, configuration, item->uses);
}
