/*
 * Roles that can be assumed from outside the account and that IAM says nobody uses.
 */
#include "analyzer/findings/facts/last_use.h"
#include "analyzer/findings/facts/organizing_roles.h"
#include "analyzer/findings/facts/strangers.h"
#include "analyzer/findings/facts/trust_walk.h"
#include "analyzer/findings/rules.h"
#include "ingest/policy/arn.h"

#include <string.h>

static bool comes_from_outside(const struct model *model, const struct trust_statement *at,
                               const struct statement_principal *principal)
{
    /* Not stale: AWS acts for the organization, or the role is kept for emergencies. */
    bool service = principal->form == PRINCIPAL_ROLE_ARN && arn_is_service_linked_role(principal->value);
    if (service || (model->organization == NULL && organizing_role_is_of_management(at->who->name)))
        return false;
    return principal->form == PRINCIPAL_ANYONE || principal->form == PRINCIPAL_SAML ||
           principal->form == PRINCIPAL_WEB_IDENTITY || trust_is_outside(model, principal, at->role);
}

/* "was last used on …". IAM looks back for a limited time, so "never used" cannot be claimed for older roles. */
static const char *last_words(struct findings *findings, const struct model_principal *role, const char *newest)
{
    if (role->last_used[0] != '\0')
        return finding_text(findings, "was last used on %.10s", role->last_used);
    return last_use_days(role->created, newest) <= LAST_USE_KEPT
               ? finding_text(findings, "was created on %.10s and has not been used since", role->created)
               : finding_text(findings,
                              "was created on %.10s and was not used in the last %d days, as far back as IAM records",
                              role->created, LAST_USE_KEPT);
}

/* The first outside caller that the statement names. */
static bool report_stale(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                         const struct trust_statement *at, const char *newest)
{
    for (uint32_t i = 0; i < at->statement->principal_count; i++) {
        const struct statement_principal *principal = &at->statement->principals[i];
        struct caller caller;
        if (!comes_from_outside(analysis->model, at, principal) || !trust_caller(analysis, principal, &caller))
            continue;
        constraint formula = trust_admits_named(analysis, &caller, at);
        if (formula == CONSTRAINT_FALSE)
            continue;
        struct finding *finding = finding_add_trust(findings, analysis, rule, at, principal->value);
        if (standing_of(analysis->model, at->use, &caller) == STANDING_SIGNS_IN)
            finding_raise(finding, -1);
        const char *administrator = finding_raise_for_administrator(finding, analysis, at->role);
        finding_holds_if(findings, finding, &caller, formula);
        if (findings->take != NULL)
            return true;
        finding->detail =
            finding_text(findings, "%s %s; the newest entry in the export is from %.10s. %s can still assume it.%s",
                         at->who->name, last_words(findings, at->who, newest), newest,
                         standing_words(analysis->model, findings, at->use, &caller), administrator);
        return true;
    }
    return false;
}

void find_stale_external(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings)
{
    const struct model *model = analysis->model;
    struct trust_statement at = {0};
    uint32_t account = MODEL_NONE, reported = MODEL_NONE;
    const char *newest = "";
    while (trust_walk(analysis, findings, &at)) {
        const struct model_principal *role = at.who;
        /* Roles of IAM Identity Center come and go with its assignments. */
        if (!at.statement->allow || at.statement->not_principal || at.role == reported || role->last_used == NULL ||
            role->service_linked || arn_path_is_reserved(role->path))
            continue;
        if (role->account != account)
            newest = last_use_newest(model, &model->accounts[account = role->account]);
        const char *since = role->last_used[0] != '\0' ? role->last_used : role->created;
        if (last_use_days(since, newest) >= LAST_USE_LONG_AGO && report_stale(analysis, rule, findings, &at, newest))
            reported = at.role;
    }
}
