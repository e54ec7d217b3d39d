#include "ingest/policy/form.h"
#include "tests/support/testing.h"

#include <string.h>

#define DIGITS                                                                                                         \
    "\x02"                                                                                                             \
    "0-9"                                                                                                              \
    "\x02"
#define LETTERS                                                                                                        \
    "\x02"                                                                                                             \
    "a-z-"                                                                                                             \
    "\x02"

static void texts(void **state)
{
    static const struct {
        const char *form, *text;
        bool matches;
    } rows[] = {
        {"", "", true},
        {"a", "", false},
        {"*", "", true},
        {"?", "?", true},
        {"?", "x", false},
        {DIGITS, "", false},
        {DIGITS, "7", true},
        {DIGITS, "123", true},
        {DIGITS, "12x", false},
        {LETTERS, "a-z", true},
        {LETTERS "@" DIGITS, "octocat@12", true},
        {LETTERS "@" DIGITS, "octocat@", false},
        {LETTERS "@" DIGITS ":*", "octocat@1:x:y", true},
        {LETTERS LETTERS, "a", false},
        {LETTERS LETTERS, "ab", true},
        {"*" DIGITS "*", "a1b", true},
        {"*" DIGITS "*", "ab", false},
        {"\x02"
         "0-9",
         "12", true},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (form_matches(rows[i].form, rows[i].text, false) != rows[i].matches)
            fail_msg("%s against %s", rows[i].form, rows[i].text);
    assert_true(form_matches("repo:Org/*", "REPO:orG/x", true));
    assert_false(form_matches("repo:Org/*", "repo:org/x", false));
}

static void lists_of_bytes(void **state)
{
    static const char *const lists[] = {"a-z", "-", "a-", "-z", "0-9A-Fx", "a-c-e", "~", "", "z-a"};
    (void)state;
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        bool has[256];
        form_list_bytes(lists[i], strlen(lists[i]), has);
        for (unsigned byte = 0; byte < 256; byte++)
            if (has[byte] != form_has_byte(lists[i], strlen(lists[i]), (unsigned char)byte))
                fail_msg("byte %u of [%s]", byte, lists[i]);
    }
}

static void stays_polynomial(void **state)
{
    char text[4001], form[2001];
    (void)state;
    memset(text, 'a', 4000);
    text[4000] = '\0';
    for (size_t i = 0; i < 2000; i += 2)
        memcpy(form + i, "*a", 2);
    form[1999] = 'b';
    form[2000] = '\0';
    assert_false(form_matches(form, text, false));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts),
        cmocka_unit_test(lists_of_bytes),
        cmocka_unit_test(stays_polynomial),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
