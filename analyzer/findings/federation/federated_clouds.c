/*
 * Identity providers whose tokens have a form of their own: EKS service accounts, Cognito identity pools, SAML and IAM
 * Identity Center.
 *
 * Sources: https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html,
 * https://docs.aws.amazon.com/eks/latest/userguide/pod-id-abac.html,
 * https://docs.aws.amazon.com/cognito/latest/developerguide/role-trust-and-permissions.html,
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-saml,
 * https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html
 */
#include "analyzer/findings/facts/issuers.h"
#include "analyzer/findings/facts/outside_parties.h"
#include "analyzer/findings/facts/trust_walk.h"
#include "analyzer/findings/rules.h"
#include "graph/model/identity_pools.h"
#include "graph/model/model_trial.h"
#include "ingest/policy/arn.h"

#include <string.h>
#include <strings.h>

#define OTHER "any-other-name"

/* ---- EKS */

#define NAMESPACES_NAMED 512 /* no trust policy that IAM accepts names more: it has 4,096 characters */

/* The statement's condition for namespaces that it does not name in full, because the name has a wildcard. */
static constraint unnamed_namespaces(struct analysis *analysis, struct findings *findings, const struct party *party,
                                     const struct issuer *issuer, const char *key)
{
    const struct statement *statement = party->at.statement;
    const char *named[NAMESPACES_NAMED + 1] = {NULL};
    size_t count = 0, length = strlen(ISSUER_SERVICE_ACCOUNT);
    for (uint32_t i = 0; i < statement->condition_count; i++) {
        const struct statement_condition *condition = &statement->conditions[i];
        for (uint32_t j = 0;
             strcasecmp(condition->key, key) == 0 && j < condition->value_count && count < NAMESPACES_NAMED; j++) {
            const char *value = condition->values[j];
            if (strncasecmp(value, ISSUER_SERVICE_ACCOUNT, length) == 0 && strcspn(value + length, ":*?") > 0)
                named[count++] =
                    finding_text(findings, "%.*s:*", (int)(length + strcspn(value + length, ":*?")), value);
        }
    }
    constraint formula =
        constraint_and(analysis->pool, party->admits, party_key_has_form(analysis, key, issuer->any_subject, false));
    if (count > 0)
        formula = constraint_and(analysis->pool, formula,
                                 constraint_not(analysis->pool, party_key_has_form(analysis, key, named, true)));
    return formula;
}

static void judge_service_account(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                                  const struct party *party)
{
    const struct issuer *issuer = party_issuer(analysis, party);
    if (issuer->rule != ISSUER_OF_PODS)
        return;
    constraint any = party_fix(analysis, party, party->admits, "sub", OTHER);
    constraint elsewhere = party_fix(analysis, party, party->admits, "sub", ISSUER_SERVICE_ACCOUNT OTHER ":" OTHER);
    struct party_verdict verdict = {.code = CODE_EKS_ANY_SUBJECT, .how = "", .more = "", .when = any};
    const char *key = party_key(analysis, party, "sub");
    if (party_possible(analysis, any)) {
        verdict.who = "Every pod of the cluster";
        verdict.how = finding_text(findings, ": no subject is required (%s)", key);
    } else if (party_possible(analysis, elsewhere)) {
        verdict.code = CODE_EKS_ANY_NAMESPACE;
        verdict.who = "Pods of any namespace of the cluster";
        verdict.when = constraint_and(analysis->pool, party->admits,
                                      party_key_is(analysis, key, ISSUER_SERVICE_ACCOUNT OTHER ":" OTHER));
    } else {
        constraint formula = unnamed_namespaces(analysis, findings, party, issuer, key);
        if (!party_possible(analysis, formula))
            return;
        const char *example = findings->take == NULL ? party_example(analysis, findings, formula, key) : "";
        verdict.code = CODE_EKS_ANY_NAMESPACE;
        verdict.who = "Pods of any namespace that matches the pattern";
        verdict.how = example[0] != '\0' ? finding_text(findings, ", such as \"%s\"", example) : "";
        verdict.when = example[0] != '\0'
                           ? constraint_and(analysis->pool, party->admits, party_key_is(analysis, key, example))
                           : party->admits;
    }
    party_report(analysis, rule, findings, party, &verdict);
}

static void judge_pod_identity(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                               const struct party *party)
{
    static const char *const bound[] = {"aws:SourceAccount", "aws:SourceArn", "aws:SourceOrgID", "aws:SourceOrgPaths",
                                        "aws:RequestTag/*"};
    if (strcmp(party->caller.text, "pods.eks.amazonaws.com") != 0)
        return;
    for (size_t i = 0; i < sizeof bound / sizeof bound[0]; i++)
        if (constraint_forces_presence(analysis->pool, party->admits, bound[i]))
            return;
    struct party_verdict verdict = {
        .code = CODE_EKS_POD_IDENTITY,
        .who = "Pods of any cluster in the account that has an association",
        .how =
            ": neither the cluster (aws:SourceArn) nor the namespace (aws:RequestTag/kubernetes-namespace) is required",
        .more = "",
        .raise = -2,
        .when = party->admits};
    party_report(analysis, rule, findings, party, &verdict);
}

void find_eks_subject(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings)
{
    party_each(analysis, rule, findings, PRINCIPAL_WEB_IDENTITY, judge_service_account);
    party_each(analysis, rule, findings, PRINCIPAL_SERVICE, judge_pod_identity);
}

/* ---- Cognito */

#define OTHER_POOL "us-east-1:00000000-0000-4000-8000-000000000000"

/* The edge by which guests of identity pools become the role; NULL: none. */
static const struct edge *edge_of_guests(const struct analysis *analysis, uint32_t role)
{
    const struct caller guest = {
        .kind = CALLER_GUEST, .principal = MODEL_NONE, .account_index = MODEL_NONE, .text = GUEST};
    uint32_t node = edges_find_node(analysis->edges, &guest);
    return node != MODEL_NONE ? edges_between(analysis->edges, node, role) : NULL;
}

static bool lets_in_guests(struct analysis *analysis, uint32_t role)
{
    return edge_of_guests(analysis, role) != NULL;
}

/* If all pools are in the exports: whether one of them lets guests into the role. */
static void judge_known_pools(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                              const struct party *party)
{
    const struct partition *sets = &analysis->edges->classes.same_trusts;
    uint32_t set = sets->of[party->at.role], role = party->at.role;
    for (uint32_t i = set != MODEL_NONE ? sets->first[set] : 0;
         set != MODEL_NONE && i < sets->first[set + 1] && !lets_in_guests(analysis, role); i++)
        role = sets->members[i];
    const struct edge *edge = edge_of_guests(analysis, role);
    struct party_verdict verdict = {.code = CODE_COGNITO_GUESTS,
                                    .who = "Anyone on the internet",
                                    .how = "",
                                    .more = " An identity pool lets in guests, who need not sign in.",
                                    .when = edge != NULL ? edge->residual : CONSTRAINT_FALSE,
                                    .counts = lets_in_guests};
    if (edge != NULL)
        party_report(analysis, rule, findings, party, &verdict);
}

static void judge_cognito(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                          const struct party *party)
{
    static const char *const guest[] = {"unauthenticated"};
    if (strcmp(party->caller.name, ISSUER_COGNITO) != 0)
        return;
    uint32_t node = edges_find_node(analysis->edges, &party->caller);
    if (node != MODEL_NONE && !model_is_tried(analysis->model, party->at.statement) &&
        edges_has_given_way(analysis->edges, node, party->at.role)) {
        judge_known_pools(analysis, rule, findings, party);
        return;
    }
    constraint any_pool = party_fix(analysis, party, party->admits, "aud", OTHER_POOL);
    constraint guests = constraint_fix(analysis->pool, party->admits, ISSUER_COGNITO ":amr", guest, 1);
    bool pools = party_possible(analysis, any_pool), unknown = party_possible(analysis, guests);
    if (!pools && !unknown)
        return;
    struct party_verdict verdict = {
        .code = pools ? CODE_COGNITO_ANY_POOL : CODE_COGNITO_GUESTS,
        .who = pools ? "Any identity pool of any AWS account" : "Guests who did not sign in",
        .how = pools ? ": the trust policy requires no particular pool (" ISSUER_COGNITO ":aud)" : "",
        .more = pools && unknown ? " Guests who did not sign in are accepted too (" ISSUER_COGNITO ":amr)."
                : pools          ? ""
                                 : " " ISSUER_COGNITO ":amr accepts \"unauthenticated\".",
        .when = pools ? constraint_and(analysis->pool, party->admits,
                                       party_key_is(analysis, ISSUER_COGNITO ":aud", OTHER_POOL))
                      : guests};
    party_report(analysis, rule, findings, party, &verdict);
}

void find_cognito_open(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings)
{
    party_each(analysis, rule, findings, PRINCIPAL_WEB_IDENTITY, judge_cognito);
}

/* ---- SAML */

static void judge_saml_audience(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                                const struct party *party)
{
    static const char *const elsewhere[] = {"https://another-service.example/saml"};
    constraint formula = constraint_fix(analysis->pool, party->admits, "SAML:aud", elsewhere, 1);
    if (!party_possible(analysis, formula))
        return;
    struct party_verdict verdict = {
        .who = finding_text(findings, "An assertion that %s issued for another service", party->caller.name),
        .how = ": no audience is required (SAML:aud)",
        .more = "",
        .when = formula};
    party_report(analysis, rule, findings, party, &verdict);
}

void find_saml_audience(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings)
{
    party_each(analysis, rule, findings, PRINCIPAL_SAML, judge_saml_audience);
}

/* ---- IAM Identity Center */

static bool is_its_provider(const struct model *model, const struct statement_principal *principal, uint32_t role)
{
    return principal->form == PRINCIPAL_SAML && arn_is_identity_center_provider(principal->name) &&
           principal->account != NULL &&
           strcmp(principal->account, model->accounts[model->principals[role].account].id) == 0;
}

/* The first principal or action of an Allow that Identity Center does not write. NULL: none. */
static const char *foreign_part(const struct model *model, const struct trust_statement *at)
{
    const struct statement *statement = at->statement;
    if (statement->not_principal)
        return "NotPrincipal";
    for (uint32_t i = 0; i < statement->principal_count; i++)
        if (!is_its_provider(model, &statement->principals[i], at->role))
            return statement->principals[i].value;
    if (statement->not_action)
        return "NotAction";
    for (uint32_t i = 0; i < statement->action_count; i++) {
        enum sts_action_id id = sts_action_find(statement->actions[i]);
        if (id == STS_ASSUME_ROLE || id == STS_ASSUME_ROLE_WITH_WEB_IDENTITY || id == STS_ACTION_COUNT)
            return statement->actions[i];
    }
    return NULL;
}

void find_sso_tampered(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings)
{
    struct trust_statement at = {0};
    while (trust_walk(analysis, findings, &at)) {
        const char *part = arn_path_is_identity_center(at.who->path) && at.statement->allow
                               ? foreign_part(analysis->model, &at)
                               : NULL;
        if (part == NULL)
            continue;
        struct finding *finding = finding_add_trust(findings, analysis, rule, &at, part);
        const char *administrator = finding_raise_for_administrator(finding, analysis, at.role);
        finding->detail = finding_text(findings,
                                       "The trust policy of %s, which only IAM Identity Center may write, also holds "
                                       "%s.%s",
                                       at.who->name, part, administrator);
    }
}
