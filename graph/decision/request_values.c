/*
 * The values of condition keys in a call, by where they come from.
 */
#include "graph/decision/request_inside.h"

#include "graph/model/trust_names.h"
#include "ingest/support/text.h"
#include <string.h>
#include <strings.h>

static struct key_value known(const struct request *request, const char *value)
{
    struct key_value result = {.state = VALUE_KNOWN, .prefix = ""};
    if (value == NULL)
        return result;
    const char **values = arena_allocate_array(request->arena, 1, sizeof *values);
    values[0] = value;
    result.values = values;
    result.count = 1;
    return result;
}

static struct key_value absent(void)
{
    return (struct key_value){.state = VALUE_KNOWN, .prefix = ""};
}

static struct key_value unknown(void)
{
    return (struct key_value){.state = VALUE_UNKNOWN, .prefix = ""};
}

static struct key_value either(const struct request *request, const char *value)
{
    struct key_value result = known(request, value);
    result.state = VALUE_EITHER;
    return result;
}

/* ---- the kind of caller */

bool caller_is_unnamed(const struct caller *caller)
{
    return caller->kind == CALLER_ACCOUNT || caller_is_stranger(caller) || caller->kind == CALLER_UNIQUE_ID ||
           caller->kind == CALLER_KNOWN_LATER;
}

/* For a caller of which only the unique ID is known. */
static bool is_user_id(const struct caller *caller)
{
    return strncmp(caller->text, "AIDA", 4) == 0;
}

static const struct model_principal *principal_of(const struct request *request)
{
    return request->caller->principal != MODEL_NONE ? &request->model->principals[request->caller->principal] : NULL;
}

static const struct model_principal *target_of(const struct request *request)
{
    return request->role != MODEL_NONE ? &request->model->principals[request->role] : request->target;
}

/* ---- one function per group of keys */

static struct key_value principal_arn(const struct request *request)
{
    const struct caller *caller = request->caller;
    const struct model_principal *principal = principal_of(request);
    if (!caller_has_iam_credentials(caller))
        return absent();
    if (principal != NULL)
        return known(request, principal->arn);
    if (caller->kind == CALLER_USER || caller->kind == CALLER_ROLE)
        return known(request, caller->text);
    return unknown();
}

static struct key_value principal_account(const struct request *request)
{
    if (!caller_has_iam_credentials(request->caller))
        return absent();
    if (request->caller->kind == CALLER_ANYONE)
        return known(request, request_stranger_account(request));
    return request->caller->account != NULL ? known(request, request->caller->account) : unknown();
}

static struct key_value principal_type(const struct request *request)
{
    switch (request->caller->kind) {
    case CALLER_USER:
        return known(request, "User");
    case CALLER_ROLE:
    case CALLER_ROLE_SESSION:
        return known(request, "AssumedRole");
    case CALLER_ROOT_USER:
        return known(request, "Account");
    case CALLER_FEDERATED_USER:
        return known(request, "FederatedUser");
    case CALLER_UNIQUE_ID:
        return known(request, is_user_id(request->caller) ? "User" : "AssumedRole");
    case CALLER_ACCOUNT:
    case CALLER_ANYONE:
    case CALLER_ORGANIZATION:
    case CALLER_KNOWN_LATER:
    case CALLER_ACCOUNTS_LIKE:
    case CALLER_ORGANIZATIONS_LIKE:
        return unknown();
    default:
        return absent();
    }
}

const struct model_account *request_caller_account(const struct request *request)
{
    uint32_t index = request->caller->account_index;
    return index != MODEL_NONE ? &request->model->accounts[index] : NULL;
}

const char *request_stranger_account(const struct request *request)
{
    static const char *const numbers[] = {"000000000000", "170263940581", "281374051692", "392485162703",
                                          "403596273814", "514607384925", "625718495036", "736829506147",
                                          "847930617258", "958041728369", "069152839470"};
    const struct model *model = request->model;
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0] && request->role != MODEL_NONE; i++)
        if (model_find_account(model, numbers[i]) == MODEL_NONE && !trust_names_tell(model, request->role, numbers[i]))
            return numbers[i];
    return numbers[0];
}

bool request_is_not_ours(const struct request *request)
{
    if (caller_is_pattern(request->caller))
        return request->caller->kind == CALLER_ACCOUNTS_LIKE ? request->model->members_listed
                                                             : request->model->organization != NULL;
    const struct model_account *account = request_caller_account(request);
    /* An account without any export, and not in any list of the organization's accounts. */
    bool unheard_of = account == NULL && request->caller->account != NULL && request->model->members_listed &&
                      !request->caller->newcomer;
    return request->caller->kind == CALLER_ANYONE || unheard_of ||
           (account != NULL && account->in_organization == FACT_NO);
}

static struct key_value principal_org_id(const struct request *request)
{
    const struct model_account *account = request_caller_account(request);
    if (!caller_has_iam_credentials(request->caller))
        return absent();
    if (request->caller->kind == CALLER_ANYONE)
        return either(request, REQUEST_STRANGER_ORGANIZATION);
    if (request->caller->kind == CALLER_ORGANIZATION)
        return known(request, request->caller->text);
    struct key_value value = unknown();
    if (account != NULL && account->in_organization == FACT_YES)
        return known(request, request->model->organization);
    value.not_ours = request_is_not_ours(request);
    return value;
}

static struct key_value principal_org_paths(const struct request *request)
{
    const struct model_account *account = request_caller_account(request);
    if (!caller_has_iam_credentials(request->caller))
        return absent();
    if (account == NULL || account->in_organization != FACT_YES) {
        struct key_value value = unknown();
        value.not_ours = request_is_not_ours(request);
        return value;
    }
    const char *path = model_organization_path(request->model, request->caller->account_index);
    return path != NULL ? known(request, path) : unknown();
}

static struct key_value tag_value(const struct request *request, const struct model_principal *holder, const char *tag)
{
    if (holder == NULL || !holder->tags_known)
        return unknown();
    for (uint32_t i = 0; i < holder->tag_count; i++)
        if (strcasecmp(holder->tags[i].key, tag) == 0)
            return known(request, holder->tags[i].value);
    return absent();
}

/* IAM Roles Anywhere turns fields of the certificate into principal tags before it assumes the role. Source:
 * https://docs.aws.amazon.com/rolesanywhere/latest/userguide/trust-model.html */
static bool is_of_certificate(const struct caller *caller, const char *key)
{
    return caller->kind == CALLER_SERVICE && strncmp(caller->text, "rolesanywhere.", 14) == 0 &&
           strncasecmp(strchr(key, '/') + 1, "x509", 4) == 0;
}

static struct key_value principal_tag(const struct request *request, const char *key)
{
    if (is_of_certificate(request->caller, key))
        return unknown();
    if (!caller_has_iam_credentials(request->caller))
        return absent();
    /* A session has the tags of its role, overridden by those that were passed when it was created. */
    const struct caller *caller = request->caller;
    bool session = caller->kind == CALLER_ROLE || caller->kind == CALLER_ROLE_SESSION;
    if (session && caller->principal != MODEL_NONE && decision_takes_tags(request->model, caller->principal))
        return unknown();
    return tag_value(request, principal_of(request), strchr(key, '/') + 1);
}

/* In all signed requests; those of AssumeRoleWithSAML and AssumeRoleWithWebIdentity are not signed. */
static struct key_value is_service(const struct request *request)
{
    enum caller_kind kind = request->caller->kind;
    if (kind == CALLER_SAML_PROVIDER || kind == CALLER_WEB_IDENTITY)
        return absent();
    return known(request, kind == CALLER_SERVICE ? "true" : "false");
}

static struct key_value service_name(const struct request *request)
{
    if (request->caller->kind != CALLER_SERVICE)
        return absent();
    return caller_is_known_later(request->caller) ? unknown() : known(request, request->caller->text);
}

static struct key_value user_name(const struct request *request)
{
    if (caller_is_unnamed(request->caller))
        return unknown();
    return request->caller->kind == CALLER_USER ? known(request, request->caller->name) : absent();
}

static struct key_value user_id(const struct request *request)
{
    const struct caller *caller = request->caller;
    const struct model_principal *principal = principal_of(request);
    if (!caller_has_iam_credentials(caller))
        return absent();
    const char *id = caller->kind == CALLER_UNIQUE_ID ? caller->text : principal != NULL ? principal->unique_id : "";
    if (id[0] == '\0')
        return unknown();
    if (caller->kind == CALLER_USER || (caller->kind == CALLER_UNIQUE_ID && is_user_id(caller)))
        return known(request, id);
    struct text text = {0};
    text_format(&text, "%s:%s", id, caller->session != NULL ? caller->session : "");
    const char *joined = text_keep(&text, request->arena);
    if (caller->kind == CALLER_ROLE_SESSION)
        return known(request, joined);
    return (struct key_value){.state = VALUE_UNKNOWN, .key = KEY_CALLER_SESSION, .prefix = joined};
}

static struct key_value resource_account(const struct request *request)
{
    const struct model_principal *target = target_of(request);
    return target != NULL ? known(request, request->model->accounts[target->account].id) : unknown();
}

static struct key_value resource_org(const struct request *request, enum key_source source)
{
    const struct model_principal *target = target_of(request);
    if (target == NULL || request->model->accounts[target->account].in_organization == FACT_UNKNOWN)
        return unknown();
    if (request->model->accounts[target->account].in_organization == FACT_NO) {
        /* In no organization, or in another one. */
        struct key_value value = unknown();
        value.not_ours = true;
        return value;
    }
    if (source == SOURCE_RESOURCE_ORG_ID)
        return known(request, request->model->organization);
    const char *path = model_organization_path(request->model, target->account);
    return path != NULL ? known(request, path) : unknown();
}

/* A role session never has MFA: it lacks the key, or has "false"; AWS does not document which. */
static struct key_value mfa_present(const struct request *request)
{
    if (caller_is_role(request->caller))
        return either(request, "false");
    return request->caller->kind == CALLER_USER || caller_is_unnamed(request->caller) ? unknown() : absent();
}

static struct key_value mfa_age(const struct request *request)
{
    return request->caller->kind == CALLER_USER || caller_is_unnamed(request->caller) ? unknown() : absent();
}

/* Only sessions of roles carry these; a user's own credentials and GetSessionToken do not. */
static struct key_value of_role_sessions(const struct request *request)
{
    return caller_is_role(request->caller) || caller_is_unnamed(request->caller) ? unknown() : absent();
}

/* How a role session was obtained is open; role_chaining.h has what a chain tells about it. */
static struct key_value federated_provider(const struct request *request)
{
    if (!caller_is_federated(request->caller))
        return of_role_sessions(request);
    return caller_is_known_later(request->caller) ? unknown() : known(request, request->caller->text);
}

static struct key_value of_services(const struct request *request)
{
    return request->caller->kind == CALLER_SERVICE ? unknown() : absent();
}

/* Claims come with AssumeRoleWithWebIdentity and WithSAML, from the provider whose token the caller holds; those of
 * AWS's built-in providers, and some of SAML, also stay with the session and are present when it assumes another
 * role. */
static struct key_value claim(const struct request *request, enum key_source source, const char *key)
{
    const struct caller *caller = request->caller;
    if (caller->kind == CALLER_SAML_PROVIDER)
        return source == SOURCE_ASSERTION ? unknown() : absent();
    if (caller->kind == CALLER_WEB_IDENTITY && caller_is_known_later(caller))
        return source == SOURCE_ASSERTION ? absent() : unknown();
    if (caller->kind == CALLER_WEB_IDENTITY) {
        size_t length = strlen(caller->name);
        return strncasecmp(key, caller->name, length) == 0 && key[length] == ':' ? unknown() : absent();
    }
    return context_key_lasts(key) && (caller_is_role(caller) || caller_is_unnamed(caller)) ? unknown() : absent();
}

static struct key_value value_from(const struct request *request, enum key_source source, const char *key)
{
    switch (source) {
    case SOURCE_OPEN:
        return unknown();
    case SOURCE_NEVER:
        return absent();
    case SOURCE_ALWAYS_TRUE:
        return known(request, "true");
    case SOURCE_ALWAYS_FALSE:
        return known(request, "false");
    case SOURCE_PRINCIPAL_ARN:
        return principal_arn(request);
    case SOURCE_PRINCIPAL_ACCOUNT:
        return principal_account(request);
    case SOURCE_PRINCIPAL_TYPE:
        return principal_type(request);
    case SOURCE_PRINCIPAL_ORG_ID:
        return principal_org_id(request);
    case SOURCE_PRINCIPAL_ORG_PATHS:
        return principal_org_paths(request);
    case SOURCE_PRINCIPAL_TAG:
        return principal_tag(request, key);
    case SOURCE_USER_NAME:
        return user_name(request);
    case SOURCE_USER_ID:
        return user_id(request);
    case SOURCE_MFA_PRESENT:
        return mfa_present(request);
    case SOURCE_MFA_AGE:
        return mfa_age(request);
    case SOURCE_FEDERATED_PROVIDER:
        return federated_provider(request);
    case SOURCE_TOKEN_TIME:
        return caller_is_federated(request->caller) ? absent() : unknown();
    case SOURCE_ROLE_SESSION:
        return of_role_sessions(request);
    case SOURCE_IS_SERVICE:
        return is_service(request);
    case SOURCE_SERVICE_NAME:
        return service_name(request);
    case SOURCE_SERVICE_CALL:
        return of_services(request);
    case SOURCE_CLAIM:
    case SOURCE_LASTING_CLAIM:
    case SOURCE_ASSERTION:
        return claim(request, source, key);
    case SOURCE_RESOURCE_ACCOUNT:
        return resource_account(request);
    case SOURCE_RESOURCE_ORG_ID:
    case SOURCE_RESOURCE_ORG_PATHS:
        return resource_org(request, source);
    case SOURCE_RESOURCE_TAG:
        return tag_value(request, target_of(request), strchr(key, '/') + 1);
    case SOURCE_ASSUME_ROLE:
        return caller_is_federated(request->caller) ? absent() : unknown();
    }
    return unknown();
}

const char *request_residual_key(const struct context_key *about, const char *key)
{
    if (context_key_is_clock(about))
        return KEY_CURRENT_TIME;
    return about->name[strlen(about->name) - 1] == '*' ? key : about->name;
}

/* Whether two names are the same key; about: the row of the first. */
static bool is_same_key(const struct context_key *about, const char *key, const char *other)
{
    return strcasecmp(key, other) == 0 ||
           (context_key_is_clock(about) && context_key_is_clock(context_key_find(other)));
}

struct key_value request_value_of(const struct request *request, const struct context_key *about, const char *key)
{
    for (uint32_t i = 0; i < request->fixed_count; i++)
        if (is_same_key(about, key, request->fixed[i].key))
            return (struct key_value){.state = VALUE_KNOWN,
                                      .values = request->fixed[i].values,
                                      .count = request->fixed[i].count,
                                      .prefix = ""};
    struct key_value result = value_from(request, about->source, key);
    if (result.key == NULL)
        result.key = request_residual_key(about, key);
    return result;
}

struct key_value request_value(const struct request *request, const char *key)
{
    return request_value_of(request, context_key_find(key), key);
}
