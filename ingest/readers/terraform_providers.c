/*
 * The account that each provider of a plan's configuration works in, from constants and from the plan's variables.
 * Shapes: https://developer.hashicorp.com/terraform/internals/json-format#configuration-representation
 */
#include "ingest/readers/terraform_inside.h"

#include "ingest/policy/arn.h"
#include "ingest/support/array.h"
#include "ingest/support/memory.h"
#include <stdlib.h>
#include <string.h>

/* By its key: "aws", "aws.prod", "module.NAME:aws". */
struct terraform_provider *terraform_provider_of(struct export_reader *reader, const char *key)
{
    struct terraform_reading *plan = reader->state;
    uint32_t number = intern_add(&plan->providers, key, strlen(key));
    ARRAY_REACH(plan->provider_list, number, plan->provider_room);
    if (plan->provider_list[number] == NULL) {
        plan->provider_list[number] = export_allocate(reader, sizeof **plan->provider_list);
        plan->provider_list[number]->scope.name = export_keep(reader, key, strlen(key));
    }
    return plan->provider_list[number];
}

/* ["var.NAME.MEMBER", "var.NAME"]: the first; NULL: anything else. */
static const char *read_variable_name(struct export_reader *reader)
{
    struct export_list list;
    const char *first = NULL;
    bool good = true;
    export_list_enter(reader, &list);
    while (export_list_next(reader, &list)) {
        const char *name = export_text(reader);
        first = first == NULL ? name : first;
        good = good && name != NULL && strncmp(name, "var.", strlen("var.")) == 0 &&
               strncmp(first, name, strlen(name)) == 0;
    }
    return good ? first : NULL;
}

/* {"constant_value": …}: reads the text, or the only text of an array; NULL: not a text. {"references": […]}: *variable
 * is the first, if it refers to a variable. */
static const char *read_constant(struct export_reader *reader, const char **variable)
{
    struct json_cursor *cursor = &reader->cursor;
    const char *value = NULL;
    *variable = NULL;
    size_t count = 0;
    bool first = true;
    if (json_cursor_peek(cursor) != CURSOR_OBJECT) {
        json_cursor_skip(cursor);
        return NULL;
    }
    json_cursor_enter(cursor, CURSOR_OBJECT);
    while (json_cursor_next_member(cursor, &first, &reader->name)) {
        struct export_list list;
        enum json_cursor_type type = json_cursor_peek(cursor);
        if (strcmp(reader->name.data, "references") == 0 && type == CURSOR_ARRAY) {
            *variable = read_variable_name(reader);
        } else if (strcmp(reader->name.data, "constant_value") != 0 ||
                   (type != CURSOR_STRING && type != CURSOR_ARRAY)) {
            json_cursor_skip(cursor);
        } else if (type == CURSOR_STRING) {
            value = export_string(reader);
            count = 1;
        } else {
            export_list_enter(reader, &list);
            for (; export_list_next(reader, &list); count++)
                value = export_text(reader);
        }
    }
    return count == 1 ? value : NULL;
}

static void say_account(struct terraform_provider *provider, const char *account)
{
    provider->scope.account = account;
    provider->said = account != NULL;
    provider->scope.other_account = account == NULL;
}

/* The account in a role's ARN; NULL: not one. */
static const char *account_in(struct export_reader *reader, const char *text)
{
    struct arn arn;
    bool known =
        text != NULL && arn_parse(text, strlen(text), &arn) && arn_is_account_id(arn.account.at, arn.account.length);
    return known ? export_keep(reader, arn.account.at, arn.account.length) : NULL;
}

/* The role that the provider assumes, the last one if there are several. */
static void read_assumed(struct export_reader *reader, struct terraform_provider *provider)
{
    struct json_cursor *cursor = &reader->cursor;
    bool array = json_cursor_peek(cursor) == CURSOR_ARRAY;
    struct export_list list;
    if (array)
        export_list_enter(reader, &list);
    while (array ? export_list_next(reader, &list) : json_cursor_peek(cursor) == CURSOR_OBJECT) {
        const char *role = NULL;
        bool first = true;
        if (!json_cursor_enter(cursor, CURSOR_OBJECT))
            continue;
        provider->variable = NULL;
        while (json_cursor_next_member(cursor, &first, &reader->name))
            if (strcmp(reader->name.data, "role_arn") == 0)
                role = read_constant(reader, &provider->variable);
            else
                json_cursor_skip(cursor);
        say_account(provider, account_in(reader, role));
        if (!array)
            return;
    }
}

/* {"expressions": {…}} of a provider. */
static void read_provider_expressions(struct export_reader *reader, struct terraform_provider *provider)
{
    struct json_cursor *cursor = &reader->cursor;
    const char *allowed = NULL, *variable = NULL;
    bool first = true;
    json_cursor_enter(cursor, CURSOR_OBJECT);
    while (json_cursor_next_member(cursor, &first, &reader->name)) {
        enum json_cursor_type type = json_cursor_peek(cursor);
        bool assumed = strncmp(reader->name.data, "assume_role", strlen("assume_role")) == 0;
        if (assumed && (type == CURSOR_ARRAY || type == CURSOR_OBJECT)) {
            read_assumed(reader, provider);
        } else if (strcmp(reader->name.data, "allowed_account_ids") == 0) {
            allowed = read_constant(reader, &variable);
        } else {
            bool own = strcmp(reader->name.data, "profile") == 0 || strcmp(reader->name.data, "access_key") == 0;
            provider->scope.other_account = provider->scope.other_account || (own && provider->scope.account == NULL);
            json_cursor_skip(cursor);
        }
    }
    if (!provider->said && provider->variable == NULL)
        provider->variable = variable;
    if (!provider->said && allowed != NULL && arn_is_account_id(allowed, strlen(allowed)))
        say_account(provider, allowed);
}

/* {"KEY": {"expressions": {…}}} */
void terraform_read_providers(struct export_reader *reader)
{
    struct json_cursor *cursor = &reader->cursor;
    bool first = true;
    json_cursor_enter(cursor, CURSOR_OBJECT);
    while (json_cursor_next_member(cursor, &first, &reader->name)) {
        bool first_member = true;
        if (json_cursor_peek(cursor) != CURSOR_OBJECT) {
            json_cursor_skip(cursor);
            continue;
        }
        struct terraform_provider *provider = terraform_provider_of(reader, reader->name.data);
        json_cursor_enter(cursor, CURSOR_OBJECT);
        while (json_cursor_next_member(cursor, &first_member, &reader->name))
            if (strcmp(reader->name.data, "expressions") == 0 && json_cursor_peek(cursor) == CURSOR_OBJECT)
                read_provider_expressions(reader, provider);
            else
                json_cursor_skip(cursor);
    }
}

/* ---- variables */

/* Longer references are ignored. */
#define LARGEST_VARIABLES ((size_t)4 << 20)

void terraform_read_variables(struct export_reader *reader, const char *member)
{
    struct terraform_reading *plan = reader->state;
    struct text text = {0};
    (void)member;
    json_cursor_compact(&reader->cursor, &text, NULL);
    reader->cursor.complaint = NULL;
    if (plan->variables == NULL && reader->cursor.error == NULL && text.length <= LARGEST_VARIABLES)
        plan->variables = json_loadb(text.data, text.length, JSON_REJECT_DUPLICATES, NULL);
    text_free(&text);
}

/* The value of "var.NAME.MEMBER", or the only one of a list; NULL: the plan has none, or it is not a text. */
static const char *variable_value(const struct terraform_reading *plan, const char *reference)
{
    const char *at = reference + strlen("var."), *end = at + strcspn(at, ".");
    char *name = memory_text_part(at, (size_t)(end - at));
    json_t *value = json_object_get(json_object_get(plan->variables, name), "value");
    free(name);
    while (*end == '.' && value != NULL) {
        at = end + 1;
        end = at + strcspn(at, ".");
        name = memory_text_part(at, (size_t)(end - at));
        value = json_object_get(value, name);
        free(name);
    }
    return json_string_value(json_array_size(value) == 1 ? json_array_get(value, 0) : value);
}

/* Variables of modules are different ones, and a plan does not have their values. A variable with an account number
 * inside the ARN of a role can only be its account. */
void terraform_place_by_variables(struct export_reader *reader)
{
    struct terraform_reading *plan = reader->state;
    for (uint32_t i = 0; i < plan->providers.count; i++) {
        struct terraform_provider *provider = plan->provider_list[i];
        const char *value = provider->variable != NULL ? variable_value(plan, provider->variable) : NULL;
        bool of_module = strchr(intern_text(&plan->providers, i), ':') != NULL;
        if (provider->said || value == NULL || of_module)
            continue;
        const char *account = arn_is_account_id(value, strlen(value)) ? export_keep(reader, value, strlen(value))
                                                                      : account_in(reader, value);
        if (account != NULL)
            say_account(provider, account);
    }
}
