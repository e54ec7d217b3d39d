#include "analyzer/findings/patches/patch_chain.h"

#include "analyzer/findings/facts/entrants.h"
#include "analyzer/findings/facts/reachability.h"
#include "analyzer/findings/facts/trust_walk.h"
#include "analyzer/findings/patches/patches.h"
#include "graph/model/model_trial.h"
#include "ingest/support/array.h"
#include "ingest/support/json_build.h"
#include "ingest/support/json_words.h"
#include <stdlib.h>
#include <string.h>

/* Nodes and edges visited, with decisions and trials counted alike: a few seconds. */
#define WORK_MOST 2000000000u
#define WORK_DECISION 300u
#define WORK_TRIAL 20000u

#define CALLERS_ASKED 500u /* of one role */
#define NAMED 20u          /* principals that may replace an account */

/* ---- how much to search */

/* Nodes that the sources reach today, for cuts that share them. */
struct shared_walk {
    const bool *sources, *stops;
    struct reachability reach;
};

/* For all findings together, which are elaborated worst first. */
struct cut_work {
    uint64_t done, most; /* most 0: WORK_MOST */
    size_t left_out;
    struct shared_walk *shared;
    uint32_t shared_count, shared_room;
    bool *closed, *entering; /* those of struct cutting; all false between cuts */
    struct reach_rooms rooms;
};

static void free_work(void *notes)
{
    struct cut_work *work = notes;
    for (uint32_t i = 0; i < work->shared_count; i++)
        reachability_close(&work->shared[i].reach);
    free(work->shared);
    free(work->closed);
    free(work->entering);
    reach_rooms_free(&work->rooms);
}

static const struct notes_kind work_notes = {sizeof(struct cut_work), free_work, false};

static struct cut_work *work_of(struct findings *findings)
{
    return findings_notes(findings, &work_notes);
}

void chain_cut_limit(struct findings *findings, uint64_t work)
{
    work_of(findings)->most = work;
}

size_t chain_cuts_left_out(struct findings *findings)
{
    return work_of(findings)->left_out;
}

bool chain_can_be_cut(struct findings *findings, struct finding *finding)
{
    struct cut_work *work = work_of(findings);
    if (findings->patches_unseen)
        return false;
    if (work->done < (work->most > 0 ? work->most : WORK_MOST))
        return true;
    work->left_out++;
    finding->fix = finding_text(
        findings,
        "%s No place to cut was searched for: worse findings used up the time. Ask for it with --only %s --role %s.",
        finding->fix, finding->rule->id, finding->resource);
    return false;
}

/* The search for a cut at one role. Arrays are per node. */
struct cutting {
    struct analysis *analysis;
    struct findings *findings;
    struct finding *finding;
    const struct chain_cut *cut;
    bool *closed;   /* not entered by a walk */
    bool *entering; /* for the role: the callers below; then those who still get in with the new policy */
    const struct reachability *reached; /* from the sources, today */
    struct reachability own;            /* the same, if it is not shared */
    const struct reachability *left;    /* with the cut, from the nodes in `from` */
    const bool *from;
    bool crowded; /* some role has more callers than are asked */
    bool unnamed; /* some account would need more names than are allowed */
    bool closing; /* a policy that admits nobody was tried, and the finding says why it is not offered */
    uint32_t role, target;
    uint32_t *callers; /* those who are reached and enter the role today */
    uint32_t caller_count, room;
};

/* ---- who enters a role */

static bool chain_leads_over(const struct cutting *cutting, const struct edge *edge)
{
    return cutting->cut->follows == NULL || cutting->cut->follows(edge, cutting->cut->context);
}

/* Callers with several edges are asked once. */
static bool list_caller(uint32_t caller, const struct edge *edge, void *context)
{
    struct cutting *cutting = context;
    if (!chain_leads_over(cutting, edge) || caller == cutting->role || !reachability_has(cutting->reached, caller) ||
        cutting->entering[caller])
        return true;
    if (cutting->caller_count == CALLERS_ASKED) {
        cutting->crowded = true;
        return false;
    }
    cutting->entering[caller] = true;
    ARRAY_ADD(cutting->callers, cutting->caller_count, cutting->room, caller);
    return true;
}

static void forget_callers(struct cutting *cutting)
{
    for (uint32_t i = 0; i < cutting->caller_count; i++)
        cutting->entering[cutting->callers[i]] = false;
    cutting->caller_count = 0;
}

static bool list_callers(struct cutting *cutting)
{
    forget_callers(cutting);
    return edges_each_caller(cutting->analysis->edges, cutting->role, list_caller, cutting) &&
           cutting->caller_count > 0;
}

/* Keeps the listed callers that still get in, with the model as it is now. */
static void ask_callers(struct cutting *cutting)
{
    struct analysis *analysis = cutting->analysis;
    work_of(cutting->findings)->done += WORK_TRIAL + (uint64_t)cutting->caller_count * WORK_DECISION;
    for (uint32_t i = 0; i < cutting->caller_count; i++) {
        struct decision decision = {0};
        const struct decision_question question = {
            .caller = analysis->edges->nodes[cutting->callers[i]], .role = cutting->role, .now = analysis->now};
        decision_decide(analysis->evaluator, &question, &decision);
        cutting->entering[cutting->callers[i]] =
            decision.verdict != VERDICT_DENIED &&
            (cutting->cut->passes == NULL || cutting->cut->passes(analysis, decision.residual));
    }
}

/* ---- walks */

/* Into a zeroed struct, which the caller closes. */
static void walk(struct cutting *cutting, const bool *sources, const bool *closed, struct reachability *reach)
{
    const struct edges *edges = cutting->analysis->edges;
    struct cut_work *work = work_of(cutting->findings);
    work->done += edges->node_count + edges->group_count + edges->edge_count;
    *reach = (struct reachability){.edges = edges,
                                   .stops = cutting->cut->stops,
                                   .closed = closed,
                                   .follows = cutting->cut->follows,
                                   .context = cutting->cut->context,
                                   .rooms = &work->rooms};
    reachability_run(reach, sources);
}

static bool is_left(const struct cutting *cutting, uint32_t node)
{
    return reachability_has(cutting->left, node) && (!cutting->closed[node] || cutting->from[node]);
}

static bool some_still_enter(const struct cutting *cutting)
{
    for (uint32_t i = 0; i < cutting->caller_count; i++)
        if (cutting->entering[cutting->callers[i]] && is_left(cutting, cutting->callers[i]))
            return true;
    return false;
}

static bool does_not_arrive(uint32_t caller, const struct edge *edge, void *context)
{
    const struct cutting *cutting = context;
    return caller == cutting->target || !chain_leads_over(cutting, edge) || !is_left(cutting, caller) ||
           (cutting->cut->indirect && cutting->cut->sources[caller]);
}

/* Whether others are reached through the node, and walks do not start at it anyway. */
static bool leads_on(const struct cutting *cutting, uint32_t node)
{
    const struct chain_cut *cut = cutting->cut;
    return !cut->sources[node] && (cut->stops == NULL || !cut->stops[node]);
}

/* Whether the target can be entered from the nodes that the walk reached. */
static bool arrives(struct cutting *cutting, uint32_t target)
{
    if (target == cutting->role)
        return some_still_enter(cutting);
    cutting->target = target;
    return !edges_each_caller(cutting->analysis->edges, target, does_not_arrive, cutting);
}

/* Walks again with the role among the starting nodes, if it can still be entered. */
static bool leads_through_role(struct cutting *cutting, uint32_t target)
{
    size_t nodes = (size_t)cutting->analysis->edges->node_count;
    const bool *stops = cutting->cut->stops;
    if (target == cutting->role || (stops != NULL && stops[cutting->role]) || cutting->from[cutting->role] ||
        !some_still_enter(cutting))
        return false;
    bool *sources = memory_copy(cutting->from, nodes, sizeof *sources);
    struct reachability reach;
    sources[cutting->role] = true;
    walk(cutting, sources, cutting->closed, &reach);
    cutting->left = &reach;
    cutting->from = sources;
    bool found = arrives(cutting, target);
    reachability_close(&reach);
    free(sources);
    return found;
}

/* Whether the target can be entered after the cut; sources: where to begin. */
static bool still_leads(struct cutting *cutting, const bool *sources, uint32_t target)
{
    struct reachability reach = {0};
    bool as_reached = !cutting->cut->circle && !leads_on(cutting, target) && !leads_on(cutting, cutting->role);
    cutting->closed[target] = cutting->closed[cutting->role] = true;
    if (!as_reached)
        walk(cutting, sources, cutting->closed, &reach);
    cutting->left = as_reached ? cutting->reached : &reach;
    cutting->from = sources;
    bool leads = arrives(cutting, target) || leads_through_role(cutting, target);
    cutting->closed[target] = cutting->closed[cutting->role] = false;
    reachability_close(&reach);
    return leads;
}

static bool circle_is_cut(struct cutting *cutting)
{
    const struct chain_cut *cut = cutting->cut;
    bool *sources = memory_zeroed((size_t)cutting->analysis->edges->node_count + 1, sizeof *sources), leads = false;
    for (uint32_t i = 0; i < cut->count && !leads; i++) {
        uint32_t target = cut->hops[cut->count - 1 - i].to;
        sources[target] = true;
        leads = still_leads(cutting, sources, target);
        sources[target] = false;
    }
    free(sources);
    return !leads;
}

static bool is_cut(struct cutting *cutting)
{
    const struct chain_cut *cut = cutting->cut;
    return cut->circle ? circle_is_cut(cutting) : !still_leads(cutting, cut->sources, cut->hops[cut->count - 1].to);
}

static const struct reachability *walk_once(struct cutting *cutting)
{
    struct cut_work *work = work_of(cutting->findings);
    const struct chain_cut *cut = cutting->cut;
    for (uint32_t i = 0; i < work->shared_count; i++)
        if (work->shared[i].sources == cut->sources && work->shared[i].stops == cut->stops)
            return &work->shared[i].reach;
    struct shared_walk shared = {.sources = cut->sources, .stops = cut->stops};
    walk(cutting, cut->sources, NULL, &shared.reach);
    ARRAY_ADD(work->shared, work->shared_count, work->shared_room, shared);
    return &work->shared[work->shared_count - 1].reach;
}

/* Nodes that the sources reach today; for a circle, everything that its roles reach. */
static void find_reached(struct cutting *cutting)
{
    const struct chain_cut *cut = cutting->cut;
    if (cut->shared) {
        cutting->reached = walk_once(cutting);
        return;
    }
    bool *roles = NULL;
    if (cut->circle)
        roles = memory_zeroed((size_t)cutting->analysis->edges->node_count + 1, sizeof *roles);
    for (uint32_t i = 0; i < cut->count && cut->circle; i++)
        roles[cut->hops[i].to] = true;
    walk(cutting, cut->circle ? roles : cut->sources, NULL, &cutting->own);
    cutting->reached = &cutting->own;
    free(roles);
}

/* ---- the policy */

/* Users and roles of the account that enter the role and are on no chain. NULL: too many to name. */
static json_t *others_of_account(struct cutting *cutting, const char *account)
{
    const struct model *model = cutting->analysis->model;
    uint32_t index = model_find_account(model, account);
    json_t *list = json_array();
    if (index == MODEL_NONE)
        return list;
    const struct model_account *of = &model->accounts[index];
    for (uint32_t i = of->first_principal; i < of->first_principal + of->principal_count && list != NULL; i++) {
        if (cutting->entering[i] || i == cutting->role ||
            edges_between(cutting->analysis->edges, i, cutting->role) == NULL)
            continue;
        json_add(list, json_text(model->principals[i].arn));
        if (json_array_size(list) > NAMED) {
            cutting->unnamed = true;
            json_decref(list);
            list = NULL;
        }
    }
    return list;
}

/* Whether the principal of the statement is, or includes, one through whom the chain leads. */
static bool lets_through(struct cutting *cutting, const struct trust_statement *at,
                         const struct statement_principal *principal)
{
    struct analysis *analysis = cutting->analysis;
    struct caller named;
    uint32_t node = trust_caller(analysis, principal, &named) ? edges_find_node(analysis->edges, &named) : MODEL_NONE;
    if (node != MODEL_NONE && cutting->entering[node])
        return true;
    if (principal->form != PRINCIPAL_ACCOUNT && principal->form != PRINCIPAL_ANYONE)
        return false;
    for (uint32_t i = 0; i < cutting->caller_count; i++) {
        const struct caller *who = &analysis->edges->nodes[cutting->callers[i]];
        bool within = principal->form == PRINCIPAL_ANYONE ||
                      (who->account != NULL && strcmp(who->account, principal->account) == 0);
        if (within && trust_speaks_for(analysis, who, at) != CONSTRAINT_FALSE)
            return true;
    }
    return false;
}

/* Adds the remaining part of a principal to the list. False: it cannot be split. */
static bool keep_principal(struct cutting *cutting, const struct trust_statement *at,
                           const struct statement_principal *principal, json_t *value, json_t *list, bool *changed)
{
    if (!lets_through(cutting, at, principal)) {
        json_add(list, json_incref(value));
        return true;
    }
    *changed = true;
    if (principal->form != PRINCIPAL_ACCOUNT)
        return true;
    json_t *others = others_of_account(cutting, principal->account);
    json_array_extend(list, others);
    json_decref(others);
    return others != NULL;
}

static const struct statement_principal *find_principal(const struct statement *statement, const char *written)
{
    for (uint32_t i = 0; i < statement->principal_count; i++)
        if (strcmp(statement->principals[i].value, written) == 0)
            return &statement->principals[i];
    return NULL;
}

/* The remaining part of a list in Principal, or of a single string. NULL: it cannot be split. */
static json_t *keep_principals(struct cutting *cutting, const struct trust_statement *at, json_t *list, bool *changed)
{
    json_t *stay = json_array(), *values = json_listed(list), *value;
    bool good = true;
    size_t i;
    json_array_foreach(values, i, value)
    {
        const struct statement_principal *principal =
            json_is_string(value) ? find_principal(at->statement, json_string_value(value)) : NULL;
        good = good && principal != NULL && keep_principal(cutting, at, principal, value, stay, changed);
    }
    json_decref(values);
    if (good)
        return stay;
    json_decref(stay);
    return NULL;
}

/* A principal through which the chain leads, by name: for struct principals_meant. */
struct led {
    struct cutting *cutting;
    const struct trust_statement *at;
};

static bool is_led(const struct statement_principal *principal, const void *context)
{
    const struct led *led = context;
    return principal->form != PRINCIPAL_ANYONE && lets_through(led->cutting, led->at, principal);
}

/* The accounts of the principals that stay; for an account through which the chain leads, the other principals by name.
 * NULL: unknown. */
static json_t *list_others(struct cutting *cutting, const struct trust_statement *at)
{
    json_t *led = json_array(), *account;
    json_t *list = entrants_accounts(cutting->analysis, at, cutting->entering, led);
    size_t i;
    json_array_foreach(led, i, account)
    {
        json_t *others = list != NULL ? others_of_account(cutting, json_string_value(account)) : NULL;
        json_array_extend(list, others);
        json_decref(others);
    }
    json_decref(led);
    return list;
}

/* For a statement about anyone: removes those whom its conditions name, or replaces anyone by those who stay. False:
 * nobody stays. */
static bool narrow_anyone(struct cutting *cutting, const struct trust_statement *at, json_t *statement)
{
    const struct led led = {cutting, at};
    const struct principals_meant meant = {at->statement, is_led, &led};
    if (!lets_through(cutting, at, &at->statement->principals[0]))
        return true;
    int left = patch_remove_principals(statement, &meant);
    json_t *others = left < 0 ? list_others(cutting, at) : NULL;
    if (json_array_size(others) > 0) {
        json_t *principal = json_object();
        policy_json_set(principal, "AWS", others);
        json_put(statement, "Principal", principal);
        left = (int)json_array_size(others);
    }
    json_decref(others);
    return left > 0;
}

/* False: it cannot be split. *left: whether it still names somebody. */
static bool narrow_statement(struct cutting *cutting, const struct trust_statement *at, json_t *statement, bool *left)
{
    json_t *principal = json_object_get(statement, "Principal"), *list;
    const char *member;
    void *next;
    bool changed = false;
    if (at->statement->principal_count == 1 && at->statement->principals[0].form == PRINCIPAL_ANYONE) {
        *left = narrow_anyone(cutting, at, statement);
        return true;
    }
    json_object_foreach_safe(principal, next, member, list)
    {
        bool touched = false;
        json_t *stay = keep_principals(cutting, at, list, &touched);
        if (stay != NULL && touched)
            policy_json_set(principal, member, stay);
        changed = changed || touched;
        json_decref(stay);
        if (stay == NULL)
            return false;
    }
    *left = !changed || json_object_size(principal) > 0;
    return json_is_object(principal);
}

/* The role's trust policy without the principals on the chain. NULL: they cannot be split off. *locked: nobody else is
 * left in it. */
static json_t *narrowed_policy(struct cutting *cutting, bool *locked)
{
    const struct model *model = cutting->analysis->model;
    const struct model_principal *who = &model->principals[cutting->role];
    const struct model_document *document = &model->documents[who->trust->document];
    json_t *policy = trust_policy_json(cutting->analysis, who->trust);
    bool good = policy != NULL, left;
    *locked = false;
    for (uint32_t i = document->statement_count; i > 0 && good && !*locked; i--) {
        const struct trust_statement at = {.role = cutting->role,
                                           .who = who,
                                           .use = who->trust,
                                           .statement = &model->statements[document->first_statement + i - 1]};
        const struct statement *compiled = at.statement;
        json_t *statement = trust_policy_statement(policy, compiled->position);
        if (!compiled->allow || compiled->broken != NULL || !trust_is_about_assuming(compiled))
            continue;
        good = statement != NULL && !compiled->not_principal && narrow_statement(cutting, &at, statement, &left);
        *locked = good && !left && !patch_remove_statement(policy, compiled->position);
    }
    if (good && !*locked)
        return policy;
    json_decref(policy);
    return *locked ? patch_locked_policy() : NULL;
}

/* ---- offers */

/* A policy that no longer lets anybody in is offered only if `locks`. */
static bool offer_at(struct cutting *cutting, uint32_t role, bool locks)
{
    struct analysis *analysis = cutting->analysis;
    const struct model_principal *who = &analysis->model->principals[role];
    struct model_trial trial;
    cutting->role = role;
    if (who->trust == NULL || who->trust->document == MODEL_NONE || who->service_linked || !list_callers(cutting))
        return false;
    bool locked = false;
    json_t *policy = cutting->cut->mended != NULL ? cutting->cut->mended(analysis, role, cutting->entering)
                                                  : narrowed_policy(cutting, &locked);
    char *text = policy != NULL && locked == locks ? json_words(policy, JSON_COMPACT) : NULL;
    bool good = text != NULL && model_trial_begin(analysis->model, role, text, &trial);
    if (good) {
        ask_callers(cutting);
        model_trial_end(&trial);
    }
    if (good && is_cut(cutting)) {
        cutting->finding->at = (struct trust_statement){.role = role, .who = who, .use = who->trust};
        struct patch patch = {.style = locked ? PATCH_CLOSED : PATCH_CUT, .document = policy, .closes = true};
        if (cutting->cut->mended != NULL)
            patch.style = cutting->cut->style;
        good = patch_offer(analysis, cutting->findings, cutting->finding, &patch);
        cutting->closing = locked;
    } else {
        good = false;
    }
    free(text);
    json_decref(policy);
    return good;
}

/* The roles of the chain, those that the fewest can become first: cutting there removes the least access. */
static uint32_t candidates(const struct analysis *analysis, const struct chain_cut *cut, uint32_t *roles)
{
    uint32_t *callers = memory_zeroed((size_t)cut->count + 1, sizeof *callers), count = 0;
    for (uint32_t i = 0; i < cut->count; i++) {
        uint32_t role = cut->hops[i].to, of_role = edges_count_callers(analysis->edges, role), place = count++;
        for (; place > 0 && callers[place - 1] > of_role; place--) {
            callers[place] = callers[place - 1];
            roles[place] = roles[place - 1];
        }
        callers[place] = of_role;
        roles[place] = role;
    }
    free(callers);
    return count;
}

bool chain_cut_offer(struct analysis *analysis, struct findings *findings, struct finding *finding,
                     const struct chain_cut *cut)
{
    struct cut_work *work = work_of(findings);
    bool offered = false;
    const char *fix = finding->fix;
    if (!chain_can_be_cut(findings, finding))
        return false;
    if (work->closed == NULL) {
        work->closed = memory_zeroed((size_t)analysis->edges->node_count + 1, sizeof(bool));
        work->entering = memory_zeroed((size_t)analysis->edges->node_count + 1, sizeof(bool));
    }
    struct cutting cutting = {.analysis = analysis,
                              .findings = findings,
                              .finding = finding,
                              .cut = cut,
                              .closed = work->closed,
                              .entering = work->entering};
    find_reached(&cutting);
    uint32_t *roles = memory_zeroed((size_t)cut->count + 1, sizeof *roles), count = candidates(analysis, cut, roles);
    for (uint32_t i = 0; i < 2 * count && !offered && !cutting.closing; i++)
        offered = offer_at(&cutting, roles[i % count], i >= count);
    free(roles);
    if (offered) /* then the reasons why other places fail do not matter */
        finding->fix = fix;
    else if (cutting.crowded)
        patch_not_offered(findings, finding,
                          "No patch is offered at a role of the chain with more than 500 callers that are led to it.");
    else if (cutting.unnamed)
        patch_not_offered(findings, finding,
                          "No patch is offered at a role of the chain whose trust policy names a whole account: more "
                          "than 20 of its users and roles would have to be named instead.");
    forget_callers(&cutting);
    reachability_close(&cutting.own);
    free(cutting.callers);
    return offered;
}
