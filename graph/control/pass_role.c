/*
 * iam:PassRole: to have a service run code with a role.
 */
#include "graph/control/control_inside.h"

#include <stdio.h>
#include <string.h>

/* The service as a caller of the role: what its trust policy demands. */
static constraint trusts_service(struct control_rights *rights, const char *service, uint32_t role)
{
    struct decision decision;
    struct decision_question question = {.role = role, .now = rights->now, .verdict_only = true};
    caller_parse(rights->model, rights->arena, service, &question.caller);
    decision_decide(rights->evaluator, &question, &decision);
    return decision.residual;
}

static constraint find_launch(struct control_rights *rights, const char *const actions[CODE_SERVICE_ACTIONS])
{
    constraint launch = actions[0] != NULL ? CONSTRAINT_TRUE : CONSTRAINT_FALSE;
    for (size_t i = 0; i < CODE_SERVICE_ACTIONS && actions[i] != NULL && launch != CONSTRAINT_FALSE; i++)
        launch = constraint_and(rights->pool, launch, control_allows_somewhere(rights, actions[i]));
    return launch;
}

static void find_launches(struct control_rights *rights)
{
    for (size_t i = 0; i < CODE_SERVICES && !rights->launches_known; i++)
        for (size_t j = 0; j < CODE_SERVICE_WAYS; j++)
            rights->launches[i][j] = find_launch(rights, code_services[i].ways[j]);
    rights->launches_known = true;
}

static bool launches_any(const struct control_rights *rights, size_t service)
{
    for (size_t i = 0; i < CODE_SERVICE_WAYS; i++)
        if (rights->launches[service][i] != CONSTRAINT_FALSE)
            return true;
    return false;
}

/* It may pass the role to the service, which the role trusts. */
static constraint may_pass(struct control_rights *rights, const char *const *service, uint32_t role)
{
    const struct fixed_key passed = {"iam:PassedToService", service, 1};
    constraint may = decision_identity_allows(rights->evaluator, &rights->caller, "iam:PassRole",
                                              rights->model->principals[role].arn, &passed, 1, NULL);
    return may != CONSTRAINT_FALSE ? constraint_and(rights->pool, may, trusts_service(rights, *service, role)) : may;
}

static void tell_way(const struct code_service *service, size_t way, char *how)
{
    const char *const *actions = service->ways[way];
    int length = snprintf(how, CONTROL_HOW_SIZE, "iam:PassRole to %s", service->principal);
    for (size_t i = 0; i < CODE_SERVICE_ACTIONS && actions[i] != NULL && length < CONTROL_HOW_SIZE; i++)
        length += snprintf(how + length, (size_t)(CONTROL_HOW_SIZE - length), ", %s", actions[i]);
}

constraint control_pass_role(struct control_rights *rights, uint32_t role, char *how)
{
    constraint all = CONSTRAINT_FALSE;
    how[0] = '\0';
    find_launches(rights);
    for (size_t i = 0; i < CODE_SERVICES && all != CONSTRAINT_TRUE; i++) {
        const struct code_service *service = &code_services[i];
        constraint passed = launches_any(rights, i) ? may_pass(rights, &service->principal, role) : CONSTRAINT_FALSE;
        for (size_t j = 0; j < CODE_SERVICE_WAYS && passed != CONSTRAINT_FALSE && all != CONSTRAINT_TRUE; j++) {
            constraint formula = constraint_and(rights->pool, passed, rights->launches[i][j]);
            if (!control_possible(rights, formula))
                continue;
            if (all == CONSTRAINT_FALSE || formula == CONSTRAINT_TRUE)
                tell_way(service, j, how);
            all = constraint_or(rights->pool, all, formula);
        }
    }
    return all;
}
