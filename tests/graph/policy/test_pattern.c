#include "graph/policy/pattern.h"
#include "tests/support/testing.h"

#include <string.h>

static void globs(void **state)
{
    static const struct {
        const char *pattern, *text;
        bool matches;
    } rows[] = {
        {"", "", true},
        {"*", "", true},
        {"?", "", false},
        {"a*c", "abc", true},
        {"a*c", "ac", true},
        {"a*c", "acb", false},
        {"a?c", "abc", true},
        {"a?c", "ac", false},
        {"a?c",
         "a\xC3\xA4"
         "c",
         true},
        {"**", "x", true},
        {"*a*b*", "xaybz", true},
        {"*a*b*", "xbya", false},
        {"A", "a", false},
        {"[ab]", "a", false},
        {"a\\*", "a*", false},
        {"\x01*", "*", true},
        {"\x01*", "x", false},
        {"\x01?", "?", true},
        {"*x", "aaaxx", true},
        {"x*", "ax", false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (pattern_matches(rows[i].pattern, rows[i].text) != rows[i].matches)
            fail_msg("%s against %s", rows[i].pattern, rows[i].text);
    assert_true(pattern_matches_ignoring_case("AlIce*", "aLiCE-x"));
    assert_false(pattern_has_wildcard("a\x01*"));
    assert_true(pattern_has_wildcard("a?"));
}

static void arns(void **state)
{
    static const struct {
        const char *pattern, *text;
        bool matches;
    } rows[] = {
        {"arn:aws:iam::111122223333:role/*", "arn:aws:iam::111122223333:role/a/b", true},
        {"arn:aws:iam::*:role/x", "arn:aws:iam::111122223333:role/x", true},
        {"arn:aws:iam::*", "arn:aws:iam::111122223333:role/x", false},
        {"arn:*", "arn:aws:iam::111122223333:role/x", false},
        {"*", "arn:aws:iam::111122223333:role/x", true},
        {"arn:aws:iam::1111?2223333:role/x", "arn:aws:iam::111122223333:role/x", true},
        {"arn:*:*:*:*:*", "arn:aws:iam::111122223333:role/x", true},
        {"arn:aws:iam::111122223333:role/x", "no arn", false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (pattern_matches_arn(rows[i].pattern, rows[i].text) != rows[i].matches)
            fail_msg("%s against %s", rows[i].pattern, rows[i].text);
}

/* The slow and obvious way. */
static bool naive(const char *pattern, const char *text)
{
    if (*pattern == '\0')
        return *text == '\0';
    if (*pattern == '*')
        return naive(pattern + 1, text) || (*text != '\0' && naive(pattern, text + 1));
    return *text != '\0' && (*pattern == '?' || *pattern == *text) && naive(pattern + 1, text + 1);
}

static void agrees_with_the_definition(void **state)
{
    static const char letters[] = "ab*?";
    uint32_t seed = 7;
    (void)state;
    for (int round = 0; round < 50000; round++) {
        char pattern[8] = "", text[8] = "";
        for (size_t i = 0; i < 7; i++) {
            seed = seed * 1664525u + 1013904223u;
            pattern[i] = (seed >> 28) < 2 ? '\0' : letters[(seed >> 24) % 4];
            seed = seed * 1664525u + 1013904223u;
            text[i] = (seed >> 28) < 2 ? '\0' : letters[(seed >> 24) % 2];
        }
        pattern[7] = text[7] = '\0';
        if (pattern_matches(pattern, text) != naive(pattern, text))
            fail_msg("%s against %s", pattern, text);
    }
}

static void stays_polynomial(void **state)
{
    char text[4001], pattern[2001];
    (void)state;
    memset(text, 'a', 4000);
    text[4000] = '\0';
    for (size_t i = 0; i < 2000; i += 2)
        memcpy(pattern + i, "*a", 2);
    pattern[1999] = 'b';
    pattern[2000] = '\0';
    assert_false(pattern_matches(pattern, text));
}

static void accounts(void **state)
{
    static const char *const told[] = {"arn:aws:iam::111111111111:role/*",
                                       "arn:$x:iam::111111111111:", "::::111111111111:*"};
    static const char *const untold[] = {"*",
                                         "arn:aws:iam::*",
                                         "arn:aws:iam::*:role/x",
                                         "arn:aws:iam::11111111111?:role/x",
                                         "arn:aws:iam::1111111111112:role/x",
                                         "arn:aws:iam::111111111111",
                                         "arn:*:iam::111111111111:role/x",
                                         "arn:?:iam::111111111111:role/x",
                                         "arn:\x01*:iam::111111111111:role/x",
                                         "arn:aws:iam:111111111111:role/x:y"};
    (void)state;
    for (size_t i = 0; i < sizeof told / sizeof told[0]; i++)
        if (pattern_account(told[i]) != strstr(told[i], "111111111111"))
            fail_msg("%s", told[i]);
    for (size_t i = 0; i < sizeof untold / sizeof untold[0]; i++)
        if (pattern_account(untold[i]) != NULL)
            fail_msg("%s", untold[i]);
}

/* Where a pattern of a policy meets the ARNs of a kind of resource: at one with six fields, however short others are.
 */
static void meeting(void **state)
{
    static const char kind[] = "arn:aws:lambda:?*:111111111111:function:?*";
    static const char *const rows[][2] = {
        {"arn:aws:lambda:*:*:function:deploy-*", "arn:aws:lambda:x:111111111111:function:deploy-"},
        {"arn:aws:lambda:*:111111111111:function:*", "arn:aws:lambda:x:111111111111:function:x"},
        {"arn:aws:lambda:eu-west-1:*", "arn:aws:lambda:eu-west-1:111111111111:function:x"},
        {"arn:*:deploy-?", "arn:aws:lambda:x:111111111111:function:deploy-x"},
        {"*", "arn:aws:lambda:x:111111111111:function:x"},
        {"arn:aws:lambda::111111111111:function:x", NULL},
        /* Stars of policies match colons. */
        {"arn:aws:lambda:*:222222222222:function:*", "arn:aws:lambda:x:111111111111:function:222222222222:function:"},
        {"arn:aws:s3:::*", NULL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[128];
        bool met = pattern_meet(rows[i][0], kind, text, sizeof text);
        if (met != (rows[i][1] != NULL) || (met && strcmp(text, rows[i][1]) != 0))
            fail_msg("%s: %s", rows[i][0], met ? text : "nowhere");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(globs),
                                       cmocka_unit_test(arns),
                                       cmocka_unit_test(agrees_with_the_definition),
                                       cmocka_unit_test(stays_polynomial),
                                       cmocka_unit_test(accounts),
                                       cmocka_unit_test(meeting)};
    return cmocka_run_group_tests_name("pattern", tests, NULL, NULL);
}
