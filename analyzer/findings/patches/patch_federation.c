/*
 * Patches of trusts in identity providers: the subject and the audience that tokens must have.
 */
#include "analyzer/findings/facts/issuers.h"
#include "analyzer/findings/facts/kept_access.h"
#include "analyzer/findings/facts/outside_parties.h"
#include "analyzer/findings/facts/subject_forms.h"
#include "analyzer/findings/facts/trust_walk.h"
#include "analyzer/findings/patches/patches.h"
#include "ingest/support/json_build.h"
#include "ingest/support/json_words.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Conditions with more values are not checked value by value. */
#define VALUES_ASKED 32

static const char *claim_key(struct findings *findings, const struct finding *finding, const char *claim)
{
    return finding_text(findings, "%s:%s", finding->caller->name, claim);
}

static bool is_provider(const void *context, const char *member, const char *principal)
{
    return strcmp(member, "Federated") == 0 && strcmp(principal, context) == 0;
}

/* A trust policy that is changed for one provider. */
struct draft {
    json_t *policy, *statement; /* the statement that names only this provider; NULL: there can be none */
    uint32_t position;
};

static struct draft draft_begin(struct analysis *analysis, const struct finding *finding)
{
    struct draft draft = {.policy = trust_policy_json(analysis, finding->at.use)};
    draft.position = patch_split(draft.policy, finding->at.statement->position, is_provider, finding->subject);
    if (draft.position != UINT32_MAX)
        draft.statement = trust_policy_statement(draft.policy, draft.position);
    return draft;
}

/* ---- subjects and audiences in events */

/* Their subjects (or audiences) in the loaded events. False: there are none, or not all are known. */
static bool seen(struct analysis *analysis, struct findings *findings, const struct finding *finding, bool subjects,
                 json_t *values)
{
    const struct history *history = kept_history(analysis, findings);
    size_t count;
    const struct history_token *tokens = history_tokens_of(history, finding->at.role, finding->subject, &count);
    constraint admits = count > 0 ? trust_admits(analysis, finding->caller, &finding->at) : CONSTRAINT_FALSE;
    bool all = count > 0;
    for (size_t i = 0; i < count; i++) {
        const char *value = subjects ? tokens[i].subject : tokens[i].audience;
        /* The policy may have been different then. */
        constraint now = constraint_and(analysis->pool, admits, kept_token(analysis, finding->caller, &tokens[i]));
        if (!party_possible(analysis, now))
            continue;
        all = all && value[0] != '\0' && strpbrk(value, "*?$") == NULL;
        if (all)
            policy_json_add_once(values, json_text(value));
    }
    return all && json_array_size(values) > 0;
}

static const char *seen_when(struct findings *findings, const struct finding *finding, const char *what)
{
    const struct history_trail *trail = history_trail_of(kept_access_of(findings)->history, finding->at.who->account);
    return trail != NULL ? finding_text(findings, "The %s those of calls in the loaded events, %.10s to %.10s.", what,
                                        trail->first, trail->last)
                         : finding_text(findings, "The %s those of calls in the loaded events.", what);
}

/* Requires these values of the provider's key. False: not offered. */
static bool offer_seen(struct analysis *analysis, struct findings *findings, struct finding *finding, bool subjects,
                       const char *key)
{
    const char *fix = finding->fix;
    json_t *values = json_array();
    bool offered = false;
    if (seen(analysis, findings, finding, subjects, values)) {
        struct draft draft = draft_begin(analysis, finding);
        const struct patch patch = {.style = subjects ? PATCH_SUBJECT : PATCH_AUDIENCE,
                                    .document = draft.policy,
                                    .stays = finding->caller,
                                    .caveat =
                                        seen_when(findings, finding, subjects ? "subjects are" : "audiences are")};
        offered = draft.statement != NULL && patch_demand(draft.statement, "StringEquals", key, values) &&
                  patch_offer(analysis, findings, finding, &patch);
        json_decref(draft.policy);
    }
    json_decref(values);
    if (!offered)
        finding->fix = fix; /* another patch is tried next, and gives its own reason */
    return offered;
}

/* ---- subjects */

/* Replaces "<id>" in the form by the end of the provider's name. */
static const char *form_of(struct findings *findings, const char *form, const char *provider)
{
    const char *id = strstr(form, "<id>"), *end = strrchr(provider, '/');
    return id == NULL
               ? form
               : finding_text(findings, "%.*s%s%s", (int)(id - form), form, end != NULL ? end + 1 : provider, id + 4);
}

/* Whether the rule finds the trust policy if the subject is required to have only this value. */
static bool is_at_fault(struct analysis *analysis, struct findings *findings, const struct finding *finding,
                        const struct draft *draft, const char *key, const char *value)
{
    json_t *policy = json_like(draft->policy), *statement = trust_policy_statement(policy, draft->position);
    bool found = true;
    if (patch_demand_one(statement, "StringLike", key, value)) {
        char *text = json_words(policy, JSON_COMPACT);
        found = patch_finds(analysis, findings, finding, text);
        free(text);
    }
    json_decref(policy);
    return found;
}

/* Replaces every value that admits too many by the subject that was probably meant; *words: malloc'ed placeholders that
 * remain to be filled in. NULL: not possible. New reference. */
static json_t *subjects_meant(struct analysis *analysis, struct findings *findings, struct finding *finding,
                              const struct draft *draft, const char *key, const char *form, char separator,
                              struct text *words)
{
    json_t *values = patch_release(draft->statement, key), *meant = json_array(), *value;
    size_t i, count = json_array_size(values);
    bool good = values != NULL && count <= VALUES_ASKED;
    if (count > VALUES_ASKED)
        patch_not_offered(findings, finding, "No patch is offered: the condition lists more than 32 values.");
    if (good && count == 0)
        json_add(values, json_text(""));
    json_array_foreach(values, i, value)
    {
        const char *written = json_string_value(value);
        good = good && written != NULL;
        if (!good)
            break;
        if (count > 1 && !is_at_fault(analysis, findings, finding, draft, key, written)) {
            policy_json_add_once(meant, json_text(written));
            continue;
        }
        char *subject = subject_fill(form, separator, written, words);
        policy_json_add_once(meant, json_text(subject));
        free(subject);
    }
    json_decref(values);
    if (good && json_array_size(meant) > 0)
        return meant;
    json_decref(meant);
    return NULL;
}

static bool any_wildcard(const json_t *values)
{
    const json_t *value;
    size_t i;
    json_array_foreach(values, i, value) if (strpbrk(json_string_value(value), "*?") != NULL) return true;
    return false;
}

static void offer_subject(struct analysis *analysis, struct findings *findings, struct finding *finding,
                          const char *claim, const char *form, char separator, const char *advice)
{
    const char *key = claim_key(findings, finding, claim);
    if (offer_seen(analysis, findings, finding, true, key))
        return;
    struct draft draft = draft_begin(analysis, finding);
    struct text words = {0};
    json_t *values = draft.statement != NULL
                         ? subjects_meant(analysis, findings, finding, &draft, key, form, separator, &words)
                         : NULL;
    struct patch patch = {.style = PATCH_SUBJECT, .document = draft.policy, .stays = finding->caller};
    if (words.length > 0) {
        patch.fill_in = finding_text(findings, "%s: as in the subject (%s) of the intended tokens", words.data, claim);
        patch.caveat = advice;
    }
    if (values != NULL &&
        patch_demand(draft.statement, any_wildcard(values) ? "StringLike" : "StringEquals", key, values))
        patch_offer(analysis, findings, finding, &patch);
    text_free(&words);
    json_decref(values);
    json_decref(draft.policy);
}

void patch_subject(struct analysis *analysis, struct findings *findings, struct finding *finding)
{
    const struct issuer *issuer = issuer_find(analysis->model, finding->at.use, finding->caller->name);
    if (issuer->form == NULL) {
        patch_audience(analysis, findings, finding);
        return;
    }
    offer_subject(analysis, findings, finding, issuer->subject, form_of(findings, issuer->form, finding->caller->name),
                  (char)(issuer->separator != '\0' ? issuer->separator : ':'), issuer->advice);
}

void patch_eks_subject(struct analysis *analysis, struct findings *findings, struct finding *finding)
{
    if (finding_has_code(finding, CODE_EKS_POD_IDENTITY))
        patch_pod_identity(analysis, findings, finding);
    else
        patch_subject(analysis, findings, finding);
}

/* ---- audiences */

/* The usual audience of tokens for AWS. NULL: there is none. */
static const char *usual_audience(struct analysis *analysis, struct findings *findings, const struct finding *finding,
                                  const struct issuer *issuer)
{
    const char *audience = issuer->for_aws, *provider = finding->caller->name;
    /* In China, some tokens are for sts.amazonaws.com.cn. */
    bool china = strcmp(analysis->model->accounts[finding->at.who->account].partition, "aws-cn") == 0;
    if (audience == NULL || (china && strncmp(audience, "sts.", 4) == 0))
        return NULL;
    return form_of(findings, audience, provider);
}

static const char *named_clients(struct findings *findings, const json_t *clients)
{
    struct text names = {0};
    const json_t *client;
    size_t i;
    json_array_foreach(clients, i, client) if (i < VALUES_ASKED)
        text_format(&names, "%s%s", i > 0 ? ", " : "", json_string_value(client));
    if (json_array_size(clients) > VALUES_ASKED)
        text_format(&names, " and %zu more", json_array_size(clients) - VALUES_ASKED);
    const char *words =
        finding_text(findings, "CLIENT_ID: the intended one of the provider's client IDs: %s", names.data);
    text_free(&names);
    return words;
}

void patch_audience(struct analysis *analysis, struct findings *findings, struct finding *finding)
{
    const struct issuer *issuer = issuer_find(analysis->model, finding->at.use, finding->caller->name);
    const char *key = claim_key(findings, finding, issuer->audience);
    if (!issuer->many_audiences && offer_seen(analysis, findings, finding, false, key))
        return;
    struct draft draft = draft_begin(analysis, finding);
    const char *audience = usual_audience(analysis, findings, finding, issuer);
    json_t *clients = exported_client_ids(analysis->store, finding->subject);
    struct patch patch = {.style = PATCH_AUDIENCE, .document = draft.policy, .stays = finding->caller};
    if (json_array_size(clients) > 0 && (audience == NULL || !policy_json_has_text(clients, audience))) {
        audience = "CLIENT_ID";
        patch.fill_in = named_clients(findings, clients);
    } else if (audience == NULL) {
        audience = "CLIENT_ID";
        patch.fill_in = "CLIENT_ID: the ID under which your application is registered with the provider: the audience "
                        "of its tokens";
    }
    if (draft.statement != NULL && patch_demand_one(draft.statement, "StringEquals", key, audience))
        patch_offer(analysis, findings, finding, &patch);
    json_decref(clients);
    json_decref(draft.policy);
}

/* ---- Cognito */

static bool says_who_signs_in(const struct finding *finding, const char *key)
{
    const struct statement *statement = finding->at.statement;
    for (uint32_t i = 0; i < statement->condition_count; i++)
        if (strcasecmp(statement->conditions[i].key, key) == 0)
            return true;
    return false;
}

void patch_cognito(struct analysis *analysis, struct findings *findings, struct finding *finding)
{
    struct draft draft = draft_begin(analysis, finding);
    const char *pool = claim_key(findings, finding, "aud"), *method = claim_key(findings, finding, "amr");
    bool guests = finding_has_code(finding, CODE_COGNITO_GUESTS), good = draft.statement != NULL;
    struct patch patch = {.style = PATCH_AUDIENCE, .document = draft.policy, .stays = finding->caller};
    if (guests)
        patch.style = PATCH_CORRECTED;
    else {
        patch.fill_in = "REGION:IDENTITY_POOL_ID: the ID of your identity pool";
        good = good && patch_demand_one(draft.statement, "StringEquals", pool, "REGION:IDENTITY_POOL_ID");
    }
    /* A role for guests is meant to admit them. */
    if (guests || !says_who_signs_in(finding, method))
        good = good && patch_demand_one(draft.statement, "ForAnyValue:StringLike", method, "authenticated");
    good = good && patch_offer(analysis, findings, finding, &patch);
    json_decref(draft.policy);
    /* It only accepts guests: requiring something else would admit those others. */
    if (guests && !good)
        patch_subject_away(analysis, findings, finding);
}

/* ---- SAML */

/* https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_saml_3rd-party.html */
static const char *const sign_in[][2] = {
    {"aws", "https://signin.aws.amazon.com/saml"},
    {"aws-cn", "https://signin.amazonaws.cn/saml"},
    {"aws-us-gov", "https://signin.amazonaws-us-gov.com/saml"},
};

const char *patch_sign_in_address(const char *partition)
{
    for (size_t i = 0; i < sizeof sign_in / sizeof sign_in[0]; i++)
        if (strcmp(sign_in[i][0], partition) == 0)
            return sign_in[i][1];
    return NULL;
}

void patch_saml_audience(struct analysis *analysis, struct findings *findings, struct finding *finding)
{
    if (offer_seen(analysis, findings, finding, false, "SAML:aud"))
        return;
    struct draft draft = draft_begin(analysis, finding);
    const char *address = patch_sign_in_address(analysis->model->accounts[finding->at.who->account].partition);
    struct patch patch = {.style = PATCH_AUDIENCE,
                          .document = draft.policy,
                          .stays = finding->caller,
                          .caveat =
                              "Assertions sent to a regional address name that address: list it too where it is used."};
    if (address == NULL) {
        address = "https://SIGN-IN-ADDRESS/saml";
        patch.fill_in = "SIGN-IN-ADDRESS: the address to which the identity provider sends assertions";
    }
    if (draft.statement != NULL && patch_demand_one(draft.statement, "StringEquals", "SAML:aud", address))
        patch_offer(analysis, findings, finding, &patch);
    json_decref(draft.policy);
}
