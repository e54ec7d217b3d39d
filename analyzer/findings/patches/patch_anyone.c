/*
 * Patches of trusts for anyone: name those who use the trust, else their accounts, unit or organization.
 */
#include "analyzer/findings/facts/entrants.h"
#include "analyzer/findings/facts/trust_walk.h"
#include "analyzer/findings/patches/patches.h"
#include "analyzer/findings/rules.h"
#include "ingest/support/json_build.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static bool is_anyone(const struct statement_principal *principal, const void *context)
{
    (void)context;
    return principal->form == PRINCIPAL_ANYONE;
}

static bool is_account(const struct statement_principal *principal, const void *context)
{
    (void)context;
    return principal->form == PRINCIPAL_ACCOUNT;
}

/* Those who can enter, if they are few; else those who did. */
static bool find_few(struct analysis *analysis, struct findings *findings, struct finding *finding,
                     struct entrants *few)
{
    entrants_find(analysis, &finding->at, few);
    bool many = few->more, unasked = few->unasked;
    if (many)
        entrants_in_use(analysis, findings, &finding->at, few);
    bool known = few->count > 0 && !few->more;
    if (many && !known)
        patch_not_offered(findings, finding,
                          unasked ? "No patch names the callers: there are too many to check one by one."
                                  : "No patch names the callers: there are more than ten.");
    return known;
}

/* Edges know only users and roles of exported accounts. */
static const char *caveat_of(const struct analysis *analysis, const struct finding *finding)
{
    const struct model *model = analysis->model;
    bool whole = finding->rule->find == find_organization_wide;
    for (uint32_t i = 0; i < model->account_count && whole; i++)
        whole = model->accounts[i].in_organization != FACT_YES || model->accounts[i].detail == ACCOUNT_FULL;
    return whole ? NULL : "Callers from accounts that are not in the export lose access.";
}

/* Puts names in place of the principals meant, or of NotPrincipal. */
static bool offer_names(struct analysis *analysis, struct findings *findings, struct finding *finding,
                        struct patch patch, bool (*is)(const struct statement_principal *, const void *), json_t *names)
{
    const struct principals_meant meant = {finding->at.statement, is, NULL};
    patch.document = trust_policy_json(analysis, finding->at.use);
    json_t *statement = trust_policy_statement(patch.document, finding->at.statement->position);
    if (finding->at.statement->not_principal && json_object_del(statement, "NotPrincipal") == 0)
        json_put(statement, "Principal", json_object());
    bool good =
        statement != NULL && (finding->at.statement->not_principal || patch_remove_principals(statement, &meant) >= 0);
    if (good)
        patch_add_principals(statement, names);
    good = good && patch_offer(analysis, findings, finding, &patch);
    json_decref(patch.document);
    return good;
}

static bool offer_few(struct analysis *analysis, struct findings *findings, struct finding *finding,
                      const struct entrants *few, bool (*is)(const struct statement_principal *, const void *))
{
    const struct patch patch = {.style = PATCH_PRINCIPALS, .caveat = caveat_of(analysis, finding)};
    json_t *names = entrants_json(analysis->model, few);
    bool good = offer_names(analysis, findings, finding, patch, is, names);
    json_decref(names);
    return good;
}

/* The accounts of everyone who enters; if nobody does, the role's own. False: there are too many to read. */
static bool offer_accounts(struct analysis *analysis, struct findings *findings, struct finding *finding)
{
    const struct patch patch = {.style = PATCH_ACCOUNTS, .caveat = caveat_of(analysis, finding)};
    json_t *names = entrants_accounts(analysis, &finding->at, NULL, NULL);
    if (names != NULL && json_array_size(names) == 0)
        json_add(names, json_text(analysis->model->accounts[finding->at.who->account].id));
    bool good = names != NULL && offer_names(analysis, findings, finding, patch, is_anyone, names);
    json_decref(names);
    return good;
}

static bool offer_organization(struct analysis *analysis, struct findings *findings, struct finding *finding)
{
    const char *organization = analysis->model->organization;
    struct patch patch = {.style = PATCH_ORGANIZATION};
    if (organization == NULL)
        return false;
    patch.document = trust_policy_json(analysis, finding->at.use);
    json_t *statement = trust_policy_statement(patch.document, finding->at.statement->position);
    bool good = patch_demand_one(statement, "StringEquals", "aws:PrincipalOrgID", organization) &&
                patch_offer(analysis, findings, finding, &patch);
    json_decref(patch.document);
    return good;
}

/* Nothing in the exports shows who is meant. */
static void say_who_tells(struct analysis *analysis, struct findings *findings, struct finding *finding)
{
    if (!findings->patches_unseen)
        finding->fix = finding_text(findings, "%s CloudTrail shows who uses the role (%s).", finding->fix,
                                    patch_lookup(analysis, findings, finding->at.role));
}

/* Only third parties send an external ID; the policy does not say which. */
static bool is_for_third_party(const struct statement *statement)
{
    for (uint32_t i = 0; i < statement->condition_count; i++) {
        const struct statement_condition *condition = &statement->conditions[i];
        if (strcasecmp(condition->key, "sts:ExternalId") == 0 && !condition->name.op->negated &&
            condition->name.op->family != CONDITION_NULL)
            return true;
    }
    return false;
}

void patch_public(struct analysis *analysis, struct findings *findings, struct finding *finding)
{
    struct entrants few;
    if (is_for_third_party(finding->at.statement)) {
        finding->fix = finding_text(findings,
                                    "%s The external ID is meant for a third party that a narrower policy would shut "
                                    "out: name its account in Principal; CloudTrail shows which one it is (%s).",
                                    finding->fix, patch_lookup(analysis, findings, finding->at.role));
        return;
    }
    bool known = find_few(analysis, findings, finding, &few);
    bool named = known && offer_few(analysis, findings, finding, &few, is_anyone);
    if (!offer_organization(analysis, findings, finding) && !named &&
        (few.more || !offer_accounts(analysis, findings, finding)))
        say_who_tells(analysis, findings, finding);
}

/* ---- Allow with NotPrincipal */

/* Those whom NotPrincipal excludes, as conditions on anyone else. False: conditions cannot express them, or they are
 * the whole account. */
static bool exclude(json_t *statement, const struct statement *compiled, const char *account)
{
    static const char *const arn_operators[] = {"ArnNotEquals", NULL}, *const operators[] = {"StringNotEquals", NULL};
    json_t *arns = json_array(), *accounts = json_array();
    bool good = true;
    for (uint32_t i = 0; i < compiled->principal_count; i++) {
        const struct statement_principal *principal = &compiled->principals[i];
        if (principal->form == PRINCIPAL_USER_ARN || principal->form == PRINCIPAL_ROLE_ARN)
            json_add(arns, json_text(principal->value));
        else if (principal->form == PRINCIPAL_ACCOUNT)
            json_add(accounts, json_text(principal->account));
        else
            good = good && (principal->form == PRINCIPAL_SERVICE || principal->form == PRINCIPAL_SAML ||
                            principal->form == PRINCIPAL_WEB_IDENTITY);
        good = good && (principal->form != PRINCIPAL_ACCOUNT || strcmp(principal->account, account) != 0);
    }
    if (json_array_size(arns) > 0)
        good = good && trust_statement_require(statement, arn_operators, "aws:PrincipalArn", arns);
    if (json_array_size(accounts) > 0)
        good = good && trust_statement_require(statement, operators, "aws:PrincipalAccount", accounts);
    json_decref(arns);
    json_decref(accounts);
    return good;
}

/* Anyone in the organization, or in the role's account, except those whom NotPrincipal excludes. */
static bool offer_others(struct analysis *analysis, struct findings *findings, struct finding *finding)
{
    const char *organization = analysis->model->organization,
               *account = analysis->model->accounts[finding->at.who->account].id;
    struct patch patch = {.style = organization != NULL ? PATCH_ORGANIZATION : PATCH_ACCOUNTS,
                          .document = trust_policy_json(analysis, finding->at.use)};
    json_t *statement = trust_policy_statement(patch.document, finding->at.statement->position);
    if (statement == NULL) {
        json_decref(patch.document);
        return false;
    }
    json_t *principal = json_object();
    json_put(principal, "AWS", json_text(organization != NULL ? "*" : account));
    json_object_del(statement, "NotPrincipal");
    json_put(statement, "Principal", principal);
    bool good =
        exclude(statement, finding->at.statement, organization != NULL ? "" : account) &&
        (organization == NULL || patch_demand_one(statement, "StringEquals", "aws:PrincipalOrgID", organization)) &&
        patch_offer(analysis, findings, finding, &patch);
    json_decref(patch.document);
    return good;
}

void patch_not_principal(struct analysis *analysis, struct findings *findings, struct finding *finding)
{
    struct entrants few;
    bool named = find_few(analysis, findings, finding, &few) && offer_few(analysis, findings, finding, &few, is_anyone);
    if (named && analysis->model->organization == NULL)
        return;
    if (!offer_others(analysis, findings, finding) && !named && !few.more)
        patch_statement_away(analysis, findings, finding);
}

/* ---- the whole organization */

static bool offer_unit(struct analysis *analysis, struct findings *findings, struct finding *finding)
{
    static const char *const operators[] = {"ForAnyValue:StringLike", NULL};
    const struct patch patch = {.style = PATCH_UNIT};
    char *unit = entrants_unit(analysis, finding->at.role);
    const char *pattern = unit != NULL ? finding_text(findings, "%s*", unit) : NULL;
    bool good = pattern != NULL && patch_offer_condition(analysis, findings, finding, &patch, operators,
                                                         "aws:PrincipalOrgPaths", &pattern, 1);
    free(unit);
    return good;
}

void patch_organization_wide(struct analysis *analysis, struct findings *findings, struct finding *finding)
{
    struct entrants few;
    bool accounts = finding_has_code(finding, CODE_ORGANIZATION_EVERY_ACCOUNT),
         known = find_few(analysis, findings, finding, &few);
    if (known)
        offer_few(analysis, findings, finding, &few, accounts ? is_account : is_anyone);
    if (finding_has_code(finding, CODE_ORGANIZATION_FOREIGN_ORGANIZATION) && !known)
        patch_statement_away(analysis, findings, finding);
    else if (!accounts && !offer_unit(analysis, findings, finding) && !known &&
             (few.more || !offer_accounts(analysis, findings, finding)))
        say_who_tells(analysis, findings, finding);
}

/* ---- names that others can choose */

/* Those few instead of the patterns. */
static void offer_exact_names(struct analysis *analysis, struct findings *findings, struct finding *finding,
                              const struct entrants *few)
{
    struct patch patch = {.style = PATCH_CONDITION, .document = trust_policy_json(analysis, finding->at.use)};
    json_t *statement = trust_policy_statement(patch.document, finding->at.statement->position);
    json_t *names = entrants_json(analysis->model, few);
    if (patch_demand(statement, "ArnEquals", "aws:PrincipalArn", names))
        patch_offer(analysis, findings, finding, &patch);
    json_decref(names);
    json_decref(patch.document);
}

void patch_arn_pattern(struct analysis *analysis, struct findings *findings, struct finding *finding)
{
    struct entrants few;
    bool known = find_few(analysis, findings, finding, &few);
    if (finding_has_code(finding, CODE_ARN_PATTERN_ANY_ACCOUNT)) {
        if (known)
            offer_few(analysis, findings, finding, &few, is_anyone);
        if ((few.more || !offer_accounts(analysis, findings, finding)) && !known)
            say_who_tells(analysis, findings, finding);
    } else if (known) {
        offer_exact_names(analysis, findings, finding, &few);
    } else if (!few.more) {
        patch_account_away(analysis, findings, finding);
    }
}

/* ---- accounts that very many use */

static bool trusts_no_account(struct analysis *analysis, const struct finding *finding)
{
    struct trust_statement at = {.role = finding->at.role};
    while (trust_walk_role(analysis->model, &at))
        for (uint32_t i = 0; at.statement->allow && i < at.statement->principal_count; i++)
            if (is_account(&at.statement->principals[i], NULL))
                return false;
    return true;
}

void patch_crowded_account(struct analysis *analysis, struct findings *findings, struct finding *finding)
{
    struct entrants users;
    entrants_in_use(analysis, findings, &finding->at, &users);
    if (users.count == 0 || users.more)
        return;
    const struct patch patch = {.style = PATCH_PRINCIPALS,
                                .is_gone = trusts_no_account,
                                .caveat = "Callers that do not appear in the loaded CloudTrail events lose access."};
    json_t *names = entrants_json(analysis->model, &users);
    offer_names(analysis, findings, finding, patch, is_account, names);
    json_decref(names);
}
