#include "graph/control/control_inside.h"

#include "ingest/policy/arn.h"
#include <stdlib.h>
#include <string.h>

static const char *const trust_actions[] = {"iam:UpdateAssumeRolePolicy", NULL};
static const char *const credential_actions[] = {"iam:CreateAccessKey", "iam:CreateLoginProfile",
                                                 "iam:UpdateLoginProfile", NULL};
static const char *const user_actions[] = {"iam:AttachUserPolicy", "iam:PutUserPolicy", NULL};
static const char *const role_actions[] = {"iam:AttachRolePolicy", "iam:PutRolePolicy", NULL};
static const char *const group_actions[] = {"iam:AttachGroupPolicy", "iam:PutGroupPolicy", NULL};
const char *const control_policy_actions[] = {"iam:CreatePolicyVersion", "iam:SetDefaultPolicyVersion", NULL};
const char *const control_user_boundary_actions[] = {"iam:DeleteUserPermissionsBoundary",
                                                     "iam:PutUserPermissionsBoundary", NULL};
const char *const control_role_boundary_actions[] = {"iam:DeleteRolePermissionsBoundary",
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
    static const char *const *const lists[] = {trust_actions,
                                               credential_actions,
                                               user_actions,
                                               role_actions,
                                               group_actions,
                                               control_policy_actions,
                                               other_actions,
                                               control_user_boundary_actions,
                                               control_role_boundary_actions};
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

/* ---- alike */

static int compare_numbers(uint32_t a, uint32_t b)
{
    return (a > b) - (a < b);
}

/* By account and policies; 0: the same ones. */
static int compare_policies(const struct model *model, uint32_t a, uint32_t b)
{
    const struct model_principal *x = &model->principals[a], *y = &model->principals[b];
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

/* What qsort_r hands on: it has no const. */
struct sorting {
    const struct model *model;
};

static int compare_principals(const void *a, const void *b, void *context)
{
    const struct sorting *sorting = context;
    const uint32_t *x = a, *y = b;
    return compare_policies(sorting->model, *x, *y);
}

void control_rights_sort(const struct model *model, uint32_t *principals, uint32_t count)
{
    struct sorting sorting = {model};
    if (count > 1)
        qsort_r(principals, count, sizeof *principals, compare_principals, &sorting);
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
    if (compare_policies(model, a, b) != 0 || !is_plain(model, &model->uses[who->first_policy], who->policy_count) ||
        (who->boundary != NULL && !is_plain(model, who->boundary, 1)))
        return false;
    for (uint32_t i = 0; i < scps->level_count; i++)
        if (!is_plain(model, &model->uses[scps->levels[i].first_policy], scps->levels[i].policy_count))
            return false;
    return true;
}

/* ---- rights */

bool control_possible(const struct control_rights *rights, constraint formula)
{
    return formula != CONSTRAINT_FALSE && constraint_satisfiable(rights->pool, formula) != CONSTRAINT_NO;
}

constraint control_allows(struct control_rights *rights, const char *action, const char *resource,
                          const struct decision_gain *gain)
{
    return decision_identity_allows(rights->evaluator, &rights->caller, action, resource, NULL, 0, gain);
}

constraint control_allows_any(struct control_rights *rights, const char *const *actions, const char *resource,
                              const struct decision_gain *gain, const char **how)
{
    constraint result = CONSTRAINT_FALSE;
    for (; *actions != NULL && result != CONSTRAINT_TRUE; actions++) {
        constraint one = control_allows(rights, *actions, resource, gain);
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
    return target->service_linked || arn_path_is_reserved(target->path);
}

constraint control_over(struct control_rights *rights, uint32_t target, const struct decision_gain *gain,
                        const char **how)
{
    const struct model_principal *whom = &rights->model->principals[target];
    if (whom->account != rights->model->principals[rights->principal].account || is_protected(whom))
        return CONSTRAINT_FALSE;
    return control_allows_any(rights, whom->is_role ? trust_actions : credential_actions, whom->arn, gain, how);
}

constraint control_edit_permissions(struct control_rights *rights, uint32_t target, const struct decision_gain *gain,
                                    const char **how)
{
    const struct model *model = rights->model;
    const struct model_principal *whom = &model->principals[target];
    if (is_protected(whom))
        return CONSTRAINT_FALSE;
    constraint result = control_allows_any(rights, whom->is_role ? role_actions : user_actions, whom->arn, gain, how);
    for (uint32_t i = 0; i < whom->policy_count && result != CONSTRAINT_TRUE; i++) {
        const struct policy_use *use = &model->uses[whom->first_policy + i];
        if (use->via_group)
            result =
                constraint_or(rights->pool, result, control_allows_any(rights, group_actions, use->holder, gain, how));
        if (use->arn != NULL && !arn_is_aws_managed_policy(use->arn))
            result = constraint_or(rights->pool, result,
                                   control_allows_any(rights, control_policy_actions, use->arn, gain, how));
    }
    return result;
}

constraint control_saml_provider(struct control_rights *rights, const char *provider)
{
    return control_allows(rights, "iam:UpdateSAMLProvider", provider, NULL);
}

/* A pattern with its wildcards filled in: a resource that it covers. */
static const char *example(const char *pattern, char *buffer, size_t size)
{
    size_t used = 0;
    for (; *pattern != '\0' && used + 1 < size; pattern++)
        buffer[used++] = (char)(*pattern == '*' || *pattern == '?' ? 'x' : *pattern);
    buffer[used] = '\0';
    return buffer;
}

constraint control_allows_somewhere(struct control_rights *rights, const char *action)
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
                                       control_allows(rights, action, "arn:aws:any:us-east-1:000000000000:x/x", NULL));
            for (uint32_t k = 0; !statement->not_resource && k < statement->resource_count && result != CONSTRAINT_TRUE;
                 k++)
                result = constraint_or(
                    rights->pool, result,
                    control_allows(rights, action, example(statement->resources[k], buffer, sizeof buffer), NULL));
        }
    }
    return result;
}
