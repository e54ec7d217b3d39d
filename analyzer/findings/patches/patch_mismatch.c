/*
 * Patches of statements that cannot mean what they say: keys of another identity provider, actions that their
 * principals cannot call, trusts that only IAM Identity Center may write.
 */
#include "analyzer/findings/facts/federated_keys.h"
#include "analyzer/findings/facts/issuers.h"
#include "analyzer/findings/facts/outside_parties.h"
#include "analyzer/findings/patches/patches.h"
#include "graph/policy/pattern.h"

#include <string.h>
#include <strings.h>

/* ---- oidc-key-wrong-issuer */

/* The provider, if the statement names but one. */
static const struct statement_principal *only_provider(const struct statement *statement)
{
    const struct statement_principal *first = federated_first(statement);
    return first != NULL && statement->principal_count == 1 ? first : NULL;
}

/* The key of the provider for the claim of another's. NULL: it has none like that. */
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

/* Whether one of the values can be a subject of the provider: else it is the provider that is wrong. */
static bool may_be_subjects(struct analysis *analysis, const struct issuer *issuer, const char *key,
                            const json_t *values)
{
    json_t *list = json_is_array(values) ? json_incref((json_t *)values) : json_pack("[O]", values), *value;
    constraint any = party_key_like(analysis, key, &issuer->any_subject, 1);
    bool found = false;
    size_t i;
    json_array_foreach(list, i, value)
    {
        const char *text = json_string_value(value);
        const char *pattern = text != NULL ? constraint_key_copy(analysis->pool, text) : NULL;
        found =
            found ||
            (pattern != NULL &&
             party_possible(analysis, constraint_and(analysis->pool, any, party_key_like(analysis, key, &pattern, 1))));
    }
    json_decref(list);
    return found;
}

static bool may_hold(struct analysis *analysis, const struct statement_principal *provider, const char *key,
                     const json_t *values)
{
    const struct issuer *issuer = provider->form == PRINCIPAL_WEB_IDENTITY ? issuer_find(provider->name) : NULL;
    const char *claim = strrchr(key, ':');
    return issuer == NULL || claim == NULL || strcasecmp(claim + 1, issuer->subject) != 0 ||
           may_be_subjects(analysis, issuer, key, values);
}

/* The block of an operator with the provider's own keys. New reference; NULL: a key cannot be told, or is there twice.
 */
static json_t *with_own_keys(struct analysis *analysis, struct findings *findings, const struct statement *statement,
                             const struct statement_principal *provider, const json_t *block)
{
    json_t *renamed = json_object(), *value;
    const char *key;
    bool good = true;
    json_object_foreach((json_t *)block, key, value)
    {
        bool foreign = federated_key_is_foreign(statement, key);
        const char *own = foreign ? own_key(findings, provider, key) : key;
        good = good && own != NULL && (!foreign || may_hold(analysis, provider, own, value)) &&
               json_object_get(renamed, own) == NULL && json_object_set(renamed, own, value) == 0;
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
        good = good && renamed != NULL && json_object_set(condition, operator_name, renamed) == 0;
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
    /* An Allow that lets nobody in, or a Deny that keeps everybody out. */
    const struct patch patch = {.style = "corrected",
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

/* As it is written in the statement; NULL: it is not. */
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
    json_t *before = json_is_array(written) ? json_incref(written) : json_pack("[O*]", written);
    size_t i;
    json_array_foreach(before, i, value) if (json_is_string(value) && !goes(json_string_value(value)))
        patch_add_once(actions, json_string_value(value));
    json_decref(before);
    return written != NULL &&
           json_object_set(statement, "Action", json_array_size(actions) == 1 ? json_array_get(actions, 0) : actions) ==
               0;
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
    const struct patch patch = {.style = "actions", .document = policy, .stays = &caller, .opens = true};
    uint32_t position = patch_split(policy, statement->position, needs_it, &needing);
    json_t *actions = json_pack("[s]", needing.action);
    bool good = position != UINT32_MAX && trust_caller(analysis, principal, &caller) &&
                replace_actions(trust_policy_statement(policy, position), is_form_of_assuming, actions) &&
                patch_offer(analysis, findings, finding, &patch);
    json_decref(actions);
    return good;
}

/* What its principals call to assume the role; some services pass tags and a source identity.
 * Sources: https://docs.aws.amazon.com/rolesanywhere/latest/userguide/trust-model.html,
 * https://docs.aws.amazon.com/eks/latest/userguide/pod-id-association.html */
static json_t *actions_needed(const struct statement *statement)
{
    json_t *actions = json_array();
    for (uint32_t i = 0; i < statement->principal_count; i++) {
        const struct statement_principal *principal = &statement->principals[i];
        const char *action = federated_action(principal);
        bool certificates = strcmp(principal->value, "rolesanywhere.amazonaws.com") == 0;
        patch_add_once(actions, action != NULL ? action : "sts:AssumeRole");
        if (certificates || strcmp(principal->value, "pods.eks.amazonaws.com") == 0)
            patch_add_once(actions, "sts:TagSession");
        if (certificates)
            patch_add_once(actions, "sts:SetSourceIdentity");
    }
    return actions;
}

static void offer_needed_actions(struct analysis *analysis, struct findings *findings, struct finding *finding,
                                 json_t *policy)
{
    const struct statement *statement = finding->at.statement;
    const struct patch patch = {
        .style = "actions",
        .document = policy,
        .caveat = "Callers and tokens that bring session tags or a source identity need sts:TagSession or "
                  "sts:SetSourceIdentity besides."};
    json_t *actions = actions_needed(statement);
    if (json_array_size(actions) > 0 &&
        replace_actions(trust_policy_statement(policy, statement->position), federated_action_is_open, actions))
        patch_offer(analysis, findings, finding, &patch);
    json_decref(actions);
}

void patch_actions(struct analysis *analysis, struct findings *findings, struct finding *finding)
{
    bool wrong = strcmp(finding->code, "wrong-action") == 0;
    json_t *policy = trust_policy_json(analysis, finding->at.use);
    if (!wrong)
        offer_needed_actions(analysis, findings, finding, policy);
    bool offered = wrong && offer_right_action(analysis, findings, finding, policy);
    json_decref(policy);
    if (wrong && !offered)
        patch_subject_away(analysis, findings, finding);
}

/* ---- sso-role-tampered */

static bool is_of_identity_center(const char *arn)
{
    const char *name = strstr(arn, ":saml-provider/");
    return name != NULL && strncmp(name + strlen(":saml-provider/"), "AWSSSO_", strlen("AWSSSO_")) == 0;
}

/* The provider that the trust policy names; *named: it does. Else the one that was exported of the account. NULL: not
 * known, or several. */
static const char *center_provider(struct analysis *analysis, struct findings *findings, const struct finding *finding,
                                   bool *named)
{
    const struct model *model = analysis->model;
    const char *home = model->accounts[finding->at.who->account].id, *found = NULL;
    struct trust_statement at = {.role = finding->at.role};
    *named = false;
    while (trust_walk_role(model, &at))
        for (uint32_t i = 0; i < at.statement->principal_count; i++) {
            const struct statement_principal *principal = &at.statement->principals[i];
            if (principal->form == PRINCIPAL_SAML && principal->account != NULL &&
                strcmp(principal->account, home) == 0 && is_of_identity_center(principal->value)) {
                *named = true;
                return principal->value;
            }
        }
    sqlite3_stmt *query = NULL;
    unsigned count = 0;
    if (sqlite3_prepare_v2(store_handle(analysis->store),
                           "SELECT arn FROM identity_provider WHERE account = ? AND kind = 'saml' ORDER BY arn", -1,
                           &query, NULL) != SQLITE_OK)
        findings->failed = true;
    sqlite3_bind_text(query, 1, home, -1, SQLITE_STATIC);
    while (query != NULL && sqlite3_step(query) == SQLITE_ROW) {
        const char *arn = (const char *)sqlite3_column_text(query, 0);
        if (arn != NULL && is_of_identity_center(arn) && count++ == 0)
            found = finding_text(findings, "%s", arn);
    }
    sqlite3_finalize(query);
    return count == 1 ? found : NULL;
}

void patch_sso(struct analysis *analysis, struct findings *findings, struct finding *finding)
{
    bool named;
    const char *provider = center_provider(analysis, findings, finding, &named);
    const char *address = patch_sign_in_address(analysis->model->accounts[finding->at.who->account].partition);
    if (provider == NULL || address == NULL)
        return;
    struct patch patch = {.style = "rewritten",
                          .opens = !named,
                          .caveat = "Nobody of the account may put it in place: provision the permission set again, "
                                    "which does, and compare."};
    patch.document =
        json_pack("{s:s, s:[{s:s, s:{s:s}, s:[s,s], s:{s:{s:s}}}]}", "Version", "2012-10-17", "Statement", "Effect",
                  "Allow", "Principal", "Federated", provider, "Action", "sts:AssumeRoleWithSAML", "sts:TagSession",
                  "Condition", "StringEquals", "SAML:aud", address);
    patch_offer(analysis, findings, finding, &patch);
    json_decref(patch.document);
}
