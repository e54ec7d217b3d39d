/*
 * Tags that open a role and that callers can give to themselves: on their own user or role, or on a session of a role
 * that may be opened with any tags.
 *
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
 */
#include "analyzer/analysis/administrators.h"
#include "analyzer/findings/facts/chain_facts.h"
#include "analyzer/findings/facts/entrants.h"
#include "analyzer/findings/facts/holders.h"
#include "analyzer/findings/facts/trust_walk.h"
#include "analyzer/findings/patches/patches.h"
#include "analyzer/findings/rules.h"
#include "ingest/support/array.h"
#include "ingest/support/intern.h"
#include "ingest/support/text.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define PRINCIPAL_TAG "aws:PrincipalTag/"

/* ---- own tags */

struct forgery {
    const char *key;   /* aws:PrincipalTag/X */
    const char *value; /* that the statement requires */
    uint32_t who;
};

static constraint admits_tagged(struct analysis *analysis, const struct trust_statement *at, uint32_t principal,
                                const struct fixed_key *tag)
{
    struct decision decision = {0};
    struct decision_question question = {.role = at->role, .now = analysis->now, .fixed = tag, .fixed_count = 1};
    caller_of_principal(analysis->model, principal, &question.caller);
    decision_decide(analysis->evaluator, &question, &decision);
    return decision.residual;
}

static bool forges(struct analysis *analysis, const struct trust_statement *at, const struct forgery *forgery,
                   uint32_t principal)
{
    const struct model_principal *who = &analysis->model->principals[principal];
    const char *tag = forgery->key + strlen(PRINCIPAL_TAG);
    char request_key[300];
    const struct fixed_key principal_tag = {forgery->key, &forgery->value, 1};
    const struct fixed_key passed[] = {{request_key, &forgery->value, 1}, {"aws:TagKeys", &tag, 1}};
    struct caller caller;
    if (snprintf(request_key, sizeof request_key, "aws:RequestTag/%s", tag) >= (int)sizeof request_key)
        return false;
    caller_of_principal(analysis->model, principal, &caller);
    return holder_may(analysis, principal, who->is_role ? "iam:TagRole" : "iam:TagUser", who->arn, passed, 2) &&
           trust_admits(analysis, &caller, at) == CONSTRAINT_FALSE &&
           admits_tagged(analysis, at, principal, &principal_tag) != CONSTRAINT_FALSE;
}

/* A principal that can give itself the tag and then gets in. */
static bool find_forger(struct analysis *analysis, struct findings *findings, const struct holders *holders,
                        const struct trust_statement *at, struct forgery *forgery)
{
    const struct model *model = analysis->model;
    for (uint32_t i = 0; i < at->statement->principal_count; i++) {
        const struct statement_principal *principal = &at->statement->principals[i];
        uint32_t first = 0, end = 0, account;
        if (principal->form == PRINCIPAL_ANYONE)
            end = holders->count;
        else if (principal->account != NULL &&
                 (account = model_find_account(model, principal->account)) != MODEL_NONE) {
            first = holders->account_first[account];
            end = holders->account_first[account + 1];
        }
        for (uint32_t j = first; j < end; j++) {
            if (holders->principals[j] == at->role)
                continue;
            if (!findings_spend(findings, FINDINGS_DECISION))
                return false;
            if (forges(analysis, at, forgery, holders->principals[j])) {
                forgery->who = holders->principals[j];
                return true;
            }
        }
    }
    return false;
}

/* The first tag and value that a statement requires, from condition *index on. */
static bool next_tag(const struct statement *statement, uint32_t *index, struct forgery *forgery)
{
    for (; *index < statement->condition_count; (*index)++) {
        const struct statement_condition *condition = &statement->conditions[*index];
        if (strncasecmp(condition->key, PRINCIPAL_TAG, strlen(PRINCIPAL_TAG)) != 0 || condition->name.op->negated ||
            condition->name.op->family != CONDITION_STRING || condition->value_count == 0 ||
            strpbrk(condition->values[0], "*?$") != NULL)
            continue;
        *forgery = (struct forgery){condition->key, condition->values[0], MODEL_NONE};
        (*index)++;
        return true;
    }
    return false;
}

/* What the statement requires, and who can have it. */
static bool is_kept_out(struct analysis *analysis, const struct finding *finding)
{
    const struct forgery *forgery = finding->about;
    const struct fixed_key tag = {forgery->key, &forgery->value, 1};
    return admits_tagged(analysis, &finding->at, forgery->who, &tag) == CONSTRAINT_FALSE;
}

/* Services and identity providers have no principal ARN. */
static bool has_arn(const struct statement_principal *principal, const void *context)
{
    (void)context;
    return principal->form != PRINCIPAL_SERVICE && principal->form != PRINCIPAL_SAML &&
           principal->form != PRINCIPAL_WEB_IDENTITY;
}

/* Names those who have the tag today. */
static void offer_names(struct analysis *analysis, struct findings *findings, struct finding *finding)
{
    static const char *const operators[] = {"ArnEquals", "StringEquals", NULL};
    const struct principals_meant meant = {finding->at.statement, has_arn, NULL};
    struct entrants entrants;
    entrants_find(analysis, &finding->at, &entrants);
    if (entrants.count == 0 || entrants.more)
        return;
    const struct patch patch = {
        .style = PATCH_CONDITION, .is_gone = is_kept_out, .document = trust_policy_json(analysis, finding->at.use)};
    uint32_t position = patch_split_meant(patch.document, finding->at.statement->position, &meant);
    json_t *names = entrants_json(analysis->model, &entrants);
    if (position != UINT32_MAX &&
        trust_statement_require(trust_policy_statement(patch.document, position), operators, "aws:PrincipalArn",
                                entrants.count == 1 ? json_array_get(names, 0) : names))
        patch_offer(analysis, findings, finding, &patch);
    json_decref(names);
    json_decref(patch.document);
}

static void keep_forgery(struct findings *findings, struct finding *finding, const struct forgery *forgery)
{
    struct forgery *kept = arena_allocate(&findings->arena, sizeof *kept);
    *kept = *forgery;
    finding->about = kept;
    finding->elaborate = offer_names;
}

static void report_own_tags(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings)
{
    static const char *const actions[] = {"iam:TagRole", "iam:TagUser", NULL};
    struct trust_statement at = {0};
    struct holders holders = {0};
    bool known = false;
    while (trust_walk(analysis, findings, &at)) {
        uint32_t index = 0;
        struct forgery forgery;
        while (at.statement->allow && !at.statement->not_principal && next_tag(at.statement, &index, &forgery)) {
            if (!known)
                holders_find(analysis, actions, false, &holders);
            known = true;
            if (!find_forger(analysis, findings, &holders, &at, &forgery))
                continue;
            struct finding *finding = finding_add_trust(findings, analysis, rule, &at, forgery.key);
            keep_forgery(findings, finding, &forgery);
            const char *administrator = finding_raise_for_administrator(finding, analysis, at.role);
            finding->detail = finding_text(
                findings,
                "%s can give itself the tag %s = \"%s\" and then assume %s, which it cannot without the tag.%s",
                analysis->model->principals[forgery.who].arn, forgery.key + strlen(PRINCIPAL_TAG), forgery.value,
                at.who->name, administrator);
        }
    }
    holders_free(&holders);
}

/* ---- tags of sessions */

/* Those who may open a session of a role with a tag, as far as searched: nodes, best known first. */
struct forgers {
    uint32_t *list, count, room;
    uint32_t passed; /* number of edges into the role searched */
};

struct tag_sessions {
    struct analysis *analysis;
    struct findings *findings;
    const char **keys; /* per residual: the aws:PrincipalTag key that it requires; "": none; NULL: not computed */
    struct intern asked;
    struct forgers *forgers; /* by number in asked */
    uint32_t forger_room;
    bool *done; /* per end: all its roles are reported; per node: it is reported */
};

struct key_search {
    struct constraint_pool *pool;
    constraint formula;
    const char *found;
};

static bool is_demanded_tag(const struct constraint_key *key, bool fact, void *context)
{
    struct key_search *search = context;
    if (!fact && strncasecmp(key->name, PRINCIPAL_TAG, strlen(PRINCIPAL_TAG)) == 0 &&
        constraint_forces_presence(search->pool, search->formula, key->name))
        search->found = key->name;
    return search->found == NULL;
}

static const char *demanded_tag(struct tag_sessions *sessions, constraint residual)
{
    const char **key = &sessions->keys[residual];
    if (*key == NULL) {
        struct key_search search = {sessions->analysis->pool, residual, NULL};
        if (residual > CONSTRAINT_TRUE)
            constraint_each_key(search.pool, residual, is_demanded_tag, &search);
        *key = search.found != NULL ? constraint_key_copy(search.pool, search.found) : "";
    }
    return *key;
}

/* A value of the tag for which the formula is true; "" if none was found. Lives with the findings. */
static const char *wanted_value(struct analysis *analysis, struct findings *findings, constraint formula,
                                const char *key)
{
    json_t *request = constraint_witness(analysis->pool, formula), *values;
    const char *name, *value = "";
    json_object_foreach(request, name, values)
    {
        const char *first = json_string_value(json_array_get(values, 0));
        if (strcasecmp(name, key) == 0 && first != NULL)
            value = finding_text(findings, "%s", first);
    }
    json_decref(request);
    return value;
}

/* Whether the role's own tags satisfy the formula, or might, so that its sessions need no other tags. */
static bool has_tag_anyway(struct analysis *analysis, constraint formula, uint32_t role, const char *key)
{
    const struct model_principal *who = &analysis->model->principals[role];
    const char *const *value = NULL;
    for (uint32_t i = 0; i < who->tag_count; i++)
        if (strcasecmp(who->tags[i].key, key + strlen(PRINCIPAL_TAG)) == 0)
            value = &who->tags[i].value;
    constraint own = constraint_fix(analysis->pool, formula, key, value, value != NULL ? 1 : 0);
    return !who->tags_known || constraint_satisfiable(analysis->pool, own) != CONSTRAINT_NO;
}

/* Services and identity providers choose the tags that they pass. */
static bool chooses_tags(const struct caller *caller)
{
    return caller->kind != CALLER_SERVICE && caller->kind != CALLER_SAML_PROVIDER &&
           caller->kind != CALLER_WEB_IDENTITY;
}

static bool may_pass(struct analysis *analysis, uint32_t node, uint32_t role, const char *key, const char *value)
{
    char request_key[300];
    const char *tag = key + strlen(PRINCIPAL_TAG);
    const struct fixed_key passed[] = {{request_key, &value, 1}, {"aws:TagKeys", &tag, 1}};
    struct decision decision = {0};
    struct decision_question question = {
        .caller = analysis->edges->nodes[node], .role = role, .now = analysis->now, .fixed = passed, .fixed_count = 2};
    if (snprintf(request_key, sizeof request_key, "aws:RequestTag/%s", tag) >= (int)sizeof request_key)
        return false;
    decision_decide(analysis->evaluator, &question, &decision);
    return decision.verdict != VERDICT_DENIED;
}

/* Adds the next one. False: there are no more, or no steps are left. */
static bool find_next_forger(const struct tag_sessions *sessions, uint32_t role, const char *key, const char *value,
                             struct forgers *forgers)
{
    const struct edges *edges = sessions->analysis->edges;
    edge_end targets[EDGES_ENDS];
    uint32_t target_count = edges_targets(edges, role, targets), first, last, count, before = 0;
    for (uint32_t i = 0; i < target_count; i++) {
        edges_in(edges, targets[i], &first, &last);
        for (uint32_t j = first + (forgers->passed - before); j < last; j++) {
            const struct edge *edge = &edges->edges[edges->in_edges[j]];
            uint32_t node = edges_members(edges, &edge->from, &count)[0];
            bool administrator = node < edges->model->principal_count && administrators_has(sessions->analysis, node);
            forgers->passed++;
            if (edge->kind != EDGE_ASSUME || administrator || !chooses_tags(&edges->nodes[node]))
                continue;
            if (!findings_spend(sessions->findings, FINDINGS_DECISION)) {
                forgers->passed--;
                return false;
            }
            if (may_pass(sessions->analysis, node, role, key, value)) {
                ARRAY_ADD(forgers->list, forgers->count, forgers->room, node);
                return true;
            }
        }
        before += last - first;
    }
    return false;
}

/* The first who does not get into the target anyway; MODEL_NONE: nobody. */
static uint32_t forger_of(const struct tag_sessions *sessions, struct forgers *forgers, uint32_t between,
                          uint32_t target, const char *key, const char *value)
{
    const struct edges *edges = sessions->analysis->edges;
    for (uint32_t i = 0; i < forgers->count || find_next_forger(sessions, between, key, value, forgers); i++)
        if (forgers->list[i] != target && edges_between(edges, forgers->list[i], target) == NULL)
            return forgers->list[i];
    return MODEL_NONE;
}

/* Cached for each role, tag and value. */
static struct forgers *forgers_of(struct tag_sessions *sessions, uint32_t role, const char *key, const char *value)
{
    struct text text = {0};
    text_format(&text, "%u %s %s", role, key, value);
    uint32_t number = intern_add(&sessions->asked, text.data, text.length);
    ARRAY_REACH(sessions->forgers, number, sessions->forger_room);
    text_free(&text);
    return &sessions->forgers[number];
}

/* The first Allow of the document that looks at the key. */
static const struct statement *looking_at(const struct model *model, const struct policy_use *use, const char *key)
{
    if (use == NULL || use->document == MODEL_NONE)
        return NULL;
    const struct model_document *document = &model->documents[use->document];
    for (uint32_t i = 0; i < document->statement_count; i++) {
        const struct statement *statement = &model->statements[document->first_statement + i];
        for (uint32_t j = 0; statement->allow && j < statement->condition_count; j++)
            if (strcasecmp(statement->conditions[j].key, key) == 0)
                return statement;
    }
    return NULL;
}

static void report_session(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                           const struct hop hops[2], const char *key, const char *value)
{
    const struct model *model = analysis->model;
    const struct model_principal *role = &model->principals[hops[1].to], *between = &model->principals[hops[0].to];
    const struct policy_use *use = role->trust;
    const struct statement *statement = looking_at(model, use, key);
    for (uint32_t i = 0; statement == NULL && i < between->policy_count; i++) {
        use = &model->uses[between->first_policy + i];
        statement = looking_at(model, use, key);
    }
    struct finding *finding = finding_add(findings, rule, model->accounts[role->account].id, role->arn, key, statement);
    finding->code = finding_code_words[CODE_TAG_SESSION];
    const char *administrator = finding_raise_for_administrator(finding, analysis, hops[1].to);
    finding->detail = finding_text(
        findings,
        "%s accepts sessions with the tag %s = \"%s\", and the trust policy of %s lets callers choose it: %s.%s",
        role->name, key + strlen(PRINCIPAL_TAG), value, between->arn, chain_words(findings, analysis, hops, 2),
        administrator);
    if (statement != NULL && use != role->trust)
        finding_evidence_add(findings, finding, use, statement);
    chain_attach(analysis, findings, finding, hops, 2, NULL);
}

/* The roles that one role's sessions can enter by a tag: `between` stands for everyone with the edge. */
static void judge_sessions(struct tag_sessions *sessions, const struct finding_rule *rule, struct findings *findings,
                           uint32_t index, uint32_t between)
{
    struct analysis *analysis = sessions->analysis;
    const struct edges *edges = analysis->edges;
    const struct edge *edge = &edges->edges[index];
    const char *key = demanded_tag(sessions, edge->residual);
    if (has_tag_anyway(analysis, edge->residual, between, key))
        return;
    const char *value = wanted_value(analysis, findings, edge->residual, key);
    if (value[0] == '\0')
        return;
    struct forgers *forgers = forgers_of(sessions, between, key, value);
    if (forgers->count == 0 && !find_next_forger(sessions, between, key, value, forgers))
        return;
    uint32_t count, left = 0;
    const uint32_t *roles = edges_members(edges, &edge->to, &count);
    for (uint32_t i = 0; i < count; i++) {
        if (sessions->done[roles[i]] || roles[i] == between)
            continue;
        uint32_t forger = forger_of(sessions, forgers, between, roles[i], key, value);
        const struct edge *entry = NULL, *exact = edges_between(edges, between, roles[i]);
        if (forger != MODEL_NONE)
            entry = edges_between(edges, forger, between);
        left += entry == NULL;
        if (entry == NULL || exact == NULL)
            continue;
        const struct hop hops[2] = {{forger, between, (uint32_t)(entry - edges->edges)},
                                    {between, roles[i], (uint32_t)(exact - edges->edges)}};
        report_session(analysis, rule, findings, hops, key, value);
        sessions->done[roles[i]] = true;
    }
    sessions->done[edges_place(edges, edge->to)] |= left == 0;
}

static void report_sessions(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings)
{
    const struct edges *edges = analysis->edges;
    size_t residuals = 1;
    for (uint32_t i = 0; i < edges->edge_count; i++)
        if (edges->edges[i].residual >= residuals)
            residuals = (size_t)edges->edges[i].residual + 1;
    struct tag_sessions sessions = {
        .analysis = analysis,
        .findings = findings,
        .keys = memory_zeroed(residuals, sizeof *sessions.keys),
        .done = memory_zeroed((size_t)edges->node_count + edges->group_count + 1, sizeof(bool))};
    for (uint32_t i = 0; i < edges->edge_count; i++) {
        const struct edge *edge = &edges->edges[i];
        uint32_t count, first;
        if (edge->kind != EDGE_ASSUME || sessions.done[edges_place(edges, edge->to)] ||
            demanded_tag(&sessions, edge->residual)[0] == '\0')
            continue;
        first = edges_members(edges, &edge->from, &count)[0];
        if (first < edges->model->principal_count && edges->model->principals[first].is_role &&
            decision_takes_tags(edges->model, first))
            judge_sessions(&sessions, rule, findings, i, first);
    }
    for (uint32_t i = 0; i < sessions.asked.count; i++)
        free(sessions.forgers[i].list);
    intern_free(&sessions.asked);
    free(sessions.forgers);
    free(sessions.keys);
    free(sessions.done);
}

void find_forgeable_tag(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings)
{
    report_own_tags(analysis, rule, findings);
    report_sessions(analysis, rule, findings);
}
