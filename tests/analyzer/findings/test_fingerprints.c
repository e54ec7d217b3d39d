/* A finding keeps its fingerprint as long as it is the same: however the export is written, and whatever other accounts
 * do. */
#include "analyzer/findings/findings.h"
#include "tests/support/loading.h"
#include "tests/support/testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One account with many findings, in the shape of get-account-authorization-details. */
static const char export_text[] =
    "{\"UserDetailList\": [{\"UserName\": \"carol\", \"Path\": \"/\", \"UserId\": \"AIDACAROL00000000000\","
    "  \"Arn\": \"arn:aws:iam::111111111111:user/carol\", \"GroupList\": [\"g\"], \"UserPolicyList\": "
    "[{\"PolicyName\": \"any\","
    "   \"PolicyDocument\": {\"Version\": \"2012-10-17\", \"Statement\": [{\"Sid\": \"S3\", \"Effect\": \"Allow\","
    "    \"Action\": [\"s3:Get*\", \"s3:List*\"], \"Resource\": \"*\"}, {\"Sid\": \"Any\", \"Effect\": \"Allow\","
    "    \"Action\": \"sts:AssumeRole\", \"Resource\": \"*\"}, {\"Effect\": \"Permit\", \"Action\": \"*\","
    "    \"Resource\": \"*\"}]}}]},"
    " {\"UserName\": \"dave\", \"Path\": \"/\", \"UserId\": \"AIDADAVE000000000000\","
    "  \"Arn\": \"arn:aws:iam::111111111111:user/dave\", \"GroupList\": []}],"
    "\"GroupDetailList\": [{\"GroupName\": \"g\", \"Path\": \"/\", \"GroupId\": \"AGPAG000000000000000\","
    "  \"Arn\": \"arn:aws:iam::111111111111:group/g\", \"GroupPolicyList\": []}],"
    "\"RoleDetailList\": [{\"RoleName\": \"open\", \"Path\": \"/\", \"RoleId\": \"AROAOPEN000000000000\","
    "  \"Arn\": \"arn:aws:iam::111111111111:role/open\", \"AssumeRolePolicyDocument\": {\"Version\": \"2012-10-17\","
    "   \"Statement\": [{\"Sid\": \"All\", \"Effect\": \"Allow\", \"Principal\": \"*\", \"Action\": "
    "\"sts:AssumeRole\"},"
    "    {\"Sid\": \"Gone\", \"Effect\": \"Allow\", \"Principal\": {\"AWS\": [\"AROAGONE000000000000\","
    "     \"arn:aws:iam::111111111111:user/nobody\"]}, \"Action\": [\"sts:AssumeRole\", \"sts:TagSession\"]},"
    "    {\"Sid\": \"Account\", \"Effect\": \"Allow\", \"Principal\": {\"AWS\": \"arn:aws:iam::111111111111:root\"},"
    "     \"Action\": \"sts:AssumeRole\"}, {\"Sid\": \"Vendor\", \"Effect\": \"Allow\","
    "     \"Principal\": {\"AWS\": \"arn:aws:iam::999999999999:root\"}, \"Action\": \"sts:AssumeRole\","
    "     \"Condition\": {\"StringEquals\": {\"aws:RequestTag/a\": [\"x\", \"y\"]}, \"Bool\": "
    "{\"aws:SecureTransport\": \"true\"}}},"
    "    {\"Sid\": \"Wrong\", \"Effect\": \"Allow\", \"Principal\": {\"AWS\": \"arn:aws:iam::111111111111:user/dave\"},"
    "     \"Action\": \"sts:AssumeRole\", \"Resource\": \"*\"}]}},"
    " {\"RoleName\": \"a\", \"Path\": \"/\", \"RoleId\": \"AROAA000000000000000\","
    "  \"Arn\": \"arn:aws:iam::111111111111:role/a\", \"AssumeRolePolicyDocument\": {\"Version\": \"2012-10-17\","
    "   \"Statement\": [{\"Effect\": \"Allow\", \"Principal\": {\"AWS\": \"arn:aws:iam::111111111111:role/b\"},"
    "    \"Action\": \"sts:AssumeRole\"}]}},"
    " {\"RoleName\": \"b\", \"Path\": \"/\", \"RoleId\": \"AROAB000000000000000\","
    "  \"Arn\": \"arn:aws:iam::111111111111:role/b\", \"AssumeRolePolicyDocument\": {\"Version\": \"2012-10-17\","
    "   \"Statement\": [{\"Effect\": \"Allow\", \"Principal\": {\"AWS\": \"arn:aws:iam::111111111111:role/a\"},"
    "    \"Action\": \"sts:AssumeRole\"}]}},"
    " {\"RoleName\": \"admin\", \"Path\": \"/\", \"RoleId\": \"AROAADMIN00000000000\","
    "  \"Arn\": \"arn:aws:iam::111111111111:role/admin\", \"RolePolicyList\": [{\"PolicyName\": \"all\","
    "   \"PolicyDocument\": {\"Version\": \"2012-10-17\", \"Statement\": {\"Effect\": \"Allow\", \"Action\": \"*\","
    "    \"Resource\": \"*\"}}}], \"AssumeRolePolicyDocument\": {\"Version\": \"2012-10-17\","
    "   \"Statement\": [{\"Sid\": \"Hop\", \"Effect\": \"Allow\", \"Principal\": {\"AWS\":"
    "    \"arn:aws:iam::111111111111:role/ci\"}, \"Action\": \"sts:AssumeRole\"}]}},"
    " {\"RoleName\": \"ci\", \"Path\": \"/\", \"RoleId\": \"AROACI00000000000000\","
    "  \"Arn\": \"arn:aws:iam::111111111111:role/ci\", \"AssumeRolePolicyDocument\": {\"Version\": \"2012-10-17\","
    "   \"Statement\": [{\"Sid\": \"Web\", \"Effect\": \"Allow\", \"Principal\": {\"Federated\":"
    "    \"arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com\"},"
    "    \"Action\": \"sts:AssumeRoleWithWebIdentity\", \"Condition\": {\"StringLike\":"
    "    {\"token.actions.githubusercontent.com:sub\": [\"repo:b/*\", \"repo:a*\"]}}},"
    "    {\"Sid\": \"Service\", \"Effect\": \"Allow\", \"Principal\": {\"Service\": [\"lambda.amazonaws.com\","
    "     \"cloudtrail.amazonaws.com\"]}, \"Action\": \"sts:AssumeRole\"},"
    "    {\"Sid\": \"Pit\", \"Effect\": \"Allow\", \"Principal\": {\"AWS\": \"arn:aws:iam::111111111111:user/dave\"},"
    "     \"Action\": \"sts:AssumeRole\", \"Condition\": {\"StringEqualsIfExists\": {\"sts:ExternalId\": [\"q\", "
    "\"p\"]}}}]}}],"
    "\"Policies\": []}";

/* id, code and fingerprint of each finding about account 1, sorted. */
static json_t *judge(struct world *world)
{
    struct analysis analysis = {.store = world->store};
    struct findings findings = {0};
    char *error = NULL;
    json_t *marks = json_object();
    analysis.model = model_load(world->store, &error);
    analysis.pool = constraint_pool_new();
    analysis.evaluator = evaluator_new(analysis.model, analysis.pool);
    assert_true(findings_compute(&analysis, &findings));
    for (size_t i = 0; i < findings.count; i++) {
        const struct finding *finding = &findings.list[i];
        char mark[200];
        snprintf(mark, sizeof mark, "%s/%s %s", finding->rule->id, finding->code, finding->fingerprint);
        if (strcmp(finding->account, "111111111111") == 0)
            json_object_set_new(marks, mark, json_string(finding->detail));
    }
    findings_free(&findings);
    analysis.store = NULL;
    analysis_close(&analysis);
    return marks;
}

static void write_export(struct world *world, json_t *export, size_t flags)
{
    char *text = json_dumps(export, flags);
    put_text(world, "account.json", text);
    free(text);
    json_decref(export);
}

static json_t *export(void)
{
    json_error_t error;
    json_t *value = json_loads(export_text, 0, &error);
    if (value == NULL)
        fail_msg("%s, column %d", error.text, error.column);
    return value;
}

static void assert_same(json_t *before, json_t *after)
{
    const char *mark;
    json_t *detail;
    json_object_foreach(before, mark, detail)
    {
        if (json_object_get(after, mark) == NULL)
            fail_msg("gone: %s %s", mark, json_string_value(detail));
    }
    json_object_foreach(after, mark, detail)
    {
        if (json_object_get(before, mark) == NULL)
            fail_msg("new: %s %s", mark, json_string_value(detail));
    }
}

/* ---- other ways to write the same */

static void reverse_lists(json_t *value)
{
    const char *name;
    json_t *item;
    size_t count = json_array_size(value), i;
    json_object_foreach(value, name, item) reverse_lists(item);
    json_array_foreach(value, i, item) reverse_lists(item);
    for (i = 0; i < count / 2; i++) {
        json_t *first = json_incref(json_array_get(value, i)),
               *last = json_incref(json_array_get(value, count - 1 - i));
        json_array_set_new(value, i, last);
        json_array_set_new(value, count - 1 - i, first);
    }
}

static void rename_sids(json_t *value)
{
    const char *name;
    json_t *item;
    size_t i;
    json_object_foreach(value, name, item) rename_sids(item);
    json_array_foreach(value, i, item) rename_sids(item);
    json_t *sid = json_object_get(value, "Sid");
    if (sid != NULL)
        json_object_set_new(value, "Sid", json_sprintf("Renamed%s", json_string_value(sid)));
}

static void drop_sids(json_t *value)
{
    const char *name;
    json_t *item;
    size_t i;
    json_object_foreach(value, name, item) drop_sids(item);
    json_array_foreach(value, i, item) drop_sids(item);
    json_object_del(value, "Sid");
}

/* A list of one is the same as its element. */
static void wrap_words(json_t *value)
{
    static const char *const names[] = {"Action", "Resource", "AWS"};
    const char *name;
    json_t *item;
    size_t i;
    json_object_foreach(value, name, item) wrap_words(item);
    json_array_foreach(value, i, item) wrap_words(item);
    for (i = 0; i < sizeof names / sizeof names[0]; i++) {
        json_t *one = json_object_get(value, names[i]);
        if (json_is_string(one))
            json_object_set_new(value, names[i], json_pack("[O]", one));
    }
}

/* Documents as strings, as other SDKs give them. */
static void quote_documents(json_t *value)
{
    static const char *const names[] = {"AssumeRolePolicyDocument", "PolicyDocument"};
    const char *name;
    json_t *item;
    size_t i;
    json_object_foreach(value, name, item) quote_documents(item);
    json_array_foreach(value, i, item) quote_documents(item);
    for (i = 0; i < sizeof names / sizeof names[0]; i++) {
        json_t *document = json_object_get(value, names[i]);
        char *text = json_is_object(document) ? json_dumps(document, JSON_INDENT(3)) : NULL;
        if (text != NULL)
            json_object_set_new(value, names[i], json_string(text));
        free(text);
    }
}

static void leave(json_t *value)
{
    (void)value;
}

static const struct variant {
    const char *name;
    void (*change)(json_t *value);
    size_t flags;
} variants[] = {
    {"white space", leave, JSON_INDENT(7)},
    {"order of members", leave, JSON_SORT_KEYS | JSON_COMPACT},
    {"order of lists", reverse_lists, JSON_COMPACT},
    {"Sids", rename_sids, JSON_COMPACT},
    {"no Sids", drop_sids, JSON_COMPACT},
    {"lists of one", wrap_words, JSON_COMPACT},
    {"documents in strings", quote_documents, JSON_COMPACT},
};

static void the_same_written_otherwise(void **state)
{
    struct world *world = *state;
    write_export(world, export(), JSON_COMPACT);
    load(world);
    json_t *before = judge(world);
    assert_true(json_object_size(before) >= 8);
    for (size_t i = 0; i < sizeof variants / sizeof variants[0]; i++) {
        json_t *changed = export();
        print_message("%s\n", variants[i].name);
        variants[i].change(changed);
        write_export(world, changed, variants[i].flags);
        load(world);
        json_t *after = judge(world);
        assert_same(before, after);
        json_decref(after);
    }
    json_decref(before);
}

static void other_accounts_change(void **state)
{
    struct world *world = *state;
    write_export(world, export(), JSON_COMPACT);
    put_text(world, "other.json", DETAILS(USER("000000000005", "x"), ROLE("000000000005", "r")));
    load(world);
    json_t *before = judge(world);
    put_text(world, "other.json",
             DETAILS(USER("000000000005", "x") "," USER("000000000005", "y"),
                     ROLE("000000000005", "a") "," ROLE("000000000005", "r")));
    /* An account before this one in order has the same policies. */
    char *twin = strdup(export_text);
    for (char *at = twin; (at = strstr(at, "111111111111")) != NULL;)
        memcpy(at, "000000000001", 12);
    put_text(world, "twin.json", twin);
    free(twin);
    put_text(world, "third.json", DETAILS(USER("000000000004", "x"), ROLE("000000000004", "r")));
    load(world);
    json_t *after = judge(world);
    assert_same(before, after);
    json_decref(before);
    json_decref(after);
}

/* A different finding has a different fingerprint. */
static void another_statement(void **state)
{
    struct world *world = *state;
    json_t *changed = export();
    write_export(world, export(), JSON_COMPACT);
    load(world);
    json_t *before = judge(world);
    json_t *trust =
        json_object_get(json_array_get(json_object_get(changed, "RoleDetailList"), 0), "AssumeRolePolicyDocument");
    json_t *statement = json_array_get(json_object_get(trust, "Statement"), 0);
    json_object_set_new(statement, "Action", json_string("sts:*"));
    write_export(world, changed, JSON_COMPACT);
    load(world);
    json_t *after = judge(world);
    const char *mark;
    json_t *detail;
    size_t opened = 0;
    json_object_foreach(after, mark, detail) opened +=
        strncmp(mark, "trust-public/", 13) == 0 && json_object_get(before, mark) == NULL;
    assert_int_equal(opened, 1);
    json_decref(before);
    json_decref(after);
}

/* Findings that differ only in words, which fingerprints do not contain, are still distinguished. */
static void several_of_one_code(void **state)
{
    struct world *world = *state;
    put_text(world, "account.json",
             "{\"UserDetailList\": [{\"UserName\": \"carol\", \"Path\": \"/\", \"UserId\": \"AIDACAROL00000000000\","
             "  \"Arn\": \"arn:aws:iam::111111111111:user/carol\", \"GroupList\": [], \"UserPolicyList\": "
             "[{\"PolicyName\": \"any\", \"PolicyDocument\": {\"Version\": \"2012-10-17\", \"Statement\": {\"Effect\": "
             "\"Allow\", \"Action\": [\"s*:List\", \"x*:Get\"], \"Resource\": \"*\"}}}]}],"
             "\"GroupDetailList\": [], \"RoleDetailList\": [], \"Policies\": []}");
    load(world);
    json_t *marks = judge(world), *detail;
    const char *mark;
    size_t found = 0;
    json_object_foreach(marks, mark, detail) found +=
        strncmp(mark, "policy-grammar/wildcard-in-service ", strlen("policy-grammar/wildcard-in-service ")) == 0;
    assert_int_equal(found, 2);
    json_decref(marks);
}

int main(void)
{
    const struct CMUnitTest tests[] = {TEST(the_same_written_otherwise), TEST(other_accounts_change),
                                       TEST(another_statement), TEST(several_of_one_code)};
    return cmocka_run_group_tests_name("fingerprints", tests, NULL, NULL);
}
