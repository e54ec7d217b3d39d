#include "ingest/policy/context_key.h"
#include "tests/support/testing.h"

#include <string.h>

static void every_row_is_found(void **state)
{
    const struct context_key *key;
    (void)state;
    for (size_t i = 0; (key = context_key_row(i)) != NULL; i++) {
        char name[100], *end = stpcpy(name, key->name);
        for (char *at = name; at < end; at++)
            *at = (char)(*at >= 'a' && *at <= 'z' ? *at - 32 : *at);
        if (end[-1] == '*')
            strcpy(end - 1, "sub");
        if (context_key_find(name) != key)
            fail_msg("%s", key->name);
    }
}

static void other_keys_are_claims_or_unknown(void **state)
{
    static const struct {
        const char *key;
        enum key_class class;
        bool multivalued, may_be_list;
    } rows[] = {
        {"example.org/id:sub", KEY_PROVIDER, false, false},
        {"example.org/id:amr", KEY_PROVIDER, true, true},
        {"example.org/id:groups", KEY_PROVIDER, false, true},
        {"gitlab.com:project_id", KEY_PROVIDER, false, false},
        {"gitlab.com:groups", KEY_PROVIDER, false, false},
        {"cognito-identity.amazonaws.com:amr", KEY_PROVIDER, true, true},
        {"saml:aud", KEY_PROVIDER, false, false},
        {"saml:cn", KEY_PROVIDER, true, true},
        {"aws:PrincipalTag/", KEY_UNRECOGNIZED, false, true},
        {"aws:Nonsense", KEY_UNRECOGNIZED, false, true},
        {"", KEY_UNRECOGNIZED, false, true},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct context_key *key = context_key_find(rows[i].key);
        if (key->class != rows[i].class || key->multivalued != rows[i].multivalued ||
            context_key_may_be_list(key) != rows[i].may_be_list)
            fail_msg("%s", rows[i].key);
    }
}

static void claims_that_are_kept_back(void **state)
{
    static const char *const handed_on[] = {"token.actions.githubusercontent.com:sub",
                                            "TOKEN.actions.githubusercontent.com:Job_Workflow_Ref",
                                            "token.actions.githubusercontent.com/acme:enterprise_id",
                                            "token.actions.acme.ghe.com:repository_id",
                                            "github.com/enterprises/acme:repository_owner_id",
                                            "oidc.circleci.com/org/1:oidc.circleci.com/project-id",
                                            "agent.acme.buildkite.site:cluster_id",
                                            "idcs-1a.identity.oraclecloud.com:rpst_id",
                                            "www.amazon.com:user_id",
                                            "login.example.org:groups"};
    static const char *const kept_back[] = {"token.actions.githubusercontent.com:repository_owner",
                                            "token.actions.githubusercontent.com/acme:job_workflow_sha",
                                            "token.actions.acme.ghe.com:event_name",
                                            "oidc.circleci.com/org/1:oidc.circleci.com/vcs-ref",
                                            "gitlab.com:project_path",
                                            "accounts.google.com:hd",
                                            "graph.facebook.com:name"};
    (void)state;
    for (size_t i = 0; i < sizeof handed_on / sizeof handed_on[0]; i++)
        if (context_key_find(handed_on[i])->source == SOURCE_NEVER)
            fail_msg("%s", handed_on[i]);
    for (size_t i = 0; i < sizeof kept_back / sizeof kept_back[0]; i++)
        if (context_key_find(kept_back[i])->source != SOURCE_NEVER)
            fail_msg("%s", kept_back[i]);
}

static void alphabets(void **state)
{
    const struct context_key *account = context_key_find("aws:SourceAccount"),
                             *name = context_key_find("sts:RoleSessionName"), *any = context_key_find("aws:Referer");
    (void)state;
    assert_true(context_key_allows_byte(account, '0') && context_key_allows_byte(account, '9'));
    assert_false(context_key_allows_byte(account, 'a'));
    assert_true(context_key_allows_byte(name, '-') && context_key_allows_byte(name, 'Z'));
    assert_false(context_key_allows_byte(name, '/') || context_key_allows_byte(name, ' '));
    assert_true(context_key_allows_byte(any, ' '));
    assert_false(context_key_allows_byte(any, '\n'));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_row_is_found),
                                       cmocka_unit_test(other_keys_are_claims_or_unknown),
                                       cmocka_unit_test(claims_that_are_kept_back), cmocka_unit_test(alphabets)};
    return cmocka_run_group_tests_name("context_key", tests, NULL, NULL);
}
