/*
 * What runs with roles, from the calls that list or describe it: EC2 instances, Lambda functions, ECS task definitions
 * and tasks, and other resources that name a role in the answer to one call. Environment variables, user data and
 * parameters are not read. Answers without ARNs belong to the folder accounts/ID/REGION or to the envelope. Shapes: the
 * API models of botocore.
 */
#include "ingest/policy/arn.h"
#include "ingest/readers/workload_shapes.h"
#include "ingest/support/memory.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* An answer: a list of resources or a single one. */
static const struct shape {
    const char *kind;   /* its name, and for lists of all in a region the call of the listing */
    const char *member; /* at the top level */
    bool list;
    const char *service, *call;  /* as in the CLI */
    const char *scope;           /* the call that lists such resources */
    const char *arn;             /* member; NULL: built from the next two */
    const char *resource, *name; /* "glue job/" and the member with the rest */
    const char *state;           /* member; NULL: none */
    struct workload_use uses[3];
} shapes[] = {
    {.kind = "lambda-list-functions",
     .member = "Functions",
     .list = true,
     .service = "lambda",
     .call = "list-functions",
     .scope = "lambda-list-functions",
     .arn = "FunctionArn",
     .state = "State",
     .uses = {{"lambda", "Role"}}},
    {.kind = "ecs-describe-task-definition",
     .member = "taskDefinition",
     .service = "ecs",
     .call = "describe-task-definition",
     .scope = "ecs-list-task-definitions",
     .arn = "taskDefinitionArn",
     .state = "status",
     .uses = {{"ecs-task", "taskRoleArn"}, {"ecs-execution", "executionRoleArn"}}},
    {.kind = "ecs-describe-tasks",
     .member = "tasks",
     .list = true,
     .service = "ecs",
     .call = "describe-tasks",
     .scope = "ecs-list-tasks",
     .arn = "taskArn",
     .state = "lastStatus",
     .uses = {{"ecs-task", "overrides.taskRoleArn"}, {"ecs-execution", "overrides.executionRoleArn"}}},
    {.kind = "batch-describe-job-definitions",
     .member = "jobDefinitions",
     .list = true,
     .service = "batch",
     .call = "describe-job-definitions",
     .scope = "batch-describe-job-definitions",
     .arn = "jobDefinitionArn",
     .state = "status",
     .uses = {{"ecs-task", "containerProperties.jobRoleArn"},
              {"ecs-execution", "containerProperties.executionRoleArn"}}},
    {.kind = "codebuild-batch-get-projects",
     .member = "projects",
     .list = true,
     .service = "codebuild",
     .call = "batch-get-projects",
     .scope = "codebuild-list-projects",
     .arn = "arn",
     .uses = {{"codebuild", "serviceRole"}, {"codebuild", "buildBatchConfig.serviceRole"}}},
    {.kind = "glue-get-jobs",
     .member = "Jobs",
     .list = true,
     .service = "glue",
     .call = "get-jobs",
     .scope = "glue-get-jobs",
     .resource = "glue job/",
     .name = "Name",
     .uses = {{"glue", "Role"}}},
    {.kind = "glue-get-dev-endpoints",
     .member = "DevEndpoints",
     .list = true,
     .service = "glue",
     .call = "get-dev-endpoints",
     .scope = "glue-get-dev-endpoints",
     .resource = "glue devEndpoint/",
     .name = "EndpointName",
     .state = "Status",
     .uses = {{"glue", "RoleArn"}}},
    {.kind = "glue-get-crawlers",
     .member = "Crawlers",
     .list = true,
     .service = "glue",
     .call = "get-crawlers",
     .scope = "glue-get-crawlers",
     .resource = "glue crawler/",
     .name = "Name",
     .state = "State",
     .uses = {{"glue", "Role"}}},
    {.kind = "cloudformation-describe-stacks",
     .member = "Stacks",
     .list = true,
     .service = "cloudformation",
     .call = "describe-stacks",
     .scope = "cloudformation-describe-stacks",
     .arn = "StackId",
     .state = "StackStatus",
     .uses = {{"cloudformation", "RoleARN"}}},
    {.kind = "apprunner-describe-service",
     .member = "Service",
     .service = "apprunner",
     .call = "describe-service",
     .scope = "apprunner-list-services",
     .arn = "ServiceArn",
     .state = "Status",
     .uses = {{"apprunner", "InstanceConfiguration.InstanceRoleArn"},
              {"apprunner-build", "SourceConfiguration.AuthenticationConfiguration.AccessRoleArn"}}},
    {.kind = "codepipeline-get-pipeline",
     .member = "pipeline",
     .service = "codepipeline",
     .call = "get-pipeline",
     .scope = "codepipeline-list-pipelines",
     .resource = "codepipeline ",
     .name = "name",
     .uses = {{"codepipeline", "roleArn"}}},
    {.kind = "mwaa-get-environment",
     .member = "Environment",
     .service = "mwaa",
     .call = "get-environment",
     .scope = "mwaa-list-environments",
     .arn = "Arn",
     .state = "Status",
     .uses = {{"airflow", "ExecutionRoleArn"}}},
    {.kind = "amplify-list-apps",
     .member = "apps",
     .list = true,
     .service = "amplify",
     .call = "list-apps",
     .scope = "amplify-list-apps",
     .arn = "appArn",
     .uses = {{"amplify", "computeRoleArn"}, {"amplify", "iamServiceRoleArn"}}},
};

static const struct shape *shape_of(const char *member)
{
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++)
        if (strcmp(shapes[i].member, member) == 0)
            return &shapes[i];
    return NULL;
}

/* ---- places */

static void say_unknown(struct export_reader *reader)
{
    export_problem(reader, PROBLEM_WARNING, "place-unknown", 0, 0,
                   "the file does not say which account and region it is about; put it into a folder "
                   "accounts/ACCOUNT-ID/REGION");
}

/* "ACCOUNT REGION" from the ARN. */
static const char *scope_of(struct export_reader *reader, const char *text)
{
    struct arn arn;
    struct text scope = {0};
    if (!arn_parse(text, strlen(text), &arn))
        return "";
    text_format(&scope, "%.*s %.*s", (int)arn.account.length, arn.account.at, (int)arn.region.length, arn.region.at);
    return export_keep_text(reader, &scope);
}

/* The ARN of the resource; NULL: it has none, and its account or region is unknown. */
static const char *arn_of(struct export_reader *reader, const struct shape *shape, const json_t *resource)
{
    if (shape->arn != NULL)
        return export_json_text(reader, resource, shape->arn);
    const char *name = export_json_text(reader, resource, shape->name), *space = strchr(shape->resource, ' ');
    char *service = memory_text_part(shape->resource, (size_t)(space - shape->resource));
    const char *arn = name != NULL ? export_resource(reader, service, space + 1, name) : NULL;
    free(service);
    return arn;
}

/* ---- resources */

/* "…:function:NAME:$LATEST" is the function itself. */
static const char *without_latest(struct export_reader *reader, const char *arn)
{
    static const char latest[] = ":$LATEST";
    size_t length = strlen(arn), tail = sizeof latest - 1;
    return length > tail && strcmp(arn + length - tail, latest) == 0 ? export_keep(reader, arn, length - tail) : arn;
}

static void add_resource(struct export_reader *reader, const struct shape *shape, const json_t *resource,
                         const char *arn)
{
    struct workload_found found = {.arn = without_latest(reader, arn),
                                   .call = shape->scope,
                                   .scope = scope_of(reader, arn),
                                   .state =
                                       shape->state != NULL ? export_json_text(reader, resource, shape->state) : NULL,
                                   .listed = shape->list && strcmp(shape->scope, shape->kind) == 0};
    workload_add(reader, &found, resource, shape->uses);
}

/* Whether the list contains everything in a region, without a filter. */
static bool is_whole(const struct export_reader *reader, const struct shape *shape)
{
    return strcmp(shape->scope, shape->kind) == 0 && reader->filter[0] == '\0' &&
           (reader->argument[0] == '\0' || strcmp(reader->argument, "ALL") == 0);
}

/* Published versions of functions have roles of their own. */
static void end_list(struct export_reader *reader, const struct shape *shape, bool lost, bool versions)
{
    const char *scope = export_scope(reader);
    if (scope == NULL || !is_whole(reader, shape))
        return;
    export_listing(reader, shape->kind, scope, lost);
    if (versions)
        export_listing(reader, "lambda-list-versions", scope, lost);
}

static void read_list(struct export_reader *reader, const char *member)
{
    const struct shape *shape = shape_of(member);
    bool versions = strcmp(reader->argument, "ALL") == 0, said = false;
    struct export_list list;
    if (!export_list_enter(reader, &list))
        return;
    while (export_list_next(reader, &list)) {
        json_t *one = export_list_object(reader, &list, "expected an object");
        const char *arn = one != NULL ? arn_of(reader, shape, one) : NULL;
        if (arn != NULL) {
            versions = versions || strstr(arn, ":$LATEST") != NULL;
            add_resource(reader, shape, one, arn);
        } else if (one != NULL && shape->arn != NULL) {
            export_list_lose(reader, &list, "a resource has no ARN");
        } else if (one != NULL && !said) {
            say_unknown(reader);
            said = list.lost = true;
        }
        json_decref(one);
    }
    end_list(reader, shape, list.lost, versions);
}

/* An answer about a single resource. */
static void read_object(struct export_reader *reader, const char *member);

/* ---- task definitions */

static void read_task_definitions(struct export_reader *reader, const char *member)
{
    struct export_list list;
    (void)member;
    if (!export_list_enter(reader, &list))
        return;
    while (export_list_next(reader, &list)) {
        const char *text = export_string(reader);
        struct arn arn;
        if (text == NULL || !arn_parse(text, strlen(text), &arn)) {
            export_list_lose(reader, &list, "expected an ARN");
            continue;
        }
        EXPORT_WORKLOAD(reader, WORKLOAD_RESOURCE, text, export_keep(reader, arn.account.at, arn.account.length),
                        export_keep(reader, arn.region.at, arn.region.length), "ecs-list-task-definitions",
                        scope_of(reader, text), NULL, "1", "0");
    }
    /* Definitions that are no longer active may still run, and are not in the list. */
    const char *scope = export_scope(reader);
    if (scope != NULL && reader->argument[0] == '\0')
        export_listing(reader, "ecs-list-task-definitions", scope, true);
}

/* ---- instances */

/* The region of an answer that does not name it: from the zone "eu-west-1a"; unknown for local zones. */
static const char *region_of(struct export_reader *reader, const json_t *instance)
{
    const char *zone = json_string_value(json_object_get(json_object_get(instance, "Placement"), "AvailabilityZone"));
    size_t length = zone != NULL ? strlen(zone) : 0;
    if (reader->region != NULL || length < 3 || strcspn(zone, "0123456789") != length - 2)
        return reader->region;
    return export_keep(reader, zone, length - 1);
}

static bool add_instance(struct export_reader *reader, const char *owner, const json_t *instance)
{
    const json_t *profile = json_object_get(instance, "IamInstanceProfile");
    const char *id = export_json_text(reader, instance, "InstanceId"), *account = reader->named_account;
    const char *region = reader->region, *profile_arn = export_json_text(reader, profile, "Arn");
    const char *state = export_json_text(reader, json_object_get(instance, "State"), "Name");
    if (id == NULL)
        return false;
    reader->region = region_of(reader, instance);
    reader->named_account = owner != NULL ? owner : account;
    const char *arn = export_resource(reader, "ec2", "instance/", id), *scope = export_scope(reader);
    reader->named_account = account;
    reader->region = region;
    if (arn == NULL || (state != NULL && strcmp(state, "terminated") == 0))
        return arn != NULL;
    struct workload_found found = {.arn = arn,
                                   .call = "ec2-describe-instances",
                                   .scope = scope,
                                   .state = state,
                                   .listed = true,
                                   .metadata = workload_metadata(json_object_get(instance, "MetadataOptions"))};
    workload_add(reader, &found, instance, (const struct workload_use[]){{NULL, NULL}});
    if (profile_arn != NULL)
        EXPORT_WORKLOAD(reader, WORKLOAD_ROLE, arn, "instance-profile", profile_arn,
                        export_json_text(reader, profile, "Id"));
    return true;
}

static void read_reservations(struct export_reader *reader, const char *member)
{
    struct export_list list;
    (void)member;
    if (!export_list_enter(reader, &list))
        return;
    while (export_list_next(reader, &list)) {
        json_t *one = export_list_object(reader, &list, "expected an object"), *instance;
        const char *owner = export_json_text(reader, one, "OwnerId");
        size_t index;
        json_array_foreach(json_object_get(one, "Instances"), index, instance)
        {
            if (!add_instance(reader, owner, instance))
                list.lost = true;
        }
        json_decref(one);
    }
    const char *scope = export_scope(reader);
    if (list.lost && reader->cursor.error == NULL)
        export_problem(reader, PROBLEM_WARNING, "place-unknown", 0, 0,
                       "an instance has no InstanceId, or the file does not say which account and region it is about; "
                       "put it into a folder accounts/ACCOUNT-ID/REGION");
    if (scope != NULL && reader->argument[0] == '\0' && reader->filter[0] == '\0')
        export_listing(reader, "ec2-describe-instances", scope, list.lost);
}

/* ---- answers of other services */

/* The members that identify a resource of the shape: the one with the ARN and, if other services use the same name, the
 * one with the role. */
static void name_tells(const struct shape *shape, const char *tells[3], char role[64])
{
    bool common = shape->arn == NULL || strcmp(shape->arn, "Arn") == 0 || strcmp(shape->arn, "arn") == 0;
    snprintf(role, 64, "%.*s", (int)strcspn(shape->uses[0].path, "."), shape->uses[0].path);
    tells[0] = shape->arn != NULL ? shape->arn : shape->name;
    tells[1] = common ? role : NULL;
    tells[2] = NULL;
}

static bool is_other_list(struct export_reader *reader)
{
    const struct shape *shape = shape_of(reader->name.data);
    const char *tells[3];
    char role[64];
    bool first = true;
    if (!export_may_be_of(reader, shape->service))
        return true;
    name_tells(shape, tells, role);
    if (export_first_members(reader, tells) == (tells[1] != NULL ? 3u : 1u))
        return false;
    struct json_cursor mark;
    json_cursor_mark(&reader->cursor, &mark);
    bool empty = json_cursor_enter(&reader->cursor, CURSOR_ARRAY) && !json_cursor_next_element(&reader->cursor, &first);
    json_cursor_return(&reader->cursor, &mark);
    return !empty || strcmp(reader->call, shape->call) != 0;
}

static bool is_called_otherwise(struct export_reader *reader)
{
    return !export_may_be_of(reader, shape_of(reader->name.data)->service);
}

/* clang-format off */
#define LIST(name_, member_) {.name = (name_), .members = (const struct export_member[]){{member_, CURSOR_ARRAY, read_list, false}, {0}}, .is_foreign = is_other_list, .small_token = true}
#define OBJECT(name_, member_) {.name = (name_), .members = (const struct export_member[]){{member_, CURSOR_OBJECT, read_object, true}, {0}}, .is_foreign = is_called_otherwise}

const struct export_kind workload_lists_kinds[] = {
    LIST("lambda-list-functions", "Functions"),
    LIST("ecs-describe-tasks", "tasks"),
    LIST("batch-describe-job-definitions", "jobDefinitions"),
    LIST("codebuild-batch-get-projects", "projects"),
    LIST("glue-get-jobs", "Jobs"),
    LIST("glue-get-dev-endpoints", "DevEndpoints"),
    LIST("glue-get-crawlers", "Crawlers"),
    LIST("cloudformation-describe-stacks", "Stacks"),
    LIST("amplify-list-apps", "apps"),
    OBJECT("ecs-describe-task-definition", "taskDefinition"),
    OBJECT("apprunner-describe-service", "Service"),
    OBJECT("codepipeline-get-pipeline", "pipeline"),
    OBJECT("mwaa-get-environment", "Environment"),
    {.name = "ecs-list-task-definitions",
     .members = (const struct export_member[]){{"taskDefinitionArns", CURSOR_ARRAY, read_task_definitions, false}, {0}},
     .small_token = true},
    {.name = "ec2-describe-instances",
     .members = (const struct export_member[]){{"Reservations", CURSOR_ARRAY, read_reservations, false}, {0}}},
    {0},
};
/* clang-format on */

static void read_object(struct export_reader *reader, const char *member)
{
    const struct shape *shape = shape_of(member);
    const char *tells[3];
    char role[64];
    json_t *one = export_json(reader);
    name_tells(shape, tells, role);
    bool ours = json_object_get(one, tells[0]) != NULL && (tells[1] == NULL || json_object_get(one, tells[1]) != NULL);
    for (const struct export_kind *kind = workload_lists_kinds; ours && kind->name != NULL; kind++)
        if (strcmp(kind->name, shape->kind) == 0)
            export_recognise(reader, kind);
    const char *arn = ours ? arn_of(reader, shape, one) : NULL;
    if (arn != NULL)
        add_resource(reader, shape, one, arn);
    else if (ours)
        say_unknown(reader);
    json_decref(one);
}
