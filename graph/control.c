#include "graph/control.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *edge_kind_word(enum edge_kind kind)
{
    static const char *const words[] = {[EDGE_ASSUME] = "assume",
                                        [EDGE_EDIT_TRUST] = "edit-trust",
                                        [EDGE_EDIT_PERMISSIONS] = "edit-permissions",
                                        [EDGE_TAKE_CREDENTIALS] = "take-credentials",
                                        [EDGE_PASS_ROLE] = "pass-role"};
    return words[kind];
}

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

static const char *const trust_actions[] = {"iam:UpdateAssumeRolePolicy", NULL};
static const char *const credential_actions[] = {"iam:CreateAccessKey", "iam:CreateLoginProfile",
                                                 "iam:UpdateLoginProfile", NULL};
static const char *const own_user_actions[] = {"iam:AttachUserPolicy", "iam:PutUserPolicy", NULL};
static const char *const own_role_actions[] = {"iam:AttachRolePolicy", "iam:PutRolePolicy", NULL};
static const char *const group_actions[] = {"iam:AttachGroupPolicy", "iam:PutGroupPolicy", NULL};
static const char *const policy_actions[] = {"iam:CreatePolicyVersion", "iam:SetDefaultPolicyVersion", NULL};

struct adding {
    struct edges *edges;
    struct evaluator *evaluator;
    struct constraint_pool *pool;
    struct caller caller;
    uint32_t from;
    uint32_t room;
    bool failed;
};

static bool possible(struct adding *work, constraint formula)
{
    return formula != CONSTRAINT_FALSE && constraint_satisfiable(work->pool, formula) != CONSTRAINT_NO;
}

static void add(struct adding *work, uint32_t to, enum edge_kind kind, constraint formula, const char *how)
{
    struct edges *edges = work->edges;
    if (to == work->from || !possible(work, formula))
        return;
    if (edges->edge_count == work->room) {
        uint32_t room = work->room * 2 + 1024;
        struct edge *grown = realloc(edges->edges, room * sizeof *grown);
        if (grown == NULL) {
            work->failed = true;
            return;
        }
        edges->edges = grown;
        work->room = room;
    }
    const char *kept = arena_copy_text(&edges->arena, how, strlen(how));
    work->failed = work->failed || kept == NULL;
    bool sure = constraint_valid(work->pool, formula) == CONSTRAINT_YES;
    edges->edges[edges->edge_count++] = (struct edge){.from = work->from,
                                                      .to = to,
                                                      .verdict = sure ? VERDICT_ALLOWED : VERDICT_CONDITIONAL,
                                                      .residual = sure ? CONSTRAINT_TRUE : formula,
                                                      .kind = kind,
                                                      .how = kept};
}

static constraint allows(struct adding *work, const char *action, const char *resource)
{
    return decision_identity_allows(work->evaluator, &work->caller, action, resource, NULL, 0, false);
}

/* Any of the actions; *first is one that is possible. */
static constraint allows_any(struct adding *work, const char *const *actions, const char *resource, const char **first)
{
    constraint result = CONSTRAINT_FALSE;
    for (; *actions != NULL && result != CONSTRAINT_TRUE; actions++) {
        constraint one = allows(work, *actions, resource);
        if (!possible(work, one))
            continue;
        if (*first == NULL || one == CONSTRAINT_TRUE)
            *first = *actions;
        result = constraint_or(work->pool, result, one);
    }
    return result;
}

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
static constraint allows_somewhere(struct adding *work, const char *action)
{
    const struct model *model = work->edges->model;
    const struct model_principal *who = &model->principals[work->from];
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
                result =
                    constraint_or(work->pool, result, allows(work, action, "arn:aws:any:us-east-1:000000000000:x/x"));
            for (uint32_t k = 0; !statement->not_resource && k < statement->resource_count && result != CONSTRAINT_TRUE;
                 k++)
                result = constraint_or(work->pool, result,
                                       allows(work, action, example(statement->resources[k], buffer, sizeof buffer)));
        }
    }
    return result;
}

/* ---- kinds */

static void add_named(struct adding *work, uint32_t to)
{
    const struct model_principal *target = &work->edges->model->principals[to];
    const char *first = NULL;
    constraint formula = allows_any(work, target->is_role ? trust_actions : credential_actions, target->arn, &first);
    /* Nobody can edit the trust of a service-linked role. */
    if (first != NULL && !target->service_linked)
        add(work, to, target->is_role ? EDGE_EDIT_TRUST : EDGE_TAKE_CREDENTIALS, formula, first);
}

/* The service as a caller of the role: what its trust policy demands. */
static constraint trusts_service(struct adding *work, const char *service, uint32_t role)
{
    struct decision decision;
    struct decision_question question = {.role = role, .now = work->edges->now};
    if (!caller_parse(work->edges->model, &work->edges->arena, service, &question.caller) ||
        !decision_decide(work->evaluator, &question, &decision)) {
        work->failed = true;
        return CONSTRAINT_FALSE;
    }
    return decision.residual;
}

static void add_pass_role(struct adding *work, uint32_t role, const constraint *launching)
{
    const struct model_principal *target = &work->edges->model->principals[role];
    constraint all = CONSTRAINT_FALSE;
    char how[300] = "";
    for (size_t i = 0; i < sizeof launches / sizeof launches[0] && all != CONSTRAINT_TRUE; i++) {
        if (launching[i] == CONSTRAINT_FALSE)
            continue;
        const struct fixed_key passed = {"iam:PassedToService", &launches[i].service, 1};
        constraint formula =
            decision_identity_allows(work->evaluator, &work->caller, "iam:PassRole", target->arn, &passed, 1, false);
        formula = constraint_and(work->pool, formula, launching[i]);
        if (formula == CONSTRAINT_FALSE)
            continue;
        formula = constraint_and(work->pool, formula, trusts_service(work, launches[i].service, role));
        if (!possible(work, formula))
            continue;
        if (all == CONSTRAINT_FALSE || formula == CONSTRAINT_TRUE)
            snprintf(how, sizeof how, "iam:PassRole to %s, %s%s%s%s%s", launches[i].service, launches[i].actions[0],
                     launches[i].actions[1] != NULL ? ", " : "",
                     launches[i].actions[1] != NULL ? launches[i].actions[1] : "",
                     launches[i].actions[2] != NULL ? ", " : "",
                     launches[i].actions[2] != NULL ? launches[i].actions[2] : "");
        all = constraint_or(work->pool, all, formula);
    }
    add(work, role, EDGE_PASS_ROLE, all, how);
}

/* Whether it may change what it is allowed itself. */
static constraint edits_itself(struct adding *work, const char **first)
{
    const struct model *model = work->edges->model;
    const struct model_principal *who = &model->principals[work->from];
    constraint result = allows_any(work, who->is_role ? own_role_actions : own_user_actions, who->arn, first);
    for (uint32_t i = 0; i < who->policy_count && result != CONSTRAINT_TRUE; i++) {
        const struct policy_use *use = &model->uses[who->first_policy + i];
        if (use->via_group)
            result = constraint_or(work->pool, result, allows_any(work, group_actions, use->holder, first));
        if (use->arn != NULL && strstr(use->arn, ":iam::aws:policy/") == NULL)
            result = constraint_or(work->pool, result, allows_any(work, policy_actions, use->arn, first));
    }
    return result;
}

/* With every permission that boundary and SCPs leave: assume the role, or control it. */
static constraint with_any_permission(struct adding *work, uint32_t to)
{
    const struct model *model = work->edges->model;
    const struct model_principal *target = &model->principals[to];
    constraint result = CONSTRAINT_FALSE;
    if (target->is_role) {
        struct decision decision;
        struct decision_question question = {
            .caller = work->caller, .role = to, .any_permission = true, .now = work->edges->now};
        if (!decision_decide(work->evaluator, &question, &decision))
            work->failed = true;
        else if (decision.verdict != VERDICT_DENIED)
            result = decision.residual;
    }
    if (target->account == model->principals[work->from].account && !target->service_linked)
        result = constraint_or(work->pool, result,
                               decision_identity_allows(work->evaluator, &work->caller,
                                                        target->is_role ? trust_actions[0] : credential_actions[0],
                                                        target->arn, NULL, 0, true));
    return result;
}

static void add_edit_permissions(struct adding *work)
{
    const struct model *model = work->edges->model;
    const char *first = NULL;
    char how[64];
    constraint edits = edits_itself(work, &first);
    if (!possible(work, edits))
        return;
    snprintf(how, sizeof how, "%s for itself", first);
    for (uint32_t to = 0; to < model->principal_count && !work->failed; to++) {
        const struct edge *edge = edges_between(work->edges, work->from, to);
        if (to == work->from || (edge != NULL && edge->verdict == VERDICT_ALLOWED))
            continue;
        constraint formula = with_any_permission(work, to);
        if (formula != CONSTRAINT_FALSE)
            add(work, to, EDGE_EDIT_PERMISSIONS, constraint_and(work->pool, edits, formula), how);
    }
}

/* ---- who may do any of it */

static bool covers_any(const struct statement *statement)
{
    static const char *const *const lists[] = {trust_actions,    credential_actions, own_user_actions,
                                               own_role_actions, group_actions,      policy_actions};
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
        for (const char *const *action = lists[i]; *action != NULL; action++)
            if (statement_covers_action(statement, *action))
                return true;
    return statement_covers_action(statement, "iam:PassRole");
}

static bool may_control(const struct model *model, uint32_t principal)
{
    const struct model_principal *who = &model->principals[principal];
    for (uint32_t i = 0; i < who->policy_count; i++) {
        const struct policy_use *use = &model->uses[who->first_policy + i];
        if (use->document == MODEL_NONE)
            continue;
        const struct model_document *document = &model->documents[use->document];
        for (uint32_t j = 0; j < document->statement_count; j++) {
            const struct statement *statement = &model->statements[document->first_statement + j];
            if (statement->broken == NULL && statement->allow && covers_any(statement))
                return true;
        }
    }
    return false;
}

static void add_of_principal(struct adding *work, uint32_t from)
{
    const struct model *model = work->edges->model;
    const struct model_account *account = &model->accounts[model->principals[from].account];
    constraint launching[sizeof launches / sizeof launches[0]];
    caller_of_principal(model, from, &work->caller);
    work->from = from;
    for (size_t i = 0; i < sizeof launches / sizeof launches[0]; i++) {
        launching[i] = CONSTRAINT_TRUE;
        for (size_t j = 0; j < 3 && launches[i].actions[j] != NULL && launching[i] != CONSTRAINT_FALSE; j++)
            launching[i] = constraint_and(work->pool, launching[i], allows_somewhere(work, launches[i].actions[j]));
    }
    for (uint32_t to = account->first_principal; to < account->first_principal + account->principal_count; to++) {
        if (work->failed || to == from)
            continue;
        add_named(work, to);
        if (model->principals[to].is_role)
            add_pass_role(work, to, launching);
    }
    add_edit_permissions(work);
}

bool control_edges_add(struct edges *edges, char **error)
{
    struct adding work = {.edges = edges, .pool = edges->pool, .room = edges->edge_count};
    work.evaluator = evaluator_new(edges->model, edges->pool);
    work.failed = work.evaluator == NULL;
    *error = NULL;
    for (uint32_t i = 0; i < edges->model->principal_count && !work.failed; i++)
        if (may_control(edges->model, i))
            add_of_principal(&work, i);
    evaluator_free(work.evaluator);
    if (!work.failed && edges_index(edges))
        return true;
    *error = strdup("out of memory");
    return false;
}
