#include "analyzer/findings/facts/trust_walk.h"

#include "analyzer/findings/findings.h"
#include "graph/edges/edges_pools.h"
#include "graph/model/model_trial.h"
#include "ingest/support/array.h"
#include "ingest/support/json_build.h"
#include <stdlib.h>
#include <string.h>

bool trust_walk_role(const struct model *model, struct trust_statement *at)
{
    at->who = &model->principals[at->role];
    at->use = at->who->trust;
    if (!at->who->is_role || at->use == NULL || at->use->document == MODEL_NONE)
        return false;
    const struct model_document *document = &model->documents[at->use->document];
    while (at->next < document->statement_count) {
        at->statement = &model->statements[document->first_statement + at->next++];
        if (at->statement->broken == NULL)
            return true;
    }
    return false;
}

static void look_at_principals(const struct model *model, struct trust_statement *at)
{
    at->allowed_forms = 0;
    at->outside = false;
    for (uint32_t i = 0; i < at->statement->principal_count && at->statement->allow && !at->statement->not_principal;
         i++) {
        const struct statement_principal *principal = &at->statement->principals[i];
        at->allowed_forms |= 1u << principal->form;
        at->outside = at->outside || trust_is_outside(model, principal, at->role);
    }
}

/* Lists all of them. */
struct trust_list {
    struct trust_statement *statements;
    uint32_t count, room;
    bool made;
};

static void list_free(void *notes)
{
    struct trust_list *list = notes;
    free(list->statements);
}

static const struct notes_kind trust_notes = {sizeof(struct trust_list), list_free, true};

/* Of all roles, or of one. */
static void list_make(const struct model *model, const struct model_principal *only, struct trust_list *list)
{
    uint32_t first = only != NULL ? (uint32_t)(only - model->principals) : 0;
    uint32_t end = only != NULL ? first + 1 : model->principal_count;
    for (uint32_t role = first; role < end; role++) {
        struct trust_statement at = {.role = role};
        while (trust_walk_role(model, &at)) {
            look_at_principals(model, &at);
            ARRAY_ADD(list->statements, list->count, list->room, at);
        }
    }
    list->made = true;
}

static const struct trust_list *list_of(const struct analysis *analysis, struct findings *findings)
{
    struct trust_list *list = findings_notes(findings, &trust_notes);
    if (!list->made)
        list_make(analysis->model, findings->scope.role, list);
    return list;
}

bool trust_walk(struct analysis *analysis, struct findings *findings, struct trust_statement *at)
{
    uint32_t next = at->next;
    if (next == 0)
        at->list = list_of(analysis, findings);
    const struct trust_list *list = at->list;
    if (next >= list->count)
        return false;
    *at = list->statements[next];
    at->next = next + 1;
    at->list = list;
    return true;
}

bool trust_is_about_assuming(const struct statement *statement)
{
    for (enum sts_action_id id = 0; id < STS_FIRST_BESIDE; id++)
        if (statement_covers_sts(statement, id))
            return true;
    return false;
}

static struct decision_question question_of(const struct analysis *analysis, const struct caller *caller,
                                            const struct trust_statement *at)
{
    return (struct decision_question){.caller = *caller, .role = at->role, .now = analysis->now, .verdict_only = true};
}

constraint trust_speaks_for(struct analysis *analysis, const struct caller *caller, const struct trust_statement *at)
{
    struct decision_question question = question_of(analysis, caller, at);
    return decision_statement_matches(analysis->evaluator, &question, at->statement);
}

constraint trust_admits(struct analysis *analysis, const struct caller *caller, const struct trust_statement *at)
{
    static const struct decision_gain nothing;
    return trust_admits_with(analysis, caller, &nothing, at);
}

constraint trust_admits_with(struct analysis *analysis, const struct caller *caller, const struct decision_gain *gain,
                             const struct trust_statement *at)
{
    struct decision decision = {0};
    struct decision_question question = question_of(analysis, caller, at);
    question.gain = *gain;
    constraint result = trust_speaks_for(analysis, caller, at);
    if (result == CONSTRAINT_FALSE)
        return CONSTRAINT_FALSE;
    decision_decide(analysis->evaluator, &question, &decision);
    if (decision.verdict == VERDICT_DENIED)
        return CONSTRAINT_FALSE;
    result = constraint_and(analysis->pool, result, decision.residual);
    return constraint_satisfiable(analysis->pool, result) != CONSTRAINT_NO ? result : CONSTRAINT_FALSE;
}

/* A statement that allows assuming; if it is the policy's only one, everyone who gets in does so by it. */
static bool is_only_way(const struct model *model, const struct trust_statement *at)
{
    const struct model_document *document = &model->documents[at->use->document];
    uint32_t ways = 0;
    for (uint32_t i = 0; i < document->statement_count; i++) {
        const struct statement *statement = &model->statements[document->first_statement + i];
        ways += statement->allow && (statement->broken != NULL || trust_is_about_assuming(statement));
    }
    return ways == 1;
}

constraint trust_admits_named(struct analysis *analysis, const struct caller *caller, const struct trust_statement *at)
{
    bool tried = model_is_tried(analysis->model, at->statement);
    uint32_t node = at->statement->not_principal || tried ? MODEL_NONE : edges_find_node(analysis->edges, caller);
    if (node == MODEL_NONE)
        return trust_admits(analysis, caller, at);
    const struct edge *edge = edges_between(analysis->edges, node, at->role);
    /* Access through identity pools is decided by a finding. */
    if (edge == NULL)
        return pools_issue(caller->name) && edges_has_given_way(analysis->edges, node, at->role)
                   ? trust_admits(analysis, caller, at)
                   : CONSTRAINT_FALSE;
    if (is_only_way(analysis->model, at))
        return edge->residual;
    constraint result = constraint_and(analysis->pool, edge->residual, trust_speaks_for(analysis, caller, at));
    return constraint_satisfiable(analysis->pool, result) != CONSTRAINT_NO ? result : CONSTRAINT_FALSE;
}

struct member_search {
    struct analysis *analysis;
    uint32_t account, role;
    constraint speaks; /* of the account */
};

static bool is_kept_out(uint32_t caller, const struct edge *edge, void *context)
{
    const struct member_search *search = context;
    struct analysis *analysis = search->analysis;
    const struct model *model = analysis->model;
    if (edge->kind != EDGE_ASSUME || caller >= model->principal_count ||
        model->principals[caller].account != search->account)
        return true;
    const struct edge *exact = edges_between(analysis->edges, caller, search->role);
    constraint access =
        exact != NULL ? constraint_and(analysis->pool, exact->residual, search->speaks) : CONSTRAINT_FALSE;
    return constraint_satisfiable(analysis->pool, access) == CONSTRAINT_NO;
}

bool trust_lets_in_named(struct analysis *analysis, const struct caller *caller, const struct trust_statement *at)
{
    struct member_search search = {analysis, caller->account_index, at->role, CONSTRAINT_FALSE};
    if (at->statement->not_principal || model_is_tried(analysis->model, at->statement) ||
        caller_whole_account(analysis->model, caller) == NULL)
        return trust_admits_named(analysis, caller, at) != CONSTRAINT_FALSE;
    search.speaks = trust_speaks_for(analysis, caller, at);
    return search.speaks != CONSTRAINT_FALSE && !edges_each_caller(analysis->edges, at->role, is_kept_out, &search);
}

constraint trust_access(struct analysis *analysis, const struct caller *caller, uint32_t role)
{
    struct decision decision = {0};
    const struct decision_question question = {
        .caller = *caller, .role = role, .now = analysis->now, .verdict_only = true};
    decision_decide(analysis->evaluator, &question, &decision);
    return decision.verdict != VERDICT_DENIED ? decision.residual : CONSTRAINT_FALSE;
}

const struct statement_principal *trust_named(const struct statement *statement, uint32_t index)
{
    uint32_t written = statement->not_principal ? 0 : statement->principal_count;
    if (!statement->allow)
        return NULL;
    if (index < written)
        return &statement->principals[index];
    return index - written < statement->named_count ? &statement->named[index - written] : NULL;
}

bool trust_caller(struct analysis *analysis, const struct statement_principal *principal, struct caller *caller)
{
    const char *text = principal->form == PRINCIPAL_ACCOUNT ? principal->account : principal->value;
    if (principal->form == PRINCIPAL_ANYONE)
        text = "*";
    if (principal->form == PRINCIPAL_INVALID || principal->form == PRINCIPAL_FEDERATED_USER ||
        principal->form == PRINCIPAL_PUT_OFF)
        return false;
    if (principal->form == PRINCIPAL_UNIQUE_ID) {
        uint32_t found = model_find_unique_id(analysis->model, principal->value);
        if (found == MODEL_NONE)
            return false;
        caller_of_principal(analysis->model, found, caller);
        return true;
    }
    if (!caller_read(analysis->model, &analysis->model->arena, text, caller))
        return false;
    if (caller->kind == CALLER_ACCOUNT && principal->partition != NULL)
        caller->partition = principal->partition;
    return true;
}

bool trust_is_outside(const struct model *model, const struct statement_principal *principal, uint32_t role)
{
    if (principal->account == NULL)
        return false;
    switch (principal->form) {
    case PRINCIPAL_ACCOUNT:
    case PRINCIPAL_USER_ARN:
    case PRINCIPAL_ROLE_ARN:
    case PRINCIPAL_SESSION_ARN:
        break;
    default:
        return false;
    }
    uint32_t account = model_find_account(model, principal->account);
    return account == MODEL_NONE ||
           (account != model->principals[role].account && model->accounts[account].detail == ACCOUNT_NOT_EXPORTED &&
            model->accounts[account].in_organization != FACT_YES);
}

bool trust_is_missing(const struct model *model, const struct statement_principal *principal)
{
    if (principal->form != PRINCIPAL_USER_ARN && principal->form != PRINCIPAL_ROLE_ARN &&
        principal->form != PRINCIPAL_SESSION_ARN)
        return false;
    uint32_t account = principal->account != NULL ? model_find_account(model, principal->account) : MODEL_NONE;
    return account != MODEL_NONE && model->accounts[account].detail == ACCOUNT_FULL &&
           !model->accounts[account].truncated && model_find_arn(model, principal->value) == MODEL_NONE;
}

json_t *trust_policy_json(struct analysis *analysis, const struct policy_use *use)
{
    return exported_document(&analysis->exported, analysis->store, analysis->model->documents[use->document].id);
}

json_t *trust_policy_statement(json_t *policy, uint32_t position)
{
    json_t *statements = json_object_get(policy, "Statement");
    json_t *statement = json_is_array(statements) ? json_array_get(statements, position) : statements;
    return json_is_object(statement) ? statement : NULL;
}

static bool has_key(json_t *block, const char *key)
{
    const char *name;
    json_t *value;
    json_object_foreach(block, name, value) if (strcasecmp(name, key) == 0) return true;
    return false;
}

bool trust_statement_require(json_t *statement, const char *const *operators, const char *key, json_t *values)
{
    if (json_object_get(statement, "Condition") == NULL)
        json_put(statement, "Condition", json_object());
    json_t *condition = json_object_get(statement, "Condition");
    for (; *operators != NULL; operators++) {
        json_t *block = json_object_get(condition, *operators);
        if (block != NULL && (!json_is_object(block) || has_key(block, key)))
            continue;
        if (block == NULL) {
            block = json_object();
            json_put(condition, *operators, block);
        }
        json_put(block, key, json_incref(values));
        return true;
    }
    return false;
}
