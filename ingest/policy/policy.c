#include "ingest/policy/policy.h"

#include "ingest/policy/arn.h"
#include "ingest/policy/operators.h"
#include "ingest/policy/policy_duplicates.h"
#include "ingest/support/array.h"
#include "ingest/support/json_build.h"
#include "ingest/support/json_scratch.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A member that occurs again is renamed NAME DUPLICATE_MARK n before jansson sees it, so that no value is lost. */
#define DUPLICATE_MARK '\x1F'

/* A document while it is read. */
struct policy_reader {
    struct arena *arena;
    enum policy_kind kind;
    struct policy *policy;
    struct policy_problem *problems; /* moves to the arena at the end */
    size_t problem_count, problem_room;
    int position;    /* statement being read; -1: the document */
    bool single;     /* Statement is one object, not an array */
    bool duplicates; /* some member occurs more than once */
    bool invalid_version;
};

/* ---- problems */

static void report(struct policy_reader *reader, enum problem_severity severity, enum policy_problem_code code,
                   const char *pointer, const char *message)
{
    char where[256];
    if (reader->position >= 0 && reader->single)
        snprintf(where, sizeof where, "/Statement%s", pointer);
    else if (reader->position >= 0)
        snprintf(where, sizeof where, "/Statement/%d%s", reader->position, pointer);
    else
        snprintf(where, sizeof where, "%s", pointer);
    ARRAY_ADD(reader->problems, reader->problem_count, reader->problem_room,
              (struct policy_problem){severity, code, reader->position,
                                      arena_copy_text(reader->arena, where, strlen(where)),
                                      arena_copy_text(reader->arena, message, strlen(message))});
}

static void hand_over_problems(struct policy_reader *reader)
{
    struct policy *policy = reader->policy;
    policy->problem_count = reader->problem_count;
    if (reader->problem_count > 0) {
        policy->problems = arena_allocate_array(reader->arena, reader->problem_count, sizeof *policy->problems);
        memcpy(policy->problems, reader->problems, reader->problem_count * sizeof *policy->problems);
    }
    free(reader->problems);
}

/* An error after which the statement cannot be trusted to mean anything. */
static void break_statement(struct policy_reader *reader, struct policy_statement *statement,
                            enum policy_problem_code code, const char *pointer, const char *message)
{
    report(reader, PROBLEM_ERROR, code, pointer, message);
    if (statement->broken == NULL)
        statement->broken = arena_copy_text(reader->arena, message, strlen(message));
}

/* ---- duplicate members */

static size_t name_length(const char *name)
{
    const char *mark = strchr(name, DUPLICATE_MARK);
    return mark != NULL ? (size_t)(mark - name) : strlen(name);
}

static bool is_named(const char *name, const char *wanted)
{
    return strlen(wanted) == name_length(name) && strncmp(name, wanted, strlen(wanted)) == 0;
}

static bool is_repeated(const char *name)
{
    return strchr(name, DUPLICATE_MARK) != NULL;
}

/* ---- lists of strings */

static json_t *as_text(const json_t *value)
{
    char number[64];
    switch (json_typeof(value)) {
    case JSON_STRING:
        return json_text(json_string_value(value));
    case JSON_TRUE:
        return json_text("true");
    case JSON_FALSE:
        return json_text("false");
    case JSON_INTEGER:
        snprintf(number, sizeof number, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
        return json_text(number);
    case JSON_REAL:
        snprintf(number, sizeof number, "%.17g", json_real_value(value));
        return json_text(number);
    default:
        return NULL;
    }
}

/* Appends a scalar or all of an array to list; scalars other than strings only where the grammar has them. False if
 * something else stands there. */
static bool append_texts(json_t *list, const json_t *value, bool scalars)
{
    size_t count = json_is_array(value) ? json_array_size(value) : 1;
    for (size_t i = 0; i < count; i++) {
        const json_t *item = json_is_array(value) ? json_array_get(value, i) : value;
        if (!scalars && !json_is_string(item))
            return false;
        json_t *text = as_text(item);
        if (text == NULL)
            return false;
        json_add(list, text);
    }
    return true;
}

/* The member of an object, which an earlier occurrence of the same member may have begun. */
static json_t *begin_member(json_t *object, const char *name, json_t *(*create)(void))
{
    if (json_object_get(object, name) == NULL)
        json_put(object, name, create());
    return json_object_get(object, name);
}

/* ---- Principal */

static void check_aws_principal(struct policy_reader *reader, const char *value, const char *pointer)
{
    struct arn arn;
    size_t length = strlen(value);
    bool digits = length > 0 && strspn(value, "0123456789") == length;
    if (digits && length != 12)
        report(reader, PROBLEM_ERROR, GRAMMAR_ACCOUNT_ID_NOT_12_DIGITS, pointer,
               "an account id has 12 digits: a leading zero may have been lost");
    else if (strcmp(value, "*") != 0 && strpbrk(value, "*?") != NULL)
        report(reader, PROBLEM_ERROR, GRAMMAR_WILDCARD_IN_PRINCIPAL_ARN, pointer,
               "a wildcard inside a principal is not a pattern and matches nobody; use \"*\" with a condition on "
               "aws:PrincipalArn");
    else if (arn_parse(value, length, &arn) && arn.kind == ARN_GROUP)
        report(reader, PROBLEM_ERROR, GRAMMAR_GROUP_AS_PRINCIPAL, pointer, "a group cannot be a principal");
    else if (arn_parse(value, length, &arn) && !arn_is_account_id(arn.account.at, arn.account.length))
        report(reader, PROBLEM_ERROR, GRAMMAR_ACCOUNT_ID_NOT_12_DIGITS, pointer,
               "the account in the ARN does not have 12 digits");
}

static void read_principal(struct policy_reader *reader, struct policy_statement *statement, const char *member,
                           json_t *value, json_t *body)
{
    static const char *const kinds[] = {"AWS", "Service", "Federated", "CanonicalUser"};
    char pointer[128];
    json_t *result = begin_member(body, member, json_object);
    if (json_is_string(value) && strcmp(json_string_value(value), "*") == 0) {
        json_add(begin_member(result, "AWS", json_array), json_text("*"));
        return;
    }
    snprintf(pointer, sizeof pointer, "/%s", member);
    if (!json_is_object(value)) {
        break_statement(reader, statement, GRAMMAR_INVALID_PRINCIPAL, pointer,
                        "expected \"*\" or an object such as {\"AWS\": \"arn:…\"}");
        return;
    }
    const char *kind;
    json_t *values;
    json_object_foreach(value, kind, values)
    {
        bool known = false;
        for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
            known = known || is_named(kind, kinds[i]);
        snprintf(pointer, sizeof pointer, "/%s/%.*s", member, (int)(name_length(kind) % 64), kind);
        if (!known) {
            report(reader, PROBLEM_ERROR, GRAMMAR_INVALID_PRINCIPAL, pointer,
                   "a principal is of the kind AWS, Service, Federated or CanonicalUser");
            continue;
        }
        char plain[32];
        snprintf(plain, sizeof plain, "%.*s", (int)name_length(kind), kind);
        json_t *list = begin_member(result, plain, json_array);
        if (!append_texts(list, values, false))
            break_statement(reader, statement, GRAMMAR_INVALID_PRINCIPAL, pointer,
                            "expected a string or an array of strings");
        if (json_array_size(list) == 0)
            report(reader, PROBLEM_ERROR, GRAMMAR_INVALID_PRINCIPAL, pointer,
                   "the list of principals is empty: it matches nobody");
        for (size_t i = 0; strcmp(plain, "AWS") == 0 && i < json_array_size(list); i++)
            check_aws_principal(reader, json_string_value(json_array_get(list, i)), pointer);
    }
}

/* ---- Condition */

static void read_keys(struct policy_reader *reader, struct policy_statement *statement, const char *operator_name,
                      json_t *keys, json_t *block)
{
    const char *key;
    json_t *values;
    json_object_foreach(keys, key, values)
    {
        size_t length = name_length(key);
        json_t *list = json_object_getn(block, key, length);
        if (list == NULL) {
            list = json_array();
            json_object_setn_new(block, key, length, list);
        }
        if (append_texts(list, values, true))
            continue;
        char pointer[256];
        snprintf(pointer, sizeof pointer, "/Condition/%.64s/%.*s", operator_name, (int)(length % 128), key);
        break_statement(reader, statement, GRAMMAR_INVALID_CONDITION, pointer,
                        "expected a string, number or boolean, or an array of them");
    }
}

/* Adds to what an earlier Condition member of the statement gave, if there was one. */
static void read_condition(struct policy_reader *reader, struct policy_statement *statement, json_t *value,
                           json_t *result)
{
    if (!json_is_object(value)) {
        break_statement(reader, statement, GRAMMAR_INVALID_CONDITION, "/Condition",
                        "expected an object of condition operators");
        return;
    }
    const char *name;
    json_t *keys;
    json_object_foreach(value, name, keys)
    {
        char pointer[256], plain[128];
        snprintf(plain, sizeof plain, "%.*s", (int)(name_length(name) < 127 ? name_length(name) : 127), name);
        snprintf(pointer, sizeof pointer, "/Condition/%s", plain);
        struct condition_name parsed;
        if (!condition_name_parse(plain, &parsed))
            break_statement(reader, statement, GRAMMAR_UNKNOWN_OPERATOR, pointer, "no such condition operator exists");
        else if (!json_is_object(keys))
            break_statement(reader, statement, GRAMMAR_INVALID_CONDITION, pointer,
                            "expected an object of condition keys");
        if (!json_is_object(keys))
            continue;
        read_keys(reader, statement, plain, keys, begin_member(result, plain, json_object));
    }
}

/* ---- one statement */

static void read_list(struct policy_reader *reader, struct policy_statement *statement, const char *member,
                      const json_t *value, enum policy_problem_code code, json_t *body)
{
    json_t *list = begin_member(body, member, json_array);
    char pointer[64];
    snprintf(pointer, sizeof pointer, "/%s", member);
    if (!append_texts(list, value, false))
        break_statement(reader, statement, code, pointer, "expected a string or an array of strings");
    else if (json_array_size(list) == 0)
        break_statement(reader, statement, code, pointer, "the list is empty");
}

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
        break_statement(reader, statement, both, "", message);
    } else if (needed && !has(body, plain) && !has(body, negated)) {
        snprintf(message, sizeof message, "neither %s nor %s", plain, negated);
        break_statement(reader, statement, missing, "", message);
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
                 "\"%.200s\" matches no action: the service in front of the colon takes no wildcard", action);
        report(reader, PROBLEM_ERROR, GRAMMAR_WILDCARD_IN_SERVICE, pointer, message);
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
        report(reader, PROBLEM_ERROR, GRAMMAR_HAS_PROHIBITED_FIELD_PRINCIPAL,
               has(body, "Principal") ? "/Principal" : "/NotPrincipal",
               "a policy of this kind cannot have a principal");
    check_services(reader, body, "Action");
    check_services(reader, body, "NotAction");
    if (trust && (has(body, "Resource") || has(body, "NotResource")))
        report(reader, PROBLEM_ERROR, GRAMMAR_HAS_PROHIBITED_FIELD_RESOURCE,
               has(body, "Resource") ? "/Resource" : "/NotResource",
               "a trust policy cannot have a resource: it is always the role itself");
    if (trust && allow && has(body, "NotPrincipal"))
        report(reader, PROBLEM_WARNING, GRAMMAR_NOTPRINCIPAL_WITH_ALLOW, "/NotPrincipal",
               "Allow with NotPrincipal trusts everyone else");
    if (reader->policy->version[0] == '\0' || strcmp(reader->policy->version, "2008-10-17") == 0) {
        if (mentions_variable(json_object_get(body, "Resource")) ||
            mentions_variable(json_object_get(body, "NotResource")) ||
            mentions_variable(json_object_get(body, "Condition")))
            report(reader, PROBLEM_WARNING, GRAMMAR_VERSION_2008_VARIABLES, "",
                   "${…} is literal text in a policy without \"Version\": \"2012-10-17\"");
    }
    const json_t *actions = json_object_get(body, "Action");
    for (size_t i = 0; trust && i < json_array_size(actions); i++) {
        const char *action = json_string_value(json_array_get(actions, i));
        if (strncasecmp(action, "sts:", 4) != 0 && strcmp(action, "*") != 0)
            report(reader, PROBLEM_ERROR, GRAMMAR_TRUST_ACTION_NOT_STS, "/Action",
                   "a trust policy can only have sts actions");
    }
}

static void read_members(struct policy_reader *reader, struct policy_statement *statement, json_t *source, json_t *body)
{
    const char *name;
    json_t *value;
    json_object_foreach(source, name, value)
    {
        if (is_named(name, "Sid")) {
            if (json_is_string(value))
                statement->sid = arena_copy_text(reader->arena, json_string_value(value), json_string_length(value));
            else
                report(reader, PROBLEM_ERROR, GRAMMAR_INVALID_SID, "/Sid", "expected a string");
        } else if (is_named(name, "Effect")) {
            const char *effect = json_string_value(value), *before = statement->effect;
            statement->effect = effect == NULL                 ? NULL
                                : strcmp(effect, "Allow") == 0 ? "Allow"
                                : strcmp(effect, "Deny") == 0  ? "Deny"
                                                               : NULL;
            if (statement->effect == NULL)
                break_statement(reader, statement, GRAMMAR_INVALID_EFFECT, "/Effect",
                                "expected exactly \"Allow\" or \"Deny\"");
            if (before != NULL && before != statement->effect) {
                statement->effect = NULL;
                break_statement(reader, statement, GRAMMAR_INVALID_EFFECT, "/Effect", "both \"Allow\" and \"Deny\"");
            }
        } else if (is_named(name, "Principal")) {
            read_principal(reader, statement, "Principal", value, body);
        } else if (is_named(name, "NotPrincipal")) {
            read_principal(reader, statement, "NotPrincipal", value, body);
        } else if (is_named(name, "Action")) {
            read_list(reader, statement, "Action", value, GRAMMAR_INVALID_ACTION, body);
        } else if (is_named(name, "NotAction")) {
            read_list(reader, statement, "NotAction", value, GRAMMAR_INVALID_ACTION, body);
        } else if (is_named(name, "Resource")) {
            read_list(reader, statement, "Resource", value, GRAMMAR_INVALID_RESOURCE, body);
        } else if (is_named(name, "NotResource")) {
            read_list(reader, statement, "NotResource", value, GRAMMAR_INVALID_RESOURCE, body);
        } else if (is_named(name, "Condition")) {
            read_condition(reader, statement, value, begin_member(body, "Condition", json_object));
        } else {
            char pointer[128], message[160];
            snprintf(pointer, sizeof pointer, "/%.100s", name);
            snprintf(message, sizeof message, "no such element exists (element names are case-sensitive)");
            report(reader, PROBLEM_ERROR, GRAMMAR_UNKNOWN_ELEMENT, pointer, message);
        }
    }
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
    json_object_foreach(value, name, item) if (is_repeated(name) || has_duplicates(item)) return true;
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

static void read_statement(struct policy_reader *reader, json_t *source, struct policy_statement *statement)
{
    *statement = (struct policy_statement){.sid = "", .body = "{}", .bears_on_roles = true};
    if (!json_is_object(source)) {
        break_statement(reader, statement, GRAMMAR_INVALID_STATEMENT, "", "expected an object");
        return;
    }
    json_t *body = json_object();
    if (reader->duplicates && has_duplicates(source)) {
        statement->doubt = "a member occurs more than once";
        report(reader, PROBLEM_ERROR, GRAMMAR_DUPLICATE_JSON_KEY, "",
               "a member occurs more than once; all its values were kept");
    }
    read_members(reader, statement, source, body);
    if (statement->effect == NULL && statement->broken == NULL)
        break_statement(reader, statement, GRAMMAR_MISSING_EFFECT, "", "no Effect");
    check_kind(reader, statement, body);
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

/* ---- the document */

static int compare_sids(const void *a, const void *b)
{
    return strcmp((*(const struct policy_statement *const *)a)->sid, (*(const struct policy_statement *const *)b)->sid);
}

static void check_sids(struct policy_reader *reader)
{
    struct policy *policy = reader->policy;
    size_t count = policy->statement_count;
    if (reader->kind == POLICY_TRUST || count < 2)
        return;
    const struct policy_statement **order = memory_get(count * sizeof *order);
    for (size_t i = 0; i < count; i++)
        order[i] = &policy->statements[i];
    qsort(order, count, sizeof *order, compare_sids);
    for (size_t i = 1; i < count; i++)
        if (order[i]->sid[0] != '\0' && strcmp(order[i]->sid, order[i - 1]->sid) == 0) {
            reader->position = (int)(order[i] - policy->statements);
            report(reader, PROBLEM_WARNING, GRAMMAR_DUPLICATE_SID, "/Sid",
                   "the Sid occurs more than once in this policy");
        }
    free(order);
}

static void read_statements(struct policy_reader *reader, json_t *statements)
{
    struct policy *policy = reader->policy;
    reader->single = !json_is_array(statements);
    size_t count = reader->single ? 1 : json_array_size(statements);
    policy->statements = arena_allocate_array(reader->arena, count, sizeof *policy->statements);
    policy->statement_count = count;
    for (size_t i = 0; i < count; i++) {
        reader->position = (int)i;
        read_statement(reader, reader->single ? statements : json_array_get(statements, i), &policy->statements[i]);
    }
    check_sids(reader);
}

static void read_document(struct policy_reader *reader, json_t *root, size_t length)
{
    struct policy *policy = reader->policy;
    reader->position = -1;
    const json_t *version = json_object_get(root, "Version");
    json_t *statements = json_object_get(root, "Statement");
    const char *name;
    json_t *value;
    json_object_foreach(root, name, value)
    {
        if (is_repeated(name)) {
            char pointer[160];
            snprintf(pointer, sizeof pointer, "/%.*s", (int)(name_length(name) % 128), name);
            report(reader, PROBLEM_ERROR, GRAMMAR_DUPLICATE_JSON_KEY, pointer, "the member occurs more than once");
            policy->broken = "a member of the document occurs more than once";
        } else if (!is_named(name, "Version") && !is_named(name, "Id") && !is_named(name, "Statement")) {
            char pointer[160];
            snprintf(pointer, sizeof pointer, "/%.128s", name);
            report(reader, PROBLEM_ERROR, GRAMMAR_UNKNOWN_ELEMENT, pointer, "no such element exists");
        }
    }
    if (version == NULL)
        report(reader, PROBLEM_NOTE, GRAMMAR_MISSING_VERSION, "",
               "without Version the policy follows 2008-10-17: no variables");
    else if (json_is_string(version))
        policy->version = arena_copy_text(reader->arena, json_string_value(version), json_string_length(version));
    else
        policy->version = "?";
    if (version != NULL && strcmp(policy->version, "2012-10-17") != 0 && strcmp(policy->version, "2008-10-17") != 0) {
        reader->invalid_version = true;
        report(reader, PROBLEM_ERROR, GRAMMAR_INVALID_VERSION, "/Version",
               "expected \"2012-10-17\" (or \"2008-10-17\")");
    }
    if (statements == NULL) {
        report(reader, PROBLEM_ERROR, GRAMMAR_MISSING_STATEMENT, "", "no Statement");
        return;
    }
    if (json_is_array(statements) && json_array_size(statements) == 0)
        report(reader, PROBLEM_ERROR, GRAMMAR_EMPTY_STATEMENT, "/Statement",
               "the list of statements is empty: it grants nothing");
    if (policy->broken == NULL)
        read_statements(reader, statements);
    reader->position = -1;
    if (reader->kind == POLICY_TRUST && length > 4096)
        report(reader, PROBLEM_WARNING, GRAMMAR_SIZE_LIMIT, "",
               "longer than the 4096 characters that a trust policy may have at most");
    else if (reader->kind == POLICY_TRUST && length > 2048)
        report(reader, PROBLEM_NOTE, GRAMMAR_SIZE_LIMIT, "",
               "longer than the default quota of 2048 characters for a trust policy");
}

static void refuse_document(struct policy_reader *reader, const char *why)
{
    char *message = memory_print("not a policy document: %s", why);
    report(reader, PROBLEM_ERROR, GRAMMAR_INVALID_JSON, "", message);
    free(message);
    reader->policy->broken = arena_copy_text(reader->arena, why, strlen(why));
}

void policy_parse(struct arena *arena, const char *text, size_t length, enum policy_kind kind, struct policy *policy)
{
    struct policy_reader reader = {.arena = arena, .kind = kind, .policy = policy, .position = -1};
    json_error_t error;
    *policy = (struct policy){.version = ""};
    json_scratch_begin();
    size_t flags = JSON_REJECT_DUPLICATES;
    json_t *root = json_loadb(text, length, flags, &error);
    /* A document that writes the mark itself is looked at as if it had duplicates. */
    reader.duplicates = memmem(text, length, "\\u001", 5) != NULL;
    if (root == NULL && json_error_code(&error) == json_error_numeric_overflow) {
        flags |= JSON_DECODE_INT_AS_REAL;
        root = json_loadb(text, length, flags, &error);
        report(&reader, PROBLEM_WARNING, GRAMMAR_NUMBER_OVERFLOW, "",
               "a number is beyond 64 bit; it was read as a floating-point one");
    }
    if (root == NULL && json_error_code(&error) == json_error_duplicate_key) {
        char *renamed = policy_rename_duplicates(text, length, DUPLICATE_MARK);
        reader.duplicates = true;
        /* What is renamed may hold large numbers that jansson did not come to before. */
        root = json_loads(renamed, flags | JSON_DECODE_INT_AS_REAL, &error);
        free(renamed);
    }
    if (root == NULL) {
        char why[JSON_ERROR_TEXT_LENGTH + 64];
        if (json_error_code(&error) == json_error_duplicate_key)
            report(&reader, PROBLEM_ERROR, GRAMMAR_DUPLICATE_JSON_KEY, "",
                   "a member occurs more than once, in two spellings");
        snprintf(why, sizeof why, "%s at line %d, column %d", error.text, error.line, error.column);
        refuse_document(&reader, why);
    } else if (!json_is_object(root)) {
        refuse_document(&reader, "expected a JSON object with Version and Statement");
    } else {
        read_document(&reader, root, length);
    }
    json_decref(root);
    json_scratch_end();
    hand_over_problems(&reader);
}
