/* JSON that is printed without jansson is formatted as jansson's. */
#include "analyzer/report/json_answer.h"
#include "ingest/support/json_build.h"
#include "ingest/support/json_words.h"
#include "tests/support/testing.h"

#include <stdlib.h>
#include <string.h>

static const char *const values[] = {
    "{}",
    "[]",
    "{\"a\": {}, \"b\": [], \"c\": [[], {}], \"d\": [{}, [1, [2, {\"e\": null}]]]}",
    "[true, false, null, 0, -1, 9007199254740993, 1.5, 1e300]",
    "{\"\": \"\", \"a \\\" b\": \"c \\\\ d\", \"\\u0001\\n\\t\": \"\\u001f\\r\\b\\f/\\u007f\"}",
    "[\"\\u00e4\\u202e\\ud83d\\ude00\", {\"\\u00e4\": \"arn:aws:iam::111111111111:role/x\"}]",
};

/* Printed at an indent. malloc'ed. */
static char *printed(const json_t *value, int indent, bool terminal)
{
    char *text = NULL;
    size_t length = 0;
    struct output output = {.stream = open_memstream(&text, &length), .terminal = terminal};
    assert_non_null(output.stream);
    json_print_inside(&output, indent, json_deep_copy(value));
    fclose(output.stream);
    return text;
}

/* By jansson, with all lines but the first indented. */
static char *expected(const json_t *value, int indent)
{
    char *lines = json_words(value, JSON_INDENT(2) | JSON_ENCODE_ANY);
    struct text text = {0};
    for (const char *at = lines; *at != '\0'; at++) {
        text_append_char(&text, *at);
        for (int i = 0; *at == '\n' && i < indent; i++)
            text_append_char(&text, ' ');
    }
    free(lines);
    return text_release(&text);
}

static void assert_same(const json_t *value, int indent)
{
    char *found = printed(value, indent, false), *wanted = expected(value, indent);
    assert_string_equal(found, wanted);
    free(found);
    free(wanted);
}

static void as_jansson_prints_it(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        json_t *value = json_loads(values[i], JSON_DECODE_ANY, NULL);
        assert_non_null(value);
        for (int indent = 0; indent <= 8; indent += 2)
            assert_same(value, indent);
        json_decref(value);
    }
}

/* More spaces than a line is indented by at once. */
static void deep_ones(void **state)
{
    (void)state;
    json_t *value = json_text("the innermost");
    for (int depth = 0; depth < 50; depth++) {
        json_t *list = json_array();
        json_add(list, value);
        value = list;
    }
    assert_same(value, 4);
    json_decref(value);
}

/* More than is written to the stream at once. */
static void large_ones(void **state)
{
    (void)state;
    json_t *list = json_array();
    for (int i = 0; i < 20000; i++)
        json_add(list, json_text_format("arn:aws:iam::111111111111:role/%d", i));
    json_t *value = json_object();
    json_put(value, "list", list);
    json_put(value, "last", json_text("one"));
    assert_same(value, 4);
    json_decref(value);
}

static void terminals_get_no_treacherous_text(void **state)
{
    (void)state;
    json_t *value = json_loads(values[5], 0, NULL);
    char *found = printed(value, 2, true);
    assert_null(strstr(found, "\xe2\x80\xae"));
    assert_non_null(strstr(found, "\xc3\xa4\\u202e\xf0\x9f\x98\x80"));
    free(found);
    json_decref(value);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(as_jansson_prints_it), cmocka_unit_test(deep_ones),
                                       cmocka_unit_test(large_ones),
                                       cmocka_unit_test(terminals_get_no_treacherous_text)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
