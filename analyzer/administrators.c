#include "analyzer/administrators.h"

#include "graph/context_key.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NOT_ASKED, NO, YES };

/* An action that hands out permissions, and what it acts on; a type of NULL is the principal itself. */
static const struct probe {
    const char *action, *type;
    bool for_user, for_role;
} probes[] = {
    {"iam:AttachRolePolicy", "role", true, true},   {"iam:PutRolePolicy", "role", true, true},
    {"iam:AttachUserPolicy", "user", true, true},   {"iam:PutUserPolicy", "user", true, true},
    {"iam:AttachGroupPolicy", "group", true, true}, {"iam:PutGroupPolicy", "group", true, true},
    {"iam:AttachUserPolicy", NULL, true, false},    {"iam:PutUserPolicy", NULL, true, false},
    {"iam:AttachRolePolicy", NULL, false, true},    {"iam:PutRolePolicy", NULL, false, true},
};

/* Facts are not known to hold, and keys such as iam:PolicyARN limit what may be handed out. */
static bool is_free(const char *key, bool fact, void *context)
{
    (void)context;
    return !fact && context_key_find(key)->class != KEY_UNRECOGNIZED;
}

static bool can(struct analysis *analysis, const struct caller *caller, const struct probe *probe)
{
    char resource[256];
    snprintf(resource, sizeof resource, "arn:%s:iam::%s:%s/a-name-that-no-policy-names", caller->partition,
             caller->account, probe->type != NULL ? probe->type : "");
    constraint formula = decision_identity_allows(analysis->evaluator, caller, probe->action,
                                                  probe->type != NULL ? resource : caller->text, NULL, 0, false);
    return formula != CONSTRAINT_FALSE && constraint_each_key(analysis->pool, formula, is_free, NULL) &&
           constraint_satisfiable(analysis->pool, formula) == CONSTRAINT_YES;
}

static bool is_administrator(struct analysis *analysis, uint32_t principal)
{
    const struct model_principal *who = &analysis->model->principals[principal];
    struct caller caller;
    if (!who->identity_known || who->policy_count == 0)
        return false;
    caller_of_principal(analysis->model, principal, &caller);
    for (size_t i = 0; i < sizeof probes / sizeof probes[0]; i++)
        if ((who->is_role ? probes[i].for_role : probes[i].for_user) && can(analysis, &caller, &probes[i]))
            return true;
    return false;
}

bool administrators_has(struct analysis *analysis, uint32_t principal)
{
    if (analysis->administrators == NULL)
        analysis->administrators = calloc((size_t)analysis->model->principal_count + 1, 1);
    if (analysis->administrators == NULL || principal >= analysis->model->principal_count)
        return false;
    unsigned char *answer = &analysis->administrators[principal];
    if (*answer == NOT_ASKED)
        *answer = is_administrator(analysis, principal) ? YES : NO;
    return *answer == YES;
}

/* Who is one, or can become one that is a role. */
static bool mark_reaching(struct analysis *analysis)
{
    const struct edges *edges = analysis_edges(analysis);
    bool *reaching = edges != NULL ? calloc((size_t)edges->node_count + 1, sizeof *reaching) : NULL;
    if (reaching == NULL)
        return false;
    for (uint32_t i = 0; i < analysis->model->principal_count; i++)
        reaching[i] = analysis->model->principals[i].is_role && administrators_has(analysis, i);
    if (!chains_reach_backwards(edges, reaching)) {
        free(reaching);
        return false;
    }
    for (uint32_t i = 0; i < analysis->model->principal_count; i++)
        reaching[i] = reaching[i] || administrators_has(analysis, i);
    analysis->reaching_administrator = reaching;
    return true;
}

bool administrators_reached(struct analysis *analysis, uint32_t node)
{
    if (analysis->reaching_administrator == NULL && !mark_reaching(analysis))
        return false;
    return analysis->reaching_administrator[node];
}
