#include "graph/policy/statement.h"

#include "graph/policy/condition_values.h"
#include "graph/policy/named_callers.h"
#include "graph/policy/pattern.h"
#include "ingest/input/json_cursor.h"
#include "ingest/policy/context_key.h"
#include "ingest/policy/policy.h"
#include "ingest/support/array.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *intern_span(struct intern *strings, struct span span)
{
    return intern_text(strings, intern_add(strings, span.at, span.length));
}

static enum principal_form form_of_arn(const struct arn *arn)
{
    switch (arn->kind) {
    case ARN_ACCOUNT_ROOT:
        return PRINCIPAL_ACCOUNT;
    case ARN_USER:
        return PRINCIPAL_USER_ARN;
    case ARN_ROLE:
        return PRINCIPAL_ROLE_ARN;
    case ARN_ROLE_SESSION:
        return PRINCIPAL_SESSION_ARN;
    case ARN_FEDERATED_USER:
        return PRINCIPAL_FEDERATED_USER;
    case ARN_SAML_PROVIDER:
        return PRINCIPAL_SAML;
    case ARN_OIDC_PROVIDER:
        return PRINCIPAL_WEB_IDENTITY;
    default:
        return PRINCIPAL_INVALID;
    }
}

/* The members of Principal hold different kinds of names; a name under the wrong member matches nobody. */
static bool form_fits_member(enum principal_form form, const char *member)
{
    bool provider = form == PRINCIPAL_SAML || form == PRINCIPAL_WEB_IDENTITY;
    return strcmp(member, "Federated") == 0 ? provider : strcmp(member, "AWS") == 0 && !provider;
}

/* Classifies one principal value of a member of Principal ("AWS", "Service", "Federated", "CanonicalUser"). */
static struct statement_principal compile_principal(struct intern *strings, const char *member, const char *value)
{
    size_t length = strlen(value);
    struct statement_principal principal = {.form = PRINCIPAL_INVALID, .value = intern_string(strings, value)};
    struct arn arn;
    if (context_key_is_put_off(value)) {
        principal.form = PRINCIPAL_PUT_OFF;
        principal.name = intern_string(strings, member);
    } else if (strcmp(member, "Service") == 0) {
        principal.form = PRINCIPAL_SERVICE;
        principal.name = principal.value;
    } else if (strcmp(member, "AWS") == 0 && strcmp(value, "*") == 0) {
        principal.form = PRINCIPAL_ANYONE;
    } else if (strcmp(member, "AWS") == 0 && arn_is_account_id(value, length)) {
        principal.form = PRINCIPAL_ACCOUNT;
        principal.account = principal.value;
    } else if (strcmp(member, "AWS") == 0 && arn_is_unique_id(value, length)) {
        principal.form = PRINCIPAL_UNIQUE_ID;
    } else if (arn_parse(value, length, &arn)) {
        enum principal_form form = form_of_arn(&arn);
        bool account_id = arn_is_account_id(arn.account.at, arn.account.length);
        if (form == PRINCIPAL_INVALID || !form_fits_member(form, member) || !account_id || pattern_has_wildcard(value))
            return principal;
        principal.form = form;
        principal.account = intern_span(strings, arn.account);
        principal.partition = intern_span(strings, arn.partition);
        principal.name = intern_span(strings, arn.name);
        principal.session = form == PRINCIPAL_SESSION_ARN ? intern_span(strings, arn.session) : NULL;
    } else if (strcmp(member, "Federated") == 0 && strchr(value, ':') == NULL && !pattern_has_wildcard(value)) {
        principal.form = PRINCIPAL_WEB_IDENTITY;
        principal.name = principal.value;
    }
    return principal;
}

/* ---- the normal form */

/* The state while a body is read. Arrays are collected here until their length is known. */
struct compiling {
    struct arena *arena;
    struct intern *strings;
    struct json_cursor cursor;
    struct text name, key, value;
    const char **texts;
    struct statement_principal *principals;
    struct statement_condition *conditions;
    uint32_t text_room, principal_room, condition_room;
    bool has_action;
};

static const char *intern_text_of(struct compiling *compiling, const struct text *text)
{
    return intern_text(compiling->strings, intern_add(compiling->strings, text->data, text->length));
}

/* Each of these reads one value; false: it is not in the normal form. */

static bool read_text(struct compiling *compiling, struct text *text)
{
    bool has_nul = false;
    return json_cursor_string(&compiling->cursor, text, &has_nul) && !has_nul;
}

static bool read_texts(struct compiling *compiling, const char *const **array, uint32_t *count)
{
    bool first = true;
    *count = 0;
    if (!json_cursor_enter(&compiling->cursor, CURSOR_ARRAY))
        return false;
    while (json_cursor_next_element(&compiling->cursor, &first)) {
        if (!read_text(compiling, &compiling->value))
            return false;
        ARRAY_ADD(compiling->texts, *count, compiling->text_room, intern_text_of(compiling, &compiling->value));
    }
    *array = arena_copy(compiling->arena, compiling->texts, *count, sizeof **array);
    return true;
}

static bool read_principals(struct compiling *compiling, struct statement *statement)
{
    bool first = true;
    uint32_t count = 0;
    if (!json_cursor_enter(&compiling->cursor, CURSOR_OBJECT))
        return false;
    while (json_cursor_next_member(&compiling->cursor, &first, &compiling->key)) {
        bool first_value = true;
        if (!json_cursor_enter(&compiling->cursor, CURSOR_ARRAY))
            return false;
        while (json_cursor_next_element(&compiling->cursor, &first_value)) {
            if (!read_text(compiling, &compiling->value))
                return false;
            ARRAY_ADD(compiling->principals, count, compiling->principal_room,
                      compile_principal(compiling->strings, compiling->key.data, compiling->value.data));
        }
    }
    statement->principals = arena_copy(compiling->arena, compiling->principals, count, sizeof *compiling->principals);
    statement->principal_count = count;
    return true;
}

static bool read_conditions(struct compiling *compiling, struct statement *statement)
{
    bool first = true;
    uint32_t count = 0;
    if (!json_cursor_enter(&compiling->cursor, CURSOR_OBJECT))
        return false;
    while (json_cursor_next_member(&compiling->cursor, &first, &compiling->name)) {
        struct condition_name parsed;
        bool first_key = true;
        if (!condition_name_parse(compiling->name.data, &parsed)) {
            statement->broken = "it has a condition operator that does not exist";
            if (!json_cursor_skip(&compiling->cursor))
                return false;
            continue;
        }
        if (!json_cursor_enter(&compiling->cursor, CURSOR_OBJECT))
            return false;
        while (json_cursor_next_member(&compiling->cursor, &first_key, &compiling->key)) {
            struct statement_condition condition = {.name = parsed, .key = intern_text_of(compiling, &compiling->key)};
            if (!read_texts(compiling, &condition.values, &condition.value_count))
                return false;
            condition.about = context_key_find(condition.key);
            condition.by_text = condition_values_make(compiling->arena, &condition);
            ARRAY_ADD(compiling->conditions, count, compiling->condition_room, condition);
        }
    }
    statement->conditions = arena_copy(compiling->arena, compiling->conditions, count, sizeof *compiling->conditions);
    statement->condition_count = count;
    return true;
}

bool statement_complete_arn(const char *resource, char *buffer, size_t size)
{
    static const char rest[] = ":*:*:*:*";
    enum { COLONS = 5 };
    size_t length = strlen(resource), colons = 0;
    if (strncmp(resource, "arn:", 4) != 0 || length + sizeof rest > size || resource[length - 1] == '*')
        return false;
    for (const char *at = resource; *at != '\0'; at++) {
        const char *end = at[0] == '$' && at[1] == '{' ? strchr(at, '}') : NULL;
        at = end != NULL ? end : at;
        colons += *at == ':';
    }
    if (colons >= COLONS)
        return false;
    snprintf(buffer, size, "%s%s", resource, rest + 2 * (colons - 1));
    return true;
}

static bool read_resources(struct compiling *compiling, struct statement *statement)
{
    char completed[2048];
    if (!read_texts(compiling, &statement->resources, &statement->resource_count))
        return false;
    uint32_t written = statement->resource_count, count = written;
    for (uint32_t i = 0; i < written; i++)
        if (statement_complete_arn(statement->resources[i], completed, sizeof completed))
            ARRAY_ADD(compiling->texts, count, compiling->text_room,
                      intern_text(compiling->strings, intern_add(compiling->strings, completed, strlen(completed))));
    if (count > written)
        statement->resources = arena_copy(compiling->arena, compiling->texts, count, sizeof *statement->resources);
    statement->resource_count = count;
    statement->resource_completions = count - written;
    return true;
}

/* If both members of a pair such as Action and NotAction are there, the plain one counts. */
static bool read_member(struct compiling *compiling, struct statement *statement)
{
    const char *name = compiling->name.data;
    bool not = strncmp(name, "Not", 3) == 0;
    const char *plain = not ? name + 3 : name;
    if (strcmp(plain, "Action") == 0 && (!not || !compiling->has_action)) {
        compiling->has_action = true;
        statement->not_action = not ;
        return read_texts(compiling, &statement->actions, &statement->action_count);
    }
    if (strcmp(plain, "Resource") == 0 && (!not || !statement->has_resource)) {
        statement->has_resource = true;
        statement->not_resource = not ;
        return read_resources(compiling, statement);
    }
    if (strcmp(plain, "Principal") == 0 && (!not || !statement->has_principal)) {
        statement->has_principal = true;
        statement->not_principal = not ;
        return read_principals(compiling, statement);
    }
    if (strcmp(name, "Condition") == 0)
        return read_conditions(compiling, statement);
    return json_cursor_skip(&compiling->cursor);
}

static bool read_body(struct compiling *compiling, struct statement *statement)
{
    struct json_cursor *cursor = &compiling->cursor;
    bool first = true, good = json_cursor_enter(cursor, CURSOR_OBJECT);
    while (good && json_cursor_next_member(cursor, &first, &compiling->name))
        good = read_member(compiling, statement);
    return good && cursor->error == NULL && cursor->complaint == NULL && json_cursor_peek(cursor) == CURSOR_END &&
           cursor->error == NULL;
}

static bool covers(const struct statement *statement, const char *action)
{
    for (uint32_t i = 0; i < statement->action_count; i++)
        if (policy_action_matches(statement->actions[i], action))
            return !statement->not_action;
    return statement->not_action;
}

bool statement_covers_action(const struct statement *statement, const char *action)
{
    /* Nearly every decision asks for these, so they are answered here. */
    for (enum sts_action_id id = 0; id < STS_ACTION_COUNT; id++)
        if (action == sts_actions[id].name)
            return statement_covers_sts(statement, id);
    return covers(statement, action);
}

void statement_compile(struct arena *arena, struct intern *strings, const char *body, const char *sid,
                       const char *effect, const char *broken, const char *doubt, bool variables,
                       struct statement *statement)
{
    bool effect_known = effect != NULL && (strcmp(effect, "Allow") == 0 || strcmp(effect, "Deny") == 0);
    *statement = (struct statement){
        .sid = intern_string(strings, sid != NULL ? sid : ""),
        .effect_known = effect_known,
        .allow = effect_known && strcmp(effect, "Allow") == 0,
        .variables = variables,
        .broken = broken != NULL ? intern_string(strings, broken) : NULL,
        .doubt = doubt != NULL ? intern_string(strings, doubt) : NULL,
    };
    struct compiling compiling = {.arena = arena, .strings = strings};
    json_cursor_open(&compiling.cursor, body, strlen(body));
    struct statement empty = *statement;
    if (!read_body(&compiling, statement)) {
        *statement = empty;
        statement->broken = statement->broken != NULL ? statement->broken : "its stored form cannot be read";
    }
    named_callers_find(arena, strings, statement);
    text_free(&compiling.name);
    text_free(&compiling.key);
    text_free(&compiling.value);
    free(compiling.texts);
    free(compiling.principals);
    free(compiling.conditions);
    for (enum sts_action_id id = 0; id < STS_ACTION_COUNT; id++)
        if (covers(statement, sts_actions[id].name))
            statement->sts_actions |= (uint8_t)(1u << id);
}
