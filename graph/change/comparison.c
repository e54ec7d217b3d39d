#include "graph/change/comparison.h"

#include "ingest/support/memory.h"
#include <stdlib.h>
#include <string.h>

static bool is_same_text(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static bool is_same_account(const struct model *old, uint32_t one, const struct model *new, uint32_t other)
{
    const struct model_account *x = &old->accounts[one], *y = &new->accounts[other];
    return x->detail == y->detail && x->in_organization == y->in_organization && x->state == y->state &&
           x->management == y->management &&
           is_same_text(model_organization_path(old, one), model_organization_path(new, other));
}

/* Whether callers are the same in both states, as far as decisions look at their accounts. */
static bool are_accounts_the_same(const struct counterparts *counterparts)
{
    const struct model *old = counterparts->edges[STATE_OLD]->model, *new = counterparts->edges[STATE_NEW]->model;
    bool same = old->account_count == new->account_count &&is_same_text(old->organization, new->organization) &&
                old->members_listed == new->members_listed;
    for (uint32_t i = 0; same && i < old->account_count; i++)
        same = strcmp(old->accounts[i].id, new->accounts[i].id) == 0 && is_same_account(old, i, new, i);
    return same;
}

/* Whether users and roles are the same: policies may name ids and ARNs, which otherwise mean something else for all
 * callers. */
static bool are_principals_the_same(const struct comparison *comparison)
{
    const uint32_t others = PARTY_CAME | PARTY_WENT | PARTY_RECREATED | PARTY_RENAMED;
    bool same = true;
    for (uint32_t i = 0; same && i < comparison->counterparts.count; i++)
        same = (comparison->touched[i] & others) == 0;
    return same;
}

/* The parties whose chains may have changed, as far as the edges show. False: none. */
static bool mark_changed(struct comparison *comparison, bool *parties)
{
    bool any = false;
    memset(parties, 0, comparison->counterparts.count * sizeof *parties);
    access_changes_begin(&comparison->hops, comparison->touched, parties);
    for (uint32_t i = 0; i < comparison->counterparts.count; i++)
        any = any || parties[i];
    return any;
}

void comparison_find(struct comparison *comparison, struct edges *old, struct edges *new)
{
    struct counterparts *counterparts = &comparison->counterparts;
    *comparison = (struct comparison){.touched = NULL};
    counterparts_find(counterparts, old, new);
    bool *parties = memory_zeroed((size_t)counterparts->count + 1, sizeof *parties);
    policy_contents_open(&comparison->contents, (const struct model *const[]){old->model, new->model});
    comparison->touched = party_changes_find(counterparts, &comparison->contents);
    if (!are_accounts_the_same(counterparts) || !are_principals_the_same(comparison)) {
        counterparts_complete(counterparts, NULL, NULL);
    } else {
        for (uint32_t i = 0; i < counterparts->count; i++)
            parties[i] = comparison->touched[i] != 0;
        counterparts_complete(counterparts, NULL, parties);
        hop_changes_find(&comparison->hops, counterparts);
        if (mark_changed(comparison, parties)) {
            counterparts_complete(counterparts, NULL, parties);
            mark_changed(comparison, parties);
            counterparts_complete(counterparts, parties, NULL);
        }
        hop_changes_free(&comparison->hops);
    }
    hop_changes_find(&comparison->hops, counterparts);
    free(parties);
}

void comparison_free(struct comparison *comparison)
{
    hop_changes_free(&comparison->hops);
    if (comparison->contents.models[STATE_OLD] != NULL)
        policy_contents_close(&comparison->contents);
    counterparts_free(&comparison->counterparts);
    free(comparison->touched);
    *comparison = (struct comparison){.touched = NULL};
}
