/*
 * Statements: which elements IAM requires or forbids together, and whether a statement is about roles.
 */
#include "ingest/policy/policy_inside.h"

#include "ingest/policy/known_actions.h"
#include "ingest/support/text.h"
#include <stdio.h>
#include <string.h>

static const struct policy_json *find(const struct policy_json *body, const char *member)
{
    return policy_json_member(body, member, strlen(member));
}

static bool has(const struct policy_json *body, const char *member)
{
    return find(body, member) != NULL;
}

static const struct policy_json *first_of(const struct policy_json *body, const char *member)
{
    const struct policy_json *list = find(body, member);
    return list != NULL ? list->first : NULL;
}

/* Exactly one of the two members, or none where it may be absent. */
static void check_pair(struct policy_reader *reader, struct policy_statement *statement, const struct policy_json *body,
                       const char *plain, const char *negated, enum policy_problem_code missing,
                       enum policy_problem_code both, bool needed)
{
    if (has(body, plain) && has(body, negated))
        policy_break(reader, statement, both, "", WORDS_BOTH_MEMBERS, POLICY_FACTS_OF(plain, negated));
    else if (needed && !has(body, plain) && !has(body, negated))
        policy_break(reader, statement, missing, "", WORDS_NEITHER_MEMBER, POLICY_FACTS_OF(plain, negated));
}

static bool mentions_variable(const struct policy_json *value)
{
    if (value == NULL)
        return false;
    if (value->type == POLICY_JSON_TEXT && strstr(value->text, "${") != NULL)
        return true;
    for (const struct policy_json *item = value->first; item != NULL; item = item->next)
        if (mentions_variable(item))
            return true;
    return false;
}

static void check_services(struct policy_reader *reader, const struct policy_json *body, const char *member)
{
    char pointer[64], name[256];
    for (const struct policy_json *action = first_of(body, member); action != NULL; action = action->next) {
        if (policy_action_has_service(action->text))
            continue;
        snprintf(pointer, sizeof pointer, "/%s", member);
        snprintf(name, sizeof name, "%.*s", text_prefix(action->text, 200), action->text);
        policy_report(reader, PROBLEM_ERROR, GRAMMAR_WILDCARD_IN_SERVICE, pointer, WORDS_SERVICE_PATTERN,
                      POLICY_FACTS_OF(name));
    }
}

/* The action that a trust policy probably means by one that does not exist. */
static const char *nearest_of_sts(const char *action, char *buffer, size_t size)
{
    const char *colon = strchr(action, ':');
    bool fits = snprintf(buffer, size, "sts:%s", colon != NULL ? colon + 1 : action) < (int)size;
    if (!fits)
        return NULL;
    return known_action_matches(buffer) ? buffer : known_action_nearest(buffer, buffer, (int)size);
}

static void check_trust_actions(struct policy_reader *reader, const struct policy_json *first)
{
    char buffer[160], name[128];
    for (const struct policy_json *one = first; one != NULL; one = one->next) {
        const char *action = one->text;
        if (strncasecmp(action, "sts:", 4) == 0 || strcmp(action, "*") == 0)
            continue;
        const char *near = known_action_matches(action) ? NULL : nearest_of_sts(action, buffer, sizeof buffer);
        snprintf(name, sizeof name, "%.*s", text_prefix(action, 80), action);
        policy_report(reader, PROBLEM_ERROR, GRAMMAR_TRUST_ACTION_NOT_STS, "/Action", WORDS_STS_EXPECTED,
                      POLICY_FACTS_OF(name, near));
    }
}

static void check_kind(struct policy_reader *reader, struct policy_statement *statement, const struct policy_json *body)
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
                      has(body, "Principal") ? "/Principal" : "/NotPrincipal", WORDS_NO_PRINCIPAL_HERE, NULL);
    check_services(reader, body, "Action");
    check_services(reader, body, "NotAction");
    if (trust && (has(body, "Resource") || has(body, "NotResource")))
        policy_report(reader, PROBLEM_ERROR, GRAMMAR_HAS_PROHIBITED_FIELD_RESOURCE,
                      has(body, "Resource") ? "/Resource" : "/NotResource", WORDS_NO_RESOURCE_HERE, NULL);
    if (trust && allow && has(body, "NotPrincipal"))
        policy_report(reader, PROBLEM_WARNING, GRAMMAR_NOTPRINCIPAL_WITH_ALLOW, "/NotPrincipal",
                      WORDS_TRUSTS_EVERYONE_ELSE, NULL);
    if (reader->policy->version[0] == '\0' || strcmp(reader->policy->version, "2008-10-17") == 0) {
        if (mentions_variable(find(body, "Resource")) || mentions_variable(find(body, "NotResource")) ||
            mentions_variable(find(body, "Condition")))
            policy_report(reader, PROBLEM_WARNING, GRAMMAR_VERSION_2008_VARIABLES, "", WORDS_VARIABLES_ARE_TEXT, NULL);
    }
    if (trust)
        check_trust_actions(reader, first_of(body, "Action"));
}

static bool bears(const struct policy_json *body)
{
    const struct policy_json *actions = find(body, "Action"), *others = find(body, "NotAction");
    const struct policy_json *list = actions != NULL ? actions : others;
    const char *few[64];
    size_t count = 0;
    if (list != NULL && list->count > 64) {
        /* Long lists are checked item by item; a long NotAction list excludes something only if it names every watched
         * action. */
        for (const struct policy_json *one = list->first; actions != NULL && one != NULL; one = one->next)
            if (policy_bears_on_roles(&one->text, 1, false))
                return true;
        return actions == NULL;
    }
    for (const struct policy_json *one = list != NULL ? list->first : NULL; one != NULL; one = one->next)
        few[count++] = one->text;
    return policy_bears_on_roles(few, count, actions == NULL);
}

static bool has_duplicates(const struct policy_json *value)
{
    for (const struct policy_json *item = value->first; item != NULL; item = item->next)
        if (item->repeated || has_duplicates(item))
            return true;
    return false;
}

static void put_text(struct policy_reader *reader, struct policy_json *body, const char *name, const char *text)
{
    struct policy_json *member = policy_json_put(&reader->trees, body, name, strlen(name), POLICY_JSON_TEXT);
    member->text = text;
    member->length = strlen(text);
}

static const char *write_body(struct policy_reader *reader, const struct policy_json *body)
{
    reader->body.length = 0;
    policy_json_write(body, &reader->body);
    return arena_copy_text(reader->arena, reader->body.data, reader->body.length);
}

void policy_read_statement(struct policy_reader *reader, const struct policy_json *source,
                           struct policy_statement *statement)
{
    struct policy_json body = {.type = POLICY_JSON_OBJECT};
    *statement = (struct policy_statement){.sid = "", .body = "{}", .bears_on_roles = true};
    if (source->type != POLICY_JSON_OBJECT) {
        policy_break(reader, statement, GRAMMAR_INVALID_STATEMENT, "", WORDS_OBJECT_EXPECTED, NULL);
        return;
    }
    if (reader->duplicates && has_duplicates(source)) {
        statement->doubt = "a member occurs more than once";
        policy_report(reader, PROBLEM_ERROR, GRAMMAR_DUPLICATE_JSON_KEY, "", WORDS_MEMBER_KEPT_TWICE, NULL);
    }
    policy_read_elements(reader, statement, source, &body);
    if (statement->effect == NULL && statement->broken == NULL)
        policy_break(reader, statement, GRAMMAR_MISSING_EFFECT, "", WORDS_NO_EFFECT, NULL);
    check_kind(reader, statement, &body);
    policy_check_names(reader, statement, &body);
    if (reader->invalid_version && statement->broken == NULL)
        statement->broken = "its document has a Version that does not exist";
    statement->bears_on_roles = statement->broken != NULL || bears(&body);
    if (statement->bears_on_roles || reader->kind != POLICY_IDENTITY) {
        if (statement->effect != NULL)
            put_text(reader, &body, "Effect", statement->effect);
        if (statement->sid[0] != '\0')
            put_text(reader, &body, "Sid", statement->sid);
        statement->body = write_body(reader, &body);
    }
}
