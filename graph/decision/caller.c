/*
 * Callers: parsing and naming them, and the words of decision.h.
 */
#include "graph/decision/decision.h"
#include "graph/model/people.h"
#include "graph/model/workloads.h"
#include "graph/policy/caller_pattern.h"
#include "graph/policy/pattern.h"
#include "ingest/policy/context_key.h"
#include "ingest/policy/issuer_claims.h"

#include <string.h>

const char *caller_kind_word(enum caller_kind kind)
{
    static const char *const words[] = {[CALLER_USER] = "user",
                                        [CALLER_ROLE] = "role",
                                        [CALLER_ROLE_SESSION] = "role-session",
                                        [CALLER_ACCOUNT] = "account",
                                        [CALLER_ANYONE] = "anyone",
                                        [CALLER_SERVICE] = "service",
                                        [CALLER_SAML_PROVIDER] = "saml-provider",
                                        [CALLER_WEB_IDENTITY] = "web-identity",
                                        [CALLER_ROOT_USER] = "root-user",
                                        [CALLER_FEDERATED_USER] = "federated-user",
                                        [CALLER_ORGANIZATION] = "organization",
                                        [CALLER_ACCOUNTS_LIKE] = "accounts-like",
                                        [CALLER_ORGANIZATIONS_LIKE] = "organizations-like",
                                        [CALLER_KNOWN_LATER] = "known-later",
                                        [CALLER_UNIQUE_ID] = "unique-id",
                                        [CALLER_PERSON] = "person",
                                        [CALLER_POD] = "pod",
                                        [CALLER_WORKLOAD] = "workload",
                                        [CALLER_CERTIFICATE] = "certificate",
                                        [CALLER_GUEST] = "guest",
                                        [CALLER_POOL_USER] = "pool-user"};
    return words[kind];
}

bool caller_is_role(const struct caller *caller)
{
    return caller->kind == CALLER_ROLE || caller->kind == CALLER_ROLE_SESSION;
}

bool caller_is_stranger(const struct caller *caller)
{
    return caller->kind == CALLER_ANYONE || caller->kind == CALLER_ORGANIZATION || caller_is_pattern(caller);
}

bool caller_is_pattern(const struct caller *caller)
{
    return caller->kind == CALLER_ACCOUNTS_LIKE || caller->kind == CALLER_ORGANIZATIONS_LIKE;
}

bool caller_is_known_later(const struct caller *caller)
{
    return caller->kind == CALLER_KNOWN_LATER ||
           ((caller->kind == CALLER_SERVICE || caller_is_federated(caller)) && context_key_is_put_off(caller->text));
}

bool caller_is_own_members(const struct model *model, const struct caller *caller)
{
    return caller->kind == CALLER_ORGANIZATION && model_is_own_organization(model, caller->text);
}

enum sts_action_id caller_action(const struct caller *caller)
{
    return caller->kind == CALLER_SAML_PROVIDER  ? STS_ASSUME_ROLE_WITH_SAML
           : caller->kind == CALLER_WEB_IDENTITY ? STS_ASSUME_ROLE_WITH_WEB_IDENTITY
                                                 : STS_ASSUME_ROLE;
}

bool caller_is_federated(const struct caller *caller)
{
    return caller->kind == CALLER_SAML_PROVIDER || caller->kind == CALLER_WEB_IDENTITY;
}

bool caller_has_iam_credentials(const struct caller *caller)
{
    return caller->kind != CALLER_SERVICE && !caller_is_before_roles(caller) && !caller_is_federated(caller);
}

bool caller_is_of_pool(const struct caller *caller)
{
    return caller->kind == CALLER_GUEST || caller->kind == CALLER_POOL_USER;
}

bool caller_is_before_roles(const struct caller *caller)
{
    return caller->kind == CALLER_PERSON || caller->kind == CALLER_POD || caller->kind == CALLER_WORKLOAD ||
           caller->kind == CALLER_CERTIFICATE || caller_is_of_pool(caller);
}

const char *verdict_word(enum verdict verdict)
{
    return verdict == VERDICT_ALLOWED ? "allowed" : verdict == VERDICT_CONDITIONAL ? "conditional" : "denied";
}

const char *decision_reason_word(enum decision_reason reason)
{
    static const char *const words[] = {[REASON_GRANTED] = "granted",
                                        [REASON_CANNOT_CALL] = "cannot-call",
                                        [REASON_ACCOUNT_CLOSED] = "account-closed",
                                        [REASON_INVALID_POLICY] = "invalid-policy",
                                        [REASON_EXPLICIT_DENY] = "explicit-deny",
                                        [REASON_RCP] = "rcp",
                                        [REASON_SCP] = "scp",
                                        [REASON_NO_TRUST] = "no-trust",
                                        [REASON_NO_IDENTITY_PERMISSION] = "no-identity-permission",
                                        [REASON_BOUNDARY] = "boundary",
                                        [REASON_UNSATISFIABLE_CONDITIONS] = "unsatisfiable-conditions",
                                        [REASON_NOT_ASSIGNED] = "not-assigned"};
    return words[reason];
}

bool decision_reason_is_refusal(enum decision_reason reason)
{
    return reason == REASON_CANNOT_CALL || reason == REASON_ACCOUNT_CLOSED;
}

const char *decision_layer_word(enum decision_layer_kind layer)
{
    static const char *const words[] = {
        [LAYER_TRUST] = "trust",     [LAYER_IDENTITY] = "identity", [LAYER_BOUNDARY] = "boundary",
        [LAYER_SESSION] = "session", [LAYER_SCP] = "scp",           [LAYER_RCP] = "rcp"};
    return words[layer];
}

const char *layer_result_word(enum layer_result result)
{
    static const char *const words[] = {[LAYER_ALLOWS] = "allows",
                                        [LAYER_CONDITIONAL] = "conditional",
                                        [LAYER_DENIES] = "denies",
                                        [LAYER_SILENT] = "silent",
                                        [LAYER_ABSENT] = "absent"};
    return words[result];
}

void caller_of_principal(const struct model *model, uint32_t principal, struct caller *caller)
{
    const struct model_principal *who = &model->principals[principal];
    const struct model_account *account = &model->accounts[who->account];
    *caller = (struct caller){.kind = who->is_role ? CALLER_ROLE : CALLER_USER,
                              .principal = principal,
                              .account_index = who->account,
                              .text = who->arn,
                              .account = account->id,
                              .partition = account->partition,
                              .name = who->name};
}

void caller_append_name(struct text *text, const struct caller *caller)
{
    const char *name = caller->name != NULL ? caller->name : caller->text;
    if (caller_is_known_later(caller)) {
        text_format(text, "%s known only after deployment (%s)",
                    caller->kind == CALLER_KNOWN_LATER ? "a principal"
                    : caller->kind == CALLER_SERVICE   ? "a service"
                                                       : "an identity provider",
                    name);
        return;
    }
    switch (caller->kind) {
    case CALLER_ANYONE:
        text_append_string(text, "anyone with an AWS account");
        break;
    case CALLER_ORGANIZATION:
    case CALLER_ORGANIZATIONS_LIKE:
        text_format(text, "any account of organization %s", caller->text);
        break;
    case CALLER_ACCOUNTS_LIKE:
        text_format(text, "any account like %s", caller->text);
        break;
    case CALLER_UNIQUE_ID:
        text_format(text, "the principal with the unique ID %s", caller->text);
        break;
    case CALLER_ROLE_SESSION:
        text_format(text, "session %s of role %s", caller->session, name);
        break;
    case CALLER_PERSON:
    case CALLER_CERTIFICATE:
    case CALLER_GUEST:
    case CALLER_POOL_USER:
        text_append_string(text, name);
        break;
    case CALLER_POD:
        text_format(text, "%s%s", strncmp(name, ANY_POD, sizeof ANY_POD - 1) == 0 ? "" : "pod ", name);
        break;
    case CALLER_SAML_PROVIDER:
        text_format(text, "SAML provider %s", name);
        break;
    case CALLER_WEB_IDENTITY:
        text_format(text, "identity provider %s", name);
        break;
    case CALLER_ROOT_USER:
        text_format(text, "the root user of account %s", caller->account);
        break;
    default:
        text_format(text, "%s %s", caller_kind_word(caller->kind), name);
    }
}

static const char *copy(struct arena *arena, struct span span)
{
    return arena_copy_text(arena, span.at, span.length);
}

static uint32_t find_account(const struct model *model, const char *id)
{
    return model != NULL ? model_find_account(model, id) : MODEL_NONE;
}

static uint32_t find_principal(const struct model *model, const char *arn)
{
    return model != NULL ? model_find_arn(model, arn) : MODEL_NONE;
}

/* Account number and partition point into the model if it knows the account; the name is the end of the ARN. */
static void share_texts(const struct model *model, struct arena *arena, const struct arn *arn, struct caller *caller)
{
    char id[sizeof "111122223333"];
    memcpy(id, arn->account.at, sizeof id - 1);
    id[sizeof id - 1] = '\0';
    caller->account_index = find_account(model, id);
    const struct model_account *account =
        caller->account_index != MODEL_NONE ? &model->accounts[caller->account_index] : NULL;
    bool same = account != NULL && strlen(account->partition) == arn->partition.length &&
                memcmp(account->partition, arn->partition.at, arn->partition.length) == 0;
    caller->partition = same ? account->partition : copy(arena, arn->partition);
    caller->account = account != NULL ? account->id : copy(arena, arn->account);
    if (arn->name.length > 0)
        caller->name = arn->name.at[arn->name.length] == '\0' ? arn->name.at : copy(arena, arn->name);
}

static bool parse_arn(const struct model *model, struct arena *arena, struct caller *caller)
{
    const char *text = caller->text;
    struct arn arn;
    if (!arn_parse(text, strlen(text), &arn) || !arn_is_account_id(arn.account.at, arn.account.length))
        return false;
    share_texts(model, arena, &arn, caller);
    switch (arn.kind) {
    case ARN_ACCOUNT_ROOT:
        caller->kind = CALLER_ROOT_USER;
        return true;
    case ARN_USER:
    case ARN_ROLE:
        caller->kind = arn.kind == ARN_USER ? CALLER_USER : CALLER_ROLE;
        caller->principal = find_principal(model, text);
        return true;
    case ARN_ROLE_SESSION:
        caller->kind = CALLER_ROLE_SESSION;
        caller->principal = find_principal(model, text);
        caller->session = copy(arena, arn.session);
        return true;
    case ARN_FEDERATED_USER:
        caller->kind = CALLER_FEDERATED_USER;
        return true;
    case ARN_SAML_PROVIDER:
        caller->kind = CALLER_SAML_PROVIDER;
        return true;
    case ARN_OIDC_PROVIDER:
        caller->kind = CALLER_WEB_IDENTITY;
        return true;
    default:
        return false;
    }
}

bool caller_is_of_china(const char *service)
{
    size_t length = strlen(service);
    return length > 17 && strcmp(service + length - 17, ".amazonaws.com.cn") == 0;
}

static bool is_service(const char *text)
{
    size_t length = strlen(text);
    return (length > 14 && strcmp(text + length - 14, ".amazonaws.com") == 0) || caller_is_of_china(text) ||
           (length > 10 && strcmp(text + length - 10, ".amazon.com") == 0);
}

/* Only IDs of users and roles can call. */
static bool parse_unique_id(const struct model *model, const char *text, struct caller *caller)
{
    bool assumes = strncmp(text, "AIDA", 4) == 0 || strncmp(text, "AROA", 4) == 0;
    if (!assumes || !arn_is_unique_id(text, strlen(text)))
        return false;
    uint32_t principal = model != NULL ? model_find_unique_id(model, text) : MODEL_NONE;
    if (principal != MODEL_NONE)
        caller_of_principal(model, principal, caller);
    else
        caller->kind = CALLER_UNIQUE_ID;
    return true;
}

static bool parse_known_later(struct caller *caller)
{
    static const enum caller_kind kinds[] = {CALLER_SERVICE, CALLER_SAML_PROVIDER, CALLER_WEB_IDENTITY};
    if (!context_key_is_put_off(caller->text))
        return false;
    caller->kind = CALLER_KNOWN_LATER;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        const char *word = caller_kind_word(kinds[i]);
        size_t length = strlen(word);
        if (strncmp(caller->text, word, length) == 0 && caller->text[length] == ':') {
            caller->kind = kinds[i];
            caller->name = caller->text + length + 1;
        }
    }
    return true;
}

/* In its canonical form, however it was written. */
static bool parse_pattern(struct arena *arena, const char *text, struct caller *caller)
{
    char pattern[CALLER_PATTERN_SIZE];
    size_t length = strlen(text);
    bool accounts = caller_pattern_account(text, length, pattern) && pattern_has_wildcard(pattern);
    if (!accounts && !caller_pattern_organization(text, length, pattern))
        return false;
    caller->kind = accounts ? CALLER_ACCOUNTS_LIKE : CALLER_ORGANIZATIONS_LIKE;
    caller->text = arena_copy_text(arena, pattern, strlen(pattern));
    return true;
}

bool caller_parse(const struct model *model, struct arena *arena, const char *text, struct caller *caller)
{
    return caller_read(model, arena, arena_copy_text(arena, text, strlen(text)), caller);
}

bool caller_read(const struct model *model, struct arena *arena, const char *text, struct caller *caller)
{
    static const char *const providers[] = {ISSUERS_BUILT_IN};
    static const char root_user[] = "root-user:";
    size_t length = strlen(text);
    *caller = (struct caller){.principal = MODEL_NONE, .account_index = MODEL_NONE};
    caller->text = text;
    if (strcmp(text, "*") == 0) {
        caller->kind = CALLER_ANYONE;
        return true;
    }
    if (parse_known_later(caller))
        return true;
    if (strncmp(text, PERSON_PREFIX, sizeof PERSON_PREFIX - 1) == 0) {
        caller->kind = CALLER_PERSON;
        caller->name = caller->text + sizeof PERSON_PREFIX - 1;
        return true;
    }
    bool root = strncmp(text, root_user, sizeof root_user - 1) == 0;
    const char *id = root ? caller->text + sizeof root_user - 1 : caller->text;
    if (arn_is_account_id(id, strlen(id))) {
        caller->kind = root ? CALLER_ROOT_USER : CALLER_ACCOUNT;
        caller->account = id;
        caller->account_index = find_account(model, id);
        caller->partition =
            caller->account_index != MODEL_NONE ? model->accounts[caller->account_index].partition : NULL;
        return true;
    }
    for (size_t i = 0; i < sizeof providers / sizeof providers[0]; i++)
        if (strcmp(text, providers[i]) == 0) {
            caller->kind = CALLER_WEB_IDENTITY;
            caller->name = caller->text;
            return true;
        }
    if (is_service(text) && strchr(text, ':') == NULL && strchr(text, '/') == NULL) {
        caller->kind = CALLER_SERVICE;
        caller->name = caller->text;
        return true;
    }
    if (arn_is_organization_id(text, length)) {
        caller->kind = CALLER_ORGANIZATION;
        return true;
    }
    return parse_pattern(arena, text, caller) || parse_unique_id(model, text, caller) ||
           parse_arn(model, arena, caller);
}

/* "NAMESPACE/ACCOUNT in cluster NAME" */
static const char *name_of_pod(struct arena *arena, const char *pod, struct span cluster)
{
    struct text text = {0};
    const char *slash = memchr(cluster.at, '/', cluster.length);
    size_t before = slash != NULL ? (size_t)(slash + 1 - cluster.at) : 0;
    text_format(&text, "%s in cluster %.*s", pod, (int)(cluster.length - before), cluster.at + before);
    return text_keep(&text, arena);
}

static const char *name_of_certificate(struct arena *arena, struct span anchor)
{
    struct text text = {0};
    text_format(&text, CERTIFICATE_PREFIX "%.*s", (int)anchor.length, anchor.at);
    return text_keep(&text, arena);
}

bool caller_of_workload(const struct model *model, struct arena *arena, const char *text, struct caller *caller)
{
    bool pod = strncmp(text, POD_PREFIX, sizeof POD_PREFIX - 1) == 0;
    bool certificate = strncmp(text, CERTIFICATE_PREFIX, sizeof CERTIFICATE_PREFIX - 1) == 0;
    const char *inside = pod ? strrchr(text, ':') : NULL;
    const char *whole = text + (pod ? sizeof POD_PREFIX - 1 : certificate ? sizeof CERTIFICATE_PREFIX - 1 : 0);
    struct arn arn;
    if (identity_pools_are_visitors(text)) {
        *caller = (struct caller){.kind = strcmp(text, GUEST) == 0 ? CALLER_GUEST : CALLER_POOL_USER,
                                  .principal = MODEL_NONE,
                                  .account_index = MODEL_NONE,
                                  .text = arena_copy_text(arena, text, strlen(text))};
        caller->name = caller->text;
        return true;
    }
    if (!arn_parse(whole, pod ? (size_t)(inside - whole) : strlen(whole), &arn) || arn.kind != ARN_OTHER ||
        !arn_is_account_id(arn.account.at, arn.account.length))
        return false;
    *caller = (struct caller){.kind = pod           ? CALLER_POD
                                      : certificate ? CALLER_CERTIFICATE
                                                    : CALLER_WORKLOAD,
                              .principal = MODEL_NONE};
    caller->text = arena_copy_text(arena, text, strlen(text));
    caller->account = copy(arena, arn.account);
    caller->account_index = find_account(model, caller->account);
    caller->name = pod           ? name_of_pod(arena, inside + 1, arn.resource)
                   : certificate ? name_of_certificate(arena, arn.resource)
                                 : copy(arena, arn.resource);
    return true;
}
