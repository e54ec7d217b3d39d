#include "ingest/support/json_build.h"
#include "ingest/support/json_memory.h"
#include "ingest/support/json_words.h"
#include "ingest/support/memory.h"
#include "tests/support/testing.h"
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* jansson's own allocation: its json_dumps hands out what free takes. */
static void expect_as_jansson(const json_t *value, size_t flags)
{
    char *words = json_words(value, flags), *dumped = json_dumps(value, flags);
    assert_non_null(dumped);
    assert_string_equal(words, dumped);
    free(words);
    free(dumped);
}

static json_t *every_byte(void)
{
    char text[0x80];
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = (char)i;
    return json_stringn(text, sizeof text);
}

/* Values of every type at depth 0; objects of few and of many members, and lists of them, around it. */
static json_t *sample(unsigned depth)
{
    json_t *object = json_object(), *list = json_array();
    json_put(object, "z", every_byte());
    json_put(object, "", json_text("caf\xC3\xA9 \xE2\x9C\x93 \xF0\x9F\x98\x80"));
    json_put(object, "a\"\\\n", json_integer(0));
    json_put(object, "true", json_true());
    json_put(object, "false", json_false());
    json_put(object, "null", json_null());
    json_put(object, "real", json_real(0.1));
    json_put(object, "whole", json_real(3));
    json_add(list, json_integer(INT64_MIN));
    json_add(list, json_integer(INT64_MAX));
    json_add(list, json_integer(-10));
    json_add(list, json_object());
    json_add(list, json_array());
    for (unsigned i = 0; i < 20; i++) {
        char *name = memory_print("%u", i * 7 % 20);
        json_put(object, name, depth > 0 && i % 7 == 0 ? sample(depth - 1) : json_integer(i));
        free(name);
    }
    json_put(object, "list", list);
    return object;
}

static void words_are_those_of_jansson(void **state)
{
    static const size_t flags[] = {0, JSON_COMPACT, JSON_COMPACT | JSON_SORT_KEYS, JSON_INDENT(2), JSON_ENSURE_ASCII};
    json_t *value = sample(2), *scalar = every_byte();
    (void)state;
    for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++) {
        expect_as_jansson(value, flags[i]);
        expect_as_jansson(scalar, flags[i] | JSON_ENCODE_ANY);
    }
    json_decref(value);
    json_decref(scalar);
}

static void a_value_like_another_is_changed_alone(void **state)
{
    json_t *value = sample(1), *like = json_like(value);
    (void)state;
    char *before = json_words(value, JSON_COMPACT), *copy = json_words(like, JSON_COMPACT);
    assert_string_equal(copy, before);
    json_put(like, "z", json_null());
    json_add(json_object_get(like, "list"), json_null());
    json_put(json_object_get(like, "0"), "null", json_true());
    char *after = json_words(value, JSON_COMPACT);
    assert_string_equal(after, before);
    assert_null(json_like(NULL));
    free(before);
    free(copy);
    free(after);
    json_decref(value);
    json_decref(like);
}

static void *build(void *unused)
{
    (void)unused;
    return sample(2);
}

static void *drop(void *value)
{
    json_decref(value);
    return NULL;
}

static void *in_thread(void *(*act)(void *), void *about)
{
    pthread_t thread;
    void *result;
    assert_int_equal(pthread_create(&thread, NULL, act, about), 0);
    assert_int_equal(pthread_join(thread, &result), 0);
    return result;
}

/* Values outlive the thread that made them, and are freed by others; what was freed is used again. */
static void values_pass_between_threads(void **state)
{
    (void)state;
    json_memory_install();
    json_t *own = sample(2);
    char *expected = json_words(own, JSON_COMPACT);
    for (unsigned i = 0; i < 50; i++) {
        json_t *theirs = in_thread(build, NULL), *again = sample(2);
        assert_true(json_equal(own, theirs));
        if (i % 2 == 0)
            json_decref(theirs);
        else
            in_thread(drop, theirs);
        assert_true(json_equal(own, again));
        in_thread(drop, again);
    }
    char *words = json_words(own, JSON_COMPACT);
    assert_string_equal(words, expected);
    free(words);
    free(expected);
    json_decref(own);
}

static void sizes_of_all_kinds(void **state)
{
    json_t *list = json_array();
    (void)state;
    json_memory_install();
    for (size_t length = 0; length < 1200; length++) {
        char *text = memory_zeroed(length + 1, 1);
        memset(text, 'x', length);
        json_add(list, json_text(text));
        free(text);
    }
    for (size_t length = 0; length < 1200; length++) {
        const char *text = json_string_value(json_array_get(list, length));
        assert_int_equal(strlen(text), length);
        assert_int_equal(strspn(text, "x"), length);
    }
    json_decref(list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_those_of_jansson), /* first: what is installed stays */
        cmocka_unit_test(a_value_like_another_is_changed_alone),
        cmocka_unit_test(values_pass_between_threads),
        cmocka_unit_test(sizes_of_all_kinds),
    };
    return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
