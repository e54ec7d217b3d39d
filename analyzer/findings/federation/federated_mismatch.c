/*
 * Statements that cannot work as written: condition keys of another identity provider than the one they name, and
 * actions that their principals cannot call.
 */
#include "analyzer/findings/facts/federated_keys.h"
#include "analyzer/findings/facts/trust_walk.h"
#include "analyzer/findings/rules.h"
#include "graph/policy/pattern.h"
#include "ingest/policy/context_key.h"

#include <string.h>
#include <strings.h>

/* ---- keys of another provider */

static bool is_federated(const struct statement_principal *principal)
{
    return principal->form == PRINCIPAL_WEB_IDENTITY || principal->form == PRINCIPAL_SAML;
}

static const char *provider_of(const struct statement_principal *principal)
{
    return principal->name != NULL ? principal->name : principal->value;
}

static bool is_key_of(const struct statement_principal *principal, const char *key)
{
    const char *provider = provider_of(principal);
    size_t length = strlen(provider);
    if (principal->form == PRINCIPAL_SAML)
        return strncasecmp(key, "saml:", 5) == 0;
    return strncasecmp(key, provider, length) == 0 && key[length] == ':';
}

bool federated_key_is_foreign(const struct statement *statement, const char *key)
{
    if (context_key_find(key)->class != KEY_PROVIDER)
        return false;
    for (uint32_t i = 0; i < statement->principal_count; i++)
        if (is_key_of(&statement->principals[i], key))
            return false;
    return true;
}

const struct statement_principal *federated_first(const struct statement *statement)
{
    for (uint32_t i = 0; i < statement->principal_count; i++)
        if (is_federated(&statement->principals[i]))
            return &statement->principals[i];
    return NULL;
}

void find_foreign_key(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings)
{
    struct trust_statement at = {0};
    while (trust_walk(analysis, findings, &at)) {
        const struct statement_principal *provider = federated_first(at.statement);
        const char *key = NULL;
        struct caller caller;
        for (uint32_t i = 0; provider != NULL && key == NULL && i < at.statement->condition_count; i++)
            if (federated_key_is_foreign(at.statement, at.statement->conditions[i].key))
                key = at.statement->conditions[i].key;
        if (key == NULL || at.statement->not_principal || !trust_caller(analysis, provider, &caller))
            continue;
        bool applies = trust_speaks_for(analysis, &caller, &at) != CONSTRAINT_FALSE;
        bool dead = !applies;
        struct finding *finding = finding_add_trust(findings, analysis, rule, &at, key);
        finding_raise(finding, at.statement->allow && dead ? -1 : at.statement->allow ? 1 : 0);
        const char *effect = at.statement->allow ? (dead ? "so it admits nobody"
                                                         : "and its operator accepts that: the condition limits nobody")
                             : dead              ? "so the Deny never applies"
                                                 : "so the Deny applies to every token";
        finding->detail = finding_text(findings,
                                       "A statement of the trust policy of %s is about %s and tests %s. Tokens of that "
                                       "provider do not have this key, %s.",
                                       at.who->name, provider_of(provider), key, effect);
    }
}

/* ---- actions that the principals cannot call */

const char *federated_action(const struct statement_principal *principal)
{
    switch (principal->form) {
    case PRINCIPAL_SAML:
        return sts_actions[STS_ASSUME_ROLE_WITH_SAML].name;
    case PRINCIPAL_WEB_IDENTITY:
        return sts_actions[STS_ASSUME_ROLE_WITH_WEB_IDENTITY].name;
    case PRINCIPAL_ACCOUNT:
    case PRINCIPAL_USER_ARN:
    case PRINCIPAL_ROLE_ARN:
    case PRINCIPAL_SESSION_ARN:
    case PRINCIPAL_SERVICE:
        return sts_actions[STS_ASSUME_ROLE].name;
    default:
        return NULL;
    }
}

bool federated_action_is_open(const char *action)
{
    return pattern_has_wildcard(action) && pattern_matches_ignoring_case(action, sts_actions[STS_TAG_SESSION].name);
}

static void report_mismatch(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                            const struct trust_statement *at, const struct statement_principal *principal)
{
    struct finding *finding = finding_add_trust(findings, analysis, rule, at, principal->value);
    finding->code = finding_code_words[CODE_MISMATCH_WRONG_ACTION];
    finding->detail = finding_text(
        findings, "%s can only assume %s with %s, which the statement does not allow: it never admits %s.",
        principal->value, at->who->name, federated_action(principal), is_federated(principal) ? "the provider" : "it");
}

static void report_wildcard(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                            const struct trust_statement *at, const char *action)
{
    struct finding *finding = finding_add_trust(findings, analysis, rule, at, action);
    finding->code = finding_code_words[CODE_MISMATCH_ANY_ACTION];
    finding->detail = finding_text(findings,
                                   "The trust policy of %s allows %s: this includes session tags and a source "
                                   "identity, which other policies may rely on.",
                                   at->who->name, action);
}

void find_action_mismatch(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings)
{
    struct trust_statement at = {0};
    while (trust_walk(analysis, findings, &at)) {
        const struct statement *statement = at.statement;
        if (!statement->allow || !trust_is_about_assuming(statement))
            continue;
        for (uint32_t i = 0; !statement->not_principal && i < statement->principal_count; i++) {
            const char *action = federated_action(&statement->principals[i]);
            if (action != NULL && !statement_covers_action(statement, action))
                report_mismatch(analysis, rule, findings, &at, &statement->principals[i]);
        }
        for (uint32_t i = 0; !statement->not_action && i < statement->action_count; i++)
            if (statement_covers_sts(statement, STS_TAG_SESSION) && federated_action_is_open(statement->actions[i])) {
                report_wildcard(analysis, rule, findings, &at, statement->actions[i]);
                break;
            }
    }
}
