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

/* By trying everything. */
static bool reads(const char *form, const char *text)
{
    const char *bytes;
    size_t count, length = 0;
    if (*form == '\0')
        return *text == '\0';
    if (*form == '*')
        return reads(form + 1, text) || (*text != '\0' && reads(form, text + 1));
    if (*form != FORM_NAME)
        return *text == *form && reads(form + 1, text + 1);
    const char *rest = form_name(form, &bytes, &count);
    while (text[length] != '\0' && form_has_byte(bytes, count, (unsigned char)text[length]))
        if (reads(rest, text + ++length))
            return true;
    return false;
}

/* All forms of up to four parts against all texts of up to four bytes. */
static void forms_of_all_kinds(void **state)
{
    static const char *const parts[] = {"",
                                        "*",
                                        "a",
                                        "b",
                                        DIGITS,
                                        "\x02"
                                        "ab"
                                        "\x02"};
    static const char bytes[] = "ab1";
    enum { PARTS = sizeof parts / sizeof parts[0], FORMS = PARTS * PARTS * PARTS * PARTS, TEXTS = 4 * 4 * 4 * 4 };
    (void)state;
    for (unsigned i = 0; i < FORMS; i++)
        for (unsigned j = 0; j < TEXTS; j++) {
            char form[64] = "", text[8] = "";
            for (unsigned left = i; left > 0; left /= PARTS)
                strcat(form, parts[left % PARTS]);
            for (unsigned left = j; left > 0; left /= 4)
                strncat(text, &bytes[(left + 3) % 4], left % 4 > 0);
            if (form_matches(form, text, false) != reads(form, text))
                fail_msg("%s against %s", form, text);
        }
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
        cmocka_unit_test(forms_of_all_kinds),
        cmocka_unit_test(lists_of_bytes),
        cmocka_unit_test(stays_polynomial),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
