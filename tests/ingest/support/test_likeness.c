#include "ingest/support/likeness.h"
#include "tests/support/testing.h"

static void likeness(void **state)
{
    static const char *const names[] = {"load", "findings", "who-can", "explain"};
    (void)state;
    assert_string_equal(nearest_name("finding", names, 4), "findings");
    assert_string_equal(nearest_name("explian", names, 4), "explain");
    assert_string_equal(nearest_name("whocan", names, 4), "who-can");
    assert_null(nearest_name("zzzzzz", names, 4));
}

/* A quarter of the letters and one, in whatever case. */
static void close_likeness(void **state)
{
    static const char *const names[] = {"sts:ExternalId", "aws:PrincipalOrgID"};
    (void)state;
    assert_string_equal(nearest_name_close("STS:externalid2", names, 2), "sts:ExternalId");
    assert_string_equal(nearest_name_close("aws:PrincpalOrgId", names, 2), "aws:PrincipalOrgID");
    assert_null(nearest_name_close("aws:SourceOrgPaths", names, 2));
    assert_null(nearest_name_close("aws", names, 2));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(likeness), cmocka_unit_test(close_likeness)};
    return cmocka_run_group_tests_name("likeness", tests, NULL, NULL);
}
