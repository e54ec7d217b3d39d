#include "analyzer/findings/facts/outsiders.h"

#include "analyzer/findings/facts/trust_walk.h"
#include "ingest/policy/arn.h"
#include <string.h>

static bool seen_before(const struct statement *statement, uint32_t index)
{
    for (uint32_t i = 0; i < index; i++)
        if (statement->principals[i].account == statement->principals[index].account)
            return true;
    return false;
}

/* All principals of the account that principal `index` belongs to. */
static bool collect(struct analysis *analysis, const struct trust_statement *at, uint32_t index,
                    struct outsider *outsider)
{
    const struct statement *statement = at->statement;
    *outsider = (struct outsider){.account = statement->principals[index].account, .admits = CONSTRAINT_FALSE};
    for (uint32_t i = index; i < statement->principal_count; i++) {
        const struct statement_principal *principal = &statement->principals[i];
        struct caller caller;
        if (principal->account != outsider->account || !trust_is_outside(analysis->model, principal, at->role) ||
            !trust_caller(analysis, principal, &caller))
            continue;
        constraint formula = trust_admits_named(analysis, &caller, at);
        if (formula == CONSTRAINT_FALSE)
            continue;
        bool service = principal->form == PRINCIPAL_ROLE_ARN && arn_is_service_linked_role(principal->value);
        outsider->only_services = service && (outsider->only_services || outsider->principals == 0);
        if (outsider->principals++ == 0) {
            outsider->first = principal->value;
            outsider->caller = caller;
        }
        outsider->whole = outsider->whole || principal->form == PRINCIPAL_ACCOUNT;
        outsider->admits = constraint_or(analysis->pool, outsider->admits, formula);
    }
    if (outsider->principals == 0)
        return false;
    outsider->listed = account_is_known(analysis->account_lists, outsider->account, &outsider->known);
    outsider->vouched_for = account_is_trusted(analysis->account_lists, outsider->account, &outsider->trusted);
    return true;
}

void outsiders_each(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                    outsider_judge judge, void *context)
{
    struct trust_statement at = {0};
    while (trust_walk(analysis, findings, &at)) {
        for (uint32_t i = 0; at.outside && i < at.statement->principal_count; i++) {
            struct outsider outsider;
            if (trust_is_outside(analysis->model, &at.statement->principals[i], at.role) &&
                !seen_before(at.statement, i) && collect(analysis, &at, i, &outsider))
                judge(analysis, rule, findings, &at, &outsider, context);
        }
    }
}

bool outsider_is_trusted(const struct outsider *outsider)
{
    return outsider->vouched_for && !outsider->trusted.expired;
}

bool outsider_may_be_ours(const struct model *model, const struct outsider *outsider)
{
    uint32_t index = model_find_account(model, outsider->account);
    return index != MODEL_NONE ? model->accounts[index].in_organization == FACT_UNKNOWN : model->organization == NULL;
}

bool outsider_is_of_the_organization(const struct trust_statement *at, const struct outsider *outsider)
{
    return outsider->only_services || strcmp(at->who->name, "OrganizationAccountAccessRole") == 0;
}

const char *outsider_words(struct findings *findings, const struct outsider *outsider)
{
    if (outsider->whole)
        return finding_text(findings, "Every principal of account %s that its administrators allow to",
                            outsider->account);
    if (outsider->principals == 1)
        return finding_text(findings, "%s", outsider->first);
    return finding_text(findings, "%s and %u more principals of account %s", outsider->first, outsider->principals - 1,
                        outsider->account);
}

struct finding *outsider_report(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                                const struct trust_statement *at, const struct outsider *outsider, constraint formula)
{
    struct finding *finding = finding_add_trust(findings, analysis, rule, at, outsider->account);
    finding_holds_if(findings, finding, &outsider->caller, formula);
    return finding;
}
