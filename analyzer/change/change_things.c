/*
 * What was added, removed and changed: accounts, users, roles, and the parts of their policies that matter for assuming
 * roles and for IAM.
 */
#include "analyzer/change/change_inside.h"

#include "analyzer/analysis/wording.h"
#include "ingest/support/array.h"
#include <stdlib.h>
#include <string.h>

static const char *keep(struct change *change, const char *text)
{
    return text != NULL && text[0] != '\0' ? arena_copy_text(&change->arena, text, strlen(text)) : "";
}

static void add(struct change *change, enum thing_kind kind, enum thing_change what, const char *holder,
                const char *name)
{
    ARRAY_ADD(change->things, change->thing_count, change->thing_room,
              (struct thing){kind, what, keep(change, holder), keep(change, name)});
}

static int compare_things(const void *a, const void *b)
{
    const struct thing *x = a, *y = b;
    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    if (x->change != y->change)
        return x->change < y->change ? -1 : 1;
    int order = strcmp(x->holder, y->holder);
    return order != 0 ? order : strcmp(x->name, y->name);
}

static void sort_things(struct change *change)
{
    size_t kept = 0;
    if (change->thing_count > 1)
        qsort(change->things, change->thing_count, sizeof *change->things, compare_things);
    for (size_t i = 0; i < change->thing_count; i++)
        if (kept == 0 || compare_things(&change->things[kept - 1], &change->things[i]) != 0)
            change->things[kept++] = change->things[i];
    change->thing_count = kept;
}

/* ---- accounts */

static bool is_there(const struct model *model, const char *account)
{
    uint32_t index = model_find_account(model, account);
    return index != MODEL_NONE && (model->accounts[index].detail != ACCOUNT_NOT_EXPORTED ||
                                   model->accounts[index].in_organization == FACT_YES);
}

static void add_accounts(struct change *change)
{
    const struct model *const models[STATES] = {change->states[STATE_OLD].model, change->states[STATE_NEW].model};
    for (int state = 0; state < STATES; state++)
        for (uint32_t i = 0; i < models[state]->account_count; i++) {
            const char *id = models[state]->accounts[i].id;
            if (is_there(models[state], id) && !is_there(models[!state], id) &&
                counterparts_account(models, id) == COMPARABLE &&
                (models[!state]->members_listed || models[!state]->organization != NULL))
                add(change, THING_ACCOUNT, state == STATE_NEW ? THING_ADDED : THING_REMOVED, id, NULL);
        }
}

/* ---- policies */

/* A list of policies that somebody, or a level of the organization, has in either state. */
struct policies {
    const struct policy_use *uses[STATES];
    uint32_t count[STATES];
};

static bool is_same_policy(const struct policy_use *a, const struct policy_use *b)
{
    if (a->kind != b->kind || (a->arn == NULL) != (b->arn == NULL))
        return false;
    return a->arn != NULL ? strcmp(a->arn, b->arn) == 0
                          : strcmp(a->name, b->name) == 0 && strcmp(a->holder, b->holder) == 0;
}

static const struct policy_use *find_use(const struct policies *policies, int state, const struct policy_use *like)
{
    for (uint32_t i = 0; i < policies->count[state]; i++)
        if (is_same_policy(&policies->uses[state][i], like))
            return &policies->uses[state][i];
    return NULL;
}

static enum thing_kind kind_of(const struct policy_use *use)
{
    switch (use->kind) {
    case USE_INLINE:
        return THING_INLINE;
    case USE_MANAGED:
        return THING_MANAGED;
    case USE_BOUNDARY:
        return THING_BOUNDARY;
    case USE_TRUST:
        return THING_TRUST;
    case USE_SCP:
        return THING_SCP;
    case USE_RCP:
        return THING_RCP;
    }
    return THING_INLINE;
}

static void add_policy(struct change *change, enum thing_change what, const struct policy_use *use, const char *holder)
{
    enum thing_kind kind = kind_of(use);
    if (kind == THING_MANAGED && what != THING_CHANGED)
        add(change, THING_ATTACHMENT, what, use->via_group ? use->holder : holder, use->arn);
    else if (kind == THING_MANAGED)
        add(change, kind, what, use->arn, use->name);
    else
        add(change, kind, what, kind == THING_BOUNDARY ? holder : use->holder,
            kind == THING_BOUNDARY ? use->arn : use->name);
}

static void compare_policies(struct change *change, const struct policies *policies, const char *holder)
{
    for (int state = 0; state < STATES; state++)
        for (uint32_t i = 0; i < policies->count[state]; i++) {
            const struct policy_use *use = &policies->uses[state][i], *other = find_use(policies, !state, use);
            if (other == NULL)
                add_policy(change, state == STATE_NEW ? THING_ADDED : THING_REMOVED, use, holder);
            else if (state == STATE_NEW &&
                     !policy_contents_same(&change->comparison.contents, other->document, use->document))
                add_policy(change, THING_CHANGED, use, holder);
        }
}

static struct policies one_policy(const struct policy_use *old, const struct policy_use *new)
{
    return (struct policies){{old, new}, {old != NULL, new != NULL}};
}

static void compare_guardrails(struct change *change, const struct model_guardrails *old,
                               const struct model_guardrails *new)
{
    const struct model_guardrails *const both[STATES] = {old, new};
    for (int state = 0; state < STATES; state++)
        for (uint32_t i = 0; i < both[state]->level_count; i++) {
            const struct model_level *level = &both[state]->levels[i];
            struct policies policies = {.count = {0}};
            policies.uses[state] = change->states[state].model->uses + level->first_policy;
            policies.count[state] = level->policy_count;
            for (uint32_t j = 0; j < both[!state]->level_count; j++)
                if (strcmp(both[!state]->levels[j].id, level->id) == 0) {
                    policies.uses[!state] = change->states[!state].model->uses + both[!state]->levels[j].first_policy;
                    policies.count[!state] = both[!state]->levels[j].policy_count;
                }
            if (state == STATE_NEW || policies.uses[!state] == NULL)
                compare_policies(change, &policies, level->id);
        }
}

/* ---- users and roles */

static void add_principal(struct change *change, uint32_t party, bool *accounts_done)
{
    const struct counterpart *who = &change->comparison.counterparts.list[party];
    uint32_t changes = change->comparison.touched[party];
    const struct model *old_model = change->states[STATE_OLD].model, *new_model = change->states[STATE_NEW].model;
    const char *text = counterpart_caller(&change->comparison.counterparts, party)->text;
    if (changes & PARTY_CAME)
        add(change, THING_PRINCIPAL, THING_ADDED, text, NULL);
    if (changes & PARTY_WENT)
        add(change, THING_PRINCIPAL, THING_REMOVED, text, NULL);
    if (changes & (PARTY_CAME | PARTY_WENT))
        return;
    const struct model_principal *old = &old_model->principals[who->node[STATE_OLD]],
                                 *new = &new_model->principals[who->node[STATE_NEW]];
    if (changes & PARTY_RECREATED)
        add(change, THING_PRINCIPAL, THING_RECREATED, new->arn, NULL);
    if (changes & PARTY_RENAMED)
        add(change, THING_PRINCIPAL, THING_RENAMED, old->arn, new->arn);
    struct policies policies = one_policy(old->trust, new->trust);
    if (changes & PARTY_TRUST)
        compare_policies(change, &policies, new->arn);
    policies = one_policy(old->boundary, new->boundary);
    if (changes & PARTY_BOUNDARY)
        compare_policies(change, &policies, new->arn);
    policies = (struct policies){{old_model->uses + old->first_policy, new_model->uses + new->first_policy},
                                 {old->policy_count, new->policy_count}};
    if (changes & PARTY_IDENTITY)
        compare_policies(change, &policies, new->arn);
    if ((changes & (PARTY_SCP | PARTY_RCP)) != 0 && !accounts_done[new->account]) {
        accounts_done[new->account] = true;
        compare_guardrails(change, &old_model->scps[old->account], &new_model->scps[new->account]);
        compare_guardrails(change, &old_model->rcps[old->account], &new_model->rcps[new->account]);
    }
}

void change_find_things(struct change *change)
{
    bool *accounts_done = memory_zeroed((size_t)change->states[STATE_NEW].model->account_count + 1, sizeof(bool));
    add_accounts(change);
    for (uint32_t party = 0; party < change->comparison.counterparts.count; party++)
        if (change->comparison.touched[party] != 0)
            add_principal(change, party, accounts_done);
    sort_things(change);
    free(accounts_done);
}
