/*
 * Trusts in accounts for what they are to the organization: closed ones, members that reach into the management
 * account, accounts of another partition.
 */
#include "analyzer/findings/parties.h"
#include "analyzer/findings/rules.h"

#include <string.h>

typedef void (*principal_judge)(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                                const struct trust_statement *at, const struct statement_principal *principal);

/* The principals of all Allow statements that belong to an account. */
static void each_principal(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                           principal_judge judge)
{
    struct trust_statement at = {0};
    while (trust_walk(analysis, findings, &at))
        for (uint32_t i = 0; at.statement->allow && !at.statement->not_principal && i < at.statement->principal_count;
             i++)
            if (at.statement->principals[i].account != NULL)
                judge(analysis, rule, findings, &at, &at.statement->principals[i]);
}

static const struct model_account *account_of(const struct model *model, const struct statement_principal *principal)
{
    uint32_t account = model_find_account(model, principal->account);
    return account != MODEL_NONE ? &model->accounts[account] : NULL;
}

/* ---- trust-account-gone */

static void judge_gone(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                       const struct trust_statement *at, const struct statement_principal *principal)
{
    /* Whoever opens the account again is its administrator. */
    static const struct decision_gain everything = {.any_permission = true};
    const struct model_account *of = account_of(analysis->model, principal);
    struct caller caller;
    if (of == NULL || of->status == NULL ||
        (strcmp(of->status, "SUSPENDED") != 0 && strcmp(of->status, "PENDING_CLOSURE") != 0 &&
         strcmp(of->status, "CLOSED") != 0) ||
        !trust_caller(analysis, principal, &caller))
        return;
    constraint formula = trust_admits_with(analysis, &caller, &everything, at);
    if (formula == CONSTRAINT_FALSE)
        return;
    struct finding *finding = finding_add_trust(findings, analysis, rule, at, principal->value);
    finding_holds_if(findings, finding, &caller, formula);
    const char *administrator = finding_raise_for_administrator(finding, analysis, at->role);
    finding->detail = finding_text(findings, "%s trusts %s of account %s, whose status is %s.%s", at->who->name,
                                   principal->value, of->id, of->status, administrator);
}

void find_closed_account(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings)
{
    each_principal(analysis, rule, findings, judge_gone);
}

/* ---- trust-into-management-account */

static void judge_management(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                             const struct trust_statement *at, const struct statement_principal *principal)
{
    const struct model *model = analysis->model;
    const struct model_account *of = account_of(model, principal), *home = &model->accounts[at->who->account];
    struct caller caller;
    bool service = strstr(principal->value, ":role/aws-service-role/") != NULL;
    if (!home->management || at->who->service_linked || service || of == NULL || of == home ||
        of->in_organization != FACT_YES || !trust_caller(analysis, principal, &caller))
        return;
    constraint formula = trust_admits(analysis, &caller, at);
    if (formula == CONSTRAINT_FALSE)
        return;
    struct finding *finding = finding_add_trust(findings, analysis, rule, at, principal->value);
    finding_holds_if(findings, finding, &caller, formula);
    const char *administrator = finding_raise_for_administrator(finding, analysis, at->role);
    finding->detail = finding_text(findings, "%s of member account %s can become %s of the management account.%s",
                                   principal->form == PRINCIPAL_ACCOUNT ? "Whoever is allowed to" : principal->value,
                                   of->id, at->who->name, administrator);
}

void find_into_management(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings)
{
    each_principal(analysis, rule, findings, judge_management);
}

/* ---- trust-cross-partition */

static void judge_partition(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                            const struct trust_statement *at, const struct statement_principal *principal)
{
    const char *home = analysis->model->accounts[at->who->account].partition;
    if (principal->partition == NULL || home == NULL || strcmp(principal->partition, home) == 0)
        return;
    struct finding *finding = finding_add_trust(findings, analysis, rule, at, principal->value);
    finding->detail = finding_text(findings, "%s is of partition %s, %s of %s: it never gets in.", principal->value,
                                   principal->partition, at->who->name, home);
}

void find_cross_partition(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings)
{
    each_principal(analysis, rule, findings, judge_partition);
}
