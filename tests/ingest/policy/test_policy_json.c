#include "ingest/policy/policy_json.h"
#include "tests/support/testing.h"

#include <stdlib.h>
#include <string.h>

static char *written(const struct policy_json *value)
{
    struct text text = {0};
    policy_json_write(value, &text);
    return text_release(&text);
}

/* As this tree; NULL: not of the ordinary shape. */
static char *read_plain(const char *json)
{
    struct arena arena = {0};
    const struct policy_json *root = policy_json_read(&arena, json, strlen(json));
    char *text = root != NULL ? written(root) : NULL;
    arena_free(&arena);
    return text;
}

static char *read_converted(const char *json)
{
    struct arena arena = {0};
    json_t *root = json_loads(json, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, NULL);
    char *text = root != NULL ? written(policy_json_convert(&arena, root)) : NULL;
    json_decref(root);
    arena_free(&arena);
    return text;
}

/* The order of members, too. */
static void assert_loaded_as_by_jansson(const char *json)
{
    json_t *loaded = policy_json_load(json, strlen(json), JSON_REJECT_DUPLICATES),
           *root = json_loads(json, JSON_REJECT_DUPLICATES, NULL);
    char *found = loaded != NULL ? json_dumps(loaded, 0) : NULL, *wanted = root != NULL ? json_dumps(root, 0) : NULL;
    if (wanted != NULL)
        assert_string_equal(found, wanted);
    else
        assert_null(found);
    free(found);
    free(wanted);
    json_decref(loaded);
    json_decref(root);
}

static void ordinary_documents_are_read_as_jansson_reads_them(void **state)
{
    static const char *const rows[] = {
        "{}",
        " { } ",
        "{\"a\":[]}",
        "{\" a\":1,\"a\":\" \",\"a \" : \"b \",\" \":[\" c\"]}",
        "{\"b\":{\"y\":1,\"x\":0},\"a\":[\"x\",[true,false],null],\"\":\"\"}",
        "\n{\t\"b\" : [ 1 ,\r\n 999999999999999999 ] , \"a\" : { } }\n",
        "{\"ab\":1,\"a\":2,\"abc\":3,\"A\":4}",
        "{\"a\":{\"a\":{\"a\":{\"a\":\"~!#[]{}:,'/\"}}}}",
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_loaded_as_by_jansson(rows[i]);
        char *plain = read_plain(rows[i]), *converted = read_converted(rows[i]);
        json_t *root = json_loads(rows[i], 0, NULL);
        char *dumped = json_dumps(root, JSON_SORT_KEYS | JSON_COMPACT);
        assert_non_null(plain);
        assert_string_equal(plain, converted);
        assert_string_equal(plain, dumped);
        free(plain);
        free(converted);
        free(dumped);
        json_decref(root);
    }
}

static void other_documents_are_left_to_jansson(void **state)
{
    static const char *const rows[] = {
        "",
        "[]",
        "\"a\"",
        "1",
        "{",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{\"a\":1}}",
        "{\"a\":1} x",
        "{\"a\":[1,]}",
        "{\"a\":[1 2]}",
        "{\"a\":\"x}",
        "{a:1}",
        "{\"a\":1,\"a\":2}",
        "{\"a\":1,\"b\":{\"c\":1,\"d\":2,\"c\":3}}",
        "{\"\\u0061\":1}",
        "{\"a\":\"\\\"\"}",
        "{\"a\":\"\xC3\xA9\"}",
        "{\"a\":\"\xFF\"}",
        "{\"a\":\"\x7F\"}",
        "{\"a\":\"\n\"}",
        "{\"a\":-1}",
        "{\"a\":-0}",
        "{\"a\":01}",
        "{\"a\":1.5}",
        "{\"a\":1e3}",
        "{\"a\":1000000000000000000}",
        "{\"a\":99999999999999999999}",
        "{\"a\":tru}",
        "{\"a\":truex}",
        "{\"a\":nul}",
        "{\"a\":[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]}",
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_loaded_as_by_jansson(rows[i]);
        char *plain = read_plain(rows[i]);
        if (plain != NULL)
            print_error("%s\n", rows[i]);
        assert_null(plain);
    }
}

static void a_zero_byte_is_no_end(void **state)
{
    struct arena arena = {0};
    (void)state;
    assert_null(policy_json_read(&arena, "{}\0", 3));
    assert_null(policy_json_read(&arena, "{\"a\0\":1}", 8));
    assert_non_null(policy_json_read(&arena, "{\"a\":1}garbage", 7));
    arena_free(&arena);
}

static void what_is_written_is_what_jansson_writes(void **state)
{
    static const char *const rows[] = {
        "\"\\\" \\\\ \\/ \\b\\f\\n\\r\\t \\u0001\\u001f\\u007f \\u00e9 \\ud83d\\ude00\"",
        "{\"\\u00e9\":1,\"\\\"\":[\"\\u0002\"],\"z\":null}",
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        json_t *root = json_loads(rows[i], JSON_DECODE_ANY, NULL);
        char *converted = read_converted(rows[i]);
        char *dumped = json_dumps(root, JSON_SORT_KEYS | JSON_COMPACT | JSON_ENCODE_ANY);
        assert_string_equal(converted, dumped);
        free(converted);
        free(dumped);
        json_decref(root);
    }
}

/* Numbers become what the normal form has of them. */
static void numbers_that_are_converted(void **state)
{
    char *text = read_converted("[-5,1e3,0.5,0.1,9223372036854775807]");
    (void)state;
    assert_string_equal(text, "[-5,1000,0.5,0.10000000000000001,9223372036854775807]");
    free(text);
}

static void members_are_told_from_repeated_ones(void **state)
{
    struct arena arena = {0};
    json_t *root = json_pack("{s:i, s:i, s:i}",
                             "Action\x1F"
                             "2",
                             1, "Action", 2, "Actions", 3);
    const struct policy_json *tree = policy_json_convert(&arena, root);
    (void)state;
    assert_int_equal(tree->count, 3);
    assert_true(tree->first->repeated);
    assert_true(policy_json_is_named(tree->first, "Action"));
    assert_false(policy_json_is_named(tree->first, "Actio"));
    assert_false(policy_json_is_named(tree->last, "Action"));
    assert_ptr_equal(policy_json_member(tree, "Action", 6), tree->first->next);
    assert_null(policy_json_member(tree, "Act", 3));
    assert_null(policy_json_member(tree->first, "Action", 6));
    json_decref(root);
    arena_free(&arena);
}

static void objects_of_many_members_are_sorted(void **state)
{
    struct arena arena = {0};
    struct policy_json *object = policy_json_add(&arena, &(struct policy_json){0}, POLICY_JSON_OBJECT);
    char names[40][4];
    (void)state;
    for (int i = 0; i < 40; i++) {
        snprintf(names[i], sizeof names[i], "%02d", (i * 7) % 40);
        policy_json_put(&arena, object, names[i], 2, POLICY_JSON_NULL);
    }
    char *text = written(object);
    for (int i = 0; i < 40; i++)
        assert_int_equal(strtol(text + 2 + i * 10, NULL, 10), i);
    free(text);
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(ordinary_documents_are_read_as_jansson_reads_them),
                                       cmocka_unit_test(other_documents_are_left_to_jansson),
                                       cmocka_unit_test(a_zero_byte_is_no_end),
                                       cmocka_unit_test(what_is_written_is_what_jansson_writes),
                                       cmocka_unit_test(numbers_that_are_converted),
                                       cmocka_unit_test(members_are_told_from_repeated_ones),
                                       cmocka_unit_test(objects_of_many_members_are_sorted)};
    return cmocka_run_group_tests_name("policy_json", tests, NULL, NULL);
}
