/*
 * Trusts in accounts, by their place in the organization: closed and former accounts, members that reach into the
 * management account, accounts of another partition.
 */
#include "analyzer/findings/facts/account_lists.h"
#include "analyzer/findings/facts/trust_walk.h"
#include "analyzer/findings/rules.h"
#include "graph/model/former_members.h"
#include "ingest/policy/arn.h"

#include <string.h>

typedef void (*principal_judge)(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                                const struct trust_statement *at, const struct statement_principal *principal,
                                const void *context);

/* The principals of all Allow statements that belong to an account. */
static void each_principal(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                           principal_judge judge, const void *context)
{
    struct trust_statement at = {0};
    while (trust_walk(analysis, findings, &at))
        for (uint32_t i = 0; at.statement->allow && !at.statement->not_principal && i < at.statement->principal_count;
             i++)
            if (at.statement->principals[i].account != NULL)
                judge(analysis, rule, findings, &at, &at.statement->principals[i], context);
}

static const struct model_account *account_of(const struct model *model, const struct statement_principal *principal)
{
    uint32_t account = model_find_account(model, principal->account);
    return account != MODEL_NONE ? &model->accounts[account] : NULL;
}

/* ---- trust-account-gone */

static bool is_closed(const struct model_account *account)
{
    return account->state == ACCOUNT_CLOSING || account->state == ACCOUNT_SUSPENDED || account->state == ACCOUNT_CLOSED;
}

static void judge_gone(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                       const struct trust_statement *at, const struct statement_principal *principal,
                       const void *context)
{
    /* Whoever reopens the account, or owns it now, is its administrator. */
    static const struct decision_gain everything = {.any_permission = true, .account_usable = true};
    const struct former_member *members = context, *left = NULL;
    const struct model_account *of = account_of(analysis->model, principal);
    struct caller caller;
    struct trusted_account trusted;
    if (of != NULL && members != NULL && members[of - analysis->model->accounts].missing != NULL)
        left = &members[of - analysis->model->accounts];
    bool closed = of != NULL && is_closed(of);
    if (!closed && left != NULL && account_is_trusted(analysis->account_lists, of->id, &trusted) && !trusted.expired)
        return;
    if ((!closed && left == NULL) || !trust_caller(analysis, principal, &caller))
        return;
    constraint formula = trust_admits_with(analysis, &caller, &everything, at);
    if (formula == CONSTRAINT_FALSE)
        return;
    struct finding *finding = finding_add_trust(findings, analysis, rule, at, principal->value);
    finding_holds_if(findings, finding, &caller, formula);
    const char *administrator = finding_raise_for_administrator(finding, analysis, at->role);
    if (closed)
        finding->detail = finding_text(findings, "%s trusts %s in account %s, whose status is %s.%s", at->who->name,
                                       principal->value, of->id, of->status, administrator);
    else
        finding->detail =
            finding_text(findings,
                         "%s trusts %s in account %s%s%s%s, which left the organization: the account list loaded%s%s "
                         "names it, the one loaded on %s no longer does.%s",
                         at->who->name, principal->value, of->id, of->name[0] != '\0' ? " (" : "", of->name,
                         of->name[0] != '\0' ? ")" : "", left->listed[0] != '\0' ? " on " : " before", left->listed,
                         left->missing, administrator);
}

void find_closed_account(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings)
{
    each_principal(analysis, rule, findings, judge_gone,
                   former_members_read(analysis->model, analysis->store, &findings->arena));
}

/* ---- trust-into-management-account */

static void judge_management(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                             const struct trust_statement *at, const struct statement_principal *principal,
                             const void *context)
{
    (void)context;
    const struct model *model = analysis->model;
    const struct model_account *of = account_of(model, principal), *home = &model->accounts[at->who->account];
    struct caller caller;
    bool service = arn_is_service_linked_role(principal->value);
    if (!home->management || at->who->service_linked || service || of == NULL || of == home ||
        of->in_organization != FACT_YES || !trust_caller(analysis, principal, &caller))
        return;
    constraint formula = trust_admits(analysis, &caller, at);
    if (formula == CONSTRAINT_FALSE)
        return;
    struct finding *finding = finding_add_trust(findings, analysis, rule, at, principal->value);
    finding_holds_if(findings, finding, &caller, formula);
    const char *administrator = finding_raise_for_administrator(finding, analysis, at->role);
    finding->detail =
        finding_text(findings, "%s in member account %s can assume %s in the management account.%s",
                     principal->form == PRINCIPAL_ACCOUNT ? "Anyone whose own policies allow it" : principal->value,
                     of->id, at->who->name, administrator);
}

void find_into_management(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings)
{
    each_principal(analysis, rule, findings, judge_management, NULL);
}

/* ---- trust-cross-partition */

static void judge_partition(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                            const struct trust_statement *at, const struct statement_principal *principal,
                            const void *context)
{
    (void)context;
    const char *home = analysis->model->accounts[at->who->account].partition;
    if (principal->partition == NULL || home == NULL || strcmp(principal->partition, home) == 0)
        return;
    struct finding *finding = finding_add_trust(findings, analysis, rule, at, principal->value);
    finding->detail = finding_text(findings, "%s is in partition %s, %s in %s: it can never assume the role.",
                                   principal->value, principal->partition, at->who->name, home);
}

void find_cross_partition(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings)
{
    each_principal(analysis, rule, findings, judge_partition, NULL);
}
