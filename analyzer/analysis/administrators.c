#include "analyzer/analysis/administrators.h"

#include "graph/control/control_rights.h"
#include "ingest/support/memory.h"
#include <stdlib.h>
#include <string.h>

enum { NOT_ASKED, NO, YES };

struct administrators {
    unsigned char *known; /* by principal: NOT_ASKED, NO or YES */
    bool *reaching;       /* by node; NULL: not asked */
};

/* Its cache, made on first use. */
static struct administrators *cache_of(struct analysis *analysis)
{
    if (analysis->administrators == NULL) {
        struct administrators *cache = memory_zeroed(1, sizeof *cache);
        cache->known = memory_zeroed(analysis->model->principal_count, sizeof *cache->known);
        analysis->administrators = cache;
    }
    return analysis->administrators;
}

void administrators_free(struct administrators *cache)
{
    if (cache == NULL)
        return;
    free(cache->known);
    free(cache->reaching);
    free(cache);
}

/* By its own permissions, or by those that it can give itself. */
static bool by_itself(struct control_rights *rights)
{
    static const struct decision_gain nothing;
    struct control_gain gains[CONTROL_GAINS];
    const char *how = NULL;
    if (control_is_administrator(rights, &nothing, &how))
        return true;
    uint32_t count = control_gains(rights, gains, CONTROL_GAINS);
    for (uint32_t i = 0; i < count; i++)
        if (control_is_free(rights, gains[i].formula) && control_is_administrator(rights, &gains[i].gain, &how))
            return true;
    /* A group of which it becomes a member may let it edit itself in turn. */
    for (uint32_t i = 0; i < count; i++) {
        struct decision_gain any = gains[i].gain;
        constraint edits = control_edit_permissions(rights, rights->principal, &gains[i].gain, &how);
        any.any_permission = true;
        if (control_is_free(rights, gains[i].formula) && control_is_free(rights, edits) &&
            control_is_administrator(rights, &any, &how))
            return true;
    }
    return false;
}

/* Over an administrator of the account, or over the permissions of somebody whom it can become. alike: somebody with
 * the same rights was asked; only whom it can assume may differ. */
static bool through_another(struct analysis *analysis, struct control_rights *rights, bool alike)
{
    const struct model *model = analysis->model;
    const struct model_account *account = &model->accounts[rights->caller.account_index];
    const struct edges *edges = analysis_edges(analysis);
    uint32_t end = account->first_principal + account->principal_count;
    const char *how = NULL;
    for (uint32_t to = account->first_principal; to < end; to++) {
        const struct edge *edge = edges_between(edges, rights->principal, to);
        if (to == rights->principal || (alike && edge == NULL))
            continue;
        bool administrator = analysis->administrators->known[to] == YES;
        constraint become = CONSTRAINT_FALSE;
        if (!administrator && !control_is_free(rights, control_edit_permissions(rights, to, NULL, &how)))
            continue;
        become = control_over(rights, to, NULL, &how);
        if (model->principals[to].is_role && !control_is_free(rights, become))
            become = control_pass_role(rights, to, &how);
        if (control_is_free(rights, become) && administrator)
            return true;
        /* It gives the other one all permissions, and becomes it. */
        static const struct decision_gain any = {.any_permission = true};
        struct control_rights puppet = control_rights_of(rights->control, to);
        if (!administrator && (edge != NULL || control_is_free(rights, become)) &&
            control_is_administrator(&puppet, &any, &how))
            return true;
    }
    return false;
}

/* All of one account at once: who controls an administrator is one. */
static void decide_account(struct analysis *analysis, uint32_t account_index)
{
    const struct model *model = analysis->model;
    const struct model_account *account = &model->accounts[account_index];
    struct control *control = analysis_control(analysis);
    uint32_t end = account->first_principal + account->principal_count;
    for (uint32_t i = account->first_principal; i < end; i++) {
        analysis->administrators->known[i] = NO;
        if (!model->principals[i].identity_known || !control_rights_any(control, i))
            continue;
        struct control_rights rights = control_rights_of(control, i);
        if (by_itself(&rights))
            analysis->administrators->known[i] = YES;
    }
    uint32_t *order = memory_zeroed(account->principal_count, sizeof *order), count = 0;
    for (uint32_t i = account->first_principal; i < end; i++)
        if (analysis->administrators->known[i] == NO && control_rights_any(control, i))
            order[count++] = i;
    control_rights_sort(model, order, count);
    for (bool changed = count > 0; changed;) {
        uint32_t last = MODEL_NONE;
        changed = false;
        for (uint32_t i = 0; i < count; i++) {
            uint32_t who = order[i];
            bool alike = last != MODEL_NONE && control_rights_alike(model, last, who);
            if (analysis->administrators->known[who] == YES)
                continue;
            struct control_rights rights = control_rights_of(control, who);
            last = who;
            if (through_another(analysis, &rights, alike)) {
                analysis->administrators->known[who] = YES;
                last = MODEL_NONE;
                changed = true;
            }
        }
    }
    free(order);
}

bool administrators_has(struct analysis *analysis, uint32_t principal)
{
    struct administrators *cache = cache_of(analysis);
    if (principal >= analysis->model->principal_count)
        return false;
    if (cache->known[principal] == NOT_ASKED)
        decide_account(analysis, analysis->model->principals[principal].account);
    return cache->known[principal] == YES;
}

/* Who is one, or can become one that is a role. */
static bool *find_reaching(struct analysis *analysis)
{
    const struct edges *edges = analysis_edges(analysis);
    bool *reaching = memory_zeroed(edges->node_count, sizeof *reaching);
    for (uint32_t i = 0; i < analysis->model->principal_count; i++)
        reaching[i] = analysis->model->principals[i].is_role && administrators_has(analysis, i);
    chains_reach_backwards(edges, reaching);
    for (uint32_t i = 0; i < analysis->model->principal_count; i++)
        reaching[i] = reaching[i] || administrators_has(analysis, i);
    return reaching;
}

bool administrators_reached(struct analysis *analysis, uint32_t node)
{
    struct administrators *cache = cache_of(analysis);
    if (cache->reaching == NULL)
        cache->reaching = find_reaching(analysis);
    return cache->reaching[node];
}
