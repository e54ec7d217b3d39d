#include "graph/decision/request.h"

#include "graph/policy/context_key.h"
#include "graph/policy/pattern.h"
#include "ingest/support/text.h"
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define STRANGER_ORGANIZATION "o-stranger00"

static struct key_value known(const struct request *request, const char *value)
{
    struct key_value result = {.state = VALUE_KNOWN, .prefix = ""};
    if (value == NULL)
        return result;
    const char **values = arena_allocate_array(request->arena, 1, sizeof *values);
    if (values == NULL)
        return (struct key_value){.state = VALUE_UNKNOWN, .prefix = ""};
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

/* ---- what kind of caller it is */

/* Users and roles, named or not: callers that sign their requests with IAM credentials. */
static bool is_iam_principal(const struct caller *caller)
{
    return caller->kind == CALLER_USER || caller_is_role(caller) || caller->kind == CALLER_ACCOUNT ||
           caller->kind == CALLER_ANYONE || caller->kind == CALLER_ROOT_USER || caller->kind == CALLER_FEDERATED_USER;
}

/* Callers of which not even the kind (user or role) is known. */
static bool is_unnamed(const struct caller *caller)
{
    return caller->kind == CALLER_ACCOUNT || caller->kind == CALLER_ANYONE;
}

static const struct model_principal *principal_of(const struct request *request)
{
    return request->caller->principal != MODEL_NONE ? &request->model->principals[request->caller->principal] : NULL;
}

static const struct model_principal *target_of(const struct request *request)
{
    return request->role != MODEL_NONE ? &request->model->principals[request->role] : NULL;
}

/* ---- one function per group of keys */

static struct key_value principal_arn(const struct request *request)
{
    const struct caller *caller = request->caller;
    const struct model_principal *principal = principal_of(request);
    if (!is_iam_principal(caller))
        return absent();
    if (principal != NULL)
        return known(request, principal->arn);
    if (caller->kind == CALLER_USER || caller->kind == CALLER_ROLE)
        return known(request, caller->text);
    return unknown();
}

static struct key_value principal_account(const struct request *request)
{
    if (!is_iam_principal(request->caller))
        return absent();
    return known(request, request->caller->kind == CALLER_ANYONE ? REQUEST_STRANGER_ACCOUNT : request->caller->account);
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
    case CALLER_ACCOUNT:
    case CALLER_ANYONE:
        return unknown();
    default:
        return absent();
    }
}

static const struct model_account *account_of_caller(const struct request *request)
{
    uint32_t index = request->caller->account_index;
    return index != MODEL_NONE ? &request->model->accounts[index] : NULL;
}

static struct key_value principal_org_id(const struct request *request)
{
    const struct model_account *account = account_of_caller(request);
    if (!is_iam_principal(request->caller))
        return absent();
    if (request->caller->kind == CALLER_ANYONE)
        return either(request, STRANGER_ORGANIZATION);
    if (account == NULL)
        return unknown();
    if (account->in_organization == FACT_YES)
        return known(request, request->model->organization);
    struct key_value value = unknown();
    value.not_ours = account->in_organization == FACT_NO;
    return value;
}

static struct key_value principal_org_paths(const struct request *request)
{
    const struct model_account *account = account_of_caller(request);
    if (!is_iam_principal(request->caller))
        return absent();
    if (request->caller->kind == CALLER_ANYONE)
        return either(request, STRANGER_ORGANIZATION "/r-0000/");
    if (account == NULL || account->in_organization == FACT_UNKNOWN)
        return unknown();
    if (account->in_organization == FACT_NO) {
        struct key_value value = unknown();
        value.not_ours = true;
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

/* IAM Roles Anywhere makes principal tags of the certificate before it assumes the role. Source:
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
    if (!is_iam_principal(request->caller))
        return absent();
    /* A session has the tags of its role, overlaid with those that were passed when it was made. */
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
    return request->caller->kind == CALLER_SERVICE ? known(request, request->caller->text) : absent();
}

static struct key_value user_name(const struct request *request)
{
    if (is_unnamed(request->caller))
        return unknown();
    return request->caller->kind == CALLER_USER ? known(request, request->caller->name) : absent();
}

static struct key_value user_id(const struct request *request)
{
    const struct caller *caller = request->caller;
    const struct model_principal *principal = principal_of(request);
    if (!is_iam_principal(caller))
        return absent();
    if (principal == NULL || principal->unique_id[0] == '\0')
        return unknown();
    if (caller->kind == CALLER_USER)
        return known(request, principal->unique_id);
    struct text text = {0};
    text_format(&text, "%s:%s", principal->unique_id, caller->session != NULL ? caller->session : "");
    char *joined = text.data != NULL ? arena_copy_text(request->arena, text.data, text.length) : NULL;
    text_free(&text);
    if (joined == NULL)
        return unknown();
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

/* A session of a role never has MFA: it lacks the key, or has "false"; which of them AWS does not document. */
static struct key_value mfa_present(const struct request *request)
{
    if (caller_is_role(request->caller))
        return either(request, "false");
    return request->caller->kind == CALLER_USER || is_unnamed(request->caller) ? unknown() : absent();
}

static struct key_value mfa_age(const struct request *request)
{
    return request->caller->kind == CALLER_USER || is_unnamed(request->caller) ? unknown() : absent();
}

/* Only sessions of roles carry these; a user's own credentials and GetSessionToken do not. */
static struct key_value of_role_sessions(const struct request *request)
{
    return caller_is_role(request->caller) || is_unnamed(request->caller) ? unknown() : absent();
}

static struct key_value of_services(const struct request *request)
{
    return request->caller->kind == CALLER_SERVICE ? unknown() : absent();
}

/* Claims come with AssumeRoleWithWebIdentity and WithSAML from the provider that the caller holds a token of; those of
 * AWS's built-in providers and some of SAML also stay with the session and are there when it assumes another role. */
static struct key_value claim(const struct request *request, enum key_source source, const char *key)
{
    const struct caller *caller = request->caller;
    if (caller->kind == CALLER_SAML_PROVIDER)
        return source == SOURCE_ASSERTION ? unknown() : absent();
    if (caller->kind == CALLER_WEB_IDENTITY) {
        size_t length = strlen(caller->name);
        return strncasecmp(key, caller->name, length) == 0 && key[length] == ':' ? unknown() : absent();
    }
    bool lasts = source == SOURCE_LASTING_CLAIM || strncasecmp(key, "saml:sub", 8) == 0 ||
                 strncasecmp(key, "saml:namequalifier", 18) == 0;
    return lasts && (caller_is_role(caller) || is_unnamed(caller)) ? unknown() : absent();
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

static bool is_now(const char *key)
{
    return strcasecmp(key, "aws:CurrentTime") == 0 || strcasecmp(key, "aws:EpochTime") == 0;
}

/* The names under which an unknown key stands in residuals, so that two spellings are one key. */
static const char *residual_key(const struct context_key *about, const char *key)
{
    if (about->domain == KEY_TIME && is_now(key))
        return "aws:CurrentTime";
    return about->name[strlen(about->name) - 1] == '*' ? key : about->name;
}

static struct key_value value_of(const struct request *request, const struct context_key *about, const char *key)
{
    for (uint32_t i = 0; i < request->fixed_count; i++)
        if (strcasecmp(request->fixed[i].key, key) == 0 || (is_now(key) && is_now(request->fixed[i].key)))
            return (struct key_value){.state = VALUE_KNOWN,
                                      .values = request->fixed[i].values,
                                      .count = request->fixed[i].count,
                                      .prefix = ""};
    struct key_value result = value_from(request, about->source, key);
    if (result.key == NULL)
        result.key = residual_key(about, key);
    return result;
}

struct key_value request_value(const struct request *request, const char *key)
{
    return value_of(request, context_key_find(key), key);
}

/* ---- policy variables */

enum substitution { SUBSTITUTED, NULL_VALUE, OPEN_VALUE };

static void append_escaped(struct text *text, const char *value)
{
    for (; *value != '\0'; value++) {
        if (*value == '*' || *value == '?' || *value == PATTERN_ESCAPE)
            text_append_char(text, PATTERN_ESCAPE);
        text_append_char(text, *value);
    }
}

static const char *skip_spaces(const char *at, const char *end)
{
    while (at < end && *at == ' ')
        at++;
    return at;
}

/* ${key} or ${key, 'default'} between at and end. */
static enum substitution substitute_one(const struct request *request, const char *at, const char *end,
                                        struct text *out)
{
    const char *comma = memchr(at, ',', (size_t)(end - at));
    const char *key_end = comma != NULL ? comma : end;
    at = skip_spaces(at, key_end);
    while (key_end > at && key_end[-1] == ' ')
        key_end--;
    char *key = arena_copy_text(request->arena, at, (size_t)(key_end - at));
    if (key == NULL)
        return OPEN_VALUE;
    struct key_value value = request_value(request, key);
    if (value.state == VALUE_KNOWN && value.count == 1) {
        append_escaped(out, value.values[0]);
        return SUBSTITUTED;
    }
    if (value.state != VALUE_KNOWN) {
        text_append_char(out, '*');
        return OPEN_VALUE;
    }
    const char *quote = comma != NULL ? memchr(comma, '\'', (size_t)(end - comma)) : NULL;
    const char *close = quote != NULL ? memchr(quote + 1, '\'', (size_t)(end - quote - 1)) : NULL;
    if (close == NULL)
        return NULL_VALUE;
    char *fallback = arena_copy_text(request->arena, quote + 1, (size_t)(close - quote - 1));
    append_escaped(out, fallback != NULL ? fallback : "");
    return SUBSTITUTED;
}

/* The value with its variables replaced. OPEN_VALUE: some variable is unknown and stands as '*' in the result. */
static enum substitution substitute(const struct request *request, const char *value, const char **result)
{
    *result = value;
    if (strstr(value, "${") == NULL)
        return SUBSTITUTED;
    struct text out = {0};
    enum substitution state = SUBSTITUTED;
    text_append_string(&out, "");
    while (*value != '\0') {
        const char *end = value[0] == '$' && value[1] == '{' ? strchr(value, '}') : NULL;
        if (end == NULL) {
            text_append_char(&out, *value++);
            continue;
        }
        const char *inside = value + 2;
        if (end - inside == 1 && (*inside == '*' || *inside == '?' || *inside == '$')) {
            if (*inside != '$')
                text_append_char(&out, PATTERN_ESCAPE);
            text_append_char(&out, *inside);
        } else {
            enum substitution one = substitute_one(request, inside, end, &out);
            state = one > state || (one == NULL_VALUE) ? one : state;
            if (one == NULL_VALUE)
                break;
        }
        value = end + 1;
    }
    *result = arena_copy_text(request->arena, out.data != NULL ? out.data : "", out.length);
    text_free(&out);
    if (*result == NULL)
        return OPEN_VALUE;
    if (state == NULL_VALUE)
        *result = NULL;
    return state;
}

/* ---- conditions */

static constraint literal(struct constraint_pool *pool, const char *operator_name, const char *key,
                          const char *const *values, uint32_t count)
{
    struct condition_name name;
    condition_name_parse(operator_name, &name);
    return constraint_atom(pool, &name, key, "", values, count);
}

/* Whether the key can be what the policy value says: alternatives that it cannot be are left out. */
static bool in_domain(const char *key, const struct condition_operator *op, const char *value)
{
    const struct context_key *about = context_key_find(key);
    bool open = false;
    int length = 0;
    if (op->family != CONDITION_STRING || about->domain != KEY_TEXT)
        return true;
    for (; *value != '\0'; value++) {
        bool escaped = *value == PATTERN_ESCAPE && value[1] != '\0';
        unsigned char byte = (unsigned char)*(escaped ? ++value : value);
        if (!escaped && op->glob && byte == '*') {
            open = true;
            continue;
        }
        length++;
        if ((!escaped && op->glob && byte == '?') || context_key_allows_byte(about, byte))
            continue;
        if (!op->folds_case || (!context_key_allows_byte(about, (unsigned char)tolower(byte)) &&
                                !context_key_allows_byte(about, (unsigned char)toupper(byte))))
            return false;
    }
    return (about->longest == 0 || length <= about->longest) && (open || length >= about->shortest);
}

/* An atom on an unknown key; TRUE or FALSE where the key's domain leaves no choice. */
static constraint unknown_atom(const struct request *request, const struct condition_name *name,
                               const struct key_value *value, const char *const *values, uint32_t count)
{
    struct constraint_pool *pool = request->pool;
    const char **possible = arena_allocate_array(request->arena, count, sizeof *possible);
    uint32_t possible_count = 0;
    for (uint32_t i = 0; possible != NULL && i < count; i++)
        if (value->prefix[0] != '\0' || values[i] == NULL || in_domain(value->key, name->op, values[i]))
            possible[possible_count++] = values[i];
    if (possible_count > 0) {
        values = possible;
        count = possible_count;
    }
    constraint atom = constraint_atom(pool, name, value->key, value->prefix, values, count);
    if (constraint_satisfiable(pool, atom) == CONSTRAINT_NO)
        return CONSTRAINT_FALSE;
    if (constraint_satisfiable(pool, constraint_not(pool, atom)) == CONSTRAINT_NO)
        return CONSTRAINT_TRUE;
    return atom;
}

/* All values name the organization that the export describes (or paths in it), without a wildcard before the end of its
 * id. */
static bool all_ours(const struct request *request, const char *const *values, uint32_t count)
{
    const char *ours = request->model->organization;
    size_t length = ours != NULL ? strlen(ours) : 0;
    for (uint32_t i = 0; i < count; i++)
        if (length == 0 || values[i] == NULL || strncmp(values[i], ours, length) != 0 ||
            (values[i][length] != '\0' && values[i][length] != '/'))
            return false;
    return count > 0;
}

static constraint decide_value(const struct request *request, const struct condition_name *name,
                               const struct key_value *value, const char *const *values, uint32_t count)
{
    if (value->state == VALUE_KNOWN)
        return constraint_of(condition_holds(name, value->values, value->count, values, count));
    bool if_absent = condition_holds(name, NULL, 0, values, count);
    if (value->not_ours && name->op->family != CONDITION_NULL && all_ours(request, values, count)) {
        static const char *const foreign[] = {"-"};
        bool if_foreign = condition_holds(name, foreign, 1, values, count);
        if (if_absent == if_foreign)
            return constraint_of(if_absent);
    }
    if (value->state == VALUE_EITHER) {
        bool if_present = condition_holds(name, value->values, value->count, values, count);
        if (if_absent == if_present)
            return constraint_of(if_absent);
        static const char *const yes[] = {"true"};
        if (if_absent)
            return literal(request->pool, "Null", value->key, yes, 1);
    }
    return unknown_atom(request, name, value, values, count);
}

/* Comparing with a value that is itself unknown: a relation between two unknowns. */
static constraint relation(const struct request *request, const struct statement_condition *condition,
                           const char *written)
{
    struct text text = {0};
    const char *set = condition->name.set == CONDITION_FOR_ALL_VALUES  ? "every "
                      : condition->name.set == CONDITION_FOR_ANY_VALUE ? "some "
                                                                       : "";
    text_format(&text, "%s%s %s \"%s\"", set, condition->key, condition->name.op->symbol, written);
    constraint fact = constraint_fact(request->pool, text.data != NULL ? text.data : "");
    text_free(&text);
    return fact;
}

/* aws:EpochTime is aws:CurrentTime in seconds: comparing the numbers is comparing the dates. */
static struct condition_name name_of_time(const struct statement_condition *condition)
{
    struct condition_name result = condition->name;
    for (uint32_t i = 0; i < condition->value_count; i++)
        if (strspn(condition->values[i], "0123456789") != strlen(condition->values[i]))
            return result;
    if (result.op->of_dates != OPERATOR_NONE)
        result.op = &condition_operators[result.op->of_dates];
    return result;
}

constraint request_condition(const struct request *request, const struct statement_condition *condition, bool variables)
{
    const struct condition_operator *op = condition->name.op;
    const char **values = arena_allocate_array(request->arena, condition->value_count, sizeof *values);
    constraint open = CONSTRAINT_FALSE;
    uint32_t count = 0;
    if (values == NULL)
        return constraint_fact(request->pool, "not fully decided");
    struct key_value value = value_of(request, condition->about, condition->key);
    struct condition_name name = condition->name;
    if (condition->about->domain == KEY_TIME && strcasecmp(condition->key, "aws:EpochTime") == 0)
        name = name_of_time(condition);
    for (uint32_t i = 0; i < condition->value_count; i++) {
        const char *replaced = condition->values[i];
        enum substitution state =
            variables && op->variables ? substitute(request, condition->values[i], &replaced) : SUBSTITUTED;
        if (state != OPEN_VALUE) {
            values[count++] = replaced;
            continue;
        }
        /* With a star for what is unknown, a value that does not match cannot match at all. */
        bool possible = true;
        if (value.state == VALUE_KNOWN && op->family == CONDITION_STRING) {
            possible = false;
            for (uint32_t j = 0; j < value.count; j++)
                possible = possible || pattern_matches_ignoring_case(replaced, value.values[j]);
        }
        if (possible)
            open = constraint_or(request->pool, open, relation(request, condition, condition->values[i]));
    }
    constraint result = decide_value(request, &name, &value, values, count);
    if (open == CONSTRAINT_FALSE)
        return result;
    return op->negated ? constraint_and(request->pool, result, constraint_not(request->pool, open))
                       : constraint_or(request->pool, result, open);
}

constraint request_resources(const struct request *request, const struct statement *statement)
{
    constraint result = CONSTRAINT_FALSE;
    for (uint32_t i = 0; i < statement->resource_count && result != CONSTRAINT_TRUE; i++) {
        const char *pattern = statement->resources[i];
        enum substitution state =
            statement->variables ? substitute(request, statement->resources[i], &pattern) : SUBSTITUTED;
        if (state == NULL_VALUE || !pattern_matches(pattern, request->resource))
            continue;
        if (state == SUBSTITUTED) {
            result = CONSTRAINT_TRUE;
            continue;
        }
        struct text text = {0};
        text_format(&text, "\"%s\" matches %s", statement->resources[i], request->resource);
        result =
            constraint_or(request->pool, result, constraint_fact(request->pool, text.data != NULL ? text.data : ""));
        text_free(&text);
    }
    return statement->not_resource ? constraint_not(request->pool, result) : result;
}

/* What a fixed key says of keys that are not: the search knows how keys come together (constraint_search.c). */
static constraint fixed_axiom(struct constraint_pool *pool, const struct fixed_key *fixed)
{
    static const char *const related[] = {"aws:MultiFactorAuthAge", "aws:SourceIp",    "aws:VpcSourceIp",
                                          "aws:SourceVpc",          "aws:SourceVpce",  "aws:SourceVpcArn",
                                          "sts:TransitiveTagKeys",  "aws:RequestTag/*"};
    static const char *const absence[] = {"true", "false"};
    const struct context_key *about = context_key_find(fixed->key);
    const char *key = residual_key(about, fixed->key);
    constraint result = literal(pool, "Null", key, &absence[fixed->count > 0 ? 1 : 0], 1);
    if (strcmp(about->name, "aws:TagKeys") == 0) {
        for (uint32_t i = 0; i < fixed->count; i++)
            result = constraint_and(pool, result, literal(pool, "ForAnyValue:StringEquals", key, &fixed->values[i], 1));
        return constraint_and(pool, result,
                              literal(pool, "ForAllValues:StringEquals", key, fixed->values, fixed->count));
    }
    if (strcmp(about->name, "aws:MultiFactorAuthPresent") == 0)
        return fixed->count == 1 ? literal(pool, "Bool", key, fixed->values, 1) : result;
    if (strcmp(about->name, "sts:SourceIdentity") == 0 || strcmp(about->name, "aws:SourceIdentity") == 0)
        return fixed->count == 1 ? literal(pool, "StringEquals", key, fixed->values, 1) : result;
    for (size_t i = 0; i < sizeof related / sizeof related[0]; i++)
        if (strcmp(about->name, related[i]) == 0)
            return result;
    return CONSTRAINT_TRUE;
}

/* A question whose fixed keys cannot come together is answered key by key. */
static constraint fixed_axioms(const struct request *request)
{
    struct constraint_pool *pool = request->pool;
    constraint result = CONSTRAINT_TRUE;
    for (uint32_t i = 0; i < request->fixed_count; i++)
        result = constraint_and(pool, result, fixed_axiom(pool, &request->fixed[i]));
    return constraint_satisfiable(pool, result) == CONSTRAINT_NO ? CONSTRAINT_TRUE : result;
}

constraint request_axioms(const struct request *request, double now)
{
    struct constraint_pool *pool = request->pool;
    constraint axioms = fixed_axioms(request);
    const struct caller *caller = request->caller;
    char text[128];
    const char *values[] = {text, NULL};
    struct condition_name name;
    if (now > 0) {
        condition_name_parse("DateGreaterThanEquals", &name);
        snprintf(text, sizeof text, "%.0f", now);
        axioms = constraint_and(pool, axioms, constraint_atom(pool, &name, "aws:CurrentTime", "", values, 1));
    }
    if (caller_is_role(caller)) {
        values[0] = "false";
        condition_name_parse("BoolIfExists", &name);
        axioms =
            constraint_and(pool, axioms, constraint_atom(pool, &name, "aws:MultiFactorAuthPresent", "", values, 1));
    }
    const char *organization = request->model->organization;
    const struct model_account *account_of = account_of_caller(request);
    if (organization != NULL &&
        (caller->kind == CALLER_ANYONE || (account_of != NULL && account_of->in_organization == FACT_NO))) {
        values[0] = organization;
        condition_name_parse("StringNotEquals", &name);
        axioms = constraint_and(pool, axioms, constraint_atom(pool, &name, "aws:PrincipalOrgID", "", values, 1));
    }
    values[0] = text;
    if (is_unnamed(caller) || (caller->kind == CALLER_ROLE_SESSION && caller->principal == MODEL_NONE)) {
        char second[128];
        const char *account = caller->kind == CALLER_ANYONE ? REQUEST_STRANGER_ACCOUNT : caller->account;
        const char *partition = caller->partition != NULL ? caller->partition : "*";
        bool session = caller->kind == CALLER_ROLE_SESSION;
        /* ArnLike: a star for the partition must not run over the fields behind it. */
        condition_name_parse("ArnLike", &name);
        snprintf(text, sizeof text, "arn:%s:iam::%s:role/*%s", partition, account, session ? caller->name : "");
        snprintf(second, sizeof second, "arn:%s:iam::%s:user/*", partition, account);
        values[1] = second;
        axioms =
            constraint_and(pool, axioms, constraint_atom(pool, &name, "aws:PrincipalArn", "", values, session ? 1 : 2));
    }
    return axioms;
}
