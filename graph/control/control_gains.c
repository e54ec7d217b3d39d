/*
 * The permissions that a principal can give itself, and who is an administrator by that.
 */
#include "graph/control/control_inside.h"

#include "ingest/policy/context_key.h"
#include "ingest/support/array.h"
#include "ingest/support/format.h"
#include "ingest/support/text.h"
#include <stdio.h>
#include <string.h>

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
};

/* Whether a gives everything that b does. A group also adds what its policies deny. */
static bool gives_all(const struct decision_gain *a, const struct decision_gain *b)
{
    return a->any_permission == b->any_permission && a->no_boundary == b->no_boundary &&
           (a->group == b->group || (a->any_permission && a->group == NULL));
}

/* Unless the list already has it, without further conditions. */
static void add_gain(struct gaining *work, const struct control_gain *now, constraint formula,
                     struct decision_gain gain, const struct control_how *how)
{
    struct constraint_pool *pool = work->rights->control->pool;
    formula = constraint_and(pool, now->formula, formula);
    if (!control_possible(work->rights, formula))
        return;
    for (uint32_t i = 0; i < work->count; i++)
        if (gives_all(&work->gains[i].gain, &gain) &&
            constraint_implies(pool, formula, work->gains[i].formula) == CONSTRAINT_YES)
            return;
    ARRAY_ADD(work->gains, work->count, work->room,
              ((struct control_gain){formula, gain, now->first != NULL ? now->first : how, how}));
}

/* Whether it certainly has any permission within the same boundary, which includes those of every group. */
static bool has_any(const struct gaining *work, bool no_boundary)
{
    for (uint32_t i = 0; i < work->count; i++)
        if (work->gains[i].gain.any_permission && work->gains[i].gain.no_boundary == no_boundary &&
            work->gains[i].gain.group == NULL && work->gains[i].formula == CONSTRAINT_TRUE)
            return true;
    return false;
}

static void add_groups(struct gaining *work, const struct control_gain *now)
{
    struct control_rights *rights = work->rights;
    const struct model *model = rights->control->model;
    const struct model_principal *who = &model->principals[rights->principal];
    const struct model_account *account = &model->accounts[who->account];
    for (uint32_t i = account->first_group; i < account->first_group + account->group_count; i++) {
        struct decision_gain member = now->gain;
        const struct control_how *how = NULL;
        if (is_member(model, who, i))
            continue;
        member.group = &model->groups[i];
        constraint joins = control_by(rights, WAY_JOIN_GROUP, member.group->arn, NULL, &now->gain, &how);
        add_gain(work, now, joins, member, how);
    }
}

/* Its own policies, with those of the group that it joined. */
static constraint edits_itself(struct control_rights *rights, const struct decision_gain *gain,
                               const struct control_how **how)
{
    const struct control *control = rights->control;
    constraint edits = control_edit_permissions(rights, rights->principal, gain, how);
    if (gain->group != NULL && edits != CONSTRAINT_TRUE)
        edits = constraint_or(control->pool, edits, control_edit_group(rights, gain->group, gain, how));
    return edits;
}

/* Gains that are one change away. */
static void go_on(struct gaining *work, struct control_gain now)
{
    struct control_rights *rights = work->rights;
    const struct model_principal *who = &rights->control->model->principals[rights->principal];
    if (!now.gain.any_permission) {
        struct decision_gain any = now.gain;
        const struct control_how *how = NULL;
        constraint edits = edits_itself(rights, &now.gain, &how);
        any.any_permission = true;
        add_gain(work, &now, edits, any, how);
    }
    if (!now.gain.no_boundary && who->boundary != NULL) {
        struct decision_gain lifted = now.gain;
        const struct control_how *how = NULL;
        constraint lifts = control_lift_boundary(rights, rights->principal, &now.gain, &how);
        lifted.no_boundary = true;
        add_gain(work, &now, lifts, lifted, how);
    }
    if (!who->is_role && !now.gain.any_permission && now.gain.group == NULL && !has_any(work, now.gain.no_boundary))
        add_groups(work, &now);
}

struct control_gain *control_gains(struct control_rights *rights, uint32_t *count)
{
    struct gaining work = {.rights = rights};
    go_on(&work, (struct control_gain){.formula = CONSTRAINT_TRUE, .gain = rights->gain});
    for (uint32_t i = 0; i < work.count; i++)
        go_on(&work, work.gains[i]);
    *count = work.count;
    return work.gains;
}

/* ---- administrators */

static bool is_free(const struct constraint_key *key, bool fact, void *context)
{
    (void)context;
    return !fact && context_key_find(key->name)->class != KEY_UNRECOGNIZED;
}

/* The part of the formula that is open to anybody who makes the call the right way; FALSE: none. */
static constraint free_part(const struct control_rights *rights, constraint formula)
{
    struct constraint_pool *pool = rights->control->pool;
    constraint left = constraint_without(pool, formula, is_free, NULL);
    return constraint_satisfiable(pool, left) == CONSTRAINT_YES ? left : CONSTRAINT_FALSE;
}

bool control_is_free(const struct control_rights *rights, constraint formula)
{
    struct control *control = rights->control;
    if (control->free_returns != constraint_pool_returns(control->pool)) {
        control->free_returns = constraint_pool_returns(control->pool);
        memset(control->is_free, 0, control->free_room * sizeof *control->is_free);
    }
    ARRAY_REACH(control->is_free, formula, control->free_room);
    if (control->is_free[formula] == 0)
        control->is_free[formula] = free_part(rights, formula) != CONSTRAINT_FALSE ? 2 : 1;
    return control->is_free[formula] == 2;
}

/* How to create a principal, give it any policy, and become it: one action from each list. */
static const struct making {
    const char *type, *actions[3][3];
} makings[] = {
    {"user",
     {{"iam:CreateUser"},
      {"iam:AttachUserPolicy", "iam:PutUserPolicy"},
      {"iam:CreateAccessKey", "iam:CreateLoginProfile"}}},
    {"role", {{"iam:CreateRole", "iam:UpdateAssumeRolePolicy"}, {"iam:AttachRolePolicy", "iam:PutRolePolicy"}, {NULL}}},
};

/* The condition under which one of the actions is allowed; *which: the least restricted one. */
static constraint free_action(struct control_rights *rights, const char *const *actions, const char *resource,
                              const struct decision_gain *gain, const char **which)
{
    constraint any = CONSTRAINT_FALSE;
    for (; *actions != NULL && any != CONSTRAINT_TRUE; actions++) {
        constraint one = free_part(rights, control_allows(rights, *actions, resource, NULL, gain));
        if (one != CONSTRAINT_FALSE && (*which == NULL || one == CONSTRAINT_TRUE))
            *which = *actions;
        any = constraint_or(rights->control->pool, any, one);
    }
    return any;
}

static constraint makes(struct control_rights *rights, const struct making *making, const struct decision_gain *gain,
                        const struct control_how **how)
{
    constraint all = CONSTRAINT_TRUE;
    struct text text = {0};
    const char *first = NULL;
    char resource[256];
    format_print(resource, sizeof resource, "arn:%s:iam::%s:%s/a-name-that-no-policy-names", rights->caller.partition,
                 rights->caller.account, making->type);
    for (size_t i = 0; i < 3 && making->actions[i][0] != NULL && all != CONSTRAINT_FALSE; i++) {
        const char *action = NULL;
        all = constraint_and(rights->control->pool, all,
                             free_action(rights, making->actions[i], resource, gain, &action));
        if (action != NULL)
            text_format(&text, "%s%s", i > 0 ? ", " : "", action);
        first = first != NULL ? first : action;
    }
    if (!control_is_free(rights, all))
        all = CONSTRAINT_FALSE;
    if (all != CONSTRAINT_FALSE)
        *how = control_how_keep(rights->control, (struct control_how){.actions = text.data, .first = first});
    text_free(&text);
    return all;
}

constraint control_administers(struct control_rights *rights, const struct decision_gain *gain,
                               const struct control_how **how)
{
    constraint any = CONSTRAINT_FALSE;
    *how = NULL;
    for (size_t i = 0; i < sizeof makings / sizeof makings[0] && any != CONSTRAINT_TRUE; i++) {
        const struct control_how *actions = NULL;
        constraint formula = makes(rights, &makings[i], gain, &actions);
        if (formula != CONSTRAINT_FALSE && (*how == NULL || formula == CONSTRAINT_TRUE))
            *how = actions;
        any = constraint_or(rights->control->pool, any, formula);
    }
    return any;
}
