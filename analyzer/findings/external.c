/*
 * Accounts that are neither in the exports nor known to be of the organization.
 */
#include "analyzer/findings/rules.h"
#include "analyzer/findings/trust_walk.h"

#include <string.h>

/* What one statement says about one outside account. */
struct outsider {
    const char *account;
    const char *first; /* the first principal of it that gets in, as written */
    uint32_t principals;
    bool whole;         /* the account as such is trusted */
    bool only_services; /* all of them are service-linked roles: AWS acts, for the account itself */
    constraint admits;  /* any of its principals */
    struct caller caller;
};

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
        bool service =
            principal->form == PRINCIPAL_ROLE_ARN && strstr(principal->value, ":role/aws-service-role/") != NULL;
        outsider->only_services = service && (outsider->only_services || outsider->principals == 0);
        if (outsider->principals++ == 0) {
            outsider->first = principal->value;
            outsider->caller = caller;
        }
        outsider->whole = outsider->whole || principal->form == PRINCIPAL_ACCOUNT;
        outsider->admits = constraint_or(analysis->pool, outsider->admits, formula);
    }
    return outsider->principals > 0;
}

static const char *whose(const struct model *model, const char *account)
{
    uint32_t index = model_find_account(model, account);
    if (index != MODEL_NONE && model->accounts[index].in_organization == FACT_NO)
        return "is not of the organization";
    return model->organization == NULL
               ? "is not in the exports, and no organization data was exported to tell whose it is"
               : "is neither in the exports nor known to be of the organization";
}

/* Nothing was exported that tells whose the account is. */
static bool may_be_ours(const struct model *model, const char *account)
{
    uint32_t index = model_find_account(model, account);
    return index != MODEL_NONE ? model->accounts[index].in_organization == FACT_UNKNOWN : model->organization == NULL;
}

/* The role that Organizations makes for the management account, and what AWS services do for an organization. */
static bool is_of_the_organization(const struct trust_statement *at, const struct outsider *outsider)
{
    return outsider->only_services || strcmp(at->who->name, "OrganizationAccountAccessRole") == 0;
}

static struct finding *report(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                              const struct trust_statement *at, const struct outsider *outsider, constraint formula)
{
    struct finding *finding = finding_add_trust(findings, analysis, rule, at, outsider->account);
    finding_holds_if(findings, finding, &outsider->caller, formula);
    return finding;
}

static const char *describe(struct findings *findings, const struct outsider *outsider)
{
    if (outsider->whole)
        return finding_text(findings, "Every principal of account %s that its administrators allow to",
                            outsider->account);
    if (outsider->principals == 1)
        return finding_text(findings, "%s", outsider->first);
    return finding_text(findings, "%s and %u more principals of account %s", outsider->first, outsider->principals - 1,
                        outsider->account);
}

typedef void (*judge_function)(struct analysis *, const struct finding_rule *, struct findings *,
                               const struct trust_statement *, const struct outsider *);

static void each_outsider(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                          judge_function judge)
{
    struct trust_statement at = {0};
    while (trust_walk(analysis->model, &at)) {
        if (!at.statement->allow || at.statement->not_principal)
            continue;
        for (uint32_t i = 0; i < at.statement->principal_count; i++) {
            struct outsider outsider;
            if (trust_is_outside(analysis->model, &at.statement->principals[i], at.role) &&
                !seen_before(at.statement, i) && collect(analysis, &at, i, &outsider))
                judge(analysis, rule, findings, &at, &outsider);
        }
    }
}

static void judge_unknown(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                          const struct trust_statement *at, const struct outsider *outsider)
{
    struct finding *finding = report(analysis, rule, findings, at, outsider, outsider->admits);
    const char *administrator = finding_raise_for_administrator(finding, analysis, at->role);
    const char *hint = "";
    if (may_be_ours(analysis->model, outsider->account) && is_of_the_organization(at, outsider)) {
        hint = outsider->only_services
                   ? " It is the role of a service that acts for an organization, so the account is probably your "
                     "management account or a delegated administrator."
                   : " AWS Organizations makes a role of that name for the management account, which this probably is.";
        finding_raise(finding, -1);
    }
    finding->detail =
        finding_text(findings, "%s can become %s; account %s %s.%s%s", describe(findings, outsider), at->who->name,
                     outsider->account, whose(analysis->model, outsider->account), hint, administrator);
}

void find_unknown_account(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings)
{
    each_outsider(analysis, rule, findings, judge_unknown);
}

static json_t *external_id_patch(struct analysis *analysis, const struct trust_statement *at)
{
    static const char *const operators[] = {"StringEquals", NULL};
    json_t *policy = trust_policy_json(analysis, at->use);
    json_t *statement = trust_policy_statement(policy, at->statement->position);
    json_t *value = json_string("THE-EXTERNAL-ID-THAT-THE-THIRD-PARTY-USES-FOR-YOU");
    json_t *patch = statement != NULL && trust_statement_require(statement, operators, "sts:ExternalId", value)
                        ? json_pack("{s:O}", "externalId", policy)
                        : NULL;
    json_decref(value);
    json_decref(policy);
    return patch;
}

static void elaborate_external_id(struct analysis *analysis, struct findings *findings, struct finding *finding)
{
    (void)findings;
    finding->patch = external_id_patch(analysis, &finding->at);
}

static void judge_external_id(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                              const struct trust_statement *at, const struct outsider *outsider)
{
    static const char *const guess[] = {"an-id-of-another-customer"};
    struct constraint_pool *pool = analysis->pool;
    constraint without = constraint_fix(pool, outsider->admits, "sts:ExternalId", NULL, 0);
    constraint with = constraint_fix(pool, outsider->admits, "sts:ExternalId", guess, 1);
    bool optional = constraint_satisfiable(pool, without) != CONSTRAINT_NO;
    /* No third parties; whose the account is asks trust-external-unknown. */
    if (is_of_the_organization(at, outsider))
        return;
    if (!optional && constraint_satisfiable(pool, with) == CONSTRAINT_NO)
        return;
    struct finding *finding = report(analysis, rule, findings, at, outsider, optional ? without : with);
    bool mfa = constraint_forces_presence(pool, outsider->admits, "aws:MultiFactorAuthPresent");
    if (mfa)
        finding_raise(finding, -1);
    const char *administrator = finding_raise_for_administrator(finding, analysis, at->role);
    bool unknown = may_be_ours(analysis->model, outsider->account);
    if (unknown)
        finding_raise(finding, -1);
    finding->detail = finding_text(
        findings, "%s can become %s %s.%s%s%s", describe(findings, outsider), at->who->name,
        optional ? "without passing an external id" : "with an external id of its choice",
        mfa ? " It must come with MFA, as people do and services of third parties do not." : "",
        unknown ? " The account may be your own, which needs none: no organization data was exported to tell." : "",
        administrator);
    finding->elaborate = elaborate_external_id;
}

void find_missing_external_id(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings)
{
    each_outsider(analysis, rule, findings, judge_external_id);
}
