/*
 * What a principal can make of itself, and who is an administrator by that.
 */
#include "graph/control/control_inside.h"

#include "ingest/policy/arn.h"
#include "ingest/policy/context_key.h"
#include "ingest/support/text.h"
#include <stdio.h>
#include <string.h>

/* Lift or change its boundary: the attached policy, or a new version of it. */
static constraint removes_boundary(struct control_rights *rights, const char **how)
{
    const struct model_principal *who = &rights->control->model->principals[rights->principal];
    const struct policy_use *boundary = who->boundary;
    if (boundary == NULL)
        return CONSTRAINT_FALSE;
    constraint result =
        control_by(rights, who->is_role ? WAY_BOUNDARY_OF_ROLE : WAY_BOUNDARY_OF_USER, who->arn, who, NULL, how);
    if (boundary->arn != NULL && !arn_is_aws_managed_policy(boundary->arn))
        result = constraint_or(rights->control->pool, result,
                               control_by(rights, WAY_POLICY_VERSIONS, boundary->arn, NULL, NULL, how));
    return result;
}

static bool is_member(const struct model *model, const struct model_principal *who, uint32_t group)
{
    for (uint32_t i = 0; i < who->group_count; i++)
        if (model->memberships[who->first_group + i] == group)
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
    formula = constraint_and(work->rights->control->pool, formula, work->boundary);
    if (control_possible(work->rights, formula) && work->count < work->room)
        work->gains[work->count++] = (struct control_gain){formula, gain, work->lifts};
}

/* A group gives its policies, and whoever may write these on a group of its own gives itself any. */
static void add_groups(struct gaining *work)
{
    struct control_rights *rights = work->rights;
    const struct model *model = rights->control->model;
    const struct model_principal *who = &model->principals[rights->principal];
    const struct model_account *account = &model->accounts[who->account];
    for (uint32_t i = account->first_group; !who->is_role && i < account->first_group + account->group_count; i++) {
        const struct model_group *group = &model->groups[i];
        const char *how = NULL, *edits_how = NULL;
        if (is_member(model, who, i))
            continue;
        constraint joins = control_by(rights, WAY_JOIN_GROUP, group->arn, NULL, NULL, &how);
        if (joins == CONSTRAINT_FALSE)
            continue;
        add_gain(work, joins, (struct decision_gain){.group = group}, how);
        struct decision_gain member = {.group = group};
        constraint edits = control_by(rights, WAY_POLICIES_OF_GROUP, group->arn, NULL, &member, &edits_how);
        add_gain(work, constraint_and(rights->control->pool, joins, edits),
                 (struct decision_gain){.any_permission = true}, edits_how);
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

static bool is_free(const struct constraint_key *key, bool fact, void *context)
{
    (void)context;
    return !fact && context_key_find(key->name)->class != KEY_UNRECOGNIZED;
}

bool control_is_free(const struct control_rights *rights, constraint formula)
{
    struct constraint_pool *pool = rights->control->pool;
    return formula != CONSTRAINT_FALSE && constraint_each_key(pool, formula, is_free, NULL) &&
           constraint_satisfiable(pool, formula) == CONSTRAINT_YES;
}

/* How to make a principal that nobody has named in advance, give it any policy, and become it: one action of each
 * list. */
static const struct making {
    const char *type, *actions[3][3];
} makings[] = {
    {"user",
     {{"iam:CreateUser"},
      {"iam:AttachUserPolicy", "iam:PutUserPolicy"},
      {"iam:CreateAccessKey", "iam:CreateLoginProfile"}}},
    {"role", {{"iam:CreateRole", "iam:UpdateAssumeRolePolicy"}, {"iam:AttachRolePolicy", "iam:PutRolePolicy"}, {NULL}}},
};

/* Under which one of the actions is free, the most free of them; *how: which. */
static constraint free_action(struct control_rights *rights, const char *const *actions, const char *resource,
                              const struct decision_gain *gain, const char **how)
{
    constraint best = CONSTRAINT_FALSE;
    for (; *actions != NULL && best != CONSTRAINT_TRUE; actions++) {
        constraint formula = control_allows(rights, *actions, resource, NULL, gain);
        if (!control_is_free(rights, formula) || (best != CONSTRAINT_FALSE && formula != CONSTRAINT_TRUE))
            continue;
        best = formula;
        *how = *actions;
    }
    return best;
}

static constraint makes(struct control_rights *rights, const struct making *making, const struct decision_gain *gain,
                        const char **how)
{
    constraint all = CONSTRAINT_TRUE;
    struct text text = {0};
    char resource[256];
    snprintf(resource, sizeof resource, "arn:%s:iam::%s:%s/a-name-that-no-policy-names", rights->caller.partition,
             rights->caller.account, making->type);
    for (size_t i = 0; i < 3 && making->actions[i][0] != NULL && all != CONSTRAINT_FALSE; i++) {
        const char *action = NULL;
        all = constraint_and(rights->control->pool, all,
                             free_action(rights, making->actions[i], resource, gain, &action));
        if (action != NULL)
            text_format(&text, "%s%s", i > 0 ? ", " : "", action);
    }
    if (!control_is_free(rights, all))
        all = CONSTRAINT_FALSE;
    if (all != CONSTRAINT_FALSE)
        *how = intern_string(&rights->control->words, text.data);
    text_free(&text);
    return all;
}

constraint control_administers(struct control_rights *rights, const struct decision_gain *gain, const char **how)
{
    constraint best = CONSTRAINT_FALSE;
    for (size_t i = 0; i < sizeof makings / sizeof makings[0] && best != CONSTRAINT_TRUE; i++) {
        const char *actions = NULL;
        constraint formula = makes(rights, &makings[i], gain, &actions);
        if (formula == CONSTRAINT_FALSE || (best != CONSTRAINT_FALSE && formula != CONSTRAINT_TRUE))
            continue;
        best = formula;
        *how = actions;
    }
    return best;
}
