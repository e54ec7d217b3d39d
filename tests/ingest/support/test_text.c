#include "ingest/support/text.h"
#include "tests/support/testing.h"

#include <stdlib.h>
#include <string.h>

static void printable(void **state)
{
    static const char *const rows[][2] = {
        {"plain", "plain"},
        {"Zoë ✓", "Zoë ✓"},
        {"line\nfeed", "line\\x0Afeed"},
        {"\033[31mred", "\\x1B[31mred"},
        {"\x7F", "\\x7F"},
        {"\xC2\x9B"
         "2J",
         "\\u{009B}2J"},
        {"\xE2\x80\xAE"
         "txt",
         "\\u{202E}txt"},
        {"\xFF", "\\xFF"},
        {"\xC3", "\\xC3"},
        {"\xE2\x82", "\\xE2\\x82"},
        {"\xED\xA0\x80", "\\xED\\xA0\\x80"},
        {"\xC0\xAF", "\\xC0\\xAF"},
        {"", NULL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct text text = {0};
        text_append_printable(&text, rows[i][0]);
        if (rows[i][1] != NULL)
            assert_string_equal(text.data, rows[i][1]);
        else
            assert_int_equal(text.length, 0);
        text_free(&text);
    }
}

static void growing(void **state)
{
    struct text text = {0};
    (void)state;
    for (int i = 0; i < 10000; i++)
        text_format(&text, "%d,", i % 10);
    assert_int_equal(text.length, 20000);
    assert_int_equal(strlen(text.data), 20000);
    text_append_string(&text, NULL);
    assert_int_equal(text.length, 20000);
    char *released = text_release(&text);
    assert_int_equal(strlen(released), 20000);
    assert_null(text.data);
    free(released);
    released = text_release(&text);
    assert_string_equal(released, "");
    free(released);
}

static void prefixes_end_with_a_character(void **state)
{
    (void)state;
    assert_int_equal(text_prefix("abc", 5), 3);
    assert_int_equal(text_prefix("abc", 2), 2);
    assert_int_equal(text_prefix("a\xc3\xa9z", 2), 1);
    assert_int_equal(text_prefix("a\xc3\xa9z", 3), 3);
    assert_int_equal(text_prefix("\xe2\x80\xa6", 2), 0);
    assert_int_equal(text_prefix("", 2), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(prefixes_end_with_a_character), cmocka_unit_test(printable),
                                       cmocka_unit_test(growing)};
    return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
