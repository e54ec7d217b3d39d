#include "analyzer/findings/patches/patch_command.h"
#include "tests/support/testing.h"

#include <stdlib.h>

static void expect(const struct policy_use *use, const char *wanted)
{
    char *command = patch_command(use);
    if (wanted == NULL)
        assert_null(command);
    else
        assert_string_equal(command, wanted);
    free(command);
}

static void each_kind_of_policy_has_its_command(void **state)
{
    (void)state;
    expect(&(struct policy_use){.kind = USE_TRUST, .name = "", .holder = "arn:aws:iam::111122223333:role/a/deploy"},
           "aws iam update-assume-role-policy --role-name deploy --policy-document file://policy.json");
    expect(&(struct policy_use){.kind = USE_INLINE, .name = "p", .holder = "arn:aws:iam::111122223333:user/ann"},
           "aws iam put-user-policy --user-name ann --policy-name p --policy-document file://policy.json");
    expect(&(struct policy_use){.kind = USE_INLINE, .name = "p", .holder = "arn:aws-cn:iam::111122223333:group/g"},
           "aws iam put-group-policy --group-name g --policy-name p --policy-document file://policy.json");
    expect(&(struct policy_use){.kind = USE_MANAGED,
                                .name = "p",
                                .holder = "arn:aws:iam::111122223333:role/r",
                                .arn = "arn:aws:iam::111122223333:policy/p"},
           "aws iam create-policy-version --set-as-default --policy-arn arn:aws:iam::111122223333:policy/p "
           "--policy-document file://policy.json");
}

static void what_cannot_be_changed_has_none(void **state)
{
    (void)state;
    expect(&(struct policy_use){.kind = USE_MANAGED,
                                .name = "ReadOnlyAccess",
                                .holder = "arn:aws:iam::111122223333:role/r",
                                .arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"},
           NULL);
    /* Nobody in the account may change what Identity Center creates. */
    expect(&(struct policy_use){.kind = USE_TRUST,
                                .name = "",
                                .holder = "arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/r"},
           NULL);
    expect(&(struct policy_use){.kind = USE_INLINE,
                                .name = "p",
                                .holder = "arn:aws-cn:iam::111122223333:role/aws-reserved/x"},
           NULL);
    expect(&(struct policy_use){.kind = USE_TRUST, .name = "", .holder = "arn:aws:iam::111122223333:role/aws-reserved"},
           "aws iam update-assume-role-policy --role-name aws-reserved --policy-document file://policy.json");
    expect(&(struct policy_use){.kind = USE_SCP, .name = "p", .holder = "r-root"}, NULL);
    expect(&(struct policy_use){.kind = USE_INLINE, .name = "p", .holder = "not an ARN"}, NULL);
}

static void names_do_not_become_commands(void **state)
{
    (void)state;
    expect(
        &(struct policy_use){.kind = USE_INLINE, .name = "a'; rm x", .holder = "arn:aws:iam::111122223333:role/$(x)"},
        "aws iam put-role-policy --role-name '$(x)' --policy-name 'a'\\''; rm x' "
        "--policy-document file://policy.json");
    expect(&(struct policy_use){.kind = USE_INLINE, .name = "", .holder = "arn:aws:iam::111122223333:role/-x"},
           "aws iam put-role-policy --role-name=-x --policy-name '' --policy-document file://policy.json");
}

static void names_that_begin_with_a_dash_are_no_options(void **state)
{
    (void)state;
    expect(&(struct policy_use){.kind = USE_TRUST, .name = "", .holder = "arn:aws:iam::111122223333:role/a/-deploy"},
           "aws iam update-assume-role-policy --role-name=-deploy --policy-document file://policy.json");
    expect(&(struct policy_use){.kind = USE_INLINE, .name = "-p", .holder = "arn:aws:iam::111122223333:user/-x"},
           "aws iam put-user-policy --user-name=-x --policy-name=-p --policy-document file://policy.json");
    expect(&(struct policy_use){.kind = USE_INLINE, .name = "p", .holder = "arn:aws:iam::111122223333:role/-a b"},
           "aws iam put-role-policy --role-name='-a b' --policy-name p --policy-document file://policy.json");
    char *shorter = patch_session_command("arn:aws:iam::111122223333:role/--x", 3600);
    assert_string_equal(shorter, "aws iam update-role --role-name=--x --max-session-duration 3600");
    free(shorter);
    char *deletion = patch_deletion_command(
        &(struct policy_use){.kind = USE_INLINE, .name = "-p", .holder = "arn:aws:iam::111122223333:group/-g"});
    assert_string_equal(deletion, "aws iam delete-group-policy --group-name=-g --policy-name=-p");
    free(deletion);
}

static void sessions_are_shortened(void **state)
{
    char *command = patch_session_command("arn:aws:iam::111122223333:role/a/o'x", 3600);
    (void)state;
    assert_string_equal(command, "aws iam update-role --role-name 'o'\\''x' --max-session-duration 3600");
    free(command);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_kind_of_policy_has_its_command),
        cmocka_unit_test(what_cannot_be_changed_has_none),
        cmocka_unit_test(names_do_not_become_commands),
        cmocka_unit_test(names_that_begin_with_a_dash_are_no_options),
        cmocka_unit_test(sessions_are_shortened),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
