#include "analyzer/analysis/administrators.h"

#include "graph/control/control_rights.h"
#include "ingest/support/memory.h"
#include <stdlib.h>
#include <string.h>

struct administrators {
    struct administrator *list; /* by principal */
    bool *asked;                /* by account */
    bool *reaching;             /* by node; NULL: not asked */
};

/* Its cache, made on first use. */
static struct administrators *cache_of(struct analysis *analysis)
{
    if (analysis->administrators == NULL) {
        struct administrators *cache = memory_zeroed(1, sizeof *cache);
        cache->list = memory_zeroed((size_t)analysis->model->principal_count + 1, sizeof *cache->list);
        cache->asked = memory_zeroed((size_t)analysis->model->account_count + 1, sizeof *cache->asked);
        analysis->administrators = cache;
    }
    return analysis->administrators;
}

void administrators_free(struct administrators *cache)
{
    if (cache == NULL)
        return;
    free(cache->list);
    free(cache->asked);
    free(cache->reaching);
    free(cache);
}

/* ---- the best of several */

static int rank(const struct administrator *administrator)
{
    if (administrator->verdict == VERDICT_DENIED)
        return 0;
    return administrator->verdict == VERDICT_ALLOWED ? 3 : administrator->sure ? 2 : 1;
}

/* A policy of the principal with a statement that allows the action. */
static const struct policy_use *policy_of(const struct model *model, uint32_t principal, const char *action)
{
    const struct model_principal *who = &model->principals[principal];
    for (uint32_t i = 0; i < who->policy_count; i++) {
        const struct policy_use *use = &model->uses[who->first_policy + i];
        if (model_document_allows(model, use->document, action) != NULL)
            return use;
    }
    return NULL;
}

/* Whether it is possible, and better than what is known. */
static bool offer(const struct control_rights *rights, struct administrator *best, constraint residual,
                  struct administrator found)
{
    if (!control_possible(rights, residual))
        return false;
    found.residual = residual;
    found.sure = control_is_free(rights, residual);
    found.verdict = residual == CONSTRAINT_TRUE ? VERDICT_ALLOWED : VERDICT_CONDITIONAL;
    if (rank(&found) <= rank(best))
        return false;
    found.use = policy_of(control_model(rights), rights->principal, found.by->first);
    *best = found;
    return true;
}

/* ---- by itself */

static void by_policy(struct control_rights *rights, struct administrator *best)
{
    static const struct decision_gain nothing;
    struct administrator found = {.how = ADMINISTRATOR_BY_POLICY, .through = MODEL_NONE};
    constraint residual = control_administers(rights, &nothing, &found.by);
    offer(rights, best, residual, found);
}

/* By the permissions that it can give itself. */
static void by_gains(struct control_rights *rights, struct administrator *best)
{
    uint32_t count = 0;
    struct control_gain *gains = control_gains(rights, &count);
    for (uint32_t i = 0; i < count && rank(best) < 3; i++) {
        struct administrator found = {
            .how = ADMINISTRATOR_BY_CONTROL, .kind = EDGE_EDIT_PERMISSIONS, .through = MODEL_NONE};
        const struct control_how *ignored = NULL;
        found.by = gains[i].how;
        constraint then = control_administers(rights, &gains[i].gain, &ignored);
        offer(rights, best, constraint_and(control_pool(rights), gains[i].formula, then), found);
    }
    free(gains);
}

/* ---- through another */

/* The ways over somebody of its account, surest first: how in *by. */
static constraint takes(struct control_rights *rights, uint32_t to, bool role, const struct control_how **by,
                        enum edge_kind *kind)
{
    const struct control_how *how = NULL;
    *kind = role ? EDGE_EDIT_TRUST : EDGE_TAKE_CREDENTIALS;
    constraint become = control_over(rights, to, NULL, by);
    if (!role || control_is_free(rights, become))
        return become;
    constraint passed = control_pass_role(rights, to, &how);
    if (control_possible(rights, passed) && (become == CONSTRAINT_FALSE || control_is_free(rights, passed))) {
        become = passed;
        *by = how;
        *kind = EDGE_PASS_ROLE;
    }
    if (!control_is_free(rights, become)) {
        constraint signs = control_saml_role(rights, to, &how);
        if (signs != CONSTRAINT_FALSE && (become == CONSTRAINT_FALSE || control_is_free(rights, signs))) {
            become = signs;
            *by = how;
            *kind = EDGE_TAKE_CREDENTIALS;
        }
    }
    if (become != CONSTRAINT_FALSE)
        return become;
    *kind = EDGE_TAKE_OVER;
    return control_take_over(rights, to, by);
}

/* An administrator whom it takes over. */
static bool by_taking(struct control_rights *rights, const struct administrator *other, uint32_t to, bool role,
                      struct administrator *best)
{
    struct administrator found = {.how = ADMINISTRATOR_BY_CONTROL, .through = to};
    constraint become = takes(rights, to, role, &found.by, &found.kind);
    return offer(rights, best, constraint_and(control_pool(rights), become, other->residual), found);
}

/* It gives the other one all permissions, and becomes it. */
static bool by_changing(struct analysis *analysis, struct control_rights *rights, uint32_t to, bool role,
                        struct administrator *best)
{
    static const struct decision_gain any = {.any_permission = true};
    struct constraint_pool *pool = analysis->pool;
    struct administrator found = {.how = ADMINISTRATOR_BY_CONTROL, .kind = EDGE_EDIT_PERMISSIONS, .through = to};
    const struct control_how *ignored = NULL;
    enum edge_kind ignored_kind;
    constraint edits = control_edit_permissions(rights, to, NULL, &found.by);
    if (!control_possible(rights, edits))
        return false;
    const struct edge *edge = edges_between(analysis_edges(analysis), rights->principal, to);
    constraint become = edge != NULL ? edge->residual : CONSTRAINT_FALSE;
    if (!control_is_free(rights, become))
        become = constraint_or(pool, become, takes(rights, to, role, &ignored, &ignored_kind));
    if (become == CONSTRAINT_FALSE)
        return false;
    struct control_rights puppet = control_rights_of(rights->control, to);
    constraint then = control_administers(&puppet, &any, &ignored);
    return offer(rights, best, constraint_and(pool, constraint_and(pool, edits, become), then), found);
}

/* alike: somebody with the same rights was asked in vain; only whom it can assume may differ. */
static bool through_another(struct analysis *analysis, struct control_rights *rights, bool alike,
                            struct administrator *best)
{
    const struct model *model = analysis->model;
    const struct model_account *account = &model->accounts[rights->caller.account_index];
    const struct administrator *list = analysis->administrators->list;
    uint32_t end = account->first_principal + account->principal_count;
    bool better = false;
    /* First over those who are administrators by policy: that reads best. */
    for (int pass = 0; pass < 2; pass++)
        for (uint32_t to = account->first_principal; to < end && rank(best) < 3; to++) {
            bool role = model->principals[to].is_role, is_one = list[to].verdict != VERDICT_DENIED;
            if (to == rights->principal || (is_one && list[to].how == ADMINISTRATOR_BY_POLICY) != (pass == 0) ||
                (alike && edges_between(analysis->edges, rights->principal, to) == NULL))
                continue;
            if (is_one)
                better = by_taking(rights, &list[to], to, role, best) || better;
            if (!list[to].sure)
                better = by_changing(analysis, rights, to, role, best) || better;
        }
    return better;
}

/* ---- an account */

/* Until nobody becomes one who was none, or a surer one. */
static void spread(struct analysis *analysis, struct control_rights *rights, uint32_t count)
{
    struct administrator *list = analysis->administrators->list;
    analysis_edges(analysis);
    for (bool changed = count > 0; changed;) {
        uint32_t last = MODEL_NONE;
        changed = false;
        for (uint32_t i = 0; i < count; i++) {
            uint32_t who = rights[i].principal;
            if (rank(&list[who]) == 3)
                continue;
            bool alike = last != MODEL_NONE && control_rights_alike(analysis->model, last, who);
            bool better = through_another(analysis, &rights[i], alike, &list[who]);
            last = list[who].verdict == VERDICT_DENIED ? who : MODEL_NONE;
            changed = changed || better;
        }
    }
}

/* All of one account at once: who controls an administrator is one. */
static void decide_account(struct analysis *analysis, uint32_t account_index)
{
    const struct model *model = analysis->model;
    const struct model_account *account = &model->accounts[account_index];
    struct control *control = analysis_control(analysis);
    uint32_t *order = memory_zeroed(account->principal_count, sizeof *order), count = 0;
    uint32_t end = account->first_principal + account->principal_count;
    for (uint32_t i = account->first_principal; i < end; i++)
        /* What a service does with its own role nobody else can have it do. */
        if (model->principals[i].identity_known && !model->principals[i].service_linked &&
            control_rights_any(control, i))
            order[count++] = i;
    control_rights_sort(model, order, count);
    struct control_rights *rights = memory_zeroed(count, sizeof *rights);
    uint32_t left = 0;
    for (uint32_t i = 0; i < count; i++) {
        struct administrator *best = &analysis->administrators->list[order[i]];
        rights[left] = control_rights_of(control, order[i]);
        by_policy(&rights[left], best);
        if (rank(best) < 3)
            by_gains(&rights[left], best);
        left += rank(best) < 3;
    }
    spread(analysis, rights, left);
    free(rights);
    free(order);
}

const struct administrator *administrators_get(struct analysis *analysis, uint32_t principal)
{
    struct administrators *cache = cache_of(analysis);
    uint32_t account = analysis->model->principals[principal].account;
    if (!cache->asked[account]) {
        cache->asked[account] = true;
        decide_account(analysis, account);
    }
    return &cache->list[principal];
}

bool administrators_has(struct analysis *analysis, uint32_t principal)
{
    return principal < analysis->model->principal_count && administrators_get(analysis, principal)->sure;
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
