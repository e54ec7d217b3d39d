/* Which parts of a name count as generated, and how names are shortened. */
#include "analyzer/picture/family.h"
#include "analyzer/picture/fit.h"
#include "tests/support/testing.h"

#include <string.h>

static void parts_that_look_generated(void **state)
{
    static const char *const cases[][2] = {
        {"cdk-hnb659fds-cfn-exec-role-123456789012-us-east-1", "cdk-…-cfn-exec-role-…"},
        {"AWSReservedSSO_AdministratorAccess_0123456789abcdef", "AWSReservedSSO_AdministratorAccess_…"},
        {"stacksets-exec-3096c0184584805c00", "stacksets-exec-…"},
        {"dba-edge-api-n43ju7", "dba-edge-api-…"},
        {"4f9d2c1e-app", "…-app"},
        {"deploy-eu-west-1", "deploy-…"},
        {"OrganizationAccountAccessRole", "OrganizationAccountAccessRole"},
        {"ec2-reader", "ec2-reader"},
        {"CreateEC2WithExistingProfile-role", "CreateEC2WithExistingProfile-role"},
        {"s3.backup", "s3.backup"},
        {"123456789012", "123456789012"},
        {"", ""},
        {"---", "---"},
    };
    struct arena arena = {0};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(family_without_generated(&arena, cases[i][0]), cases[i][1]);
    arena_free(&arena);
}

static void parts_that_one_name_alone_has(void **state)
{
    static const char *const names[] = {"dba-mobile-qfujvr",   "dba-mobile-xcevmx",     "dba-edge-rbbkaf",
                                        "edge-api-fzjjjg-ops", "mobile-api-ewwwww-ops", "dba-mobile-qfujvr"};
    struct families families = {0};
    struct arena arena = {0};
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        families_count(&families, names[i]);
    assert_string_equal(families_of(&families, &arena, names[0], FAMILY_LOOKS), names[0]);
    assert_string_equal(families_of(&families, &arena, names[0], FAMILY_SHARED), "dba-mobile-…");
    assert_string_equal(families_of(&families, &arena, names[1], FAMILY_SHARED), "dba-mobile-…");
    assert_string_equal(families_of(&families, &arena, names[2], FAMILY_ENDS), "dba-…");
    assert_string_equal(families_of(&families, &arena, "edge-api-fzjjjg-ops", FAMILY_SHARED), "edge-api-…-ops");
    /* As many begin alike as end alike: the beginning is kept. */
    assert_string_equal(families_of(&families, &arena, "mobile-api-ewwwww-ops", FAMILY_ENDS), "mobile-…");
    families_free(&families);
    arena_free(&arena);
}

static void names_without_room(void **state)
{
    struct arena arena = {0};
    (void)state;
    assert_string_equal(fit_name(&arena, "short", 13, 200), "short");
    assert_string_equal(fit_name(&arena, "cdk-hnb659fds-deploy-role-123456789012-eu-west-1", 13, 200),
                        "cdk-…-deploy-role-…");
    const char *cut = fit_name(&arena, "a-very-long-prefix-of-a-name-that-has-a-meaningful-suffix", 13, 200);
    assert_int_equal(strncmp(cut, "a-very-long-p", 13), 0);
    assert_string_equal(cut + strlen(cut) - 6, "suffix");
    assert_non_null(strstr(cut, "…"));
    assert_true(fit_width(cut, 13) <= 200);
    assert_string_equal(fit_name(&arena, "\x1b[31mred", 13, 200), "\\x1B[31mred");
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(parts_that_look_generated),
                                       cmocka_unit_test(parts_that_one_name_alone_has),
                                       cmocka_unit_test(names_without_room)};
    return cmocka_run_group_tests_name("family", tests, NULL, NULL);
}
