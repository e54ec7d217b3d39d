#include "graph/control/control_rights.h"

#include "graph/policy/context_key.h"
#include <stdio.h>
#include <string.h>

/* What makes a service run code with the role that it was passed: all actions of a row. */
static const struct launch {
    const char *service;
    const char *actions[3];
} launches[] = {
    {"lambda.amazonaws.com", {"lambda:CreateFunction", "lambda:InvokeFunction"}},
    {"lambda.amazonaws.com", {"lambda:CreateFunction", "lambda:CreateEventSourceMapping"}},
    {"lambda.amazonaws.com", {"lambda:CreateFunction", "lambda:AddPermission"}},
    {"lambda.amazonaws.com", {"lambda:UpdateFunctionConfiguration", "lambda:UpdateFunctionCode"}},
    {"ec2.amazonaws.com", {"ec2:RunInstances"}},
    {"ecs-tasks.amazonaws.com", {"ecs:RunTask"}},
    {"ecs-tasks.amazonaws.com", {"ecs:StartTask"}},
    {"ecs-tasks.amazonaws.com", {"ecs:RegisterTaskDefinition", "ecs:CreateService"}},
    {"ecs-tasks.amazonaws.com", {"ecs:RegisterTaskDefinition", "ecs:UpdateService"}},
    {"glue.amazonaws.com", {"glue:CreateDevEndpoint"}},
    {"glue.amazonaws.com", {"glue:CreateSession"}},
    {"glue.amazonaws.com", {"glue:CreateJob", "glue:StartJobRun"}},
    {"glue.amazonaws.com", {"glue:CreateJob", "glue:CreateTrigger"}},
    {"glue.amazonaws.com", {"glue:UpdateJob", "glue:StartJobRun"}},
    {"sagemaker.amazonaws.com", {"sagemaker:CreateNotebookInstance", "sagemaker:CreatePresignedNotebookInstanceUrl"}},
    {"sagemaker.amazonaws.com", {"sagemaker:CreateTrainingJob"}},
    {"sagemaker.amazonaws.com", {"sagemaker:CreateProcessingJob"}},
    {"cloudformation.amazonaws.com", {"cloudformation:CreateStack"}},
    {"cloudformation.amazonaws.com", {"cloudformation:UpdateStack"}},
    {"codebuild.amazonaws.com", {"codebuild:CreateProject", "codebuild:StartBuild"}},
    {"codebuild.amazonaws.com", {"codebuild:UpdateProject", "codebuild:StartBuild"}},
    {"codebuild.amazonaws.com", {"codebuild:CreateProject", "codebuild:StartBuildBatch"}},
    {"datapipeline.amazonaws.com",
     {"datapipeline:CreatePipeline", "datapipeline:PutPipelineDefinition", "datapipeline:ActivatePipeline"}},
    {"states.amazonaws.com", {"states:CreateStateMachine", "states:StartExecution"}},
    {"states.amazonaws.com", {"states:UpdateStateMachine", "states:StartExecution"}},
};

#define LAUNCHES (sizeof launches / sizeof launches[0])
_Static_assert(LAUNCHES <= CONTROL_LAUNCHES, "room in struct control_rights");

static const char *const trust_actions[] = {"iam:UpdateAssumeRolePolicy", NULL};
static const char *const credential_actions[] = {"iam:CreateAccessKey", "iam:CreateLoginProfile",
                                                 "iam:UpdateLoginProfile", NULL};
static const char *const user_actions[] = {"iam:AttachUserPolicy", "iam:PutUserPolicy", NULL};
static const char *const role_actions[] = {"iam:AttachRolePolicy", "iam:PutRolePolicy", NULL};
static const char *const group_actions[] = {"iam:AttachGroupPolicy", "iam:PutGroupPolicy", NULL};
static const char *const policy_actions[] = {"iam:CreatePolicyVersion", "iam:SetDefaultPolicyVersion", NULL};
static const char *const user_boundary_actions[] = {"iam:DeleteUserPermissionsBoundary",
                                                    "iam:PutUserPermissionsBoundary", NULL};
static const char *const role_boundary_actions[] = {"iam:DeleteRolePermissionsBoundary",
                                                    "iam:PutRolePermissionsBoundary", NULL};
static const char *const other_actions[] = {"iam:AddUserToGroup", "iam:UpdateSAMLProvider", "iam:PassRole", NULL};

struct control_rights control_rights_of(struct evaluator *evaluator, struct constraint_pool *pool,
                                        const struct model *model, struct arena *arena, double now, uint32_t principal)
{
    struct control_rights rights = {
        .evaluator = evaluator, .pool = pool, .model = model, .arena = arena, .now = now, .principal = principal};
    caller_of_principal(model, principal, &rights.caller);
    return rights;
}

static bool covers_any(const struct statement *statement)
{
    static const char *const *const lists[] = {trust_actions, credential_actions,    user_actions,
                                               role_actions,  group_actions,         policy_actions,
                                               other_actions, user_boundary_actions, role_boundary_actions};
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
        for (const char *const *action = lists[i]; *action != NULL; action++)
            if (statement_covers_action(statement, *action))
                return true;
    return false;
}

bool control_document_any(const struct model *model, const struct model_document *document)
{
    for (uint32_t i = 0; i < document->statement_count; i++) {
        const struct statement *statement = &model->statements[document->first_statement + i];
        if (statement->broken == NULL && statement->allow && covers_any(statement))
            return true;
    }
    return false;
}

bool control_rights_any(const struct model *model, uint32_t principal)
{
    const struct model_principal *who = &model->principals[principal];
    for (uint32_t i = 0; i < who->policy_count; i++) {
        const struct policy_use *use = &model->uses[who->first_policy + i];
        if (use->document != MODEL_NONE && control_document_any(model, &model->documents[use->document]))
            return true;
    }
    return false;
}

static int compare_numbers(uint32_t a, uint32_t b)
{
    return (a > b) - (a < b);
}

int control_rights_compare(const void *a, const void *b, void *context)
{
    const struct model *model = context;
    const struct model_principal *x = &model->principals[*(const uint32_t *)a],
                                 *y = &model->principals[*(const uint32_t *)b];
    int order = compare_numbers(x->account, y->account);
    order = order != 0 ? order : compare_numbers(x->is_role, y->is_role);
    order = order != 0 ? order : compare_numbers(x->policy_count, y->policy_count);
    order = order != 0 ? order : compare_numbers(x->boundary != NULL, y->boundary != NULL);
    if (order == 0 && x->boundary != NULL)
        order = compare_numbers(x->boundary->document, y->boundary->document);
    for (uint32_t i = 0; order == 0 && i < x->policy_count; i++)
        order = compare_numbers(model->uses[x->first_policy + i].document, model->uses[y->first_policy + i].document);
    return order;
}

/* Every statement of the policies speaks of actions and plain resources alone. */
static bool is_plain(const struct model *model, const struct policy_use *uses, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (uses[i].document == MODEL_NONE)
            return false;
        const struct model_document *document = &model->documents[uses[i].document];
        for (uint32_t j = 0; j < document->statement_count; j++) {
            const struct statement *statement = &model->statements[document->first_statement + j];
            if (statement->broken != NULL || statement->condition_count > 0)
                return false;
            for (uint32_t k = 0; k < statement->resource_count; k++)
                if (strstr(statement->resources[k], "${") != NULL)
                    return false;
        }
    }
    return true;
}

bool control_rights_alike(const struct model *model, uint32_t a, uint32_t b)
{
    const struct model_principal *who = &model->principals[a];
    const struct model_guardrails *scps = &model->scps[who->account];
    if (control_rights_compare(&a, &b, (void *)model) != 0 ||
        !is_plain(model, &model->uses[who->first_policy], who->policy_count) ||
        (who->boundary != NULL && !is_plain(model, who->boundary, 1)))
        return false;
    for (uint32_t i = 0; i < scps->level_count; i++)
        if (!is_plain(model, &model->uses[scps->levels[i].first_policy], scps->levels[i].policy_count))
            return false;
    return true;
}

bool control_possible(const struct control_rights *rights, constraint formula)
{
    return formula != CONSTRAINT_FALSE && constraint_satisfiable(rights->pool, formula) != CONSTRAINT_NO;
}

static constraint allows(struct control_rights *rights, const char *action, const char *resource,
                         const struct decision_gain *gain)
{
    return decision_identity_allows(rights->evaluator, &rights->caller, action, resource, NULL, 0, gain);
}

/* Any of the actions; *how is one that is possible. */
static constraint allows_any(struct control_rights *rights, const char *const *actions, const char *resource,
                             const struct decision_gain *gain, const char **how)
{
    constraint result = CONSTRAINT_FALSE;
    for (; *actions != NULL && result != CONSTRAINT_TRUE; actions++) {
        constraint one = allows(rights, *actions, resource, gain);
        if (!control_possible(rights, one))
            continue;
        if (*how == NULL || one == CONSTRAINT_TRUE)
            *how = *actions;
        result = constraint_or(rights->pool, result, one);
    }
    return result;
}

/* Roles of services and of IAM Identity Center cannot be changed in the account. */
static bool is_protected(const struct model_principal *target)
{
    return target->service_linked || strncmp(target->path, "/aws-reserved/", 14) == 0;
}

constraint control_over(struct control_rights *rights, uint32_t target, const struct decision_gain *gain,
                        const char **how)
{
    const struct model_principal *whom = &rights->model->principals[target];
    if (whom->account != rights->model->principals[rights->principal].account || is_protected(whom))
        return CONSTRAINT_FALSE;
    return allows_any(rights, whom->is_role ? trust_actions : credential_actions, whom->arn, gain, how);
}

constraint control_edit_permissions(struct control_rights *rights, uint32_t target, const struct decision_gain *gain,
                                    const char **how)
{
    const struct model *model = rights->model;
    const struct model_principal *whom = &model->principals[target];
    if (is_protected(whom))
        return CONSTRAINT_FALSE;
    constraint result = allows_any(rights, whom->is_role ? role_actions : user_actions, whom->arn, gain, how);
    for (uint32_t i = 0; i < whom->policy_count && result != CONSTRAINT_TRUE; i++) {
        const struct policy_use *use = &model->uses[whom->first_policy + i];
        if (use->via_group)
            result = constraint_or(rights->pool, result, allows_any(rights, group_actions, use->holder, gain, how));
        if (use->arn != NULL && strstr(use->arn, ":iam::aws:policy/") == NULL)
            result = constraint_or(rights->pool, result, allows_any(rights, policy_actions, use->arn, gain, how));
    }
    return result;
}

constraint control_saml_provider(struct control_rights *rights, const char *provider)
{
    return allows(rights, "iam:UpdateSAMLProvider", provider, NULL);
}

/* ---- pass-role */

/* A pattern with its wildcards filled in: a resource that it covers. */
static const char *example(const char *pattern, char *buffer, size_t size)
{
    size_t used = 0;
    for (; *pattern != '\0' && used + 1 < size; pattern++)
        buffer[used++] = *pattern == '*' || *pattern == '?' ? 'x' : *pattern;
    buffer[used] = '\0';
    return buffer;
}

/* On some resource: those that its policies name are tried. */
static constraint allows_somewhere(struct control_rights *rights, const char *action)
{
    const struct model *model = rights->model;
    const struct model_principal *who = &model->principals[rights->principal];
    char buffer[2300];
    constraint result = CONSTRAINT_FALSE;
    for (uint32_t i = 0; i < who->policy_count; i++) {
        const struct policy_use *use = &model->uses[who->first_policy + i];
        if (use->document == MODEL_NONE)
            continue;
        const struct model_document *document = &model->documents[use->document];
        for (uint32_t j = 0; j < document->statement_count; j++) {
            const struct statement *statement = &model->statements[document->first_statement + j];
            if (statement->broken != NULL || !statement->allow || !statement_covers_action(statement, action))
                continue;
            if (statement->not_resource)
                result = constraint_or(rights->pool, result,
                                       allows(rights, action, "arn:aws:any:us-east-1:000000000000:x/x", NULL));
            for (uint32_t k = 0; !statement->not_resource && k < statement->resource_count && result != CONSTRAINT_TRUE;
                 k++)
                result = constraint_or(
                    rights->pool, result,
                    allows(rights, action, example(statement->resources[k], buffer, sizeof buffer), NULL));
        }
    }
    return result;
}

/* The service as a caller of the role: what its trust policy demands. */
static constraint trusts_service(struct control_rights *rights, const char *service, uint32_t role)
{
    struct decision decision;
    struct decision_question question = {.role = role, .now = rights->now, .verdict_only = true};
    if (!caller_parse(rights->model, rights->arena, service, &question.caller) ||
        !decision_decide(rights->evaluator, &question, &decision)) {
        rights->failed = true;
        return CONSTRAINT_FALSE;
    }
    return decision.residual;
}

static void find_launches(struct control_rights *rights)
{
    for (size_t i = 0; i < LAUNCHES && !rights->launches_known; i++) {
        constraint *launch = &rights->launches[i];
        *launch = CONSTRAINT_TRUE;
        for (size_t j = 0; j < 3 && launches[i].actions[j] != NULL && *launch != CONSTRAINT_FALSE; j++)
            *launch = constraint_and(rights->pool, *launch, allows_somewhere(rights, launches[i].actions[j]));
    }
    rights->launches_known = true;
}

constraint control_pass_role(struct control_rights *rights, uint32_t role, char *how)
{
    const struct model_principal *target = &rights->model->principals[role];
    constraint all = CONSTRAINT_FALSE, trusted = CONSTRAINT_FALSE;
    const char *service = "";
    how[0] = '\0';
    find_launches(rights);
    for (size_t i = 0; i < LAUNCHES && all != CONSTRAINT_TRUE; i++) {
        const struct launch *launch = &launches[i];
        if (rights->launches[i] == CONSTRAINT_FALSE)
            continue;
        const struct fixed_key passed = {"iam:PassedToService", &launch->service, 1};
        if (strcmp(service, launch->service) != 0) {
            service = launch->service;
            trusted = decision_identity_allows(rights->evaluator, &rights->caller, "iam:PassRole", target->arn, &passed,
                                               1, NULL);
            if (trusted != CONSTRAINT_FALSE)
                trusted = constraint_and(rights->pool, trusted, trusts_service(rights, service, role));
        }
        if (trusted == CONSTRAINT_FALSE)
            continue;
        constraint formula = constraint_and(rights->pool, trusted, rights->launches[i]);
        if (!control_possible(rights, formula))
            continue;
        if (all == CONSTRAINT_FALSE || formula == CONSTRAINT_TRUE)
            snprintf(how, CONTROL_HOW_SIZE, "iam:PassRole to %s, %s%s%s%s%s", service, launch->actions[0],
                     launch->actions[1] != NULL ? ", " : "", launch->actions[1] != NULL ? launch->actions[1] : "",
                     launch->actions[2] != NULL ? ", " : "", launch->actions[2] != NULL ? launch->actions[2] : "");
        all = constraint_or(rights->pool, all, formula);
    }
    return all;
}

/* ---- what it can make of itself */

/* Lift or change its boundary: the attached policy, or a new version of it. */
static constraint removes_boundary(struct control_rights *rights, const char **how)
{
    const struct model_principal *who = &rights->model->principals[rights->principal];
    const struct policy_use *boundary = who->boundary;
    if (boundary == NULL)
        return CONSTRAINT_FALSE;
    constraint result =
        allows_any(rights, who->is_role ? role_boundary_actions : user_boundary_actions, who->arn, NULL, how);
    if (boundary->arn != NULL && strstr(boundary->arn, ":iam::aws:policy/") == NULL)
        result = constraint_or(rights->pool, result, allows_any(rights, policy_actions, boundary->arn, NULL, how));
    return result;
}

static bool has_group(const struct model *model, const struct model_principal *who, const char *group)
{
    for (uint32_t i = 0; i < who->policy_count; i++)
        if (model->uses[who->first_policy + i].via_group &&
            strcmp(model->uses[who->first_policy + i].holder, group) == 0)
            return true;
    return false;
}

struct gaining {
    struct control_rights *rights;
    struct control_gain *gains;
    uint32_t count, room;
    constraint boundary; /* under which the boundary can go */
    const char *lifts;
};

/* A gain within the boundary, and without it where it can go. */
static void add_gain(struct gaining *work, constraint formula, struct decision_gain gain, const char *how)
{
    if (!control_possible(work->rights, formula))
        return;
    if (work->count < work->room)
        work->gains[work->count++] = (struct control_gain){formula, gain, how};
    gain.no_boundary = true;
    formula = constraint_and(work->rights->pool, formula, work->boundary);
    if (control_possible(work->rights, formula) && work->count < work->room)
        work->gains[work->count++] = (struct control_gain){formula, gain, work->lifts};
}

/* Groups are known by the policies that their members have through them. */
static void add_groups(struct gaining *work)
{
    struct control_rights *rights = work->rights;
    const struct model *model = rights->model;
    const struct model_principal *who = &model->principals[rights->principal];
    const struct model_account *account = &model->accounts[who->account];
    uint32_t end = account->first_principal + account->principal_count;
    const char *last = "";
    if (who->is_role || !control_possible(rights, allows_somewhere(rights, "iam:AddUserToGroup")))
        return;
    for (uint32_t member = account->first_principal; member < end; member++) {
        const struct model_principal *other = &model->principals[member];
        for (uint32_t i = 0; i < other->policy_count; i++) {
            const struct policy_use *use = &model->uses[other->first_policy + i];
            bool seen = !use->via_group || strcmp(use->holder, last) == 0 || has_group(model, who, use->holder);
            for (uint32_t j = 0; j < work->count && !seen; j++)
                seen = work->gains[j].gain.group != NULL && strcmp(work->gains[j].gain.group, use->holder) == 0;
            if (seen)
                continue;
            last = use->holder;
            add_gain(work, allows(rights, "iam:AddUserToGroup", use->holder, NULL),
                     (struct decision_gain){.group = use->holder, .member = member}, "iam:AddUserToGroup");
        }
    }
}

uint32_t control_gains(struct control_rights *rights, struct control_gain *gains, uint32_t room)
{
    struct gaining work = {.rights = rights, .gains = gains, .room = room};
    const char *how = NULL;
    work.boundary = removes_boundary(rights, &work.lifts);
    constraint edits = control_edit_permissions(rights, rights->principal, NULL, &how);
    add_gain(&work, edits, (struct decision_gain){.any_permission = true}, how);
    if (control_possible(rights, work.boundary) && work.count < room)
        gains[work.count++] =
            (struct control_gain){work.boundary, (struct decision_gain){.no_boundary = true}, work.lifts};
    add_groups(&work);
    return work.count;
}

/* ---- administrators */

static bool is_free(const char *key, bool fact, void *context)
{
    (void)context;
    return !fact && context_key_find(key)->class != KEY_UNRECOGNIZED;
}

bool control_is_free(const struct control_rights *rights, constraint formula)
{
    return formula != CONSTRAINT_FALSE && constraint_each_key(rights->pool, formula, is_free, NULL) &&
           constraint_satisfiable(rights->pool, formula) == CONSTRAINT_YES;
}

/* Makes a principal that nobody has named in advance, gives it any policy, and becomes it. */
bool control_is_administrator(struct control_rights *rights, const struct decision_gain *gain)
{
    static const struct {
        const char *type, *actions[3][3];
    } ways[] = {
        {"user",
         {{"iam:CreateUser"},
          {"iam:AttachUserPolicy", "iam:PutUserPolicy"},
          {"iam:CreateAccessKey", "iam:CreateLoginProfile"}}},
        {"role",
         {{"iam:CreateRole", "iam:UpdateAssumeRolePolicy"}, {"iam:AttachRolePolicy", "iam:PutRolePolicy"}, {NULL}}},
    };
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        constraint all = CONSTRAINT_TRUE;
        char resource[256];
        snprintf(resource, sizeof resource, "arn:%s:iam::%s:%s/a-name-that-no-policy-names", rights->caller.partition,
                 rights->caller.account, ways[i].type);
        for (size_t j = 0; j < 3 && ways[i].actions[j][0] != NULL; j++) {
            const char *how = NULL;
            all = constraint_and(rights->pool, all, allows_any(rights, ways[i].actions[j], resource, gain, &how));
        }
        if (control_is_free(rights, all))
            return true;
    }
    return false;
}
