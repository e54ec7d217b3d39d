#include "graph/policy/statement.h"

#include "graph/policy/context_key.h"
#include "graph/policy/pattern.h"
#include "ingest/input/json_cursor.h"
#include "ingest/policy/policy.h"
#include <stdlib.h>
#include <string.h>

static const char *intern_span(struct intern *strings, struct span span)
{
    uint32_t number = intern_add(strings, span.at, span.length);
    return number == INTERN_NONE ? NULL : intern_text(strings, number);
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

bool statement_principal_compile(struct intern *strings, const char *member, const char *value,
                                 struct statement_principal *principal)
{
    size_t length = strlen(value);
    *principal = (struct statement_principal){.form = PRINCIPAL_INVALID, .value = intern_string(strings, value)};
    if (principal->value == NULL)
        return false;
    struct arn arn;
    if (strcmp(member, "Service") == 0) {
        principal->form = PRINCIPAL_SERVICE;
        principal->name = principal->value;
    } else if (strcmp(member, "AWS") == 0 && strcmp(value, "*") == 0) {
        principal->form = PRINCIPAL_ANYONE;
    } else if (strcmp(member, "AWS") == 0 && arn_is_account_id(value, length)) {
        principal->form = PRINCIPAL_ACCOUNT;
        principal->account = principal->value;
    } else if (strcmp(member, "AWS") == 0 && arn_is_unique_id(value, length)) {
        principal->form = PRINCIPAL_UNIQUE_ID;
    } else if (arn_parse(value, length, &arn)) {
        enum principal_form form = form_of_arn(&arn);
        bool account_id = arn_is_account_id(arn.account.at, arn.account.length);
        if (form == PRINCIPAL_INVALID || !form_fits_member(form, member) || !account_id || pattern_has_wildcard(value))
            return true;
        principal->form = form;
        principal->account = intern_span(strings, arn.account);
        principal->partition = intern_span(strings, arn.partition);
        principal->name = intern_span(strings, arn.name);
        principal->session = form == PRINCIPAL_SESSION_ARN ? intern_span(strings, arn.session) : NULL;
        return principal->account != NULL && principal->partition != NULL && principal->name != NULL &&
               (form != PRINCIPAL_SESSION_ARN || principal->session != NULL);
    } else if (strcmp(member, "Federated") == 0 && strchr(value, ':') == NULL && !pattern_has_wildcard(value)) {
        principal->form = PRINCIPAL_WEB_IDENTITY;
        principal->name = principal->value;
    }
    return true;
}

/* ---- the normal form */

/* While a body is read. Arrays are gathered here until their length is known. */
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
    bool failed; /* out of memory */
};

/* The array with room for one more behind count. */
static void *make_room(struct compiling *compiling, void *items, uint32_t *room, uint32_t count, size_t size)
{
    if (count < *room)
        return items;
    void *grown = count < UINT32_MAX / 4 ? realloc(items, (count + 8) * 2 * size) : NULL;
    compiling->failed = compiling->failed || grown == NULL;
    if (grown == NULL)
        return items;
    *room = (count + 8) * 2;
    return grown;
}

static const void *keep(struct compiling *compiling, const void *items, uint32_t count, size_t size)
{
    void *copy = count > 0 ? arena_allocate_array(compiling->arena, count, size) : NULL;
    if (copy != NULL)
        memcpy(copy, items, count * size);
    compiling->failed = compiling->failed || (count > 0 && copy == NULL);
    return copy;
}

static const char *intern_text_of(struct compiling *compiling, const struct text *text)
{
    uint32_t number =
        text->data != NULL && !text->failed ? intern_add(compiling->strings, text->data, text->length) : INTERN_NONE;
    compiling->failed = compiling->failed || number == INTERN_NONE;
    return number == INTERN_NONE ? NULL : intern_text(compiling->strings, number);
}

/* Each of these reads one value; false: it is not of the normal form, or memory is exhausted. */

static bool read_text(struct compiling *compiling, struct text *text)
{
    bool has_nul = false, good = json_cursor_string(&compiling->cursor, text, &has_nul);
    compiling->failed = compiling->failed || text->failed;
    return good && !has_nul && !text->failed;
}

static bool next_member(struct compiling *compiling, bool *first, struct text *name)
{
    bool more = json_cursor_next_member(&compiling->cursor, first, name);
    compiling->failed = compiling->failed || name->failed;
    return more && !name->failed;
}

static bool read_texts(struct compiling *compiling, const char *const **array, uint32_t *count)
{
    bool first = true;
    *count = 0;
    if (!json_cursor_enter(&compiling->cursor, CURSOR_ARRAY))
        return false;
    while (json_cursor_next_element(&compiling->cursor, &first)) {
        compiling->texts =
            make_room(compiling, compiling->texts, &compiling->text_room, *count, sizeof *compiling->texts);
        if (compiling->failed || !read_text(compiling, &compiling->value))
            return false;
        compiling->texts[*count] = intern_text_of(compiling, &compiling->value);
        if (compiling->texts[(*count)++] == NULL)
            return false;
    }
    *array = keep(compiling, compiling->texts, *count, sizeof **array);
    return !compiling->failed;
}

static bool read_principals(struct compiling *compiling, struct statement *statement)
{
    bool first = true;
    uint32_t count = 0;
    if (!json_cursor_enter(&compiling->cursor, CURSOR_OBJECT))
        return false;
    while (next_member(compiling, &first, &compiling->key)) {
        bool first_value = true;
        if (!json_cursor_enter(&compiling->cursor, CURSOR_ARRAY))
            return false;
        while (json_cursor_next_element(&compiling->cursor, &first_value)) {
            compiling->principals = make_room(compiling, compiling->principals, &compiling->principal_room, count,
                                              sizeof *compiling->principals);
            if (compiling->failed || !read_text(compiling, &compiling->value))
                return false;
            if (!statement_principal_compile(compiling->strings, compiling->key.data, compiling->value.data,
                                             &compiling->principals[count++])) {
                compiling->failed = true;
                return false;
            }
        }
    }
    statement->principals = keep(compiling, compiling->principals, count, sizeof *compiling->principals);
    statement->principal_count = count;
    return !compiling->failed;
}

static bool read_conditions(struct compiling *compiling, struct statement *statement)
{
    bool first = true;
    uint32_t count = 0;
    if (!json_cursor_enter(&compiling->cursor, CURSOR_OBJECT))
        return false;
    while (next_member(compiling, &first, &compiling->name)) {
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
        while (next_member(compiling, &first_key, &compiling->key)) {
            struct statement_condition condition = {.name = parsed, .key = intern_text_of(compiling, &compiling->key)};
            compiling->conditions = make_room(compiling, compiling->conditions, &compiling->condition_room, count,
                                              sizeof *compiling->conditions);
            if (compiling->failed || condition.key == NULL ||
                !read_texts(compiling, &condition.values, &condition.value_count))
                return false;
            condition.about = context_key_find(condition.key);
            compiling->conditions[count++] = condition;
        }
    }
    statement->conditions = keep(compiling, compiling->conditions, count, sizeof *compiling->conditions);
    statement->condition_count = count;
    return !compiling->failed;
}

/* Of a pair such as Action and NotAction the plain one counts if both are there. */
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
        return read_texts(compiling, &statement->resources, &statement->resource_count);
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
    while (good && next_member(compiling, &first, &compiling->name))
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

/* What every decision asks for is answered once. */
static const char *const sts_actions[] = {"sts:AssumeRole", "sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity",
                                          "sts:TagSession", "sts:SetSourceIdentity",  "sts:SetContext"};
#define STS_ACTIONS (sizeof sts_actions / sizeof sts_actions[0])

static void find_sts_actions(struct statement *statement)
{
    for (size_t i = 0; i < STS_ACTIONS; i++)
        if (covers(statement, sts_actions[i]))
            statement->sts_actions |= (uint8_t)(1u << i);
}

bool statement_covers_action(const struct statement *statement, const char *action)
{
    /* Nearly always it is the same literal. */
    for (size_t i = 0; i < STS_ACTIONS; i++)
        if (action == sts_actions[i])
            return (statement->sts_actions >> i & 1) != 0;
    bool known = strncmp(action, "sts:", 4) == 0;
    for (size_t i = 0; known && i < STS_ACTIONS; i++)
        if (strcmp(action, sts_actions[i]) == 0)
            return (statement->sts_actions >> i & 1) != 0;
    return covers(statement, action);
}

bool statement_compile(struct arena *arena, struct intern *strings, const char *body, const char *sid,
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
    if (statement->sid == NULL || (broken != NULL && statement->broken == NULL) ||
        (doubt != NULL && statement->doubt == NULL))
        return false;
    struct compiling compiling = {.arena = arena, .strings = strings};
    json_cursor_open(&compiling.cursor, body, strlen(body));
    struct statement empty = *statement;
    if (!read_body(&compiling, statement) && !compiling.failed) {
        *statement = empty;
        statement->broken = statement->broken != NULL ? statement->broken : "its stored form cannot be read";
    }
    text_free(&compiling.name);
    text_free(&compiling.key);
    text_free(&compiling.value);
    free(compiling.texts);
    free(compiling.principals);
    free(compiling.conditions);
    find_sts_actions(statement);
    return !compiling.failed;
}
