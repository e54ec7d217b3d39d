#include "graph/statement.h"

#include "graph/pattern.h"
#include "ingest/policy.h"
#include <jansson.h>
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

/* Arrays of the normal form. *array is NULL and *count 0 if the member is absent. */
static bool compile_strings(struct arena *arena, struct intern *strings, const json_t *list, const char *const **array,
                            uint32_t *count)
{
    size_t size = json_array_size(list);
    *array = NULL;
    *count = 0;
    if (size == 0)
        return true;
    const char **texts = arena_allocate_array(arena, size, sizeof *texts);
    if (texts == NULL)
        return false;
    for (size_t i = 0; i < size; i++) {
        const char *text = json_string_value(json_array_get(list, i));
        texts[i] = intern_string(strings, text != NULL ? text : "");
        if (texts[i] == NULL)
            return false;
    }
    *array = texts;
    *count = (uint32_t)size;
    return true;
}

static bool compile_principals(struct arena *arena, struct intern *strings, json_t *members,
                               struct statement *statement)
{
    const char *member;
    json_t *values;
    size_t total = 0;
    json_object_foreach(members, member, values) total += json_array_size(values);
    struct statement_principal *principals = arena_allocate_array(arena, total, sizeof *principals);
    if (principals == NULL)
        return false;
    size_t next = 0;
    json_object_foreach(members, member, values)
    {
        for (size_t i = 0; i < json_array_size(values); i++) {
            const char *value = json_string_value(json_array_get(values, i));
            if (!statement_principal_compile(strings, member, value != NULL ? value : "", &principals[next++]))
                return false;
        }
    }
    statement->principals = principals;
    statement->principal_count = (uint32_t)next;
    return true;
}

static bool compile_conditions(struct arena *arena, struct intern *strings, json_t *block, struct statement *statement)
{
    const char *name, *key;
    json_t *keys, *values;
    size_t total = 0, next = 0;
    json_object_foreach(block, name, keys) total += json_object_size(keys);
    struct statement_condition *conditions = arena_allocate_array(arena, total, sizeof *conditions);
    if (conditions == NULL)
        return false;
    json_object_foreach(block, name, keys)
    {
        struct condition_name parsed;
        if (!condition_name_parse(name, &parsed)) {
            statement->broken = "it has a condition operator that does not exist";
            continue;
        }
        json_object_foreach(keys, key, values)
        {
            struct statement_condition *condition = &conditions[next++];
            condition->name = parsed;
            condition->key = intern_string(strings, key);
            if (condition->key == NULL ||
                !compile_strings(arena, strings, values, &condition->values, &condition->value_count))
                return false;
        }
    }
    statement->conditions = conditions;
    statement->condition_count = (uint32_t)next;
    return true;
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
    for (size_t i = 0; strncmp(action, "sts:", 4) == 0 && i < STS_ACTIONS; i++)
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
    json_t *root = json_loads(body, 0, NULL);
    if (!json_is_object(root)) {
        statement->broken = statement->broken != NULL ? statement->broken : "its stored form cannot be read";
        json_decref(root);
        return true;
    }
    json_t *principal = json_object_get(root, "Principal"), *not_principal = json_object_get(root, "NotPrincipal");
    json_t *action = json_object_get(root, "Action"), *not_action = json_object_get(root, "NotAction");
    json_t *resource = json_object_get(root, "Resource"), *not_resource = json_object_get(root, "NotResource");
    statement->has_principal = principal != NULL || not_principal != NULL;
    statement->not_principal = principal == NULL && not_principal != NULL;
    statement->not_action = action == NULL && not_action != NULL;
    statement->has_resource = resource != NULL || not_resource != NULL;
    statement->not_resource = resource == NULL && not_resource != NULL;
    bool done = compile_principals(arena, strings, principal != NULL ? principal : not_principal, statement) &&
                compile_strings(arena, strings, action != NULL ? action : not_action, &statement->actions,
                                &statement->action_count) &&
                compile_strings(arena, strings, resource != NULL ? resource : not_resource, &statement->resources,
                                &statement->resource_count) &&
                compile_conditions(arena, strings, json_object_get(root, "Condition"), statement);
    json_decref(root);
    find_sts_actions(statement);
    return done;
}
