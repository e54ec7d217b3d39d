#include "ingest/support/intern.h"
#include "tests/support/testing.h"

#include <stdio.h>
#include <string.h>

static void dense_numbers(void **state)
{
    struct intern table = {0};
    char word[32];
    (void)state;
    assert_int_equal(intern_find(&table, "x", 1), INTERN_NONE);
    for (unsigned i = 0; i < 50000; i++) {
        int length = snprintf(word, sizeof word, "role-%u", i);
        assert_int_equal(intern_add(&table, word, (size_t)length), i);
    }
    for (unsigned i = 0; i < 50000; i++) {
        int length = snprintf(word, sizeof word, "role-%u", i);
        assert_int_equal(intern_add(&table, word, (size_t)length), i);
        assert_int_equal(intern_find(&table, word, (size_t)length), i);
        assert_string_equal(intern_text(&table, i), word);
        assert_int_equal(intern_length(&table, i), length);
    }
    assert_int_equal(table.count, 50000);
    intern_free(&table);
}

static void bytes_and_pointers(void **state)
{
    struct intern table = {0};
    (void)state;
    assert_int_not_equal(intern_add(&table, "a\0b", 3), intern_add(&table, "a", 1));
    assert_int_equal(intern_add(&table, "", 0), 2);
    assert_ptr_equal(intern_string(&table, "same"), intern_string(&table, "same"));
    intern_free(&table);
}

static void arena_pieces(void **state)
{
    struct arena arena = {0};
    (void)state;
    for (size_t size = 0; size < 200000; size = size * 3 + 1) {
        unsigned char *piece = arena_allocate(&arena, size);
        assert_non_null(piece);
        assert_int_equal((uintptr_t)piece % sizeof(void *), 0);
        for (size_t i = 0; i < size; i++)
            assert_int_equal(piece[i], 0);
        memset(piece, 0xFF, size);
    }
    arena_reset(&arena);
    assert_int_equal(*(unsigned char *)arena_allocate(&arena, 1), 0);
    assert_string_equal(arena_copy_text(&arena, "role/x", 4), "role");
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(dense_numbers), cmocka_unit_test(bytes_and_pointers),
                                       cmocka_unit_test(arena_pieces)};
    return cmocka_run_group_tests_name("intern", tests, NULL, NULL);
}
