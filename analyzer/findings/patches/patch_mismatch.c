/*
 * Patches of statements that cannot work as written: keys of another identity provider, actions that their principals
 * cannot call, trusts that only IAM Identity Center may write.
 */
#include "analyzer/findings/facts/federated_keys.h"
#include "analyzer/findings/facts/issuers.h"
#include "analyzer/findings/facts/outside_parties.h"
#include "analyzer/findings/facts/trust_walk.h"
#include "analyzer/findings/patches/patches.h"
#include "graph/model/identity_providers.h"
#include "graph/policy/pattern.h"
#include "ingest/policy/arn.h"
#include "ingest/support/json_build.h"

#include <string.h>
#include <strings.h>

/* ---- oidc-key-wrong-issuer */

/* The provider, if the statement names only one. */
static const struct statement_principal *only_provider(const struct statement *statement)
{
    const struct statement_principal *first = federated_first(statement);
    return first != NULL && statement->principal_count == 1 ? first : NULL;
}

/* The provider's key for a claim of another provider. NULL: it has none. */
static const char *own_key(struct findings *findings, const struct statement_principal *provider, const char *key)
{
    static const char *const both_have[] = {"aud", "sub"};
    const char *claim = strrchr(key, ':');
    bool saml = provider->form == PRINCIPAL_SAML || strncasecmp(key, "saml:", 5) == 0, has = !saml;
    for (size_t i = 0; i < sizeof both_have / sizeof both_have[0] && claim != NULL; i++)
        has = has || strcasecmp(claim + 1, both_have[i]) == 0;
    if (claim == NULL || !has)
        return NULL;
    const char *host = provider->form == PRINCIPAL_SAML ? "SAML" : provider->name;
    return host != NULL ? finding_text(findings, "%s%s", host, claim) : NULL;
}

/* Whether one of the values can be a subject of the provider: if not, the provider is what is wrong. */
static bool may_be_subjects(struct analysis *analysis, const struct issuer *issuer, const char *key, json_t *values)
{
    json_t *list = json_listed(values), *value;
    constraint any = party_key_has_form(analysis, key, issuer->any_subject, false);
    bool found = false;
    size_t i;
    json_array_foreach(list, i, value)
    {
        const char *text = json_string_value(value);
        if (found || text == NULL)
            continue;
        const char *pattern = constraint_key_copy(analysis->pool, text);
        found =
            party_possible(analysis, constraint_and(analysis->pool, any, party_key_like(analysis, key, &pattern, 1)));
    }
    json_decref(list);
    return found;
}

static bool may_hold(struct analysis *analysis, const struct statement_principal *provider, const char *key,
                     json_t *values)
{
    const struct issuer *issuer =
        provider->form == PRINCIPAL_WEB_IDENTITY ? issuer_find(analysis->model, NULL, provider->name) : NULL;
    const char *claim = strrchr(key, ':');
    return issuer == NULL || claim == NULL || strcasecmp(claim + 1, issuer->subject) != 0 ||
           may_be_subjects(analysis, issuer, key, values);
}

/* The block of an operator with the provider's own keys. New reference; NULL: a key cannot be translated, or appears
 * twice. */
static json_t *with_own_keys(struct analysis *analysis, struct findings *findings, const struct statement *statement,
                             const struct statement_principal *provider, json_t *block)
{
    json_t *renamed = json_object(), *value;
    const char *key;
    bool good = true;
    json_object_foreach(block, key, value)
    {
        bool foreign = federated_key_is_foreign(statement, key);
        const char *own = foreign ? own_key(findings, provider, key) : key;
        good = good && own != NULL && (!foreign || may_hold(analysis, provider, own, value)) &&
               json_object_get(renamed, own) == NULL;
        if (good)
            json_put(renamed, own, json_incref(value));
    }
    if (good)
        return renamed;
    json_decref(renamed);
    return NULL;
}

static bool rename_keys(struct analysis *analysis, struct findings *findings, const struct finding *finding,
                        json_t *statement)
{
    const struct statement_principal *provider = only_provider(finding->at.statement);
    json_t *condition = json_object_get(statement, "Condition"), *block;
    const char *operator_name;
    bool good = provider != NULL && json_is_object(condition);
    if (!good)
        return false;
    json_object_foreach(condition, operator_name, block)
    {
        json_t *renamed = with_own_keys(analysis, findings, finding->at.statement, provider, block);
        good = good && renamed != NULL;
        if (good)
            json_put(condition, operator_name, json_incref(renamed));
        json_decref(renamed);
    }
    return good;
}

void patch_foreign_key(struct analysis *analysis, struct findings *findings, struct finding *finding)
{
    const struct statement *statement = finding->at.statement;
    const struct statement_principal *provider = federated_first(statement);
    struct caller caller;
    if (provider == NULL || !trust_caller(analysis, provider, &caller))
        return;
    bool applies = trust_speaks_for(analysis, &caller, &finding->at) != CONSTRAINT_FALSE;
    json_t *policy = trust_policy_json(analysis, finding->at.use);
    /* Whether it is an Allow for nobody, or a Deny for everybody. */
    const struct patch patch = {.style = PATCH_CORRECTED,
                                .document = policy,
                                .stays = statement->allow ? &caller : NULL,
                                .opens = statement->allow != applies};
    bool offered = rename_keys(analysis, findings, finding, trust_policy_statement(policy, statement->position)) &&
                   patch_offer(analysis, findings, finding, &patch);
    json_decref(policy);
    if (!offered && !applies)
        patch_statement_away(analysis, findings, finding);
}

/* ---- trust-action-mismatch */

/* The principal as written in the statement; NULL: not found. */
static const struct statement_principal *principal_of(const struct statement *statement, const char *written)
{
    for (uint32_t i = 0; i < statement->principal_count; i++)
        if (strcmp(statement->principals[i].value, written) == 0)
            return &statement->principals[i];
    return NULL;
}

/* A statement and the action that some of its principals need. */
struct needing {
    const struct statement *statement;
    const char *action;
};

static bool needs_it(const void *context, const char *member, const char *principal)
{
    const struct needing *needing = context;
    const struct statement_principal *one = principal_of(needing->statement, principal);
    const char *action = one != NULL ? federated_action(one) : NULL;
    (void)member;
    return action != NULL && strcmp(action, needing->action) == 0;
}

static bool is_form_of_assuming(const char *action)
{
    for (enum sts_action_id id = 0; id < STS_FIRST_BESIDE; id++)
        if (pattern_matches_ignoring_case(action, sts_actions[id].name))
            return true;
    return false;
}

/* Puts the actions in place of those for which `goes` is true. False: there is no Action. */
static bool replace_actions(json_t *statement, bool (*goes)(const char *action), json_t *actions)
{
    json_t *written = json_object_get(statement, "Action"), *value;
    json_t *before = json_listed(written);
    size_t i;
    json_array_foreach(before, i, value) if (json_is_string(value) && !goes(json_string_value(value)))
        policy_json_add_once(actions, json_incref(value));
    json_decref(before);
    if (written != NULL)
        policy_json_set(statement, "Action", actions);
    return written != NULL;
}

static bool offer_right_action(struct analysis *analysis, struct findings *findings, struct finding *finding,
                               json_t *policy)
{
    const struct statement *statement = finding->at.statement;
    const struct statement_principal *principal = principal_of(statement, finding->subject);
    const struct needing needing = {statement, principal != NULL ? federated_action(principal) : NULL};
    if (needing.action == NULL)
        return false;
    struct caller caller;
    const struct patch patch = {.style = PATCH_ACTIONS, .document = policy, .stays = &caller, .opens = true};
    uint32_t position = patch_split(policy, statement->position, needs_it, &needing);
    json_t *actions = json_array();
    json_add(actions, json_text(needing.action));
    bool good = position != UINT32_MAX && trust_caller(analysis, principal, &caller) &&
                replace_actions(trust_policy_statement(policy, position), is_form_of_assuming, actions) &&
                patch_offer(analysis, findings, finding, &patch);
    json_decref(actions);
    return good;
}

/* What its principals call to assume the role; some services also pass tags and a source identity. Sources:
 * https://docs.aws.amazon.com/rolesanywhere/latest/userguide/trust-model.html,
 * https://docs.aws.amazon.com/eks/latest/userguide/pod-id-association.html */
static json_t *actions_needed(const struct statement *statement)
{
    json_t *actions = json_array();
    for (uint32_t i = 0; i < statement->principal_count; i++) {
        const struct statement_principal *principal = &statement->principals[i];
        const char *action = federated_action(principal);
        bool certificates = strcmp(principal->value, "rolesanywhere.amazonaws.com") == 0;
        policy_json_add_once(actions, json_text(action != NULL ? action : "sts:AssumeRole"));
        if (certificates || strcmp(principal->value, "pods.eks.amazonaws.com") == 0)
            policy_json_add_once(actions, json_text("sts:TagSession"));
        if (certificates)
            policy_json_add_once(actions, json_text("sts:SetSourceIdentity"));
    }
    return actions;
}

static void offer_needed_actions(struct analysis *analysis, struct findings *findings, struct finding *finding,
                                 json_t *policy)
{
    const struct statement *statement = finding->at.statement;
    const struct patch patch = {.style = PATCH_ACTIONS,
                                .document = policy,
                                .caveat = "Callers and tokens that pass session tags or a source identity also need "
                                          "sts:TagSession or sts:SetSourceIdentity."};
    json_t *actions = actions_needed(statement);
    if (json_array_size(actions) > 0 &&
        replace_actions(trust_policy_statement(policy, statement->position), federated_action_is_open, actions))
        patch_offer(analysis, findings, finding, &patch);
    json_decref(actions);
}

void patch_actions(struct analysis *analysis, struct findings *findings, struct finding *finding)
{
    bool wrong = finding_has_code(finding, CODE_MISMATCH_WRONG_ACTION);
    json_t *policy = trust_policy_json(analysis, finding->at.use);
    if (!wrong)
        offer_needed_actions(analysis, findings, finding, policy);
    bool offered = wrong && offer_right_action(analysis, findings, finding, policy);
    json_decref(policy);
    if (wrong && !offered)
        patch_subject_away(analysis, findings, finding);
}

/* ---- sso-role-tampered */

/* The exported providers of IAM Identity Center in an account. */
struct exported_providers {
    struct findings *findings;
    const char *first;
    unsigned count;
};

static void look_at_exported(const char *arn, void *context)
{
    struct exported_providers *providers = context;
    const char *slash = strrchr(arn, '/');
    if (slash != NULL && arn_is_identity_center_provider(slash + 1) && providers->count++ == 0)
        providers->first = finding_text(providers->findings, "%s", arn);
}

/* The provider that the trust policy names (*named is set), else the account's exported one. NULL: unknown, or
 * several. */
static const char *center_provider(struct analysis *analysis, struct findings *findings, const struct finding *finding,
                                   bool *named)
{
    const char *home = analysis->model->accounts[finding->at.who->account].id;
    struct exported_providers providers = {.findings = findings};
    struct trust_statement at = {.role = finding->at.role};
    *named = true;
    while (trust_walk_role(analysis->model, &at))
        for (uint32_t i = 0; i < at.statement->principal_count; i++) {
            const struct statement_principal *principal = &at.statement->principals[i];
            if (principal->form == PRINCIPAL_SAML && principal->account != NULL &&
                strcmp(principal->account, home) == 0 && arn_is_identity_center_provider(principal->name))
                return principal->value;
        }
    *named = false;
    identity_providers_saml(analysis->store, home, look_at_exported, &providers);
    return providers.count == 1 ? providers.first : NULL;
}

/* The policy that IAM Identity Center writes. */
static json_t *center_policy(const char *provider, const char *address)
{
    json_t *statement = json_object(), *principal = json_object(), *actions = json_array(), *equals = json_object(),
           *condition = json_object();
    json_put(principal, "Federated", json_text(provider));
    json_add(actions, json_text("sts:AssumeRoleWithSAML"));
    json_add(actions, json_text("sts:TagSession"));
    json_put(equals, "SAML:aud", json_text(address));
    json_put(condition, "StringEquals", equals);
    json_put(statement, "Effect", json_text("Allow"));
    json_put(statement, "Principal", principal);
    json_put(statement, "Action", actions);
    json_put(statement, "Condition", condition);
    return policy_json_document(statement);
}

void patch_sso(struct analysis *analysis, struct findings *findings, struct finding *finding)
{
    bool named;
    const char *provider = center_provider(analysis, findings, finding, &named);
    const char *address = patch_sign_in_address(analysis->model->accounts[finding->at.who->account].partition);
    if (provider == NULL || address == NULL)
        return;
    struct patch patch = {.style = PATCH_REWRITTEN, .document = center_policy(provider, address), .opens = !named};
    patch_offer(analysis, findings, finding, &patch);
    json_decref(patch.document);
}
