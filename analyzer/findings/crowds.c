/*
 * Whole accounts that many can use, and tags that open a role and that people give themselves.
 */
#include "analyzer/administrators.h"
#include "analyzer/findings/holders.h"
#include "analyzer/findings/parties.h"
#include "analyzer/findings/rules.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ---- trust-account-many */

/* A crowd in any organization, and one that stands out: at least this many, and three deviations above the mean. */
#define CROWD 250
#define SMALL_CROWD 25

/* Roles that trust whole accounts, administrators and others apart. */
struct crowds {
    uint32_t *callers; /* per role; 0: trusts no whole account, or nobody uses it */
    double sum[2], squares[2], count[2];
};

static bool trusts_account(const struct trust_statement *at)
{
    return (at->allowed_forms & 1u << PRINCIPAL_ACCOUNT) != 0;
}

/* Whoever enters by two edges counts twice: enough to tell who has few. */
static uint32_t count_roughly(const struct edges *edges, uint32_t role)
{
    edge_end targets[3];
    uint32_t target_count = edges_targets(edges, role, targets), first, last, members, count = 0;
    for (uint32_t i = 0; i < target_count; i++) {
        edges_in(edges, targets[i], &first, &last);
        for (uint32_t j = first; j < last && count < SMALL_CROWD; j++)
            if (edges->edges[edges->in_edges[j]].kind == EDGE_ASSUME) {
                edges_members(edges, &edges->edges[edges->in_edges[j]].from, &members);
                count += members;
            }
    }
    return count;
}

static void count_crowds(struct analysis *analysis, struct findings *findings, struct crowds *crowds)
{
    struct trust_statement at = {0};
    while (trust_walk(analysis, findings, &at)) {
        if (crowds->callers[at.role] != 0 || !trusts_account(&at))
            continue;
        uint32_t count = count_roughly(analysis->edges, at.role);
        if (count >= SMALL_CROWD)
            count = edges_count_callers(analysis->edges, at.role);
        findings->failed = findings->failed || count == UINT32_MAX;
        crowds->callers[at.role] = count;
        bool class = administrators_has(analysis, at.role);
        crowds->sum[class] += count;
        crowds->squares[class] += (double)count * count;
        crowds->count[class] += count > 0;
    }
}

static bool stands_out(const struct crowds *crowds, bool class, uint32_t callers)
{
    double mean = crowds->count[class] > 0 ? crowds->sum[class] / crowds->count[class] : 0;
    double variance = crowds->count[class] > 0 ? crowds->squares[class] / crowds->count[class] - mean * mean : 0;
    return callers >= CROWD || (callers >= SMALL_CROWD && callers > mean + 3 * sqrt(variance > 0 ? variance : 0));
}

static void add_reach(struct analysis *analysis, struct findings *findings, struct finding *finding)
{
    (void)findings;
    finding->facts = json_pack("{s:I}", "callers", (json_int_t)edges_count_callers(analysis->edges, finding->at.role));
}

void find_crowded_account(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings)
{
    struct crowds crowds = {
        calloc((size_t)analysis->model->principal_count + 1, sizeof *crowds.callers), {0}, {0}, {0}};
    struct trust_statement at = {0};
    uint32_t last = MODEL_NONE;
    findings->failed = findings->failed || crowds.callers == NULL;
    if (!findings->failed)
        count_crowds(analysis, findings, &crowds);
    while (!findings->failed && trust_walk(analysis, findings, &at)) {
        uint32_t callers = crowds.callers[at.role];
        bool class = callers >= SMALL_CROWD && administrators_has(analysis, at.role);
        if (at.role == last || !trusts_account(&at) || !stands_out(&crowds, class, callers))
            continue;
        last = at.role;
        struct finding *finding = finding_add_trust(findings, analysis, rule, &at, "");
        finding->elaborate = add_reach;
        const char *administrator = finding_raise_for_administrator(finding, analysis, at.role);
        finding->detail =
            finding_text(findings,
                         "%u users, roles and outside parties can become %s in one step; of the %s that trust "
                         "whole accounts one has %.0f on average.%s",
                         callers, at.who->name, class ? "administrator roles" : "roles",
                         crowds.sum[class] / crowds.count[class], administrator);
    }
    free(crowds.callers);
}

/* ---- trust-tag-forgeable */

#define PRINCIPAL_TAG "aws:PrincipalTag/"
#define ASKED 200 /* of those who may tag themselves; one who can is enough */

struct forgery {
    const char *key;   /* aws:PrincipalTag/X */
    const char *value; /* that the statement waits for */
    uint32_t who;
};

static constraint admits_tagged(struct analysis *analysis, const struct trust_statement *at, uint32_t principal,
                                const struct fixed_key *tag)
{
    struct decision decision = {0};
    struct decision_question question = {.role = at->role, .now = analysis->now, .fixed = tag, .fixed_count = 1};
    caller_of_principal(analysis->model, principal, &question.caller);
    if (!decision_decide(analysis->evaluator, &question, &decision) || decision.verdict == VERDICT_DENIED)
        return CONSTRAINT_FALSE;
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

static bool find_forger(struct analysis *analysis, const struct holders *holders, const struct trust_statement *at,
                        struct forgery *forgery)
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
        for (uint32_t j = first; j < end && j - first < ASKED; j++)
            if (holders->principals[j] != at->role && forges(analysis, at, forgery, holders->principals[j])) {
                forgery->who = holders->principals[j];
                return true;
            }
    }
    return false;
}

/* The first tag and value that a statement waits for, beginning with condition *index. */
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

void find_forgeable_tag(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings)
{
    static const char *const actions[] = {"iam:TagRole", "iam:TagUser", NULL};
    struct trust_statement at = {0};
    struct holders holders = {0};
    bool known = false;
    while (!findings->failed && trust_walk(analysis, findings, &at)) {
        uint32_t index = 0;
        struct forgery forgery;
        while (at.statement->allow && !at.statement->not_principal && next_tag(at.statement, &index, &forgery)) {
            if (!known && !holders_find(analysis, actions, false, &holders)) {
                findings->failed = true;
                break;
            }
            known = true;
            if (!find_forger(analysis, &holders, &at, &forgery))
                continue;
            struct finding *finding = finding_add_trust(findings, analysis, rule, &at, forgery.key);
            const char *administrator = finding_raise_for_administrator(finding, analysis, at.role);
            finding->detail = finding_text(
                findings, "%s may give itself the tag %s = \"%s\", and becomes %s with it, which it cannot without.%s",
                analysis->model->principals[forgery.who].arn, forgery.key + strlen(PRINCIPAL_TAG), forgery.value,
                at.who->name, administrator);
        }
    }
    holders_free(&holders);
}
