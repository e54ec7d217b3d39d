#include "analyzer/findings/danger.h"

#include "analyzer/analysis/administrators.h"
#include "analyzer/findings/rules.h"
#include "ingest/policy/context_key.h"
#include "ingest/support/memory.h"

#include <stdlib.h>
#include <string.h>

static const char *const words[] = {
    [DANGER_BY_FACTS] = "", [DANGER_NOBODY] = "nobody",       [DANGER_FEW] = "few",
    [DANGER_MANY] = "many", [DANGER_OUTSIDERS] = "outsiders", [DANGER_ANYONE] = "anyone",
};

/* Makes who can use it outweigh everything except leading to very many administrators. */
static const uint64_t weights[] = {
    [DANGER_FEW] = 1,
    [DANGER_MANY] = 10,
    [DANGER_OUTSIDERS] = 100,
    [DANGER_ANYONE] = 10000,
};

const char *danger_word(enum danger_who who)
{
    return words[who];
}

uint64_t danger_weight(const struct danger *danger)
{
    return weights[danger->who] * (1 + (uint64_t)danger->leads_to) * (danger->sure ? 2 : 1);
}

bool danger_is_outside(const struct edges *edges, uint32_t node)
{
    const struct caller *caller = &edges->nodes[node];
    if (caller_is_of_pool(caller))
        return true;
    if (node < edges->model->principal_count || caller->kind == CALLER_SERVICE || caller_is_before_roles(caller) ||
        caller_is_known_later(caller))
        return false;
    /* Our own organization, or possibly so; trust-org-wide reports it. */
    if (caller->kind == CALLER_ORGANIZATION &&
        (edges->model->organization == NULL || caller_is_own_members(edges->model, caller)))
        return false;
    if (caller->kind == CALLER_SAML_PROVIDER)
        return caller->name == NULL || !arn_is_identity_center_provider(caller->name);
    if (caller->kind == CALLER_WEB_IDENTITY || caller->account_index == MODEL_NONE)
        return true;
    const struct model_account *account = &edges->model->accounts[caller->account_index];
    return account->detail == ACCOUNT_NOT_EXPORTED && account->in_organization != FACT_YES;
}

struct weighing {
    struct analysis *analysis;
    const struct edges *edges;
    enum danger_who *callers; /* per user and role: who can assume it; DANGER_BY_FACTS: not asked */
    uint32_t *leads_to;       /* per node; NULL: not asked */
};

/* ---- who */

/* Whether some caller is not an exported user or role. */
static enum danger_who who_is(const struct edges *edges, const struct caller *caller)
{
    uint32_t node = edges_find_node(edges, caller);
    if (caller_is_known_later(caller))
        return DANGER_FEW;
    switch (caller->kind) {
    case CALLER_ANYONE:
    case CALLER_GUEST:
        return DANGER_ANYONE;
    case CALLER_POOL_USER:
        return DANGER_OUTSIDERS;
    case CALLER_SERVICE:
    case CALLER_PERSON:
    case CALLER_POD:
    case CALLER_WORKLOAD:
    case CALLER_CERTIFICATE:
        return DANGER_FEW;
    case CALLER_SAML_PROVIDER:
        return DANGER_MANY;
    case CALLER_USER:
    case CALLER_ROLE:
    case CALLER_ROLE_SESSION:
    case CALLER_ROOT_USER:
    case CALLER_FEDERATED_USER:
        return node != MODEL_NONE && danger_is_outside(edges, node) ? DANGER_OUTSIDERS : DANGER_FEW;
    case CALLER_ACCOUNT:
        return node != MODEL_NONE && danger_is_outside(edges, node) ? DANGER_OUTSIDERS : DANGER_MANY;
    default:
        return node == MODEL_NONE || danger_is_outside(edges, node) ? DANGER_OUTSIDERS : DANGER_MANY;
    }
}

/* The users and roles met so far, while they are few. */
struct few {
    uint32_t list[DANGER_FEW_MOST + 1], count;
};

static void add_few(struct few *few, uint32_t node)
{
    for (uint32_t i = 0; i < few->count; i++)
        if (few->list[i] == node)
            return;
    few->list[few->count++] = node;
}

static enum danger_who widest(enum danger_who a, enum danger_who b)
{
    return a > b ? a : b;
}

/* Who can assume the role in one hop. */
static enum danger_who who_can_assume(const struct edges *edges, uint32_t role)
{
    enum danger_who who = DANGER_NOBODY;
    struct few few = {.count = 0};
    edge_end targets[EDGES_ENDS];
    uint32_t target_count = edges_targets(edges, role, targets);
    for (uint32_t t = 0; t < target_count; t++) {
        uint32_t first, last;
        edges_in(edges, targets[t], &first, &last);
        for (uint32_t i = first; i < last; i++) {
            uint32_t count;
            const uint32_t *members = edges_members(edges, &edges->edges[edges->in_edges[i]].from, &count);
            for (uint32_t j = 0; j < count && who != DANGER_ANYONE; j++) {
                if (members[j] >= edges->model->principal_count)
                    who = widest(who, who_is(edges, &edges->nodes[members[j]]));
                else if (members[j] != role && few.count <= DANGER_FEW_MOST)
                    add_few(&few, members[j]);
                else if (few.count > DANGER_FEW_MOST)
                    break;
            }
        }
    }
    return widest(who, few.count > DANGER_FEW_MOST ? DANGER_MANY : few.count > 0 ? DANGER_FEW : DANGER_NOBODY);
}

static enum danger_who who_are_callers(struct weighing *work, uint32_t principal)
{
    if (work->callers[principal] == DANGER_BY_FACTS)
        work->callers[principal] = who_can_assume(work->edges, principal);
    return work->callers[principal];
}

static uint32_t count_holders(const struct finding *finding)
{
    uint32_t count = 0;
    while (finding->holders[count] != MODEL_NONE)
        count++;
    return count;
}

static enum danger_who who_uses(struct weighing *work, const struct finding *finding, uint32_t principal)
{
    enum danger_who said = finding->used_by != DANGER_BY_FACTS ? finding->used_by : finding_used_by(finding);
    if (said != DANGER_BY_FACTS)
        return said;
    if (finding->holders != NULL)
        return count_holders(finding) > DANGER_FEW_MOST ? DANGER_MANY : DANGER_FEW;
    if (finding->begins != MODEL_NONE && finding->begins >= work->edges->model->principal_count)
        return who_is(work->edges, &work->edges->nodes[finding->begins]);
    if (finding->caller != NULL && finding->caller->principal == MODEL_NONE)
        return who_is(work->edges, finding->caller);
    return principal != MODEL_NONE ? who_are_callers(work, principal) : DANGER_NOBODY;
}

/* ---- what it leads to */

/* The accounts in which somebody is an administrator, numbered. */
static uint32_t *count_accounts(struct analysis *analysis, const struct edges *edges)
{
    const struct model *model = analysis->model;
    uint32_t *marks = memory_resize(NULL, edges->node_count, sizeof *marks);
    uint32_t *counts = memory_zeroed(edges->node_count, sizeof *counts), marked = 0, last = MODEL_NONE;
    for (uint32_t i = 0; i < edges->node_count; i++) {
        marks[i] = MODEL_NONE;
        if (i >= model->principal_count || !administrators_has(analysis, i))
            continue;
        if (model->principals[i].account != last)
            marked++;
        last = model->principals[i].account;
        marks[i] = marked - 1;
    }
    chains_count_marks(edges, marks, marked, counts);
    free(marks);
    return counts;
}

static uint32_t leads_to(struct weighing *work, const struct finding *finding, uint32_t principal)
{
    uint32_t most = 0;
    if (work->leads_to == NULL)
        work->leads_to = count_accounts(work->analysis, work->edges);
    for (uint32_t i = 0; finding->holders != NULL && finding->holders[i] != MODEL_NONE; i++)
        if (work->leads_to[finding->holders[i]] > most)
            most = work->leads_to[finding->holders[i]];
    return finding->holders != NULL || principal == MODEL_NONE ? most : work->leads_to[principal];
}

/* ---- how sure */

static bool is_for_the_caller(const struct constraint_key *key, bool fact, void *context)
{
    enum key_class class = context_key_find(key->name)->class;
    (void)context;
    return !fact && class != KEY_ENVIRONMENT && class != KEY_SERVICE && class != KEY_UNRECOGNIZED;
}

bool danger_is_sure(const struct constraint_pool *pool, constraint formula)
{
    return constraint_each_key(pool, formula, is_for_the_caller, NULL);
}

/* The user or role that it is about, or MODEL_NONE. */
static uint32_t principal_of(const struct analysis *analysis, const struct finding *finding)
{
    return finding->at.who != NULL ? finding->at.role : model_find_arn(analysis->model, finding->resource);
}

enum danger_who *danger_nobody_asked(const struct analysis *analysis)
{
    return memory_zeroed(analysis->model->principal_count, sizeof(enum danger_who));
}

void findings_weigh_users(struct analysis *analysis, struct findings *findings, enum danger_who *callers)
{
    struct weighing work = {.analysis = analysis, .edges = analysis_edges(analysis), .callers = callers};
    for (size_t i = 0; i < findings->count; i++) {
        struct finding *finding = &findings->list[i];
        finding->danger.who = who_uses(&work, finding, principal_of(analysis, finding));
    }
}

void findings_weigh(struct analysis *analysis, struct findings *findings)
{
    struct weighing work = {
        .analysis = analysis, .edges = analysis_edges(analysis), .callers = danger_nobody_asked(analysis)};
    for (size_t i = 0; i < findings->count; i++) {
        struct finding *finding = &findings->list[i];
        uint32_t principal = principal_of(analysis, finding);
        finding->danger.who = who_uses(&work, finding, principal);
        finding->danger.leads_to = leads_to(&work, finding, principal);
        finding->danger.sure = !finding->in_doubt &&
                               (!finding->holds_under_conditions || danger_is_sure(analysis->pool, finding->holds_if));
    }
    free(work.callers);
    free(work.leads_to);
}
