#include "ingest/input/json_cursor.h"
#include "tests/support/testing.h"

#include <stdlib.h>
#include <string.h>

static uint32_t seed = 2463534242u;

static uint32_t next_random(uint32_t below)
{
    seed ^= seed << 13;
    seed ^= seed >> 17;
    seed ^= seed << 5;
    return seed % below;
}

static void append_value(struct text *text, int depth)
{
    static const char *const scalars[] = {
        "\"\"",      "\"\\\\\"",         "\"\\\"\"", "\"}\"", "\"[{\\\\\\\"\"",          "12", "true", " \n ",
        "\"plain\"", "\"\\\\\\\\\\\\\"", "\"]\"",    "null",  "\"\xC3\x9B\xE2\x9B\x9B\""};
    uint32_t count = next_random(6);
    bool object = next_random(2) == 0;
    text_append_char(text, object ? '{' : '[');
    for (uint32_t i = 0; i < count; i++) {
        const char *scalar = scalars[next_random(sizeof scalars / sizeof scalars[0])];
        text_format(text, "%s%s", i > 0 ? "," : "", object ? "\"\\\\n}\" : " : "");
        if (depth > 0 && next_random(3) == 0)
            append_value(text, depth - 1);
        else
            text_append_string(text, strcmp(scalar, " \n ") == 0 ? "\n0" : scalar);
    }
    text_append_char(text, object ? '}' : ']');
}

/* The end that is found without validating is the one that is found by validating. */
static void agrees_with_the_cursor(void **state)
{
    (void)state;
    for (int round = 0; round < 20000; round++) {
        struct text text = {0};
        struct json_cursor cursor;
        append_value(&text, 5);
        size_t length = text.length;
        for (uint32_t i = next_random(100); i > 0; i--)
            text_append_char(&text, "]}\"\\ "[next_random(5)]);
        json_cursor_open(&cursor, text.data, text.length);
        if (json_cursor_span(&cursor) != length)
            fail_msg("%zu instead of %zu: %s", json_cursor_span(&cursor), length, text.data);
        assert_true(json_cursor_skip(&cursor));
        assert_int_equal(json_cursor_offset(&cursor), length);
        text_free(&text);
    }
}

static void what_does_not_end(void **state)
{
    static const char *const rows[] = {"{", "[\"]", "{\"a\":[1,2]", "[\"\\\"]", "[\"\\\\\\\"]}"};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct json_cursor cursor;
        json_cursor_open(&cursor, rows[i], strlen(rows[i]));
        if (json_cursor_span(&cursor) != 0)
            fail_msg("%s", rows[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(agrees_with_the_cursor), cmocka_unit_test(what_does_not_end)};
    return cmocka_run_group_tests_name("json_span", tests, NULL, NULL);
}
