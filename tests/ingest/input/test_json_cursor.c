#include "ingest/input/json_cursor.h"
#include "tests/support/testing.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static bool accepts(const char *text, size_t length)
{
    struct json_cursor cursor;
    json_cursor_open(&cursor, text, length);
    bool good = json_cursor_skip(&cursor) && json_cursor_peek(&cursor) == CURSOR_END;
    return good && cursor.error == NULL && cursor.complaint == NULL;
}

/* A text that comes in pieces of so many bytes. */
struct pieces {
    const char *text;
    size_t length, piece;
};

static size_t next_piece(void *context, char *into, size_t room)
{
    struct pieces *pieces = context;
    size_t length = pieces->piece < room ? pieces->piece : room;
    if (length > pieces->length)
        length = pieces->length;
    memcpy(into, pieces->text, length);
    pieces->text += length;
    pieces->length -= length;
    return length;
}

/* Passes over the text at once and in pieces: both must see, say and copy the same. */
static void assert_same_in_pieces(const char *text, size_t length, size_t piece)
{
    struct pieces pieces = {text, length, piece};
    struct json_window window = {.read = next_piece, .context = &pieces};
    struct json_cursor whole, parts;
    struct text outs[2] = {{0}, {0}}, lines[2] = {{0}, {0}};
    json_cursor_open(&whole, text, length);
    json_cursor_open_window(&parts, &window);
    bool first = json_cursor_compact(&whole, &outs[0], &lines[0]);
    bool second = json_cursor_compact(&parts, &outs[1], &lines[1]);
    if (first != second || json_cursor_peek(&whole) != json_cursor_peek(&parts) || whole.error != parts.error ||
        whole.error_line != parts.error_line || whole.error_column != parts.error_column ||
        whole.complaint != parts.complaint || whole.complaint_column != parts.complaint_column)
        fail_msg("in pieces of %zu: %s: %u:%u instead of %u:%u", piece, text, parts.error_line, parts.error_column,
                 whole.error_line, whole.error_column);
    if (first)
        assert_string_equal(outs[0].data, outs[1].data);
    if (lines[0].data != NULL)
        assert_string_equal(lines[0].data, lines[1].data);
    for (int i = 0; i < 2; i++) {
        text_free(&outs[i]);
        text_free(&lines[i]);
    }
    free(window.buffer);
}

static void rows(void **state)
{
    static const char *const good[] = {"{}",
                                       "[]",
                                       "null",
                                       " [1, -0.5e+3, true] ",
                                       "{\"a\":{\"b\":[\"\\u00e9\\n\"]}}",
                                       "\"\"",
                                       "\"\\ud83d\\ude00\"",
                                       "0",
                                       "[[[[]]]]"};
    static const char *const bad[] = {"",
                                      "{",
                                      "[1,]",
                                      "{\"a\"}",
                                      "{\"a\":}",
                                      "{a:1}",
                                      "01",
                                      "1.",
                                      "\"",
                                      "\"\\x\"",
                                      "\"\t\"",
                                      "[1 2]",
                                      "nul",
                                      "{} {}x",
                                      "+1",
                                      "-",
                                      "[\"a\" \"b\"]",
                                      "{\"a\":1,}",
                                      "\"\\ud83d\"",
                                      "\"\xFF\"",
                                      "\"\xC0\xAF\"",
                                      "{\"a\":1 \"b\":2}"};
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        if (!accepts(good[i], strlen(good[i])))
            fail_msg("refused: %s", good[i]);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (accepts(bad[i], strlen(bad[i])))
            fail_msg("accepted: %s", bad[i]);
}

static void places(void **state)
{
    static const struct {
        const char *text;
        uint32_t line, column;
    } rows[] = {{"{\n  \"a\": tru\n}", 2, 8}, {"[1,\n2,\n]", 3, 1}, {"{\"a\" 1}", 1, 6}, {"[\"x\n\"]", 1, 4}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct json_cursor cursor;
        json_cursor_open(&cursor, rows[i].text, strlen(rows[i].text));
        assert_false(json_cursor_skip(&cursor));
        assert_non_null(cursor.error);
        if (cursor.error_line != rows[i].line || cursor.error_column != rows[i].column)
            fail_msg("%s: %u:%u instead of %u:%u", rows[i].text, cursor.error_line, cursor.error_column, rows[i].line,
                     rows[i].column);
    }
}

static void compacting(void **state)
{
    static const char text[] = "{ \"Version\" : \"a b\",\n \"Statement\": [\n {\"x\" : 1},\n\n {\"y\":2} ]}";
    struct json_cursor cursor;
    struct text out = {0}, lines = {0};
    (void)state;
    json_cursor_open(&cursor, text, sizeof text - 1);
    assert_true(json_cursor_compact(&cursor, &out, &lines));
    assert_string_equal(out.data, "{\"Version\":\"a b\",\"Statement\":[{\"x\":1},{\"y\":2}]}");
    assert_string_equal(lines.data, "2,4");
    text_free(&out);
    text_free(&lines);
}

/* Larger than the window: what is passed gives way, what is marked stays. */
static void long_texts_pass_through_a_small_window(void **state)
{
    enum { ELEMENTS = 200000 };
    struct text text = {0}, name = {0};
    struct json_cursor cursor, mark;
    bool first = true;
    (void)state;
    text_append_string(&text, "[\n");
    for (int i = 0; i < ELEMENTS; i++)
        text_format(&text, "%s{\"number\":%d, \"text\":\"\\u00e9 \xC3\xA4 \"}", i > 0 ? ",\n" : "", i);
    text_append_string(&text, "\n]");
    struct pieces pieces = {text.data, text.length, 70001};
    struct json_window window = {.read = next_piece, .context = &pieces};
    json_cursor_open_window(&cursor, &window);
    assert_true(json_cursor_enter(&cursor, CURSOR_ARRAY));
    int count = 0;
    for (; json_cursor_next_element(&cursor, &first); count++) {
        bool inner = true;
        json_cursor_mark(&cursor, &mark);
        assert_true(json_cursor_skip(&cursor));
        json_cursor_return(&cursor, &mark);
        assert_int_equal(cursor.line, count + 2);
        assert_int_equal(json_cursor_column(&cursor), 1);
        assert_true(json_cursor_enter(&cursor, CURSOR_OBJECT));
        assert_true(json_cursor_next_member(&cursor, &inner, &name));
        assert_string_equal(name.data, "number");
        assert_true(json_cursor_skip(&cursor));
        assert_true(json_cursor_next_member(&cursor, &inner, &name));
        assert_true(json_cursor_string(&cursor, &name, NULL));
        assert_string_equal(name.data, "\xC3\xA9 \xC3\xA4 ");
        assert_false(json_cursor_next_member(&cursor, &inner, &name));
    }
    assert_null(cursor.error);
    assert_int_equal(count, ELEMENTS);
    assert_true(window.room <= 512 * 1024);
    text_free(&text);
    text_free(&name);
    free(window.buffer);
}

static void nesting_is_bounded(void **state)
{
    enum { DEPTH = 100000 };
    char *deep = malloc(2 * DEPTH + 1);
    (void)state;
    memset(deep, '[', DEPTH);
    memset(deep + DEPTH, ']', DEPTH);
    deep[2 * DEPTH] = '\0';
    assert_false(accepts(deep, 2 * DEPTH));
    free(deep);
}

static uint32_t seed = 12345;

static uint32_t next_random(uint32_t below)
{
    seed = seed * 1664525u + 1013904223u;
    return (uint32_t)(((uint64_t)(seed >> 4) * below) >> 28);
}

/* Whatever a library accepts is accepted here, and the other way round, over many damaged documents. */
static void agrees_with_jansson(void **state)
{
    static const char document[] =
        "{\"RoleDetailList\":[{\"Arn\":\"arn:aws:iam::1:role/x\",\"Tags\":[],\"n\":[1,-2.5e3,0,true,false,null],"
        "\"u\":\"\\u00e4\\\\ \\\"q\\\" \xC3\xA4\"}],\"IsTruncated\":false}";
    static const char bytes[] = "{}[]:,\"\\ 0123eE.-+tfnulra\n\t\x80\xC3\x01";
    (void)state;
    for (int round = 0; round < 20000; round++) {
        char text[sizeof document + 4];
        size_t length = sizeof document - 1;
        memcpy(text, document, sizeof document);
        for (uint32_t edits = 1 + next_random(2); edits > 0; edits--) {
            size_t at = next_random((uint32_t)length);
            char byte = bytes[next_random(sizeof bytes - 1)];
            switch (next_random(3)) {
            case 0:
                text[at] = byte;
                break;
            case 1:
                memmove(text + at, text + at + 1, length - at);
                length--;
                break;
            default:
                memmove(text + at + 1, text + at, length - at);
                text[at] = byte;
                length++;
            }
        }
        text[length] = '\0';
        json_error_t error;
        json_t *value = json_loadb(text, length, JSON_DECODE_ANY | JSON_ALLOW_NUL | JSON_DECODE_INT_AS_REAL, &error);
        bool expected = value != NULL;
        json_decref(value);
        /* It stops at a number too large for a double, which is no error of syntax. */
        if (!expected && strstr(error.text, "real number overflow") != NULL)
            continue;
        assert_same_in_pieces(text, length, 1 + next_random(5));
        if (accepts(text, length) != expected)
            fail_msg("%s%s: %s", expected ? "refused: " : "accepted: ", text, expected ? "" : error.text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(rows),
                                       cmocka_unit_test(places),
                                       cmocka_unit_test(compacting),
                                       cmocka_unit_test(nesting_is_bounded),
                                       cmocka_unit_test(long_texts_pass_through_a_small_window),
                                       cmocka_unit_test(agrees_with_jansson)};
    return cmocka_run_group_tests_name("json_cursor", tests, NULL, NULL);
}
