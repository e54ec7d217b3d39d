/*
 * Identity providers themselves: trusted ones that do not exist, and those that non-administrators may change.
 *
 * Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers.html,
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
 */
#include "analyzer/findings/facts/escalations.h"
#include "analyzer/findings/facts/holders.h"
#include "analyzer/findings/facts/name_lists.h"
#include "analyzer/findings/facts/outside_parties.h"
#include "analyzer/findings/facts/trust_walk.h"
#include "analyzer/findings/patches/patch_providers.h"
#include "analyzer/findings/rules.h"
#include "graph/control/control_rights.h"
#include "graph/model/listed_providers.h"
#include "ingest/policy/arn.h"
#include "ingest/support/array.h"
#include "ingest/support/json_build.h"

#include <stdlib.h>
#include <string.h>

/* ---- what the exports list */

struct providers {
    struct listed_providers listed;
    struct holders creators; /* for any account; searched for on first use */
    bool creators_known;
};

/* ---- federated-provider-missing */

/* A non-administrator of the account that may create it. MODEL_NONE: nobody. */
static uint32_t creator(struct analysis *analysis, struct providers *providers, const struct party *party)
{
    static const char *const actions[] = {"iam:CreateSAMLProvider", "iam:CreateOpenIDConnectProvider", NULL};
    const char *action = actions[party->principal->form == PRINCIPAL_SAML ? 0 : 1];
    uint32_t account = party->at.who->account;
    if (!providers->creators_known)
        holders_find(analysis, actions, false, &providers->creators);
    providers->creators_known = true;
    const struct holders *holders = &providers->creators;
    for (uint32_t i = holders->account_first[account]; i < holders->account_first[account + 1]; i++)
        if (holder_may(analysis, holders->principals[i], action, party->caller.text, NULL, 0))
            return holders->principals[i];
    return MODEL_NONE;
}

static void judge_missing(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                          struct providers *providers, struct party *party)
{
    const struct model *model = analysis->model;
    const char *home = model->accounts[party->at.who->account].id, *account = party->principal->account;
    if (account == NULL || strcmp(account, home) != 0 ||
        listed_provider(&providers->listed, analysis->store, party->principal->form, home, party->caller.text) !=
            FACT_NO)
        return;
    party->admits = trust_admits(analysis, &party->caller, &party->at);
    if (party->admits == CONSTRAINT_FALSE)
        return;
    /* Who could create it only affects the severity. */
    uint32_t who = findings->scope.role == NULL ? creator(analysis, providers, party) : MODEL_NONE;
    struct party_verdict verdict = {
        .who = finding_text(findings, "Anyone who creates %s", party->caller.text),
        .how = ": the account has no such identity provider",
        .more = who != MODEL_NONE ? finding_text(findings, " %s can create it.", model->principals[who].arn) : "",
        .raise = who != MODEL_NONE ? 1 : 0,
        .when = party->admits};
    party_report(analysis, rule, findings, party, &verdict);
}

void find_missing_provider(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings)
{
    struct providers providers = {0};
    struct party party = {.admits = CONSTRAINT_FALSE};
    while (trust_walk(analysis, findings, &party.at)) {
        const struct statement *statement = party.at.statement;
        if ((party.at.allowed_forms & (1u << PRINCIPAL_SAML | 1u << PRINCIPAL_WEB_IDENTITY)) == 0 ||
            !party_speaks_for_set(analysis, findings, party.at.role))
            continue;
        for (uint32_t i = 0; i < statement->principal_count; i++) {
            party.principal = &statement->principals[i];
            if ((party.principal->form == PRINCIPAL_SAML || party.principal->form == PRINCIPAL_WEB_IDENTITY) &&
                trust_caller(analysis, party.principal, &party.caller))
                judge_missing(analysis, rule, findings, &providers, &party);
        }
    }
    listed_providers_free(&providers.listed);
    holders_free(&providers.creators);
}

/* ---- federated-provider-editor */

static const char *const saml_actions[] = {"iam:UpdateSAMLProvider", NULL};
static const char *const oidc_actions[] = {"iam:AddClientIDToOpenIDConnectProvider",
                                           "iam:UpdateOpenIDConnectProviderThumbprint", NULL};

/* A provider that roles of its account trust. */
struct trusted_provider {
    const char *arn;
    struct trust_statement at; /* the first role that trusts it, an administrator if there is one */
    uint32_t roles;
};

struct trusted_providers {
    struct trusted_provider *list;
    size_t count, room;
    struct intern arns; /* the numbers are indexes into list */
};

static void add_provider(struct analysis *analysis, struct trusted_providers *known, const struct trust_statement *at,
                         const char *arn)
{
    uint32_t index = intern_add(&known->arns, arn, strlen(arn));
    if (index == known->count)
        ARRAY_ADD(known->list, known->count, known->room, (struct trusted_provider){.arn = arn, .at = *at});
    else if (administrators_has(analysis, at->role) && !administrators_has(analysis, known->list[index].at.role))
        known->list[index].at = *at;
    known->list[index].roles++;
}

struct editors {
    uint32_t *list, count;
};

static const char *const *changes_of(const char *provider)
{
    return strstr(provider, ":saml-provider/") != NULL ? saml_actions : oidc_actions;
}

/* The keys of a SAML provider are a way in graph/control/ways.h; audiences and thumbprints only help those who have
 * tokens. */
static bool may_change(struct analysis *analysis, uint32_t principal, const char *provider)
{
    const struct control_how *how = NULL;
    if (changes_of(provider) == saml_actions) {
        struct control_rights rights = control_rights_of(analysis_control(analysis), principal);
        return control_possible(&rights, control_saml_provider(&rights, provider, &how));
    }
    for (const char *const *action = changes_of(provider); *action != NULL; action++)
        if (holder_may(analysis, principal, *action, provider, NULL, 0))
            return true;
    return false;
}

static bool has_no_editor(struct analysis *analysis, const struct finding *finding)
{
    const struct editors *editors = finding->about;
    for (uint32_t i = 0; i < editors->count; i++)
        if (may_change(analysis, editors->list[i], finding->resource))
            return false;
    return true;
}

static void list_editors(struct analysis *analysis, struct findings *findings, struct finding *finding)
{
    const struct editors *editors = finding->about;
    finding->facts = json_object();
    json_put(finding->facts, "editors",
             name_list_json(findings, analysis->model, editors->list, editors->count, MODEL_NONE));
    patch_provider_editors(analysis, findings, finding, editors->list, editors->count, changes_of(finding->resource),
                           has_no_editor);
}

static void judge_editors(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                          const struct holders *holders, const struct trusted_provider *provider)
{
    const struct model *model = analysis->model;
    uint32_t account = provider->at.who->account, first = holders->account_first[account];
    uint32_t end = holders->account_first[account + 1];
    if (first == end)
        return;
    struct editors *editors = arena_allocate(&findings->arena, sizeof *editors);
    editors->list = arena_allocate_array(&findings->arena, end - first, sizeof *editors->list);
    for (uint32_t i = first; i < end; i++)
        if (!is_administrator_otherwise(administrators_get(analysis, holders->principals[i])) &&
            may_change(analysis, holders->principals[i], provider->arn))
            editors->list[editors->count++] = holders->principals[i];
    if (editors->count == 0)
        return;
    struct finding *finding = finding_add(findings, rule, model->accounts[account].id, provider->arn,
                                          model->principals[editors->list[0]].arn, NULL);
    finding_evidence_add(findings, finding, provider->at.use, provider->at.statement);
    finding->about = editors;
    finding->elaborate = list_editors;
    const char *administrator = finding_raise_for_administrator(finding, analysis, provider->at.role);
    const char *more = editors->count > 1 ? finding_text(findings, " and %u more", editors->count - 1) : "";
    finding->detail = finding_text(
        findings, "%s%s can change %s, which %u role%s in the account trust%s, including %s.%s",
        model->principals[editors->list[0]].arn, more, provider->arn, provider->roles, provider->roles == 1 ? "" : "s",
        provider->roles == 1 ? "s" : "", provider->at.who->name, administrator);
}

static void collect_providers(struct analysis *analysis, struct findings *findings, struct trusted_providers *known)
{
    struct trust_statement at = {0};
    while (trust_walk(analysis, findings, &at))
        /* AssumeRoleWithSAML does not work on roles of IAM Identity Center, whoever signs the assertions:
         * https://docs.aws.amazon.com/singlesignon/latest/userguide/troubleshooting.html */
        for (uint32_t i = 0;
             at.statement->allow && !arn_path_is_reserved(at.who->path) && i < at.statement->principal_count; i++) {
            const struct statement_principal *principal = &at.statement->principals[i];
            bool federated = principal->form == PRINCIPAL_SAML || principal->form == PRINCIPAL_WEB_IDENTITY;
            if (federated && !at.statement->not_principal && principal->account != NULL &&
                strcmp(principal->account, analysis->model->accounts[at.who->account].id) == 0)
                add_provider(analysis, known, &at, principal->value);
        }
}

void find_provider_editor(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings)
{
    static const char *const actions[] = {"iam:UpdateSAMLProvider", "iam:AddClientIDToOpenIDConnectProvider",
                                          "iam:UpdateOpenIDConnectProviderThumbprint", NULL};
    struct trusted_providers known = {0};
    struct holders holders = {0};
    collect_providers(analysis, findings, &known);
    if (known.count > 0)
        holders_find(analysis, actions, true, &holders);
    for (size_t i = 0; i < known.count; i++)
        judge_editors(analysis, rule, findings, &holders, &known.list[i]);
    holders_free(&holders);
    intern_free(&known.arns);
    free(known.list);
}
