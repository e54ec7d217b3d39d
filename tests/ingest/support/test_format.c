#include "ingest/support/format.h"
#include "tests/support/testing.h"

#include <inttypes.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* In buffers of every size up to one that has room: the same text, the same result, nothing written beyond. */
#define EXPECT_SAME(...)                                                                                               \
    for (size_t size = 0; size < 90; size++) {                                                                         \
        char found[100], wanted[100];                                                                                  \
        memset(found, '#', sizeof found);                                                                              \
        memset(wanted, '#', sizeof wanted);                                                                            \
        int length = snprintf(wanted, size, __VA_ARGS__);                                                              \
        assert_int_equal(format_print(found, size, __VA_ARGS__), length);                                              \
        if (size > 0)                                                                                                  \
            assert_string_equal(found, wanted);                                                                        \
        for (size_t i = size; i < sizeof found; i++)                                                                   \
            assert_int_equal(found[i], '#');                                                                           \
    }

static void everyday_conversions(void **state)
{
    const char *volatile none = NULL;
    (void)state;
    EXPECT_SAME("%s", "");
    EXPECT_SAME("plain");
    EXPECT_SAME("%s trusts %s: %u of %zu, %d%%", "role x", "account 1", 7u, (size_t)1 << 40, -12);
    EXPECT_SAME("%d %d %d %d", 0, INT_MIN, INT_MAX, -1);
    EXPECT_SAME("%u %u %zu", 0u, UINT_MAX, SIZE_MAX);
    EXPECT_SAME("%" PRIu64 "%c", UINT64_MAX, 'x');
    EXPECT_SAME("%.*s|%.*s|%.*s|%.*s", 0, "abc", 2, "abc", 9, "abc", -1, "abc");
    EXPECT_SAME("%.*s", 3, (const char[]){'a', 'b', 'c'});
    EXPECT_SAME("%s", none);
}

/* What vsnprintf writes, from the beginning. */
static void others(void **state)
{
    (void)state;
    EXPECT_SAME("%s %5d|%-5s|%05u|%x %s", "first", 42, "ab", 7u, 255u, "last");
    EXPECT_SAME("%s %.3f %s", "a", 0.5, "b");
    EXPECT_SAME("%s %llx %ld %i %.2s", "a", 1ull << 40, -5l, 3, "xyz");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everyday_conversions),
        cmocka_unit_test(others),
    };
    return cmocka_run_group_tests_name("format", tests, NULL, NULL);
}
