#include "analyzer/errors/error_events.h"

#include "ingest/policy/arn.h"
#include "ingest/support/text.h"
#include <jansson.h>
#include <string.h>
#include <strings.h>

struct reading_events {
    struct arena *arena;
    struct aws_errors *errors;
};

enum { DEPTH = 8, KEYS_MOST = 64 }; /* nested wrappings; condition keys of a call */

static const char *keep(const struct reading_events *reading, const char *text)
{
    return text != NULL ? arena_copy_text(reading->arena, text, strlen(text)) : NULL;
}

/* A text in nested objects, by a path of names with '/' between them. NULL: there is none. */
static const char *text_at(const json_t *object, const char *path)
{
    while (object != NULL) {
        size_t length = strcspn(path, "/");
        object = json_object_getn(object, path, length);
        if (path[length] == '\0')
            return json_string_value(object);
        path += length + 1;
    }
    return NULL;
}

/* ---- who called */

/* The caller with a token or assertion: the provider. */
static const char *provider_of(const json_t *event)
{
    const char *named = text_at(event, "requestParameters/principalArn");
    const char *id = text_at(event, "userIdentity/principalId");
    if (named != NULL)
        return named;
    return id != NULL && strncmp(id, "arn:", 4) == 0 ? id : text_at(event, "userIdentity/identityProvider");
}

/* The provider's ARN from a principalId of the form PROVIDER:AUDIENCE:SUBJECT. Hosts and paths have no colon.
 */
static const char *provider_alone(const struct reading_events *reading, const char *text)
{
    size_t length = 0;
    for (int colons = 0; text[length] != '\0'; length++)
        if (text[length] == ':' && ++colons == 6)
            break;
    return strncmp(text, "arn:", 4) == 0 ? arena_copy_text(reading->arena, text, length) : keep(reading, text);
}

/* For a role session its ARN, since the exports may tell apart sessions of a role; else the ARN of the user, the name
 * of the service or, in the trail of the role's owner, the unique ID. */
static const char *caller_of(const struct reading_events *reading, const json_t *event)
{
    const char *type = text_at(event, "userIdentity/type"), *arn = text_at(event, "userIdentity/arn");
    const char *id = text_at(event, "userIdentity/principalId");
    if (type != NULL && (strcmp(type, "WebIdentityUser") == 0 || strcmp(type, "SAMLUser") == 0)) {
        const char *provider = provider_of(event);
        return provider != NULL ? provider_alone(reading, provider) : NULL;
    }
    if (type != NULL && strcmp(type, "AWSService") == 0)
        return keep(reading, text_at(event, "userIdentity/invokedBy"));
    if (arn != NULL)
        return keep(reading, arn);
    return id != NULL ? arena_copy_text(reading->arena, id, strcspn(id, ":")) : NULL;
}

/* ---- what the call said */

struct call_keys {
    struct fixed_key *list;
    uint32_t count;
};

static void add_key(const struct reading_events *reading, struct call_keys *keys, const char *key, const char *value)
{
    if (value == NULL || key == NULL || keys->count == KEYS_MOST)
        return;
    const char **values = arena_allocate_array(reading->arena, 1, sizeof *values);
    values[0] = keep(reading, value);
    keys->list[keys->count++] = (struct fixed_key){.key = keep(reading, key), .values = values, .count = 1};
}

static void add_tags(const struct reading_events *reading, struct call_keys *keys, const json_t *event)
{
    const json_t *parameters = json_object_get(event, "requestParameters");
    const json_t *tags = json_object_get(parameters, "tags"), *tag, *value;
    json_t *claims = json_object_get(parameters, "principalTags");
    const char *name;
    size_t index;
    json_array_foreach(tags, index, tag) if (text_at(tag, "key") != NULL) add_key(
        reading, keys, arena_print(reading->arena, "aws:RequestTag/%s", text_at(tag, "key")), text_at(tag, "value"));
    json_object_foreach(claims, name, value)
        add_key(reading, keys, arena_print(reading->arena, "aws:RequestTag/%s", name), json_string_value(value));
}

/* Adds audience and subject of the token; their keys begin with the provider's name. */
static void add_token(const struct reading_events *reading, struct call_keys *keys, const json_t *event,
                      const char *provider)
{
    const char *id = text_at(event, "userIdentity/principalId"), *subject = text_at(event, "userIdentity/userName");
    const char *name = provider != NULL ? strstr(provider, ":oidc-provider/") : NULL;
    if (name == NULL)
        return;
    name += strlen(":oidc-provider/");
    add_key(reading, keys, arena_print(reading->arena, "%s:sub", name), subject);
    size_t length = strlen(provider);
    const char *tail = subject != NULL && id != NULL ? strstr(id, subject) : NULL;
    if (tail != NULL && strncmp(id, provider, length) == 0 && id[length] == ':' && tail > id + length + 2)
        add_key(reading, keys, arena_print(reading->arena, "%s:aud", name),
                arena_copy_text(reading->arena, id + length + 1, (size_t)(tail - id) - length - 2));
}

static bool is_address(const char *text)
{
    return text != NULL && text[0] != '\0' && strspn(text, "0123456789abcdefABCDEF.:") == strlen(text) &&
           strpbrk(text, ".:") != NULL;
}

/* The keys whose values a record shows. Other keys may have been sent too, so they stay open. */
static void read_keys(const struct reading_events *reading, const json_t *event, struct aws_error *error)
{
    static const char *const simple[][2] = {{"sts:ExternalId", "requestParameters/externalId"},
                                            {"sts:RoleSessionName", "requestParameters/roleSessionName"},
                                            {"sts:SourceIdentity", "requestParameters/sourceIdentity"},
                                            {"aws:SourceVpce", "vpcEndpointId"}};
    struct call_keys keys = {.list = arena_allocate_array(reading->arena, KEYS_MOST, sizeof *keys.list)};
    const char *type = text_at(event, "userIdentity/type"), *address = text_at(event, "sourceIPAddress");
    for (size_t i = 0; i < sizeof simple / sizeof simple[0]; i++)
        add_key(reading, &keys, simple[i][0], text_at(event, simple[i][1]));
    if (is_address(address))
        add_key(reading, &keys, "aws:SourceIp", address);
    if (type != NULL && strcmp(type, "IAMUser") == 0)
        add_key(reading, &keys, "aws:MultiFactorAuthPresent",
                text_at(event, "userIdentity/sessionContext/attributes/mfaAuthenticated"));
    add_tags(reading, &keys, event);
    add_token(reading, &keys, event, error->values[ERROR_CALLER]);
    error->keys = keys.list;
    error->key_count = keys.count;
}

/* ---- records */

static void add_event(const struct reading_events *reading, const struct aws_error *error)
{
    struct aws_errors *errors = reading->errors;
    if (errors->count < ERRORS_MOST)
        errors->list[errors->count++] = *error;
    else
        errors->more = true;
}

static void read_record(const struct reading_events *reading, const json_t *event)
{
    const char *name = text_at(event, "eventName"), *source = text_at(event, "eventSource");
    const char *code = text_at(event, "errorCode"), *message = text_at(event, "errorMessage");
    bool assumes = source != NULL && name != NULL && strcmp(source, "sts.amazonaws.com") == 0 &&
                   strncmp(name, "AssumeRole", strlen("AssumeRole")) == 0;
    const struct aws_error *said = message != NULL ? aws_error_of_message(reading->arena, message) : NULL;
    struct aws_error error = {.form = code != NULL ? error_form_named("denied") : NULL};
    if (!assumes && said == NULL)
        return;
    if (said != NULL)
        error = *said;
    error.code = keep(reading, code);
    error.operation = keep(reading, name);
    error.when = keep(reading, text_at(event, "eventTime"));
    const char *caller = caller_of(reading, event), *role = text_at(event, "requestParameters/roleArn");
    if (caller != NULL)
        error.values[ERROR_CALLER] = caller;
    if (role != NULL && assumes)
        error.values[ERROR_RESOURCE] = keep(reading, role);
    if (error.values[ERROR_ACTION] == NULL && assumes) {
        error.values[ERROR_ACTION] = arena_print(reading->arena, "sts:%s", name);
    }
    if (error.values[ERROR_CALLER] == NULL)
        error.subject = keep(reading, text_at(event, "userIdentity/userName"));
    read_keys(reading, event, &error);
    add_event(reading, &error);
}

/* The decoded output of aws sts decode-authorization-message. */
static void read_decoded(const struct reading_events *reading, const json_t *decoded)
{
    const json_t *items = json_object_get(json_object_get(json_object_get(decoded, "context"), "conditions"), "items");
    struct call_keys keys = {.list = arena_allocate_array(reading->arena, KEYS_MOST, sizeof *keys.list)};
    struct aws_error error = {.form = error_form_named("denied"), .code = "AccessDenied"};
    const json_t *item;
    size_t index;
    error.values[ERROR_CALLER] = keep(reading, text_at(decoded, "context/principal/arn"));
    error.values[ERROR_ACTION] = keep(reading, text_at(decoded, "context/action"));
    error.values[ERROR_RESOURCE] = keep(reading, text_at(decoded, "context/resource"));
    error.explicit_deny = json_is_true(json_object_get(decoded, "explicitDeny"));
    json_array_foreach(items, index, item)
        add_key(reading, &keys, text_at(item, "key"),
                text_at(json_array_get(json_object_get(json_object_get(item, "values"), "items"), 0), "value"));
    error.keys = keys.list;
    error.key_count = keys.count;
    add_event(reading, &error);
}

static void read_value(const struct reading_events *reading, const json_t *value, int depth);

/* JSON within a text. */
static void read_text(const struct reading_events *reading, const json_t *value, int depth)
{
    const char *text = json_string_value(value);
    json_t *inner = text != NULL && strchr(text, '{') != NULL ? json_loads(strchr(text, '{'), 0, NULL) : NULL;
    if (inner != NULL)
        read_value(reading, inner, depth + 1);
    json_decref(inner);
}

static void read_value(const struct reading_events *reading, const json_t *value, int depth)
{
    static const char *const lists[] = {"Records", "Events", "events", "logEvents", "results"};
    static const char *const texts[] = {"CloudTrailEvent", "message", "value", "DecodedMessage"};
    const json_t *element;
    size_t index;
    if (depth > DEPTH)
        return;
    json_array_foreach(value, index, element)
    {
        read_value(reading, element, depth + 1);
        read_text(reading, element, depth);
    }
    if (text_at(value, "eventName") != NULL)
        read_record(reading, value);
    else if (text_at(value, "context/action") != NULL)
        read_decoded(reading, value);
    else if (json_is_object(json_object_get(value, "detail")))
        read_value(reading, json_object_get(value, "detail"), depth + 1);
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
        read_value(reading, json_object_get(value, lists[i]), depth + 1);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        read_text(reading, json_object_get(value, texts[i]), depth);
}

bool error_events_read(struct arena *arena, const char *text, size_t length, struct aws_errors *errors,
                       const char **problem)
{
    struct reading_events reading = {arena, errors};
    *errors = (struct aws_errors){.list = arena_allocate_array(arena, ERRORS_MOST, sizeof *errors->list)};
    while (length > 0) {
        json_error_t error;
        json_t *value = json_loadb(text, length, JSON_DISABLE_EOF_CHECK, &error);
        if (value == NULL) {
            *problem = arena_print(arena, "line %d: %s", error.line, error.text);
            return false;
        }
        read_value(&reading, value, 0);
        json_decref(value);
        size_t used = (size_t)error.position < length ? (size_t)error.position : length;
        while (used < length && strchr(" \t\r\n", text[used]) != NULL)
            used++;
        text += used;
        length -= used;
    }
    return true;
}
