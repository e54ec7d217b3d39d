/*
 * What a principal can make of itself, and who is an administrator by that.
 */
#include "graph/control/control_inside.h"

#include "ingest/policy/arn.h"
#include "ingest/policy/context_key.h"
#include <stdio.h>
#include <string.h>

/* Lift or change its boundary: the attached policy, or a new version of it. */
static constraint removes_boundary(struct control_rights *rights, const char **how)
{
    const struct model_principal *who = &rights->model->principals[rights->principal];
    const struct policy_use *boundary = who->boundary;
    if (boundary == NULL)
        return CONSTRAINT_FALSE;
    constraint result = control_allows_any(
        rights, who->is_role ? control_role_boundary_actions : control_user_boundary_actions, who->arn, NULL, how);
    if (boundary->arn != NULL && !arn_is_aws_managed_policy(boundary->arn))
        result = constraint_or(rights->pool, result,
                               control_allows_any(rights, control_policy_actions, boundary->arn, NULL, how));
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
    if (who->is_role || !control_possible(rights, control_allows_somewhere(rights, "iam:AddUserToGroup")))
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
            add_gain(work, control_allows(rights, "iam:AddUserToGroup", use->holder, NULL),
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

static bool is_free(const struct constraint_key *key, bool fact, void *context)
{
    (void)context;
    return !fact && context_key_find(key->name)->class != KEY_UNRECOGNIZED;
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
            all =
                constraint_and(rights->pool, all, control_allows_any(rights, ways[i].actions[j], resource, gain, &how));
        }
        if (control_is_free(rights, all))
            return true;
    }
    return false;
}
