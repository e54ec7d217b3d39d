/*
 * Statements: what IAM asks of their elements together, and whether they bear on roles.
 */
#include "ingest/policy/policy_inside.h"

#include "ingest/policy/known_actions.h"
#include "ingest/policy/policy_duplicates.h"
#include "ingest/support/json_build.h"
#include "ingest/support/text.h"
#include <stdio.h>
#include <string.h>

static bool has(const json_t *body, const char *member)
{
    return json_object_get(body, member) != NULL;
}

/* Exactly one of the two members, or none where it may be absent. */
static void check_pair(struct policy_reader *reader, struct policy_statement *statement, const json_t *body,
                       const char *plain, const char *negated, enum policy_problem_code missing,
                       enum policy_problem_code both, bool needed)
{
    char message[128];
    if (has(body, plain) && has(body, negated)) {
        snprintf(message, sizeof message, "both %s and %s", plain, negated);
        policy_break(reader, statement, both, "", message);
    } else if (needed && !has(body, plain) && !has(body, negated)) {
        snprintf(message, sizeof message, "neither %s nor %s", plain, negated);
        policy_break(reader, statement, missing, "", message);
    }
}

static bool mentions_variable(json_t *value)
{
    if (json_is_string(value))
        return strstr(json_string_value(value), "${") != NULL;
    size_t i;
    json_t *item;
    const char *name;
    json_array_foreach(value, i, item) if (mentions_variable(item)) return true;
    json_object_foreach(value, name, item) if (mentions_variable(item)) return true;
    return false;
}

static void check_services(struct policy_reader *reader, const json_t *body, const char *member)
{
    char pointer[64], message[300];
    const json_t *list = json_object_get(body, member);
    snprintf(pointer, sizeof pointer, "/%s", member);
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *action = json_string_value(json_array_get(list, i));
        if (policy_action_has_service(action))
            continue;
        snprintf(message, sizeof message,
                 "\"%.*s\" matches no action: the service in front of the colon takes no wildcard",
                 text_prefix(action, 200), action);
        policy_report(reader, PROBLEM_ERROR, GRAMMAR_WILDCARD_IN_SERVICE, pointer, message);
    }
}

/* What a trust policy may have meant by an action that there is not. */
static const char *nearest_of_sts(const char *action, char *buffer, size_t size)
{
    const char *colon = strchr(action, ':');
    bool fits = snprintf(buffer, size, "sts:%s", colon != NULL ? colon + 1 : action) < (int)size;
    if (!fits)
        return NULL;
    return known_action_matches(buffer) ? buffer : known_action_nearest(buffer, buffer, (int)size);
}

static void check_trust_actions(struct policy_reader *reader, const json_t *actions)
{
    char buffer[160], message[300];
    for (size_t i = 0; i < json_array_size(actions); i++) {
        const char *action = json_string_value(json_array_get(actions, i));
        if (strncasecmp(action, "sts:", 4) == 0 || strcmp(action, "*") == 0)
            continue;
        const char *near = known_action_matches(action) ? NULL : nearest_of_sts(action, buffer, sizeof buffer);
        snprintf(message, sizeof message, "a trust policy can only have sts actions");
        if (near != NULL)
            snprintf(message, sizeof message,
                     "a trust policy can only have sts actions; the nearest to \"%.*s\" is \"%s\"",
                     text_prefix(action, 80), action, near);
        policy_report(reader, PROBLEM_ERROR, GRAMMAR_TRUST_ACTION_NOT_STS, "/Action", message);
    }
}

static void check_kind(struct policy_reader *reader, struct policy_statement *statement, json_t *body)
{
    bool trust = reader->kind == POLICY_TRUST;
    bool allow = statement->effect != NULL && strcmp(statement->effect, "Allow") == 0;
    bool resource_policy = trust || reader->kind == POLICY_RCP;
    check_pair(reader, statement, body, "Action", "NotAction", GRAMMAR_MISSING_ACTION,
               GRAMMAR_BOTH_ACTION_AND_NOTACTION, true);
    check_pair(reader, statement, body, "Resource", "NotResource", GRAMMAR_MISSING_RESOURCE,
               GRAMMAR_BOTH_RESOURCE_AND_NOTRESOURCE, !trust);
    check_pair(reader, statement, body, "Principal", "NotPrincipal", GRAMMAR_MISSING_PRINCIPAL,
               GRAMMAR_BOTH_PRINCIPAL_AND_NOTPRINCIPAL, resource_policy);
    if (!resource_policy && (has(body, "Principal") || has(body, "NotPrincipal")))
        policy_report(reader, PROBLEM_ERROR, GRAMMAR_HAS_PROHIBITED_FIELD_PRINCIPAL,
                      has(body, "Principal") ? "/Principal" : "/NotPrincipal",
                      "a policy of this kind cannot have a principal");
    check_services(reader, body, "Action");
    check_services(reader, body, "NotAction");
    if (trust && (has(body, "Resource") || has(body, "NotResource")))
        policy_report(reader, PROBLEM_ERROR, GRAMMAR_HAS_PROHIBITED_FIELD_RESOURCE,
                      has(body, "Resource") ? "/Resource" : "/NotResource",
                      "a trust policy cannot have a resource: it is always the role itself");
    if (trust && allow && has(body, "NotPrincipal"))
        policy_report(reader, PROBLEM_WARNING, GRAMMAR_NOTPRINCIPAL_WITH_ALLOW, "/NotPrincipal",
                      "Allow with NotPrincipal trusts everyone else");
    if (reader->policy->version[0] == '\0' || strcmp(reader->policy->version, "2008-10-17") == 0) {
        if (mentions_variable(json_object_get(body, "Resource")) ||
            mentions_variable(json_object_get(body, "NotResource")) ||
            mentions_variable(json_object_get(body, "Condition")))
            policy_report(reader, PROBLEM_WARNING, GRAMMAR_VERSION_2008_VARIABLES, "",
                          "${…} is literal text in a policy without \"Version\": \"2012-10-17\"");
    }
    if (trust)
        check_trust_actions(reader, json_object_get(body, "Action"));
}

static bool bears(const json_t *body)
{
    const json_t *actions = json_object_get(body, "Action"), *others = json_object_get(body, "NotAction");
    const json_t *list = actions != NULL ? actions : others;
    const char *few[64];
    size_t count = json_array_size(list);
    if (count > 64)
        count = 64;
    for (size_t i = 0; i < count; i++)
        few[i] = json_string_value(json_array_get(list, i));
    if (json_array_size(list) > 64) {
        /* Long lists are looked at one by one; a long NotAction list leaves something out only if it names all that is
         * watched. */
        for (size_t i = 0; actions != NULL && i < json_array_size(list); i++) {
            const char *one = json_string_value(json_array_get(list, i));
            if (policy_bears_on_roles(&one, 1, false))
                return true;
        }
        return actions == NULL;
    }
    return policy_bears_on_roles(few, count, actions == NULL);
}

static bool has_duplicates(json_t *value)
{
    const char *name;
    json_t *item;
    size_t i;
    json_object_foreach(value, name, item) if (policy_is_repeated(name) || has_duplicates(item)) return true;
    json_array_foreach(value, i, item) if (has_duplicates(item)) return true;
    return false;
}

static const char *dump(struct arena *arena, const json_t *value)
{
    const size_t flags = JSON_SORT_KEYS | JSON_COMPACT;
    char buffer[4096];
    size_t length = json_dumpb(value, buffer, sizeof buffer, flags);
    if (length <= sizeof buffer)
        return arena_copy_text(arena, buffer, length);
    char *text = arena_allocate(arena, length + 1);
    json_dumpb(value, text, length, flags);
    return text;
}

void policy_read_statement(struct policy_reader *reader, json_t *source, struct policy_statement *statement)
{
    *statement = (struct policy_statement){.sid = "", .body = "{}", .bears_on_roles = true};
    if (!json_is_object(source)) {
        policy_break(reader, statement, GRAMMAR_INVALID_STATEMENT, "", "expected an object");
        return;
    }
    json_t *body = json_object();
    if (reader->duplicates && has_duplicates(source)) {
        statement->doubt = "a member occurs more than once";
        policy_report(reader, PROBLEM_ERROR, GRAMMAR_DUPLICATE_JSON_KEY, "",
                      "a member occurs more than once; all its values were kept");
    }
    policy_read_elements(reader, statement, source, body);
    if (statement->effect == NULL && statement->broken == NULL)
        policy_break(reader, statement, GRAMMAR_MISSING_EFFECT, "", "no Effect");
    check_kind(reader, statement, body);
    policy_check_names(reader, statement, body);
    if (reader->invalid_version && statement->broken == NULL)
        statement->broken = "its document has a Version that does not exist";
    statement->bears_on_roles = statement->broken != NULL || bears(body);
    if (statement->bears_on_roles || reader->kind != POLICY_IDENTITY) {
        if (statement->effect != NULL)
            json_put(body, "Effect", json_text(statement->effect));
        if (statement->sid[0] != '\0')
            json_put(body, "Sid", json_text(statement->sid));
        statement->body = dump(reader->arena, body);
    }
    json_decref(body);
}
