#include "ingest/policy/arn.h"
#include "tests/support/testing.h"

#include <string.h>

static void kinds(void **state)
{
    static const struct {
        const char *text;
        enum arn_kind kind;
        const char *account, *path, *name, *session;
    } rows[] = {
        {"arn:aws:iam::033344445555:root", ARN_ACCOUNT_ROOT, "033344445555", "", "", ""},
        {"arn:aws:iam::111122223333:user/alice", ARN_USER, "111122223333", "/", "alice", ""},
        {"arn:aws:iam::111122223333:user/a/b/alice", ARN_USER, "111122223333", "/a/b/", "alice", ""},
        {"arn:aws-us-gov:iam::111122223333:role/team/x", ARN_ROLE, "111122223333", "/team/", "x", ""},
        {"arn:aws:iam::111122223333:group/g", ARN_GROUP, "111122223333", "/", "g", ""},
        {"arn:aws:iam::aws:policy/job-function/Billing", ARN_POLICY, "aws", "/job-function/", "Billing", ""},
        {"arn:aws:sts::111122223333:assumed-role/x/alice@example.com", ARN_ROLE_SESSION, "111122223333", "", "x",
         "alice@example.com"},
        {"arn:aws:sts::111122223333:federated-user/bob", ARN_FEDERATED_USER, "111122223333", "", "bob", ""},
        {"arn:aws:iam::111122223333:saml-provider/ADFS", ARN_SAML_PROVIDER, "111122223333", "", "ADFS", ""},
        {"arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/AB", ARN_OIDC_PROVIDER,
         "111122223333", "", "oidc.eks.eu-west-1.amazonaws.com/id/AB", ""},
        {"arn:aws:s3:::bucket/key:with:colons", ARN_OTHER, "", "", "", ""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct arn arn;
        assert_true(arn_parse(rows[i].text, strlen(rows[i].text), &arn));
        assert_int_equal(arn.kind, rows[i].kind);
        assert_true(span_equals(arn.account, rows[i].account));
        if (rows[i].kind == ARN_OTHER)
            continue;
        if (rows[i].path[0] != '\0')
            assert_true(span_equals(arn.path, rows[i].path));
        if (rows[i].name[0] != '\0')
            assert_true(span_equals(arn.name, rows[i].name));
        if (rows[i].session[0] != '\0')
            assert_true(span_equals(arn.session, rows[i].session));
    }
}

static void no_arns(void **state)
{
    static const char *const texts[] = {"", "arn", "arn:aws:iam", "aws:arn:iam::1:user/x", "*", "::::::"};
    struct arn arn;
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        bool good = arn_parse(texts[i], strlen(texts[i]), &arn);
        assert_true(!good || arn.kind == ARN_OTHER);
    }
    assert_false(arn_parse("", 0, &arn));
    assert_false(arn_parse("*", 1, &arn));
}

static void identifiers(void **state)
{
    (void)state;
    assert_true(arn_is_account_id("033344445555", 12));
    assert_false(arn_is_account_id("33344445555", 11));
    assert_false(arn_is_account_id("03334444555x", 12));
    assert_true(arn_is_unique_id("AROAEXAMPLEROLE000001", 21));
    assert_true(arn_is_unique_id("AIDAEXAMPLEUSER000001", 21));
    assert_false(arn_is_unique_id("aroaexamplerole000001", 21));
    assert_false(arn_is_unique_id("XROAEXAMPLEROLE000001", 21));
}

static void what_aws_keeps(void **state)
{
    static const char managed[] = "arn:aws-cn:iam::aws:policy/service-role/AWS_ConfigRole";
    (void)state;
    assert_string_equal(arn_aws_managed_policy(managed), "service-role/AWS_ConfigRole");
    assert_true(arn_is_aws_managed_policy(managed));
    assert_false(arn_is_aws_managed_policy("arn:aws:iam::111122223333:policy/AdministratorAccess"));
    assert_false(arn_is_aws_managed_policy(NULL));
    assert_true(arn_is_service_linked_role("arn:aws:iam::111122223333:role/aws-service-role/x.amazonaws.com/R"));
    assert_false(arn_is_service_linked_role("arn:aws:iam::111122223333:role/service-role/R"));
    assert_false(arn_is_service_linked_role("111122223333"));
    assert_true(arn_is_reserved_role("arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/R"));
    assert_false(arn_is_reserved_role("arn:aws:iam::111122223333:user/aws-reserved/U"));
    assert_true(arn_path_is_reserved("/aws-reserved/"));
    assert_false(arn_path_is_service_linked("/"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(kinds), cmocka_unit_test(no_arns),
                                       cmocka_unit_test(identifiers), cmocka_unit_test(what_aws_keeps)};
    return cmocka_run_group_tests_name("arn", tests, NULL, NULL);
}
