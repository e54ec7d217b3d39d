/*
 * Principals that do not exist, and trusts that nobody can use.
 */
#include "analyzer/findings/facts/account_usage.h"
#include "analyzer/findings/facts/trust_walk.h"
#include "analyzer/findings/patches/patches.h"
#include "analyzer/findings/rules.h"
#include "graph/model/people.h"

#include <string.h>

/* "Allow" or "Deny": what the statement does to those it names. */
static const char *does(const struct statement *statement)
{
    if (statement->not_principal)
        return statement->allow ? "allows everyone but" : "denies everyone but";
    return statement->allow ? "allows" : "denies";
}

/* finding->about: the ARN of the same principal, or of a role of the same name. */
static void offer_arn(struct analysis *analysis, struct findings *findings, struct finding *finding)
{
    patch_offer_other_name(analysis, findings, finding, finding->about, finding->severity != SEVERITY_INFO);
}

/* Removing it is safest, and comes first. */
static void offer_removal_or_arn(struct analysis *analysis, struct findings *findings, struct finding *finding)
{
    patch_subject_away(analysis, findings, finding);
    if (finding->about != NULL)
        offer_arn(analysis, findings, finding);
}

void find_orphaned_id(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings)
{
    struct trust_statement at = {0};
    while (trust_walk(analysis, findings, &at))
        for (uint32_t i = 0; i < at.statement->principal_count; i++) {
            const struct statement_principal *principal = &at.statement->principals[i];
            if (principal->form != PRINCIPAL_UNIQUE_ID)
                continue;
            uint32_t found = model_find_unique_id(analysis->model, principal->value);
            struct finding *finding = finding_add_trust(findings, analysis, rule, &at, principal->value);
            if (found == MODEL_NONE) {
                finding->elaborate = patch_subject_away;
                finding->detail = finding_text(
                    findings,
                    "A statement of %s %s %s, the unique ID of a user or role that is no longer in the export.",
                    at.who->name, does(at.statement), principal->value);
            } else {
                finding->severity = SEVERITY_INFO;
                finding->detail =
                    finding_text(findings, "A statement of %s %s %s; that is %s.", at.who->name, does(at.statement),
                                 principal->value, analysis->model->principals[found].arn);
                finding_set_fix(finding, "Name its ARN, which people can read.");
                finding->about = analysis->model->principals[found].arn;
                finding->elaborate = offer_arn;
            }
        }
}

void find_missing_principal(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings)
{
    const struct model *model = analysis->model;
    struct trust_statement at = {0};
    while (trust_walk(analysis, findings, &at))
        for (uint32_t i = 0; at.statement->allow && i < at.statement->principal_count; i++) {
            const struct statement_principal *principal = &at.statement->principals[i];
            if (at.statement->not_principal || !trust_is_missing(model, principal))
                continue;
            struct finding *finding = finding_add_trust(findings, analysis, rule, &at, principal->value);
            uint32_t account = model_find_account(model, principal->account);
            uint32_t namesake = principal->form != PRINCIPAL_USER_ARN && principal->name != NULL
                                    ? model_find_role_name(model, account, principal->name)
                                    : MODEL_NONE;
            finding->about = namesake != MODEL_NONE ? model->principals[namesake].arn : NULL;
            finding->elaborate = offer_removal_or_arn;
            const char *hint = namesake != MODEL_NONE
                                   ? finding_text(findings, " A role of that name exists with another path: %s.",
                                                  model->principals[namesake].arn)
                                   : "";
            finding->detail = finding_text(
                findings, "%s trusts %s; account %s was exported completely and has no such %s.%s%s", at.who->name,
                principal->value, principal->account, principal->form == PRINCIPAL_USER_ARN ? "user" : "role", hint,
                finding_raise_for_administrator(finding, analysis, at.role));
        }
}

/* ---- dead trusts */

/* Whether some principal of the account gets in by the statement. */
static bool account_gets_in(struct analysis *analysis, struct findings *findings, const struct trust_statement *at,
                            uint32_t account)
{
    struct usage usage;
    usage_count(analysis, findings, at, account, &usage);
    return usage.able > 0 || usage.itself;
}

/* Why the caller is refused, for people. */
static const char *refusal(struct analysis *analysis, const struct caller *caller, uint32_t role)
{
    static const char *const words[] = {
        [REASON_GRANTED] = "it gets in through another statement only",
        [REASON_CANNOT_CALL] = "STS does not accept such a caller here",
        [REASON_ACCOUNT_CLOSED] = "one of the two accounts is closed or suspended",
        [REASON_INVALID_POLICY] = "the policy is not valid",
        [REASON_EXPLICIT_DENY] = "a statement denies it",
        [REASON_RCP] = "an RCP denies it",
        [REASON_SCP] = "an SCP denies it",
        [REASON_NO_TRUST] = "it can never meet the statement's conditions",
        [REASON_NO_IDENTITY_PERMISSION] = "no identity policy allows sts:AssumeRole",
        [REASON_BOUNDARY] = "the permissions boundary of that principal does not allow it",
        [REASON_UNSATISFIABLE_CONDITIONS] = "the conditions contradict each other",
    };
    struct decision decision = {0};
    struct decision_question question = {.caller = *caller, .role = role, .now = analysis->now};
    decision_decide(analysis->evaluator, &question, &decision);
    return words[decision.reason];
}

static const char *nobody_of(struct findings *findings, uint32_t principals)
{
    if (principals == 0)
        return "it has no users or roles";
    return principals == 1 ? "its only user or role cannot use this"
                           : finding_text(findings, "none of its %u users and roles can use this", principals);
}

static void judge_dead(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                       const struct trust_statement *at, const struct statement_principal *principal)
{
    const struct model *model = analysis->model;
    uint32_t account = principal->account != NULL ? model_find_account(model, principal->account) : MODEL_NONE;
    struct caller caller;
    bool counted = principal->form == PRINCIPAL_ACCOUNT && account != MODEL_NONE &&
                   model->accounts[account].detail == ACCOUNT_FULL && !model->accounts[account].truncated;
    /* The provider of Identity Center is not a caller if the people behind it are known. */
    const char *set;
    size_t length;
    if (principal->form == PRINCIPAL_SAML && analysis->people != NULL && people_set_of_role(at->who, &set, &length))
        return;
    /* service-principal-unknown reports names for China. */
    if (trust_is_missing(model, principal) || !trust_caller(analysis, principal, &caller) ||
        (principal->form == PRINCIPAL_SERVICE && caller_is_of_china(principal->value)))
        return;
    if (counted ? account_gets_in(analysis, findings, at, account)
                : trust_admits_named(analysis, &caller, at) != CONSTRAINT_FALSE)
        return;
    const struct edges *edges = analysis_edges(analysis);
    uint32_t node = counted ? MODEL_NONE : edges_find_node(edges, &caller);
    if (node != MODEL_NONE && edges_has_given_way(edges, node, at->role))
        return;
    struct finding *finding = finding_add_trust(findings, analysis, rule, at, principal->value);
    if (counted)
        finding->detail = finding_text(findings, "%s trusts account %s, but %s.", at->who->name, principal->account,
                                       nobody_of(findings, model->accounts[account].principal_count));
    else
        finding->detail = finding_text(findings, "%s trusts %s, but %s.", at->who->name, principal->value,
                                       refusal(analysis, &caller, at->role));
}

void find_dead_trust(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings)
{
    struct trust_statement at = {0};
    while (trust_walk(analysis, findings, &at))
        for (uint32_t i = 0; at.statement->allow && !at.statement->not_principal && i < at.statement->principal_count;
             i++)
            if (at.statement->principals[i].form != PRINCIPAL_ANYONE && trust_is_about_assuming(at.statement))
                judge_dead(analysis, rule, findings, &at, &at.statement->principals[i]);
}
