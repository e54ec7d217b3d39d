/* The table of AWS-managed policies: what its rows say, and AWS's documents where they are there. */
#include "graph/policy/managed_policies.h"

#include "graph/policy/statement.h"
#include "ingest/policy/policy.h"
#include "ingest/policy/sts_actions.h"
#include "ingest/support/memory.h"
#include "tests/support/testing.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* Copied from a real account; nothing of it is part of the project. */
#define DOCUMENTS "../shared/data/all-managed-policies/get-account-authorization-details.488071102484.json"

#define REFERENCE "arn:aws:iam::aws:policy/"

static void assert_row(const char *arn, const char *expected)
{
    const char *row = managed_policy_statements(arn);
    if (expected == NULL) {
        assert_null(row);
        return;
    }
    assert_non_null(row);
    json_t *found = json_loads(row, 0, NULL), *wanted = json_loads(expected, 0, NULL);
    assert_non_null(found);
    assert_non_null(wanted);
    if (!json_equal(found, wanted))
        fail_msg("%s: %s", arn, row);
    json_decref(found);
    json_decref(wanted);
}

static void rows(void **state)
{
    (void)state;
    assert_row(REFERENCE "AdministratorAccess", "[{\"Action\":[\"*\"],\"Effect\":\"Allow\",\"Resource\":[\"*\"]}]");
    assert_row("arn:aws-cn:iam::aws:policy/ReadOnlyAccess", "[]");
    assert_row(REFERENCE "AWSLambda_FullAccess",
               "[{\"Action\":[\"lambda:*\"],\"Effect\":\"Allow\",\"Resource\":[\"*\"]},"
               "{\"Action\":[\"iam:PassRole\"],\"Effect\":\"Allow\",\"Resource\":[\"*\"],"
               "\"Condition\":{\"StringEquals\":{\"iam:PassedToService\":[\"lambda.amazonaws.com\"]}}}]");
    assert_row(REFERENCE "job-function/AdministratorAccess", NULL);
    assert_row(REFERENCE "SomethingNew", NULL);
    assert_row("arn:aws:iam::111122223333:policy/AdministratorAccess", NULL);
}

/* What services do with their own roles is in the table if they assume others with it. */
static void service_linked_roles(void **state)
{
    (void)state;
    assert_row(REFERENCE "aws-service-role/CloudFormationStackSetsOrgAdminServiceRolePolicy",
               "[{\"Action\":[\"sts:AssumeRole\"],\"Effect\":\"Allow\","
               "\"Resource\":[\"arn:*:iam::*:role/stacksets-exec-*\"]}]");
    assert_row(REFERENCE "aws-service-role/SomethingNewServiceRolePolicy", "[]");
    assert_row("arn:aws:iam::111122223333:policy/aws-service-role/Mine", NULL);
}

/* ---- against AWS's documents */

static json_t *with_any_partition(json_t *texts)
{
    json_t *list = json_array(), *text;
    size_t i;
    json_array_foreach(texts, i, text)
    {
        const char *arn = json_string_value(text);
        char *other = memory_text_part(arn, strlen(arn));
        if (strncmp(arn, "arn:aws:", 8) == 0)
            sprintf(other, "arn:*:%s", arn + 8);
        json_array_append_new(list, json_string(other));
        free(other);
    }
    return list;
}

static json_t *actions_that_count(json_t *actions)
{
    json_t *list = json_array(), *action;
    size_t i;
    json_array_foreach(actions, i, action)
    {
        const char *name = json_string_value(action);
        if (policy_bears_on_roles(&name, 1, false))
            json_array_append(list, action);
    }
    return list;
}

/* As the table has it; NULL: it does not bear on roles. */
static json_t *reduced(const struct policy_statement *statement)
{
    if (!statement->bears_on_roles)
        return NULL;
    json_t *body = json_loads(statement->body, 0, NULL), *conditions = json_object_get(body, "Condition"), *keys,
           *values;
    const char *operator, * key;
    void *next;
    json_object_del(body, "Sid");
    if (json_object_get(body, "Action") != NULL)
        json_object_set_new(body, "Action", actions_that_count(json_object_get(body, "Action")));
    for (int i = 0; i < 2; i++) {
        const char *member = i == 0 ? "Resource" : "NotResource";
        if (json_object_get(body, member) != NULL)
            json_object_set_new(body, member, with_any_partition(json_object_get(body, member)));
    }
    json_object_foreach(conditions, operator, keys) if (strncmp(operator, "Arn", 3) == 0)
        json_object_foreach_safe(keys, next, key, values) json_object_set_new(keys, key, with_any_partition(values));
    return body;
}

static bool assumes_roles(const struct policy *policy)
{
    struct arena arena = {0};
    struct intern strings = {0};
    bool found = false;
    for (size_t i = 0; i < policy->statement_count; i++) {
        struct statement statement;
        const struct policy_statement *from = &policy->statements[i];
        statement_compile(&arena, &strings, from->body, "", from->effect, NULL, NULL, false, &statement);
        for (int j = 0; j < STS_FIRST_BESIDE; j++)
            found = found || (statement.allow && statement_covers_action(&statement, sts_actions[j].name));
    }
    intern_free(&strings);
    arena_free(&arena);
    return found;
}

struct comparing {
    size_t rows, wrong;
};

static void compare(struct comparing *comparing, const char *arn, const json_t *document)
{
    const char *row = managed_policy_statements(arn);
    if (row == NULL)
        return;
    struct arena arena = {0};
    struct policy policy;
    char *text = json_dumps(document, 0);
    json_t *found = json_loads(row, 0, NULL), *wanted = json_array();
    policy_parse(&arena, text, strlen(text), POLICY_IDENTITY, &policy);
    for (size_t i = 0; i < policy.statement_count; i++) {
        json_t *statement = reduced(&policy.statements[i]);
        if (statement != NULL)
            json_array_append_new(wanted, statement);
    }
    /* Where the table says nothing of a service-linked role, the service must not assume roles. */
    bool of_service = strstr(arn, ":policy/aws-service-role/") != NULL && json_array_size(found) == 0;
    bool good = of_service ? !assumes_roles(&policy) : json_equal(found, wanted);
    char *expected = json_dumps(wanted, JSON_COMPACT);
    if (!good)
        print_error("%s\nthe table has %s\nAWS has       %s\n", arn, row, expected);
    free(expected);
    free(text);
    json_decref(found);
    json_decref(wanted);
    arena_free(&arena);
    comparing->rows += !of_service;
    comparing->wrong += !good;
}

static void documents_of_aws(void **state)
{
    json_t *exported = json_load_file(DOCUMENTS, 0, NULL), *policy, *version;
    struct comparing comparing = {0};
    size_t i, j;
    (void)state;
    if (exported == NULL)
        skip();
    json_array_foreach(json_object_get(exported, "Policies"), i, policy) json_array_foreach(
        json_object_get(policy, "PolicyVersionList"), j,
        version) if (json_is_true(json_object_get(version, "IsDefaultVersion")))
        compare(&comparing, json_string_value(json_object_get(policy, "Arn")), json_object_get(version, "Document"));
    assert_int_equal(comparing.wrong, 0);
    assert_true(comparing.rows >= 150);
    json_decref(exported);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows),
        cmocka_unit_test(service_linked_roles),
        cmocka_unit_test(documents_of_aws),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
