#include "ingest/support/arena.h"
#include "ingest/support/array.h"
#include "ingest/support/hash_index.h"
#include "ingest/support/json_build.h"
#include "ingest/support/json_words.h"
#include "ingest/support/order.h"
#include "tests/support/testing.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void too_many_elements(void)
{
    memory_zeroed(SIZE_MAX / 2, 3);
}

static void too_large_array(void)
{
    uint8_t room = 200;
    size_t needed = 256;
    char *bytes = NULL;
    ARRAY_RESERVE(bytes, needed, room);
}

static void too_large_arena(void)
{
    struct arena arena = {0};
    arena_allocate_array(&arena, SIZE_MAX / 2, 3);
}

static void said_by_errno(void)
{
    errno = ENOENT;
    memory_check_errno();
    errno = ENOMEM;
    memory_check_errno();
}

static void leave_mark(void *about)
{
    unlink(about);
}

/* Memory that is not there ends the program with 3 and a message, after what was registered for it. */
static void exhaustion(void **state)
{
    void (*const asked[])(void) = {too_many_elements, too_large_array, too_large_arena, said_by_errno};
    (void)state;
    for (size_t i = 0; i < sizeof asked / sizeof asked[0]; i++) {
        char path[] = "/tmp/rolechain-memory-XXXXXX", message[64] = "";
        int descriptor = mkstemp(path), ends[2], status;
        assert_true(descriptor >= 0 && pipe(ends) == 0);
        close(descriptor);
        pid_t child = fork();
        if (child == 0) {
            struct memory_last_act dropped = {leave_mark, "/nowhere", NULL}, kept = {leave_mark, path, NULL};
            memory_add_last_act(&kept);
            memory_add_last_act(&dropped);
            memory_drop_last_act(&dropped);
            dup2(ends[1], STDERR_FILENO);
            asked[i]();
            _exit(0);
        }
        close(ends[1]);
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), 3);
        assert_true(read(ends[0], message, sizeof message - 1) > 0);
        assert_string_equal(message, "rolechain: out of memory\n");
        close(ends[0]);
        assert_int_equal(access(path, F_OK), -1);
    }
}

static void copies(void **state)
{
    static const int numbers[] = {1, 2, 3};
    (void)state;
    char *text = memory_print("%s-%d", "role", 7), *part = memory_text_part(text, 4);
    int *copy = memory_copy(numbers, 3, sizeof *numbers);
    assert_string_equal(text, "role-7");
    assert_string_equal(part, "role");
    assert_memory_equal(copy, numbers, sizeof numbers);
    free(text);
    free(part);
    free(copy);
    free(memory_get(0));
    free(memory_resize(NULL, 0, 8));
}

static void arrays(void **state)
{
    uint32_t *list = NULL, count = 0, room = 0;
    (void)state;
    for (uint32_t i = 0; i < 1000; i++)
        ARRAY_ADD(list, count, room, i * 2);
    for (uint32_t i = 0; i < 1000; i++)
        assert_int_equal(list[i], i * 2);
    assert_true(count == 1000 && room >= count && room < 4 * count);
    free(list);
    list = NULL;
    room = 0;
    ARRAY_REACH(list, 100u, room);
    list[100] = 5;
    ARRAY_REACH(list, 50u, room);
    for (uint32_t i = 0; i < room; i++)
        assert_int_equal(list[i], i == 100 ? 5 : 0);
    free(list);
}

/* Numbers under one hash come one after another, whatever else is there. */
static void hashes(void **state)
{
    struct hash_index index = {0};
    struct hash_probe probe = hash_index_probe(7);
    uint32_t number, found = 0;
    (void)state;
    assert_int_equal(hash_index_next(&index, &probe), HASH_INDEX_NONE);
    for (uint32_t i = 0; i < 100000; i++)
        hash_index_add(&index, i % 5 == 0 ? 7 : hash_number(i), i);
    probe = hash_index_probe(7);
    while ((number = hash_index_next(&index, &probe)) != HASH_INDEX_NONE) {
        assert_int_equal(number % 5, 0);
        found++;
    }
    assert_int_equal(found, 20000);
    hash_index_clear(&index);
    probe = hash_index_probe(7);
    assert_int_equal(hash_index_next(&index, &probe), HASH_INDEX_NONE);
    hash_index_free(&index);
}

static int compare_numbers(const void *key, const void *item)
{
    return order_numbers(key, item);
}

static void lower_bounds(void **state)
{
    static const uint32_t numbers[] = {2, 4, 4, 8},
                          rows[][2] = {{0, 0}, {2, 0}, {3, 1}, {4, 1}, {5, 3}, {8, 3}, {9, 4}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(order_lower_bound(&rows[i][0], numbers, 4, sizeof *numbers, compare_numbers), rows[i][1]);
    assert_int_equal(order_lower_bound(&rows[0][0], NULL, 0, sizeof *numbers, compare_numbers), 0);
}

static void sorts_numbers(void **state)
{
    static const uint32_t rows[][6] = {{1, 2, 3, 3, 8, 9}, {4, 5, 9, 1, 2, 3}, {1, 5, 9, 2, 5, 8},
                                       {9, 8, 7, 3, 2, 1}, {3, 1, 3, 1, 3, 1}, {7, 1, 2, 3, 4, 5}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        for (size_t count = 0; count <= 6; count++) {
            uint32_t sorted[6], expected[6];
            memcpy(sorted, rows[i], sizeof sorted);
            memcpy(expected, rows[i], sizeof expected);
            qsort(expected, count, sizeof *expected, order_numbers);
            order_sort_numbers(sorted, count);
            assert_memory_equal(sorted, expected, sizeof sorted);
        }
}

/* Text that is not UTF-8 is written, not lost. */
static void json(void **state)
{
    (void)state;
    json_t *object = json_object(), *list = json_array();
    json_put(object, "file", json_text("caf\xE9/\xE2\x9C\x93"));
    json_put(object, "k\xFF", json_text(NULL));
    json_put(object, "count", json_text_format("%d of %d", 1, 2));
    json_put_text(object, "absent", NULL);
    json_add(list, json_text(""));
    json_put(object, "list", list);
    char *words = json_words(object, JSON_COMPACT);
    assert_string_equal(
        words, "{\"file\":\"caf\\\\xE9/\xE2\x9C\x93\",\"k\\\\xFF\":null,\"count\":\"1 of 2\",\"list\":[\"\"]}");
    free(words);
    json_decref(object);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exhaustion), cmocka_unit_test(copies),       cmocka_unit_test(arrays),
        cmocka_unit_test(hashes),     cmocka_unit_test(lower_bounds), cmocka_unit_test(sorts_numbers),
        cmocka_unit_test(json),
    };
    return cmocka_run_group_tests_name("memory", tests, NULL, NULL);
}
