#include "ingest/support/hash_index.h"
#include "tests/support/testing.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define NUMBERS 3000u

/* Few hashes, many of which fall into the same slots. */
static uint64_t hash_of(uint32_t number)
{
    return hash_number(number % 97) & 0xFFF;
}

static bool has(const struct hash_index *index, uint32_t number)
{
    struct hash_probe probe = hash_index_probe(hash_of(number));
    for (uint32_t found; (found = hash_index_next(index, &probe)) != HASH_INDEX_NONE;)
        if (found == number)
            return true;
    return false;
}

static void add(struct hash_index *index, uint32_t first, uint32_t last)
{
    for (uint32_t i = first; i < last; i++)
        hash_index_add(index, hash_of(i), i);
}

static void assert_holds(const struct hash_index *index, uint32_t count)
{
    assert_int_equal(index->count, count);
    for (uint32_t i = 0; i < NUMBERS; i++)
        assert_int_equal(has(index, i), i < count);
}

/* Slot by slot as before, so that whatever is added then goes where it would have gone. */
static void what_was_added_last_is_taken_out(void **state)
{
    struct hash_index index = {0};
    (void)state;
    hash_index_reserve(&index, NUMBERS);
    add(&index, 0, 1000);
    size_t size = index.room * sizeof *index.slots;
    struct hash_slot *before = malloc(size);
    memcpy(before, index.slots, size);
    add(&index, 1000, NUMBERS);
    assert_holds(&index, NUMBERS);
    for (uint32_t i = NUMBERS; i > 1000; i--)
        hash_index_take_last(&index, hash_of(i - 1), i - 1);
    assert_memory_equal(index.slots, before, size);
    assert_holds(&index, 1000);
    free(before);
    hash_index_free(&index);
}

static void the_first_are_kept_whatever_grew(void **state)
{
    struct hash_index index = {0};
    (void)state;
    hash_index_keep(&index, 0);
    add(&index, 0, NUMBERS);
    hash_index_keep(&index, 700);
    assert_holds(&index, 700);
    hash_index_clear(&index);
    assert_holds(&index, 0);
    hash_index_free(&index);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(what_was_added_last_is_taken_out),
                                       cmocka_unit_test(the_first_are_kept_whatever_grew)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
